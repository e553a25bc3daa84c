//! Waves: somebody in each of them, and nobody in production without having been asked.

use super::{ANOTHER_NAME, duplicates};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::team::wave::Wave;
use crate::team::world::Team;

pub(super) fn check(team: &Team, found: &mut Diagnostics) {
    let world = &team.world;
    let environments = world.environments.iter().map(|each| (each.name, each.location));
    duplicates(
        "environment",
        "team::duplicate-environment",
        ANOTHER_NAME,
        environments,
        found,
    );
    let waves = world.waves.iter().map(|each| (each.name, each.location));
    duplicates("wave", "team::duplicate-wave", ANOTHER_NAME, waves, found);
    for wave in world.waves.iter() {
        environments_of(team, wave, found);
    }
}

fn environments_of(team: &Team, wave: &Wave, found: &mut Diagnostics) {
    if wave.environments.is_empty() {
        found.push(
            Diagnostic::new(
                "team::empty-wave",
                format!("wave `{}` has no environment", wave.name),
            )
            .at(wave.location, "nothing would be deployed here")
            .help(format!(
                "name at least one environment: `wave {} = [dev];`",
                wave.name
            )),
        );
    }
    for (position, environment) in wave.environments.iter().enumerate() {
        let earlier = wave.environments.iter().take(position);
        if earlier.clone().any(|other| other.name == environment.name) {
            found.push(
                Diagnostic::new(
                    "team::environment-twice-in-wave",
                    format!(
                        "wave `{}` names environment `{}` twice",
                        wave.name, environment.name
                    ),
                )
                .at(wave.location, "in this wave")
                .help("take one of them out"),
            );
        }
        if !team
            .world
            .environments
            .iter()
            .any(|declared| declared.name == environment.name)
        {
            found.push(
                Diagnostic::new(
                    "team::undeclared-environment",
                    format!(
                        "wave `{}` names environment `{}`, which the team does not declare",
                        wave.name, environment.name
                    ),
                )
                .at(wave.location, "named in this wave")
                .at(environment.location, "made here")
                .help("add it to the team, `.environment(…)`, or take it out of the wave"),
            );
        }
        if environment.release.needs_approval() && wave.approval.is_none() {
            found.push(
                Diagnostic::new(
                    "team::unapproved-production",
                    format!(
                        "wave `{}` releases to production `{}` without an approval",
                        wave.name, environment.name
                    ),
                )
                .at(wave.location, "this wave asks nobody")
                .at(environment.location, "declared as production here")
                .help(
                    "let the wave wait for an approval (`after approval`, `.after_approval()`), or waive it \
                     with a reason (`unapproved \"reason\"`, `.unapproved(\"reason\")`)",
                ),
            );
        }
    }
}
