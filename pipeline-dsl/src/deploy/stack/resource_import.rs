//! Buckets that a destroyed stack left behind are taken into the stack that is created in its place.
//!
//! CloudFormation imports what exists, is retained by the template, and has a name that is written out in it: so the names of
//! such buckets are.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html>

use std::collections::BTreeMap;

use serde_json::Value;

use crate::cloudformation::ResourceKind;
use crate::cloudformation::resolve::{Scope, resolve};
use crate::deploy::state::stack_state::BlockingResource;
use crate::synth::AssemblyStack;

/// Whether a creation failed because a bucket is there that the template retains.
pub(crate) fn may_help(failure: &BlockingResource, resources: &[(String, String, Value)]) -> bool {
    let exists = failure.reason.to_ascii_lowercase().contains("already exists");
    exists
        && ResourceKind::named(&failure.resource_type).is_some_and(|kind| kind.facts().imported_by.is_some())
        && resources
            .iter()
            .any(|(id, _, declared)| *id == failure.logical_id && is_retained(declared))
}

fn is_retained(declared: &Value) -> bool {
    let policy = declared.get("DeletionPolicy").and_then(Value::as_str);
    policy.is_some_and(|policy| policy.starts_with("Retain"))
}

/// The template with the names of retained buckets written out.
pub(crate) fn with_literal_names(
    text: &str,
    stack: &AssemblyStack,
    given: &BTreeMap<String, String>,
) -> String {
    let Ok(mut template) = serde_json::from_str::<Value>(text) else {
        return text.to_owned();
    };
    let place = Place { stack, given };
    let resources = template.get_mut("Resources").and_then(Value::as_object_mut);
    for (_, resource) in resources.into_iter().flatten() {
        let name = ResourceKind::of(resource).and_then(|kind| kind.facts().imported_by);
        let (Some(name), true) = (name, is_retained(resource)) else {
            continue;
        };
        let properties = resource.get_mut("Properties");
        if let Some(name) = properties.and_then(|properties| properties.get_mut(name))
            && let Ok(literal) = resolve(name, &place)
        {
            *name = literal;
        }
    }
    template.to_string()
}

/// What is known of a stack before it is there.
struct Place<'a> {
    stack: &'a AssemblyStack,
    given: &'a BTreeMap<String, String>,
}

impl Scope for Place<'_> {
    fn reference(&self, name: &str) -> Option<Value> {
        let pseudo = self.stack.pseudo_parameters();
        let given = || self.given.get(name).map(String::as_str);
        pseudo.named(name).or_else(given).map(Value::from)
    }

    fn attribute(&self, _: &str, _: &str) -> Option<Value> {
        None
    }

    fn condition(&self, _: &str) -> Option<bool> {
        None
    }
}
