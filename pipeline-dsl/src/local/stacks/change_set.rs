use serde::{Deserialize, Serialize};

use super::definition::Definition;

/// A change set: what a stack would become.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ChangeSet {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) status: String,
    pub(crate) reason: Option<String>,
    /// Whether it can be executed.
    pub(crate) execution_status: String,
    pub(crate) wanted: Definition,
    /// The token of the call that made it: the same call again is the same change set.
    pub(crate) token: Option<String>,
    /// The role that it is executed with, by ARN.
    #[serde(default)]
    pub(crate) role: Option<String>,
    /// Whether what exists already is taken into the stack.
    #[serde(default)]
    pub(crate) imports: bool,
    /// So many looks it is not finished yet.
    #[serde(default)]
    pub(crate) pending: u32,
}
