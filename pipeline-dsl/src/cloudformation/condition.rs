use serde::ser::{Serialize, SerializeMap, Serializer};

use super::logical_names::ConditionRef;
use super::pseudo::Pseudo;
use super::text::Text;

/// A condition of a template, decided by its parameters and its place.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-conditions.html>
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Condition {
    /// Both texts are the same.
    Equals(Text, Text),
    /// It does not hold.
    Not(Box<Condition>),
    /// One of them holds; two to ten.
    Or(Vec<Condition>),
}

impl Condition {
    /// The two texts differ.
    pub fn differ(left: Text, right: impl Into<Text>) -> Self {
        Self::Not(Box::new(Self::Equals(left, right.into())))
    }
}

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match self {
            Self::Equals(left, right) => map.serialize_entry("Fn::Equals", &[left, right])?,
            Self::Not(condition) => map.serialize_entry("Fn::Not", &[condition])?,
            Self::Or(conditions) => map.serialize_entry("Fn::Or", conditions)?,
        }
        map.end()
    }
}

/// A property that is there only when a condition holds.
#[derive(Debug, Clone, PartialEq)]
pub struct OnlyIf<T> {
    condition: ConditionRef,
    value: T,
}

impl<T> OnlyIf<T> {
    /// `value` when `condition` holds, else nothing.
    pub fn new(condition: &ConditionRef, value: T) -> Self {
        Self {
            condition: condition.clone(),
            value,
        }
    }
}

impl<T: Serialize> Serialize for OnlyIf<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(
            "Fn::If",
            &(self.condition.name(), &self.value, Text::pseudo(Pseudo::NoValue)),
        )?;
        map.end()
    }
}
