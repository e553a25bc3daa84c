//! What a deployment would do: asked of CloudFormation by change sets that are deleted again, nothing else is written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use tokio::sync::OnceCell;

use super::comparison::Expected;
use super::leaving;
use super::planned::{Plan, PlannedAction, PlannedChange, StackPlan};
use super::reasons::Reason;
use crate::cloudformation::foreseen::Given;
use crate::deploy::aws::Aws;
use crate::deploy::aws::StackClient;
use crate::deploy::delivered::Delivered;
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
use crate::deploy::stack::decide::{Claim, Goal, StackCall, Step, Tried};
use crate::deploy::stack::look::next_step;
use crate::deploy::stack::work::Work;
use crate::deploy::state::stack_state::{ChangeSetRequest, ChangeSetState, StackState};
use crate::deploy::state::status::Phase;
use crate::deploy::walk::boxed::Boxed;
use crate::deploy::walk::defect::Defect;
use crate::deploy::walk::graph::{Leaves, Walked};
use crate::deploy::walk::interrupt::Begun;
use crate::synth::{Assembly, ParameterValue, StackId, TEMPLATE_DIGEST};

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
    let templates = Arc::new(DeployedTemplates::default());
    let whole = |work: Work| work.plan(Arc::clone(&templates), BTreeMap::new());
    let mut planned = deployment.each(seen, &left, whole).await;
    plan_after_changed_outputs(&deployment, &assembly, &left, &templates, &mut planned).await;
    let mut plan = Plan::default();
    for stack in deployment.all() {
        let error = match (planned.done.remove(stack), planned.failed.remove(stack)) {
            (Some(planned), _) => {
                plan.stacks.push(planned.plan);
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
            reasons: Vec::new(),
            changes: Vec::new(),
        });
    }
    if searches {
        let context = deployment.context();
        let search = orphans::find(context, &assembly);
        let interrupt = &context.options.interrupt;
        if let Some(found) = interrupt.unless_stopped(&Begun::default(), search).await {
            let delivered = Delivered::of(&assembly);
            let abandoned: Boxed<'_, _> = Box::pin(leaving::abandoned(context, &found, &delivered));
            let abandoned = interrupt.unless_stopped(&Begun::default(), abandoned).await;
            let (abandoned, not_looked_at) = abandoned.unwrap_or_default();
            plan.abandoned = abandoned;
            plan.unsearched = found.unsearched;
            plan.unsearched.extend(not_looked_at);
            plan.others = found.others;
            let leaving: Boxed<'_, _> =
                Box::pin(leaving::of(context, found.stacks, &plan.stacks, &delivered));
            let leaving = interrupt.unless_stopped(&Begun::default(), leaving).await;
            let (leaving, unsearched) = leaving.unwrap_or_default();
            plan.orphans = leaving;
            plan.unsearched.extend(unsearched);
        }
    }
    Ok(plan)
}

/// Plans those stacks anew that are given an output which the plan changes: they change too.
async fn plan_after_changed_outputs(
    deployment: &Deployment,
    assembly: &Assembly,
    left: &BTreeMap<StackId, Left>,
    templates: &Arc<DeployedTemplates>,
    planned: &mut Walked<StackId, Planned, StackError>,
) {
    // By dependency: what needs a stack comes behind it.
    for stack in assembly.stacks() {
        let is_there = planned.done.get(&stack.id).is_some_and(|planned| {
            let action = &planned.plan.action;
            matches!(action, PlannedAction::Nothing | PlannedAction::Update)
        });
        let changed: BTreeMap<String, StackId> = stack
            .parameters
            .iter()
            .filter_map(|(parameter, value)| match value {
                ParameterValue::Output { stack, output } => {
                    let outputs = &planned.done.get(stack)?.changed_outputs;
                    let is_given = outputs.contains(output.as_ref());
                    is_given.then(|| (parameter.to_string(), stack.clone()))
                }
                ParameterValue::Value(_) => None,
            })
            .collect();
        if is_there && !changed.is_empty() {
            let again = |work: Work| work.plan(Arc::clone(templates), changed.clone());
            let mut once_more = deployment.each(std::iter::once(&stack.id), left, again).await;
            if once_more.failed.contains_key(&stack.id) {
                planned.done.remove(&stack.id);
            }
            planned.done.append(&mut once_more.done);
            planned.failed.append(&mut once_more.failed);
        }
    }
}

