use serde::{Deserialize, Serialize};

use super::stack::Definition;

/// A change set: what a stack would become.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ChangeSet {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) status: String,
    pub(super) reason: Option<String>,
    /// Whether it can be executed.
    pub(super) execution_status: String,
    pub(super) wanted: Definition,
    /// The token of the call that made it: the same call again is the same change set.
    pub(super) token: Option<String>,
    /// The role that it is executed with, by ARN.
    #[serde(default)]
    pub(super) role: Option<String>,
    /// Whether what exists already is taken into the stack.
    #[serde(default)]
    pub(super) imports: bool,
    /// So many looks it is not finished yet.
    #[serde(default)]
    pub(super) pending: u32,
}
