use serde::Serialize;

use crate::cloudformation::condition::OnlyIf;
use crate::cloudformation::policies::PolicyDocument;
use crate::cloudformation::text::Text;
use crate::cloudformation::type_facts::{
    Acts, ArnForm, AskedOf, Forbidden, Handlers, Identity, Policies, ReadBack, TypeFacts,
};
use crate::cloudformation::types::resource_kind::ResourceKind;
use crate::cloudformation::types::resource_type::{Attribute, HasArn, ResourceType};

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Bucket {
    pub bucket_name: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bucket_namespace: Option<BucketNamespace>,
    pub bucket_encryption: BucketEncryption,
    pub versioning_configuration: VersioningConfiguration,
    pub public_access_block_configuration: PublicAccessBlockConfiguration,
    pub ownership_controls: OwnershipControls,
    pub lifecycle_configuration: LifecycleConfiguration,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notification_configuration: Option<NotificationConfiguration>,
}

impl ResourceType for Bucket {
    const KIND: ResourceKind = ResourceKind::Bucket;
    const FACTS: TypeFacts = TypeFacts {
        name: "AWS::S3::Bucket",
        properties: &[
            "BucketEncryption",
            "BucketName",
            "BucketNamespace",
            "LifecycleConfiguration",
            "NotificationConfiguration",
            "OwnershipControls",
            "PublicAccessBlockConfiguration",
            "VersioningConfiguration",
        ],
        required: &[],
        replaced_by: &["BucketName", "BucketNamespace"],
        identity: |new, properties| {
            let name = new.name(properties, "BucketName");
            // Buckets are named without account and region: of all accounts, one has the name.
            let arn = format!("arn:{}:s3:::{name}", new.partition);
            let domain = format!("{name}.s3.{}.{}", new.region, new.partition.dns_suffix());
            Identity::with_arn(name, arn).attribute("DomainName", domain)
        },
        holds_data: true,
        policies: Policies::None,
        passed_roles: &[],
        called_by: &[],
        acts: Acts::Announces,
        handlers: Handlers {
            on: AskedOf::Itself,
            arn: ArnForm::Bucket,
            of_itself: &[
                "s3:CreateBucket",
                "s3:GetAccelerateConfiguration",
                "s3:GetAnalyticsConfiguration",
                "s3:GetBucketAbac",
                "s3:GetBucketAcl",
                "s3:GetBucketCORS",
                "s3:GetBucketLogging",
                "s3:GetBucketMetadataTableConfiguration",
                "s3:GetBucketNotification",
                "s3:GetBucketObjectLockConfiguration",
                "s3:GetBucketOwnershipControls",
                "s3:GetBucketPublicAccessBlock",
                "s3:GetBucketTagging",
                "s3:GetBucketVersioning",
                "s3:GetBucketWebsite",
                "s3:GetEncryptionConfiguration",
                "s3:GetIntelligentTieringConfiguration",
                "s3:GetInventoryConfiguration",
                "s3:GetLifecycleConfiguration",
                "s3:GetMetricsConfiguration",
                "s3:GetReplicationConfiguration",
                "s3:ListBucket",
                "s3:ListTagsForResource",
                "s3:PutBucketNotification",
                "s3:PutBucketOwnershipControls",
                "s3:PutBucketPublicAccessBlock",
                "s3:PutBucketTagging",
                "s3:PutBucketVersioning",
                "s3:PutEncryptionConfiguration",
                "s3:PutLifecycleConfiguration",
                "s3:TagResource",
                "s3:UntagResource",
            ],
            of_account: &[],
        },
        read_back: ReadBack::DriftDetection,
        imported_by: Some("BucketName"),
        forbidden: Forbidden {
            changes: &[
                "s3:PutBucketPolicy",
                "s3:PutLifecycleConfiguration",
                "s3:PutReplicationConfiguration",
                "s3:PutBucketVersioning",
                "s3:PutEncryptionConfiguration",
            ],
            strangers: &["s3:ListBucket", "s3:ListBucketVersions"],
            developers: &[],
            builds: &["s3:ListBucket"],
            targets: &[],
            program: &[],
            plans: &["s3:PutBucketPolicy"],
            deployments: &["s3:DeleteBucket", "s3:PutReplicationConfiguration"],
        },
    };
}

impl HasArn for Bucket {
    const ARN: Attribute = Attribute::GetAtt("Arn");
}

/// `account-regional`, where the region has that namespace.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum BucketNamespace {
    Always(&'static str),
    OnlyIf(OnlyIf<&'static str>),
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct BucketEncryption {
    pub server_side_encryption_configuration: [ServerSideEncryptionRule; 1],
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ServerSideEncryptionRule {
    pub bucket_key_enabled: bool,
    pub server_side_encryption_by_default: ServerSideEncryptionByDefault,
}

#[derive(Debug, Clone, Serialize)]
pub struct ServerSideEncryptionByDefault {
    #[serde(rename = "SSEAlgorithm")]
    pub sse_algorithm: &'static str,
    #[serde(rename = "KMSMasterKeyID")]
    pub kms_master_key_id: Text,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct VersioningConfiguration {
    pub status: &'static str,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_excessive_bools, reason = "AWS's shape")]
pub struct PublicAccessBlockConfiguration {
    pub block_public_acls: bool,
    pub block_public_policy: bool,
    pub ignore_public_acls: bool,
    pub restrict_public_buckets: bool,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct OwnershipControls {
    pub rules: [OwnershipControlsRule; 1],
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct OwnershipControlsRule {
    pub object_ownership: &'static str,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LifecycleConfiguration {
    pub rules: Vec<LifecycleRule>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LifecycleRule {
    pub id: &'static str,
    pub status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiration_in_days: Option<u32>,
    pub noncurrent_version_expiration: NoncurrentVersionExpiration,
    pub abort_incomplete_multipart_upload: AbortIncompleteMultipartUpload,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct NoncurrentVersionExpiration {
    pub noncurrent_days: u32,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AbortIncompleteMultipartUpload {
    pub days_after_initiation: u32,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct NotificationConfiguration {
    pub event_bridge_configuration: EventBridgeConfiguration,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct EventBridgeConfiguration {
    pub event_bridge_enabled: bool,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucketpolicy.html>
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct BucketPolicy {
    pub bucket: Text,
    pub policy_document: PolicyDocument,
}

impl ResourceType for BucketPolicy {
    const KIND: ResourceKind = ResourceKind::BucketPolicy;
    const FACTS: TypeFacts = TypeFacts {
        name: "AWS::S3::BucketPolicy",
        properties: &["Bucket", "PolicyDocument"],
        required: &["Bucket", "PolicyDocument"],
        replaced_by: &["Bucket"],
        identity: |new, properties| {
            // A bucket has one.
            let bucket = new.name(properties, "Bucket");
            let taken = format!("bucket-policy:{bucket}");
            Identity::without_arn(bucket).taking(taken)
        },
        holds_data: false,
        policies: Policies::OnBucket,
        passed_roles: &[],
        called_by: &[],
        acts: Acts::Nothing,
        handlers: Handlers {
            on: AskedOf::Bucket("Bucket"),
            arn: ArnForm::Bucket,
            of_itself: &[
                "s3:DeleteBucketPolicy",
                "s3:GetBucketPolicy",
                "s3:PutBucketPolicy",
            ],
            of_account: &[],
        },
        read_back: ReadBack::DriftDetection,
        imported_by: None,
        forbidden: Forbidden::NOTHING,
    };
}
