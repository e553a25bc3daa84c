//! What may be meant, and seldom is: warnings, each of which the program can accept with a reason.

use std::collections::BTreeMap;

use super::secret_name::has_suffix;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{BranchName, Name};
use crate::policy::authorization::{self, ArnParts};
use crate::team::artifact::Artifact;
use crate::team::build::code_build::CodeBuild;
use crate::team::environment::Environment;
use crate::team::grant::Grant;
use crate::team::pipeline::{Definition, ReleaseTo};
use crate::team::wave::Wave;
use crate::team::world::Team;

/// The codes of these warnings.
pub(super) const CODES: [&str; 20] = [
    "team::approver-without-push",
    "team::configuration-format",
    "team::environment-in-two-waves",
    "team::environment-without-wave",
    "team::fork-of-another-repository",
    "team::fork-of-upstream",
    "team::hard-coded-account",
    "team::hard-coded-region",
    "team::plain-secret",
    "team::production-by-name",
    "team::production-first",
    "team::secret-name-with-suffix",
    "team::remote-branch",
    "team::secret-suffix",
    "team::shared-artifact",
    "team::unknown-image",
    "team::value-of-another-account",
    "team::value-with-pseudo-parameter",
    "team::variable-of-itself",
    "team::wave-without-release",
];

/// What people call production.
const PRODUCTION: [&str; 4] = ["live", "prd", "prod", "production"];

pub(super) fn check(team: &Team, found: &mut Diagnostics) {
    environments(team, found);
    waves(team, found);
    shared_artifacts(team, found);
    for pipeline in &team.pipelines {
        twice(pipeline, found);
        production_first(pipeline, found);
        images(pipeline, found);
        secrets(pipeline, found);
        branches(pipeline, found);
    }
    forks(team, found);
}

/// Adds how to say that it is meant.
pub(super) fn unless_meant(warning: Diagnostic, help: &str) -> Diagnostic {
    let code = warning.code();
    warning.help(format!(
        "{help}; if it is meant, say so: `.accept(\"{code}\", \"why\")`"
    ))
}

/// Branches that are called as git calls those of a remote: at the provider, they have no `origin/`.
fn branches(pipeline: &Definition, found: &mut Diagnostics) {
    for build in &pipeline.builds {
        let repository = &build.repository;
        if let Some(branch) = repository.branch.strip_prefix("origin/") {
            let warning = Diagnostic::warning(
                "team::remote-branch",
                format!(
                    "`{}` is what git calls branch `{branch}` of a remote, and `{}` has no branch of that name as a rule",
                    repository.branch, repository.name
                ),
            )
            .at_literal(
                repository.branch_location.unwrap_or(repository.location),
                repository.branch.as_str(),
                "this branch",
            );
            found.push(unless_meant(warning, &format!("write `{branch}`")));
        }
    }
}

/// Forks that are no forks: upstream's own repository, or that of another service.
fn forks(team: &Team, found: &mut Diagnostics) {
    let repository_of = |service| {
        let pipeline = team
            .pipelines
            .iter()
            .find(|pipeline| pipeline.service.name == service)?;
        Some(&pipeline.build()?.repository)
    };
    for developer in team.developers() {
        for fork in developer.forks.iter() {
            let service = fork.service.name;
            let Some(upstream) = repository_of(service) else {
                continue;
            };
            let forked = fork.repository.as_str();
            let branch = fork.branch.as_ref().map(BranchName::as_str);
            if forked.eq_ignore_ascii_case(&upstream.name)
                && branch.is_none_or(|branch| branch == upstream.branch)
            {
                let warning = Diagnostic::warning(
                    "team::fork-of-upstream",
                    format!(
                        "the fork of developer `{}` is `{forked}` itself, from the branch that upstream builds: all would be built twice",
                        developer.name()
                    ),
                )
                .at(fork.location, "this fork");
                found.push(unless_meant(
                    warning,
                    "name the developer's own repository, or a branch of theirs",
                ));
                continue;
            }
            let last = |name: &str| name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
            let other = team.pipelines.iter().find(|pipeline| {
                pipeline.service.name != service
                    && pipeline
                        .build()
                        .is_some_and(|build| last(&build.repository.name) == last(forked))
            });
            if let Some(other) = other.filter(|_| last(&upstream.name) != last(forked)) {
                let warning = Diagnostic::warning(
                    "team::fork-of-another-repository",
                    format!(
                        "`{forked}` is called as the repository of service `{}`, and developer `{}` forks service `{service}`",
                        other.service.name,
                        developer.name()
                    ),
                )
                .at(fork.location, "this fork");
                found.push(unless_meant(
                    warning,
                    &format!("name the fork of `{}`", upstream.name),
                ));
            }
        }
    }
}

