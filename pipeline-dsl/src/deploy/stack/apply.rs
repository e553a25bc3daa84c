//! Brings one stack to what the assembly says, whatever state it is in: looks, and does what the state asks for, until
//! there is nothing left to do.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::time::Instant;

use super::course::{Course, template};
use super::operation::Operation;
use super::parameters::Outputs;
use super::remedy::Remedy;
use super::wait::Waiting;
use crate::deploy::aws::StackClient;
use crate::deploy::report::event::Event;
use crate::deploy::report::outcome::{Outcome, StackError};
use crate::deploy::run::context::DeployContext;
use crate::deploy::run::patience::Pace;
use crate::deploy::run::patient::Patient;
use crate::deploy::run::places;
use crate::deploy::said::said;
use crate::deploy::state::stack_state::StackState;
use crate::deploy::state::status::Phase;
use crate::deploy::state::template::TemplateBody;
use crate::deploy::walk::defect::caught;
use crate::deploy::walk::graph::Leaves;
use crate::deploy::walk::interrupt::Begun;
use crate::synth::{AssemblyStack, Digest};

/// Our change sets begin with it.
pub(crate) const PREFIX: &str = "pipeline-dsl-";

/// A stack that has not moved by then, though it was to be changed, was not changed by us; in longest waits.
pub(crate) const GRACE: u32 = 6;
/// So often may somebody else be quicker.
pub(crate) const CONTENTION: u32 = 8;

/// One stack, and what is needed to deploy it.
pub(crate) struct Work {
    pub(crate) stack: AssemblyStack,
    pub(crate) given: Result<BTreeMap<String, String>, StackError>,
    pub(crate) body: Arc<TemplateBody>,
    /// Whether something that it needs was changed in this run: what depends on IAM may need a while to see it.
    pub(crate) needs_are_new: bool,
    pub(crate) context: Arc<DeployContext>,
}

/// A stack that is as the assembly says.
#[derive(Debug)]
pub(crate) struct Applied {
    pub(crate) outcome: Outcome,
    pub(crate) outputs: Outputs,
}

/// What a stack leaves for those that need it.
#[derive(Debug, Clone)]
pub(crate) struct Left {
    pub(crate) outputs: Outputs,
    pub(crate) is_new: bool,
}

impl Leaves for Applied {
    type Left = Left;
    fn left(&self) -> Left {
        Left {
            outputs: self.outputs.clone(),
            is_new: self.outcome != Outcome::Unchanged,
        }
    }
}

/// What to do after a look.
pub(crate) enum Step {
    Done(Applied),
    /// Look again at once.
    Again,
    /// Look again after a while.
    Wait,
}

/// A change set that was asked for, whether or not the answer arrived.
pub(crate) struct AskedFor {
    pub(crate) wish: Digest,
    pub(crate) name: String,
}

/// What is known from earlier looks.
pub(crate) struct Memory {
    /// A change set that was executed, or may have been.
    pub(crate) executed: Option<Operation>,
    /// The best that was done to the stack in this run.
    pub(crate) outcome: Outcome,
    remedy: Remedy,
    waiting: Waiting,
    pub(crate) propagation: u32,
    /// A change set that was asked for, and of which nothing is known yet.
    pub(crate) asked: Option<AskedFor>,
    /// So many came to nothing.
    pub(crate) change_sets: u32,
    pub(crate) contention: u32,
    /// Whether buckets that are there already are taken into the stack.
    pub(crate) adopts: bool,
    pub(crate) pace: Pace,
    pub(crate) course: Course,
    pub(crate) begun: Begun,
}

impl Work {
    /// Deploys the stack, and tells the observer how it ended.
    pub(crate) async fn apply(mut self) -> Result<Applied, StackError> {
        let since = Instant::now();
        let observer = Arc::clone(&self.context.observer);
        observer.observe(&Event::Started {
            stack: &self.stack.id,
        });
        let given = std::mem::replace(&mut self.given, Ok(BTreeMap::new()));
        let begun = Begun::default();
        let applied = match given {
            Ok(parameters) => {
                let work = caught(self.deploy(parameters, begun.clone()));
                let interrupt = &self.context.options.interrupt;
                let ended = interrupt.unless_stopped(&begun, work).await;
                if let Some(ended) = ended {
                    ended
                } else {
                    self.take_back(&begun).await;
                    Err(StackError::NotBegun)
                }
            }
            Err(error) => Err(error),
        };
        match &applied {
            Ok(applied) => observer.observe(&Event::Finished {
                stack: &self.stack.id,
                outcome: applied.outcome,
                took: since.elapsed(),
            }),
            // The summary tells it.
            Err(StackError::NotBegun) => {}
            Err(error) => observer.observe(&Event::Failed {
                stack: &self.stack.id,
                error,
            }),
        }
        applied
    }

