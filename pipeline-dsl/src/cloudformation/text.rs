use serde::ser::{Serialize, SerializeMap, Serializer};

use super::logical_names::{ConditionRef, ParameterRef};
use super::pseudo::Pseudo;

/// A string in a template: a literal, or an intrinsic function that becomes one.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text(Expression);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Expression {
    Literal(String),
    /// `Ref` to a resource, a parameter or a pseudo parameter.
    Ref(String),
    GetAtt(String, &'static str),
    /// Written by the user with `${AWS::…}` in it.
    Sub(String),
    Concat(Vec<Expression>),
    JoinList(&'static str, String),
    If(String, Box<Expression>, Box<Expression>),
}

impl Text {
    /// Text as it stands.
    pub fn literal(text: impl Into<String>) -> Self {
        Self(Expression::Literal(text.into()))
    }

    /// A pseudo parameter.
    pub fn pseudo(pseudo: Pseudo) -> Self {
        Self(Expression::Ref(pseudo.as_str().to_owned()))
    }

    /// One text behind the other.
    pub fn concat(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut flat: Vec<Expression> = Vec::new();
        for Self(part) in parts {
            let parts = match part {
                Expression::Concat(parts) => parts,
                other => vec![other],
            };
            for part in parts {
                match (flat.last_mut(), part) {
                    (Some(Expression::Literal(text)), Expression::Literal(more)) => text.push_str(&more),
                    (_, part) => flat.push(part),
                }
            }
        }
        match <[Expression; 1]>::try_from(flat) {
            Ok([only]) => Self(only),
            Err(parts) => Self(Expression::Concat(parts)),
        }
    }

    /// The values of a list parameter with `delimiter` between them: `Fn::Join`.
    pub fn join(delimiter: &'static str, list: &ParameterRef) -> Self {
        Self(Expression::JoinList(delimiter, list.name().to_owned()))
    }

    /// One of two texts: `Fn::If`.
    pub fn either(condition: &ConditionRef, then: Self, otherwise: Self) -> Self {
        Self(Expression::If(
            condition.name().to_owned(),
            Box::new(then.0),
            Box::new(otherwise.0),
        ))
    }

    /// Text in which `${AWS::Region}`, `${AWS::AccountId}`, `${AWS::Partition}` and `${AWS::URLSuffix}`
    /// stand for the place of the stack; without any of them, a literal.
    pub fn with_pseudo_parameters(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.contains("${AWS::") {
            Self(Expression::Sub(text))
        } else {
            Self::literal(text)
        }
    }

    /// The literal, where it is one.
    pub fn as_literal(&self) -> Option<&str> {
        match &self.0 {
            Expression::Literal(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn reference(logical_id: impl Into<String>) -> Self {
        Self(Expression::Ref(logical_id.into()))
    }

    pub(super) fn attribute(logical_id: impl Into<String>, attribute: &'static str) -> Self {
        Self(Expression::GetAtt(logical_id.into(), attribute))
    }
}

impl Expression {
    /// Its form inside `Fn::Sub`, where it has one.
    fn write_sub(&self, into: &mut String) -> bool {
        match self {
            // `${` in a literal would be read as a variable: `${!` escapes it.
            Self::Literal(text) => into.push_str(&text.replace("${", "${!")),
            Self::Ref(name) => into.extend(["${", name, "}"]),
            Self::GetAtt(id, attribute) => into.extend(["${", id, ".", attribute, "}"]),
            Self::Sub(text) => into.push_str(text),
            Self::Concat(_) | Self::JoinList(..) | Self::If(..) => return false,
        }
        true
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl Serialize for Expression {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Self::Literal(text) = self {
            return serializer.serialize_str(text);
        }
        let mut map = serializer.serialize_map(Some(1))?;
        match self {
            Self::Ref(name) => map.serialize_entry("Ref", name)?,
            Self::GetAtt(id, attribute) => map.serialize_entry("Fn::GetAtt", &[id.as_str(), *attribute])?,
            Self::Sub(text) | Self::Literal(text) => map.serialize_entry("Fn::Sub", text)?,
            Self::Concat(parts) => {
                let mut sub = String::new();
                if parts.iter().all(|part| part.write_sub(&mut sub)) {
                    map.serialize_entry("Fn::Sub", &sub)?;
                } else {
                    map.serialize_entry("Fn::Join", &("", parts))?;
                }
            }
            Self::JoinList(delimiter, list) => {
                map.serialize_entry("Fn::Join", &(delimiter, Self::Ref(list.clone())))?;
            }
            Self::If(condition, then, otherwise) => {
                map.serialize_entry("Fn::If", &(condition, then, otherwise))?;
            }
        }
        map.end()
    }
}

impl ParameterRef {
    /// Its value: `Ref`.
    pub fn value(&self) -> Text {
        Text::reference(self.name())
    }
}

/// `text!["arn:", partition, ":s3:::", bucket]`: one text of several.
macro_rules! text {
    [$($part:expr),+ $(,)?] => {
        $crate::cloudformation::text::Text::concat([$($crate::cloudformation::text::Text::from($part)),+])
    };
}
pub(crate) use text;

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::literal(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::literal(text)
    }
}

impl From<crate::model::Arn> for Text {
    fn from(arn: crate::model::Arn) -> Self {
        Self::literal(arn)
    }
}

impl From<Pseudo> for Text {
    fn from(pseudo: Pseudo) -> Self {
        Self::pseudo(pseudo)
    }
}

impl From<&Text> for Text {
    fn from(text: &Text) -> Self {
        text.clone()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Pseudo, Text};

    fn json(text: &Text) -> serde_json::Value {
        serde_json::to_value(text).unwrap()
    }

    #[test]
    fn literals_merge() {
        assert_eq!(json(&text!["a", "b"]), json!("ab"));
    }

    #[test]
    fn references_stand_in_a_substitution() {
        let text = text![
            "arn:",
            Pseudo::Partition,
            ":s3:::",
            Text::attribute("Bucket", "Name")
        ];
        assert_eq!(
            json(&text),
            json!({"Fn::Sub": "arn:${AWS::Partition}:s3:::${Bucket.Name}"})
        );
    }

    #[test]
    fn a_literal_dollar_brace_stays_literal() {
        assert_eq!(
            json(&text!["${HOME}", Pseudo::Region]),
            json!({"Fn::Sub": "${!HOME}${AWS::Region}"})
        );
    }
}
