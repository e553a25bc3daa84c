//! Builds on Lambda: what CodeBuild lets nobody say of them.
//! <https://docs.aws.amazon.com/codebuild/latest/userguide/lambda.html#lambda.limitations>

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::team::build::code_build::CodeBuild;
use crate::team::pipeline::Definition;

pub(super) fn check(pipeline: &Definition, build: &CodeBuild, found: &mut Diagnostics) {
    let environment = build.environment_of(&build.image);
    if !environment.is_lambda() {
        return;
    }
    if let Some(location) = build.said_at.timeout {
        found.push(
            Diagnostic::new(
                "team::lambda-timeout",
                format!(
                    "the build of service `{}` runs in `{}`, where it takes 15 minutes at the most, and nobody can say how long",
                    pipeline.service.name,
                    environment.as_str()
                ),
            )
            .at(location, "said here")
            .help("take `.timeout_minutes(…)` out, or build in `LINUX_CONTAINER`"),
        );
    }
}
