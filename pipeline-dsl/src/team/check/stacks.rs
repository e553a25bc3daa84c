//! Stacks: each with a name that is nobody else's, files that can be there, and parameters that are given once.

use std::collections::BTreeMap;

use super::{ANOTHER_NAME, duplicates, given_already, values};
use crate::cloudformation::limits;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{ArtifactPath, StackName};
use crate::team::artifact::ArtifactFile;
use crate::team::pipeline::Definition;
use crate::team::stack::{Override, StackDefinition};
use crate::team::world::Team;

pub(super) fn check(team: &Team, pipeline: &Definition, found: &mut Diagnostics) {
    let names = pipeline
        .stacks
        .iter()
        .map(|stack| (stack.name.as_str(), stack.location));
    duplicates("stack", "team::duplicate-stack", ANOTHER_NAME, names, found);
    if pipeline.stacks.is_empty() {
        found.push(
            Diagnostic::new(
                "team::no-stack",
                format!(
                    "the pipeline of service `{}` deploys no stack",
                    pipeline.service.name
                ),
            )
            .at(pipeline.location, "its pipeline")
            .help("add one, `.stack(Stack::named(\"…\").template(bundle.file(\"…\")))`"),
        );
    }
    if let Some(first) = pipeline.stacks.first().filter(|first| first.after_earlier) {
        found.push(
            Diagnostic::new(
                "team::nothing-earlier",
                format!(
                    "stack `{}` is the first of its pipeline: there are no earlier stacks",
                    first.name
                ),
            )
            .at(first.location, "this stack")
            .help("take `.after_earlier_stacks()` out, or add the stack behind the one that it needs"),
        );
    }
    for stack in &pipeline.stacks {
        if let Err(mistake) = StackName::try_from(stack.name.as_str()) {
            found.push(
                Diagnostic::new("team::stack-name", mistake.to_string()).at(stack.location, "this stack"),
            );
        }
        reserved(team, stack, found);
        let mend = "take one of the two out; another file in one environment is `.configuration_in(environment, file)`";
        given_already(&stack.again, &format!("stack `{}`", stack.name), mend, found);
        overrides(stack, found);
        values::check(team, pipeline, stack, found);
        configurations(pipeline, stack, found);
        for file in stack.files() {
            self::file(file, found);
        }
        if stack.artifacts().any(|artifact| {
            artifact.service != pipeline.service.name || artifact.index >= pipeline.sources.len()
        }) {
            found.push(
                Diagnostic::new(
                    "team::foreign-artifact",
                    format!(
                        "stack `{}` of service `{}` uses an artifact of another pipeline",
                        stack.name, pipeline.service.name
                    ),
                )
                .at(stack.location, "this stack")
                // Under the same key it would be made by two builds, or start both pipelines.
                .help(format!(
                    "make it a source of this pipeline under a key of its own, and use what this returns: \
                     `pipeline.source(Artifact::key(\"{}/…\"))`",
                    pipeline.service.name
                )),
            );
        }
    }
}

fn file(file: &ArtifactFile, found: &mut Diagnostics) {
    if let Err(mistake) = ArtifactPath::try_from(file.path.as_str()) {
        found
            .push(Diagnostic::new("team::artifact-file", mistake.to_string()).at(file.location, "this file"));
    }
}

fn overrides(stack: &StackDefinition, found: &mut Diagnostics) {
    let mut seen: Vec<&str> = Vec::new();
    for each in &stack.overrides {
        let names = match &each.given {
            Override::Value { parameter, .. } => vec![parameter.as_str()],
            Override::Artifact { bucket, key, .. } => vec![bucket.as_str(), key.as_str()],
            Override::Assets { bucket, prefix, .. } => vec![bucket.as_str(), prefix.as_str()],
        };
        for name in names {
            let shape = !name.is_empty()
                && name.len() <= limits::LOGICAL_ID
                && name.chars().all(|c| c.is_ascii_alphanumeric());
            let (problem, mend) = if !shape {
                (
                    "is not letters and digits",
                    "write it as the template's `Parameters` have it",
                )
            } else if seen.contains(&name) {
                ("is given twice", "give each value a parameter of its own")
            } else {
                seen.push(name);
                continue;
            };
            found.push(
                Diagnostic::new(
                    "team::stack-parameter",
                    format!("parameter `{name}` of stack `{}` {problem}", stack.name),
                )
                .at(each.location, "given here")
                .at(stack.location, "this stack")
                .help(mend),
            );
        }
    }
}

/// What stands behind the team's name in the names of our own stacks that are in the accounts of services' stacks.
const OWN_STACKS: [&str; 4] = ["-deployers", "-developer", "-target-", "-developer-service-"];

/// A name that one of our own stacks has in the same accounts.
fn reserved(team: &Team, stack: &StackDefinition, found: &mut Diagnostics) {
    let ours = stack
        .name
        .strip_prefix(team.world.name.as_str())
        .is_some_and(|rest| {
            ["-deployers", "-developer"].contains(&rest)
                || rest.starts_with("-target-")
                || rest.starts_with("-developer-service-")
        });
    if ours {
        found.push(
            Diagnostic::new(
                "team::reserved-stack-name",
                format!(
                    "`{}` is the name of a stack that holds the roles this one is deployed with",
                    stack.name
                ),
            )
            .at(stack.location, "this stack")
            .help(format!(
                "choose a name that does not begin with `{}-`",
                team.name()
            )),
        );
    }
}

