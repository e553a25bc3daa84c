//! The values of stacks' parameters: one in each place, and none elsewhere.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Diagnostic, Diagnostics, SourceLocation};
use crate::model::Name;
use crate::team::pipeline::Definition;
use crate::team::stack::{Override, StackDefinition};
use crate::team::values::{Said, Values};
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
    /// A mistake in a value, at that value where the program says where that is.
    fn wrong(&self, code: &'static str, message: String, said: &Said) -> Diagnostic {
        let location = said.location.unwrap_or(self.location);
        Diagnostic::new(code, message).at_literal(location, said.value.as_str(), "this value")
    }

    /// The environments that no value is for.
    fn lacking(&self, values: &Values) -> BTreeSet<Name> {
        let environments = self.pipeline.environments().map(|environment| environment.name);
        environments
            .filter(|name| values.of_environment(*name).is_none())
            .collect()
    }

    fn missing(&self, values: &Values, found: &mut Diagnostics) {
        let mut environments = self.lacking(values);
        // Who copies a line and forgets to change the environment has one twice and another not at all: one mistake.
        if environments.len() <= repeated(&values.environments).count() {
            environments.clear();
        }
        let named: BTreeSet<Name> = values.developers.iter().map(|(name, _)| *name).collect();
        let others = values.of_developers();
        let developers = self.team.developers().iter().map(|developer| developer.name);
        let developers = developers.filter(|name| others.is_none() && !named.contains(name));
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
        for (name, said) in &values.environments {
            if self.pipeline.environments().all(|each| each.name != *name) {
                let message = format!(
                    "{} has a value in environment `{name}`, which service `{service}` is not released to",
                    self.what
                );
                self.is_elsewhere(
                    message,
                    "take the value out, or release the service there",
                    said,
                    found,
                );
            }
        }
        if values.developers.is_empty() {
            return;
        }
        let team: BTreeSet<Name> = self.team.developers().iter().map(|each| each.name).collect();
        for (name, said) in &values.developers {
            if !team.contains(name) {
                let message = format!(
                    "{} has a value for developer `{name}`, whom the team does not have",
                    self.what
                );
                self.is_elsewhere(message, "take the value out, or add the developer", said, found);
            }
        }
    }

    fn is_elsewhere(&self, message: String, mend: &str, said: &Said, found: &mut Diagnostics) {
        found.push(self.wrong("team::value-elsewhere", message, said).help(mend));
    }

    fn twice(&self, values: &Values, found: &mut Diagnostics) {
        let lacking = self.lacking(values);
        let mend = match lacking.first() {
            Some(lacking) => format!(
                "name another environment in one of the two: `{lacking}` has no value, \
                 `.in_environment({lacking}, \"…\")`"
            ),
            None => TAKE_ONE_OUT.to_owned(),
        };
        let environments = repeated(&values.environments).map(|twice| ("environment", twice, mend.as_str()));
        let developers = repeated(&values.developers).map(|twice| ("developer", twice, TAKE_ONE_OUT));
        for (kind, (name, first, again), mend) in environments.chain(developers) {
            let at = |said: &Said| said.location.unwrap_or(self.location);
            found.push(
                Diagnostic::new(
                    "team::value-twice",
                    format!("{} has two values for {kind} `{name}`", self.what),
                )
                .at(at(again), "given again here")
                .at(at(first), "first given here")
                .help(mend),
            );
        }
    }

    /// What is for one developer is a parameter of their stack, put into JSON as it is.
    fn characters(&self, values: &Values, found: &mut Diagnostics) {
        let special = |c: char| c == '"' || c == '\\' || c.is_control();
        let mut all = values.of_developers_by_name();
        if let Some(said) = all.find(|said| said.value.contains(special)) {
            let message = format!(
                "{} cannot be `{}` where developers have values of their own",
                self.what, said.value
            );
            found.push(
                self.wrong("team::value-characters", message, said)
                    .help("write it without `\"`, `\\` and line breaks, or give all developers one value with `.for_developers(\"…\")`"),
            );
        }
    }

    /// What CodePipeline would take for a variable of its own: it replaces them in an action's configuration when the action starts.
    /// <https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-variables.html>
    fn variables(&self, values: &Values, found: &mut Diagnostics) {
        if let Some(said) = values.all().find(|said| said.value.contains("#{")) {
            let message = format!(
                "{} is `{}`, where CodePipeline reads `#{{` as the beginning of a variable",
                self.what, said.value
            );
            found.push(
                self.wrong("team::value-variable", message, said)
                    .help("the pipelines have no variables for a stack, and `#{` cannot be escaped: write the value without it"),
            );
        }
    }
}

const TAKE_ONE_OUT: &str = "take one of the two out";

/// Those of one name: the name, its first value, and each that comes after.
fn repeated(named: &[(Name, Said)]) -> impl Iterator<Item = (Name, &Said, &Said)> {
    let mut earlier: BTreeMap<Name, &Said> = BTreeMap::new();
    named
        .iter()
        .filter_map(move |(name, said)| match earlier.entry(*name) {
            Entry::Occupied(first) => Some((*name, *first.get(), said)),
            Entry::Vacant(free) => {
                free.insert(said);
                None
            }
        })
}
