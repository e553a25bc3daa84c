//! What a rule makes of an event before it delivers it.

use serde_json::Value;

/// What a target gets of an event: the event, or what the transformer makes of it.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html>
pub fn transformed(transformer: Option<&Value>, event: &Value) -> String {
    let Some(transformer) = transformer else {
        return event.to_string();
    };
    let template = transformer
        .get("InputTemplate")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let mut text = template.to_owned();
    let paths = transformer.get("InputPathsMap").and_then(Value::as_object);
    for (name, path) in paths.into_iter().flatten() {
        let pointer = path
            .as_str()
            .unwrap_or_default()
            .trim_start_matches('$')
            .replace('.', "/");
        let value = event.pointer(&pointer).cloned().unwrap_or_default();
        text = text.replace(&format!("<{name}>"), &value.to_string());
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::transformed;

    #[test]
    fn a_transformer_writes_what_it_found() {
        let event = json!({"detail": {"bucket": {"name": "builds"}, "object": {"size": 7}}});
        let transformer = json!({
            "InputPathsMap": {"bucket": "$.detail.bucket.name", "size": "$.detail.object.size"},
            "InputTemplate": "{\"bucket\": <bucket>, \"size\": <size>}",
        });
        assert_eq!(
            transformed(Some(&transformer), &event),
            "{\"bucket\": \"builds\", \"size\": 7}"
        );
    }
}