/// All archives of a service are extracted to one place, side by side.
pub(super) fn archives_of_assets(pipeline: &Definition, found: &mut Diagnostics) {
    let archives = pipeline.assets();
    if archives.len() > 1 {
        let keys: Vec<String> = archives
            .iter()
            .filter_map(|index| pipeline.sources.get(*index))
            .map(|source| format!("`{}`", source.key))
            .collect();
        let mut report = Diagnostic::new(
            "team::archives-of-assets",
            format!(
                "service `{}` has assets in {} archives: {}",
                pipeline.service.name,
                archives.len(),
                keys.join(", ")
            ),
        )
        .help("put the files into one archive, and name that one in every `.assets(…)`");
        let with_assets = pipeline
            .stacks
            .iter()
            .filter(|stack| stack.assets().next().is_some());
        for stack in with_assets {
            report = report.at(stack.location, "with assets");
        }
        found.push(report);
    }
}

/// The nested stacks of a stack have names that begin with its own: no other stack may have such a name.
pub(super) fn nested(team: &Team, found: &mut Diagnostics) {
    for pipeline in &team.pipelines {
        let declared = pipeline.permissions.as_ref();
        let Some(location) = declared.and_then(|permissions| permissions.nested_stacks) else {
            continue;
        };
        for stack in &pipeline.stacks {
            let prefix = format!("{}-", stack.name);
            let others = team
                .pipelines
                .iter()
                .filter(|other| other.service.name != pipeline.service.name);
            let other = others
                .flat_map(|other| other.stacks.iter().map(move |stack| (other, stack)))
                .find(|(_, other)| other.name.starts_with(&prefix));
            if let Some((service, other)) = other {
                found.push(
                    Diagnostic::new(
                        "team::nested-stack-name",
                        format!(
                            "stack `{}` of service `{}` has a name that a nested stack of `{}` could have",
                            other.name, service.service.name, stack.name
                        ),
                    )
                    .at(other.location, "this stack")
                    .at(location, "nested stacks are allowed here")
                    .help(format!("give it a name that does not begin with `{prefix}`")),
                );
            }
            let ours = OWN_STACKS.map(|own| format!("{}{own}", team.world.name));
            if let Some(own) = ours.iter().find(|own| own.starts_with(&prefix)) {
                found.push(
                    Diagnostic::new(
                        "team::nested-stack-name",
                        format!(
                            "a nested stack of `{}` could have the name of a stack of the team's own, such as `{own}…`",
                            stack.name
                        ),
                    )
                    .at(stack.location, "this stack")
                    .at(location, "nested stacks are allowed here")
                    .help(format!(
                        "give the stack another name, such as `{}-{}`",
                        team.name(),
                        pipeline.service.name
                    )),
                );
            }
        }
    }
}

/// Two services that deploy a stack of one name deploy it over each other: in every developer's account, and in the
/// environments that both release to.
pub(super) fn shared(team: &Team, found: &mut Diagnostics) {
    let mut first: BTreeMap<&str, (&Definition, &StackDefinition)> = BTreeMap::new();
    for pipeline in &team.pipelines {
        for stack in &pipeline.stacks {
            match first.get(stack.name.as_str()) {
                Some((other, earlier)) if other.service.name != pipeline.service.name => found.push(
                    Diagnostic::new(
                        "team::shared-stack-name",
                        format!(
                            "services `{}` and `{}` both deploy a stack `{}`, each over the other's",
                            other.service.name, pipeline.service.name, stack.name
                        ),
                    )
                    .at(stack.location, "deployed here")
                    .at(earlier.location, "and here")
                    .help("give one of them another name"),
                ),
                Some(_) => {}
                None => {
                    first.insert(&stack.name, (pipeline, stack));
                }
            }
        }
    }
}

/// Configuration files for environments that are released to, one for each.
fn configurations(pipeline: &Definition, stack: &StackDefinition, found: &mut Diagnostics) {
    let files = stack.configurations.iter();
    let files = files.map(|(environment, file)| (*environment, file.location));
    duplicates(
        "configuration for environment",
        "team::duplicate-configuration",
        "take one of the two out: a stack has one configuration for an environment",
        files,
        found,
    );
    for (environment, file) in &stack.configurations {
        let released = pipeline
            .environments()
            .any(|released| released.name == *environment);
        if !released {
            found.push(
                Diagnostic::new(
                    "team::configuration-elsewhere",
                    format!(
                        "stack `{}` has a configuration for environment `{environment}`, which service `{}` is not \
                         released to",
                        stack.name, pipeline.service.name
                    ),
                )
                .at(file.location, "never used")
                .at(pipeline.location, "its pipeline")
                .help("release to a wave with that environment, or take the configuration out"),
            );
        }
    }
}
