//! Brings one stack to what the assembly says: looks, makes a change set, executes it, follows it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::aws::{Aws, StackClient};
use super::event::{Event, Observer, ResourceProgress};
use super::outcome::{Outcome, StackError};
use super::parameters::Outputs;
use super::stack_state::{ChangeSetRequest, ChangeSetState, StackEvent, StackState};
use super::status::Phase;
use super::template::TemplateBody;
use super::walk::Leaves;
use crate::model::TeamName;
use crate::synth::{AssemblyStack, Digest, OWNER_TAG, TEMPLATE_DIGEST};

/// One stack, and what is needed to deploy it.
pub(super) struct Work {
    pub(super) stack: AssemblyStack,
    pub(super) given: Result<BTreeMap<String, String>, StackError>,
    pub(super) body: Arc<TemplateBody>,
    pub(super) team: TeamName,
    pub(super) aws: Arc<Aws>,
    pub(super) observer: Arc<dyn Observer>,
    pub(super) poll_interval: Duration,
}

/// A stack that is as the assembly says.
#[derive(Debug)]
pub(super) struct Applied {
    pub(super) outcome: Outcome,
    outputs: Outputs,
}

impl Leaves for Applied {
    type Left = Outputs;
    fn left(&self) -> Outputs {
        self.outputs.clone()
    }
}

impl Work {
    /// Deploys the stack, and tells the observer how it ended.
    pub(super) async fn apply(mut self) -> Result<Applied, StackError> {
        let begun = Instant::now();
        self.observer.observe(&Event::Started {
            stack: &self.stack.id,
        });
        let given = std::mem::replace(&mut self.given, Ok(BTreeMap::new()));
        let applied = match given {
            Ok(parameters) => self.deploy(parameters).await,
            Err(error) => Err(error),
        };
        match &applied {
            Ok(applied) => self.observer.observe(&Event::Finished {
                stack: &self.stack.id,
                outcome: applied.outcome,
                took: begun.elapsed(),
            }),
            Err(error) => self.observer.observe(&Event::Failed {
                stack: &self.stack.id,
                error,
            }),
        }
        applied
    }

    async fn deploy(&self, parameters: BTreeMap<String, String>) -> Result<Applied, StackError> {
        self.body.check_size()?;
        let body = self.body.as_ref();
        let client = self
            .aws
            .stack_client(self.stack.account, self.stack.region)
            .await?;
        let name = &self.stack.stack_name;
        let mut state = client.describe(name).await?;
        while let Some(busy) = &state
            && busy.status.phase() == Phase::InProgress
        {
            tokio::time::sleep(self.poll_interval).await;
            state = client.describe(name).await?;
        }
        let state = self.changeable(&client, state).await?;
        if let Some(state) = &state {
            self.check_owner(state)?;
            if self.is_current(state, body, &parameters) {
                return Ok(Applied {
                    outcome: Outcome::Unchanged,
                    outputs: state.outputs.clone(),
                });
            }
        }
        self.change(&client, body, parameters, state.as_ref()).await
    }

    /// The stack as it is, if it can be changed; none if it is to be created.
    async fn changeable(
        &self,
        client: &StackClient,
        state: Option<StackState>,
    ) -> Result<Option<StackState>, StackError> {
        let Some(state) = state else {
            return Ok(None);
        };
        match state.status.phase() {
            Phase::Complete | Phase::RolledBack | Phase::Reviewing => Ok(Some(state)),
            Phase::Deleted => Ok(None),
            // It has no resources, and nothing but deletion is possible.
            Phase::CreationRolledBack => {
                self.check_owner(&state)?;
                client.delete_stack(&state.stack_id).await?;
                self.until_deleted(client, &state.stack_id).await?;
                Ok(None)
            }
            Phase::Broken | Phase::InProgress => Err(StackError::Blocked(state.status)),
        }
    }

    async fn until_deleted(&self, client: &StackClient, stack_id: &str) -> Result<(), StackError> {
        while let Some(state) = client.describe(stack_id).await? {
            match state.status.phase() {
                Phase::Deleted => break,
                Phase::InProgress | Phase::CreationRolledBack => tokio::time::sleep(self.poll_interval).await,
                _ => return Err(StackError::Blocked(state.status)),
            }
        }
        Ok(())
    }

    /// A stack that carries another owner's tag, or none though it has resources, is not ours to change.
    fn check_owner(&self, state: &StackState) -> Result<(), StackError> {
        let team = self.team;
        let ours = state
            .tags
            .get(OWNER_TAG)
            .is_some_and(|owner| *owner == team.as_str());
        if ours || state.status.phase() == Phase::Reviewing {
            return Ok(());
        }
        Err(StackError::NotOurs {
            team: team.to_string(),
        })
    }

