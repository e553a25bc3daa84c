use serde::{Deserialize, Serialize};

use super::stack::Definition;

/// A change set: what a stack would become.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::local) struct ChangeSet {
    pub(in crate::local) id: String,
    pub(in crate::local) name: String,
    pub(in crate::local) status: String,
    pub(in crate::local) reason: Option<String>,
    /// Whether it can be executed.
    pub(in crate::local) execution_status: String,
    pub(in crate::local) wanted: Definition,
    /// The token of the call that made it: the same call again is the same change set.
    pub(in crate::local) token: Option<String>,
    /// The role that it is executed with, by ARN.
    #[serde(default)]
    pub(in crate::local) role: Option<String>,
    /// Whether what exists already is taken into the stack.
    #[serde(default)]
    pub(in crate::local) imports: bool,
    /// So many looks it is not finished yet.
    #[serde(default)]
    pub(in crate::local) pending: u32,
}
