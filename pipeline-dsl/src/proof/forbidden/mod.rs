//! Requests that must never go through: by strangers, by one developer on another, by developers and targets on what is built,
//! and by the system's own roles beyond what they are for.

mod asking;
mod assets;
mod builds;
mod cast;
mod deployment;
mod developers;
mod elsewhere;
mod keys;
mod self_update;
mod strangers;
mod targets;
mod undelivered;
mod uploads;

use cast::Cast;

use crate::proof::deployed::resource::Resource;
use crate::proof::deployed::stacks::Deployed;
use crate::proof::hop::{Expectation, Hop, Hops};
use crate::team::Team;

/// All of them, one after the other.
pub(super) fn each(team: &Team, deployed: &Deployed, hand_on: &mut dyn FnMut(Hop)) {
    let cast = Cast::of(deployed);
    let hops = &mut Hops::new(Expectation::Denied, hand_on);
    strangers::all(deployed, hops);
    developers::all(deployed, &cast, hops);
    targets::all(deployed, &cast, hops);
    deployment::all(team, deployed, hops);
    builds::all(deployed, hops);
    assets::all(deployed, hops);
    keys::all(deployed, hops);
    elsewhere::all(deployed, hops);
    self_update::all(deployed, hops);
    undelivered::all(deployed, hops);
    uploads::all(team, deployed, hops);
}