    /// Whether template, parameters and tags are what they should be, from one look at the stack.
    fn is_current(&self, state: &StackState, body: &TemplateBody, given: &BTreeMap<String, String>) -> bool {
        let mut parameters: BTreeMap<&str, &str> = body
            .defaults
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        parameters.extend(given.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let deployed: BTreeMap<&str, &str> = state
            .parameters
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let tags: BTreeMap<&str, &str> = self
            .stack
            .tags
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect();
        let deployed_tags: BTreeMap<&str, &str> = state
            .tags
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect();
        state.status.phase() == Phase::Complete
            && body.digest.is_some()
            && state.outputs.get(TEMPLATE_DIGEST) == body.digest.as_ref()
            && deployed == parameters
            && deployed_tags == tags
    }

    async fn change(
        &self,
        client: &StackClient,
        body: &TemplateBody,
        parameters: BTreeMap<String, String>,
        before: Option<&StackState>,
    ) -> Result<Applied, StackError> {
        let name = &self.stack.stack_name;
        let create = before.is_none_or(|state| state.status.phase() == Phase::Reviewing);
        // The same wish of the same stack has the same token: a call that is repeated after a lost answer is
        // done once, and what was wished for before can be wished for again.
        let state = before.map(|state| (&state.stack_id, &state.updated));
        let wish = format!("{}{parameters:?}{:?}{state:?}", body.text, self.stack.tags);
        let token = format!(
            "pipeline-dsl-{}",
            Digest::of(wish).as_str().get(..32).unwrap_or_default()
        );
        let change_set = client
            .create_change_set(&ChangeSetRequest {
                stack_name: name,
                change_set_name: &token,
                template: &body.text,
                parameters,
                tags: &self.stack.tags,
                capabilities: self.stack.capabilities,
                create,
            })
            .await?;
        if !self.until_created(client, &change_set).await? {
            let state = client.describe(name).await?;
            return Ok(Applied {
                outcome: Outcome::Unchanged,
                outputs: state.map(|state| state.outputs).unwrap_or_default(),
            });
        }
        let seen: BTreeSet<String> = if create {
            BTreeSet::new()
        } else {
            client
                .events(name)
                .await?
                .into_iter()
                .map(|event| event.id)
                .collect()
        };
        client.execute_change_set(&change_set, &token).await?;
        let state = self.follow(client, body, seen).await?;
        Ok(Applied {
            outcome: if create {
                Outcome::Created
            } else {
                Outcome::Updated
            },
            outputs: state.outputs,
        })
    }

    /// Waits for the change set. `false` when there is nothing to change.
    async fn until_created(&self, client: &StackClient, change_set: &str) -> Result<bool, StackError> {
        loop {
            match client.describe_change_set(change_set).await? {
                ChangeSetState::Ready => return Ok(true),
                ChangeSetState::Pending => tokio::time::sleep(self.poll_interval).await,
                ChangeSetState::Empty => {
                    client.delete_change_set(change_set).await?;
                    return Ok(false);
                }
                ChangeSetState::Failed(reason) => {
                    client.delete_change_set(change_set).await?;
                    return Err(StackError::ChangeSet { reason });
                }
            }
        }
    }

    /// Follows the events of the stack until it is settled.
    async fn follow(
        &self,
        client: &StackClient,
        body: &TemplateBody,
        mut seen: BTreeSet<String>,
    ) -> Result<StackState, StackError> {
        let mut first_failure: Option<StackEvent> = None;
        let mut done: BTreeSet<String> = BTreeSet::new();
        loop {
            let state = client.describe(&self.stack.stack_name).await?;
            let mut events = client.events(&self.stack.stack_name).await?;
            events.retain(|event| seen.insert(event.id.clone()));
            // They come newest first.
            for event in events.into_iter().rev() {
                if event.status.ends_with("_COMPLETE") {
                    done.insert(event.logical_id.clone());
                }
                self.observer.observe(&Event::Changing {
                    stack: &self.stack.id,
                    progress: ResourceProgress {
                        logical_id: &event.logical_id,
                        resource_type: &event.resource_type,
                        status: &event.status,
                        reason: event.reason.as_deref(),
                        done: done.len().min(body.resources),
                        of: body.resources,
                    },
                });
                if first_failure.is_none() && event.is_failure() {
                    first_failure = Some(event);
                }
            }
            match state {
                Some(state) => match state.status.phase() {
                    Phase::Complete => return Ok(state),
                    // Execution of the change set has not begun yet.
                    Phase::InProgress | Phase::Reviewing => tokio::time::sleep(self.poll_interval).await,
                    _ => {
                        return Err(match first_failure {
                            Some(event) => StackError::Resource {
                                resource: event.logical_id,
                                resource_type: event.resource_type,
                                reason: event.reason.unwrap_or_default(),
                            },
                            None => StackError::Ended(state.status),
                        });
                    }
                },
                None => return Err(StackError::Ended(super::Status::new("DELETE_COMPLETE"))),
            }
        }
    }
}
