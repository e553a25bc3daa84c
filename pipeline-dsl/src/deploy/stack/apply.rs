//! Brings one stack to what the assembly says, whatever state it is in: looks, and does what was decided, until there is
//! nothing left to do.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::time::Instant;

use super::applied::Applied;
use super::attempts::Attempts;
use super::decide::{Claim, Goal, StackCall, Step, Wait};
use super::look::next_step;
use super::memory::{GRACE, Memory, Next};
use super::wait::Waiting;
use super::watchdog::{Watchdog, template};
use super::work::Work;
use crate::deploy::aws::StackClient;
use crate::deploy::report::event::Event;
use crate::deploy::report::outcome::{Outcome, StackError};
use crate::deploy::run::retry::Pace;
use crate::deploy::run::retrying_client::RetryingClient;
use crate::deploy::state::stack_state::StackState;
use crate::deploy::state::status::Phase;
use crate::deploy::walk::defect::{Defect, caught};
use crate::deploy::walk::interrupt::Begun;

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
            attempts: Attempts::new(longest * GRACE),
            waiting: Waiting::default(),
            propagation: 0,
            asked: None,
            change_sets: 0,
            contention: 0,
            imports_existing: false,
            pace: Pace::new(longest),
            watchdog: Watchdog::new(self.context.options.stack_limit, expected),
            begun,
        };
        let mut retrying = RetryingClient::new(&self.context, self.stack.account, self.stack.region);
        loop {
            let stepped = match retrying.client().await {
                Ok(client) => self.step(&client, &mut memory, &mut parameters).await,
                Err(error) => Err(error),
            };
            match stepped {
                Ok(Next::Done(applied)) => return Ok(applied),
                Ok(Next::Again) => retrying.succeeded(),
                Ok(Next::Wait) => {
                    retrying.succeeded();
                    memory.pace.wait().await;
                }
                Err(error) => retrying.retry(error).await?,
            }
        }
    }

    async fn step(
        &self,
        client: &StackClient,
        memory: &mut Memory,
        parameters: &mut BTreeMap<String, String>,
    ) -> Result<Next, StackError> {
        if memory.executed.is_some() {
            return self.follow(client, memory, parameters).await;
        }
        let state = client.describe(&self.stack.stack_name).await?;
        let state = state.filter(|state| state.status.phase() != Phase::Deleted);
        memory.watchdog.sees(state.as_ref())?;
        let (team, tried) = (self.context.team, memory.attempts.tried());
        let step = next_step(client, (team, Claim::Tags), state.as_ref(), Goal::Deploy, &tried).await?;
        match (step, state) {
            (Step::Create | Step::Update, None) => {
                self.not_beside_another().await?;
                memory.attempts.forget();
                self.remember(client, None, parameters).await?;
                self.change(client, memory, parameters, None).await
            }
            (Step::Create | Step::Update, Some(state)) => {
                memory.watchdog.is_waited_for()?;
                self.remember(client, Some(&state), parameters).await?;
                if self.is_current(&state, parameters) {
                    return Ok(Next::Done(Applied {
                        outcome: memory.outcome,
                        outputs: state.outputs,
                    }));
                }
                self.change(client, memory, parameters, Some(&state)).await
            }
            (Step::Call(call), Some(state)) => {
                memory.watchdog.is_waited_for()?;
                self.call(client, memory, &state, call).await
            }
            (Step::Wait(Wait::Operation), Some(state)) => {
                let (id, observer) = (&self.stack.id, self.context.observer.as_ref());
                let newest = memory.waiting.look(client, &state, id, observer).await;
                memory.watchdog.hears(newest);
                memory.watchdog.goes_on(client, &state).await?;
                Ok(Next::Wait)
            }
            (Step::Wait(Wait::Effect), Some(_)) => {
                memory.watchdog.is_waited_for()?;
                Ok(Next::Wait)
            }
            (Step::Wait(Wait::Unexplained), Some(_)) => {
                memory.watchdog.is_waited_for()?;
                memory.attempts.look_again();
                Ok(Next::Wait)
            }
            (Step::GiveUp, Some(state)) => Err(StackError::Blocked(state.status)),
            (Step::Refuse(error), _) => Err(error),
            (Step::Gone, _) | (Step::Call(_) | Step::Wait(_) | Step::GiveUp, None) => Err(Defect::new(
                "a stack that is not there is created, and nothing else is done with it",
            )
            .into()),
        }
    }

    /// Asks for what a stack needs before it can be changed.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html>
    async fn call(
        &self,
        client: &StackClient,
        memory: &mut Memory,
        state: &StackState,
        call: StackCall,
    ) -> Result<Next, StackError> {
        // What it asks for goes on without us.
        memory.begun.begin();
        let token = self.context.token().await;
        self.context.observer.observe(&Event::Mending {
            stack: &self.stack.id,
            status: &state.status,
            how: match call {
                StackCall::Delete => "deleting it",
                StackCall::RollBack => "rolling it back",
                StackCall::ContinueRollback => "continuing its rollback",
            },
        });
        memory.attempts.call(client, state, call, None, &token).await?;
        Ok(Next::Wait)
    }
}