    async fn deploy(
        &self,
        mut parameters: BTreeMap<String, String>,
        begun: Begun,
    ) -> Result<Applied, StackError> {
        let expected = match &self.body.digest {
            Some(digest) => format!("complete with {}", template(digest)),
            None => "complete".to_owned(),
        };
        let longest = self.context.options.poll_interval;
        let mut memory = Memory {
            executed: None,
            outcome: Outcome::Unchanged,
            remedy: Remedy::new(longest * GRACE),
            waiting: Waiting::default(),
            propagation: 0,
            asked: None,
            change_sets: 0,
            contention: 0,
            adopts: false,
            pace: Pace::new(longest),
            course: Course::new(self.context.options.stack_limit, expected),
            begun,
        };
        let mut patient = Patient::new(&self.context, self.stack.account, self.stack.region);
        loop {
            let stepped = match patient.client().await {
                Ok(client) => self.step(&client, &mut memory, &mut parameters).await,
                Err(error) => Err(error),
            };
            match stepped {
                Ok(Step::Done(applied)) => return Ok(applied),
                Ok(Step::Again) => patient.renew(),
                Ok(Step::Wait) => {
                    patient.renew();
                    memory.pace.wait().await;
                }
                Err(error) => patient.endure(error).await?,
            }
        }
    }

    async fn step(
        &self,
        client: &StackClient,
        memory: &mut Memory,
        parameters: &mut BTreeMap<String, String>,
    ) -> Result<Step, StackError> {
        if memory.executed.is_some() {
            return self.follow(client, memory, parameters).await;
        }
        let state = client.describe(&self.stack.stack_name).await?;
        let state = state.filter(|state| state.status.phase() != Phase::Deleted);
        memory.course.sees(state.as_ref())?;
        let Some(state) = state else {
            memory.remedy.forget();
            self.remember(client, None, parameters).await?;
            return self.change(client, memory, parameters, None).await;
        };
        match state.status.phase() {
            Phase::InProgress => {
                let (id, observer) = (&self.stack.id, self.context.observer.as_ref());
                let newest = memory.waiting.look(client, &state, id, observer).await;
                memory.course.hears(newest);
                memory.course.goes_on(client, &state).await?;
                return Ok(Step::Wait);
            }
            Phase::Reviewing => self.check_change_sets(client).await?,
            _ => self.check_owner(&state)?,
        }
        memory.course.is_waited_for()?;
        if Remedy::is_needed(&state) {
            let token = self.context.token().await;
            let tell = |how| {
                self.context.observer.observe(&Event::Mending {
                    stack: &self.stack.id,
                    status: &state.status,
                    how,
                });
            };
            // What it asks for goes on without us.
            memory.begun.begin();
            if memory.remedy.apply(client, &state, &token, tell).await? {
                return Ok(Step::Wait);
            }
        }
        self.remember(client, Some(&state), parameters).await?;
        if self.is_current(&state, parameters) {
            return Ok(Step::Done(Applied {
                outcome: memory.outcome,
                outputs: state.outputs,
            }));
        }
        self.change(client, memory, parameters, Some(&state)).await
    }

    /// A stack that carries another owner's tag, or none, is not ours to change.
    pub(crate) fn check_owner(&self, state: &StackState) -> Result<(), StackError> {
        match state.is_of(self.context.team) {
            true => Ok(()),
            false => Err(StackError::NotOurs {
                team: self.context.team.to_string(),
            }),
        }
    }

    /// A stack in review has no tags yet: its change sets tell whose it is. Ours are taken over.
    pub(crate) async fn check_change_sets(&self, client: &StackClient) -> Result<(), StackError> {
        let names = client.change_set_names(&self.stack.stack_name).await?;
        match names.into_iter().find(|name| !name.starts_with(PREFIX)) {
            Some(change_set) => Err(StackError::ForeignChangeSet {
                change_set: said(&change_set),
            }),
            None => Ok(()),
        }
    }

    /// The build stack remembers where there are stacks that the program does not name any more.
    pub(crate) async fn remember(
        &self,
        client: &StackClient,
        state: Option<&StackState>,
        parameters: &mut BTreeMap<String, String>,
    ) -> Result<(), StackError> {
        if self.context.keeper.as_ref() != Some(&self.stack.id) {
            return Ok(());
        }
        let named = &self.context.named_places;
        let former = match state {
            Some(state) if state.status.phase() != Phase::Reviewing => {
                places::former(client, state, Some(&self.body), named).await?
            }
            _ => BTreeSet::new(),
        };
        let kept: BTreeSet<_> = former.difference(&self.context.pruned).copied().collect();
        let remembered = places::remember(&kept)?.into_iter();
        parameters.extend(remembered.map(|(name, value)| (name.to_owned(), value)));
        Ok(())
    }

    /// Whether template, parameters and tags are what they should be, from one look at the stack.
    pub(crate) fn is_current(&self, state: &StackState, given: &BTreeMap<String, String>) -> bool {
        state.is_as(&self.body, given, &self.stack.tags)
    }
}
