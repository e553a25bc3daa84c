//! What buckets encrypt with.

use super::state::S3;

/// What a bucket encrypts its objects with.
#[derive(Debug, Clone)]
pub(crate) struct Encryption {
    /// The key's ARN.
    pub(crate) key: String,
    /// With a bucket key the encryption context is the bucket, not the object.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html>
    pub(crate) bucket_key: bool,
    pub(crate) region: String,
}

impl S3<'_> {
    /// What a bucket of a stack encrypts with.
    pub(crate) fn encryption(&self, bucket: &str) -> Option<Encryption> {
        let (_, owner) = self.bucket_owner(bucket)?;
        let stack = self.shared.stacks.get(&owner.stack)?;
        let properties = stack.resources.get(&owner.logical_id)?.properties.value();
        let rule = properties.pointer("/BucketEncryption/ServerSideEncryptionConfiguration/0")?;
        let key = rule.pointer("/ServerSideEncryptionByDefault/KMSMasterKeyID")?;
        Some(Encryption {
            key: key.as_str()?.to_owned(),
            bucket_key: rule
                .get("BucketKeyEnabled")
                .is_some_and(|enabled| enabled == true),
            region: stack.region.clone(),
        })
    }
}
