//! What all services stand on: the time, what stacks have deployed, what is kept, and who decides about requests.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::clock::Clock;
use super::iam::authorizer::Authorizer;
use super::stacks::index::Index;
use super::stacks::stack::{Stack, StackArn};
use super::stacks::template::Template;
use super::stacks::templates::Templates;
use super::store::directory::{FileKind, Store};
use super::store::durable;
use super::store::error::StoreError;
use super::store::writer::Kept;
use crate::cloudformation::ResourceKind;

/// So many deleted stacks are still told of.
const DELETED_STACKS: usize = 100;

/// What all services share.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    pub(crate) clock: Clock,
    pub(crate) stacks: BTreeMap<StackArn, Stack>,
    pub(crate) index: Index,
    pub(crate) templates: Templates,
    pub(crate) store: Option<Store>,
    pub(crate) authorizer: Option<Arc<dyn Authorizer>>,
}

impl Shared {
    /// The same for another cloud that begins as this one is, and keeps nothing.
    pub(crate) fn copied(&self) -> Self {
        Self {
            clock: self.clock.clone(),
            stacks: self.stacks.clone(),
            index: self.index.clone(),
            templates: self.templates.clone(),
            ..Self::default()
        }
    }

    /// Lets something be kept, where there is where to. Whoever is told of it is told when it [is](Self::kept).
    pub(crate) fn keep(
        &self,
        write: impl FnOnce(&Store) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        match &self.store {
            Some(store) => store.keep(self.clock.now(), write),
            None => Ok(()),
        }
    }

    /// When everything is kept that happened so far.
    pub(crate) fn kept(&self) -> Kept {
        self.store.as_ref().map_or_else(Kept::already, Store::kept)
    }

    /// The template of this text; it is kept before a stack that is made of it.
    pub(crate) fn keep_template(&mut self, text: &str) -> Result<Template, StoreError> {
        let digest = durable::digest(text.as_bytes());
        if let Some(known) = self.templates.known(&digest) {
            return Ok(known.clone());
        }
        if self.templates.are_many() {
            self.templates.retain_those_of(self.stacks.values());
        }
        self.keep(|store| {
            store.save_template(&digest, text);
            Ok(())
        })?;
        Ok(self.templates.add(digest.into(), text.into()))
    }

    /// The policy that stands on a topic or a queue: the last resource that put one there.
    pub(crate) fn policy_on(&self, kind: ResourceKind, list: &str, of: &str) -> Option<Value> {
        let stacks = self.stacks.values().filter(|stack| !stack.is_deleted());
        let policies = stacks
            .flat_map(|stack| stack.resources.values())
            .filter(|resource| resource.resource_type == kind.name() && !resource.is_gone());
        let named = |properties: &Value| {
            let named = properties.get(list).and_then(Value::as_array);
            named.is_some_and(|named| named.iter().any(|one| one.as_str() == Some(of)))
        };
        let mut properties = policies.map(|resource| resource.properties.value());
        properties.find(named)?.get("PolicyDocument").cloned()
    }

    /// The stacks as they were kept; the time is after the last change of them, or what it is already.
    pub(crate) fn load(store: &Store, clock: Clock) -> Result<Self, StoreError> {
        let mut read = Self {
            clock,
            ..Self::default()
        };
        let mut stacks: Vec<Stack> = store.load(FileKind::Stack)?;
        // What outlived a stack may be another's by now: whoever is there has the last word.
        stacks.sort_by_key(|stack| !stack.is_deleted());
        for mut stack in stacks {
            read.templates.read_for(store, &mut stack)?;
            read.clock.catch_up(stack.latest());
            stack.settle_what_nobody_works_at(read.clock.now());
            read.index.add_stack(&stack);
            read.stacks.insert(stack.id.clone(), stack);
        }
        Ok(read)
    }

    /// CloudFormation tells of deleted stacks for 90 days, and here time passes with what happens: so the last ones are told
    /// of. One that left resources behind is theirs as long as they are there.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStacks.html>
    pub(crate) fn forget_deleted_stacks(&mut self, store: &Store) {
        let stacks = self.stacks.values();
        let mut deleted: Vec<&Stack> = stacks
            .filter(|stack| stack.is_deleted() && stack.resources.is_empty())
            .collect();
        deleted.sort_by_key(|stack| std::cmp::Reverse(stack.latest()));
        let forgotten: Vec<_> = deleted
            .into_iter()
            .skip(DELETED_STACKS)
            .map(|stack| stack.id.clone())
            .collect();
        for id in forgotten {
            store.forget(FileKind::Stack, &id.0);
            self.stacks.remove(&id);
        }
    }
}
