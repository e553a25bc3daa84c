//! Follows the execution of a change set to its end, whoever else is at it.

use crate::cloudformation::ResourceKind;
use std::collections::BTreeMap;

use super::applied::Applied;
use super::memory::{CONTENTION, GRACE, Memory, Next};
use super::operation::{Operation, Whose};
use super::propagation;
use super::resource_import;
use super::watchdog::lasting;
use super::work::Work;
use crate::deploy::aws::{CallErrorKind, StackClient};
use crate::deploy::report::event::Event;
use crate::deploy::report::outcome::{Outcome, StackError};
use crate::deploy::state::stack_state::BlockingResource;
use crate::deploy::state::stack_state::{ChangeSetState, StackEvent, StackState};
use crate::deploy::state::status::Phase;

/// So often is a change tried again that may have failed because a role was new.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.html#troubleshoot_general_eventual-consistency>
const PROPAGATION: u32 = 3;

impl Work {
    /// Looks how far an execution is.
    pub(crate) async fn follow(
        &self,
        client: &StackClient,
        memory: &mut Memory,
        parameters: &BTreeMap<String, String>,
    ) -> Result<Next, StackError> {
        let Some(mut operation) = memory.executed.take() else {
            return Ok(Next::Again);
        };
        let stack_id = operation.stack_id.clone();
        let (state, new) = tokio::join!(client.describe(&stack_id), operation.read(client));
        let both = state.and_then(|state| Ok((state, new?)));
        let (state, new) = match both {
            Ok(both) => both,
            Err(error) => {
                memory.executed = Some(operation);
                return Err(error.into());
            }
        };
        self.show(&operation, &new);
        memory.watchdog.sees(state.as_ref())?;
        if !new.is_empty() {
            memory.watchdog.moves();
        }
        let phase = state
            .as_ref()
            .map_or(Phase::Deleted, |state| state.status.phase());
        let Some(state) = state.filter(|_| phase != Phase::Deleted) else {
            return yield_to_others(memory, &operation);
        };
        memory.watchdog.is_waited_for()?;
        if phase == Phase::InProgress {
            memory.executed = Some(operation);
            return Ok(Next::Wait);
        }
        if phase == Phase::Reviewing || !operation.has_moved(&state) {
            return self.unmoved(client, memory, operation).await;
        }
        let ours = match operation.whose() {
            Whose::Ours => true,
            Whose::SomebodyElses => false,
            Whose::Unknown => {
                phase != Phase::Complete || self.is_current(&state, parameters) || !state.tells_template()
            }
        };
        if !ours {
            return yield_to_others(memory, &operation);
        }
        if phase == Phase::Complete {
            return self.completed(memory, operation, state);
        }
        // The events may have been read before the stack was.
        if operation.first_failure().is_none() {
            match operation.read(client).await {
                Ok(new) => self.show(&operation, &new),
                Err(error) => {
                    memory.executed = Some(operation);
                    return Err(error.into());
                }
            }
        }
        if operation.whose() == Whose::SomebodyElses {
            return yield_to_others(memory, &operation);
        }
        let mut failure = operation.first_failure().map(|event| BlockingResource {
            logical_id: event.logical_id.clone(),
            resource_type: event.resource_type.clone(),
            reason: event.reason.clone().unwrap_or_default(),
        });
        if failure.is_none() {
            // A cloud that does not know the call has told everything already.
            let failed = client.failed_events(&operation.stack_id).await;
            failure = failed.unwrap_or_default().into_iter().next();
        }
        let Some(failure) = failure else {
            return Err(StackError::Ended {
                reason: operation.reason().unwrap_or(state.reason),
                status: state.status,
            });
        };
        if operation.creates
            && !memory.imports_existing
            && resource_import::may_help(&failure, &self.body.resources)
        {
            memory.imports_existing = true;
            return Ok(Next::Again);
        }
        let reason = failure.reason;
        let is_new = self.needs_are_new || operation.has_changed(ResourceKind::Role);
        if is_new && memory.propagation < PROPAGATION && propagation::may_pass(&reason) {
            let pause = self.context.options.poll_interval * 2 * (1 << memory.propagation);
            memory.propagation += 1;
            tokio::time::sleep(pause).await;
            return Ok(Next::Again);
        }
        Err(StackError::Resource {
            resource: failure.logical_id,
            resource_type: failure.resource_type,
            reason,
            status: state.status,
        })
    }

    /// The change has come to a good end, if the stack shows that it has.
    fn completed(
        &self,
        memory: &mut Memory,
        operation: Operation,
        state: StackState,
    ) -> Result<Next, StackError> {
        if state.shows(&self.body) {
            return Ok(Next::Done(Applied {
                outcome: match memory.outcome {
                    Outcome::Created => Outcome::Created,
                    _ => operation.outcome(),
                },
                outputs: state.outputs,
            }));
        }
        // An answer may be older than the change, or not whole.
        memory.executed = Some(operation);
        let grace = self.context.options.poll_interval * GRACE;
        if memory.watchdog.still_for() > grace {
            Err(memory.watchdog.no_end(format!("after {}", lasting(grace))))
        } else {
            Ok(Next::Wait)
        }
    }

    fn show(&self, operation: &Operation, new: &[StackEvent]) {
        for event in new {
            let progress = operation.progress(event, self.body.resources.len());
            self.context.observer.observe(&Event::Changing {
                stack: &self.stack.id,
                progress,
            });
        }
    }

    /// The stack is as it was: the execution has not begun, or it never will.
    async fn unmoved(
        &self,
        client: &StackClient,
        memory: &mut Memory,
        mut operation: Operation,
    ) -> Result<Next, StackError> {
        let late = memory.pace.elapsed() > self.context.options.poll_interval * GRACE;
        let described = client
            .describe_change_set(&operation.stack_id, &operation.change_set)
            .await;
        match described.map(|described| described.state) {
            Ok(ChangeSetState::Ready) if !operation.acknowledged || late => Ok(Next::Again),
            Ok(ChangeSetState::Executed) => {
                operation.acknowledged = true;
                // It came to an end that looks like the beginning.
                operation.arrive(late);
                memory.executed = Some(operation);
                Ok(Next::Wait)
            }
            Ok(_) if operation.acknowledged && !late => {
                memory.executed = Some(operation);
                Ok(Next::Wait)
            }
            Ok(_) => yield_to_others(memory, &operation),
            Err(error) if matches!(error.kind(), CallErrorKind::Conflict | CallErrorKind::Missing) => {
                if operation.acknowledged && !late {
                    memory.executed = Some(operation);
                    return Ok(Next::Wait);
                }
                yield_to_others(memory, &operation)
            }
            Err(error) => {
                memory.executed = Some(operation);
                Err(error.into())
            }
        }
    }
}

/// Somebody else was quicker: begins anew with what they made of the stack.
fn yield_to_others(memory: &mut Memory, operation: &Operation) -> Result<Next, StackError> {
    memory.executed = None;
    if operation.acknowledged {
        memory.outcome = operation.outcome();
    }
    memory.contention += 1;
    if memory.contention > CONTENTION {
        Err(StackError::Contended)
    } else {
        Ok(Next::Wait)
    }
}
