//! What AWS's own services do here: a build puts an object, a topic keeps what it could not deliver.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::local_cloud::LocalCloud;
use crate::local::http::response::ApiError;
use crate::local::s3::buckets::{About, Version};
use crate::local::s3::state::Created;
use crate::local::stacks::stack::Stack;
use crate::local::store::contents::Contents;
use crate::local::store::error::StoreError;

/// A resource of a stack, as it is.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ResourceView {
    /// Its account.
    pub account: String,
    /// Its region.
    pub region: String,
    /// The name of its stack.
    pub stack: String,
    /// Its name in the template.
    pub logical_id: String,
    /// `AWS::S3::Bucket`.
    pub resource_type: String,
    /// What `Ref` gives.
    pub physical_id: String,
    /// Its ARN, where it has one.
    pub arn: Option<String>,
    /// Its properties, intrinsic functions replaced by what they became.
    pub properties: Arc<Value>,
}

impl ResourceView {
    /// Those of a stack, but for what somebody has deleted.
    pub(crate) fn of_stack(stack: &Stack) -> impl Iterator<Item = Self> {
        let there = stack.resources.iter().filter(|(_, resource)| !resource.is_gone());
        there.map(|(logical_id, resource)| {
            let of_identities = || {
                let mut names = resource.identities.iter();
                names.find(|name| name.starts_with("arn:")).cloned()
            };
            Self {
                account: stack.account.clone(),
                region: stack.region.clone(),
                stack: stack.name.clone(),
                logical_id: logical_id.clone(),
                resource_type: resource.resource_type.clone(),
                physical_id: resource.physical_id.clone(),
                arn: resource.attributes.get("Arn").cloned().or_else(of_identities),
                properties: Arc::new(resource.properties.value()),
            }
        })
    }
}

/// A version of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ObjectView {
    /// Its key.
    pub key: String,
    /// Its version.
    pub version_id: String,
    /// When it was written, in seconds of the cloud's own time.
    pub modified: u64,
    /// Its metadata.
    pub metadata: BTreeMap<String, String>,
    /// Its content.
    pub content: Vec<u8>,
    /// Its entity tag.
    pub etag: String,
}

impl ObjectView {
    /// A version with its bytes.
    fn of(contents: &Contents, key: &str, version: &Version) -> Result<Self, ApiError> {
        let metadata = version.headers.iter().filter_map(|(name, value)| {
            let name = name.strip_prefix("x-amz-meta-")?;
            Some((name.to_owned(), value.clone()))
        });
        Ok(Self {
            key: key.to_owned(),
            version_id: version.id.clone(),
            modified: version.modified.seconds(),
            metadata: metadata.collect(),
            content: match &version.content {
                Some(content) => contents.read(content)?,
                None => Vec::new(),
            },
            etag: version.etag(),
        })
    }
}

/// Something could not be done in the cloud, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub(crate) String);

impl LocalCloud {
    /// Every resource of every stack, by account and region.
    pub fn resources(&self) -> Vec<ResourceView> {
        let state = self.lock();
        let stacks = state.shared.stacks.values().filter(|stack| !stack.is_deleted());
        stacks.flat_map(ResourceView::of_stack).collect()
    }

    /// The time in the cloud, in seconds since its beginning.
    pub fn now(&self) -> u64 {
        self.lock().shared.clock.now().seconds()
    }

    /// Lets time pass until this moment.
    pub fn wait_until(&self, seconds: u64) {
        self.lock()
            .shared
            .clock
            .catch_up(crate::local::clock::Moment::from_seconds(seconds));
    }

    /// Puts an object into a bucket, as a service does whose role may.
    ///
    /// # Errors
    /// When there is no such bucket, or the state cannot be kept.
    pub fn put_object(
        &self,
        bucket: &str,
        key: &str,
        content: Vec<u8>,
        metadata: &BTreeMap<String, String>,
    ) -> Result<ObjectView, Refused> {
        let mut state = self.lock();
        state.s3().adopt(bucket);
        let headers = metadata
            .iter()
            .map(|(name, value)| (format!("x-amz-meta-{name}"), value.clone()));
        let about = About {
            content_type: "application/octet-stream".to_owned(),
            headers: headers.collect(),
        };
        let version = state
            .s3()
            .write_object(bucket, key, about, content, 0)
            .map_err(|error| Refused(error.message))?;
        let view =
            ObjectView::of(&state.s3.contents, key, &version).map_err(|error| Refused(error.message))?;
        let kept = state.shared.kept();
        drop(state);
        kept.wait().map_err(refused)?;
        Ok(view)
    }

    /// An object, or one version of it.
    pub fn object(&self, bucket: &str, key: &str, version: Option<&str>) -> Option<ObjectView> {
        let mut state = self.lock();
        state.s3().adopt(bucket);
        let found = state.s3.buckets.all.get(bucket)?.version(key, version)?;
        found.content.as_ref()?;
        ObjectView::of(&state.s3.contents, key, found).ok()
    }

    /// Every version of an object, newest first.
    pub fn versions(&self, bucket: &str, key: &str) -> Vec<ObjectView> {
        let mut state = self.lock();
        state.s3().adopt(bucket);
        let versions = state
            .s3
            .buckets
            .all
            .get(bucket)
            .and_then(|bucket| bucket.objects.get(key));
        let versions = versions.into_iter().flatten().rev();
        versions
            .filter(|version| version.content.is_some())
            .filter_map(|version| ObjectView::of(&state.s3.contents, key, version).ok())
            .collect()
    }

    /// The keys of the objects in a bucket.
    pub fn keys(&self, bucket: &str) -> Vec<String> {
        let mut state = self.lock();
        state.s3().adopt(bucket);
        let Some(bucket) = state.s3.buckets.all.get(bucket) else {
            return Vec::new();
        };
        let keys = bucket.objects.keys();
        keys.filter(|key| bucket.newest(key).is_some()).cloned().collect()
    }

    /// Leaves a message in a queue.
    ///
    /// # Errors
    /// When there is no such queue, or the state cannot be kept.
    pub fn send_message(
        &self,
        queue: &str,
        body: &str,
        attributes: BTreeMap<String, String>,
    ) -> Result<(), Refused> {
        let mut state = self.lock();
        let sent = state.sqs().send(queue, body, attributes);
        sent.map_err(|error| Refused(error.message))?;
        let kept = state.shared.kept();
        drop(state);
        kept.wait().map_err(refused)
    }

    /// The objects that were created since this was last asked; the first time, none.
    pub fn created_objects(&self) -> Vec<Created> {
        self.lock().s3.created.replace(Vec::new()).unwrap_or_default()
    }

    /// The bodies of the messages in a queue.
    pub fn messages(&self, queue: &str) -> Vec<String> {
        let state = self.lock();
        let messages = state.queues.all.get(queue).map(|queue| &queue.messages);
        messages
            .into_iter()
            .flatten()
            .map(|message| message.body.clone())
            .collect()
    }
}

fn refused(error: StoreError) -> Refused {
    Refused(ApiError::from(error).message)
}
