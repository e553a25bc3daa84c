//! Evaluates intrinsic functions, as CloudFormation does on deployment.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html>

use serde_json::{Map, Value};

use super::limits;
use super::pseudo::Pseudo;

/// What names stand for while a template is evaluated.
pub trait Scope {
    /// The value of a parameter or pseudo parameter, or the physical id of a resource.
    fn reference(&self, name: &str) -> Option<Value>;
    /// An attribute of a resource.
    fn attribute(&self, logical_id: &str, attribute: &str) -> Option<Value>;
    /// Whether a condition of the template holds.
    fn condition(&self, name: &str) -> Option<bool>;
}

/// A template that cannot be evaluated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unresolved {
    /// `Ref` or `Fn::Sub` names nothing that is there.
    #[error("unresolved resource dependency [{0}]")]
    Reference(String),
    /// `Fn::GetAtt` asks for an attribute that is not there.
    #[error("resource {0} has no attribute {1}")]
    Attribute(String, String),
    /// `Fn::If` or `Condition` names no condition.
    #[error("unresolved condition dependency {0}")]
    Condition(String),
    /// A function with arguments of another shape, or one that we do not know.
    #[error("{0} cannot be evaluated")]
    Function(String),
    /// The functions of one value make more than there is room for.
    #[error("the functions make more than {LARGEST} bytes")]
    TooLarge,
}

/// How many bytes all functions of one value may make together: as many as the largest template has. Names that stand for
/// names, ten times each, would otherwise fill the memory.
const LARGEST: usize = limits::TEMPLATE_BYTES;

/// The value with every intrinsic function replaced by its result. Properties that become `AWS::NoValue` are
/// left out.
///
/// # Errors
/// When a name stands for nothing, a function is not one of `Ref`, `Fn::GetAtt`, `Fn::Sub`, `Fn::Join` and
/// `Fn::If`, or the functions make more than a megabyte.
pub fn resolve(value: &Value, scope: &impl Scope) -> Result<Value, Unresolved> {
    let mut evaluation = Evaluation { scope, left: LARGEST };
    Ok(evaluation.evaluate(value)?.unwrap_or(Value::Null))
}

struct Evaluation<'a, S> {
    scope: &'a S,
    /// How many bytes may still be made.
    left: usize,
}

impl<S: Scope> Evaluation<'_, S> {
    /// `None` stands for `AWS::NoValue`.
    fn evaluate(&mut self, value: &Value) -> Result<Option<Value>, Unresolved> {
        match value {
            Value::Object(map) => match single(map) {
                Some((name, argument)) if name == "Ref" || name.starts_with("Fn::") => {
                    self.function(name, argument)
                }
                _ => {
                    let mut resolved = Map::with_capacity(map.len());
                    for (name, inner) in map {
                        if let Some(inner) = self.evaluate(inner)? {
                            resolved.insert(name.clone(), inner);
                        }
                    }
                    Ok(Some(Value::Object(resolved)))
                }
            },
            Value::Array(items) => {
                let mut resolved = Vec::with_capacity(items.len());
                for item in items {
                    resolved.extend(self.evaluate(item)?);
                }
                Ok(Some(Value::Array(resolved)))
            }
            scalar => Ok(Some(scalar.clone())),
        }
    }

    fn function(&mut self, name: &str, argument: &Value) -> Result<Option<Value>, Unresolved> {
        let malformed = || Unresolved::Function(name.to_owned());
        match (name, argument) {
            ("Ref", Value::String(target)) if target == Pseudo::NoValue.as_str() => Ok(None),
            ("Ref", Value::String(target)) => self.reference(target).map(Some),
            ("Fn::GetAtt", Value::Array(parts)) => match parts.as_slice() {
                [Value::String(id), Value::String(attribute)] => self.get_att(id, attribute).map(Some),
                _ => Err(malformed()),
            },
            ("Fn::Sub", Value::String(text)) => self.substitute(text).map(|text| Some(Value::String(text))),
            ("Fn::Join", Value::Array(parts)) => match parts.as_slice() {
                [Value::String(delimiter), list] => {
                    let Some(Value::Array(items)) = self.evaluate(list)? else {
                        return Err(malformed());
                    };
                    let texts: Option<Vec<String>> = items.iter().map(as_text).collect();
                    let texts = texts.ok_or_else(malformed)?;
                    self.makes(texts.iter().map(|text| text.len() + delimiter.len()).sum())?;
                    Ok(Some(Value::String(texts.join(delimiter))))
                }
                _ => Err(malformed()),
            },
            ("Fn::If", Value::Array(parts)) => match parts.as_slice() {
                [Value::String(name), then, otherwise] => {
                    let holds = self
                        .scope
                        .condition(name)
                        .ok_or_else(|| Unresolved::Condition(name.clone()))?;
                    self.evaluate(if holds { then } else { otherwise })
                }
                _ => Err(malformed()),
            },
            _ => Err(malformed()),
        }
    }

    fn reference(&mut self, name: &str) -> Result<Value, Unresolved> {
        let value = self
            .scope
            .reference(name)
            .ok_or_else(|| Unresolved::Reference(name.to_owned()))?;
        self.makes(size(&value))?;
        Ok(value)
    }

    fn get_att(&mut self, id: &str, attribute: &str) -> Result<Value, Unresolved> {
        let value = self
            .scope
            .attribute(id, attribute)
            .ok_or_else(|| Unresolved::Attribute(id.to_owned(), attribute.to_owned()))?;
        self.makes(size(&value))?;
        Ok(value)
    }

    fn substitute(&mut self, text: &str) -> Result<String, Unresolved> {
        let mut pieces = text.split("${");
        let mut result = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let Some((name, rest)) = piece.split_once('}') else {
                return Err(Unresolved::Function("Fn::Sub".to_owned()));
            };
            if let Some(literal) = name.strip_prefix('!') {
                result.extend(["${", literal, "}"]);
            } else {
                let value = match name.split_once('.') {
                    Some((id, attribute)) => self.get_att(id, attribute)?,
                    None => self.reference(name)?,
                };
                let value = as_text(&value).ok_or_else(|| Unresolved::Function("Fn::Sub".to_owned()))?;
                result.push_str(&value);
            }
            result.push_str(rest);
        }
        Ok(result)
    }

    fn makes(&mut self, bytes: usize) -> Result<(), Unresolved> {
        self.left = self.left.checked_sub(bytes).ok_or(Unresolved::TooLarge)?;
        Ok(())
    }
}

