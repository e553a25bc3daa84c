//! What is being done to a stack, and what is known of its definition once it was read.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use super::definition::Definition;
use super::document::Document;
use super::execution::{Execution, Kind, Prepared};
use super::scope::StackScope;
use super::stack::Stack;
use crate::cloudformation::decided::Decided;
use crate::cloudformation::limits;
use crate::cloudformation::resolve::Scope as _;

/// How many bytes the properties of a stack may have, their functions evaluated: several times what the largest template has.
pub(crate) const PROPERTIES: usize = 8 * limits::TEMPLATE_BYTES;

impl Execution {
    pub(crate) fn new(kind: Kind, wanted: Definition, before: &Stack, token: Option<String>) -> Self {
        Self {
            kind,
            wanted,
            token,
            done: BTreeSet::new(),
            before: before.resources.clone(),
            replaced: Vec::new(),
            prepared: None,
            idle: 0,
            imports: false,
            size: 0,
            skipped: Vec::new(),
        }
    }
}

impl Execution {
    /// Reads the definition, once.
    pub(crate) fn prepare(&mut self, stack: &Stack) -> Option<Arc<Prepared>> {
        if self.prepared.is_none() {
            let document = Document::parse(self.wanted.template.text()).ok()?;
            let decided = Decided::default();
            let active = active_resources(stack, &document, &self.wanted, &decided);
            let needs = active.iter().map(|id| {
                let needs = document.needs(id).intersection(&active).cloned().collect();
                (id.clone(), needs)
            });
            let needs = needs.collect();
            self.prepared = Some(Arc::new(Prepared {
                document,
                needs,
                decided,
            }));
        }
        self.prepared.clone()
    }
}

/// The resources whose conditions hold.
pub(crate) fn active_resources(
    stack: &Stack,
    document: &Document,
    wanted: &Definition,
    decided: &Decided,
) -> BTreeSet<String> {
    let scope = StackScope {
        stack,
        document,
        definition: wanted,
        decided,
    };
    document
        .section("Resources")
        .filter(|(_, declared)| {
            let condition = declared.get("Condition").and_then(Value::as_str);
            condition.is_none_or(|name| scope.condition(name).unwrap_or(false))
        })
        .map(|(id, _)| id.clone())
        .collect()
}
