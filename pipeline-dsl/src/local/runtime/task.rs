//! What is to happen in the cloud.

use serde_json::Value;

use super::landscape::Subscription;
use super::step::Outcome;
use crate::cloudformation::types::codepipeline::DeclaredAction;
use crate::local::s3::state::Created;

/// What is to happen: what the cloud does by itself, and what happens outside of it.
#[derive(Debug)]
pub(super) enum Task<Outside, Denial> {
    Outside(Outside),
    Event(Event),
    Deliver(Delivery),
    Run(Run),
    /// A pipeline starts, after the step of this number.
    Start {
        pipeline: String,
        parent: usize,
    },
    Perform(Performance),
    Finish(Performance, Outcome<Denial>),
}

/// That an object was created.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) created: Created,
    pub(super) late: bool,
    pub(super) parent: usize,
}

/// A message for a subscriber.
#[derive(Debug)]
pub(super) struct Delivery {
    pub(super) subscription: Subscription,
    pub(super) topic: String,
    /// What it is about: the key of an object.
    pub(super) about: String,
    pub(super) message: String,
    /// Whether it was tried before.
    pub(super) refused: bool,
    pub(super) parent: usize,
}

/// A function that runs on an event.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) function: String,
    /// What the event is about: the key of an object.
    pub(super) about: String,
    pub(super) event: Value,
    /// How often it failed.
    pub(super) failures: usize,
    pub(super) parent: usize,
}

/// An action that an execution of a pipeline performs.
#[derive(Debug, Clone)]
pub(super) struct Performance {
    /// The execution's number.
    pub(super) execution: usize,
    pub(super) stage: String,
    pub(super) action: DeclaredAction,
    pub(super) parent: usize,
}