/// A plan as the walk carries it.
pub(crate) struct Planned {
    plan: StackPlan,
    /// The outputs that may have another value afterwards.
    changed_outputs: BTreeSet<String>,
}

impl Leaves for Planned {
    type Left = ();
    fn left(&self) {}
}

/// The templates that stacks have, by their digests: stacks that have the same share it.
#[derive(Debug, Default)]
pub(crate) struct DeployedTemplates(Mutex<BTreeMap<String, Arc<OnceCell<Arc<Value>>>>>);

impl DeployedTemplates {
    /// The template of a stack as it is.
    async fn of(&self, client: &StackClient, state: &StackState) -> Result<Arc<Value>, StackError> {
        let fetched = async {
            let template = client.template(&state.stack_id).await?;
            Ok::<_, StackError>(Arc::new(serde_json::from_str(&template).unwrap_or_default()))
        };
        let Some(digest) = state.outputs.get(TEMPLATE_DIGEST) else {
            return fetched.await;
        };
        let cell = {
            let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(known.entry(digest.clone()).or_default())
        };
        cell.get_or_try_init(|| fetched).await.cloned()
    }
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

    /// `changed` are the parameters whose values come of what the deployment makes of other stacks, each with that stack.
    async fn plan(
        self,
        templates: Arc<DeployedTemplates>,
        changed: BTreeMap<String, StackId>,
    ) -> Result<Planned, StackError> {
        let begun = Begun::default();
        let interrupt = &self.context.options.interrupt;
        let planned: Boxed<'_, _> = Box::pin(self.plan_with_retries(&templates, &changed, &begun));
        let planned = interrupt.unless_stopped(&begun, planned).await;
        planned.unwrap_or(Err(StackError::NotBegun))
    }

    async fn plan_with_retries(
        &self,
        templates: &DeployedTemplates,
        changed: &BTreeMap<String, StackId>,
        begun: &Begun,
    ) -> Result<Planned, StackError> {
        let mut retrying = RetryingClient::new(&self.context, self.stack.account, self.stack.region);
        loop {
            let once: Boxed<'_, _> = Box::pin(self.plan_once(&mut retrying, templates, changed, begun));
            match once.await {
                Ok(planned) => return Ok(planned),
                Err(error) => retrying.retry(error).await?,
            }
        }
    }

