//! Pipelines: one for each service, with artifacts, stacks and waves that are there.

use std::collections::BTreeMap;

use super::duplicates;
use crate::cloudformation::limits;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{ArtifactPath, ObjectKey, RepositoryName, StackName};
use crate::team::{ArtifactFile, CodeBuild, Definition, Override, StackDefinition, Team};

pub(super) fn check(team: &Team, found: &mut Diagnostics) {
    let services = team.world.services.iter().map(|each| (each.name, each.location));
    duplicates("service", "team::duplicate-service", services, found);
    let pipelines = team
        .pipelines
        .iter()
        .map(|each| (each.service.name, each.location));
    duplicates(
        "pipeline of service",
        "team::duplicate-pipeline",
        pipelines,
        found,
    );
    for service in team.world.services.iter() {
        if !team
            .pipelines
            .iter()
            .any(|pipeline| pipeline.service.name == service.name)
        {
            found.push(
                Diagnostic::new(
                    "team::service-without-pipeline",
                    format!("service `{}` has no pipeline", service.name),
                )
                .at(service.location, "declared here")
                .help("add its pipeline to the team, `.with(pipeline)`, or take the service out"),
            );
        }
    }
    for pipeline in &team.pipelines {
        if !team
            .world
            .services
            .iter()
            .any(|service| service.name == pipeline.service.name)
        {
            found.push(
                Diagnostic::new(
                    "team::undeclared-service",
                    format!("service `{}` is not declared by the team", pipeline.service.name),
                )
                .at(pipeline.location, "its pipeline")
                .help("add it to the services of the team"),
            );
        }
        sources(pipeline, found);
        stacks(pipeline, found);
        waves(team, pipeline, found);
        builds(team, pipeline, found);
    }
    producers(team, found);
}

fn sources(pipeline: &Definition, found: &mut Diagnostics) {
    let sources = pipeline
        .sources
        .iter()
        .map(|source| (source.key.as_str(), source.location));
    duplicates("artifact", "team::duplicate-artifact", sources, found);
    for source in &pipeline.sources {
        if let Err(mistake) = ObjectKey::try_from(source.key.as_str()) {
            found.push(
                Diagnostic::new("team::artifact-key", mistake.to_string()).at(source.location, "this key"),
            );
        }
    }
    // The source stage has one action for each artifact.
    if pipeline.sources.len() > limits::STAGE_ACTIONS {
        let message = format!(
            "service `{}` has {} artifacts; a stage has room for {} source actions",
            pipeline.service.name,
            pipeline.sources.len(),
            limits::STAGE_ACTIONS
        );
        found
            .push(Diagnostic::new("team::too-many-artifacts", message).at(pipeline.location, "its pipeline"));
    }
}

