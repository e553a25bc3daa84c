//! Who gains and who loses what by a change: the statements of a resource before and after, compared action by action.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use crate::cloudformation::types::lambda::permission_statement;
use crate::cloudformation::{Policies, ResourceKind};

/// Something that is permitted, forbidden or bounded by a resource, and comes or goes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PermissionChange {
    /// Whether it comes; else it goes.
    pub gained: bool,
    /// What.
    pub effect: PermissionEffect,
    /// Who: principals as the policy names them; nobody for a role's own policies, which are about the role.
    pub principals: Vec<String>,
    /// The actions, as the policy names them.
    pub actions: Vec<String>,
    /// On what; nothing in a trust policy, which is about the role. For a boundary or an attached policy, its ARN.
    pub resources: Vec<String>,
    /// Under which conditions, all of which must hold.
    pub conditions: Vec<String>,
}

/// What a permission does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PermissionEffect {
    /// It allows.
    Allow,
    /// It denies.
    Deny,
    /// It is a role's permissions boundary.
    Boundary,
    /// It is a managed policy that a role has.
    Attached,
}

/// One action of one principal on one resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Permission {
    effect: PermissionEffect,
    conditions: Vec<String>,
    principal: String,
    action: String,
    resource: String,
}

/// What a resource of this type permits after a change and not before, and the other way round. Properties are evaluated; there are
/// none where the resource is not there.
pub(crate) fn between(kind: ResourceKind, before: &Value, after: &Value) -> Vec<PermissionChange> {
    let (before, after) = (permissions(kind, before), permissions(kind, after));
    let lost = grouped(false, before.difference(&after));
    lost.into_iter()
        .chain(grouped(true, after.difference(&before)))
        .collect()
}

fn permissions(kind: ResourceKind, properties: &Value) -> BTreeSet<Permission> {
    let mut found = BTreeSet::new();
    let at = |pointer: &str| properties.pointer(pointer).unwrap_or(&Value::Null);
    match kind.facts().policies {
        Policies::None | Policies::OnItselfByDefault(_) => {}
        Policies::OfRole => {
            of_document(at("/AssumeRolePolicyDocument"), &mut found);
            for policy in each(at("/Policies")) {
                let document = policy.get("PolicyDocument").unwrap_or(&Value::Null);
                of_document(document, &mut found);
            }
            named(PermissionEffect::Boundary, at("/PermissionsBoundary"), &mut found);
            named(PermissionEffect::Attached, at("/ManagedPolicyArns"), &mut found);
        }
        Policies::OnItself(property) => of_document(at(&format!("/{property}")), &mut found),
        Policies::Managed | Policies::OnBucket | Policies::OnTopics | Policies::OnQueues => {
            of_document(at("/PolicyDocument"), &mut found);
        }
        Policies::StatementOnFunction => {
            if properties.is_object() {
                let function = at("/FunctionName").as_str().unwrap_or_default();
                of_statement(&permission_statement(properties, function), &mut found);
            }
        }
    }
    found
}

fn named(effect: PermissionEffect, arns: &Value, found: &mut BTreeSet<Permission>) {
    for arn in texts(arns) {
        found.insert(Permission {
            effect,
            conditions: Vec::new(),
            principal: String::new(),
            action: String::new(),
            resource: arn,
        });
    }
}

fn of_document(document: &Value, found: &mut BTreeSet<Permission>) {
    for statement in each(document.get("Statement").unwrap_or(&Value::Null)) {
        of_statement(statement, found);
    }
}

fn of_statement(statement: &Value, found: &mut BTreeSet<Permission>) {
    let effect = match statement.get("Effect").and_then(Value::as_str) {
        Some("Deny") => PermissionEffect::Deny,
        _ => PermissionEffect::Allow,
    };
    let conditions = conditions(statement.get("Condition").unwrap_or(&Value::Null));
    let principals = named_or_others(statement, "Principal", "NotPrincipal", principals);
    let actions = named_or_others(statement, "Action", "NotAction", texts);
    let resources = named_or_others(statement, "Resource", "NotResource", texts);
    for principal in &principals {
        for action in &actions {
            for resource in &resources {
                found.insert(Permission {
                    effect,
                    conditions: conditions.clone(),
                    principal: principal.clone(),
                    action: action.clone(),
                    resource: resource.clone(),
                });
            }
        }
    }
}

