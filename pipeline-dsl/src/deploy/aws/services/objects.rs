//! Objects and their versions, as far as one looks at them.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html>

use std::collections::BTreeMap;

use super::buckets::BucketClient;
use crate::deploy::aws::call_error::{CallError, CallErrorKind};

/// What is known of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ObjectHead {
    pub(crate) version: String,
    pub(crate) metadata: BTreeMap<String, String>,
}

/// A version of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ObjectVersion {
    pub(crate) id: String,
    /// When it was written, as AWS writes it.
    pub(crate) modified: String,
}

impl BucketClient {
    /// The newest version of an object, if there is one.
    pub(crate) async fn head(&self, bucket: &str, key: &str) -> Result<Option<ObjectHead>, CallError> {
        let head = self.client.head_object().bucket(bucket).key(key).send().await;
        match head.map_err(|error| CallError::of("HeadObject", error)) {
            Ok(head) => Ok(Some(ObjectHead {
                version: head.version_id.unwrap_or_default(),
                metadata: head.metadata.unwrap_or_default().into_iter().collect(),
            })),
            Err(error) if error.kind() == CallErrorKind::Missing => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Deletes every version of some of the objects whose keys begin so.
    pub(crate) async fn remove_under(
        &self,
        bucket: &str,
        prefix: &str,
        goes: impl Fn(&str) -> bool,
    ) -> Result<(), CallError> {
        let call = self.client.list_object_versions().bucket(bucket).prefix(prefix);
        let listed = call.send().await;
        let listed = listed.map_err(|error| CallError::of("ListObjectVersions", error))?;
        for version in listed.versions.unwrap_or_default() {
            let key = version.key.unwrap_or_default();
            if goes(&key) {
                let call = self.client.delete_object().bucket(bucket).key(key);
                let deleted = call.set_version_id(version.version_id).send().await;
                deleted.map_err(|error| CallError::of("DeleteObject", error))?;
            }
        }
        Ok(())
    }

    /// The newest versions of an object, newest first: as many as S3 lists at once.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html>
    pub(crate) async fn versions(&self, bucket: &str, key: &str) -> Result<Vec<ObjectVersion>, CallError> {
        let call = self.client.list_object_versions().bucket(bucket).prefix(key);
        let listed = call.send().await;
        let listed = listed.map_err(|error| CallError::of("ListObjectVersions", error))?;
        let versions = listed.versions.unwrap_or_default().into_iter();
        Ok(versions
            .filter(|version| version.key.as_deref() == Some(key))
            .map(|version| ObjectVersion {
                id: version.version_id.unwrap_or_default(),
                modified: version
                    .last_modified
                    .map(|time| time.to_string())
                    .unwrap_or_default(),
            })
            .collect())
    }
}
