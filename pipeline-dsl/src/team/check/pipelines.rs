//! Pipelines: one for each service, with artifacts, stacks and waves that are there.

use super::{ANOTHER_NAME, duplicates, stacks};
use crate::cloudformation::limits;
use crate::cloudformation::types::subscriber_code::SubscriberCode;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{ObjectKey, pascal_case};
use crate::team::pipeline::{Definition, ReleaseTo};
use crate::team::stack::StackDefinition;
use crate::team::world::Team;

pub(super) fn check(team: &Team, found: &mut Diagnostics) {
    let services = team.world.services.iter().map(|each| (each.name, each.location));
    duplicates(
        "service",
        "team::duplicate-service",
        ANOTHER_NAME,
        services,
        found,
    );
    for (position, pipeline) in team.pipelines.iter().enumerate() {
        let service = pipeline.service.name;
        let mut earlier = team.pipelines.iter().take(position);
        if let Some(first) = earlier.find(|other| other.service.name == service) {
            let mut told = Diagnostic::new(
                "team::duplicate-pipeline",
                format!("service `{service}` has two pipelines"),
            );
            // Of a list, both are added at once.
            if pipeline.added_at != first.added_at {
                told = told
                    .at(pipeline.added_at, "added again here")
                    .at(first.added_at, "first added here");
            }
            if pipeline.location != first.location || pipeline.added_at == first.added_at {
                told = told
                    .at(pipeline.location, "declared again here")
                    .at(first.location, "first declared here");
            }
            found.push(told.help(
                "take one of the two out of the team: a service has one pipeline, with any number of stacks",
            ));
        }
    }
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
                .help("add it to the team, `.service(…)`, or take its pipeline out"),
            );
        }
        sources(pipeline, found);
        stacks::check(team, pipeline, found);
        stacks::archives_of_assets(pipeline, found);
        waves(team, pipeline, found);
    }
    stacks::shared(team, found);
    stacks::nested(team, found);
}

fn sources(pipeline: &Definition, found: &mut Diagnostics) {
    let sources = pipeline
        .sources
        .iter()
        .map(|source| (source.key.as_str(), source.location));
    let mend = "take one of the two out: any number of stacks can have files of the other";
    duplicates("artifact", "team::duplicate-artifact", mend, sources, found);
    for source in &pipeline.sources {
        if let Err(mistake) = ObjectKey::try_from(source.key.as_str()) {
            found.push(
                Diagnostic::new("team::artifact-key", mistake.to_string()).at(source.location, "this key"),
            );
        } else if source.key.starts_with(SubscriberCode::PROBES) {
            found.push(
                Diagnostic::new(
                    "team::artifact-key",
                    format!(
                        "`{}` is under `{}`, where `check` puts what it tries with, and takes it away",
                        source.key,
                        SubscriberCode::PROBES
                    ),
                )
                .at(source.location, "this key")
                .help(format!("write `{}/…`", pipeline.service.name)),
            );
        } else if pascal_case(&source.key).len() > limits::PIPELINE_NAME {
            found.push(
                Diagnostic::new(
                    "team::artifact-name",
                    format!(
                        "the key of artifact `{}` makes a name of {} characters in the pipeline, and CodePipeline \
                         allows {}",
                        source.key,
                        pascal_case(&source.key).len(),
                        limits::PIPELINE_NAME
                    ),
                )
                .at(source.location, "this key")
                .note("https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html")
                .help("shorten the key"),
            );
        }
    }
    for file in pipeline.stacks.iter().flat_map(StackDefinition::files) {
        let source = pipeline.sources.get(file.artifact.index);
        let Some(source) = source.filter(|source| !is_archive(&source.key)) else {
            continue;
        };
        found.push(
            Diagnostic::new(
                "team::artifact-is-no-archive",
                format!(
                    "`{}` is a file of artifact `{}`, which is no ZIP archive by its key",
                    file.path, source.key
                ),
            )
            .at(file.location, "this file")
            .at(source.location, "this artifact")
            .note("https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html")
            .help("let the build archive the file, under a key that ends in `.zip`: CodePipeline reads templates out of archives"),
        );
    }
    // The source stage has one action for each artifact.
    if pipeline.sources.len() > limits::STAGE_ACTIONS {
        let message = format!(
            "service `{}` has {} artifacts; a stage has room for {} source actions",
            pipeline.service.name,
            pipeline.sources.len(),
            limits::STAGE_ACTIONS
        );
        found.push(
            Diagnostic::new("team::too-many-artifacts", message)
                .at(pipeline.location, "its pipeline")
                .note("https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html")
                .help("put files that are used together into one archive"),
        );
    }
}

/// Whether a key could be that of a ZIP archive: whoever calls one otherwise than `.zip` may know why, but not than a document.
fn is_archive(key: &str) -> bool {
    const OTHERS: [&str; 8] = ["gz", "json", "tar", "template", "tgz", "txt", "yaml", "yml"];
    let name = key.rsplit('/').next().unwrap_or(key);
    let extension = name
        .rsplit_once('.')
        .map(|(_, extension)| extension.to_ascii_lowercase());
    extension.is_none_or(|extension| !OTHERS.contains(&extension.as_str()))
}

fn waves(team: &Team, pipeline: &Definition, found: &mut Diagnostics) {
    for (position, ReleaseTo { wave, location }) in pipeline.releases.iter().enumerate() {
        let service = pipeline.service.name;
        if pipeline
            .waves()
            .take(position)
            .any(|other| other.name == wave.name)
        {
            found.push(
                Diagnostic::new(
                    "team::released-twice",
                    format!("service `{service}` is released to wave `{}` twice", wave.name),
                )
                .at(location, "released again here")
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
                .at(location, "released here")
                .at(pipeline.location, "its pipeline")
                .at(wave.location, "made here")
                .help("add it to the team, `.wave(…)`, or take the release out"),
            );
        }
    }
}
