//! A bucket of ours: versioned, encrypted with our key, private, over TLS only.

use crate::cloudformation::types::kms::Key;
use crate::cloudformation::types::s3::{
    AbortIncompleteMultipartUpload, Bucket, BucketEncryption, BucketNamespace, BucketPolicy,
    EventBridgeConfiguration, LifecycleConfiguration, LifecycleRule, NoncurrentVersionExpiration,
    NotificationConfiguration, OwnershipControls, OwnershipControlsRule, PublicAccessBlockConfiguration,
    ServerSideEncryptionByDefault, ServerSideEncryptionRule, VersioningConfiguration,
};
use crate::cloudformation::{
    Condition, ConditionRef, Handle, KnownName, OnlyIf, PolicyDocument, Principal, Pseudo, Stack, Statement,
    Text, text,
};
use crate::model::{Arn, Region, bucket_name};
use crate::policy::Operator;
use crate::team::Team;

use crate::constructs::names::{Names, Place};

/// What a bucket keeps, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// What builds make: the current version of an artifact is kept as long as the bucket is.
    Builds,
    /// What pipelines work with: CodePipeline fetches it within an execution, and never again.
    Artifacts,
    /// The files of archives that templates name: kept for rollbacks, which read those of the release before.
    Assets,
}

/// Superseded versions stay this long, so that a pipeline can be rolled back to them.
const NONCURRENT_DAYS: u32 = 90;
/// A pipeline's artifacts stay this long: longer than an approval may wait (60 days).
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html>
const ARTIFACT_DAYS: u32 = 90;
const INCOMPLETE_UPLOAD_DAYS: u32 = 7;
/// Assets have their names by their content, and each release puts them there again: what is superseded is the same.
const SUPERSEDED_ASSET_DAYS: u32 = 1;

impl Content {
    pub(crate) const fn purpose(self) -> &'static str {
        match self {
            Self::Builds => "build",
            Self::Artifacts => "artifacts",
            Self::Assets => "assets",
        }
    }

    const fn logical_id(self) -> &'static str {
        match self {
            Self::Builds => "BuildBucket",
            Self::Artifacts => "ArtifactBucket",
            Self::Assets => "AssetBucket",
        }
    }
}

/// The ARN of a bucket of the build account: its key's policy names it before it exists.
pub(crate) fn arn_in_build_account(team: &Team, region: Region, content: Content) -> Text {
    let name = bucket_name(team.name(), content.purpose(), team.world.build.account, region);
    Arn::bucket(team.partition(), name).into()
}

/// Adds a bucket and its policy. `admitted` are the statements that let others in; what is refused to
/// everybody is added to them.
pub(crate) fn add(
    stack: &mut Stack,
    names: &Names,
    place: Place,
    content: Content,
    key: &Handle<Key>,
    admitted: Vec<Statement>,
) -> Handle<Bucket> {
    let key_arn = stack.arn(key, "the bucket is encrypted with it");
    let (bucket_name, bucket_namespace) = match place {
        Place::At(account, region) => {
            let name = bucket_name(names.team, content.purpose(), account, region);
            let namespace = region
                .has_account_regional_buckets()
                .then_some(BucketNamespace::Always("account-regional"));
            (Text::literal(name), namespace)
        }
        Place::OfStack => {
            let condition = account_regional(stack);
            let plain = text![
                names.prefixed(content.purpose()),
                "-",
                Pseudo::AccountId,
                "-",
                Pseudo::Region
            ];
            let name = Text::either(&condition, text![&plain, "-an"], plain);
            let namespace = BucketNamespace::OnlyIf(OnlyIf::new(&condition, "account-regional"));
            (name, Some(namespace))
        }
    };
    let known = bucket_name.as_literal().map(|name| KnownName {
        reference: name.into(),
        arn: Arn::bucket(names.partition, name).into(),
    });
    let bucket = stack.add(
        content.logical_id(),
        &Bucket {
            bucket_name,
            bucket_namespace,
            bucket_encryption: BucketEncryption {
                server_side_encryption_configuration: [ServerSideEncryptionRule {
                    bucket_key_enabled: true,
                    server_side_encryption_by_default: ServerSideEncryptionByDefault {
                        sse_algorithm: "aws:kms",
                        kms_master_key_id: key_arn.clone(),
                    },
                }],
            },
            versioning_configuration: VersioningConfiguration { status: "Enabled" },
            public_access_block_configuration: PublicAccessBlockConfiguration {
                block_public_acls: true,
                block_public_policy: true,
                ignore_public_acls: true,
                restrict_public_buckets: true,
            },
            ownership_controls: OwnershipControls {
                rules: [OwnershipControlsRule {
                    object_ownership: "BucketOwnerEnforced",
                }],
            },
            lifecycle_configuration: lifecycle(content),
            notification_configuration: (content == Content::Builds).then_some(NotificationConfiguration {
                event_bridge_configuration: EventBridgeConfiguration {
                    event_bridge_enabled: true,
                },
            }),
        },
    );
    stack.retain(&bucket);
    let bucket = match known {
        Some(known) => bucket.known_as(known),
        None => bucket,
    };
    add_policy(stack, content, &bucket, &key_arn, admitted);
    bucket
}

