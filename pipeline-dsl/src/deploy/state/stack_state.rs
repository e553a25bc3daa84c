//! Stacks, change sets and events, in our own words.

use std::collections::BTreeMap;
use std::fmt;

use indexmap::IndexMap;

use super::status::{Phase, Status};
use super::template::TemplateBody;
use crate::cloudformation::types;
use crate::model::OWNER_TAG;
use crate::model::TeamName;
use crate::synth::TEMPLATE_DIGEST;

/// A stack as it is.
#[derive(Debug, Clone)]
pub(crate) struct StackState {
    pub(crate) stack_id: String,
    pub(crate) name: String,
    pub(crate) created: String,
    /// When it was changed last; with the id, which of its states this is.
    pub(crate) updated: String,
    pub(crate) status: Status,
    pub(crate) parameters: BTreeMap<String, String>,
    pub(crate) outputs: BTreeMap<String, String>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) termination_protection: bool,
    /// The role that it was deployed with, by ARN.
    pub(crate) role: Option<String>,
    /// Whether it is nested in another, which it goes with.
    pub(crate) is_nested: bool,
    pub(crate) reason: String,
}

impl StackState {
    /// Whether it is this team's.
    pub(crate) fn is_of(&self, team: TeamName) -> bool {
        self.tags
            .get(OWNER_TAG)
            .is_some_and(|owner| *owner == team.as_str())
    }

    /// Whether it tells which template it has.
    pub(crate) fn tells_template(&self) -> bool {
        self.outputs.contains_key(TEMPLATE_DIGEST)
    }

    /// Whether it shows that it has this template, as far as that can be told of it.
    pub(crate) fn shows(&self, body: &TemplateBody) -> bool {
        body.digest.is_none() || self.outputs.get(TEMPLATE_DIGEST) == body.digest.as_ref()
    }

    /// Whether template, parameters and tags are these: then there is nothing to do.
    pub(crate) fn is_as(
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
pub(crate) enum TemplateSource {
    /// The text itself.
    Body(String),
    /// Where in S3 it is.
    Url(String),
}

/// A stack as it is wanted.
#[derive(Debug)]
pub(crate) struct ChangeSetRequest<'a> {
    pub(crate) stack_name: &'a str,
    pub(crate) change_set_name: &'a str,
    /// The same call again has the same.
    pub(crate) token: &'a str,
    pub(crate) template: &'a TemplateSource,
    pub(crate) parameters: &'a BTreeMap<String, String>,
    pub(crate) tags: &'a IndexMap<String, String>,
    pub(crate) capabilities: &'a [&'static str],
    pub(crate) create: bool,
    /// Whether what exists already is taken into the stack, where the template retains it.
    pub(crate) import_existing: bool,
}

/// A change set as it is.
#[derive(Debug)]
pub(crate) struct ChangeSetDescription {
    pub(crate) id: String,
    pub(crate) stack_id: String,
    pub(crate) state: ChangeSetState,
    pub(crate) changes: Vec<ResourceChange>,
}

/// How far a change set is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ChangeSetState {
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
pub(crate) struct ResourceChange {
    pub(crate) logical_id: String,
    pub(crate) resource_type: String,
    pub(crate) action: String,
    pub(crate) replacement: Option<String>,
    pub(crate) policy_action: Option<String>,
    /// The properties that change, and other attributes.
    pub(crate) targets: Vec<String>,
}

/// Something that happened to a resource of a stack, or to the stack itself.
#[derive(Debug, Clone)]
pub(crate) struct StackEvent {
    pub(crate) id: String,
    pub(crate) at: String,
    pub(crate) logical_id: String,
    pub(crate) physical_id: String,
    pub(crate) resource_type: String,
    pub(crate) status: String,
    pub(crate) reason: Option<String>,
    pub(crate) token: Option<String>,
}

impl StackEvent {
    /// Whether it is about a stack itself, not about one of its resources.
    pub(crate) fn is_of_stack(&self, stack_id: &str) -> bool {
        self.resource_type == types::STACK && self.physical_id == stack_id
    }

    /// Whether something begins with it that somebody asked for.
    pub(crate) fn begins(&self, stack_id: &str) -> bool {
        const BEGINNINGS: &[&str] = &["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS"];
        self.is_of_stack(stack_id) && BEGINNINGS.contains(&self.status.as_str())
    }

    /// Whether it explains a failure: resources that were given up because of another do not.
    pub(crate) fn is_failure(&self) -> bool {
        let given_up = |reason: &str| reason.to_ascii_lowercase().contains("cancelled");
        self.status.ends_with("_FAILED")
            && self.resource_type != types::STACK
            && !self.reason.as_deref().is_some_and(given_up)
    }
}

/// A resource that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockingResource {
    /// Its logical id.
    pub logical_id: String,
    /// Its type.
    pub resource_type: String,
    /// CloudFormation's reason.
    pub reason: String,
}

impl fmt::Display for BlockingResource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "`{}` ({}): {}",
            self.logical_id, self.resource_type, self.reason
        )
    }
}
