//! Uploads of another CI.

use super::{repository_name, triggers};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{BranchName, Provider};
use crate::team::build::upload::{Ci, Trusted, Upload};
use crate::team::pipeline::Definition;

pub(super) fn check(pipeline: &Definition, found: &mut Diagnostics) {
    let service = pipeline.service.name;
    for upload in &pipeline.uploads {
        self::upload(upload, found);
        if let Some(build) = pipeline.build() {
            found.push(
                Diagnostic::new(
                    "team::built-and-uploaded",
                    format!("the artifacts of service `{service}` are built by CodeBuild, and uploaded by another CI"),
                )
                .at(upload.location, "uploaded by this")
                .at(build.repository.location, "built from here")
                .help("take one of the two out: each would replace what the other makes"),
            );
        }
    }
    if let [first, again, ..] = pipeline.uploads.as_slice() {
        found.push(
            Diagnostic::new(
                "team::two-uploads",
                format!("two repositories upload the artifacts of service `{service}`"),
            )
            .at(again.location, "uploaded again here")
            .at(first.location, "first uploaded here")
            .help("take one of the two out"),
        );
    }
}

fn upload(upload: &Upload, found: &mut Diagnostics) {
    let provider = match upload.ci {
        Ci::GitHubActions => Provider::GitHub,
        Ci::GitLabCi => Provider::GitLab,
    };
    repository_name(&upload.repository, provider, upload.location, found);
    if let Some((_, location)) = upload.github_ids.filter(|_| upload.ci != Ci::GitHubActions) {
        found.push(
            Diagnostic::new(
                "team::upload-ids",
                "`github_ids` are of a repository on github.com, and the upload is of another CI",
            )
            .at(location, "said here")
            .help("take `.github_ids(…)` out"),
        );
    }
    if let Some((ids, location)) = &upload.github_ids
        && (ids.owner == 0 || ids.repository == 0)
    {
        found.push(
            Diagnostic::new(
                "team::upload-ids",
                "nothing on github.com has the id 0: no token would be accepted",
            )
            .at(location, "said here")
            .help("write what `gh api repos/OWNER/NAME` tells: `.github_ids(owner.id, id)`"),
        );
    }
    for (trusted, location) in &upload.trusted {
        match trusted {
            Trusted::Branch(branch) => {
                if let Err(mistake) = BranchName::try_from(branch.as_str()) {
                    let told = Diagnostic::new("team::branch", mistake.to_string());
                    found.push(told.at_literal(location, branch.as_str(), "this branch"));
                }
            }
            Trusted::Tags(tags) => triggers::tag_pattern(tags, location, found),
            Trusted::Environment(environment) => {
                let (problem, mend) = if upload.ci != Ci::GitHubActions {
                    (
                        format!(
                            "environment `{environment}` is GitHub's notion, and the upload is of another CI"
                        ),
                        "take `.github_environment(…)` out, and name a branch or tags: `.branch(\"main\")`",
                    )
                } else if environment.is_empty() || environment.contains(['*', '?', ':']) {
                    // In a policy it would stand for others, too, or end the part of the subject that it is.
                    (
                        format!("`{environment}` is not the name of one environment"),
                        "name each environment by itself, without `*`, `?` and `:`: `.github_environment(\"production\")`",
                    )
                } else {
                    continue;
                };
                found.push(
                    Diagnostic::new("team::upload-environment", problem)
                        .at_literal(location, environment.as_str(), "this environment")
                        .help(mend),
                );
            }
        }
    }
}
