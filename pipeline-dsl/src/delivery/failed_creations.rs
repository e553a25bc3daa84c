//! Stacks that a pipeline could not create: CloudFormation leaves them behind, and can neither change nor create them until they
//! are deleted.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html#cfn-console-view-stack-data-resources-status-codes>

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::error::DeliveryError;
use super::look::is_missing;
use super::redriven::Redriven;
use super::retry::retried_at;
use super::sites::{ACCOUNTS, DeployedStack, PipelineSite};
use crate::deploy::StageStatus;
use crate::deploy::aws::Aws;
use crate::deploy::state::stack_state::StackState;
use crate::deploy::state::status::Phase;
use crate::deploy::walk::side_by_side::side_by_side;
use crate::model::{AccountId, Region, TeamName};

/// How long a deletion may take: of what could not be created, little or nothing is left.
const DELETION: Duration = Duration::from_mins(10);
/// How often it is looked at.
const LOOK: Duration = Duration::from_secs(3);
/// As many pipelines of one account are asked at once.
const PIPELINES: usize = 8;

type Place = (AccountId, Region);
/// The stacks of each place that answered, by name.
type Stacks = BTreeMap<Place, BTreeMap<String, StackState>>;

/// Deletes the stacks of pipelines that could not be created, and starts those pipelines again.
///
/// An account that does not answer keeps nobody else waiting: it is an error of its own.
pub(super) async fn replace(
    aws: &Arc<Aws>,
    team: TeamName,
    pipelines: &[PipelineSite],
    redriven: &mut Redriven,
) {
    let there = stacks_there(aws, pipelines, redriven).await;
    let deployed = pipelines.iter().flat_map(|pipeline| &pipeline.deploys);
    let mut left: BTreeMap<&DeployedStack, String> = BTreeMap::new();
    for deployed in deployed {
        let stack = there
            .get(&deployed.place())
            .and_then(|stacks| stacks.get(&deployed.stack));
        if let Some(stack) = stack.filter(|stack| is_left(stack, team)) {
            left.insert(deployed, stack.stack_id.clone());
        }
    }
    let deleted = delete_all(aws, left, redriven).await;
    let start = |(pipeline, why): &(PipelineSite, Start)| {
        let (aws, pipeline, why) = (Arc::clone(aws), pipeline.clone(), *why);
        async move { start(&aws, &pipeline, why).await }
    };
    let waiting = to_start(pipelines, &there, &deleted);
    for ((pipeline, _), started) in side_by_side(PIPELINES, waiting, start).await {
        if let Err(error) = started {
            redriven.unreplaced.push((pipeline.name, error));
        }
    }
}

/// The pipelines that wait for a stack, each with when it is started.
fn to_start(
    pipelines: &[PipelineSite],
    there: &Stacks,
    deleted: &BTreeSet<DeployedStack>,
) -> Vec<(PipelineSite, Start)> {
    let is_missing = |deployed: &DeployedStack| {
        let stacks = there.get(&deployed.place());
        stacks.is_some_and(|stacks| !stacks.contains_key(&deployed.stack))
    };
    let mut waiting = Vec::new();
    for pipeline in pipelines {
        if pipeline.deploys.iter().any(|each| deleted.contains(each)) {
            waiting.push((pipeline.clone(), Start::Always));
        } else if pipeline.deploys.iter().any(is_missing) {
            waiting.push((pipeline.clone(), Start::IfItFailed));
        }
    }
    waiting
}

/// The stacks of every account and region that pipelines deploy to, by name: each is asked once, for all pipelines.
async fn stacks_there(aws: &Arc<Aws>, pipelines: &[PipelineSite], redriven: &mut Redriven) -> Stacks {
    let deployed = pipelines.iter().flat_map(|pipeline| &pipeline.deploys);
    let places: BTreeSet<Place> = deployed.map(DeployedStack::place).collect();
    let list = |&(account, region): &Place| {
        let aws = Arc::clone(aws);
        async move {
            retried_at(&aws, account, region, || async {
                Ok(aws.stacks(account, region).await?.list().await?)
            })
            .await
        }
    };
    let mut there = BTreeMap::new();
    for (place, stacks) in side_by_side(ACCOUNTS, places, list).await {
        match stacks {
            Ok(stacks) => {
                let named = stacks.into_iter().map(|stack| (stack.name.clone(), stack));
                there.insert(place, named.collect());
            }
            Err(error) => {
                let (account, region) = place;
                redriven.unreplaced.push((format!("{account}/{region}"), error));
            }
        }
    }
    there
}

/// Deletes stacks, each given with its id, and returns those that are gone.
async fn delete_all(
    aws: &Arc<Aws>,
    stacks: BTreeMap<&DeployedStack, String>,
    redriven: &mut Redriven,
) -> BTreeSet<DeployedStack> {
    let delete = |(deployed, id): &(&DeployedStack, String)| {
        let (aws, deployed, id) = (Arc::clone(aws), DeployedStack::clone(deployed), id.clone());
        async move {
            let (account, region) = deployed.place();
            retried_at(&aws, account, region, || delete(&aws, &deployed, &id)).await
        }
    };
    let mut deleted = BTreeSet::new();
    for ((deployed, _), ended) in side_by_side(ACCOUNTS, stacks, delete).await {
        match ended {
            Ok(()) => {
                redriven.replaced.push(deployed.to_string());
                deleted.insert(deployed.clone());
            }
            Err(error) => redriven.unreplaced.push((deployed.to_string(), error)),
        }
    }
    deleted
}

async fn delete(aws: &Aws, deployed: &DeployedStack, id: &str) -> Result<(), DeliveryError> {
    let client = aws.stacks(deployed.account, deployed.region).await?;
    // The same token for the same stack: asked twice, it is deleted once.
    let unique = id.rsplit('/').next().unwrap_or_default();
    client
        .delete_stack(id, None, &format!("redrive-{unique}"))
        .await?;
    let begun = Instant::now();
    loop {
        // By its id it is known for 90 days after its end.
        let now = client.describe(id).await?;
        let Some(now) = now.filter(|stack| stack.status.phase() != Phase::Deleted) else {
            return Ok(());
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

/// When a pipeline is started.
#[derive(Clone, Copy)]
enum Start {
    /// A stack of it was deleted.
    Always,
    /// A stack of it is missing: an earlier run may have deleted it and was interrupted, or nothing was ever built.
    IfItFailed,
}

async fn start(aws: &Aws, pipeline: &PipelineSite, why: Start) -> Result<(), DeliveryError> {
    retried_at(aws, pipeline.account, pipeline.region, || async {
        let client = aws.pipelines(pipeline.account, pipeline.region).await?;
        let starts = match why {
            Start::Always => true,
            Start::IfItFailed => match client.stages(&pipeline.name).await {
                // Its service is not deployed yet.
                Err(error) if is_missing(&error) => false,
                stages => failed(&stages?),
            },
        };
        if starts {
            client.start(&pipeline.name).await?;
        }
        Ok(())
    })
    .await
}

/// Whether a stage that deploys failed last: a source that is not there yet is no failed deployment.
fn failed(stages: &[StageStatus]) -> bool {
    stages
        .iter()
        .skip(1)
        .any(|stage| stage.status.as_deref() == Some("Failed"))
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
