//! How large a policy may be, once its intrinsics are what they become.

use serde_json::Value;

use super::over;
use crate::cloudformation::resolve::{Scope, resolve};
use crate::cloudformation::{Resource, Stack, limits};
use crate::diagnostic::Diagnostics;

const IAM_PAGE: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html";

pub(super) fn check(stack: &Stack, found: &mut Diagnostics) {
    for (id, resource) in stack.template().resources() {
        match resource.type_name() {
            "AWS::S3::BucketPolicy" => {
                let page = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html";
                shared(
                    stack,
                    id,
                    resource,
                    "PolicyDocument",
                    limits::BUCKET_POLICY,
                    page,
                    found,
                );
            }
            "AWS::KMS::Key" => {
                let page = "https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html";
                shared(stack, id, resource, "KeyPolicy", limits::KEY_POLICY, page, found);
            }
            "AWS::SNS::TopicPolicy" => {
                let page = "https://docs.aws.amazon.com/general/latest/gr/sns.html";
                shared(
                    stack,
                    id,
                    resource,
                    "PolicyDocument",
                    limits::TOPIC_POLICY,
                    page,
                    found,
                );
            }
            "AWS::IAM::Role" => role(stack, id, resource, found),
            "AWS::IAM::ManagedPolicy" => {
                let size = size_without_white_space(resource.properties().get("PolicyDocument"));
                if size > limits::MANAGED_POLICY {
                    let what = format!("the characters of policy `{id}`");
                    found.push(
                        over(stack, &what, size, limits::MANAGED_POLICY, IAM_PAGE)
                            .help("let the roles of this service do less, or name resources by pattern"),
                    );
                }
            }
            "AWS::Events::Rule" => {
                let pattern = resource.properties().get("EventPattern").map(settled);
                let size = pattern.map_or(0, |pattern| pattern.to_string().len());
                if size > limits::EVENT_PATTERN {
                    let page = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html";
                    let what = format!("the characters of the event pattern of `{id}`");
                    found.push(
                        over(stack, &what, size, limits::EVENT_PATTERN, page)
                            .help("give the service fewer artifacts, or shorter keys"),
                    );
                }
            }
            _ => {}
        }
    }
}

/// A policy that grows with the accounts that it admits.
fn shared(
    stack: &Stack,
    id: &str,
    resource: &Resource,
    property: &str,
    limit: usize,
    page: &str,
    found: &mut Diagnostics,
) {
    let size = resource
        .properties()
        .get(property)
        .map_or(0, |policy| settled(policy).to_string().len());
    if size > limit {
        let what = format!("the bytes of the policy of `{id}`");
        found.push(over(stack, &what, size, limit, page).help(
            "admit developers by their place in the organization instead of one by one: \
             `organization = \"o-…/r-…/ou-…/\";`",
        ));
    }
}

fn role(stack: &Stack, id: &str, resource: &Resource, found: &mut Diagnostics) {
    let policies = resource.properties().get("Policies").and_then(Value::as_array);
    let size = policies
        .into_iter()
        .flatten()
        .map(|policy| size_without_white_space(policy.get("PolicyDocument")))
        .sum();
    if size > limits::ROLE_INLINE_POLICIES {
        let what = format!("the characters of the policies of role `{id}`");
        found.push(
            over(stack, &what, size, limits::ROLE_INLINE_POLICIES, IAM_PAGE)
                .help("name fewer actions or resources, or divide the service"),
        );
    }
    let trust = size_without_white_space(resource.properties().get("AssumeRolePolicyDocument"));
    if trust > limits::TRUST_POLICY {
        let what = format!("the characters of the trust policy of role `{id}`");
        found.push(over(stack, &what, trust, limits::TRUST_POLICY, IAM_PAGE));
    }
}

/// Compact JSON has white space inside strings only, and policies have next to none there.
fn size_without_white_space(policy: Option<&Value>) -> usize {
    policy.map_or(0, |policy| settled(policy).to_string().len())
}

/// The policy as long as it becomes: every name that is not known yet counts as an ARN of common length.
fn settled(policy: &Value) -> Value {
    resolve(policy, &Lengths).unwrap_or_else(|_| policy.clone())
}

struct Lengths;

impl Scope for Lengths {
    fn reference(&self, name: &str) -> Option<Value> {
        Some(Value::String(match name {
            "AWS::AccountId" => "111111111111".to_owned(),
            "AWS::Region" => "ap-southeast-1".to_owned(),
            "AWS::Partition" => "aws-us-gov".to_owned(),
            "AWS::URLSuffix" => "amazonaws.com.cn".to_owned(),
            _ => "a".repeat(80),
        }))
    }

    fn attribute(&self, _: &str, _: &str) -> Option<Value> {
        Some(Value::String("a".repeat(80)))
    }

    fn condition(&self, _: &str) -> Option<bool> {
        Some(true)
    }
}
