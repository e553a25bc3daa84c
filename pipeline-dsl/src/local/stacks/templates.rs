//! The templates of stacks: each is there once, however many stacks are made of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::definition::Definition;
use super::stack::Stack;
use super::template::Template;
use crate::local::store::directory::Store;
use crate::local::store::durable;
use crate::local::store::error::StoreError;

/// The templates of all stacks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Templates {
    by_digest: BTreeMap<Arc<str>, Template>,
    /// How many were in use when this was last looked at.
    used: usize,
}

/// So many more than twice those in use are kept before those that no stack is made of are forgotten.
const SPARE: usize = 64;

impl Templates {
    /// The template of these bytes, as they were kept.
    fn read(&mut self, store: &Store, digest: &str) -> Result<Template, StoreError> {
        if let Some(known) = self.by_digest.get(digest) {
            return Ok(known.clone());
        }
        let bytes = durable::read_bytes(&store.contents(), digest)?;
        // It came as text, and is what it was.
        let text = String::from_utf8_lossy(&bytes);
        Ok(self.add(digest.into(), text.into()))
    }

    pub(crate) fn add(&mut self, digest: Arc<str>, text: Arc<str>) -> Template {
        let template = Template {
            digest: Arc::clone(&digest),
            text,
        };
        self.by_digest.insert(digest, template.clone());
        template
    }

    /// Gives the definitions of a stack their texts again.
    pub(crate) fn read_for(&mut self, store: &Store, stack: &mut Stack) -> Result<(), StoreError> {
        for definition in stack.definitions_mut() {
            if !definition.template.digest.is_empty() {
                definition.template = self.read(store, &definition.template.digest.clone())?;
            }
        }
        Ok(())
    }

    pub(crate) fn digests(&self) -> impl Iterator<Item = &str> {
        self.by_digest.keys().map(|digest| &**digest)
    }

    /// The template of this digest, where some stack is or was made of it.
    pub(crate) fn known(&self, digest: &str) -> Option<&Template> {
        self.by_digest.get(digest)
    }

    /// Whether there are many that no stack may be made of any more.
    pub(crate) fn are_many(&self) -> bool {
        self.by_digest.len() > 2 * self.used + SPARE
    }

    /// Forgets what no stack is made of.
    pub(crate) fn retain_those_of<'a>(&mut self, stacks: impl Iterator<Item = &'a Stack>) {
        let used: BTreeSet<Arc<str>> = stacks
            .flat_map(Stack::definitions)
            .map(|definition| Arc::clone(&definition.template.digest))
            .collect();
        self.by_digest.retain(|digest, _| used.contains(digest));
        self.used = self.by_digest.len();
    }
}

impl Stack {
    /// What it is, is to become, and may become.
    fn definitions(&self) -> impl Iterator<Item = &Definition> {
        let executions = self
            .execution
            .iter()
            .chain(self.delayed.iter().map(|delayed| &delayed.execution));
        let wanted = executions.map(|execution| &execution.wanted);
        let proposed = self.change_sets.values().map(|change_set| &change_set.wanted);
        self.deployed.iter().chain(wanted).chain(proposed)
    }

    fn definitions_mut(&mut self) -> impl Iterator<Item = &mut Definition> {
        let delayed = self.delayed.iter_mut().map(|delayed| &mut delayed.execution);
        let executions = self.execution.iter_mut().chain(delayed);
        let wanted = executions.map(|execution| &mut execution.wanted);
        let change_sets = self.change_sets.values_mut();
        let proposed = change_sets.map(|change_set| &mut change_set.wanted);
        self.deployed.iter_mut().chain(wanted).chain(proposed)
    }
}
