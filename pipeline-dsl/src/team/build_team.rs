//! The last step of declaring a team: everything is checked together.

use super::check;
use super::pipeline::{Pipeline, Releasing};
use super::world::{Team, TeamBuilder, World};
use crate::diagnostic::{Diagnostics, Result};

impl World {
    /// Makes the team without any pipeline: one that has no services yet.
    ///
    /// # Errors
    /// As [`TeamBuilder::build`]; each declared service is missing its pipeline.
    pub fn build(self) -> Result<Team> {
        self.with_all([] as [Pipeline<Releasing>; 0]).build()
    }
}

impl TeamBuilder {
    /// Checks everything and makes the team.
    ///
    /// # Errors
    /// Every mistake that was found, each with the places it concerns.
    pub fn build(self) -> Result<Team> {
        let mut team = Team {
            world: self.world,
            pipelines: self.pipelines,
            warnings: Diagnostics::new(),
        };
        // Checked as it was written; from there on, the order of declarations makes no difference.
        let (warnings, mut mistakes) = check::team(&team).split();
        team.warnings = check::not_accepted(warnings, &self.accepted, &mut mistakes);
        team.pipelines.sort_by_key(|pipeline| pipeline.service.name);
        team.world
            .environments
            .to_mut()
            .sort_by_key(|environment| environment.name);
        team.world
            .developers
            .to_mut()
            .sort_by_key(|developer| developer.name);
        mistakes.or(team)
    }
}