/// What an element names, or that it is all but what it names; one empty text, where the statement has neither.
fn named_or_others(
    statement: &Value,
    element: &str,
    negated: &str,
    read: fn(&Value) -> Vec<String>,
) -> Vec<String> {
    match (statement.get(element), statement.get(negated)) {
        (Some(named), _) => read(named),
        (None, Some(others)) => {
            let mut others = read(others);
            others.sort();
            vec![format!("all but {}", others.join(", "))]
        }
        (None, None) => vec![String::new()],
    }
}

fn principals(principal: &Value) -> Vec<String> {
    let named = match principal {
        Value::Object(by_type) => by_type.values().flat_map(texts).collect(),
        other => texts(other),
    };
    named.into_iter().map(account_by_number).collect()
}

/// An account by its number and by the ARN of its root user is the same.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts>
pub(super) fn account_by_number(principal: String) -> String {
    let root = principal.strip_suffix(":root");
    let number = root
        .and_then(|root| root.rsplit_once(":iam::"))
        .map(|(_, number)| number);
    let number = number.unwrap_or(&principal);
    if number.len() == 12 && number.bytes().all(|byte| byte.is_ascii_digit()) {
        format!("account {number}")
    } else {
        principal
    }
}

/// `kms:ViaService` is `s3.us-east-1.amazonaws.com`, as one text for each key.
fn conditions(condition: &Value) -> Vec<String> {
    let operators = condition.as_object().into_iter().flatten();
    let mut conditions: Vec<String> = operators
        .flat_map(|(operator, keys)| {
            let keys = keys.as_object().into_iter().flatten();
            keys.map(move |(key, values)| {
                let mut values = texts(values);
                values.sort();
                format!("{key} {operator} {}", values.join(" or "))
            })
        })
        .collect();
    conditions.sort();
    conditions
}

fn each(value: &Value) -> impl Iterator<Item = &Value> {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        Value::Null => &[],
        one => std::slice::from_ref(one),
    };
    items.iter()
}

fn texts(value: &Value) -> Vec<String> {
    let text = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), ToOwned::to_owned)
    };
    each(value).map(text).collect()
}

