//! What a deployment would do: asked of CloudFormation by change sets that are deleted again, nothing else is written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::planned::{ChangeKind, Plan, PlannedAction, PlannedChange, StackPlan};
use crate::deploy::aws::Aws;
use crate::deploy::aws::StackClient;
use crate::deploy::deployment::Deployment;
use crate::deploy::remove::orphans;
use crate::deploy::report::event::Observer;
use crate::deploy::report::outcome::{Outcome, StackError};
use crate::deploy::run::options::Options;
use crate::deploy::run::retry::Pace;
use crate::deploy::run::retrying_client::RetryingClient;
use crate::deploy::run::selection::UnknownSelection;
use crate::deploy::stack::applied::{Applied, Left};
use crate::deploy::stack::change::CHANGE_SET;
use crate::deploy::stack::decide::{Goal, StackCall, Step, Tried};
use crate::deploy::stack::look::next_step;
use crate::deploy::stack::work::Work;
use crate::deploy::state::stack_state::{ChangeSetRequest, ChangeSetState, StackState};
use crate::deploy::state::status::Phase;
use crate::deploy::state::template::resources;
use crate::deploy::walk::boxed::Boxed;
use crate::deploy::walk::defect::Defect;
use crate::deploy::walk::interrupt::Begun;
use crate::synth::{Assembly, StackId};

/// Plans a deployment: what it would do to each stack, and which stacks the program does not name any more.
///
/// Stopped on the way, it is no whole plan, and what it has asked for is taken back.
///
/// # Errors
/// When the selection names something that is not in the program.
pub async fn plan(
    assembly: Arc<Assembly>,
    aws: Arc<Aws>,
    options: Options,
    observer: Arc<dyn Observer>,
) -> Result<Plan, UnknownSelection> {
    let searches = options.selection.only.is_empty();
    let deployment = Deployment::of(&assembly, aws, options, observer, BTreeSet::new())?;
    let looked = deployment
        .each(deployment.all(), &BTreeMap::new(), Work::look_only)
        .await;
    let mut unseen = looked.failed;
    let left: BTreeMap<StackId, Left> = looked
        .done
        .iter()
        .map(|(id, applied)| {
            let left = Left {
                outputs: applied.outputs.clone(),
                is_new: false,
            };
            (id.clone(), left)
        })
        .collect();
    let seen = deployment.worked().filter(|stack| left.contains_key(*stack));
    let mut planned = deployment.each(seen, &left, Work::plan).await;
    let mut plan = Plan::default();
    for stack in deployment.all() {
        let error = match (planned.done.remove(stack), planned.failed.remove(stack)) {
            (Some(Planned(stack_plan)), _) => {
                plan.stacks.push(stack_plan);
                continue;
            }
            (None, Some(error)) => error,
            // Who did not answer once is not asked again.
            (None, None) => match unseen.remove(stack) {
                Some(error) => error,
                None if left.contains_key(stack) => continue,
                None => Defect::new("nobody looked at it").into(),
            },
        };
        plan.stacks.push(StackPlan {
            stack: stack.clone(),
            action: PlannedAction::Blocked(error),
            changes: Vec::new(),
        });
    }
    if searches {
        let context = deployment.context();
        let search = orphans::find(context, &assembly);
        let interrupt = &context.options.interrupt;
        if let Some(found) = interrupt.unless_stopped(&Begun::default(), search).await {
            plan.orphans = found.stacks.into_iter().map(|orphan| orphan.id).collect();
            plan.unsearched = found.unsearched;
        }
    }
    Ok(plan)
}

/// A plan as the walk carries it.
pub(crate) struct Planned(StackPlan);

impl crate::deploy::walk::graph::Leaves for Planned {
    type Left = ();
    fn left(&self) {}
}

impl Work {
    /// Looks what the stack shows, if it is there.
    async fn look_only(self) -> Result<Applied, StackError> {
        let interrupt = self.context.options.interrupt.clone();
        let begun = Begun::default();
        let read: Boxed<'_, _> = Box::pin(self.read());
        let read = interrupt.unless_stopped(&begun, read).await;
        match read.unwrap_or(Err(StackError::NotBegun)) {
            Err(StackError::LeftOut) => Ok(Applied {
                outcome: Outcome::Unchanged,
                outputs: BTreeMap::new(),
            }),
            looked => looked,
        }
    }

