//! What exists where, by the names that can exist only once: ARNs, and buckets of all accounts.

use std::collections::BTreeMap;

use super::resource::StackResource;
use super::stack::{Stack, StackArn};

/// Where a resource is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) stack: StackArn,
    pub(crate) logical_id: String,
}

/// Resources of all stacks by identity.
#[derive(Debug, Clone, Default)]
pub(crate) struct Index {
    resources: BTreeMap<String, Owner>,
    /// The stacks of change sets, executed or not, by the ids of these.
    change_sets: BTreeMap<String, StackArn>,
}

impl Index {
    pub(crate) fn add_stack(&mut self, stack: &Stack) {
        for (logical_id, resource) in &stack.resources {
            self.add(&stack.id, logical_id, resource);
        }
        let proposed = stack.change_sets.values().map(|change_set| &change_set.id);
        for id in proposed.chain(stack.executed.iter().map(|executed| &executed.id)) {
            self.add_change_set(id, &stack.id);
        }
    }

    pub(crate) fn add_change_set(&mut self, id: &str, stack: &StackArn) {
        self.change_sets.insert(id.to_owned(), stack.clone());
    }

    /// The stack that a change set is or was of: whether it still is there is for the stack to say.
    pub(crate) fn stack_of_change_set(&self, id: &str) -> Option<&StackArn> {
        self.change_sets.get(id)
    }

    pub(crate) fn add(&mut self, stack: &StackArn, logical_id: &str, resource: &StackResource) {
        for identity in &resource.identities {
            let owner = Owner {
                stack: stack.clone(),
                logical_id: logical_id.to_owned(),
            };
            self.resources.insert(identity.clone(), owner);
        }
    }

    /// Forgets a resource; another one that has taken its name since stays.
    pub(crate) fn remove(&mut self, stack: &StackArn, logical_id: &str, resource: &StackResource) {
        for identity in &resource.identities {
            let owned = self
                .resources
                .get(identity)
                .is_some_and(|owner| owner.stack == *stack && owner.logical_id == logical_id);
            if owned {
                self.resources.remove(identity);
            }
        }
    }

    /// Forgets whatever has a name.
    pub(crate) fn forget(&mut self, identity: &str) {
        self.resources.remove(identity);
    }

    /// The names of all buckets of stacks.
    pub(crate) fn bucket_names(&self) -> Vec<String> {
        let named = |identity: &String| {
            let (arn, name) = identity.split_once(":s3:::")?;
            arn.starts_with("arn:").then(|| name.to_owned())
        };
        self.resources.keys().filter_map(named).collect()
    }

    pub(crate) fn get(&self, identity: &str) -> Option<&Owner> {
        self.resources.get(identity)
    }

    pub(crate) fn contains(&self, identity: &str) -> bool {
        self.resources.contains_key(identity)
    }
}
