use serde_json::Value;

use super::context::Context;
use super::policy;
use crate::cloudformation::{ResourceKind, limits};
use crate::local::http::names::is_bucket_name;

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
pub(super) fn check_bucket(context: &Context<'_>) -> Result<(), String> {
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

pub(super) fn check_policy(context: &Context<'_>) -> Result<(), String> {
    let document = &context.properties["PolicyDocument"];
    policy::check(context, document, limits::BUCKET_POLICY)?;
    let bucket = context.stack.resources.values().find(|resource| {
        resource.resource_type == ResourceKind::Bucket.name()
            && resource.physical_id == context.text("Bucket")
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
