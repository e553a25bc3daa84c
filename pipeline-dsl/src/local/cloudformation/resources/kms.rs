use super::context::Context;
use super::policy;
use crate::cloudformation::limits;

/// A key that nobody could change any more is refused.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html>
pub(super) fn check_key(context: &Context<'_>) -> Result<(), String> {
    let key_policy = &context.properties["KeyPolicy"];
    policy::check(context, key_policy, limits::KEY_POLICY)?;
    let own = format!(":{}:root", context.stack.account);
    let administered = policy::statements(key_policy).any(|statement| {
        statement["Effect"] == "Allow"
            && policy::values(&statement["Principal"]["AWS"]).any(|principal| principal.ends_with(&own))
            && policy::values(&statement["Action"])
                .any(|action| matches!(action, "kms:*" | "kms:PutKeyPolicy"))
    });
    if administered {
        Ok(())
    } else {
        Err("The new key policy will not allow you to update the key policy in the future.".to_owned())
    }
}

pub(super) fn check_alias(context: &Context<'_>) -> Result<(), String> {
    let name = context.text("AliasName");
    if name.starts_with("alias/") && !name.starts_with("alias/aws/") {
        return Ok(());
    }
    Err(format!(
        "Alias must start with the prefix \"alias/\", and not be AWS's own: {name}"
    ))
}
