//! The text of a template.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The text of a template; in a file, its digest.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Template {
    pub(crate) digest: Arc<str>,
    #[serde(skip)]
    pub(crate) text: Arc<str>,
}

impl Template {
    /// No template.
    pub(crate) fn none() -> Self {
        Self {
            digest: Arc::from(""),
            text: Arc::from(""),
        }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

impl PartialEq for Template {
    fn eq(&self, other: &Self) -> bool {
        self.digest == other.digest
    }
}
