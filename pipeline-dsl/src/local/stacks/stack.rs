use std::collections::BTreeMap;
use std::fmt;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::change_set::ChangeSet;
use super::definition::Definition;
use super::execution::Execution;
use super::resource::StackResource;
use super::status::StackStatus;
use crate::cloudformation::types;
use crate::local::clock::Moment;

/// A stack's id: its ARN, which is never used again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct StackArn(pub(crate) String);

impl fmt::Display for StackArn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

/// A stack as it is, with its history.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Stack {
    pub(crate) id: StackArn,
    pub(crate) name: String,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) status: StackStatus,
    pub(crate) reason: Option<String>,
    pub(crate) created: Moment,
    pub(crate) updated: Option<Moment>,
    /// What it was last brought to.
    pub(crate) deployed: Option<Definition>,
    pub(crate) resources: IndexMap<String, StackResource>,
    pub(crate) outputs: BTreeMap<String, StackOutput>,
    pub(crate) events: Vec<StackEvent>,
    pub(crate) change_sets: BTreeMap<String, ChangeSet>,
    /// What is being done to it.
    pub(crate) execution: Option<Execution>,
    /// What was asked for and has not begun: so many looks from now it does, and the stack turns to this status.
    #[serde(default)]
    pub(crate) delayed: Option<Delayed>,
    /// The change sets that were executed, with the tokens of the calls: a repeated call is answered as the first.
    #[serde(default)]
    pub(crate) executed: Vec<Executed>,
    #[serde(default)]
    pub(crate) termination_protection: bool,
    /// The role that it was deployed with, by ARN.
    #[serde(default)]
    pub(crate) role: Option<String>,
    /// The resources to go back to, where a rollback failed.
    #[serde(default)]
    pub(crate) unfinished: Option<IndexMap<String, StackResource>>,
}

/// An execution that has not begun.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Delayed {
    pub(crate) execution: Execution,
    pub(crate) looks: u32,
}

/// A change set that was executed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Executed {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) token: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StackOutput {
    pub(crate) value: String,
    pub(crate) description: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StackEvent {
    pub(crate) at: Moment,
    pub(crate) logical_id: String,
    pub(crate) physical_id: String,
    pub(crate) resource_type: String,
    pub(crate) status: String,
    pub(crate) reason: Option<String>,
    pub(crate) token: Option<String>,
}

impl Stack {
    /// The moment of the last thing that happened to it.
    pub(crate) fn latest(&self) -> Moment {
        let changed = self.updated.unwrap_or(self.created);
        self.events.last().map_or(changed, |event| event.at.max(changed))
    }

    pub(crate) fn is_deleted(&self) -> bool {
        self.status == StackStatus::DeleteComplete
    }

    /// Sets its status, which is an event too.
    pub(crate) fn turn(&mut self, at: Moment, status: StackStatus, reason: Option<String>) {
        self.status = status;
        self.reason.clone_from(&reason);
        self.events.push(StackEvent {
            at,
            logical_id: self.name.clone(),
            physical_id: self.id.0.clone(),
            resource_type: types::STACK.to_owned(),
            status: status.name().to_owned(),
            reason,
            token: self
                .execution
                .as_ref()
                .and_then(|execution| execution.token.clone()),
        });
    }

    /// Notes what happens to a resource.
    pub(crate) fn note(
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

    /// An operation of which only the status is left will never end by itself.
    pub(crate) fn settle_what_nobody_works_at(&mut self, at: Moment) {
        if self.execution.is_some() || self.delayed.is_some() {
            return;
        }
        let Some(ended) = self.status.once_abandoned() else {
            return;
        };
        self.turn(at, ended, Some("The process that worked at it ended.".to_owned()));
    }
}
