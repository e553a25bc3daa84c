//! From a world and its pipelines to a team.

use super::check;
use super::pipeline::{Definition, Pipeline, Releases, Releasing};
use super::world::{Team, World};
use crate::diagnostic::{Diagnostics, Result};

impl World {
    /// Makes the team without any pipeline: one that has no services yet.
    ///
    /// # Errors
    /// As [`TeamBuilder::build`]; each declared service is missing its pipeline.
    pub fn build(self) -> Result<Team> {
        self.with_all([] as [Pipeline<Releasing>; 0]).build()
    }

    /// Begins the team with the pipeline of one of its services.
    pub fn with<State: Releases, S>(self, pipeline: Pipeline<State, S>) -> TeamBuilder {
        self.with_all([pipeline])
    }

    /// Begins the team with the pipelines of several services.
    pub fn with_all<State: Releases, S>(
        self,
        pipelines: impl IntoIterator<Item = Pipeline<State, S>>,
    ) -> TeamBuilder {
        TeamBuilder {
            world: self,
            pipelines: pipelines.into_iter().map(Pipeline::into_definition).collect(),
        }
    }
}

/// A world to which pipelines are added.
#[derive(Debug, Clone)]
#[must_use = "a team is checked and made by `.build()`"]
pub struct TeamBuilder {
    world: World,
    pipelines: Vec<Definition>,
}

impl TeamBuilder {
    /// Adds the pipeline of a further service.
    pub fn with<State: Releases, S>(mut self, pipeline: Pipeline<State, S>) -> Self {
        self.pipelines.push(pipeline.into_definition());
        self
    }

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
        let (warnings, mistakes) = check::team(&team).split();
        team.warnings = warnings;
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
