use std::collections::BTreeMap;
use std::fmt;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::change_set::ChangeSet;
use super::preparation::Execution;
use super::properties::Properties;
use super::templates::Template;
use crate::cloudformation::types;
use crate::local::clock::Moment;
use crate::local::cloudformation::drift::Drift;

/// A stack's id: its ARN, which is never used again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(in crate::local) struct StackArn(pub(in crate::local) String);

impl fmt::Display for StackArn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

/// A stack as it is, with its history.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::local) struct Stack {
    pub(in crate::local) id: StackArn,
    pub(in crate::local) name: String,
    pub(in crate::local) account: String,
    pub(in crate::local) region: String,
    pub(in crate::local) status: String,
    pub(in crate::local) reason: Option<String>,
    pub(in crate::local) created: Moment,
    pub(in crate::local) updated: Option<Moment>,
    /// What it was last brought to.
    pub(in crate::local) deployed: Option<Definition>,
    pub(in crate::local) resources: IndexMap<String, StackResource>,
    pub(in crate::local) outputs: BTreeMap<String, StackOutput>,
    pub(in crate::local) events: Vec<StackEvent>,
    pub(in crate::local) change_sets: BTreeMap<String, ChangeSet>,
    /// What is being done to it.
    pub(in crate::local) execution: Option<Execution>,
    /// What was asked for and has not begun: so many looks from now it does, and the stack turns to this status.
    #[serde(default)]
    pub(in crate::local) delayed: Option<Delayed>,
    /// The change sets that were executed, with the tokens of the calls: a repeated call is answered as the first.
    #[serde(default)]
    pub(in crate::local) executed: Vec<Executed>,
    #[serde(default)]
    pub(in crate::local) termination_protection: bool,
    /// The role that it was deployed with, by ARN.
    #[serde(default)]
    pub(in crate::local) role: Option<String>,
    /// The resources to go back to, where a rollback failed.
    #[serde(default)]
    pub(in crate::local) unfinished: Option<IndexMap<String, StackResource>>,
}

/// An execution that has not begun.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::local) struct Delayed {
    pub(in crate::local) execution: Execution,
    pub(in crate::local) looks: u32,
}

/// A change set that was executed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::local) struct Executed {
    pub(in crate::local) id: String,
    pub(in crate::local) name: String,
    pub(in crate::local) token: Option<String>,
}

/// What makes a stack what it is: the same three, and there is nothing to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::local) struct Definition {
    pub(in crate::local) template: Template,
    /// The template's description.
    pub(in crate::local) description: String,
    /// Values of all parameters, defaults included.
    pub(in crate::local) parameters: BTreeMap<String, String>,
    pub(in crate::local) tags: BTreeMap<String, String>,
}

/// A resource of a stack.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::local) struct StackResource {
    pub(in crate::local) resource_type: String,
    /// What `Ref` returns.
    pub(in crate::local) physical_id: String,
    /// What `Fn::GetAtt` returns.
    pub(in crate::local) attributes: BTreeMap<String, String>,
    /// Its properties, intrinsics evaluated.
    pub(in crate::local) properties: Properties,
    /// Whether it stays when it leaves the stack.
    pub(in crate::local) retained: bool,
    /// The names under which nothing else can exist.
    pub(in crate::local) identities: Vec<String>,
    /// What was done to it behind CloudFormation's back.
    #[serde(default)]
    pub(in crate::local) drift: Option<Drift>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::local) struct StackOutput {
    pub(in crate::local) value: String,
    pub(in crate::local) description: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::local) struct StackEvent {
    pub(in crate::local) at: Moment,
    pub(in crate::local) logical_id: String,
    pub(in crate::local) physical_id: String,
    pub(in crate::local) resource_type: String,
    pub(in crate::local) status: String,
    pub(in crate::local) reason: Option<String>,
    pub(in crate::local) token: Option<String>,
}

impl Stack {
    /// The moment of the last thing that happened to it.
    pub(in crate::local) fn latest(&self) -> Moment {
        let changed = self.updated.unwrap_or(self.created);
        self.events.last().map_or(changed, |event| event.at.max(changed))
    }

    pub(in crate::local) fn is_deleted(&self) -> bool {
        self.status == "DELETE_COMPLETE"
    }

    /// Sets its status, which is an event too.
    pub(in crate::local) fn turn(&mut self, at: Moment, status: &str, reason: Option<String>) {
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
    pub(in crate::local) fn note(
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
