//! The policies that stand on resources: what they are called, and where they decide.

use crate::policy::Request;

/// Whether the resource's own policy has to allow it, also to those of its own account: a role's trust and a key's policy.
/// Aliases have no policies, and neither have keys that are not there yet.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html>
pub(in crate::proof) fn decides(request: &Request) -> bool {
    match request.service() {
        "sts" => request.resource.contains(":role/"),
        "kms" => request.resource.contains(":key/"),
        _ => false,
    }
}

/// What the policy that stands on a resource of this service is called.
pub(in crate::proof) fn kind(service: &str) -> &'static str {
    match service {
        "sts" => "trust policy",
        "kms" => "key policy",
        "s3" => "bucket policy",
        "sns" => "topic policy",
        "sqs" => "queue policy",
        "ecr" => "repository policy",
        _ => "resource policy",
    }
}
