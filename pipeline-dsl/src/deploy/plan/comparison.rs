//! A stack's template before and after, each with its own parameters: what becomes of which property, and of which output.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::guards;
use super::permissions;
use super::planned::{ChangeKind, PlannedChange};
use super::same_permissions::are_the_same;
use super::values;
use crate::cloudformation::ResourceKind;
use crate::cloudformation::foreseen::{Foreseen, Given};
use crate::cloudformation::references::references;
use crate::cloudformation::resolve::{Scope, resolve};
use crate::synth::AssemblyStack;

/// What a template makes of a stack.
#[derive(Debug, Default)]
pub(crate) struct Expected {
    resources: BTreeMap<String, ExpectedResource>,
    outputs: BTreeMap<String, ExpectedOutput>,
}

#[derive(Debug)]
struct ExpectedResource {
    resource_type: String,
    properties: Value,
    is_retained: bool,
    /// Whether one that is replaced stays in the account.
    keeps_replaced: bool,
}

#[derive(Debug, PartialEq)]
struct ExpectedOutput {
    value: Value,
    /// The resources that it is told of.
    of: BTreeSet<String>,
}

impl Expected {
    /// What a template makes of a stack with these parameters.
    pub(crate) fn of(template: &Value, stack: &AssemblyStack, given: impl Fn(&str) -> Given) -> Self {
        let foreseen = Foreseen::of(template, stack.pseudo_parameters(), given);
        let names = Named {
            foreseen: &foreseen,
            stack_name: &stack.stack_name,
        };
        let evaluated = |value: &Value| resolve(value, &names).unwrap_or_else(|_| value.clone());
        let resources = foreseen.resources().map(|resource| {
            let expected = ExpectedResource {
                resource_type: resource.resource_type.to_owned(),
                properties: evaluated(resource.properties()),
                is_retained: resource.is_retained(),
                keeps_replaced: resource.keeps_replaced(),
            };
            (resource.logical_id.to_owned(), expected)
        });
        let outputs = foreseen.outputs().map(|(name, value)| {
            let output = ExpectedOutput {
                value: evaluated(value),
                of: references(value).into_iter().map(|each| each.target).collect(),
            };
            (name.to_owned(), output)
        });
        Self {
            resources: resources.collect(),
            outputs: outputs.collect(),
        }
    }

    /// Every resource, as of a stack that is new.
    pub(crate) fn all_new(&self) -> Vec<PlannedChange> {
        let added = self.resources.iter().map(|(id, after)| {
            let change = PlannedChange::new(id, &after.resource_type, ChangeKind::Add, Vec::new());
            told(change, &Value::Null, &after.properties, &BTreeSet::new())
        });
        added.collect()
    }

    /// What would change if this came after `before`, where CloudFormation cannot be asked.
    pub(crate) fn changes_after(&self, before: &Self) -> Vec<PlannedChange> {
        let mut changes = Vec::new();
        for (id, after) in &self.resources {
            let Some(earlier) = before.resources.get(id) else {
                let added = PlannedChange::new(id, &after.resource_type, ChangeKind::Add, Vec::new());
                changes.push(added);
                continue;
            };
            let mut targets = differing(&earlier.properties, &after.properties);
            let kind = ResourceKind::named(&after.resource_type);
            let replaced_by = kind.map_or(&[][..], |kind| kind.facts().replaced_by);
            let replaces = earlier.resource_type != after.resource_type
                || targets.iter().any(|name| replaced_by.contains(&name.as_str()));
            if earlier.is_retained != after.is_retained {
                targets.push("DeletionPolicy".to_owned());
            }
            if targets.is_empty() && !replaces {
                continue;
            }
            let action = if replaces {
                ChangeKind::Replace
            } else {
                ChangeKind::Modify
            };
            let mut change = PlannedChange::new(id, &after.resource_type, action, targets);
            change.loses_data &= !after.keeps_replaced;
            changes.push(change);
        }
        for (id, gone) in &before.resources {
            if !self.resources.contains_key(id) {
                let kind = if gone.is_retained {
                    ChangeKind::Retain
                } else {
                    ChangeKind::Remove
                };
                changes.push(PlannedChange::new(id, &gone.resource_type, kind, Vec::new()));
            }
        }
        changes.sort();
        self.tell(before, changes)
    }

    /// Says of changes what becomes of their values, and who may do what by them.
    pub(crate) fn tell(&self, before: &Self, changes: Vec<PlannedChange>) -> Vec<PlannedChange> {
        let properties = |side: &Self, id: &str| {
            let resource = side.resources.get(id);
            resource.map_or(Value::Null, |resource| resource.properties.clone())
        };
        // What has another value afterwards, and is called the same here.
        let unsteady = changes.iter().filter(|change| !change.keeps_its_attributes());
        let unsteady: BTreeSet<String> = unsteady.map(|change| change.resource.clone()).collect();
        let changes = changes.into_iter().map(|change| {
            let (earlier, later) = (
                properties(before, &change.resource),
                properties(self, &change.resource),
            );
            told(change, &earlier, &later, &unsteady)
        });
        changes.collect()
    }

    /// The outputs that have another value after these changes, or may have.
    pub(crate) fn changed_outputs(&self, before: &Self, changes: &[PlannedChange]) -> BTreeSet<String> {
        let another: BTreeSet<&str> = changes
            .iter()
            .filter(|change| change.action != ChangeKind::Modify)
            .map(|change| change.resource.as_str())
            .collect();
        let differing = self.outputs.iter().filter(|(name, after)| {
            before.outputs.get(*name) != Some(after)
                || after.of.iter().any(|id| another.contains(id.as_str()))
        });
        differing.map(|(name, _)| name.clone()).collect()
    }
}

