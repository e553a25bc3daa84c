//! Makes a change set, and has it executed.

use std::collections::BTreeMap;
use std::time::Duration;

use super::applied::Applied;
use super::memory::{AskedFor, CONTENTION, Memory, Next};
use super::operation::Operation;
use super::resource_import;
use super::work::Work;
use crate::deploy::aws::{CallErrorKind, StackClient};
use crate::deploy::report::outcome::StackError;
use crate::deploy::state::stack_state::{ChangeSetRequest, ChangeSetState, StackState};
use crate::deploy::state::status::Phase;
use crate::deploy::walk::interrupt::Begun;
use crate::synth::Digest;

/// So long CloudFormation may take for a change set; in longest waits. 100 seconds, usually: of our templates it takes some.
pub(crate) const CHANGE_SET: u32 = 20;

/// Whoever stops waits so long until change sets are taken back.
const TAKING_BACK: Duration = Duration::from_secs(4);

impl Work {
    pub(crate) async fn change(
        &self,
        client: &StackClient,
        memory: &mut Memory,
        parameters: &BTreeMap<String, String>,
        before: Option<&StackState>,
    ) -> Result<Next, StackError> {
        let context = &self.context;
        let create = before.is_none_or(|state| state.status.phase() == Phase::Reviewing);
        let (account, region) = (self.stack.account, self.stack.region);
        let text = if create && memory.imports_existing {
            resource_import::with_literal_names(&self.body.text, &self.stack, parameters)
        } else {
            self.body.text.clone()
        };
        let template = context
            .templates
            .source(&context.aws, context.team, account, region, &text)
            .await?;
        let wish = Digest::of(format!("{text}{parameters:?}{:?}", self.stack.tags));
        let asked = match memory.asked.take().filter(|asked| asked.wish == wish) {
            Some(asked) => asked,
            None => AskedFor {
                wish,
                // Each has a name of its own, in all runs: some clouds keep change sets that were executed.
                name: context.token().await,
            },
        };
        let (name, token) = (asked.name.clone(), asked.name.clone());
        // Where the answer is lost, the same is asked again.
        memory.asked = Some(asked);
        memory
            .watchdog
            .asks(format!("change set `{name}` was asked for"))?;
        memory.begun.asks_for(&name);
        let created = client
            .create_change_set(&ChangeSetRequest {
                stack_name: &self.stack.stack_name,
                change_set_name: &name,
                token: &token,
                template: &template,
                parameters,
                tags: &self.stack.tags,
                capabilities: self.stack.capabilities,
                create,
                import_existing: create && memory.imports_existing,
            })
            .await?;
        memory.pace.restart();
        let change_set = created.as_ref().unwrap_or(&name);
        let described = loop {
            let described = client
                .describe_change_set(&self.stack.stack_name, change_set)
                .await?;
            let late = memory.pace.elapsed() > context.options.poll_interval * CHANGE_SET;
            if described.state != ChangeSetState::Pending || late {
                break described;
            }
            memory.pace.wait().await;
        };
        memory.asked = None;
        match described.state {
            ChangeSetState::Ready => {
                let operation = Operation::new(described.stack_id, described.id, token, create, before);
                self.execute(client, memory, operation).await
            }
            state => {
                client.delete_change_set(&self.stack.stack_name, change_set).await;
                self.without_change(client, memory, state, created.is_some())
                    .await
            }
        }
    }

    /// Goes on where a change set came to nothing.
    async fn without_change(
        &self,
        client: &StackClient,
        memory: &mut Memory,
        state: ChangeSetState,
        is_new: bool,
    ) -> Result<Next, StackError> {
        memory.change_sets += 1;
        let once_more = memory.change_sets <= 1;
        match state {
            ChangeSetState::Empty => {
                let state = client.describe(&self.stack.stack_name).await?;
                memory.watchdog.sees(state.as_ref())?;
                let settled = |state: &StackState| {
                    matches!(state.status.phase(), Phase::Complete | Phase::RolledBack)
                        && state.shows(&self.body)
                };
                match state.filter(settled) {
                    Some(state) => Ok(Next::Done(Applied {
                        outcome: memory.outcome,
                        outputs: state.outputs,
                    })),
                    // It is not seen yet that there is nothing to change.
                    None => Ok(Next::Wait),
                }
            }
            // Of an earlier run, or of a moment when somebody else changed the stack.
            ChangeSetState::Failed(reason) if once_more && (!is_new || reason.contains("_IN_PROGRESS")) => {
                Ok(Next::Again)
            }
            ChangeSetState::Failed(reason) => {
                self.clean_up(client).await;
                Err(StackError::ChangeSet { reason })
            }
            ChangeSetState::Pending => Err(StackError::ChangeSetPending {
                seconds: memory.pace.elapsed().as_secs(),
            }),
            // Somebody else was quicker, or it was not made anew though its name is.
            ChangeSetState::Executed | ChangeSetState::Obsolete | ChangeSetState::Ready => {
                if memory.change_sets > CONTENTION {
                    Err(StackError::Contended)
                } else {
                    Ok(Next::Wait)
                }
            }
        }
    }

    /// Takes back the change set that was asked for, where somebody has stopped before it was executed.
    pub(crate) async fn take_back(&self, begun: &Begun) {
        let Some(change_set) = begun.change_set() else {
            return;
        };
        let taken_back = async {
            let (account, region) = (self.stack.account, self.stack.region);
            if let Ok(client) = self.context.aws.stacks(account, region).await {
                client
                    .delete_change_set(&self.stack.stack_name, &change_set)
                    .await;
                self.clean_up(&client).await;
            }
        };
        // What stays is taken over by the next run.
        let _ = tokio::time::timeout(TAKING_BACK, taken_back).await;
    }

    /// A stack in review that nobody has a change set for is of no use to anybody.
    async fn clean_up(&self, client: &StackClient) {
        let name = &self.stack.stack_name;
        if let Ok(Some(state)) = client.describe(name).await
            && state.status.phase() == Phase::Reviewing
            && client
                .change_set_names(name)
                .await
                .is_ok_and(|names| names.is_empty())
        {
            let token = self.context.token().await;
            // What stays is taken over by the next run.
            let _ = client.delete_stack(&state.stack_id, None, &token).await;
        }
    }

    async fn execute(
        &self,
        client: &StackClient,
        memory: &mut Memory,
        operation: Operation,
    ) -> Result<Next, StackError> {
        memory.pace.restart();
        // Before the call: its answer may be lost.
        memory.begun.begin();
        let operation = memory.executed.insert(operation);
        let executed = client
            .execute_change_set(&operation.change_set, &operation.token)
            .await;
        match executed {
            Ok(()) => {
                operation.acknowledged = true;
                Ok(Next::Again)
            }
            // It may have been executed by the very call whose answer was lost.
            Err(error) if matches!(error.kind(), CallErrorKind::Conflict | CallErrorKind::Missing) => {
                Ok(Next::Wait)
            }
            Err(error) => Err(error.into()),
        }
    }
}
