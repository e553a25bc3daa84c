use std::sync::Arc;

use super::cloud::Cloud;
use crate::proof::Unreadable;
use crate::rehearsal::{Rehearsal, Script, Twin};
use crate::team::Team;

/// The local cloud with somebody who runs its functions. What they bring moves on in it, as in AWS by itself; AWS is alive anyway.
pub(super) struct Alive<'a>(Option<Rehearsal<'a>>);

impl<'a> Alive<'a> {
    pub(super) fn of(team: &'a Team, cloud: &Cloud) -> Result<Self, Unreadable> {
        let local = cloud.local.as_ref();
        let rehearsal = local.map(|local| Rehearsal::of(team, local, Arc::new(Twin), &()));
        Ok(Self(rehearsal.transpose()?))
    }

    /// Pipelines start on what has arrived.
    pub(super) fn move_on(self) {
        if let Some(rehearsal) = self.0 {
            rehearsal.perform_script(&Script::default(), &[]);
        }
    }
}
