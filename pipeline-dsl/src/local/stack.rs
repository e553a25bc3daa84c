use std::collections::BTreeMap;
use std::fmt;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::change_set::ChangeSet;
use super::clock::Moment;
use super::drift::Drift;
use super::preparation::Execution;
use super::properties::Properties;
use super::templates::Template;
use crate::cloudformation::types;

/// A stack's id: its ARN, which is never used again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct StackArn(pub(super) String);

impl fmt::Display for StackArn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

/// A stack as it is, with its history.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Stack {
    pub(super) id: StackArn,
    pub(super) name: String,
    pub(super) account: String,
    pub(super) region: String,
    pub(super) status: String,
    pub(super) reason: Option<String>,
    pub(super) created: Moment,
    pub(super) updated: Option<Moment>,
    /// What it was last brought to.
    pub(super) deployed: Option<Definition>,
    pub(super) resources: IndexMap<String, StackResource>,
    pub(super) outputs: BTreeMap<String, StackOutput>,
    pub(super) events: Vec<StackEvent>,
    pub(super) change_sets: BTreeMap<String, ChangeSet>,
    /// What is being done to it.
    pub(super) execution: Option<Execution>,
    /// What was asked for and has not begun: so many looks from now it does, and the stack turns to this status.
    #[serde(default)]
    pub(super) delayed: Option<Delayed>,
    /// The change sets that were executed, with the tokens of the calls: a repeated call is answered as the first.
    #[serde(default)]
    pub(super) executed: Vec<Executed>,
    #[serde(default)]
    pub(super) termination_protection: bool,
    /// The role that it was deployed with, by ARN.
    #[serde(default)]
    pub(super) role: Option<String>,
    /// The resources to go back to, where a rollback failed.
    #[serde(default)]
    pub(super) unfinished: Option<IndexMap<String, StackResource>>,
}

/// An execution that has not begun.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Delayed {
    pub(super) execution: Execution,
    pub(super) looks: u32,
}

/// A change set that was executed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Executed {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) token: Option<String>,
}

/// What makes a stack what it is: the same three, and there is nothing to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Definition {
    pub(super) template: Template,
    /// The template's description.
    pub(super) description: String,
    /// Values of all parameters, defaults included.
    pub(super) parameters: BTreeMap<String, String>,
    pub(super) tags: BTreeMap<String, String>,
}

/// A resource of a stack.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct StackResource {
    pub(super) resource_type: String,
    /// What `Ref` returns.
    pub(super) physical_id: String,
    /// What `Fn::GetAtt` returns.
    pub(super) attributes: BTreeMap<String, String>,
    /// Its properties, intrinsics evaluated.
    pub(super) properties: Properties,
    /// Whether it stays when it leaves the stack.
    pub(super) retained: bool,
    /// The names under which nothing else can exist.
    pub(super) identities: Vec<String>,
    /// What was done to it behind CloudFormation's back.
    #[serde(default)]
    pub(super) drift: Option<Drift>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct StackOutput {
    pub(super) value: String,
    pub(super) description: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct StackEvent {
    pub(super) at: Moment,
    pub(super) logical_id: String,
    pub(super) physical_id: String,
    pub(super) resource_type: String,
    pub(super) status: String,
    pub(super) reason: Option<String>,
    pub(super) token: Option<String>,
}

impl Stack {
    /// The moment of the last thing that happened to it.
    pub(super) fn latest(&self) -> Moment {
        let changed = self.updated.unwrap_or(self.created);
        self.events.last().map_or(changed, |event| event.at.max(changed))
    }

    pub(super) fn is_deleted(&self) -> bool {
        self.status == "DELETE_COMPLETE"
    }

    /// Sets its status, which is an event too.
    pub(super) fn turn(&mut self, at: Moment, status: &str, reason: Option<String>) {
        status.clone_into(&mut self.status);
        self.reason.clone_from(&reason);
        self.events.push(StackEvent {
            at,
            logical_id: self.name.clone(),
            physical_id: self.id.0.clone(),
            resource_type: types::STACK.to_owned(),
            status: status.to_owned(),
            reason,
            token: self
                .execution
                .as_ref()
                .and_then(|execution| execution.token.clone()),
        });
    }

    /// Notes what happens to a resource.
    pub(super) fn note(
        &mut self,
        at: Moment,
        logical_id: &str,
        resource_type: &str,
        status: &str,
        reason: Option<String>,
    ) {
        let physical_id = self
            .resources
            .get(logical_id)
            .map(|resource| resource.physical_id.clone());
        self.events.push(StackEvent {
            at,
            logical_id: logical_id.to_owned(),
            physical_id: physical_id.unwrap_or_default(),
            resource_type: resource_type.to_owned(),
            status: status.to_owned(),
            reason,
            token: self
                .execution
                .as_ref()
                .and_then(|execution| execution.token.clone()),
        });
    }
}
