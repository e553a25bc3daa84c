//! What starts a build.

use super::Place;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::BranchName;
use crate::team::build::code_build::CodeBuild;

pub(super) fn check(build: &CodeBuild, found: &mut Diagnostics) {
    let trigger = &build.trigger;
    if let Some((tags, location)) = &trigger.tags {
        tag_pattern(tags, (*location, "these tags"), found);
    }
    for (path, location) in &trigger.paths {
        let is_inside = !path.is_empty()
            && !path.starts_with('/')
            && path.split('/').all(|part| part != "." && part != "..")
            && !path.contains("//")
            && !path.chars().any(char::is_control);
        if !is_inside {
            found.push(
                Diagnostic::new(
                    "team::path-pattern",
                    format!("`{path}` is no path in a repository, so that no push would ever start a build"),
                )
                .at(location, "these paths")
                .help("write it from the root: `orders/` is a folder with all that is in it, `*` any part of a name"),
            );
        }
    }
    if let (Some((_, tags)), Some((_, paths))) = (&trigger.tags, trigger.paths.first()) {
        found.push(
            Diagnostic::new(
                "team::paths-of-tags",
                "a tag changes no files: builds of tags cannot depend on paths",
            )
            .at(paths, "these paths")
            .at(tags, "built by these tags")
            .help("take `.tags(…)` or `.paths(…)` out"),
        );
    }
    let narrowed = trigger.tags.as_ref().or(trigger.paths.first());
    if let (Some(by_hand), Some((_, narrowed))) = (trigger.by_hand, narrowed) {
        found.push(
            Diagnostic::new(
                "team::pushes-without-webhook",
                "no push starts this build, so that `tags` and `paths` have no effect",
            )
            .at(narrowed, "these pushes")
            .at(by_hand, "started by hand alone")
            .help("take `.without_webhook()` out, or else `.tags(…)` and `.paths(…)`"),
        );
    }
}

/// Tags that start something: the name of a tag, in which `*` stands for any text.
pub(super) fn tag_pattern(tags: &str, at: Place, found: &mut Diagnostics) {
    if BranchName::try_from(tags.replace('*', "x")).is_err() {
        found.push(
            Diagnostic::new("team::tag-pattern", format!("`{tags}` is not a pattern of tags"))
                .at(at.0, at.1)
                .help("write a name without `refs/tags/`, with `*` for any text: `v*`"),
        );
    }
}