/// How many bytes of text a value holds.
pub fn size(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(map) => map.iter().map(|(name, inner)| name.len() + size(inner)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 1,
    }
}

fn single(map: &Map<String, Value>) -> Option<(&str, &Value)> {
    let mut entries = map.iter();
    match (entries.next(), entries.next()) {
        (Some((name, argument)), None) => Some((name, argument)),
        _ => None,
    }
}

fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// Whether a condition of a template's `Conditions` holds.
///
/// # Errors
/// As [`resolve`]; the functions are `Fn::Equals`, `Fn::Not`, `Fn::And`, `Fn::Or` and `Condition`.
pub fn holds(condition: &Value, scope: &impl Scope) -> Result<bool, Unresolved> {
    let malformed = || Unresolved::Function("a condition".to_owned());
    let (name, argument) = condition.as_object().and_then(single).ok_or_else(malformed)?;
    match (name, argument) {
        ("Fn::Equals", Value::Array(sides)) => match sides.as_slice() {
            [left, right] => Ok(resolve(left, scope)? == resolve(right, scope)?),
            _ => Err(malformed()),
        },
        ("Fn::Not", Value::Array(inner)) => match inner.as_slice() {
            [inner] => Ok(!holds(inner, scope)?),
            _ => Err(malformed()),
        },
        ("Fn::And", Value::Array(inner)) => inner
            .iter()
            .try_fold(true, |all, each| Ok(holds(each, scope)? && all)),
        ("Fn::Or", Value::Array(inner)) => inner
            .iter()
            .try_fold(false, |any, each| Ok(holds(each, scope)? || any)),
        ("Condition", Value::String(name)) => scope
            .condition(name)
            .ok_or_else(|| Unresolved::Condition(name.clone())),
        _ => Err(malformed()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Scope, Unresolved, holds, resolve};

    struct Sample;
    impl Scope for Sample {
        fn reference(&self, name: &str) -> Option<Value> {
            match name {
                "Name" => Some(json!("n")),
                "List" => Some(json!(["a", "b"])),
                _ => None,
            }
        }
        fn attribute(&self, id: &str, attribute: &str) -> Option<Value> {
            (id == "Key" && attribute == "Arn").then(|| json!("arn"))
        }
        fn condition(&self, name: &str) -> Option<bool> {
            (name == "Yes").then_some(true)
        }
    }

    #[test]
    fn evaluates_each_function() {
        let value = json!({
            "Ref": [{"Ref": "Name"}],
            "Sub": {"Fn::Sub": "${Name}-${Key.Arn}-${!Name}"},
            "Join": {"Fn::Join": [",", {"Ref": "List"}]},
            "If": {"Fn::If": ["Yes", 1, 2]},
            "Gone": {"Fn::If": ["Yes", {"Ref": "AWS::NoValue"}, 2]},
        });
        let expected = json!({"Ref": ["n"], "Sub": "n-arn-${Name}", "Join": "a,b", "If": 1});
        assert_eq!(resolve(&value, &Sample), Ok(expected));
    }

    #[test]
    fn names_what_is_missing() {
        assert_eq!(
            resolve(&json!({"Fn::Sub": "${Nobody}"}), &Sample),
            Err(Unresolved::Reference("Nobody".to_owned()))
        );
        assert_eq!(
            resolve(&json!({"Fn::GetAtt": ["Key", "Id"]}), &Sample),
            Err(Unresolved::Attribute("Key".to_owned(), "Id".to_owned()))
        );
    }

    #[test]
    fn what_functions_make_is_bounded() {
        let ten = |inner: Value| json!({"Fn::Join": ["", vec![inner; 10]]});
        let six = (0..6).fold(json!({"Ref": "Name"}), |inner, _| ten(inner));
        // A million texts of one byte.
        assert_eq!(resolve(&six, &Sample), Err(Unresolved::TooLarge));
        let four = (0..4).fold(json!({"Ref": "Name"}), |inner, _| ten(inner));
        assert_eq!(resolve(&four, &Sample), Ok(json!("n".repeat(10_000))));
    }

    #[test]
    fn conditions_combine() {
        let equal = json!({"Fn::Equals": [{"Ref": "Name"}, "n"]});
        assert_eq!(holds(&equal, &Sample), Ok(true));
        assert_eq!(holds(&json!({"Fn::Not": [equal.clone()]}), &Sample), Ok(false));
        assert_eq!(
            holds(&json!({"Fn::Or": [{"Fn::Not": [equal.clone()]}, equal]}), &Sample),
            Ok(true)
        );
    }
}
