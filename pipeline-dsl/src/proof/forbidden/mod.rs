//! Requests that must never go through: by strangers, by one developer on another, by developers and targets on what is built,
//! and by the system's own roles beyond what they are for.

mod builds;
mod deployment;
mod developers;
mod elsewhere;
mod keys;
mod self_update;
mod strangers;
mod targets;
mod undelivered;

use std::collections::BTreeSet;

use super::deployed::{Deployed, Resource};
use super::hop::{Expectation, Hop, Hops};
use super::hops::{items, text};
use crate::cloudformation::ResourceKind;
use crate::policy::{Request, Requester, ServiceCall};

pub(super) const BEST_PRACTICES: &str =
    "https://docs.aws.amazon.com/codepipeline/latest/userguide/security-best-practices.html";

/// All of them, one after the other.
pub(super) fn each(deployed: &Deployed, hand_on: &mut dyn FnMut(Hop)) {
    let cast = Cast::of(deployed);
    let hops = &mut Hops::new(Expectation::Denied, hand_on);
    strangers::all(deployed, hops);
    developers::all(deployed, &cast, hops);
    targets::all(deployed, &cast, hops);
    deployment::all(deployed, hops);
    builds::all(deployed, hops);
    keys::all(deployed, hops);
    elsewhere::all(deployed, hops);
    self_update::all(deployed, hops);
    undelivered::all(deployed, hops);
}

/// Who is who.
struct Cast {
    build: String,
    /// Accounts that are deployed to.
    targets: BTreeSet<String>,
    /// Accounts of developers.
    developers: BTreeSet<String>,
}

impl Cast {
    fn of(deployed: &Deployed) -> Self {
        let build = deployed.build_account.to_string();
        let (mut targets, mut developers) = (BTreeSet::new(), BTreeSet::new());
        for resource in &deployed.resources {
            let account = resource.home.account.to_string();
            match resource.developer {
                Some(_) => developers.insert(account),
                None => account != build && targets.insert(account),
            };
        }
        Self {
            build,
            targets,
            developers,
        }
    }
}

fn roles(deployed: &Deployed) -> impl Iterator<Item = &Resource> {
    deployed.of_kind(ResourceKind::Role)
}

fn requester(role: &Resource) -> Requester {
    Requester::Role(role.identity.arn.clone())
}

fn administrator(account: &str) -> Requester {
    Requester::Administrator(account.to_owned())
}

/// Somebody with a role of this ARN.
fn as_role(request: Request, arn: &str) -> Request {
    request.sent_on(ServiceCall::AnyPrincipal, [("aws:PrincipalArn", arn)])
}

/// Somebody whose account is in this unit.
fn of_unit(request: Request, path: &str) -> Request {
    request.sent_on(
        ServiceCall::AnyPrincipal,
        [("aws:PrincipalOrgPaths", vec![path.to_owned()])],
    )
}

/// Somebody whose account is in this organization.
fn of_organization(request: Request, id: &str) -> Request {
    request.sent_on(ServiceCall::AnyPrincipal, [("aws:PrincipalOrgID", id)])
}

/// By its path: `/acme/delivery/pipeline/` is `pipeline`.
fn purpose(role: &Resource) -> &str {
    let path = text(&role.properties, &["Path"]);
    path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

fn object(bucket: &Resource) -> String {
    format!("{}/service/artifact.zip", bucket.identity.arn)
}

/// The approvals of a pipeline, each by the ARN that it is given on.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals-iam-permissions.html>
fn approvals(pipeline: &Resource) -> Vec<String> {
    let mut found = Vec::new();
    for stage in items(&pipeline.properties, "Stages") {
        for action in items(stage, "Actions") {
            if text(action, &["ActionTypeId", "Category"]) == "Approval" {
                let (stage, name) = (text(stage, &["Name"]), text(action, &["Name"]));
                found.push(format!("{}/{stage}/{name}", pipeline.identity.arn));
            }
        }
    }
    // One that it does not have yet.
    found.push(format!("{}/Release/Approve", pipeline.identity.arn));
    found.sort_unstable();
    found.dedup();
    found
}

const READS: [&str; 2] = ["s3:GetObject", "s3:GetObjectVersion"];
const WRITES: [&str; 3] = ["s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"];
const BUCKET_CHANGES: &[&str] = ResourceKind::Bucket.facts().forbidden.changes;
const KEY_CHANGES: &[&str] = ResourceKind::Key.facts().forbidden.changes;
