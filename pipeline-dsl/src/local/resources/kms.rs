use serde_json::Value;

use super::{Context, Made, Place, Rules, policy};
use crate::cloudformation::limits;

pub(super) const RULES: &[Rules] = &[
    Rules {
        name: "AWS::KMS::Key",
        properties: &[
            "Description",
            "EnableKeyRotation",
            "KeyPolicy",
            "PendingWindowInDays",
        ],
        required: &[],
        replaced_by: &[],
        make: |place, _| {
            let id = place.unique();
            let arn = place.arn("kms", &format!("key/{id}"));
            let mut made = Made::with_arn(id.clone(), arn);
            made.attributes.insert("KeyId".to_owned(), id);
            made
        },
        refuses: check_key,
    },
    Rules {
        name: "AWS::KMS::Alias",
        properties: &["AliasName", "TargetKeyId"],
        required: &["AliasName", "TargetKeyId"],
        replaced_by: &["AliasName"],
        make: |place: &Place<'_>, properties: &Value| {
            let name = place.name(properties, "AliasName");
            let identities = vec![place.arn("kms", &name)];
            Made {
                physical_id: name,
                attributes: std::collections::BTreeMap::new(),
                identities,
            }
        },
        refuses: |context| {
            let name = context.text("AliasName");
            match name.starts_with("alias/") && !name.starts_with("alias/aws/") {
                true => Ok(()),
                false => Err(format!(
                    "Alias must start with the prefix \"alias/\", and not be AWS's own: {name}"
                )),
            }
        },
    },
];

/// A key that nobody could change any more is refused.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html>
fn check_key(context: &Context<'_>) -> Result<(), String> {
    let key_policy = &context.properties["KeyPolicy"];
    policy::check(context, key_policy, limits::KEY_POLICY)?;
    let own = format!(":{}:root", context.stack.account);
    let administered = policy::statements(key_policy).any(|statement| {
        statement["Effect"] == "Allow"
            && policy::values(&statement["Principal"]["AWS"]).any(|principal| principal.ends_with(&own))
            && policy::values(&statement["Action"])
                .any(|action| matches!(action, "kms:*" | "kms:PutKeyPolicy"))
    });
    match administered {
        true => Ok(()),
        false => {
            Err("The new key policy will not allow you to update the key policy in the future.".to_owned())
        }
    }
}
