//! Ends the subscriptions of accounts that are to go, before anything else of them goes: nothing more arrives in an account
//! that is half taken down.

use crate::cloudformation::ResourceKind;
use std::sync::Arc;

use serde_json::Value;

use super::amend::amend;
use crate::deploy::report::outcome::StackError;
use crate::deploy::run::context::DeployContext;
use crate::deploy::run::places::StackPlace;
use crate::deploy::run::retry::Pace;
use crate::deploy::run::retrying_client::RetryingClient;
use crate::deploy::state::status::Phase;
use crate::deploy::walk::side_by_side::side_by_side;

pub(crate) const SUBSCRIPTION: &str = ResourceKind::Subscription.name();

/// As many stacks are worked on at once.
const AT_ONCE: usize = 32;
/// So often a stack is asked to end its subscription; then its deletion has to.
const TIMES: u32 = 3;

/// Takes the subscriptions out of these stacks, given by name and place. Where that is not possible, the stack's deletion does it.
pub(crate) async fn unsubscribe(context: &Arc<DeployContext>, stacks: &[(String, StackPlace)]) {
    let work = |(name, place): &(String, StackPlace)| {
        let (context, name, place) = (Arc::clone(context), name.clone(), *place);
        async move { of_stack(&context, &name, place).await }
    };
    // What failed is found again by the deletion, and said there.
    drop(side_by_side(AT_ONCE, stacks.iter().cloned(), work).await);
}

async fn of_stack(
    context: &Arc<DeployContext>,
    name: &str,
    StackPlace { account, region }: StackPlace,
) -> Result<(), StackError> {
    let mut retrying = RetryingClient::new(context, account, region);
    let pace = Pace::new(context.options.poll_interval);
    let mut times = 0;
    loop {
        let stepped = async {
            let client = retrying.client().await?;
            let Some(state) = client.describe(name).await? else {
                return Ok(true);
            };
            match state.status.phase() {
                // Ours or somebody else's: it is waited for, but not for ever.
                Phase::InProgress => {
                    let stopped = context.options.interrupt.is_stopped();
                    return Ok(stopped || pace.elapsed() > context.options.stack_limit);
                }
                Phase::Complete | Phase::RolledBack if state.is_of(context.team) => {}
                _ => return Ok(true),
            }
            let template = client.template(&state.stack_id).await?;
            let Some(text) = without_subscription(&template) else {
                return Ok(true);
            };
            if times >= TIMES || context.options.interrupt.is_stopped() {
                return Ok(true);
            }
            times += 1;
            amend(context, &client, (account, region), &state, &text).await?;
            Ok(false)
        };
        let stepped: Result<bool, StackError> = stepped.await;
        match stepped {
            Ok(true) => return Ok(()),
            Ok(false) => {
                retrying.succeeded();
                pace.wait().await;
            }
            Err(error) => retrying.retry(error).await?,
        }
    }
}

/// The template without its subscription; none, where it has none. What came after the subscription stays as it is.
fn without_subscription(template: &str) -> Option<String> {
    if !template.contains(SUBSCRIPTION) {
        return None;
    }
    let mut template: Value = serde_json::from_str(template).ok()?;
    let resources = template.get_mut("Resources")?.as_object_mut()?;
    let of_type = |resource: &Value| resource.get("Type").and_then(Value::as_str) == Some(SUBSCRIPTION);
    let subscriptions: Vec<String> = resources
        .iter()
        .filter(|(_, resource)| of_type(resource))
        .map(|(id, _)| id.clone())
        .collect();
    for id in &subscriptions {
        resources.shift_remove(id);
    }
    let gone = |value: &Value| {
        value
            .as_str()
            .is_some_and(|id| subscriptions.iter().any(|gone| gone == id))
    };
    for (_, resource) in resources.iter_mut() {
        let Some(resource) = resource.as_object_mut() else {
            continue;
        };
        let last = match resource.get_mut("DependsOn") {
            Some(Value::Array(several)) => {
                several.retain(|id| !gone(id));
                several.is_empty()
            }
            Some(one) => gone(one),
            None => false,
        };
        if last {
            resource.shift_remove("DependsOn");
        }
    }
    (!subscriptions.is_empty()).then(|| template.to_string())
}

#[cfg(test)]
mod tests {
    use super::without_subscription;

    #[test]
    fn only_the_subscription_goes() {
        let template = r#"{"Resources":{"A":{"Type":"AWS::SNS::Subscription"},"B":{"Type":"AWS::S3::Bucket","DependsOn":["A"]},"C":{"Type":"AWS::S3::Bucket","DependsOn":["A","B"]}}}"#;
        let without = without_subscription(template).unwrap();
        let expected = r#"{"Resources":{"B":{"Type":"AWS::S3::Bucket"},"C":{"Type":"AWS::S3::Bucket","DependsOn":["B"]}}}"#;
        assert_eq!(without, expected);
        assert_eq!(without_subscription(&without), None);
    }
}