/// The same change with what becomes of values and permissions. `unsteady` are the resources whose names and attributes change.
fn told(
    mut change: PlannedChange,
    before: &Value,
    after: &Value,
    unsteady: &BTreeSet<String>,
) -> PlannedChange {
    // What stays in the account keeps its policy.
    let stays = change.action == ChangeKind::Retain;
    let kind = ResourceKind::named(&change.resource_type).filter(|_| !stays);
    if let Some(kind) = kind {
        change.permissions = permissions::between(kind, before, after);
        if change.permissions.is_empty()
            && change.is_of_policies_alone(kind)
            && are_the_same(kind, before, after)
            && !names_any(after, unsteady)
        {
            change.security = false;
            change.same_permissions = true;
        }
    }
    if before.is_object() && after.is_object() {
        change.values = values::between(&[], before, after);
        if let Some(kind) = kind {
            change.guards = guards::between(kind, before, after);
            change.security |= !change.guards.is_empty();
        }
    }
    change
}

/// Whether a text in a value stands for one of these resources, `${Key.Arn}`.
fn names_any(value: &Value, resources: &BTreeSet<String>) -> bool {
    match value {
        Value::String(text) => text.split("${").skip(1).any(|symbol| {
            let name = symbol.split(['.', '}']).next().unwrap_or_default();
            resources.contains(name)
        }),
        Value::Array(items) => items.iter().any(|item| names_any(item, resources)),
        Value::Object(map) => map.values().any(|inner| names_any(inner, resources)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The names of the properties in which two resources differ.
fn differing(before: &Value, after: &Value) -> Vec<String> {
    let none = Map::new();
    let (before, after) = (
        before.as_object().unwrap_or(&none),
        after.as_object().unwrap_or(&none),
    );
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differing = names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name));
    differing.cloned().collect()
}

/// Names as people know them: what AWS would make up, and what is not known yet, is called as it is in the template.
struct Named<'a, 'b, P> {
    foreseen: &'a Foreseen<'b, P>,
    stack_name: &'a str,
}

impl<P: Fn(&str) -> Given> Scope for Named<'_, '_, P> {
    fn reference(&self, name: &str) -> Option<Value> {
        let value = self.foreseen.reference(name);
        Some(
            self.known(name, value)
                .unwrap_or_else(|| format!("${{{name}}}").into()),
        )
    }

    fn attribute(&self, logical_id: &str, attribute: &str) -> Option<Value> {
        let value = self.foreseen.attribute(logical_id, attribute);
        let symbol = || format!("${{{logical_id}.{attribute}}}").into();
        Some(self.known(logical_id, value).unwrap_or_else(symbol))
    }

    fn condition(&self, name: &str) -> Option<bool> {
        self.foreseen.condition(name)
    }
}

impl<P> Named<'_, '_, P> {
    /// The value, unless it has what stands for an id that AWS makes up.
    fn known(&self, logical_id: &str, value: Option<Value>) -> Option<Value> {
        let made_up = format!("{}-{logical_id}", self.stack_name).to_lowercase();
        value.filter(|value| {
            let text = value.as_str().unwrap_or_default();
            !text.to_lowercase().contains(&made_up)
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn expected(order: [&str; 2], resource: &Value) -> Expected {
        let role = json!({
            "Policies": [{
                "PolicyName": "p",
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": {"Effect": "Allow", "Action": order, "Resource": resource},
                },
            }],
        });
        let resource = |resource_type: &str, properties| ExpectedResource {
            resource_type: resource_type.to_owned(),
            properties,
            is_retained: false,
            keeps_replaced: false,
        };
        Expected {
            resources: BTreeMap::from([
                ("Role".to_owned(), resource("AWS::IAM::Role", role)),
                ("Key".to_owned(), resource("AWS::KMS::Key", json!({}))),
            ]),
            outputs: BTreeMap::new(),
        }
    }

    fn role_changes(resource: &Value, others: Vec<PlannedChange>, properties: &[&str]) -> PlannedChange {
        let (before, after) = (
            expected(["a:A", "a:B"], resource),
            expected(["a:B", "a:A"], resource),
        );
        let properties = properties.iter().map(ToString::to_string).collect();
        let role = PlannedChange::new("Role", "AWS::IAM::Role", ChangeKind::Modify, properties);
        let told = after.tell(&before, [vec![role], others].concat());
        told.into_iter().next().unwrap()
    }

    #[test]
    fn a_reordered_policy_is_no_change_of_permissions_as_long_as_its_names_stand_for_the_same() {
        let key = |action| PlannedChange::new("Key", "AWS::KMS::Key", action, vec!["KeyPolicy".to_owned()]);
        let arn = json!("${Key.Arn}");
        let reordered = role_changes(&arn, Vec::new(), &["Policies"]);
        assert!(reordered.same_permissions && !reordered.security);
        assert!(!role_changes(&arn, vec![key(ChangeKind::Modify)], &["Policies"]).security);
        // Another key is called the same, and so is what nobody can read; and a session's length is no policy.
        assert!(role_changes(&arn, vec![key(ChangeKind::Replace)], &["Policies"]).security);
        assert!(role_changes(&json!({"Fn::ImportValue": "x"}), Vec::new(), &["Policies"]).security);
        assert!(role_changes(&arn, Vec::new(), &["MaxSessionDuration", "Policies"]).security);
    }
}
