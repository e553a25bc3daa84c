use std::time::Duration;

use super::outcome::{Outcome, StackError};
use crate::deploy::state::status::Status;
use crate::synth::StackId;

/// Something that happens during a deployment.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The deployment begins.
    Planned {
        /// How many stacks are worked on.
        stacks: usize,
    },
    /// A stack is looked at.
    Started {
        /// Which.
        stack: &'a StackId,
    },
    /// Somebody else is changing a stack: it is waited for.
    Waiting {
        /// Which.
        stack: &'a StackId,
        /// What the stack is in.
        status: &'a Status,
        /// Since when, where that is known.
        since: &'a str,
        /// Who it is, as far as their client request token tells.
        by: &'a str,
    },
    /// A stack is blocked, and has to be mended before it can be changed.
    Mending {
        /// Which.
        stack: &'a StackId,
        /// What it is in.
        status: &'a Status,
        /// What is done about it: `deleting it`.
        how: &'static str,
    },
    /// A stack is being changed.
    Changing {
        /// Which.
        stack: &'a StackId,
        /// What happened in it last, and how far it is.
        progress: ResourceProgress<'a>,
    },
    /// A stack is done.
    Finished {
        /// Which.
        stack: &'a StackId,
        /// What was done.
        outcome: Outcome,
        /// How long it took.
        took: Duration,
    },
    /// A stack could not be deployed.
    Failed {
        /// Which.
        stack: &'a StackId,
        /// Why.
        error: &'a StackError,
    },
    /// A stack was not begun, because one that it needs failed.
    Skipped {
        /// Which.
        stack: &'a StackId,
        /// The one that failed.
        because: &'a StackId,
    },
}

/// What happens to a resource.
#[derive(Debug, Clone, Copy)]
pub struct ResourceProgress<'a> {
    /// Its logical id.
    pub logical_id: &'a str,
    /// Its type.
    pub resource_type: &'a str,
    /// Its status, as CloudFormation spells it.
    pub status: &'a str,
    /// Why, where CloudFormation says.
    pub reason: Option<&'a str>,
    /// How many resources of the stack are done.
    pub done: usize,
    /// How many the stack has.
    pub of: usize,
}

/// Somebody who is told what happens.
pub trait Observer: Send + Sync {
    /// Called for each event, from several tasks at once.
    fn observe(&self, event: &Event<'_>);
}
