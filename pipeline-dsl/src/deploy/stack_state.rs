//! Stacks, change sets and events, in our own words.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::status::{Phase, Status};
use super::template::TemplateBody;
use crate::cloudformation::types;
use crate::model::OWNER_TAG;
use crate::model::TeamName;
use crate::synth::TEMPLATE_DIGEST;

/// A stack as it is.
#[derive(Debug, Clone)]
pub(super) struct StackState {
    pub(super) stack_id: String,
    pub(super) name: String,
    pub(super) created: String,
    /// When it was changed last; with the id, which of its states this is.
    pub(super) updated: String,
    pub(super) status: Status,
    pub(super) parameters: BTreeMap<String, String>,
    pub(super) outputs: BTreeMap<String, String>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) termination_protection: bool,
    /// The role that it was deployed with, by ARN.
    pub(super) role: Option<String>,
    pub(super) reason: String,
}

impl StackState {
    /// Whether it is this team's.
    pub(super) fn is_of(&self, team: TeamName) -> bool {
        self.tags
            .get(OWNER_TAG)
            .is_some_and(|owner| *owner == team.as_str())
    }

    /// Whether it tells which template it has.
    pub(super) fn tells_template(&self) -> bool {
        self.outputs.contains_key(TEMPLATE_DIGEST)
    }

    /// Whether it shows that it has this template, as far as that can be told of it.
    pub(super) fn shows(&self, body: &TemplateBody) -> bool {
        body.digest.is_none() || self.outputs.get(TEMPLATE_DIGEST) == body.digest.as_ref()
    }

    /// Whether template, parameters and tags are these: then there is nothing to do.
    pub(super) fn is_as(
        &self,
        body: &TemplateBody,
        given: &BTreeMap<String, String>,
        tags: &IndexMap<String, String>,
    ) -> bool {
        let mut parameters: BTreeMap<&str, &str> = body
            .defaults
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        parameters.extend(given.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let same = |(name, value): (&String, &String)| parameters.get(name.as_str()) == Some(&value.as_str());
        matches!(self.status.phase(), Phase::Complete | Phase::RolledBack)
            && body.digest.is_some()
            && self.outputs.get(TEMPLATE_DIGEST) == body.digest.as_ref()
            && self.parameters.len() == parameters.len()
            && self.parameters.iter().all(same)
            && self.tags.len() == tags.len()
            && self.tags.iter().all(|(key, value)| tags.get(key) == Some(value))
    }
}

/// A template as a call takes it.
#[derive(Debug, Clone)]
pub(super) enum TemplateSource {
    /// The text itself.
    Body(String),
    /// Where in S3 it is.
    Url(String),
}

/// A stack as it is wanted.
#[derive(Debug)]
pub(super) struct ChangeSetRequest<'a> {
    pub(super) stack_name: &'a str,
    pub(super) change_set_name: &'a str,
    /// The same call again has the same.
    pub(super) token: &'a str,
    pub(super) template: &'a TemplateSource,
    pub(super) parameters: &'a BTreeMap<String, String>,
    pub(super) tags: &'a IndexMap<String, String>,
    pub(super) capabilities: &'a [&'static str],
    pub(super) create: bool,
    /// Whether what exists already is taken into the stack, where the template retains it.
    pub(super) import_existing: bool,
}

/// A change set as it is.
#[derive(Debug)]
pub(super) struct ChangeSetDescription {
    pub(super) id: String,
    pub(super) stack_id: String,
    pub(super) state: ChangeSetState,
    pub(super) changes: Vec<ResourceChange>,
}

/// How far a change set is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ChangeSetState {
    Pending,
    Ready,
    /// There is nothing to change.
    Empty,
    Failed(String),
    /// It is being executed, or was.
    Executed,
    /// The stack was changed since, or it is gone.
    Obsolete,
}

/// What a change set would do to a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ResourceChange {
    pub(super) logical_id: String,
    pub(super) resource_type: String,
    pub(super) action: String,
    pub(super) replacement: Option<String>,
    pub(super) policy_action: Option<String>,
    /// The properties that change, and other attributes.
    pub(super) targets: Vec<String>,
}

/// Something that happened to a resource of a stack, or to the stack itself.
#[derive(Debug, Clone)]
pub(super) struct StackEvent {
    pub(super) id: String,
    pub(super) at: String,
    pub(super) logical_id: String,
    pub(super) physical_id: String,
    pub(super) resource_type: String,
    pub(super) status: String,
    pub(super) reason: Option<String>,
    pub(super) token: Option<String>,
}

impl StackEvent {
    /// Whether it is about a stack itself, not about one of its resources.
    pub(super) fn is_of_stack(&self, stack_id: &str) -> bool {
        self.resource_type == types::STACK && self.physical_id == stack_id
    }

    /// Whether something begins with it that somebody asked for.
    pub(super) fn begins(&self, stack_id: &str) -> bool {
        const BEGINNINGS: &[&str] = &["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS"];
        self.is_of_stack(stack_id) && BEGINNINGS.contains(&self.status.as_str())
    }

    /// Whether it explains a failure: resources that were given up because of another do not.
    pub(super) fn is_failure(&self) -> bool {
        let given_up = |reason: &str| reason.to_ascii_lowercase().contains("cancelled");
        self.status.ends_with("_FAILED")
            && self.resource_type != types::STACK
            && !self.reason.as_deref().is_some_and(given_up)
    }
}
