//! Which events of a repository start a build: the filters of the project's webhook.
//! <https://docs.aws.amazon.com/codebuild/latest/userguide/github-webhook.html>

use crate::cloudformation::types::codebuild::WebhookFilter;
use crate::cloudformation::{Text, text};
use crate::team::CodeBuild;

/// The name of a branch as it stands in a pattern.
pub(crate) fn branch_pattern(branch: &str) -> String {
    escape(branch)
}

/// Pushes that deliver: to the branch, which is a pattern already, or of tags.
pub(super) fn pushes(build: &CodeBuild, branch: Option<&Text>) -> Vec<Vec<WebhookFilter>> {
    let head = match (branch, &build.trigger.tags) {
        // A fork is delivered from a branch, whatever upstream is delivered from.
        (Some(branch), _) => text!["^refs/heads/", branch, "$"],
        (None, Some((tags, _))) => format!("^refs/tags/{}$", like(tags)).into(),
        (None, None) => format!("^refs/heads/{}$", escape(&build.repository.branch)).into(),
    };
    let mut filters = vec![filter("EVENT", "PUSH"), filter("HEAD_REF", head)];
    filters.extend(changed_files(build));
    vec![filters]
}

/// Pull requests that are checked.
pub(super) fn pull_requests(build: &CodeBuild) -> Vec<Vec<WebhookFilter>> {
    let events = "PULL_REQUEST_CREATED, PULL_REQUEST_UPDATED, PULL_REQUEST_REOPENED";
    let base = format!("^refs/heads/{}$", escape(&build.repository.branch));
    let mut filters = vec![filter("EVENT", events), filter("BASE_REF", base)];
    filters.extend(changed_files(build));
    vec![filters]
}

/// The files that have to be changed: one of them is enough.
fn changed_files(build: &CodeBuild) -> Option<WebhookFilter> {
    let paths: Vec<String> = build
        .trigger
        .paths
        .iter()
        .map(|(path, _)| like_path(path))
        .collect();
    (!paths.is_empty()).then(|| filter("FILE_PATH", format!("^({})$", paths.join("|"))))
}

fn filter(r#type: &'static str, pattern: impl Into<Text>) -> WebhookFilter {
    WebhookFilter {
        r#type,
        pattern: pattern.into(),
    }
}

/// The regular expression of a pattern: `*` is any part of a name, `**` any text, `**/` any folders or none.
fn like(pattern: &str) -> String {
    let mut regex = String::new();
    let mut rest = pattern;
    while let Some(position) = rest.find('*') {
        let (before, behind) = rest.split_at(position);
        regex.push_str(&escape(before));
        rest = if let Some(behind) = behind.strip_prefix("**/") {
            regex.push_str("(.*/)?");
            behind
        } else if let Some(behind) = behind.strip_prefix("**") {
            regex.push_str(".*");
            behind
        } else {
            regex.push_str("[^/]*");
            behind.get(1..).unwrap_or_default()
        };
    }
    regex + &escape(rest)
}

/// The same of a path: a folder is all that is in it, and what has no `*` may be a folder.
fn like_path(pattern: &str) -> String {
    let regex = like(pattern.trim_end_matches('/'));
    if pattern.ends_with('/') {
        regex + "/.*"
    } else if pattern.contains('*') {
        regex
    } else {
        regex + "(/.*)?"
    }
}

/// A webhook's pattern is a regular expression; the name of a branch or file is not.
fn escape(name: &str) -> String {
    let mut pattern = String::with_capacity(name.len());
    for c in name.chars() {
        if matches!(
            c,
            '.' | '+' | '*' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '^' | '$' | '|' | '\\'
        ) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::{like, like_path};

    #[test]
    fn patterns_become_regular_expressions() {
        for (pattern, regex) in [
            ("v*", "v[^/]*"),
            ("v1.*", r"v1\.[^/]*"),
            ("release/**", "release/.*"),
        ] {
            assert_eq!(like(pattern), regex, "{pattern}");
        }
        for (pattern, regex) in [
            ("orders/", "orders/.*"),
            ("orders/**", "orders/.*"),
            ("orders", "orders(/.*)?"),
            ("**/Cargo.toml", r"(.*/)?Cargo\.toml"),
            ("packages/**/*.ts", r"packages/(.*/)?[^/]*\.ts"),
            ("libs/*/src/", "libs/[^/]*/src/.*"),
            ("a+b", r"a\+b(/.*)?"),
        ] {
            assert_eq!(like_path(pattern), regex, "{pattern}");
        }
    }
}
