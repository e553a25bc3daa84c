//! Where two sets of properties differ, in a few words.

use serde_json::Value;

/// So many differences are told of one resource.
const TOLD: usize = 5;

/// So much of a value is told.
const LENGTH: usize = 120;

/// The differences, each with its path.
pub(super) fn differences(expected: &Value, actual: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare("", expected, actual, &mut found);
    let more = found.len().saturating_sub(TOLD);
    found.truncate(TOLD);
    if more > 0 {
        found.push(format!("and {more} more"));
    }
    found
}

fn compare(path: &str, expected: &Value, actual: &Value, found: &mut Vec<String>) {
    match (expected, actual) {
        _ if expected == actual => {}
        (Value::Object(before), Value::Object(after)) => {
            for (name, value) in before {
                let path = joined(path, name);
                compare(&path, value, after.get(name).unwrap_or(&Value::Null), found);
            }
            for (name, value) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
                compare(&joined(path, name), &Value::Null, value, found);
            }
        }
        (Value::Array(before), Value::Array(after)) => lists(path, before, after, found),
        (_, Value::Null) => found.push(format!("{path}: {} is missing", told(expected))),
        (Value::Null, _) => found.push(format!("{path}: {} was added", told(actual))),
        _ => found.push(format!("{path}: {} instead of {}", told(actual), told(expected))),
    }
}

/// Statements of policies are the same by their `Sid`, wherever they stand; of other lists, what is missing and what was added.
fn lists(path: &str, before: &[Value], after: &[Value], found: &mut Vec<String>) {
    let sid = |value: &Value| value.get("Sid").and_then(Value::as_str).map(ToOwned::to_owned);
    for value in before.iter().filter(|value| !after.contains(value)) {
        let other = sid(value).and_then(|sid| after.iter().find(|other| other["Sid"] == *sid));
        match (other, sid(value)) {
            (Some(other), Some(sid)) => compare(&joined(path, &sid), value, other, found),
            (_, Some(sid)) => found.push(format!("{path}: statement `{sid}` is missing")),
            (_, None) => found.push(format!("{path}: {} is missing", told(value))),
        }
    }
    let known = |value: &Value| {
        let same = sid(value).is_some_and(|sid| before.iter().any(|other| other["Sid"] == *sid));
        before.contains(value) || same
    };
    for value in after.iter().filter(|value| !known(value)) {
        match sid(value) {
            Some(sid) => found.push(format!("{path}: statement `{sid}` was added")),
            None => found.push(format!("{path}: {} was added", told(value))),
        }
    }
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

fn told(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::differences;

    #[test]
    fn statements_are_told_by_their_names() {
        let before = json!({"KeyPolicy": {"Statement": [{"Sid": "A", "Action": "a"}, {"Sid": "B"}]}});
        let after = json!({"KeyPolicy": {"Statement": [{"Sid": "C"}, {"Sid": "A", "Action": "b"}]}});
        assert_eq!(
            differences(&before, &after),
            [
                "KeyPolicy.Statement.A.Action: \"b\" instead of \"a\"",
                "KeyPolicy.Statement: statement `B` is missing",
                "KeyPolicy.Statement: statement `C` was added"
            ]
        );
    }

    #[test]
    fn what_is_not_there_is_missing_or_added() {
        let before = json!({"State": "ENABLED", "Targets": [{"Arn": "a"}]});
        let after = json!({"Targets": [], "Description": "x"});
        assert_eq!(
            differences(&before, &after),
            [
                "State: \"ENABLED\" is missing",
                "Targets: {\"Arn\":\"a\"} is missing",
                "Description: \"x\" was added"
            ]
        );
    }

    #[test]
    fn few_are_told() {
        let before = json!((0..9).map(|each| each.to_string()).collect::<Vec<_>>());
        let told = differences(&json!({"List": before}), &json!({"List": []}));
        assert_eq!(told.len(), 6);
        assert_eq!(told[5], "and 4 more");
    }
}
