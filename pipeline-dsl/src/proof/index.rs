//! Where resources are in a list, by what one looks for: a team of thousands is not read from end to end each time.

use std::collections::BTreeMap;

use super::deployed::Resource;

/// Positions in the list of those that stand for all, followed by those that they stand for.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    by_type: BTreeMap<String, Vec<usize>>,
    by_arn: BTreeMap<String, usize>,
    /// Physical ids of one type can be alike in two accounts; the first is found.
    buckets: BTreeMap<String, usize>,
}

impl Index {
    pub(super) fn of<'a>(resources: impl Iterator<Item = &'a Resource>) -> Self {
        let mut index = Self::default();
        for (position, resource) in resources.enumerate() {
            index
                .by_type
                .entry(resource.r#type.clone())
                .or_default()
                .push(position);
            index
                .by_arn
                .entry(resource.identity.arn.clone())
                .or_insert(position);
            if resource.r#type == "AWS::S3::Bucket" {
                index
                    .buckets
                    .entry(resource.identity.reference.clone())
                    .or_insert(position);
            }
        }
        index
    }

    pub(super) fn of_type(&self, r#type: &str) -> impl Iterator<Item = usize> {
        self.by_type.get(r#type).into_iter().flatten().copied()
    }

    pub(super) fn by_arn(&self, arn: &str) -> Option<usize> {
        self.by_arn.get(arn).copied()
    }

    pub(super) fn bucket(&self, name: &str) -> Option<usize> {
        self.buckets.get(name).copied()
    }
}
