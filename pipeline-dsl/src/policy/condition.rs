use indexmap::IndexMap;
use serde::Serialize;

/// A condition operator, spelled as IAM spells it.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum Operator {
    /// The value is one of these.
    StringEquals,
    /// As `StringEquals`; a request without the key matches too.
    StringEqualsIfExists,
    /// The value is none of these; a request without the key matches too.
    StringNotEquals,
    /// The value matches one of these patterns.
    StringLike,
    /// The value matches none of these patterns; a request without the key matches too.
    StringNotLike,
    /// One of the key's values matches one of these patterns.
    #[serde(rename = "ForAnyValue:StringLike")]
    ForAnyValueStringLike,
    /// The ARN matches one of these patterns, part by part.
    ArnLike,
    /// The key is absent (`true`) or present (`false`).
    Null,
    /// The truth value is this.
    Bool,
    /// The number is below this.
    NumericLessThan,
}

/// Operators, each with the keys and values it compares; all must hold.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct ConditionBlock<T>(IndexMap<Operator, IndexMap<String, Vec<T>>>);

impl<T> Default for ConditionBlock<T> {
    fn default() -> Self {
        Self(IndexMap::new())
    }
}

impl<T> ConditionBlock<T> {
    /// Whether it demands nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Demands that `key` compares with one of `values`.
    pub fn insert(&mut self, operator: Operator, key: impl Into<String>, values: Vec<T>) {
        self.0.entry(operator).or_default().insert(key.into(), values);
    }
}
