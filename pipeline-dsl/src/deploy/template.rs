//! A template as an API call takes it.

use serde_json::Value;

use super::outcome::StackError;
use crate::cloudformation::limits::TEMPLATE_INLINE_BYTES;

/// What the deployer has to know of a template.
#[derive(Debug)]
pub(super) struct TemplateBody {
    /// The text to send: as it was written where that fits, else without its white space.
    pub(super) text: String,
    /// What its output [`TEMPLATE_DIGEST`](crate::synth::TEMPLATE_DIGEST) will say.
    pub(super) digest: Option<String>,
    /// The defaults of its parameters.
    pub(super) defaults: Vec<(String, String)>,
    /// How many resources it has.
    pub(super) resources: usize,
}

impl TemplateBody {
    pub(super) fn of(written: &str) -> Self {
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
        let resources = template
            .get("Resources")
            .and_then(Value::as_object)
            .map_or(0, serde_json::Map::len);
        Self {
            text,
            digest,
            defaults,
            resources,
        }
    }

    /// Whether an API call can carry it.
    pub(super) fn check_size(&self) -> Result<(), StackError> {
        if self.text.len() <= TEMPLATE_INLINE_BYTES {
            return Ok(());
        }
        Err(StackError::TemplateTooLarge {
            bytes: self.text.len(),
            limit: TEMPLATE_INLINE_BYTES,
        })
    }
}
