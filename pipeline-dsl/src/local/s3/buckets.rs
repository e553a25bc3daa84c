//! What is in buckets: those of stacks, and those that were made by call.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::local::clock::Moment;
use crate::local::store::contents::Content;

/// The contents of all buckets, by the bucket's name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Buckets {
    pub(crate) all: BTreeMap<String, Bucket>,
    /// What is being uploaded in parts, by the upload's id; forgotten with the process.
    pub(crate) uploads: BTreeMap<String, Upload>,
}

/// An object of which not all parts are there.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) about: About,
    pub(crate) parts: BTreeMap<u32, Content>,
}

/// A bucket with what is in it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Bucket {
    pub(crate) name: String,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) created: Moment,
    pub(crate) versioned: bool,
    /// Whether it was made by call: one of a stack is gone with the stack's resource.
    pub(crate) by_call: bool,
    /// Whether it was kept already.
    #[serde(skip)]
    pub(crate) kept: bool,
    /// What was configured by call, by the name of the subresource.
    pub(crate) configuration: BTreeMap<String, String>,
    /// All versions by key, oldest first; each is kept by itself.
    #[serde(skip)]
    pub(crate) objects: BTreeMap<String, Vec<Version>>,
}

/// A version of an object, or the mark that it was deleted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Version {
    pub(crate) id: String,
    pub(crate) modified: Moment,
    /// Nothing, where it marks a deletion.
    pub(crate) content: Option<Content>,
    pub(crate) content_type: String,
    /// The headers that tell of it beside its content: metadata and encryption.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    /// In how many parts it was uploaded; none, where it came in one.
    #[serde(default)]
    pub(crate) parts: usize,
}

/// What is said of an object when it is written.
#[derive(Debug, Clone, Default)]
pub(crate) struct About {
    pub(crate) content_type: String,
    pub(crate) headers: BTreeMap<String, String>,
}

impl Buckets {
    pub(crate) fn is_empty(&self, bucket: &str) -> bool {
        self.all
            .get(bucket)
            .is_none_or(|bucket| bucket.objects.is_empty())
    }
}

impl Bucket {
    /// The newest version of an object, unless it is deleted.
    pub(crate) fn newest(&self, key: &str) -> Option<&Version> {
        self.objects
            .get(key)?
            .last()
            .filter(|version| version.content.is_some())
    }

    /// Adds a version; what it takes the place of is returned.
    pub(crate) fn put(&mut self, key: &str, version: Version) -> Vec<Version> {
        let versions = self.objects.entry(key.to_owned()).or_default();
        let replaced = if self.versioned {
            Vec::new()
        } else {
            std::mem::take(versions)
        };
        versions.push(version);
        replaced
    }

    /// A version of an object, or the newest that is not deleted.
    pub(crate) fn version(&self, key: &str, id: Option<&str>) -> Option<&Version> {
        match id {
            Some(id) => {
                let mut versions = self.objects.get(key).into_iter().flatten();
                versions.find(|version| version.id == id)
            }
            None => self.newest(key),
        }
    }

    /// Deletes one version for good.
    pub(crate) fn delete_version(&mut self, key: &str, id: &str) {
        if let Some(versions) = self.objects.get_mut(key) {
            versions.retain(|version| version.id != id);
            if versions.is_empty() {
                self.objects.remove(key);
            }
        }
    }
}
