//! Reads templates.

use serde_json::Value;

use crate::cloudformation::ResourceKind;

pub(super) fn resources(template: &Value, kind: ResourceKind) -> impl Iterator<Item = (&String, &Value)> {
    let resources = template.get("Resources").and_then(Value::as_object);
    let is_such = move |resource: &Value| ResourceKind::of(resource) == Some(kind);
    resources
        .into_iter()
        .flatten()
        .filter(move |(_, resource)| is_such(resource))
        .filter_map(|(id, resource)| Some((id, resource.get("Properties")?)))
}

pub(super) fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}
