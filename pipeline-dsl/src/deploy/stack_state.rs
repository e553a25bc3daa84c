//! Stacks, change sets and events, in our own words.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::status::Status;

/// A stack as it is.
#[derive(Debug, Clone)]
pub(super) struct StackState {
    pub(super) stack_id: String,
    /// When it was changed last; with the id, which of its states this is.
    pub(super) updated: String,
    pub(super) status: Status,
    pub(super) parameters: BTreeMap<String, String>,
    pub(super) outputs: BTreeMap<String, String>,
    pub(super) tags: BTreeMap<String, String>,
}

/// A stack as it is wanted.
#[derive(Debug)]
pub(super) struct ChangeSetRequest<'a> {
    pub(super) stack_name: &'a str,
    pub(super) change_set_name: &'a str,
    pub(super) template: &'a str,
    pub(super) parameters: BTreeMap<String, String>,
    pub(super) tags: &'a IndexMap<String, String>,
    pub(super) capabilities: &'a [&'static str],
    pub(super) create: bool,
}

/// How far a change set is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ChangeSetState {
    Pending,
    Ready,
    /// There is nothing to change.
    Empty,
    Failed(String),
}

/// Something that happened to a resource of a stack, or to the stack itself.
#[derive(Debug, Clone)]
pub(super) struct StackEvent {
    pub(super) id: String,
    pub(super) logical_id: String,
    pub(super) resource_type: String,
    pub(super) status: String,
    pub(super) reason: Option<String>,
}

impl StackEvent {
    /// Whether it explains a failure: resources that were given up because of another do not.
    pub(super) fn is_failure(&self) -> bool {
        self.status.ends_with("_FAILED")
            && self.resource_type != "AWS::CloudFormation::Stack"
            && !self
                .reason
                .as_deref()
                .is_some_and(|reason| reason.contains("cancelled"))
    }
}
