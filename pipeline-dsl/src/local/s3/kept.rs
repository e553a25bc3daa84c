//! Buckets and versions of objects on disk: each version is a file by itself.

use serde::{Deserialize, Serialize};

use super::buckets::{Bucket, Buckets, Version};
use crate::local::clock::Clock;
use crate::local::store::directory::{FileKind, Store};
use crate::local::store::error::StoreError;

/// A version of an object, with where it belongs.
#[derive(Debug, Serialize, Deserialize)]
struct KeptVersion {
    bucket: String,
    key: String,
    version: Version,
}

/// The same, to be written.
#[derive(Serialize)]
struct KeptVersionRef<'a> {
    bucket: &'a str,
    key: &'a str,
    version: &'a Version,
}

/// Every bucket, with every version of every object in it, oldest first; the clock is at the last of them.
pub(super) fn load(store: &Store, clock: &mut Clock) -> Result<Buckets, StoreError> {
    let mut buckets = Buckets::default();
    let kept: Vec<Bucket> = store.load(FileKind::Bucket)?;
    for mut bucket in kept {
        clock.catch_up(bucket.created);
        bucket.kept = true;
        buckets.all.insert(bucket.name.clone(), bucket);
    }
    let mut versions: Vec<KeptVersion> = store.load(FileKind::Object)?;
    versions.sort_by_key(|kept| kept.version.modified);
    for kept in versions {
        clock.catch_up(kept.version.modified);
        if let Some(bucket) = buckets.all.get_mut(&kept.bucket) {
            let versions = bucket.objects.entry(kept.key).or_default();
            versions.push(kept.version);
        }
    }
    Ok(buckets)
}

/// Keeps a bucket, without what is in it.
pub(super) fn save_bucket(store: &Store, bucket: &Bucket) -> Result<(), StoreError> {
    store.save(FileKind::Bucket, &bucket.name, bucket)
}

pub(super) fn forget_bucket(store: &Store, name: &str) {
    store.forget(FileKind::Bucket, name);
}

/// Keeps a version of an object.
pub(super) fn save_version(
    store: &Store,
    bucket: &str,
    key: &str,
    version: &Version,
) -> Result<(), StoreError> {
    let kept = KeptVersionRef { bucket, key, version };
    store.save(FileKind::Object, &version_name(bucket, key, &version.id), &kept)
}

pub(super) fn forget_version(store: &Store, bucket: &str, key: &str, id: &str) {
    store.forget(FileKind::Object, &version_name(bucket, key, id));
}

fn version_name(bucket: &str, key: &str, id: &str) -> String {
    format!("{bucket}\0{key}\0{id}")
}
