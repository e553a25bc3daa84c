//! What the services of the cloud need from outside: whether requests are allowed, what functions did, who watches.

use super::denied::Denied;
use super::place::Place;
use super::step::{Outcome, Step};
use crate::local::lambda::functions::Invocation;

/// What is around the services of a cloud.
pub(crate) trait Surroundings {
    /// A request that is not allowed.
    type Denial: Denied;
    /// What happens outside of the cloud at its time: a push, the end of a build.
    type Task;

    /// The first request that a resource makes by itself and that is denied: a rule's to its targets, a topic's to a function.
    fn denied_to(&self, arn: &str) -> Option<Self::Denial>;

    /// Why a rule may not leave an event in the dead-letter queue of a target.
    fn denied_dead_letter(&self, rule: &str, target: &str) -> Option<Self::Denial>;

    /// Why a function cannot begin: its service may not assume its role.
    fn denied_start(&self, function: &str) -> Option<Self::Denial>;

    /// The first request of a pipeline's action that is denied.
    fn denied_action(&self, pipeline: &str, stage: &str, action: &str) -> Option<Self::Denial>;

    /// The first request that was denied to a function since this was last asked.
    fn denied_meanwhile(&self) -> Option<Self::Denial>;

    /// What a function does with an event about something, in words.
    fn invocation(&self, about: &str) -> String;

    /// What a function has done with it, in words, by what it returned and logged.
    fn invoked(&self, about: &str, invocation: &Invocation) -> (String, Outcome<Self::Denial>);

    /// What people call an account and region.
    fn place_name(&self, place: &Place) -> String;

    /// Hears of a step as soon as it has happened.
    fn happened(&self, step: &Step<Self::Denial>);
}
