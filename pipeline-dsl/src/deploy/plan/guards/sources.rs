//! What is built, and what starts a build. Whoever may push to the branch that a project builds, or that a pipeline follows, decides
//! what is deployed: another repository or branch is another circle of people.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::GuardChange;
use crate::deploy::plan::values::{self, Difference, PropertyChange, Step};

/// Where a project's source comes from, and what makes it build.
const FROM: [&str; 6] = [
    "Source.Type",
    "Source.Location",
    "SourceVersion",
    "SecondarySources",
    "SecondarySourceVersions",
    "Triggers",
];

/// A privileged container may use all devices of its host: what a repository's code may do grows, without any policy.
/// <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectEnvironment.html>
pub(super) const PRIVILEGED: &str = "Environment.PrivilegedMode";

/// Which files have to be changed decides when a build starts, and nothing of who may start it.
const OF_FILES: &str = "FILE_PATH";

pub(super) fn of_project(before: &Value, after: &Value) -> Vec<GuardChange> {
    let mut changes = Vec::new();
    for path in FROM {
        let (mut before, mut after) = (at(before, path).clone(), at(after, path).clone());
        without_files(&mut before);
        without_files(&mut after);
        let steps: Vec<Step> = path
            .split('.')
            .map(|name| Step::Property(name.to_owned()))
            .collect();
        let found = values::between(&steps, &before, &after);
        changes.extend(found.into_iter().map(GuardChange::BuiltFrom));
    }
    let privileged = |side| match at(side, PRIVILEGED) {
        Value::Null => Some(false),
        Value::Bool(is_privileged) => Some(*is_privileged),
        Value::String(text) => text.parse().ok(),
        Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
    };
    match (privileged(before), privileged(after)) {
        (Some(false), Some(true)) => changes.push(GuardChange::Privileged),
        // It is what it was, or less.
        (Some(_), Some(_)) => {}
        _ if at(before, PRIVILEGED) == at(after, PRIVILEGED) => {}
        (None, _) | (_, None) => changes.push(GuardChange::Unread {
            property: PRIVILEGED.to_owned(),
        }),
    }
    changes
}

/// The repositories and branches that a pipeline follows. What it takes from a bucket is the bucket's policy to say.
pub(super) fn of_pipeline(before: &Value, after: &Value) -> Vec<GuardChange> {
    let (before, after) = (followed(before), followed(after));
    let paths: BTreeSet<&Vec<Step>> = before.keys().chain(after.keys()).collect();
    let differing = paths.into_iter().filter_map(|path| {
        let (before, after) = (before.get(path).cloned(), after.get(path).cloned());
        let differs = before != after;
        differs.then(|| {
            let change = PropertyChange {
                path: path.clone(),
                what: Difference::Changed,
                before,
                after,
            };
            GuardChange::BuiltFrom(change)
        })
    });
    differing.collect()
}

fn followed(properties: &Value) -> BTreeMap<Vec<Step>, String> {
    let each = |value: &Value, name: &str| value.get(name).and_then(Value::as_array).cloned();
    let stages = each(properties, "Stages").into_iter().flatten();
    let actions = stages.filter_map(|stage| each(&stage, "Actions")).flatten();
    let mut followed = BTreeMap::new();
    for action in actions {
        let name = action.get("Name").and_then(Value::as_str).unwrap_or_default();
        for key in ["FullRepositoryId", "BranchName"] {
            if let Some(value) = action.pointer(&format!("/Configuration/{key}")) {
                let value = value
                    .as_str()
                    .map_or_else(|| value.to_string(), ToOwned::to_owned);
                let path = [name, key].map(|part| Step::Property(part.to_owned()));
                followed.insert(path.to_vec(), value);
            }
        }
    }
    followed
}

fn at<'a>(properties: &'a Value, path: &str) -> &'a Value {
    let mut parts = path.split('.');
    let found = parts.try_fold(properties, |value, part| value.get(part));
    found.unwrap_or(&Value::Null)
}

/// Filters of a webhook are lists of lists: one of them has to hold, with all that is in it.
fn without_files(value: &mut Value) {
    let groups = value.get_mut("FilterGroups").and_then(Value::as_array_mut);
    for group in groups.into_iter().flatten().filter_map(Value::as_array_mut) {
        group.retain(|filter| filter.get("Type").and_then(Value::as_str) != Some(OF_FILES));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn project(branch: &str, files: &str, privileged: &Value) -> Value {
        json!({
            "Source": {"Type": "GITHUB", "Location": "https://example.com/a.git", "BuildSpec": "b.yaml"},
            "SourceVersion": branch,
            "Triggers": {"Webhook": true, "FilterGroups": [[
                {"Type": "HEAD_REF", "Pattern": format!("^refs/heads/{branch}$")},
                {"Type": "FILE_PATH", "Pattern": files},
            ]]},
            "Environment": {"PrivilegedMode": privileged},
        })
    }

    #[test]
    fn another_branch_is_told_and_other_files_are_not() {
        let no = json!(false);
        let before = project("main", "^a$", &no);
        let paths = |after: &Value| -> Vec<String> {
            let changes = of_project(&before, after).into_iter();
            let paths = changes.map(|change| match change {
                GuardChange::BuiltFrom(value) => value.dotted_path(),
                other => format!("{other:?}"),
            });
            paths.collect()
        };
        assert_eq!(
            paths(&project("stable", "^a$", &no)),
            ["SourceVersion", "Triggers.FilterGroups.0.HEAD_REF.Pattern"]
        );
        assert_eq!(paths(&project("main", "^b$", &no)), Vec::<String>::new());
        let mut elsewhere = before.clone();
        elsewhere["Source"]["Location"] = json!("https://example.com/b.git");
        elsewhere["Source"]["BuildSpec"] = json!("c.yaml");
        assert_eq!(paths(&elsewhere), ["Source.Location"]);
    }

    #[test]
    fn privileged_mode_is_told_when_it_comes() {
        let of = |privileged: Value| project("main", "^a$", &privileged);
        let (no, yes, unread) = (of(json!(false)), of(json!("true")), of(json!({"Fn::If": []})));
        assert_eq!(of_project(&no, &yes), [GuardChange::Privileged]);
        assert_eq!(of_project(&yes, &no), []);
        assert_eq!(of_project(&unread, &unread), []);
        assert!(matches!(
            of_project(&no, &unread)[..],
            [GuardChange::Unread { .. }]
        ));
    }

    #[test]
    fn what_a_pipeline_follows_is_told() {
        let of = |branch: &str| {
            let source = json!({"Name": "Repository", "Configuration": {"FullRepositoryId": "a/b", "BranchName": branch}});
            json!({"Stages": [{"Name": "Source", "Actions": [source]}]})
        };
        let [GuardChange::BuiltFrom(change)] = &of_pipeline(&of("main"), &of("next"))[..] else {
            panic!("one change");
        };
        assert_eq!(change.dotted_path(), "Repository.BranchName");
        assert_eq!(
            (change.before.as_deref(), change.after.as_deref()),
            (Some("main"), Some("next"))
        );
        assert_eq!(of_pipeline(&of("main"), &of("main")), []);
    }
}
