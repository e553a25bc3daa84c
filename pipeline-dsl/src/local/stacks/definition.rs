//! What a stack is to be.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::template::Template;

/// What makes a stack what it is: the same three, and there is nothing to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Definition {
    pub(crate) template: Template,
    /// The template's description.
    pub(crate) description: String,
    /// Values of all parameters, defaults included.
    pub(crate) parameters: BTreeMap<String, String>,
    pub(crate) tags: BTreeMap<String, String>,
}
