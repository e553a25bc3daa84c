//! A template as an API call takes it.

use serde_json::Value;

use crate::cloudformation::limits::TEMPLATE_INLINE_BYTES;

/// What the deployer has to know of a template.
#[derive(Debug)]
pub(crate) struct TemplateBody {
    /// The text to send: as it was written where that fits, else without its white space.
    pub(crate) text: String,
    /// What its output [`TEMPLATE_DIGEST`](crate::synth::TEMPLATE_DIGEST) will say.
    pub(crate) digest: Option<String>,
    /// The defaults of its parameters.
    pub(crate) defaults: Vec<(String, String)>,
    /// Its resources: logical id, type and what is declared of it.
    pub(crate) resources: Vec<(String, String, Value)>,
    /// All of it.
    pub(crate) template: Value,
}

impl TemplateBody {
    pub(crate) fn of(written: &str) -> Self {
        // Synth wrote it: it is JSON.
        let template: Value = serde_json::from_str(written).unwrap_or_default();
        let text = if written.len() <= TEMPLATE_INLINE_BYTES {
            written.to_owned()
        } else {
            template.to_string()
        };
        let digest = template
            .pointer(&format!("/Outputs/{}/Value", crate::synth::TEMPLATE_DIGEST))
            .and_then(Value::as_str)
            .map(str::to_owned);
        let parameters = template.get("Parameters").and_then(Value::as_object);
        let defaults = parameters
            .into_iter()
            .flatten()
            .filter_map(|(name, parameter)| {
                Some((name.clone(), parameter.get("Default")?.as_str()?.to_owned()))
            })
            .collect();
        let resources = resources(&template);
        Self {
            text,
            digest,
            defaults,
            resources,
            template,
        }
    }
}

/// The resources of a template.
pub(crate) fn resources(template: &Value) -> Vec<(String, String, Value)> {
    let resources = template.get("Resources").and_then(Value::as_object);
    let resource = |(logical_id, resource): (&String, &Value)| {
        let resource_type = resource.get("Type").and_then(Value::as_str).unwrap_or_default();
        (logical_id.clone(), resource_type.to_owned(), resource.clone())
    };
    resources.into_iter().flatten().map(resource).collect()
}
