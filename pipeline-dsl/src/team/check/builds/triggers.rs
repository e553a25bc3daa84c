//! What starts a build.

use crate::diagnostic::{Diagnostic, Diagnostics, SourceLocation};
use crate::model::BranchName;
use crate::team::build::code_build::CodeBuild;

pub(super) fn check(build: &CodeBuild, found: &mut Diagnostics) {
    let trigger = &build.trigger;
    if let Some((tags, location)) = &trigger.tags {
        tag_pattern(tags, location, found);
    }
    for (path, location) in &trigger.paths {
        if let Some((problem, mend)) = mistake_in_path(path) {
            found.push(
                Diagnostic::new("team::path-pattern", format!("`{path}` {problem}"))
                    .at_literal(location, path.as_str(), "these paths")
                    .help(mend),
            );
        }
    }
    if let Some(location) = trigger.no_paths {
        found.push(
            Diagnostic::new(
                "team::path-pattern",
                "no path is named, so that every push would start a build",
            )
            .at(location, "these paths")
            .help("name at least one, `.paths([\"orders/\"])`, or take it out"),
        );
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

/// What is wrong with a path in the repository, and the mend.
fn mistake_in_path(path: &str) -> Option<(&'static str, String)> {
    let is_inside = !path.is_empty()
        && !path.starts_with('/')
        && path.split('/').all(|part| part != "." && part != "..")
        && !path.contains("//")
        && !path.chars().any(char::is_control);
    if !is_inside {
        return Some((
            "is no path in a repository, so that no push would ever start a build",
            "write it from the root: `orders/` is a folder with all that is in it, `*` any part of a name"
                .to_owned(),
        ));
    }
    if let Some(left_out) = path.strip_prefix('!') {
        return Some((
            "cannot leave files out: a push starts a build when it changes one of these paths, whatever else it changes",
            format!("take it out, and name the paths that are built without `{left_out}`"),
        ));
    }
    // Names may have dots, brackets and parentheses in them, and hardly these.
    if path.starts_with('^') || path.ends_with('$') || path.contains('\\') {
        let plain = path
            .trim_start_matches('^')
            .trim_end_matches('$')
            .replace("\\.", ".")
            .replace('\\', "/");
        let plain = plain
            .strip_suffix("/.*")
            .map_or(plain.clone(), |folder| format!("{folder}/"));
        return Some((
            "is no path: paths are not regular expressions, and have slashes between their parts",
            format!(
                "write `{}`, where `*` is any part of a name and `**/` any folders",
                plain.replace(".*", "*")
            ),
        ));
    }
    let (before, braces) = path.split_once('{')?;
    let (either, behind) = braces.split_once('}')?;
    either.contains(',').then(|| {
        let each = either
            .split(',')
            .map(|each| format!("\"{before}{each}{behind}\""));
        (
            "would be taken letter by letter: braces are part of a name here",
            format!("write each by itself: {}", each.collect::<Vec<_>>().join(", ")),
        )
    })
}

/// Tags that start something: the name of a tag, in which `*` stands for any text.
pub(super) fn tag_pattern(tags: &str, location: SourceLocation, found: &mut Diagnostics) {
    if BranchName::try_from(tags.replace('*', "x")).is_err() {
        found.push(
            Diagnostic::new("team::tag-pattern", format!("`{tags}` is not a pattern of tags"))
                .at_literal(location, tags, "these tags")
                .help("write a name without `refs/tags/`, with `*` for any text: `v*`"),
        );
    }
}
