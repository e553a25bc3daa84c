//! Stacks that a pipeline could not create: CloudFormation leaves them behind, and can neither change nor create them until they
//! are deleted.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html#cfn-console-view-stack-data-resources-status-codes>

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::error::DeliveryError;
use super::redriven::Redriven;
use super::retry::retried_at;
use super::sites::{ACCOUNTS, DeployedStack, PipelineSite};
use crate::deploy::aws::Aws;
use crate::deploy::state::stack_state::StackState;
use crate::deploy::state::status::Phase;
use crate::deploy::walk::side_by_side::side_by_side;
use crate::model::TeamName;

/// How long a deletion may take: of what could not be created, little or nothing is left.
const DELETION: Duration = Duration::from_mins(10);
/// How often it is looked at.
const LOOK: Duration = Duration::from_secs(3);

/// What is true of a stack now.
enum Settled {
    /// It is there, as its pipeline or somebody else has made it.
    There,
    /// It is not there: its pipeline has not created it, or an earlier run has deleted it and was interrupted.
    Missing,
    /// It could not be created, and is deleted now.
    Deleted,
}

/// Deletes the stacks of a pipeline that could not be created, and starts the pipeline again if there were any.
///
/// An account that does not answer keeps nobody else waiting: it is an error of its stack.
pub(super) async fn replace(
    aws: &Arc<Aws>,
    team: TeamName,
    pipeline: &PipelineSite,
    redriven: &mut Redriven,
) {
    let settle = |deployed: &DeployedStack| {
        let (aws, deployed) = (Arc::clone(aws), deployed.clone());
        async move {
            let (account, region) = (deployed.account, deployed.region);
            retried_at(&aws, account, region, || settle(&aws, team, &deployed)).await
        }
    };
    let (mut deleted, mut missing) = (false, false);
    for (deployed, settled) in side_by_side(ACCOUNTS, pipeline.deploys.clone(), settle).await {
        match settled {
            Ok(Settled::There) => {}
            Ok(Settled::Missing) => missing = true,
            Ok(Settled::Deleted) => {
                deleted = true;
                redriven.replaced.push(deployed.to_string());
            }
            Err(error) => redriven.unreplaced.push((deployed.to_string(), error)),
        }
    }
    let started = retried_at(aws, pipeline.account, pipeline.region, || async {
        let client = aws.pipelines(pipeline.account, pipeline.region).await?;
        if deleted || (missing && failed(&client.stages(&pipeline.name).await?)) {
            client.start(&pipeline.name).await?;
        }
        Ok(())
    });
    if (deleted || missing)
        && let Err(error) = started.await
    {
        redriven.unreplaced.push((pipeline.name.clone(), error));
    }
}

/// Whether a stage that deploys failed last: a source that is not there yet is no failed deployment.
fn failed(stages: &[crate::deploy::StageStatus]) -> bool {
    stages
        .iter()
        .skip(1)
        .any(|stage| stage.status.as_deref() == Some("Failed"))
}

async fn settle(aws: &Aws, team: TeamName, deployed: &DeployedStack) -> Result<Settled, DeliveryError> {
    let client = aws.stacks(deployed.account, deployed.region).await?;
    let there = client.describe(&deployed.stack).await?;
    let Some(stack) = there.filter(|stack| stack.status.phase() != Phase::Deleted) else {
        return Ok(Settled::Missing);
    };
    if !is_left(&stack, team) {
        return Ok(Settled::There);
    }
    // The same token for the same stack: asked twice, it is deleted once.
    let id = stack.stack_id.rsplit('/').next().unwrap_or_default();
    client
        .delete_stack(&stack.stack_id, &format!("redrive-{id}"))
        .await?;
    let begun = Instant::now();
    loop {
        // By its id it is known for 90 days after its end.
        let now = client.describe(&stack.stack_id).await?;
        let Some(now) = now.filter(|stack| stack.status.phase() != Phase::Deleted) else {
            return Ok(Settled::Deleted);
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

/// Whether a pipeline of the team has left it so: it was never created completely, and was deployed with a role of ours.
fn is_left(stack: &StackState, team: TeamName) -> bool {
    let was_never_complete = match stack.status.phase() {
        Phase::CreationRolledBack | Phase::CreationFailed => true,
        // Of what could not be deleted, nobody can tell whether it was complete once.
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
    was_never_complete && !stack.is_nested && stack.role.as_ref().is_some_and(|role| role.contains(&path))
}
