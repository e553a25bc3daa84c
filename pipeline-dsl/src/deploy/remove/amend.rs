//! Changes a deployed stack's own template a little, before the stack goes.

use crate::deploy::aws::StackClient;
use crate::deploy::report::outcome::StackError;
use crate::deploy::run::context::DeployContext;
use crate::deploy::run::retry::Pace;
use crate::deploy::stack::change::CHANGE_SET;
use crate::deploy::state::stack_state::{ChangeSetRequest, ChangeSetState, StackState};
use crate::model::{AccountId, Region};

/// What became of a change.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Amended {
    /// It is being made.
    Begun,
    /// Somebody else has changed the stack in between.
    Overtaken,
}

/// Begins to bring the stack to this template, with the parameters that it has.
pub(crate) async fn amend(
    context: &DeployContext,
    client: &StackClient,
    (account, region): (AccountId, Region),
    state: &StackState,
    text: &str,
) -> Result<Amended, StackError> {
    let pace = Pace::new(context.options.poll_interval);
    let template = context
        .templates
        .source(&context.aws, context.team, account, region, text)
        .await?;
    let name = context.token().await;
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
            Ok(Amended::Begun)
        }
        ChangeSetState::Executed => Ok(Amended::Begun),
        ChangeSetState::Failed(reason) => Err(StackError::ChangeSet { reason }),
        ChangeSetState::Pending => Err(StackError::ChangeSetPending {
            seconds: pace.elapsed().as_secs(),
        }),
        _ => Ok(Amended::Overtaken),
    }
}
