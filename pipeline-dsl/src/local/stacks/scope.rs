//! What names stand for inside a stack, while it is being made.

use serde_json::{Value, json};

use super::definition::Definition;
use super::document::Document;
use super::stack::Stack;
use crate::cloudformation::PseudoValues;
use crate::cloudformation::decided::Decided;
use crate::cloudformation::resolve::Scope;
use crate::model::{Partition, Region};

/// A stack with the definition that it is being brought to.
pub(crate) struct StackScope<'a> {
    pub(crate) stack: &'a Stack,
    pub(crate) document: &'a Document,
    pub(crate) definition: &'a Definition,
    pub(crate) decided: &'a Decided,
}

impl Scope for StackScope<'_> {
    fn reference(&self, name: &str) -> Option<Value> {
        let pseudo = PseudoValues {
            account: &self.stack.account,
            region: &self.stack.region,
            partition: self
                .stack
                .region
                .parse()
                .map_or(Partition::Aws, Region::partition),
            stack_name: &self.stack.name,
            stack_id: Some(&self.stack.id.0),
        };
        if let Some(value) = pseudo.named(name) {
            return Some(json!(value));
        }
        if let Some(value) = self.definition.parameters.get(name) {
            let declared = self
                .document
                .section("Parameters")
                .find(|(declared, _)| *declared == name);
            let list = declared.is_some_and(|(_, parameter)| parameter["Type"] == "CommaDelimitedList");
            return Some(if list {
                value.split(',').map(str::trim).collect()
            } else {
                json!(value)
            });
        }
        let resource = self.stack.resources.get(name)?;
        Some(json!(resource.physical_id))
    }

    fn attribute(&self, logical_id: &str, attribute: &str) -> Option<Value> {
        let resource = self.stack.resources.get(logical_id)?;
        resource.attributes.get(attribute).map(|value| json!(value))
    }

    fn condition(&self, name: &str) -> Option<bool> {
        self.decided.holds(name, self.document.conditions(), self)
    }
}