/// Environments that are production by name, or that nothing is released to.
fn environments(team: &Team, found: &mut Diagnostics) {
    let world = &team.world;
    for environment in world.environments.iter().filter(|each| !each.is_production()) {
        let of_production = world
            .environments
            .iter()
            .find(|other| other.is_production() && other.account == environment.account);
        let named = environment
            .name
            .as_str()
            .split('-')
            .any(|part| PRODUCTION.contains(&part));
        let why = match of_production {
            Some(production) => format!("is in the account of production `{}`", production.name),
            None if named => "has a name of production".to_owned(),
            None => continue,
        };
        let warning = Diagnostic::warning(
            "team::production-by-name",
            format!(
                "environment `{}` {why}, but a wave may release to it without an approval",
                environment.name
            ),
        )
        .at(environment.location, "declared as an environment here");
        found.push(unless_meant(
            warning,
            "declare it as production (`production`, `Environment::production`), in waves `after approval`",
        ));
    }
    for environment in world.environments.iter() {
        let mut in_waves = world.waves.iter().flat_map(|wave| wave.environments.iter());
        if !in_waves.any(|each| each.name == environment.name) {
            let warning = Diagnostic::warning(
                "team::environment-without-wave",
                format!(
                    "environment `{}` is in no wave: nothing is deployed there",
                    environment.name
                ),
            )
            .at(environment.location, "declared here");
            found.push(unless_meant(warning, "name it in a wave, or take it out"));
        }
    }
}

fn waves(team: &Team, found: &mut Diagnostics) {
    // A team without pipelines has not begun.
    for wave in team.world.waves.iter().filter(|_| !team.pipelines.is_empty()) {
        let released = |pipeline: &Definition| pipeline.waves().any(|each| each.name == wave.name);
        if !team.pipelines.iter().any(released) {
            let warning = Diagnostic::warning(
                "team::wave-without-release",
                format!("no pipeline releases to wave `{}`", wave.name),
            )
            .at(wave.location, "declared here");
            found.push(unless_meant(warning, "release to it, or take it out"));
        }
    }
}

/// Environments that a pipeline deploys to more than once.
fn twice(pipeline: &Definition, found: &mut Diagnostics) {
    let mut seen: Vec<(Name, &Wave)> = Vec::new();
    for wave in pipeline.waves() {
        for environment in wave.environments.iter() {
            match seen.iter().find(|(name, _)| *name == environment.name) {
                // The same wave twice is a mistake of its own.
                Some((_, earlier)) if earlier.name != wave.name => {
                    let warning = Diagnostic::warning(
                        "team::environment-in-two-waves",
                        format!(
                            "service `{}` is deployed to environment `{}` by wave `{}`, and again by wave `{}`",
                            pipeline.service.name, environment.name, earlier.name, wave.name
                        ),
                    )
                    .at(wave.location, "in this wave")
                    .at(earlier.location, "and in this one");
                    found.push(unless_meant(
                        warning,
                        "take it out of one of the two, and a wave that is empty then out of the team",
                    ));
                }
                Some(_) => {}
                None => seen.push((environment.name, wave)),
            }
        }
    }
}

/// Production before what is to be tried first.
fn production_first(pipeline: &Definition, found: &mut Diagnostics) {
    let has_production =
        |release: &&ReleaseTo| release.wave.environments.iter().any(Environment::is_production);
    let mut releases = pipeline.releases.iter();
    let production = releases.find(has_production);
    let later = releases.find(|release| !has_production(release));
    if let (Some(production), Some(later)) = (production, later) {
        let warning = Diagnostic::warning(
            "team::production-first",
            format!(
                "service `{}` is released to production, in wave `{}`, before wave `{}`, which has none",
                pipeline.service.name, production.wave.name, later.wave.name
            ),
        )
        .at(production.location, "released to production here")
        .at(later.location, "and only then here");
        found.push(unless_meant(warning, "release to the other wave first"));
    }
}

