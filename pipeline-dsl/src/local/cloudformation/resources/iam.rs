use serde_json::Value;

use super::context::Context;
use super::policy;
use crate::cloudformation::limits;
use crate::local::http::names::is_iam_name;

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
pub(super) fn check_role(context: &Context<'_>) -> Result<(), String> {
    let name = context.text("RoleName");
    if name.len() > 64 {
        return Err(format!(
            "1 validation error detected: Value '{name}' at 'roleName' has more than 64 characters"
        ));
    }
    if context.properties.get("RoleName").is_some() && !is_iam_name(name, 64) {
        return Err(format!(
            "The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the \
             following: +=,.@_- (Value: {name})"
        ));
    }
    let trust = &context.properties["AssumeRolePolicyDocument"];
    policy::check(context, trust, usize::MAX)?;
    check_size("ACLSizePerRole", size(trust), limits::TRUST_POLICY)?;
    let policies = context.properties["Policies"].as_array();
    let inline = policies
        .into_iter()
        .flatten()
        .map(|policy| size(&policy["PolicyDocument"]))
        .sum();
    check_size("maximum policy size", inline, limits::ROLE_INLINE_POLICIES)?;
    for inline in policies.into_iter().flatten() {
        let document = &inline["PolicyDocument"];
        if policy::statements(document).any(|statement| statement.get("Principal").is_some()) {
            return Err(
                "MalformedPolicyDocument: Policy document should not specify a principal.".to_owned(),
            );
        }
        if policy::statements(document)
            .any(|statement| policy::values(&statement["Resource"]).next().is_none())
        {
            return Err("MalformedPolicyDocument: Policy statement must contain resources.".to_owned());
        }
    }
    Ok(())
}

fn size(policy: &Value) -> usize {
    policy.to_string().chars().filter(|c| !c.is_whitespace()).count()
}

fn check_size(quota: &str, size: usize, limit: usize) -> Result<(), String> {
    if size <= limit {
        Ok(())
    } else {
        Err(format!("Cannot exceed quota for {quota}: {limit}"))
    }
}

pub(super) fn check_managed_policy(context: &Context<'_>) -> Result<(), String> {
    let size = size(&context.properties["PolicyDocument"]);
    check_size("PolicySize", size, limits::MANAGED_POLICY)
}