fn stacks(pipeline: &Definition, found: &mut Diagnostics) {
    let names = pipeline
        .stacks
        .iter()
        .map(|stack| (stack.name.as_str(), stack.location));
    duplicates("stack", "team::duplicate-stack", names, found);
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
    for stack in &pipeline.stacks {
        if let Err(mistake) = StackName::try_from(stack.name.as_str()) {
            found.push(
                Diagnostic::new("team::stack-name", mistake.to_string()).at(stack.location, "this stack"),
            );
        }
        overrides(stack, found);
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
                .help("make it a source of this pipeline too: `pipeline.source(Artifact::key(\"…\"))`"),
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
    for given in &stack.overrides {
        let names = match given {
            Override::Value { parameter, .. } => vec![parameter.as_str()],
            Override::Artifact { bucket, key, .. } => vec![bucket.as_str(), key.as_str()],
        };
        for name in names {
            let shape = !name.is_empty()
                && name.len() <= limits::LOGICAL_ID
                && name.chars().all(|c| c.is_ascii_alphanumeric());
            let problem = if !shape {
                "is not letters and digits"
            } else if seen.contains(&name) {
                "is given twice"
            } else {
                seen.push(name);
                continue;
            };
            found.push(
                Diagnostic::new(
                    "team::stack-parameter",
                    format!("parameter `{name}` of stack `{}` {problem}", stack.name),
                )
                .at(stack.location, "this stack"),
            );
        }
    }
}

fn waves(team: &Team, pipeline: &Definition, found: &mut Diagnostics) {
    for (position, wave) in pipeline.waves.iter().enumerate() {
        let service = pipeline.service.name;
        if pipeline
            .waves
            .iter()
            .take(position)
            .any(|other| other.name == wave.name)
        {
            found.push(
                Diagnostic::new(
                    "team::released-twice",
                    format!("service `{service}` is released to wave `{}` twice", wave.name),
                )
                .at(pipeline.location, "its pipeline")
                .help("take one of the releases out"),
            );
        }
        if !team.world.waves.iter().any(|declared| declared.name == wave.name) {
            found.push(
                Diagnostic::new(
                    "team::undeclared-wave",
                    format!(
                        "service `{service}` is released to wave `{}`, which the team does not declare",
                        wave.name
                    ),
                )
                .at(pipeline.location, "its pipeline")
                .at(wave.location, "made here")
                .help("add it to the waves of the team"),
            );
        }
    }
}

fn builds(team: &Team, pipeline: &Definition, found: &mut Diagnostics) {
    for build in &pipeline.builds {
        self::build(team, pipeline, build, found);
    }
    if let [first, again, ..] = pipeline.builds.as_slice() {
        found.push(
            Diagnostic::new(
                "team::two-builds",
                format!("service `{}` is built twice", pipeline.service.name),
            )
            .at(again.repository.location, "built again here")
            .at(first.repository.location, "first built here")
            .help("one build makes all artifacts of a service: take one of the two out"),
        );
    }
}

fn build(team: &Team, pipeline: &Definition, build: &CodeBuild, found: &mut Diagnostics) {
    let service = pipeline.service.name;
    let repository = &build.repository;
    let mut report = |code, message: String| {
        found.push(Diagnostic::new(code, message).at(repository.location, "this repository"));
    };
    if let Err(mistake) = RepositoryName::try_from(repository.name.as_str()) {
        report("team::repository", mistake.to_string());
    }
    if repository.branch.is_empty() || repository.branch.chars().any(char::is_whitespace) {
        report("team::branch", format!("`{}` is not a branch", repository.branch));
    }
    // https://docs.aws.amazon.com/codebuild/latest/APIReference/API_CreateProject.html
    if !(5..=2_160).contains(&build.timeout_minutes) {
        report(
            "team::build-timeout",
            format!(
                "the build of service `{service}` may take {} minutes; CodeBuild takes 5 to 2,160",
                build.timeout_minutes
            ),
        );
    }
    if !team.world.build.region.has_codebuild() {
        report(
            "team::no-codebuild",
            format!(
                "service `{service}` is built in `{}`, where CodeBuild does not run",
                team.world.build.region
            ),
        );
    }
    if pipeline.sources.len() > limits::SECONDARY_ARTIFACTS + 1 {
        report(
            "team::too-many-build-artifacts",
            format!(
                "one build makes {} artifacts of service `{service}`; CodeBuild makes at most {}",
                pipeline.sources.len(),
                limits::SECONDARY_ARTIFACTS + 1
            ),
        );
    }
}

/// An artifact has one build: of two, nobody could say which version is current.
fn producers(team: &Team, found: &mut Diagnostics) {
    let mut first: BTreeMap<&str, &Definition> = BTreeMap::new();
    for pipeline in team
        .pipelines
        .iter()
        .filter(|pipeline| pipeline.build().is_some())
    {
        for source in &pipeline.sources {
            match first.get(source.key.as_str()) {
                Some(other) if other.service.name != pipeline.service.name => found.push(
                    Diagnostic::new(
                        "team::built-twice",
                        format!(
                            "artifact `{}` is made by two builds: of service `{}` and of service `{}`",
                            source.key, other.service.name, pipeline.service.name
                        ),
                    )
                    .at(source.location, "made again here")
                    .help("give each build a key of its own"),
                ),
                Some(_) => {}
                None => {
                    first.insert(&source.key, pipeline);
                }
            }
        }
    }
}
