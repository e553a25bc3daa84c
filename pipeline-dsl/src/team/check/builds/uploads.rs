//! Uploads of another CI.

use super::triggers;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{BranchName, RepositoryName};
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
    let at = (upload.location, "this upload");
    let report = |found: &mut Diagnostics, code, message: String| {
        found.push(Diagnostic::new(code, message).at(at.0, at.1));
    };
    let report_with = |found: &mut Diagnostics, code, message: String, mend: &str| {
        found.push(Diagnostic::new(code, message).at(at.0, at.1).help(mend));
    };
    if let Err(mistake) = RepositoryName::try_from(upload.repository.as_str()) {
        report(found, "team::repository", mistake.to_string());
    }
    if upload.github_ids.is_some() && upload.ci != Ci::GitHubActions {
        report_with(
            found,
            "team::upload-ids",
            "`github_ids` are of a repository on github.com, and the upload is of another CI".to_owned(),
            "take `.github_ids(…)` out",
        );
    }
    for trusted in &upload.trusted {
        match trusted {
            Trusted::Branch(branch) => {
                if let Err(mistake) = BranchName::try_from(branch.as_str()) {
                    report(found, "team::branch", mistake.to_string());
                }
            }
            Trusted::Tags(tags) => triggers::tag_pattern(tags, at, found),
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
                report_with(found, "team::upload-environment", problem, mend);
            }
        }
    }
}