/// Whether the stack's region has S3's account-regional namespace.
fn account_regional(stack: &mut Stack) -> ConditionRef {
    let without = Region::ALL
        .iter()
        .filter(|region| !region.has_account_regional_buckets())
        .map(|region| Condition::Equals(Pseudo::Region.into(), region.as_str().into()))
        .collect();
    stack.condition(
        "AccountRegionalBuckets",
        Condition::Not(Box::new(Condition::Or(without))),
    )
}

fn lifecycle(content: Content) -> LifecycleConfiguration {
    LifecycleConfiguration {
        rules: vec![LifecycleRule {
            id: "expire",
            status: "Enabled",
            expiration_in_days: (content == Content::Artifacts).then_some(ARTIFACT_DAYS),
            noncurrent_version_expiration: NoncurrentVersionExpiration {
                noncurrent_days: match content {
                    Content::Builds | Content::Artifacts => NONCURRENT_DAYS,
                    Content::Assets => SUPERSEDED_ASSET_DAYS,
                },
            },
            abort_incomplete_multipart_upload: AbortIncompleteMultipartUpload {
                days_after_initiation: INCOMPLETE_UPLOAD_DAYS,
            },
        }],
    }
}

fn add_policy(
    stack: &mut Stack,
    content: Content,
    bucket: &Handle<Bucket>,
    key_arn: &Text,
    admitted: Vec<Statement>,
) {
    let reason = "the policy speaks of the bucket";
    let bucket_arn = stack.arn(bucket, reason);
    let objects = text![&bucket_arn, "/*"];
    // Uploads that name no encryption get the bucket's own: only a request that *names* another one is
    // refused, hence `Null`.
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/specifying-kms-encryption.html
    let named_otherwise = |sid, header: &str, expected: Text| {
        Statement::deny(sid)
            .by(Principal::Anyone)
            .action(["s3:PutObject"])
            .on([objects.clone()])
            .when(Operator::StringNotEquals, header, [expected])
            .when(Operator::Null, header, ["false".into()])
    };
    let refused = [
        Statement::deny("RefuseUnencryptedTransport")
            .by(Principal::Anyone)
            .action(["s3:*"])
            .on([bucket_arn.clone(), objects.clone()])
            .when(Operator::Bool, "aws:SecureTransport", ["false".into()]),
        named_otherwise(
            "RefuseOtherEncryption",
            "s3:x-amz-server-side-encryption",
            "aws:kms".into(),
        ),
        named_otherwise(
            "RefuseOtherKeys",
            "s3:x-amz-server-side-encryption-aws-kms-key-id",
            key_arn.clone(),
        ),
    ];
    let policy = BucketPolicy {
        bucket: stack.reference(bucket, reason),
        policy_document: PolicyDocument::new(admitted.into_iter().chain(refused)),
    };
    stack.add(format!("{}Policy", content.logical_id()), &policy);
}
