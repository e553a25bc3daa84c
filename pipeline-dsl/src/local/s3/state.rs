//! What S3 keeps, and how it stands on what all services share.

use std::collections::{BTreeMap, BTreeSet};

use super::buckets::{Bucket, Buckets};
use super::kept;
use crate::local::clock::Clock;
use crate::local::http::call::Call;
use crate::local::http::credential::Credential;
use crate::local::http::response::ApiError;
use crate::local::shared::Shared;
use crate::local::stacks::index::Owner;
use crate::local::store::contents::Contents;
use crate::local::store::directory::Store;
use crate::local::store::error::StoreError;

/// So many versions are gone before what only they had is looked for.
const COLLECTED_AFTER: u32 = 64;

/// What S3 keeps.
#[derive(Debug, Default)]
pub(crate) struct S3State {
    pub(crate) buckets: Buckets,
    pub(crate) contents: Contents,
    /// The objects that were created since somebody wanted to know.
    pub(crate) created: Option<Vec<Created>>,
    /// So many versions are gone since what only they had was looked for.
    released: u32,
}

/// An object that was created.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Created {
    /// The bucket.
    pub bucket: String,
    /// The object's key.
    pub key: String,
    /// Its version.
    pub version_id: String,
}

/// S3 while it answers.
#[derive(Debug)]
pub(crate) struct S3<'a> {
    pub(crate) shared: &'a mut Shared,
    pub(crate) buckets: &'a mut Buckets,
    pub(crate) contents: &'a Contents,
    pub(crate) created: &'a mut Option<Vec<Created>>,
    released: &'a mut u32,
}

impl S3State {
    /// Nothing yet, with the bytes of objects beside the state.
    pub(crate) fn beside(store: &Store) -> Self {
        Self {
            contents: Contents::of(store),
            ..Self::default()
        }
    }

    /// The buckets as they were kept; the clock is at the last change of them.
    pub(crate) fn load(store: &Store, clock: &mut Clock) -> Result<Buckets, StoreError> {
        kept::load(store, clock)
    }

    /// The same buckets for another cloud that begins as this one is.
    pub(crate) fn lent(&self) -> Self {
        Self {
            buckets: self.buckets.clone(),
            contents: self.contents.lent(),
            ..Self::default()
        }
    }

    pub(crate) fn with<'a>(&'a mut self, shared: &'a mut Shared) -> S3<'a> {
        S3 {
            shared,
            buckets: &mut self.buckets,
            contents: &self.contents,
            created: &mut self.created,
            released: &mut self.released,
        }
    }
}

impl S3<'_> {
    /// A bucket that the caller may use: their own. Of others nothing is known here but that they exist.
    pub(crate) fn bucket(
        &mut self,
        credential: &Credential,
        call: &Call,
        name: &str,
    ) -> Result<&mut Bucket, ApiError> {
        self.adopt(name);
        let Some(bucket) = self.buckets.all.get_mut(name) else {
            return Err(ApiError::not_found(
                "NoSuchBucket",
                "The specified bucket does not exist",
            ));
        };
        let expected = call.header("x-amz-expected-bucket-owner");
        let own = bucket.account == credential.account || credential.permitted;
        if !own || (!expected.is_empty() && expected != bucket.account) {
            return Err(ApiError::denied("AccessDenied", "Access Denied"));
        }
        Ok(bucket)
    }

    /// A bucket of a stack is there as soon as its resource is, and goes with it.
    pub(crate) fn adopt(&mut self, name: &str) {
        let owner = self.bucket_owner(name).map(|(_, owner)| owner.clone());
        let Some(owner) = owner else {
            // A bucket with objects in it cannot be deleted: its stack is not as far yet.
            let there = self.buckets.all.get(name);
            if there.is_some_and(|bucket| !bucket.by_call && bucket.objects.is_empty()) {
                self.buckets.all.remove(name);
            }
            return;
        };
        let Some(stack) = self.shared.stacks.get(&owner.stack) else {
            return;
        };
        // An empty one may be what an earlier stack had.
        let there = self.buckets.all.get(name);
        let same = |bucket: &Bucket| {
            bucket.by_call
                || !bucket.objects.is_empty()
                || (&bucket.account, &bucket.region) == (&stack.account, &stack.region)
        };
        if there.is_some_and(same) {
            return;
        }
        let resource = stack.resources.get(&owner.logical_id);
        let properties = resource.map(|bucket| bucket.properties.value());
        let status = properties
            .as_ref()
            .and_then(|properties| properties.pointer("/VersioningConfiguration/Status"));
        let bucket = Bucket {
            name: name.to_owned(),
            account: stack.account.clone(),
            region: stack.region.clone(),
            created: stack.created,
            versioned: status.is_some_and(|status| status == "Enabled"),
            by_call: false,
            kept: false,
            configuration: BTreeMap::new(),
            objects: BTreeMap::new(),
        };
        self.buckets.all.insert(name.to_owned(), bucket);
    }

    /// The resource that is this bucket, and its partition.
    pub(crate) fn bucket_owner(&self, name: &str) -> Option<(&'static str, &Owner)> {
        ["aws", "aws-cn", "aws-us-gov"].into_iter().find_map(|partition| {
            let owner = self.shared.index.get(&format!("arn:{partition}:s3:::{name}"))?;
            Some((partition, owner))
        })
    }

    pub(crate) fn save_bucket(&mut self, name: &str) -> Result<(), ApiError> {
        let Some(bucket) = self.buckets.all.get_mut(name) else {
            return Ok(self.shared.keep(|store| {
                kept::forget_bucket(store, name);
                Ok(())
            })?);
        };
        bucket.kept = true;
        match self.buckets.all.get(name) {
            Some(bucket) => Ok(self.shared.keep(|store| kept::save_bucket(store, bucket))?),
            None => Ok(()),
        }
    }
}

impl S3<'_> {
    /// A version is gone; now and then, the bytes that nothing refers to are too.
    pub(crate) fn release_content(&mut self) -> Result<(), ApiError> {
        *self.released += 1;
        if *self.released < COLLECTED_AFTER {
            return Ok(());
        }
        Ok(self.collect_contents()?)
    }

    /// Removes the bytes that nothing refers to.
    pub(crate) fn collect_contents(&mut self) -> Result<(), StoreError> {
        *self.released = 0;
        let versions = self.buckets.all.values();
        let versions = versions.flat_map(|bucket| bucket.objects.values()).flatten();
        let versions = versions.filter_map(|version| version.content.as_ref());
        let uploads = self.buckets.uploads.values();
        let parts = uploads.flat_map(|upload| upload.parts.values());
        let wanted: BTreeSet<&str> = versions
            .chain(parts)
            .map(|content| content.digest.as_str())
            .chain(self.shared.templates.digests())
            .collect();
        // What refers to them is gone first.
        let settled = || self.shared.kept().wait();
        self.contents.collect(settled, |digest| wanted.contains(digest))
    }
}
