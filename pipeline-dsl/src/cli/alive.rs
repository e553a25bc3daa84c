use std::collections::BTreeMap;
use std::sync::Arc;

use super::cloud::Cloud;
use crate::local::CustomRequest;
use crate::proof::Unreadable;
use crate::rehearsal::{Rehearsal, Scenario, Script, Twin};
use crate::team::Team;

/// The local cloud with somebody who runs its functions. What they bring moves on in it, as in AWS by itself; AWS is alive anyway.
pub(super) struct Alive<'a>(Option<Rehearsal<'a>>);

impl<'a> Alive<'a> {
    pub(super) fn of(team: &'a Team, cloud: &Cloud) -> Result<Self, Unreadable> {
        let local = cloud.local.as_ref();
        let rehearsal = local.map(|local| Rehearsal::of(team, local, Arc::new(Twin), &()));
        Ok(Self(rehearsal.transpose()?))
    }

    /// The subscribers do what custom resources asked, and pipelines start on that. How many artifacts came to whom.
    pub(super) fn fill(self, requests: &[CustomRequest]) -> BTreeMap<String, usize> {
        let mut filled = BTreeMap::new();
        let Some(mut rehearsal) = self.0 else {
            return filled;
        };
        rehearsal.backfill(requests);
        let report = rehearsal.perform_script(&Script::default(), &[]);
        for (place, artifacts) in report.brought().filter(|(_, artifacts)| *artifacts > 0) {
            *filled.entry(place.to_owned()).or_default() += artifacts;
        }
        filled
    }

    /// What a build makes goes its way. Of one that cannot be, its start has said so.
    pub(super) fn build(self, scenario: &Scenario) {
        if let Some(rehearsal) = self.0 {
            drop(rehearsal.play(scenario));
        }
    }

    /// Pipelines start on what has arrived.
    pub(super) fn move_on(self) {
        if let Some(rehearsal) = self.0 {
            rehearsal.perform_script(&Script::default(), &[]);
        }
    }
}
