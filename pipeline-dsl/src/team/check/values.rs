//! The values of stacks' parameters: one in each place, and none elsewhere.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Diagnostics, SourceLocation};
use crate::model::Name;
use crate::team::pipeline::Definition;
use crate::team::stack::{Override, StackDefinition};
use crate::team::values::Values;
use crate::team::world::Team;

/// So many places are named.
const NAMED: usize = 5;

pub(super) fn check(team: &Team, pipeline: &Definition, stack: &StackDefinition, found: &mut Diagnostics) {
    for each in &stack.overrides {
        if let Override::Value { parameter, value } = &each.given {
            let place = Place {
                team,
                pipeline,
                what: format!("parameter `{parameter}` of stack `{}`", stack.name),
                location: each.location,
            };
            place.missing(value, found);
            place.elsewhere(value, found);
            place.twice(value, found);
            place.characters(value, found);
            place.variables(value, found);
        }
    }
}

struct Place<'a> {
    team: &'a Team,
    pipeline: &'a Definition,
    what: String,
    location: SourceLocation,
}

impl Place<'_> {
    fn missing(&self, values: &Values, found: &mut Diagnostics) {
        let environments = self.pipeline.environments().map(|environment| environment.name);
        let environments: BTreeSet<Name> = environments
            .filter(|name| values.of_environment(*name).is_none())
            .collect();
        let developers = self.team.developers().iter().map(|developer| developer.name);
        let developers = developers.filter(|name| values.of_developer(*name).is_none());
        let mut lacking: Vec<String> = environments
            .iter()
            .map(|name| format!("environment `{name}`"))
            .collect();
        lacking.extend(developers.map(|name| format!("the account of developer `{name}`")));
        if lacking.is_empty() {
            return;
        }
        let more = lacking.len().saturating_sub(NAMED);
        lacking.truncate(NAMED);
        let more = if more == 0 {
            String::new()
        } else {
            format!(" and {more} more places")
        };
        found.push(
            Diagnostic::new(
                "team::value-missing",
                format!("{} has no value in {}{more}", self.what, lacking.join(", ")),
            )
            .at(self.location, "given here")
            .help(
                "say it with `.in_environment(…, \"…\")` or `.for_developers(\"…\")`, or one for all others with `.otherwise(\"…\")`",
            ),
        );
    }

    fn elsewhere(&self, values: &Values, found: &mut Diagnostics) {
        let service = self.pipeline.service.name;
        for (name, _) in &values.environments {
            if self.pipeline.environments().all(|each| each.name != *name) {
                let message = format!(
                    "{} has a value in environment `{name}`, which service `{service}` is not released to",
                    self.what
                );
                self.is_elsewhere(message, found);
            }
        }
        for (name, _) in &values.developers {
            if self.team.developers().iter().all(|each| each.name != *name) {
                let message = format!(
                    "{} has a value for developer `{name}`, whom the team does not have",
                    self.what
                );
                self.is_elsewhere(message, found);
            }
        }
    }

    fn is_elsewhere(&self, message: String, found: &mut Diagnostics) {
        found.push(
            Diagnostic::new("team::value-elsewhere", message)
                .at(self.location, "given here")
                .help("take the value out"),
        );
    }

    fn twice(&self, values: &Values, found: &mut Diagnostics) {
        let named = values.environments.iter().chain(&values.developers);
        let mut seen = BTreeSet::new();
        for (name, _) in named {
            if !seen.insert(*name) {
                found.push(
                    Diagnostic::new(
                        "team::value-twice",
                        format!("{} has two values in `{name}`", self.what),
                    )
                    .at(self.location, "given here")
                    .help("take one of the two out"),
                );
            }
        }
    }

    /// What is for one developer is a parameter of their stack, put into JSON as it is.
    fn characters(&self, values: &Values, found: &mut Diagnostics) {
        if values.developers.is_empty() {
            return;
        }
        let of_developers = values.developers.iter().map(|(_, value)| value.as_str());
        let special = |c: char| c == '"' || c == '\\' || c.is_control();
        let mut all = of_developers.chain(values.of_developers());
        if let Some(value) = all.find(|value| value.contains(special)) {
            found.push(
                Diagnostic::new(
                    "team::value-characters",
                    format!("{} cannot be `{value}` where developers have values of their own", self.what),
                )
                .at(self.location, "given here")
                .help("write it without `\"`, `\\` and line breaks, or give all developers one value with `.for_developers(\"…\")`"),
            );
        }
    }

    /// What CodePipeline would take for a variable of its own: it replaces them in an action's configuration when the action starts.
    /// <https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-variables.html>
    fn variables(&self, values: &Values, found: &mut Diagnostics) {
        if let Some(value) = values.all().find(|value| value.contains("#{")) {
            found.push(
                Diagnostic::new(
                    "team::value-variable",
                    format!(
                        "{} is `{value}`, where CodePipeline reads `#{{` as the beginning of a variable",
                        self.what
                    ),
                )
                .at(self.location, "given here")
                .help("the pipelines have no variables for a stack, and `#{` cannot be escaped: write the value without it"),
            );
        }
    }
}
