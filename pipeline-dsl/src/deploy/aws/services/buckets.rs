//! Buckets: the one that templates go through, and those that are emptied before they are deleted.

use aws_config::SdkConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    BucketLifecycleConfiguration, BucketLocationConstraint, BucketNamespace, CreateBucketConfiguration,
    Delete, ExpirationStatus, LifecycleExpiration, LifecycleRule, LifecycleRuleFilter, ObjectIdentifier,
    PublicAccessBlockConfiguration,
};

use crate::deploy::aws::call_error::{CallError, CallErrorKind};
use crate::deploy::printable::printable;
use crate::model::{AccountId, Region};

/// So many pages of a thousand versions are deleted from a bucket by one run.
const MOST_LISTINGS: usize = 10_000;

/// S3 in one account and region.
#[derive(Debug, Clone)]
pub(crate) struct BucketClient {
    pub(crate) client: Client,
    account: AccountId,
    region: Region,
    endpoint: Option<String>,
}

impl BucketClient {
    pub(crate) fn new(config: &SdkConfig, account: AccountId, region: Region) -> Self {
        let endpoint = config.endpoint_url().map(str::to_owned);
        let s3 = aws_sdk_s3::config::Builder::from(config)
            // An emulator has no names for its buckets.
            .force_path_style(endpoint.is_some())
            .build();
        Self {
            client: Client::from_conf(s3),
            account,
            region,
            endpoint,
        }
    }

    /// Where CloudFormation reads an object: in the path style, which emulators know too.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html#path-style-access>
    pub(crate) fn url(&self, bucket: &str, key: &str) -> String {
        match &self.endpoint {
            Some(endpoint) => format!("{}/{bucket}/{key}", endpoint.trim_end_matches('/')),
            None => format!(
                "https://s3.{}.{}/{bucket}/{key}",
                self.region,
                self.region.partition().dns_suffix()
            ),
        }
    }

    /// Puts an object. A bucket of that name that is another account's is refused.
    pub(crate) async fn put(&self, bucket: &str, key: &str, body: &str) -> Result<(), CallError> {
        let put = self
            .client
            .put_object()
            .bucket(bucket)
            .key(key)
            .expected_bucket_owner(self.account.as_str())
            .content_type("application/json")
            .body(ByteStream::from(body.as_bytes().to_vec()))
            .send()
            .await;
        put.map(drop).map_err(|error| CallError::of("PutObject", error))
    }

    /// Makes a bucket whose objects expire, in the account's own namespace, where nobody else can take its name.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html>
    pub(crate) async fn create_expiring(&self, bucket: &str, days: i32) -> Result<(), CallError> {
        // us-east-1 is the one region that must not be named.
        // https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
        let location = (self.region.as_str() != "us-east-1").then(|| {
            CreateBucketConfiguration::builder()
                .location_constraint(BucketLocationConstraint::from(self.region.as_str()))
                .build()
        });
        let create = self.client.create_bucket().bucket(bucket);
        let create = if bucket.ends_with("-an") {
            create.bucket_namespace(BucketNamespace::AccountRegional)
        } else {
            create
        };
        let created = create.set_create_bucket_configuration(location).send().await;
        match created.map_err(|error| CallError::of("CreateBucket", error)) {
            Ok(_) => {}
            Err(error) if error.kind() == CallErrorKind::Conflict => {}
            Err(error) => return Err(error),
        }
        let blocked = PublicAccessBlockConfiguration::builder()
            .block_public_acls(true)
            .block_public_policy(true)
            .ignore_public_acls(true)
            .restrict_public_buckets(true)
            .build();
        let block = self.client.put_public_access_block().bucket(bucket);
        let block = block.public_access_block_configuration(blocked).send().await;
        block.map_err(|error| CallError::of("PutPublicAccessBlock", error))?;
        // Nothing of what is built here can miss a field.
        let rule = LifecycleRule::builder()
            .id("expire")
            .status(ExpirationStatus::Enabled)
            .filter(LifecycleRuleFilter::builder().prefix("").build())
            .expiration(LifecycleExpiration::builder().days(days).build())
            .build();
        let rules = rule.and_then(|rule| BucketLifecycleConfiguration::builder().rules(rule).build());
        let lifecycle = self.client.put_bucket_lifecycle_configuration().bucket(bucket);
        let lifecycle = lifecycle.set_lifecycle_configuration(rules.ok()).send().await;
        lifecycle
            .map(drop)
            .map_err(|error| CallError::of("PutBucketLifecycleConfiguration", error))
    }

    /// Deletes every version of every object. A bucket that is not there is empty.
    pub(crate) async fn empty(&self, bucket: &str) -> Result<(), CallError> {
        let mut before = None;
        for _ in 0..MOST_LISTINGS {
            // From the beginning each time: what was listed is gone.
            let call = self.client.list_object_versions().bucket(bucket);
            let listed = call.expected_bucket_owner(self.account.as_str()).send().await;
            let listed = match listed.map_err(|error| CallError::of("ListObjectVersions", error)) {
                Ok(listed) => listed,
                Err(error) if error.kind() == CallErrorKind::Missing => return Ok(()),
                Err(error) => return Err(error),
            };
            let versions = listed.versions.unwrap_or_default().into_iter();
            let versions = versions.map(|version| (version.key, version.version_id));
            let markers = listed.delete_markers.unwrap_or_default().into_iter();
            let markers = markers.map(|marker| (marker.key, marker.version_id));
            let objects: Vec<ObjectIdentifier> = versions
                .chain(markers)
                .filter_map(|(key, version)| {
                    let object = ObjectIdentifier::builder().key(key?).set_version_id(version);
                    object.build().ok()
                })
                .collect();
            let Some(first) = objects.first() else {
                return Ok(());
            };
            if before.as_ref() == Some(first) {
                let text = format!("{bucket} still lists what was deleted: {}", first.key());
                return Err(CallError::unreadable("DeleteObjects", &printable(&text)));
            }
            before = Some(first.clone());
            let delete = Delete::builder().set_objects(Some(objects)).quiet(true).build();
            let call = self.client.delete_objects().bucket(bucket);
            let deleted = call
                .set_delete(delete.ok())
                .expected_bucket_owner(self.account.as_str())
                .send()
                .await;
            let deleted = deleted.map_err(|error| CallError::of("DeleteObjects", error))?;
            if let Some(refused) = deleted.errors.unwrap_or_default().into_iter().next() {
                return Err(CallError::refused(
                    "DeleteObjects",
                    &refused.code.unwrap_or_default(),
                    &format!(
                        "{} of {bucket}: {}",
                        refused.key.unwrap_or_default(),
                        refused.message.unwrap_or_default()
                    ),
                ));
            }
        }
        let text = format!("{bucket} still lists objects after {MOST_LISTINGS} pages of them were deleted");
        Err(CallError::unreadable("ListObjectVersions", &text))
    }
}