/// Of two pipelines that begin with the same object, both start when it is new.
fn shared_artifacts(team: &Team, found: &mut Diagnostics) {
    let mut first: BTreeMap<&str, (&Definition, &Artifact)> = BTreeMap::new();
    for pipeline in &team.pipelines {
        for source in &pipeline.sources {
            let Some((other, same)) = first.get(source.key.as_str()) else {
                first.insert(&source.key, (pipeline, source));
                continue;
            };
            // Two builds of one object are a mistake of their own, as is a service that has it twice.
            let both = other.build().is_some() && pipeline.build().is_some();
            if other.service.name != pipeline.service.name && !both {
                let warning = Diagnostic::warning(
                    "team::shared-artifact",
                    format!(
                        "services `{}` and `{}` begin with the same artifact, `{}`",
                        other.service.name, pipeline.service.name, source.key
                    ),
                )
                .at(source.location, "this artifact")
                .at(same.location, "and this one");
                found.push(unless_meant(warning, "give each service an artifact of its own"));
            }
        }
    }
}

/// Secrets that are named as their ARNs end. Secrets Manager advises against names that end so.
/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html>
fn secrets(pipeline: &Definition, found: &mut Diagnostics) {
    for secret in pipeline.builds.iter().flat_map(CodeBuild::secrets) {
        let name = secret.name.as_str();
        let Some((short, _)) = name.rsplit_once('-') else {
            continue;
        };
        if !name.contains(':') && has_suffix(name) {
            let warning = Diagnostic::warning(
                "team::secret-name-with-suffix",
                format!("the secret's name `{name}` ends as the ARN of a secret does, with a hyphen and six characters"),
            )
            .at_literal(secret.location, name, "this secret")
            .note("https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html");
            found.push(unless_meant(
                warning,
                &format!("write its name without them: `Secret::named(\"{short}\")`"),
            ));
        }
    }
}

/// Images that are named as AWS's are, and are none that is known: a slip, or newer than this release.
fn images(pipeline: &Definition, found: &mut Diagnostics) {
    for build in &pipeline.builds {
        for image in std::iter::once(&build.image).chain(&build.pull_request_image) {
            let Some(instead) = image.instead_of_unknown() else {
                continue;
            };
            let instead: Vec<String> = instead.iter().map(|image| format!("`{image}`")).collect();
            let help = if instead.is_empty() {
                "an image of AWS's own is named like `aws/codebuild/amazonlinux-x86_64-standard:5.0`"
                    .to_owned()
            } else {
                format!("write one of {}", instead.join(", "))
            };
            let warning = Diagnostic::warning(
                "team::unknown-image",
                format!(
                    "`{}`, in which service `{}` is built, is none of AWS's images",
                    image.name, pipeline.service.name
                ),
            )
            .at(image.location.unwrap_or(build.repository.location), "this image");
            found.push(unless_meant(warning, &help));
        }
    }
}

/// Grants on everything, which the macros refuse in literals. The way to say that it is meant is `.allow_broadly(…)`.
pub(super) fn wide(grant: &Grant, found: &mut Diagnostics) {
    if grant.waiver.is_some() {
        return;
    }
    let takes = |action: &String| {
        let known = authorization::actions(action);
        known.iter().any(|facts| !facts.takes().is_empty())
    };
    let Some(action) = grant.actions.iter().find(|action| takes(action)) else {
        return;
    };
    for resource in &grant.resources {
        let is_all = resource == "*" || ArnParts::of(resource).is_some_and(|parts| parts.resource == "*");
        if is_all {
            found.push(
                Diagnostic::warning(
                    "team::wide-resource",
                    format!("`{resource}` is everything that `{action}` can be asked on"),
                )
                .at_literal(grant.location, resource.as_str(), "allowed here")
                .help(format!(
                    "name the resources it is for; if it is meant: `.allow_broadly([\"{action}\"], [\"{resource}\"], \"why\")`"
                )),
            );
        }
    }
}