    async fn plan_once(
        &self,
        retrying: &mut RetryingClient,
        templates: &DeployedTemplates,
        changed: &BTreeMap<String, StackId>,
        begun: &Begun,
    ) -> Result<Planned, StackError> {
        let client = retrying.client().await?;
        let state = client.describe(&self.stack.stack_name).await?;
        let state = state.filter(|state| state.status.phase() != Phase::Deleted);
        let team = self.context.team;
        let step = next_step(
            &client,
            (team, Claim::Tags),
            state.as_ref(),
            Goal::Plan,
            &Tried::default(),
        )
        .await?;
        match (step, state) {
            (Step::Create, _) => {
                self.not_beside_another().await?;
                Ok(self.planned_new(PlannedAction::Create))
            }
            (Step::Update, Some(state)) => self.plan_update(&client, &state, templates, changed, begun).await,
            (Step::Call(StackCall::Delete), Some(state)) => {
                Ok(self.planned_new(PlannedAction::Recreate(state.status.to_string())))
            }
            (Step::Call(StackCall::RollBack | StackCall::ContinueRollback), Some(state)) => {
                let before = templates.of(&client, &state).await?;
                let mut given = self.known.clone();
                self.remember(&client, Some(&state), &mut given).await?;
                let foreseen = self.foresee(&state, &before, &given, changed);
                Ok(self.planned_by(PlannedAction::UpdateAfterRollback, &foreseen))
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
        templates: &DeployedTemplates,
        changed: &BTreeMap<String, StackId>,
        begun: &Begun,
    ) -> Result<Planned, StackError> {
        let mut given = match &self.given {
            Ok(given) => given.clone(),
            Err(_) => self.known.clone(),
        };
        self.remember(client, Some(state), &mut given).await?;
        let unknown = match &self.given {
            Err(StackError::MissingOutput { stack, .. }) => Some(stack),
            _ => changed.values().next(),
        };
        if unknown.is_none() && self.is_current(state, &given) {
            return Ok(self.planned(PlannedAction::Nothing, Vec::new()));
        }
        let before = templates.of(client, state).await?;
        let foreseen = self.foresee(state, &before, &given, changed);
        if let Some(needed) = unknown {
            return Ok(self.planned_by(PlannedAction::UpdateAfter(needed.clone()), &foreseen));
        }
        let Some(asked) = self.asked_changes(client, &given, begun).await? else {
            return Ok(self.planned(PlannedAction::Nothing, Vec::new()));
        };
        let told = foreseen.after.tell(&foreseen.before, asked);
        let mut planned = self.planned(PlannedAction::Update, told);
        planned.changed_outputs = foreseen
            .after
            .changed_outputs(&foreseen.before, &planned.plan.changes);
        planned.plan.reasons = foreseen.reasons;
        Ok(planned)
    }

    /// What the stack is, and what would become of it.
    fn foresee(
        &self,
        state: &StackState,
        before: &Value,
        given: &BTreeMap<String, String>,
        changed: &BTreeMap<String, StackId>,
    ) -> Comparison {
        let now = |name: &str| {
            let value = state.parameters.get(name).cloned();
            value.map_or(Given::Default, Given::Value)
        };
        Comparison {
            before: Expected::of(before, &self.stack, now),
            after: Expected::of(&self.body.template, &self.stack, |name: &str| {
                self.given(name, given, changed)
            }),
            reasons: self.reasons(state, before, given, changed),
        }
    }

    /// What a parameter will stand for.
    pub(super) fn given(
        &self,
        name: &str,
        given: &BTreeMap<String, String>,
        changed: &BTreeMap<String, StackId>,
    ) -> Given {
        match given.get(name) {
            _ if changed.contains_key(name) => Given::Unknown,
            Some(value) => Given::Value(value.clone()),
            None if self.stack.parameters.contains_key(name) => Given::Unknown,
            None => Given::Default,
        }
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

    /// A stack that is not there: all that it will have is new.
    fn planned_new(&self, action: PlannedAction) -> Planned {
        let given = |name: &str| self.given(name, &self.known, &BTreeMap::new());
        let expected = Expected::of(&self.body.template, &self.stack, given);
        self.planned(action, expected.all_new())
    }

    /// A change that CloudFormation cannot be asked about yet.
    fn planned_by(&self, action: PlannedAction, foreseen: &Comparison) -> Planned {
        let changes = foreseen.after.changes_after(&foreseen.before);
        Planned {
            changed_outputs: foreseen.after.changed_outputs(&foreseen.before, &changes),
            plan: StackPlan {
                stack: self.stack.id.clone(),
                action,
                reasons: foreseen.reasons.clone(),
                changes,
            },
        }
    }

    fn planned(&self, action: PlannedAction, changes: Vec<PlannedChange>) -> Planned {
        Planned {
            changed_outputs: BTreeSet::new(),
            plan: StackPlan {
                stack: self.stack.id.clone(),
                action,
                reasons: Vec::new(),
                changes,
            },
        }
    }
}

/// A stack as it is and as it will be, and why.
struct Comparison {
    before: Expected,
    after: Expected,
    reasons: Vec<Reason>,
}
