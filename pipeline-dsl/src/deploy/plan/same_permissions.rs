//! Whether the policies of a resource say the same as before in another order or spelling. Nothing is guessed: what cannot be read
//! for certain is not the same.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::permissions::account_by_number;
use crate::cloudformation::{Policies, ResourceKind};

/// The properties of a type that hold its policies, and that say nothing else.
pub(super) fn policy_properties(kind: ResourceKind) -> Vec<&'static str> {
    match kind.facts().policies {
        Policies::OfRole => vec![
            "AssumeRolePolicyDocument",
            "ManagedPolicyArns",
            "PermissionsBoundary",
            "Policies",
        ],
        Policies::OnItself(property) => vec![property],
        Policies::Managed | Policies::OnBucket | Policies::OnTopics | Policies::OnQueues => {
            vec!["PolicyDocument"]
        }
        // A function's statement is replaced, not changed.
        Policies::None | Policies::OnItselfByDefault(_) | Policies::StatementOnFunction => Vec::new(),
    }
}

/// Whether both permit exactly the same, as far as they can be read whole. Properties are evaluated.
pub(super) fn are_the_same(kind: ResourceKind, before: &Value, after: &Value) -> bool {
    let before = Meaning::read(kind, before);
    before.is_some() && before == Meaning::read(kind, after)
}

/// What the policies of a resource permit and forbid, whatever their order.
#[derive(Debug, Default, PartialEq, Eq)]
struct Meaning {
    trust: BTreeSet<Permission>,
    policies: BTreeSet<Permission>,
    boundary: BTreeSet<String>,
    attached: BTreeSet<String>,
}

/// One action of one principal on one resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Permission {
    is_denied: bool,
    principal: Element,
    action: Element,
    resource: Element,
    conditions: BTreeSet<(String, String, BTreeSet<String>)>,
}

/// What a statement says of one of its elements. A principal has its type with it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Element {
    Nothing,
    One(String),
    AllBut(BTreeSet<String>),
}

/// The elements of a statement. Another one may mean anything.
const ELEMENTS: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

impl Meaning {
    fn read(kind: ResourceKind, properties: &Value) -> Option<Self> {
        let at = |name: &str| properties.get(name).unwrap_or(&Value::Null);
        let mut meaning = Self::default();
        for property in policy_properties(kind) {
            let value = at(property);
            match property {
                _ if value.is_null() => {}
                "AssumeRolePolicyDocument" => document(value, &mut meaning.trust)?,
                "Policies" => {
                    for policy in value.as_array()? {
                        document(policy.get("PolicyDocument")?, &mut meaning.policies)?;
                    }
                }
                "PermissionsBoundary" => meaning.boundary = texts(value)?,
                "ManagedPolicyArns" => meaning.attached = texts(value)?,
                _ => document(value, &mut meaning.policies)?,
            }
        }
        Some(meaning)
    }
}

fn document(document: &Value, found: &mut BTreeSet<Permission>) -> Option<()> {
    let document = document.as_object()?;
    let known = ["Version", "Id", "Statement"];
    // The older version takes variables for text.
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
    if document.get("Version")?.as_str()? != "2012-10-17"
        || document.keys().any(|key| !known.contains(&key.as_str()))
    {
        return None;
    }
    for each in one_or_more(document.get("Statement")?) {
        statement(each.as_object()?, found)?;
    }
    Some(())
}

fn statement(statement: &Map<String, Value>, found: &mut BTreeSet<Permission>) -> Option<()> {
    if statement.keys().any(|key| !ELEMENTS.contains(&key.as_str())) {
        return None;
    }
    let is_denied = match statement.get("Effect")?.as_str()? {
        "Allow" => false,
        "Deny" => true,
        _ => return None,
    };
    let conditions = conditions(statement.get("Condition"))?;
    let principals = elements(statement, "Principal", "NotPrincipal", principals)?;
    let actions = elements(statement, "Action", "NotAction", texts)?;
    let resources = elements(statement, "Resource", "NotResource", texts)?;
    for principal in &principals {
        for action in &actions {
            for resource in &resources {
                found.insert(Permission {
                    is_denied,
                    principal: principal.clone(),
                    action: action.clone(),
                    resource: resource.clone(),
                    conditions: conditions.clone(),
                });
            }
        }
    }
    Some(())
}

fn elements(
    statement: &Map<String, Value>,
    element: &str,
    negated: &str,
    read: fn(&Value) -> Option<BTreeSet<String>>,
) -> Option<Vec<Element>> {
    match (statement.get(element), statement.get(negated)) {
        (Some(named), None) => Some(read(named)?.into_iter().map(Element::One).collect()),
        (None, Some(others)) => Some(vec![Element::AllBut(read(others)?)]),
        (None, None) => Some(vec![Element::Nothing]),
        (Some(_), Some(_)) => None,
    }
}

