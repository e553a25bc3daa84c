use serde_json::Value;

use super::{Context, Made, Rules, policy};
use crate::cloudformation::limits;
use crate::local::names::is_bucket_name;

pub(super) const RULES: &[Rules] = &[
    Rules {
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
        make: |place, properties| {
            let name = place.name(properties, "BucketName");
            // Buckets are named without account and region: of all accounts, one has the name.
            let arn = format!("arn:{}:s3:::{name}", place.partition);
            let domain = format!("{name}.s3.{}.{}", place.region, place.partition.dns_suffix());
            let mut made = Made::with_arn(name, arn);
            made.attributes.insert("DomainName".to_owned(), domain);
            made
        },
        refuses: check_bucket,
    },
    Rules {
        name: "AWS::S3::BucketPolicy",
        properties: &["Bucket", "PolicyDocument"],
        required: &["Bucket", "PolicyDocument"],
        replaced_by: &["Bucket"],
        make: |place, properties| {
            let bucket = place.name(properties, "Bucket");
            Made {
                identities: vec![format!("bucket-policy:{bucket}")],
                physical_id: bucket,
                attributes: std::collections::BTreeMap::new(),
            }
        },
        refuses: check_policy,
    },
];

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
fn check_bucket(context: &Context<'_>) -> Result<(), String> {
    let name = context.text("BucketName");
    if !is_bucket_name(name) {
        return Err(format!("Bucket name is not valid: {name}"));
    }
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html
    let suffix = format!("-{}-{}-an", context.stack.account, context.stack.region);
    let regional = context.text("BucketNamespace") == "account-regional";
    match (regional, name.ends_with(&suffix), name.ends_with("-an")) {
        (true, false, _) => Err(format!(
            "A bucket in the account regional namespace must end with {suffix}"
        )),
        (false, _, true) => Err(format!(
            "The suffix -an belongs to the account regional namespace: {name}"
        )),
        _ => Ok(()),
    }
}

fn check_policy(context: &Context<'_>) -> Result<(), String> {
    let document = &context.properties["PolicyDocument"];
    policy::check(context, document, limits::BUCKET_POLICY)?;
    let bucket = context.stack.resources.values().find(|resource| {
        resource.resource_type == "AWS::S3::Bucket" && resource.physical_id == context.text("Bucket")
    });
    let Some(bucket) = bucket else {
        return Err(format!(
            "The specified bucket does not exist: {}",
            context.text("Bucket")
        ));
    };
    let blocked = bucket.properties.value()["PublicAccessBlockConfiguration"]["BlockPublicPolicy"] == true;
    if blocked && policy::statements(document).any(is_public) {
        return Err(
            "User is not authorized to perform s3:PutBucketPolicy because public policies are blocked by \
                    the BlockPublicPolicy block public access setting."
                .to_owned(),
        );
    }
    Ok(())
}

/// Whoever it is, unless a condition fixes whose they are.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html>
fn is_public(statement: &Value) -> bool {
    const FIXED: &[&str] = &[
        "aws:PrincipalOrgID",
        "aws:SourceAccount",
        "aws:SourceArn",
        "aws:SourceVpc",
        "aws:SourceVpce",
    ];
    let anyone =
        statement["Principal"] == "*" || policy::values(&statement["Principal"]["AWS"]).any(|all| all == "*");
    let fixed = ["StringEquals", "ArnEquals"].iter().any(|operator| {
        let keys = statement["Condition"][operator].as_object();
        keys.is_some_and(|keys| keys.keys().any(|key| FIXED.contains(&key.as_str())))
    });
    statement["Effect"] == "Allow" && anyone && !fixed
}
