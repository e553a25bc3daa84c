//! Reads templates.

use serde_json::Value;

pub(super) fn resources<'a>(
    template: &'a Value,
    r#type: &'a str,
) -> impl Iterator<Item = (&'a String, &'a Value)> {
    let resources = template.get("Resources").and_then(Value::as_object);
    let of_type = move |resource: &&'a Value| resource.get("Type").and_then(Value::as_str) == Some(r#type);
    resources
        .into_iter()
        .flatten()
        .filter(move |(_, resource)| of_type(resource))
        .filter_map(|(id, resource)| Some((id, resource.get("Properties")?)))
}

pub(super) fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}
