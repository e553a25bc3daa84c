//! Takes the retention off a stack's resources, so that deleting the stack deletes its data.

use serde_json::Value;

use super::amend::{Amended, amend};
use crate::deploy::aws::StackClient;
use crate::deploy::report::outcome::StackError;
use crate::deploy::run::context::DeployContext;
use crate::deploy::state::stack_state::StackState;
use crate::deploy::state::status::Phase;
use crate::model::{AccountId, Region};

/// The template in which nothing is retained; none, where nothing is.
fn without_retention(template: &str) -> Option<String> {
    let mut template: Value = serde_json::from_str(template).ok()?;
    let mut retained = false;
    for (_, resource) in template.get_mut("Resources")?.as_object_mut()? {
        let Some(resource) = resource.as_object_mut() else {
            continue;
        };
        for policy in ["DeletionPolicy", "UpdateReplacePolicy"] {
            if let Some(value) = resource.get_mut(policy)
                && value.as_str().is_some_and(|value| value.starts_with("Retain"))
            {
                *value = "Delete".into();
                retained = true;
            }
        }
    }
    retained.then(|| template.to_string())
}

/// Begins to update the stack so that nothing of it is retained; `false` when nothing is. What the stack itself says
/// counts: a call that failed, or an update that was taken back, is found by asking again.
///
/// # Errors
/// When something is retained and the stack is in a state in which it cannot be updated, beside those of the calls.
pub(crate) async fn take_off(
    context: &DeployContext,
    client: &StackClient,
    (account, region): (AccountId, Region),
    state: &StackState,
) -> Result<bool, StackError> {
    let template = client.template(&state.stack_id).await?;
    let Some(text) = without_retention(&template) else {
        return Ok(false);
    };
    match state.status.phase() {
        Phase::Complete | Phase::RolledBack => {}
        // Of a creation that was taken back nothing stayed.
        Phase::CreationRolledBack | Phase::CreationFailed => return Ok(false),
        _ => return Err(StackError::DataRetained(state.status.clone())),
    }
    match amend(context, client, (account, region), state, &text).await? {
        Amended::Begun => Ok(true),
        Amended::Overtaken => Err(StackError::DataRetained(state.status.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::without_retention;

    #[test]
    fn nothing_is_retained() {
        let template = r#"{"Resources":{"A":{"Type":"AWS::S3::Bucket","DeletionPolicy":"RetainExceptOnCreate","UpdateReplacePolicy":"Retain"},"B":{"Type":"AWS::SNS::Topic"}}}"#;
        let released = without_retention(template).unwrap();
        assert!(!released.contains("Retain"), "{released}");
        assert_eq!(without_retention(&released), None);
    }
}
