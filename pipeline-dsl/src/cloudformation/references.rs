//! Finds what a value refers to, and where: the edges of the resource graph.

use serde_json::Value;

/// A reference inside a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The property that holds it, such as `KeyPolicy.Statement[1].Resource[0]`.
    pub property: String,
    /// The logical id, parameter or pseudo parameter that it names.
    pub target: String,
}

/// Every `Ref`, `Fn::GetAtt` and `${…}` of `Fn::Sub` in a value.
pub fn references(value: &Value) -> Vec<Reference> {
    let mut found = Vec::new();
    walk(value, &mut String::new(), &mut found);
    found
}

fn walk(value: &Value, path: &mut String, found: &mut Vec<Reference>) {
    match value {
        Value::Object(map) => {
            for (name, inner) in map {
                match (name.as_str(), inner) {
                    ("Ref", Value::String(target)) => push(found, path, target),
                    ("Fn::GetAtt", Value::Array(parts)) => {
                        if let Some(Value::String(target)) = parts.first() {
                            push(found, path, target);
                        }
                    }
                    ("Fn::Sub", Value::String(text)) => {
                        for variable in substitutions(text) {
                            push(found, path, variable.split('.').next().unwrap_or(variable));
                        }
                    }
                    _ => descend(inner, path, name, found),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                descend(item, path, &format!("[{index}]"), found);
            }
        }
        _ => {}
    }
}

fn descend(value: &Value, path: &mut String, step: &str, found: &mut Vec<Reference>) {
    let length = path.len();
    if !step.starts_with("Fn::") {
        if !path.is_empty() && !step.starts_with('[') {
            path.push('.');
        }
        path.push_str(step);
    }
    walk(value, path, found);
    path.truncate(length);
}

fn push(found: &mut Vec<Reference>, path: &str, target: &str) {
    found.push(Reference {
        property: path.to_owned(),
        target: target.to_owned(),
    });
}

/// The names between `${` and `}`, without the escaped `${!…}`.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-sub.html>
pub(crate) fn substitutions(text: &str) -> impl Iterator<Item = &str> {
    text.split("${")
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
        .filter(|name| !name.starts_with('!'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::references;

    #[test]
    fn finds_every_form_with_its_property() {
        let value = json!({
            "A": {"Ref": "One"},
            "B": [{"Fn::GetAtt": ["Two", "Arn"]}],
            "C": {"Fn::Join": ["", ["x", {"Fn::Sub": "${Three.Arn}${!Four}${AWS::Region}"}]]},
        });
        let found: Vec<_> = references(&value)
            .into_iter()
            .map(|reference| (reference.property, reference.target))
            .collect();
        let expected = [
            ("A", "One"),
            ("B[0]", "Two"),
            ("C[1][1]", "Three"),
            ("C[1][1]", "AWS::Region"),
        ];
        assert_eq!(
            found,
            expected.map(|(property, target)| (property.to_owned(), target.to_owned()))
        );
    }
}
