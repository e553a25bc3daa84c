//! How long things take in the cloud.
//!
//! AWS promises none of these: they are of the size that people see, so that it is seen what comes before what. What
//! the documentation does say (retries, back-off) is cited where it is used.

use crate::cloudformation::types::codepipeline::PipelineAction;
use crate::local::faults::random::Random;

/// A build, from the push to its artifacts.
pub(crate) const BUILD: u64 = 120;
/// From a new object to the rules that match it.
pub(super) const EVENT: u64 = 1;
/// From a topic to a function.
pub(super) const DELIVERY: u64 = 1;
/// A function that copies an artifact.
pub(super) const COPY: u64 = 3;
/// From a rule to the execution that it starts.
pub(super) const START: u64 = 2;
/// A source action.
pub(super) const SOURCE: u64 = 5;
/// The preparation of a change set.
pub(super) const PREPARE: u64 = 20;
/// The execution of a change set.
pub(super) const EXECUTE: u64 = 60;
/// Somebody who approves at once.
pub(super) const APPROVAL: u64 = 30;
/// How long an account does not answer, where it is down.
pub(crate) const OUTAGE: u64 = 3_600;
/// How late a late event is.
pub(super) const LATE: u64 = 1_800;
/// How often SNS tries to reach a function: after the first attempts every 20 seconds, for 23 days.
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html>
pub(super) const REDELIVERY: u64 = 20;
/// How long Lambda waits before it runs a failed function again: one minute, then two.
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html>
pub(super) const RETRIES: [u64; 2] = [60, 120];

/// How long an action takes.
pub(super) const fn of<T>(action: &PipelineAction<T>) -> u64 {
    match action {
        PipelineAction::S3Source(_) => SOURCE,
        PipelineAction::Approval(_) => APPROVAL,
        PipelineAction::ExecuteChangeSet(_) => EXECUTE,
        PipelineAction::CreateChangeSet(_)
        | PipelineAction::S3Deploy(_)
        | PipelineAction::ConnectionSource(_)
        | PipelineAction::CodeBuild(_) => PREPARE,
    }
}

/// Makes things take a little longer, now this and now that: what happens side by side comes in another order.
#[derive(Debug, Clone)]
pub(crate) struct Jitter(Option<Random>);

impl Jitter {
    /// With no seed, everything takes what it takes.
    pub(crate) fn of(seed: Option<u64>) -> Self {
        Self(seed.map(Random::new))
    }

    pub(crate) fn around(&mut self, seconds: u64) -> u64 {
        match &mut self.0 {
            Some(random) => seconds / 2 + random.below(seconds * 3 + 2),
            None => seconds,
        }
    }
}