/// Each with its type.
fn principals(principal: &Value) -> Option<BTreeSet<String>> {
    let Value::Object(by_type) = principal else {
        return texts(principal);
    };
    let mut found = BTreeSet::new();
    for (r#type, named) in by_type {
        let named = texts(named)?.into_iter();
        match r#type.as_str() {
            "AWS" => found.extend(named.map(account_by_number).map(|who| format!("AWS {who}"))),
            "Service" | "Federated" | "CanonicalUser" => {
                found.extend(named.map(|who| format!("{type} {who}")));
            }
            _ => return None,
        }
    }
    Some(found)
}

fn conditions(condition: Option<&Value>) -> Option<BTreeSet<(String, String, BTreeSet<String>)>> {
    let mut found = BTreeSet::new();
    let Some(condition) = condition else {
        return Some(found);
    };
    for (operator, keys) in condition.as_object()? {
        for (key, values) in keys.as_object()? {
            found.insert((operator.clone(), key.clone(), texts(values)?));
        }
    }
    Some(found)
}

fn one_or_more(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        one => std::slice::from_ref(one),
    }
}

/// One text or several. A function that could not be evaluated is none, nor is what CloudFormation looks up somewhere else.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html>
fn texts(value: &Value) -> Option<BTreeSet<String>> {
    let text = |value: &Value| match value {
        Value::String(text) => (!text.contains("{{resolve:")).then(|| text.clone()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    one_or_more(value).iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn role(statements: &Value) -> Value {
        json!({"Policies": [{"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": statements}}]})
    }

    fn same(before: &Value, after: &Value) -> bool {
        are_the_same(ResourceKind::Role, before, after)
    }

    #[test]
    fn another_order_or_spelling_is_the_same() {
        let before = role(&json!([
            {"Sid": "A", "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "a"},
            {"Effect": "Deny", "NotAction": ["s3:A", "s3:B"], "Resource": "*", "Condition": {"StringLike": {"k": ["x", "y"]}}},
        ]));
        let after = role(&json!([
            {"Effect": "Deny", "NotAction": ["s3:B", "s3:A"], "Resource": ["*"], "Condition": {"StringLike": {"k": ["y", "x"]}}},
            {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "a"},
            {"Effect": "Allow", "Action": "s3:GetObject", "Resource": ["a"]},
        ]));
        assert!(same(&before, &after));
    }

    #[test]
    fn whatever_differs_is_not() {
        let one = json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "a"});
        let before = role(&json!([one]));
        let changed = |change: fn(&mut Value)| {
            let mut statement = one.clone();
            change(&mut statement);
            role(&json!([statement]))
        };
        let others = [
            changed(|it| it["Effect"] = json!("Deny")),
            changed(|it| it["Action"] = json!(["s3:GetObject", "s3:PutObject"])),
            changed(|it| it["Resource"] = json!("b")),
            changed(|it| it["Condition"] = json!({"Bool": {"k": "true"}})),
            role(&json!([])),
        ];
        for other in others {
            assert!(!same(&before, &other), "{other}");
        }
        let trust = |principal: Value| {
            let statement = json!({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"});
            json!({"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": statement}})
        };
        assert!(!same(
            &trust(json!({"AWS": "x"})),
            &trust(json!({"Federated": "x"}))
        ));
        let alternatives = |values: Value| {
            let when = json!({"StringLike": {"k": values}});
            role(&json!({"Effect": "Allow", "Action": "a:B", "Resource": "*", "Condition": when}))
        };
        assert!(!same(
            &alternatives(json!("x or y")),
            &alternatives(json!(["x", "y"]))
        ));
    }

    /// Even if it stays as it is: what it stands for may change.
    #[test]
    fn what_cannot_be_read_is_not() {
        let statement = |name: &str, value: Value| {
            let mut statement = json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "a"});
            statement[name] = value;
            role(&json!([statement]))
        };
        let unread = [
            statement("Action", json!({"Fn::Split": [",", "a,b"]})),
            statement("Resource", json!([{"Fn::FindInMap": ["a", "b", "c"]}])),
            statement("Resource", json!("{{resolve:ssm:/arn}}")),
            statement("Effect", json!("allow")),
            statement("Principal", json!({"Unknown": "x"})),
            statement("Condition", json!([])),
            statement("NotAction", json!("s3:PutObject")),
            statement("Else", json!(1)),
            json!({"Policies": "text"}),
            json!({"Policies": {"Fn::If": []}}),
            json!({"Policies": [{"PolicyDocument": "text"}]}),
            json!({"Policies": [{"PolicyDocument": {"Version": "2008-10-17", "Statement": []}}]}),
            json!({"AssumeRolePolicyDocument": {"Fn::Transform": {}}}),
            json!({"PermissionsBoundary": {"Fn::ImportValue": "x"}}),
        ];
        for properties in unread {
            assert!(!same(&properties, &properties), "{properties}");
        }
    }
}
