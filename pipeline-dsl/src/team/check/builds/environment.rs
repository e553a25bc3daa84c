//! What a build runs in: its environment type, Docker, caches, images, permissions.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::team::build::cache::LocalCache;
use crate::team::build::code_build::CodeBuild;
use crate::team::pipeline::Definition;

pub(super) fn check(pipeline: &Definition, build: &CodeBuild, found: &mut Diagnostics) {
    let service = pipeline.service.name;
    let location = build.repository.location;
    let environment = build.environment_of(&build.image);
    let mut report = |code, message: String, help: &str| {
        let told = Diagnostic::new(code, message).at(location, "this build");
        found.push(told.help(help.to_owned()));
    };
    if build.is_privileged && !environment.can_be_privileged() {
        report(
            "team::privileged",
            format!(
                "the build of service `{service}` is privileged, and cannot start Docker in `{}`",
                environment.as_str()
            ),
            "take `.privileged()` out, or build in a container on Linux",
        );
    }
    if !build.caches.is_empty() && !environment.has_local_cache() {
        report(
            "team::local-cache",
            format!(
                "the build of service `{service}` has a local cache, which CodeBuild does not keep in `{}`",
                environment.as_str()
            ),
            "take `.local_cache(…)` out, or build in `LINUX_CONTAINER`",
        );
    }
    if build.caches.contains(&LocalCache::DockerLayer) && !build.is_privileged {
        report(
            "team::local-cache",
            format!(
                "the build of service `{service}` caches layers of Docker images, and cannot start Docker"
            ),
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
            "name an image of the same environment in `.pull_request_image(\"…\")`",
        );
    }
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
