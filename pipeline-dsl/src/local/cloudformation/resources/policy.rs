//! What AWS refuses of any resource policy: principals that do not exist, and too much of it.

use serde_json::Value;

use super::context::Context;

/// Checks a policy that a resource carries.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
pub(super) fn check(context: &Context<'_>, policy: &Value, limit: usize) -> Result<(), String> {
    let size = policy.to_string().len();
    if size > limit {
        return Err(format!("Policy has {size} bytes, the limit is {limit}"));
    }
    for statement in statements(policy) {
        for principal in values(&statement["Principal"]["AWS"]) {
            if !exists(context, principal) {
                return Err(format!("Invalid principal in policy: \"AWS\":\"{principal}\""));
            }
        }
        if values(&statement["Action"]).next().is_none() {
            return Err("Policy statement must contain actions.".to_owned());
        }
    }
    Ok(())
}

/// An account always exists; its roles and users exist once they are made.
fn exists(context: &Context<'_>, principal: &str) -> bool {
    let is_account = |id: &str| id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit());
    if principal == "*" || is_account(principal) {
        return true;
    }
    let mut parts = principal.splitn(6, ':');
    match (parts.nth(4), parts.next()) {
        (Some(account), Some("root")) => is_account(account),
        _ => context.exists(principal),
    }
}

pub(super) fn statements(policy: &Value) -> impl Iterator<Item = &Value> {
    policy["Statement"].as_array().into_iter().flatten()
}

/// One value, or several.
pub(super) fn values(value: &Value) -> impl Iterator<Item = &str> {
    let one = value.as_str();
    let several = value.as_array().into_iter().flatten().filter_map(Value::as_str);
    one.into_iter().chain(several)
}