    async fn plan(self) -> Result<Planned, StackError> {
        let begun = Begun::default();
        let interrupt = &self.context.options.interrupt;
        let planned: Boxed<'_, _> = Box::pin(self.plan_with_retries(&begun));
        let planned = interrupt.unless_stopped(&begun, planned).await;
        planned.unwrap_or(Err(StackError::NotBegun))
    }

    async fn plan_with_retries(&self, begun: &Begun) -> Result<Planned, StackError> {
        let mut retrying = RetryingClient::new(&self.context, self.stack.account, self.stack.region);
        loop {
            match self.plan_once(&mut retrying, begun).await {
                Ok(plan) => return Ok(Planned(plan)),
                Err(error) => retrying.retry(error).await?,
            }
        }
    }

    async fn plan_once(&self, retrying: &mut RetryingClient, begun: &Begun) -> Result<StackPlan, StackError> {
        let client = retrying.client().await?;
        let state = client.describe(&self.stack.stack_name).await?;
        let state = state.filter(|state| state.status.phase() != Phase::Deleted);
        let team = self.context.team;
        let step = next_step(
            &client,
            (team, None),
            state.as_ref(),
            Goal::Plan,
            &Tried::default(),
        )
        .await?;
        match (step, state) {
            (Step::Create, _) => Ok(self.planned(PlannedAction::Create, self.all_new())),
            (Step::Update, Some(state)) => self.plan_update(&client, &state, begun).await,
            (Step::Call(StackCall::Delete), Some(state)) => {
                Ok(self.planned(PlannedAction::Recreate(state.status.to_string()), self.all_new()))
            }
            (Step::Call(StackCall::RollBack | StackCall::ContinueRollback), Some(state)) => {
                let changes = self.template_changes(&client, &state).await?;
                Ok(self.planned(PlannedAction::UpdateAfterRollback, changes))
            }
            (Step::Wait(_), Some(state)) => {
                Ok(self.planned(PlannedAction::Busy(state.status.to_string()), Vec::new()))
            }
            (Step::Refuse(error), _) => Err(error),
            (Step::Gone | Step::GiveUp, _) | (Step::Update | Step::Call(_) | Step::Wait(_), None) => {
                Err(Defect::new("a plan has tried nothing yet").into())
            }
        }
    }

    async fn plan_update(
        &self,
        client: &StackClient,
        state: &StackState,
        begun: &Begun,
    ) -> Result<StackPlan, StackError> {
        let mut given = match &self.given {
            Ok(given) => given.clone(),
            Err(StackError::MissingOutput { stack, .. }) => {
                let changes = self.template_changes(client, state).await?;
                return Ok(self.planned(PlannedAction::UpdateAfter(stack.clone()), changes));
            }
            Err(_) => BTreeMap::new(),
        };
        self.remember(client, Some(state), &mut given).await?;
        if self.is_current(state, &given) {
            return Ok(self.planned(PlannedAction::Nothing, Vec::new()));
        }
        let Some(changes) = self.asked_changes(client, &given, begun).await? else {
            return Ok(self.planned(PlannedAction::Nothing, Vec::new()));
        };
        Ok(self.planned(PlannedAction::Update, changes))
    }

