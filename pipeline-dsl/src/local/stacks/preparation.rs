//! What is being done to a stack, and what is known of its definition once it was read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::document::Document;
use super::scope::StackScope;
use super::stack::{Definition, Stack, StackResource};
use crate::cloudformation::decided::Decided;
use crate::cloudformation::limits;
use crate::cloudformation::resolve::Scope as _;

/// How many bytes the properties of a stack may have, their functions evaluated: several times what the largest template has.
pub(in crate::local) const PROPERTIES: usize = 8 * limits::TEMPLATE_BYTES;

/// Something that is being done to a stack.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::local) struct Execution {
    pub(in crate::local) kind: Kind,
    pub(in crate::local) wanted: Definition,
    pub(in crate::local) token: Option<String>,
    pub(in crate::local) done: BTreeSet<String>,
    /// The resources as they were, for the way back.
    pub(in crate::local) before: IndexMap<String, StackResource>,
    /// What others have taken the place of.
    pub(in crate::local) replaced: Vec<(String, StackResource)>,
    #[serde(skip)]
    prepared: Option<Arc<Prepared>>,
    /// So many looks nothing happens.
    #[serde(default)]
    pub(in crate::local) idle: u32,
    /// Whether what exists already is taken into the stack.
    #[serde(default)]
    pub(in crate::local) imports: bool,
    /// The bytes of the properties so far.
    #[serde(default)]
    pub(in crate::local) size: usize,
    /// What is not to be rolled back.
    #[serde(default)]
    pub(in crate::local) skipped: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::local) enum Kind {
    Create,
    Update,
    RollBackCreate,
    RollBackUpdate,
    Delete,
}

impl Execution {
    pub(in crate::local) fn new(
        kind: Kind,
        wanted: Definition,
        before: &Stack,
        token: Option<String>,
    ) -> Self {
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

/// What is known of a definition once it was read.
#[derive(Debug)]
pub(in crate::local) struct Prepared {
    pub(in crate::local) document: Document,
    /// The resources whose conditions hold, each with those that it needs.
    pub(in crate::local) needs: BTreeMap<String, BTreeSet<String>>,
    pub(in crate::local) decided: Decided,
}

impl Execution {
    /// Reads the definition, once.
    pub(in crate::local) fn prepare(&mut self, stack: &Stack) -> Option<Arc<Prepared>> {
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
pub(in crate::local) fn active_resources(
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
