//! Deletes one stack, whatever state it is in.

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::time::Instant;

use super::retention;
use super::roles_in_use;
use crate::deploy::aws::StackClient;
use crate::deploy::report::event::{Event, ResourceProgress};
use crate::deploy::report::outcome::{Outcome, RetainedResource, StackError};
use crate::deploy::report::summary::HasOutcome;
use crate::deploy::run::context::DeployContext;
use crate::deploy::run::places::StackPlace;
use crate::deploy::run::retry::Pace;
use crate::deploy::run::retrying_client::RetryingClient;
use crate::deploy::stack::attempts::Attempts;
use crate::deploy::stack::decide::{Claim, Goal, StackCall, Step, Wait};
use crate::deploy::stack::look::next_step;
use crate::deploy::stack::memory::GRACE;
use crate::deploy::stack::wait::Waiting;
use crate::deploy::stack::watchdog::Watchdog;
use crate::deploy::state::stack_state::{StackEvent, StackState};
use crate::deploy::state::status::Phase;
use crate::deploy::walk::defect::{Defect, caught};
use crate::deploy::walk::graph::Leaves;
use crate::deploy::walk::interrupt::Begun;
use crate::model::{AccountId, Region};
use crate::synth::StackId;

/// So often a stack is asked to retain nothing.
const RELEASES: u32 = 3;

/// Who has made a stack that is to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Whose {
    /// A deployment of the team.
    Team,
    /// A pipeline.
    Pipeline {
        /// The role that it has deployed the stack with, by ARN.
        role: String,
        /// The role that the stack is deleted with, where that one is gone.
        delete_with: Option<String>,
    },
    /// A pipeline has prepared it, with the change set of this name.
    Prepared(String),
}

/// A stack that is to go.
pub(crate) struct Removal {
    pub(crate) id: StackId,
    pub(crate) name: String,
    pub(crate) account: AccountId,
    pub(crate) region: Region,
    /// Whether what holds data goes too.
    pub(crate) delete_data: bool,
    pub(crate) whose: Whose,
    /// The stacks that may go on naming a role of this one: another pipeline takes them over, with its own.
    pub(crate) taken_over: Arc<BTreeSet<StackId>>,
    pub(crate) context: Arc<DeployContext>,
}

/// A stack that is not there any more.
#[derive(Debug)]
pub(crate) struct Removed {
    outcome: Outcome,
    retained: Vec<RetainedResource>,
}

impl Leaves for Removed {
    type Left = Outcome;
    fn left(&self) -> Outcome {
        self.outcome
    }
}

impl HasOutcome for Removed {
    fn outcome(&self) -> Outcome {
        self.outcome
    }

    fn retained(&self) -> &[RetainedResource] {
        &self.retained
    }
}

/// What is known from earlier looks.
struct Memory {
    /// The stack that was found first: one of the same name that comes later is not meant.
    stack_id: Option<String>,
    /// How often it was asked to retain nothing.
    releases: u32,
    attempts: Attempts,
    waiting: Waiting,
    seen: BTreeSet<String>,
    pace: Pace,
    watchdog: Watchdog,
    begun: Begun,
}

impl Memory {
    /// Whether what is being done to the stack was asked for here.
    fn is_at_it(&self) -> bool {
        self.attempts.is_any() || self.releases > 0
    }
}

impl Removal {
    /// Deletes the stack, and tells the observer how it ended.
    pub(crate) async fn remove(self) -> Result<Removed, StackError> {
        let since = Instant::now();
        let observer = Arc::clone(&self.context.observer);
        observer.observe(&Event::Started { stack: &self.id });
        let begun = Begun::default();
        let work = caught(self.until_gone(begun.clone()));
        let interrupt = &self.context.options.interrupt;
        let removed = interrupt.unless_stopped(&begun, work).await;
        let removed = removed.unwrap_or(Err(StackError::NotBegun));
        match &removed {
            Ok(removed) => observer.observe(&Event::Finished {
                stack: &self.id,
                outcome: removed.outcome,
                took: since.elapsed(),
            }),
            // The summary tells it.
            Err(StackError::NotBegun) => {}
            Err(error) => observer.observe(&Event::Failed {
                stack: &self.id,
                error,
            }),
        }
        removed
    }

    async fn until_gone(&self, begun: Begun) -> Result<Removed, StackError> {
        let mut retrying = RetryingClient::new(&self.context, self.account, self.region);
        let mut memory = Memory {
            stack_id: None,
            releases: 0,
            attempts: Attempts::new(self.context.options.poll_interval * GRACE),
            waiting: Waiting::default(),
            seen: BTreeSet::new(),
            pace: Pace::new(self.context.options.poll_interval),
            watchdog: Watchdog::new(self.context.options.stack_limit, "gone".to_owned()),
            begun,
        };
        loop {
            let stepped = match retrying.client().await {
                Ok(client) => self.step(&client, &mut memory).await,
                Err(error) => Err(error),
            };
            match stepped {
                Ok(Some(removed)) => return Ok(removed),
                Ok(None) => {
                    retrying.succeeded();
                    memory.pace.wait().await;
                }
                Err(error) => retrying.retry(error).await?,
            }
        }
    }