    /// What CloudFormation says would change; none if nothing would.
    async fn asked_changes(
        &self,
        client: &StackClient,
        given: &BTreeMap<String, String>,
        begun: &Begun,
    ) -> Result<Option<Vec<PlannedChange>>, StackError> {
        let context = &self.context;
        let (account, region) = (self.stack.account, self.stack.region);
        let template = context
            .templates
            .source(&context.aws, context.team, account, region, &self.body.text)
            .await?;
        let name = context.token().await;
        // It is deleted again, whoever stops.
        begun.begin();
        let created = client
            .create_change_set(&ChangeSetRequest {
                stack_name: &self.stack.stack_name,
                change_set_name: &name,
                token: &name,
                template: &template,
                parameters: given,
                tags: &self.stack.tags,
                capabilities: self.stack.capabilities,
                create: false,
                import_existing: false,
            })
            .await?;
        let change_set = created.unwrap_or(name);
        let pace = Pace::new(context.options.poll_interval);
        let described = loop {
            let described = client.describe_changes(&self.stack.stack_name, &change_set).await;
            let is_pending =
                matches!(&described, Ok(described) if described.state == ChangeSetState::Pending);
            if !is_pending
                || context.options.interrupt.is_stopped()
                || pace.elapsed() > context.options.poll_interval * CHANGE_SET
            {
                break described;
            }
            pace.wait().await;
        };
        // Whatever came of it, a plan leaves nothing behind.
        client
            .delete_change_set(&self.stack.stack_name, &change_set)
            .await;
        let described = described?;
        match described.state {
            ChangeSetState::Ready => {
                let mut changes: Vec<PlannedChange> =
                    described.changes.into_iter().map(PlannedChange::of).collect();
                changes.sort();
                Ok(Some(changes))
            }
            ChangeSetState::Failed(reason) => Err(StackError::ChangeSet { reason }),
            ChangeSetState::Pending => Err(StackError::ChangeSetPending {
                seconds: pace.elapsed().as_secs(),
            }),
            ChangeSetState::Empty => Ok(None),
            ChangeSetState::Executed | ChangeSetState::Obsolete => Err(StackError::Contended),
        }
    }

    /// Every resource of the template, as of a stack that is new.
    fn all_new(&self) -> Vec<PlannedChange> {
        let resources = self.body.resources.iter();
        resources
            .map(|(id, resource_type, _)| PlannedChange::new(id, resource_type, ChangeKind::Add, Vec::new()))
            .collect()
    }

    /// How the template differs from the deployed one: what CloudFormation would make of it is not known.
    async fn template_changes(
        &self,
        client: &StackClient,
        state: &StackState,
    ) -> Result<Vec<PlannedChange>, StackError> {
        let deployed = client.template(&state.stack_id).await?;
        let deployed: Value = serde_json::from_str(&deployed).unwrap_or_default();
        let deployed: BTreeMap<String, (String, Value)> = resources(&deployed)
            .into_iter()
            .map(|(id, resource_type, resource)| (id, (resource_type, resource)))
            .collect();
        let mut changes = Vec::new();
        for (id, resource_type, resource) in &self.body.resources {
            match deployed.get(id) {
                None => changes.push(PlannedChange::new(id, resource_type, ChangeKind::Add, Vec::new())),
                Some((_, before)) if before == resource => {}
                Some((_, before)) => {
                    let properties = differing(before, resource);
                    changes.push(PlannedChange::new(
                        id,
                        resource_type,
                        ChangeKind::Modify,
                        properties,
                    ));
                }
            }
        }
        let wanted: BTreeSet<&String> = self.body.resources.iter().map(|(id, ..)| id).collect();
        for (id, (resource_type, resource)) in deployed.iter().filter(|(id, _)| !wanted.contains(id)) {
            let policy = resource
                .get("DeletionPolicy")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let kind = if policy.starts_with("Retain") {
                ChangeKind::Retain
            } else {
                ChangeKind::Remove
            };
            changes.push(PlannedChange::new(id, resource_type, kind, Vec::new()));
        }
        changes.sort();
        Ok(changes)
    }

    fn planned(&self, action: PlannedAction, changes: Vec<PlannedChange>) -> StackPlan {
        StackPlan {
            stack: self.stack.id.clone(),
            action,
            changes,
        }
    }
}

/// The names of the properties in which two declarations differ.
fn differing(before: &Value, after: &Value) -> Vec<String> {
    let properties = |resource: &Value| {
        resource
            .get("Properties")
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default()
    };
    let (before, after) = (properties(before), properties(after));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differing = names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name));
    differing.cloned().collect()
}
