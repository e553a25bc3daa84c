//! Who must not, and what of: the words of the requests that must be denied.

use crate::cloudformation::ResourceKind;
use crate::cloudformation::types::codepipeline::PipelineAction;
use crate::policy::{Request, Requester, ServiceCall};
use crate::proof::deployed::resource::Resource;
use crate::proof::deployed::stacks::Deployed;
use crate::proof::json::text;

pub(super) const BEST_PRACTICES: &str =
    "https://docs.aws.amazon.com/codepipeline/latest/userguide/security-best-practices.html";

pub(super) fn roles(deployed: &Deployed) -> impl Iterator<Item = &Resource> {
    deployed.of_kind(ResourceKind::Role)
}

pub(super) fn requester(role: &Resource) -> Requester {
    Requester::Role(role.identity.arn.clone())
}

pub(super) fn administrator(account: &str) -> Requester {
    Requester::Administrator(account.to_owned())
}

/// Somebody with a role of this ARN.
pub(super) fn as_role(request: Request, arn: &str) -> Request {
    request.sent_on(ServiceCall::AnyPrincipal, [("aws:PrincipalArn", arn)])
}

/// Somebody whose account is in this unit.
pub(super) fn of_unit(request: Request, path: &str) -> Request {
    request.sent_on(
        ServiceCall::AnyPrincipal,
        [("aws:PrincipalOrgPaths", vec![path.to_owned()])],
    )
}

/// Somebody whose account is in this organization.
pub(super) fn of_organization(request: Request, id: &str) -> Request {
    request.sent_on(ServiceCall::AnyPrincipal, [("aws:PrincipalOrgID", id)])
}

/// By its path: `/acme/delivery/pipeline/` is `pipeline`.
pub(super) fn purpose(role: &Resource) -> &str {
    let path = text(&role.properties, &["Path"]);
    path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

pub(super) fn object(bucket: &Resource) -> String {
    format!("{}/service/artifact.zip", bucket.identity.arn)
}

/// The approvals of a pipeline, each by the ARN that it is given on.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals-iam-permissions.html>
pub(super) fn approvals(pipeline: &Resource) -> Vec<String> {
    let mut found = Vec::new();
    let stages = pipeline.pipeline.iter().flat_map(|declared| &declared.stages);
    for stage in stages {
        for action in &stage.actions {
            if matches!(action.does, PipelineAction::Approval(_)) {
                found.push(format!(
                    "{}/{}/{}",
                    pipeline.identity.arn, stage.name, action.name
                ));
            }
        }
    }
    // One that it does not have yet.
    found.push(format!("{}/Release/Approve", pipeline.identity.arn));
    found.sort_unstable();
    found.dedup();
    found
}

pub(super) const READS: [&str; 2] = ["s3:GetObject", "s3:GetObjectVersion"];
pub(super) const WRITES: [&str; 3] = ["s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"];
pub(super) const BUCKET_CHANGES: &[&str] = ResourceKind::Bucket.facts().forbidden.changes;
pub(super) const KEY_CHANGES: &[&str] = ResourceKind::Key.facts().forbidden.changes;
