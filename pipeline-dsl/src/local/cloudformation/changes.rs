//! What a change set would change.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html>

use serde_json::Value;

use super::resources::rules::rules;
use crate::cloudformation::decided::Decided;
use crate::cloudformation::resolve::resolve;
use crate::local::http::response::Xml;
use crate::local::stacks::definition::Definition;
use crate::local::stacks::document::Document;
use crate::local::stacks::preparation::active_resources;
use crate::local::stacks::resource::StackResource;
use crate::local::stacks::scope::StackScope;
use crate::local::stacks::stack::Stack;

/// The changes of the resources, one by one.
pub(crate) fn of(stack: &Stack, wanted: &Definition) -> Vec<Xml> {
    let Ok(document) = Document::parse(wanted.template.text()) else {
        return Vec::new();
    };
    let decided = Decided::default();
    let active = active_resources(stack, &document, wanted, &decided);
    let mut changes = Vec::new();
    for logical_id in &active {
        let declared = document.resource(logical_id).unwrap_or(&Value::Null);
        let resource_type = declared.get("Type").and_then(Value::as_str).unwrap_or_default();
        match stack.resources.get(logical_id) {
            None => changes.push(change("Add", logical_id, resource_type, Vec::new())),
            Some(existing) => {
                let scope = StackScope {
                    stack,
                    document: &document,
                    definition: wanted,
                    decided: &decided,
                };
                changes.extend(modification(
                    existing,
                    logical_id,
                    resource_type,
                    declared,
                    &scope,
                ));
            }
        }
    }
    for (logical_id, gone) in stack.resources.iter().filter(|(id, _)| !active.contains(*id)) {
        let policy = if gone.retained { "Retain" } else { "Delete" };
        let more = vec![
            ("PolicyAction", Xml::text(policy)),
            ("PhysicalResourceId", Xml::text(&gone.physical_id)),
        ];
        changes.push(change("Remove", logical_id, &gone.resource_type, more));
    }
    changes
}

fn modification(
    existing: &StackResource,
    logical_id: &str,
    resource_type: &str,
    declared: &Value,
    scope: &StackScope<'_>,
) -> Option<Xml> {
    let empty = serde_json::Map::new();
    let properties = declared
        .get("Properties")
        .and_then(Value::as_object)
        .unwrap_or(&empty);
    let mut names: Vec<&String> = properties.keys().collect();
    let before = existing.expected().value();
    let before = before.as_object().unwrap_or(&empty);
    names.extend(before.keys().filter(|name| !properties.contains_key(*name)));
    // What refers to something that is not there yet is known only when it is.
    let differs = |name: &str| match properties.get(name).map(|value| resolve(value, scope)) {
        // `AWS::NoValue` is as if the property were not written.
        Some(Ok(Value::Null)) => before.contains_key(name),
        Some(Ok(value)) => before.get(name) != Some(&value),
        Some(Err(_)) | None => true,
    };
    let changed: Vec<&String> = names.into_iter().filter(|name| differs(name)).collect();
    let replaced_by = rules(resource_type).map_or(&[][..], |rules| rules.replaced_by());
    let policy = declared.get("DeletionPolicy").and_then(Value::as_str);
    let retained = matches!(policy, Some("Retain" | "RetainExceptOnCreate"));
    if changed.is_empty() && retained == existing.retained && existing.resource_type == resource_type {
        return None;
    }
    let replaces = |name: &str| replaced_by.contains(&name);
    let mut details: Vec<Xml> = changed
        .iter()
        .map(|name| {
            let recreation = if replaces(name) { "Always" } else { "Never" };
            detail("Properties", Some(name), recreation)
        })
        .collect();
    if retained != existing.retained {
        details.push(detail("DeletionPolicy", None, "Never"));
    }
    let replacement = changed.iter().any(|name| replaces(name)) || existing.resource_type != resource_type;
    let more = vec![
        ("PhysicalResourceId", Xml::text(&existing.physical_id)),
        (
            "Replacement",
            Xml::text(if replacement { "True" } else { "False" }),
        ),
        ("Details", Xml::List(details)),
    ];
    Some(change("Modify", logical_id, resource_type, more))
}

fn detail(attribute: &str, name: Option<&str>, recreation: &str) -> Xml {
    let mut target = vec![("Attribute", Xml::text(attribute))];
    target.extend(name.map(|name| ("Name", Xml::text(name))));
    target.push(("RequiresRecreation", Xml::text(recreation)));
    Xml::Fields(vec![
        ("Target", Xml::Fields(target)),
        ("Evaluation", Xml::text("Static")),
    ])
}

fn change(action: &str, logical_id: &str, resource_type: &str, more: Vec<(&'static str, Xml)>) -> Xml {
    let mut fields = vec![
        ("Action", Xml::text(action)),
        ("LogicalResourceId", Xml::text(logical_id)),
        ("ResourceType", Xml::text(resource_type)),
    ];
    fields.extend(more);
    Xml::Fields(vec![
        ("Type", Xml::text("Resource")),
        ("ResourceChange", Xml::Fields(fields)),
    ])
}
