//! Stacks that a pipeline could not create: CloudFormation leaves them behind, and can neither change nor create them until they
//! are deleted.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html#cfn-console-view-stack-data-resources-status-codes>

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::error::DeliveryError;
use super::sites::{DeployedStack, PipelineSite};
use crate::deploy::aws::Aws;
use crate::deploy::state::stack_state::StackState;
use crate::deploy::state::status::Phase;
use crate::model::TeamName;

/// How long a deletion may take: of what could not be created, little or nothing is left.
const DELETION: Duration = Duration::from_mins(10);
/// How often it is looked at.
const LOOK: Duration = Duration::from_secs(3);

/// Deletes the stacks of a pipeline that could not be created, and starts the pipeline again if there were any. The answer are
/// their names.
///
/// # Errors
/// When an account does not answer, or a stack stays.
pub(super) async fn replace(
    aws: &Aws,
    team: TeamName,
    pipeline: &PipelineSite,
) -> Result<Vec<String>, DeliveryError> {
    let mut deleted = Vec::new();
    for deployed in &pipeline.deploys {
        if delete(aws, team, deployed).await? {
            deleted.push(deployed.to_string());
        }
    }
    if !deleted.is_empty() {
        let client = aws.pipelines(pipeline.account, pipeline.region).await?;
        client.start(&pipeline.name).await?;
    }
    Ok(deleted)
}

/// Whether there was something to delete.
async fn delete(aws: &Aws, team: TeamName, deployed: &DeployedStack) -> Result<bool, DeliveryError> {
    let client = aws.stacks(deployed.account, deployed.region).await?;
    let Some(stack) = client
        .describe(&deployed.stack)
        .await?
        .filter(|stack| is_left(stack, team))
    else {
        return Ok(false);
    };
    // The same token for the same stack: asked twice, it is deleted once.
    let token = format!(
        "redrive-{}",
        stack.stack_id.rsplit('/').next().unwrap_or_default()
    );
    client.delete_stack(&stack.stack_id, &token).await?;
    let begun = Instant::now();
    loop {
        // By its id it is known for 90 days after its end.
        let now = client.describe(&stack.stack_id).await?;
        let Some(now) = now.filter(|stack| stack.status.phase() != Phase::Deleted) else {
            return Ok(true);
        };
        if now.status.phase() == Phase::DeletionFailed || begun.elapsed() > DELETION {
            return Err(DeliveryError::StackStays {
                stack: deployed.stack.clone(),
                status: now.status.as_str().to_owned(),
            });
        }
        sleep(LOOK).await;
    }
}

/// Whether a pipeline of the team has left it so: it was never there as a whole, and was deployed with a role of ours.
fn is_left(stack: &StackState, team: TeamName) -> bool {
    let was_never_whole = match stack.status.phase() {
        Phase::CreationRolledBack | Phase::CreationFailed => true,
        Phase::Reviewing
        | Phase::InProgress
        | Phase::Complete
        | Phase::RolledBack
        | Phase::UpdateFailed
        | Phase::RollbackFailed
        | Phase::DeletionFailed
        | Phase::Broken
        | Phase::Deleted => false,
    };
    let path = format!(":role/{team}/delivery/deployment/");
    was_never_whole && !stack.is_nested && stack.role.as_ref().is_some_and(|role| role.contains(&path))
}
