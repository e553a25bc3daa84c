//! The lines of the program that a stack comes of: where to look, when it is too large.

use crate::cloudformation::limits;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::Name;
use crate::team::{Definition, Developer, Override, ParameterOverride, Team};

/// What the program says of a stack.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin<'a> {
    team: &'a Team,
    service: Option<&'a Definition>,
    developer: Option<&'a Developer>,
}

impl<'a> Origin<'a> {
    /// Of the stack of a service, of a developer, of both, or of the team.
    pub(super) fn of(team: &'a Team, service: Option<Name>, developer: Option<Name>) -> Self {
        let of_service = |pipeline: &&Definition| Some(pipeline.service.name) == service;
        let of_developer = |each: &&Developer| Some(each.name()) == developer;
        Self {
            team,
            service: team.pipelines.iter().find(of_service),
            developer: team.developers().iter().find(of_developer),
        }
    }

    /// The service that it is of.
    pub(super) fn service_name(self) -> Option<Name> {
        self.service.map(|service| service.service.name)
    }

    /// Points at the parameter of a stack that is the longest, where one is most of what there is room for, or else at the stack.
    pub(super) fn at_parameters(self, stack: &str, diagnostic: Diagnostic) -> Diagnostic {
        let stacks = self.service.map(|service| service.stacks.iter());
        let Some(stack) = stacks.into_iter().flatten().find(|each| each.name == stack) else {
            return diagnostic;
        };
        let bytes = |each: &ParameterOverride| match &each.given {
            Override::Value { value, .. } => value.all().map(|said| said.value.len()).max().unwrap_or(0),
            Override::Artifact { .. } | Override::Assets { .. } => 0,
        };
        let longest = stack.overrides.iter().max_by_key(|each| bytes(each));
        match longest.filter(|each| bytes(each) > limits::PARAMETER_OVERRIDES / 2) {
            Some(parameter) => diagnostic.at(parameter.location, "the longest of them"),
            None => diagnostic.at(stack.location, "this stack"),
        }
    }

    /// Points at what the deployment of the service may do, where the stack has that.
    pub(super) fn at_permissions(self, diagnostic: Diagnostic) -> Diagnostic {
        match self.service.and_then(|service| service.permissions.as_ref()) {
            Some(permissions) => diagnostic.at(permissions.location, "these permissions"),
            None => diagnostic,
        }
    }

    /// Points at what the roles may do at the most that the service's own stacks make.
    pub(super) fn at_roles(self, diagnostic: Diagnostic) -> Diagnostic {
        let permissions = self.service.and_then(|service| service.permissions.as_ref());
        match permissions.and_then(|permissions| permissions.roles.as_ref()) {
            Some(roles) => diagnostic.at(roles.location, "these roles"),
            None => diagnostic,
        }
    }

    /// Points each of them at the program, unless it does already.
    pub(super) fn place(self, diagnostics: Diagnostics) -> impl Iterator<Item = Diagnostic> {
        let (location, text) = match (self.service, self.developer) {
            (Some(service), _) => (service.location, "its pipeline"),
            (None, Some(developer)) => (developer.location, "this developer"),
            (None, None) => (self.team.world.build.location, "the build account of the team"),
        };
        diagnostics.into_iter().map(move |diagnostic| {
            if diagnostic.labels().is_empty() {
                diagnostic.at(location, text)
            } else {
                diagnostic
            }
        })
    }
}
