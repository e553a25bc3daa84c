use std::collections::BTreeMap;

use serde_json::Value;

use super::identity::Identity;
use crate::cloudformation::decided::Decided;
use crate::cloudformation::resolve::Scope;
use crate::synth::{AssemblyStack, ParameterValue};

/// A stack while it is resolved: its parameters, and what its resources are called.
pub(in crate::proof) struct StackScope<'a> {
    pub(in crate::proof) stack: &'a AssemblyStack,
    pub(in crate::proof) template: &'a Value,
    pub(in crate::proof) outputs: &'a BTreeMap<(String, String), Value>,
    pub(in crate::proof) identities: BTreeMap<String, Identity>,
    pub(in crate::proof) decided: Decided,
}

impl Scope for StackScope<'_> {
    fn reference(&self, name: &str) -> Option<Value> {
        let stack = self.stack;
        if let Some(value) = stack.pseudo_parameters().named(name) {
            return Some(value.into());
        }
        if let Some(identity) = self.identities.get(name) {
            return Some(identity.reference.as_str().into());
        }
        let declared = self.template.get("Parameters")?.get(name)?;
        let value = match stack.parameters.get(name) {
            Some(ParameterValue::Value(value)) => Value::from(value.as_str()),
            Some(ParameterValue::Output { stack, output }) => self
                .outputs
                .get(&(stack.to_string(), output.to_string()))?
                .clone(),
            None => declared.get("Default")?.clone(),
        };
        if declared.get("Type").and_then(Value::as_str) == Some("CommaDelimitedList") {
            return Some(value.as_str()?.split(',').map(str::trim).collect());
        }
        Some(value)
    }

    fn attribute(&self, logical_id: &str, attribute: &str) -> Option<Value> {
        self.identities
            .get(logical_id)?
            .attribute(attribute)
            .map(Value::from)
    }

    fn condition(&self, name: &str) -> Option<bool> {
        self.decided.holds(name, self.template.get("Conditions"), self)
    }
}