/// The permissions with as few words as say them: actions of one principal on one resource together, then what is the same for
/// several resources, then what is the same for several principals.
fn grouped<'a>(gained: bool, all: impl Iterator<Item = &'a Permission>) -> Vec<PermissionChange> {
    type Rest<'a> = (PermissionEffect, &'a [String]);
    type Texts<'a> = BTreeSet<&'a str>;
    let mut actions: BTreeMap<(Rest<'a>, &'a str, &'a str), Texts<'a>> = BTreeMap::new();
    for each in all {
        let rest = (each.effect, each.conditions.as_slice());
        let key = (rest, each.principal.as_str(), each.resource.as_str());
        actions.entry(key).or_default().insert(&each.action);
    }
    let mut resources: BTreeMap<(Rest<'a>, &'a str, Texts<'a>), Texts<'a>> = BTreeMap::new();
    for ((rest, principal, resource), actions) in actions {
        let key = (rest, principal, actions);
        resources.entry(key).or_default().insert(resource);
    }
    let mut principals: BTreeMap<(Rest<'a>, Texts<'a>, Texts<'a>), Texts<'a>> = BTreeMap::new();
    for ((rest, principal, actions), resources) in resources {
        let key = (rest, actions, resources);
        principals.entry(key).or_default().insert(principal);
    }
    let owned = |texts: BTreeSet<&str>| -> Vec<String> {
        let written = texts.into_iter().filter(|text| !text.is_empty());
        written.map(ToOwned::to_owned).collect()
    };
    let changes = principals
        .into_iter()
        .map(
            |(((effect, conditions), actions, resources), principals)| PermissionChange {
                gained,
                effect,
                principals: owned(principals),
                actions: owned(actions),
                resources: owned(resources),
                conditions: conditions.to_vec(),
            },
        );
    changes.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn key(statements: &Value) -> Value {
        json!({"KeyPolicy": {"Statement": statements}})
    }

    #[test]
    fn what_stays_is_not_said_however_it_is_written() {
        let before = key(&json!([{
            "Sid": "A", "Effect": "Allow", "Principal": {"AWS": ["x", "y"]}, "Action": ["kms:Decrypt", "kms:Encrypt"], "Resource": "*",
        }]));
        let after = key(&json!([
            {"Sid": "B", "Effect": "Allow", "Principal": {"AWS": "x"}, "Action": ["kms:Encrypt", "kms:Decrypt"], "Resource": ["*"]},
            {"Sid": "C", "Effect": "Allow", "Principal": {"AWS": "y"}, "Action": ["kms:Encrypt", "kms:Decrypt"], "Resource": "*"},
        ]));
        assert_eq!(between(ResourceKind::Key, &before, &after), []);
    }

    #[test]
    fn actions_resources_and_principals_are_said_together() {
        let statement = |principals: Value, actions: Value| {
            json!([{
                "Effect": "Allow", "Principal": {"AWS": principals}, "Action": actions, "Resource": "*",
                "Condition": {"StringEquals": {"kms:ViaService": "s3"}},
            }])
        };
        let before = key(&statement(json!(["x"]), json!(["kms:Decrypt"])));
        let after = key(&statement(
            json!(["x", "y", "z"]),
            json!(["kms:Decrypt", "kms:Encrypt"]),
        ));
        let changes = between(ResourceKind::Key, &before, &after);
        let said: Vec<(bool, Vec<&str>, Vec<&str>)> = changes
            .iter()
            .map(|change| {
                let principals = change.principals.iter().map(String::as_str).collect();
                let actions = change.actions.iter().map(String::as_str).collect();
                (change.gained, principals, actions)
            })
            .collect();
        assert_eq!(
            said,
            [
                (true, vec!["y", "z"], vec!["kms:Decrypt", "kms:Encrypt"]),
                (true, vec!["x"], vec!["kms:Encrypt"]),
            ]
        );
        assert_eq!(changes[0].conditions, ["kms:ViaService StringEquals s3"]);
    }

    #[test]
    fn a_roles_trust_boundary_and_policies_are_its_permissions() {
        let role = json!({
            "AssumeRolePolicyDocument": {"Statement": {"Effect": "Allow", "Principal": {"Service": "a.amazonaws.com"}, "Action": "sts:AssumeRole"}},
            "Policies": [{"PolicyDocument": {"Statement": [{"Effect": "Deny", "NotAction": ["s3:GetObject"], "Resource": "*"}]}}],
            "PermissionsBoundary": "arn:b",
            "ManagedPolicyArns": ["arn:m"],
        });
        let all = between(ResourceKind::Role, &Value::Null, &role);
        let said: Vec<(PermissionEffect, String)> = all
            .iter()
            .map(|each| {
                let parts = [&each.principals, &each.actions, &each.resources].map(|part| part.join(","));
                (each.effect, parts.join(" "))
            })
            .collect();
        assert_eq!(
            said,
            [
                (
                    PermissionEffect::Allow,
                    "a.amazonaws.com sts:AssumeRole ".to_owned()
                ),
                (PermissionEffect::Deny, " all but s3:GetObject *".to_owned()),
                (PermissionEffect::Boundary, "  arn:b".to_owned()),
                (PermissionEffect::Attached, "  arn:m".to_owned()),
            ]
        );
        let gone = between(ResourceKind::Role, &role, &Value::Null);
        assert!(gone.len() == 4 && gone.iter().all(|each| !each.gained));
    }

    /// Another order, an account by its number, and a policy that stays are no changes.
    #[test]
    fn what_says_the_same_is_no_change() {
        let statement = |principal: &str, values: Value, others: Value| {
            key(&json!([
                {
                    "Effect": "Allow", "Principal": {"AWS": principal}, "Action": "kms:Decrypt", "Resource": "*",
                    "Condition": {"StringEquals": {"kms:ViaService": values}},
                },
                {"Effect": "Deny", "Principal": "*", "NotAction": others, "Resource": "*"},
            ]))
        };
        let before = statement("111111111111", json!(["a", "b"]), json!(["kms:A", "kms:B"]));
        let after = statement(
            "arn:aws:iam::111111111111:root",
            json!(["b", "a"]),
            json!(["kms:B", "kms:A"]),
        );
        assert_eq!(between(ResourceKind::Key, &before, &after), []);
    }
}
