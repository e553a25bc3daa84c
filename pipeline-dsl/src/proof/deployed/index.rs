//! Where resources are in a list, by what one looks for: a team of thousands is not read from end to end each time.

use std::collections::BTreeMap;

use super::resource::Resource;

use crate::cloudformation::ResourceKind;

/// Positions in the list of those that stand for all, followed by those that they stand for.
#[derive(Debug, Clone, Default)]
pub(in crate::proof) struct Index {
    by_kind: BTreeMap<ResourceKind, Vec<usize>>,
    by_arn: BTreeMap<String, usize>,
    /// Physical ids of one type can be alike in two accounts; the first is found.
    buckets: BTreeMap<String, usize>,
}

impl Index {
    pub(in crate::proof) fn of<'a>(resources: impl Iterator<Item = &'a Resource>) -> Self {
        let mut index = Self::default();
        for (position, resource) in resources.enumerate() {
            index.by_kind.entry(resource.kind).or_default().push(position);
            index
                .by_arn
                .entry(resource.identity.arn.clone())
                .or_insert(position);
            if resource.kind == ResourceKind::Bucket {
                index
                    .buckets
                    .entry(resource.identity.reference.clone())
                    .or_insert(position);
            }
        }
        index
    }

    pub(in crate::proof) fn of_kind(&self, kind: ResourceKind) -> impl Iterator<Item = usize> {
        self.by_kind.get(&kind).into_iter().flatten().copied()
    }

    pub(in crate::proof) fn by_arn(&self, arn: &str) -> Option<usize> {
        self.by_arn.get(arn).copied()
    }

    pub(in crate::proof) fn bucket(&self, name: &str) -> Option<usize> {
        self.buckets.get(name).copied()
    }
}
