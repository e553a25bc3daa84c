//! Takes the retention off a stack's resources, so that deleting the stack deletes its data.

use serde_json::Value;

use super::apply::PREFIX;
use super::aws::StackClient;
use super::change::CHANGE_SET;
use super::context::DeployContext;
use super::outcome::StackError;
use super::patience::Pace;
use super::stack_state::{ChangeSetRequest, ChangeSetState, StackState};
use super::status::Phase;
use crate::model::{AccountId, Region};
use crate::synth::Digest;

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
pub(super) async fn take_off(
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
    let pace = Pace::new(context.options.poll_interval);
    let template = context
        .templates
        .source(&context.aws, context.team, account, region, &text)
        .await?;
    let digest = Digest::of(format!("{text}{}", state.updated));
    let name = format!(
        "{PREFIX}release-{}",
        digest.as_str().get(..32).unwrap_or_default()
    );
    let tags = state
        .tags
        .iter()
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let created = client
        .create_change_set(&ChangeSetRequest {
            stack_name: &state.name,
            change_set_name: &name,
            token: &name,
            template: &template,
            parameters: &state.parameters,
            tags: &tags,
            capabilities: &["CAPABILITY_NAMED_IAM"],
            create: false,
            import_existing: false,
        })
        .await?;
    let change_set = created.as_ref().unwrap_or(&name);
    let described = loop {
        let described = client.describe_change_set(&state.name, change_set).await?;
        let late = pace.elapsed() > context.options.poll_interval * CHANGE_SET;
        if described.state != ChangeSetState::Pending || late {
            break described;
        }
        pace.wait().await;
    };
    match described.state {
        ChangeSetState::Ready => {
            client.execute_change_set(&described.id, &name).await?;
            Ok(true)
        }
        ChangeSetState::Executed => Ok(true),
        ChangeSetState::Failed(reason) => Err(StackError::ChangeSet { reason }),
        ChangeSetState::Pending => Err(StackError::ChangeSetPending {
            minutes: pace.elapsed().as_secs() / 60,
        }),
        _ => Err(StackError::DataRetained(state.status.clone())),
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
