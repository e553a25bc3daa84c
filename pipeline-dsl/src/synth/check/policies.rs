//! How large a policy may be, once its intrinsics are what they become.

use serde_json::Value;

use super::origin::Origin;
use super::over;
use crate::cloudformation::resolve::{Scope, resolve};
use crate::cloudformation::{Policies, PseudoValues, Resource, Stack, limits, quotas};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::Partition;

const IAM_PAGE: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html";

pub(super) fn check(stack: &Stack, partition: Partition, origin: Origin<'_>, found: &mut Diagnostics) {
    let size = |document: Option<&Value>| {
        document.map_or(0, |document| settled(document, partition).to_string().len())
    };
    for (id, resource) in stack.template().resources() {
        let properties = resource.properties();
        match resource.kind().facts().policies {
            Policies::OnBucket => {
                let page = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html";
                let size = size(properties.get("PolicyDocument"));
                shared(stack, id, size, limits::BUCKET_POLICY, page, found);
            }
            // Of our types only a key has one.
            Policies::OnItself(property) => {
                let page = "https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html";
                let size = size(properties.get(property));
                shared(stack, id, size, limits::KEY_POLICY, page, found);
            }
            Policies::OnTopics => {
                let page = "https://docs.aws.amazon.com/general/latest/gr/sns.html";
                let size = size(properties.get("PolicyDocument"));
                shared(stack, id, size, limits::TOPIC_POLICY, page, found);
            }
            Policies::OfRole => role(stack, (id, resource), size, origin, found),
            Policies::Managed => {
                let size = size(properties.get("PolicyDocument"));
                if size > limits::MANAGED_POLICY {
                    let what = format!("the characters of policy `{id}`");
                    let told = over(stack, &what, size, limits::MANAGED_POLICY, IAM_PAGE)
                        .help("let the roles of this service do less, or name resources by pattern");
                    found.push(origin.at_roles(told));
                }
            }
            // Of a queue's and a function's no developer is admitted one by one.
            Policies::None
            | Policies::OnItselfByDefault(_)
            | Policies::OnQueues
            | Policies::StatementOnFunction => {}
        }
    }
}

/// Checks how long event patterns are.
pub(super) fn check_patterns(
    stack: &Stack,
    partition: Partition,
    found: &mut Diagnostics,
    warnings: &mut Diagnostics,
) {
    let mend = "give the service fewer artifacts, or shorter keys";
    for (id, resource) in stack.template().resources() {
        let Some(pattern) = resource.properties().get("EventPattern") else {
            continue;
        };
        let size = settled(pattern, partition).to_string().len();
        let what = format!("the characters of the event pattern of `{id}`");
        if size > limits::EVENT_PATTERN {
            let page = "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html";
            found.push(over(stack, &what, size, limits::EVENT_PATTERN, page).help(mend));
        } else if size > quotas::EVENT_PATTERN {
            let message = format!(
                "{what} of stack `{}`: {size}, and an account has room for {} by default",
                stack.key(),
                quotas::EVENT_PATTERN
            );
            warnings.push(
                Diagnostic::warning("synth::quota", message)
                    .note(quotas::EVENT_PAGE)
                    .help(format!(
                        "{mend}; or ask AWS for more in the console of Service Quotas"
                    )),
            );
        }
    }
}

/// A policy that grows with the accounts that it admits.
fn shared(stack: &Stack, id: &str, size: usize, limit: usize, page: &str, found: &mut Diagnostics) {
    if size > limit {
        let what = format!("the bytes of the policy of `{id}`");
        found.push(over(stack, &what, size, limit, page).help(
            "admit developers by their place in the organization instead of one by one: \
             `organization = \"o-…/r-…/ou-…/\";`",
        ));
    }
}

fn role(
    stack: &Stack,
    (id, resource): (&str, &Resource),
    size: impl Fn(Option<&Value>) -> usize,
    origin: Origin<'_>,
    found: &mut Diagnostics,
) {
    let policies = resource.properties().get("Policies").and_then(Value::as_array);
    let all = policies
        .into_iter()
        .flatten()
        .map(|policy| size(policy.get("PolicyDocument")))
        .sum();
    if all > limits::ROLE_INLINE_POLICIES {
        let what = format!("the characters of the policies of role `{id}`");
        let mend = if id == "PipelineRole" {
            "release the service to fewer regions, or give the team a shorter name: the role may use a store in each region"
        } else {
            "name fewer actions or resources, divide the service, or give the team a shorter name"
        };
        let told = over(stack, &what, all, limits::ROLE_INLINE_POLICIES, IAM_PAGE).help(mend);
        let is_declared = ["ActionRole", "DeploymentRole"].contains(&id);
        found.push(if is_declared {
            origin.at_permissions(told)
        } else {
            told
        });
    }
    let trust = size(resource.properties().get("AssumeRolePolicyDocument"));
    if trust > limits::TRUST_POLICY {
        let what = format!("the characters of the trust policy of role `{id}`");
        // Of our roles only this one's has a list in it.
        let mend = if id == "UploadRole" {
            "trust fewer branches, tags and environments: in tags `*` stands for any text"
        } else {
            "give the team or the service a shorter name"
        };
        found.push(over(stack, &what, trust, limits::TRUST_POLICY, IAM_PAGE).help(mend));
    }
}

/// The policy as long as it becomes, without white space, which compact JSON has inside strings only: every name that is not
/// known yet counts as an ARN of common length.
fn settled(policy: &Value, partition: Partition) -> Value {
    resolve(policy, &Lengths(partition)).unwrap_or_else(|_| policy.clone())
}

struct Lengths(Partition);

impl Scope for Lengths {
    fn reference(&self, name: &str) -> Option<Value> {
        let pseudo = PseudoValues {
            account: "111111111111",
            region: "ap-southeast-1",
            partition: self.0,
            stack_name: "",
            stack_id: None,
        };
        let known = pseudo.named(name).filter(|value| !value.is_empty());
        Some(known.map_or_else(|| Value::from("a".repeat(80)), Value::from))
    }

    fn attribute(&self, _: &str, _: &str) -> Option<Value> {
        Some(Value::String("a".repeat(80)))
    }

    fn condition(&self, _: &str) -> Option<bool> {
        Some(true)
    }
}
