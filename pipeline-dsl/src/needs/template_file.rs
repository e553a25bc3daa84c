//! A template as people write it: JSON, or YAML with CloudFormation's short forms.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html>

use serde_json::{Map, Value};
use serde_norway::Value as Yaml;

use crate::cloudformation::limits::TEMPLATE_BYTES;

/// A text that is no template.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TemplateFileError {
    /// It is larger than CloudFormation takes.
    #[error("it has {0} bytes, and CloudFormation takes {TEMPLATE_BYTES}")]
    TooLarge(usize),
    /// It is neither JSON nor YAML.
    #[error("it is neither JSON nor YAML: {0}")]
    Syntax(serde_norway::Error),
    /// A key is no text.
    #[error("a key in it is no text")]
    Key,
    /// It has no resources.
    #[error("it has no `Resources`")]
    NoResources,
}

/// Reads a template; short forms such as `!Ref` become what they stand for.
///
/// # Errors
/// When it is too large, is neither JSON nor YAML, or has no resources.
pub fn read(text: &str) -> Result<Value, TemplateFileError> {
    if text.len() > TEMPLATE_BYTES {
        return Err(TemplateFileError::TooLarge(text.len()));
    }
    // JSON is YAML, but for its numbers and long strings.
    let template = match serde_json::from_str(text) {
        Ok(template) => template,
        Err(_) => long_form(serde_norway::from_str(text).map_err(TemplateFileError::Syntax)?)?,
    };
    match template.get("Resources").and_then(Value::as_object) {
        Some(_) => Ok(template),
        None => Err(TemplateFileError::NoResources),
    }
}

fn long_form(yaml: Yaml) -> Result<Value, TemplateFileError> {
    Ok(match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(truth) => truth.into(),
        Yaml::Number(number) => {
            let whole = number.as_i64().map(Value::from);
            whole
                .or_else(|| number.as_f64().map(Value::from))
                .unwrap_or_default()
        }
        Yaml::String(text) => text.into(),
        Yaml::Sequence(items) => items
            .into_iter()
            .map(long_form)
            .collect::<Result<Vec<_>, _>>()?
            .into(),
        Yaml::Mapping(entries) => {
            let mut map = Map::new();
            for (key, value) in entries {
                let key = match key {
                    Yaml::String(key) => key,
                    Yaml::Bool(key) => key.to_string(),
                    Yaml::Number(key) => key.to_string(),
                    Yaml::Null | Yaml::Sequence(_) | Yaml::Mapping(_) | Yaml::Tagged(_) => {
                        return Err(TemplateFileError::Key);
                    }
                };
                map.insert(key, long_form(value)?);
            }
            Value::Object(map)
        }
        Yaml::Tagged(tagged) => {
            let function = tagged.tag.to_string();
            let function = function.trim_start_matches('!');
            let argument = long_form(tagged.value)?;
            let (name, argument) = match (function, argument) {
                ("Ref" | "Condition", argument) => (function.to_owned(), argument),
                ("GetAtt", Value::String(path)) => {
                    let (resource, attribute) = path.split_once('.').unwrap_or((&path, ""));
                    ("Fn::GetAtt".to_owned(), serde_json::json!([resource, attribute]))
                }
                (function, argument) => (format!("Fn::{function}"), argument),
            };
            Value::Object(Map::from_iter([(name, argument)]))
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn short_forms_become_long_ones() {
        let template = read(
            "Resources:\n  A:\n    Type: T\n    Properties:\n      A: !Ref B\n      C: !GetAtt D.Arn\n      E: !Sub '${F}'\n      G: !If [H, 1, true]\n",
        );
        assert_eq!(
            template.unwrap()["Resources"]["A"]["Properties"],
            json!({
                "A": {"Ref": "B"},
                "C": {"Fn::GetAtt": ["D", "Arn"]},
                "E": {"Fn::Sub": "${F}"},
                "G": {"Fn::If": ["H", 1, true]},
            })
        );
        assert!(read("{\"Resources\": {}}").is_ok());
    }

    #[test]
    fn what_is_none_is_told() {
        assert!(matches!(read("Outputs: {}"), Err(TemplateFileError::NoResources)));
        assert!(matches!(read("a: [b"), Err(TemplateFileError::Syntax(_))));
        assert!(matches!(read("? [a]\n: b"), Err(TemplateFileError::Key)));
        let large = "a".repeat(TEMPLATE_BYTES + 1);
        assert!(matches!(read(&large), Err(TemplateFileError::TooLarge(_))));
        // References that double at each level.
        let levels = (1..40).map(|level| format!("a{level}: &a{level} [*a{0}, *a{0}]", level - 1));
        let bomb: Vec<String> = std::iter::once("a0: &a0 [x, x]".to_owned())
            .chain(levels)
            .collect();
        assert!(matches!(
            read(&bomb.join("\n")),
            Err(TemplateFileError::Syntax(_))
        ));
    }
}
