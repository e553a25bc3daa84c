//! The properties of a resource, kept as text: values in memory are ten times as large, and most are never looked at.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Properties, intrinsics evaluated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Properties(Arc<str>);

impl Properties {
    pub(crate) fn of(value: &Value) -> Self {
        Self(value.to_string().into())
    }

    /// The properties, to be looked at.
    pub(crate) fn value(&self) -> Value {
        // It was written from a value.
        serde_json::from_str(&self.0).unwrap_or_default()
    }

    /// Whether they are these, in whatever order.
    pub(crate) fn are(&self, value: &Value) -> bool {
        *self.0 == *value.to_string() || self.value() == *value
    }
}