    async fn step(&self, client: &StackClient, memory: &mut Memory) -> Result<Option<Removed>, StackError> {
        let known = memory.stack_id.clone();
        let state = client.describe(known.as_deref().unwrap_or(&self.name)).await?;
        let state = state.filter(|state| state.status.phase() != Phase::Deleted);
        memory.watchdog.sees(state.as_ref())?;
        if let Some(state) = &state {
            memory.stack_id = Some(state.stack_id.clone());
        }
        let tried = memory.attempts.tried();
        let claim = match &self.whose {
            Whose::Team => Claim::Tags,
            Whose::Pipeline { role, .. } => Claim::DeployedWith(role),
            Whose::Prepared(change_set) => Claim::PreparedAs(change_set),
        };
        let claim = (self.context.team, claim);
        let step = next_step(client, claim, state.as_ref(), Goal::Remove, &tried).await?;
        match (step, state) {
            (Step::Gone, _) => {
                return Ok(Some(match &memory.stack_id {
                    Some(stack_id) if memory.attempts.is_any() => Removed {
                        outcome: Outcome::Deleted,
                        retained: retained(client, stack_id).await,
                    },
                    _ => Removed {
                        outcome: Outcome::Unchanged,
                        retained: Vec::new(),
                    },
                }));
            }
            (Step::Wait(Wait::Operation), Some(state)) if memory.is_at_it() => {
                self.show(client, memory, &state).await;
                memory.watchdog.is_waited_for()?;
            }
            (Step::Wait(Wait::Operation), Some(state)) => {
                let observer = self.context.observer.as_ref();
                let newest = memory.waiting.look(client, &state, &self.id, observer).await;
                memory.watchdog.hears(newest);
                memory.watchdog.goes_on(client, &state).await?;
            }
            (Step::Wait(Wait::Effect), Some(_)) => {}
            (Step::Wait(Wait::Unexplained), Some(_)) => memory.attempts.look_again(),
            (Step::Call(call), Some(state)) => self.call(client, memory, &state, call).await?,
            (Step::GiveUp, Some(_)) => {
                let after = format!("after {} tries", memory.attempts.times());
                return Err(memory.watchdog.no_end(after));
            }
            (Step::Refuse(error), _) => return Err(error),
            (Step::Create | Step::Update, _) | (Step::Call(_) | Step::Wait(_) | Step::GiveUp, None) => {
                return Err(Defect::new(
                    "a stack that is to go is deleted, and nothing else is done with it",
                )
                .into());
            }
        }
        Ok(None)
    }

    async fn call(
        &self,
        client: &StackClient,
        memory: &mut Memory,
        state: &StackState,
        call: StackCall,
    ) -> Result<(), StackError> {
        // What was there when it was looked for is gone by now: this came later.
        if self.whose == Whose::Team && memory.attempts.times() == 0 {
            let place = StackPlace {
                account: self.account,
                region: self.region,
            };
            roles_in_use::check(client, state, |name| {
                let id = format!("{place}/{name}");
                self.taken_over.contains(&StackId::from(id.as_str()))
            })
            .await?;
        }
        if self.delete_data && self.whose == Whose::Team && state.status.phase() != Phase::Reviewing {
            let place = (self.account, self.region);
            memory.begun.begin();
            if retention::take_off(&self.context, client, place, state).await? {
                // It is looked at again before it is deleted.
                memory.releases += 1;
                if memory.releases > RELEASES {
                    return Err(StackError::DataRetained(state.status.clone()));
                }
                return Ok(());
            }
            let buckets = self.context.aws.buckets(self.account, self.region).await?;
            for bucket in client.bucket_names(&state.stack_id).await? {
                buckets.empty(&bucket).await?;
            }
        }
        memory.watchdog.asks("its deletion was asked for".to_owned())?;
        memory.pace.restart();
        let token = self.context.token().await;
        // Before the call: its answer may be lost.
        memory.begun.begin();
        let role = match &self.whose {
            Whose::Pipeline { delete_with, .. } => delete_with.as_deref(),
            Whose::Team | Whose::Prepared(_) => None,
        };
        memory.attempts.call(client, state, call, role, &token).await?;
        Ok(())
    }

    /// Tells the observer what is deleted.
    async fn show(&self, client: &StackClient, memory: &mut Memory, state: &StackState) {
        let seen = &memory.seen;
        let stop = |event: &StackEvent| seen.contains(&event.id) || event.begins(&state.stack_id);
        // It matters to whoever looks on; to the deletion it does not.
        let events = client.events(&state.stack_id, stop).await.unwrap_or_default();
        for event in events.into_iter().rev() {
            if memory.seen.insert(event.id.clone()) {
                memory.watchdog.moves();
                let progress = ResourceProgress {
                    logical_id: &event.logical_id,
                    resource_type: &event.resource_type,
                    status: &event.status,
                    reason: event.reason.as_deref(),
                    done: memory.seen.len(),
                    of: memory.seen.len(),
                };
                self.context.observer.observe(&Event::Changing {
                    stack: &self.id,
                    progress,
                });
            }
        }
    }
}

/// What the deletion of a stack has left, by its events.
async fn retained(client: &StackClient, stack_id: &str) -> Vec<RetainedResource> {
    let stop = |event: &StackEvent| event.begins(stack_id);
    // The stack is gone, whether or not its last events can be read.
    let events = client.events(stack_id, stop).await.unwrap_or_default();
    let mut retained: Vec<RetainedResource> = events
        .into_iter()
        .filter(|event| event.status == "DELETE_SKIPPED")
        .map(|event| RetainedResource {
            resource_type: event.resource_type,
            physical_id: event.physical_id,
        })
        .collect();
    retained.sort();
    retained.dedup();
    retained
}
