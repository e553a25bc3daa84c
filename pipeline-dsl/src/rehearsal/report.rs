//! What a rehearsal came to: who has which version, what was denied, what failed, what waits.

use super::denial::{Outcome, Step};

/// What a rehearsal came to.
#[derive(Debug)]
#[non_exhaustive]
pub struct Report {
    /// Everything that happened, in order.
    pub steps: Vec<Step>,
    /// Every artifact of the service in every account that deploys it.
    pub arrivals: Vec<Arrival>,
    /// How long it all took, in seconds of simulated time.
    pub took: u64,
    /// By the number of a step, how many objects it put into buckets that announce them.
    pub(super) brought: Vec<(usize, usize)>,
}

/// An artifact in an account.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Arrival {
    /// `build account`, or the developer's name.
    pub place: String,
    /// The artifact's key.
    pub artifact: String,
    /// What the account has.
    pub currency: Currency,
    /// The version that the account has, as its own bucket calls it.
    pub version: Option<String>,
    /// When the account's pipeline had deployed it, in seconds of simulated time; none, where it has not.
    pub deployed: Option<u64>,
}

/// What an account has of an artifact, against the newest upstream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Currency {
    /// The newest upstream version.
    Current,
    /// An upstream version with so many newer ones.
    Behind(usize),
    /// A build of its own.
    Own,
    /// Nothing.
    Nothing,
}

impl Report {
    /// How many objects were put into buckets that announce them, step by step: the place, and the number.
    pub fn brought(&self) -> impl Iterator<Item = (&str, usize)> {
        let steps = self.brought.iter();
        steps.filter_map(|(step, objects)| Some((self.steps.get(*step)?.place.as_str(), *objects)))
    }

    /// The steps at which something was denied.
    pub fn denied(&self) -> impl Iterator<Item = &Step> {
        self.steps
            .iter()
            .filter(|step| matches!(step.outcome, Outcome::Denied(_)))
    }

    /// The steps at which something failed.
    pub fn failed(&self) -> impl Iterator<Item = &Step> {
        self.steps
            .iter()
            .filter(|step| matches!(step.outcome, Outcome::Failed(_)))
    }

    /// The steps at which something waits for a person.
    pub fn waiting(&self) -> impl Iterator<Item = &Step> {
        self.steps
            .iter()
            .filter(|step| matches!(step.outcome, Outcome::Waits(_)))
    }
}
