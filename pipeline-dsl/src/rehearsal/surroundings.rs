//! What is around the cloud in a rehearsal: the deployed policies decide, and an observer hears of every step.

use std::sync::Arc;

use super::authority::Authority;
use super::denial::{Denial, Observer, Outcome, Step};
use super::place_names::PlaceNames;
use super::push::Task;
use super::subscriber_log;
use crate::local::Invocation;
use crate::local::runtime::{Place, Surroundings};

pub(super) struct Surrounded<'a> {
    pub(super) authority: Arc<Authority>,
    pub(super) names: PlaceNames,
    pub(super) observer: &'a dyn Observer,
}

impl Surroundings for Surrounded<'_> {
    type Denial = Denial;
    type Task = Task;

    fn denied_to(&self, arn: &str) -> Option<Denial> {
        self.authority.denied_to(arn)
    }

    fn denied_dead_letter(&self, rule: &str, target: &str) -> Option<Denial> {
        self.authority.denied_dead_letter(rule, target)
    }

    fn denied_start(&self, function: &str) -> Option<Denial> {
        self.authority.denied_start(function)
    }

    fn denied_action(&self, pipeline: &str, stage: &str, action: &str) -> Option<Denial> {
        self.authority.denied_action(pipeline, stage, action)
    }

    fn denied_meanwhile(&self) -> Option<Denial> {
        self.authority.take_denied()
    }

    fn invocation(&self, about: &str) -> String {
        format!("copies {about}")
    }

    fn invoked(&self, about: &str, invocation: &Invocation) -> (String, Outcome) {
        match subscriber_log::kept(&invocation.log) {
            None => (self.invocation(about), Outcome::Done),
            Some(reason) if [subscriber_log::HELD, subscriber_log::UNKNOWN].contains(&reason.as_str()) => {
                (format!("{about} stays away"), Outcome::Kept(reason))
            }
            Some(reason) => (self.invocation(about), Outcome::Kept(reason)),
        }
    }

    fn place_name(&self, place: &Place) -> String {
        self.names.name(place)
    }

    fn happened(&self, step: &Step) {
        self.observer.happened(step);
    }
}
