//! What a build runs in: its environment type, Docker, caches, images, permissions.

use crate::diagnostic::{Diagnostic, Diagnostics, SourceLocation};
use crate::team::build::cache::LocalCache;
use crate::team::build::code_build::CodeBuild;
use crate::team::build::image::Image;
use crate::team::pipeline::Definition;

pub(super) fn check(pipeline: &Definition, build: &CodeBuild, found: &mut Diagnostics) {
    let service = pipeline.service.name;
    let environment = build.environment_of(&build.image);
    let said_at = &build.said_at;
    let mut report = |code, message: String, at: Option<SourceLocation>, help: &str| {
        let told = Diagnostic::new(code, message);
        let told = match at {
            Some(location) => told.at(location, "said here"),
            None => told.at(build.repository.location, "this build"),
        };
        found.push(told.help(help));
    };
    let caches_layers = build.caches.contains(&LocalCache::DockerLayer);
    if build.is_privileged && !environment.can_be_privileged() {
        report(
            "team::privileged",
            format!(
                "the build of service `{service}` is privileged, and cannot start Docker in `{}`",
                environment.as_str()
            ),
            said_at.privileged,
            if caches_layers {
                "take `.privileged()` and `LocalCache::DockerLayer` out, or build in a container on Linux"
            } else {
                "take `.privileged()` out, or build in a container on Linux"
            },
        );
    }
    if !build.caches.is_empty() && !environment.has_local_cache() {
        report(
            "team::local-cache",
            format!(
                "the build of service `{service}` has a local cache, which CodeBuild does not keep in `{}`",
                environment.as_str()
            ),
            said_at.local_cache,
            "take `.local_cache(…)` out, or build in `LINUX_CONTAINER`",
        );
    }
    if caches_layers && !build.is_privileged {
        report(
            "team::local-cache",
            format!(
                "the build of service `{service}` caches layers of Docker images, and cannot start Docker"
            ),
            said_at.local_cache,
            if environment.can_be_privileged() {
                "write `.privileged()` too"
            } else {
                "take `LocalCache::DockerLayer` out"
            },
        );
    }
    if build.concurrent_builds == Some(0) {
        report(
            "team::concurrent-builds",
            format!("no build of service `{service}` can run: `concurrent_builds` is 0"),
            said_at.concurrent_builds,
            "write 1 or more, or take it out",
        );
    }
    let of_pull_requests = build.environment_of(build.image_of_checks());
    if of_pull_requests != environment {
        report(
            "team::pull-request-image",
            format!(
                "pull requests of service `{service}` would be built in `{}`, and what is delivered in `{}`",
                of_pull_requests.as_str(),
                environment.as_str()
            ),
            build.image_of_checks().location,
            "name an image of the same environment in `.pull_request_image(\"…\")`",
        );
    }
    images(pipeline, build, found);
    images_of_elsewhere(pipeline, build, found);
}

/// Images that are pulled with a secret.
fn images(pipeline: &Definition, build: &CodeBuild, found: &mut Diagnostics) {
    let service = pipeline.service.name;
    let with_credentials = build.image.credentials.as_ref();
    if let Some(credentials) = with_credentials.filter(|_| build.pull_request_image.is_none()) {
        found.push(
            Diagnostic::new(
                "team::pull-request-image",
                format!(
                    "the image of service `{service}` needs a secret, and builds of pull requests get none"
                ),
            )
            .at(credentials.location, "this secret")
            .help("name an image for them that is public or in ECR: `.pull_request_image(\"…\")`"),
        );
    }
    let same = |image: &&Image| with_credentials.is_some() && image.name == build.image.name;
    if let Some(same) = build.pull_request_image.as_ref().filter(same) {
        found.push(
            Diagnostic::new(
                "team::pull-request-image",
                format!(
                    "`{}` needs a secret, and builds of pull requests of service `{service}` get none",
                    same.name
                ),
            )
            .at_literal(
                same.location.unwrap_or(build.repository.location),
                same.name.as_str(),
                "the same image",
            )
            .help("name an image for them that is public or in ECR: `.pull_request_image(\"…\")`"),
        );
    }
    let images = [Some(&build.image), build.pull_request_image.as_ref()];
    for image in images.into_iter().flatten() {
        let in_ecr = image.ecr_repository().is_some() || image.name.starts_with("aws/codebuild/");
        if let (true, Some(credentials)) = (in_ecr, &image.credentials) {
            found.push(
                Diagnostic::new(
                    "team::private-image",
                    format!(
                        "`{}` is pulled with the build's role, and takes no secret",
                        image.name
                    ),
                )
                .at(credentials.location, "this secret")
                .help(format!("write `.image(\"{}\")`", image.name)),
            );
        }
    }
}

/// Images of AWS's that are made for another environment than the program says.
fn images_of_elsewhere(pipeline: &Definition, build: &CodeBuild, found: &mut Diagnostics) {
    let Some(environment) = build.environment_type else {
        return;
    };
    for image in std::iter::once(&build.image).chain(&build.pull_request_image) {
        let Some(made_for) = image.made_for().filter(|made_for| !environment.runs(*made_for)) else {
            continue;
        };
        let mut told = Diagnostic::new(
            "team::image-environment",
            format!(
                "`{}` is made for `{}`, and service `{}` is built in `{}`",
                image.name,
                made_for.as_str(),
                pipeline.service.name,
                environment.as_str()
            ),
        );
        if let Some(location) = image.location {
            told = told.at_literal(location, image.name.as_str(), "this image");
        }
        if let Some(location) = build.said_at.environment_type {
            told = told.at(location, "this environment");
        }
        found.push(told.help(format!(
            "name an image for `{}`, such as `{}`, or take `.environment_type(…)` out: the name of the image says it",
            environment.as_str(),
            environment.an_image()
        )));
    }
}
