//! What is in the cloud, without asking for it by call.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::task::Poll;

use super::local_cloud::LocalCloud;
use crate::local::faults::chosen::{FaultState, Faults};
use crate::local::store::error::StoreError;

/// A stack as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StackView {
    /// Its account.
    pub account: String,
    /// Its region.
    pub region: String,
    /// Its name.
    pub name: String,
    /// Its status.
    pub status: String,
    /// What its template says of itself.
    pub description: String,
    /// Its parameters.
    pub parameters: BTreeMap<String, String>,
    /// Its outputs.
    pub outputs: BTreeMap<String, String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// What happened to the stack itself, oldest first.
    pub history: Vec<Turn>,
}

/// A change of a stack's status.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Turn {
    /// When, in seconds of the cloud's own time, which all stacks share.
    pub at: u64,
    /// To what.
    pub status: String,
    /// The token of the call that it followed from.
    pub token: String,
}

impl LocalCloud {
    /// Every stack that is not deleted.
    pub fn stacks(&self) -> Vec<StackView> {
        let state = self.lock();
        let stacks = state.shared.stacks.values().filter(|stack| !stack.is_deleted());
        stacks
            .map(|stack| {
                let history = stack
                    .events
                    .iter()
                    .filter(|event| event.physical_id == stack.id.0);
                let history = history.map(|event| Turn {
                    at: event.at.seconds(),
                    status: event.status.clone(),
                    token: event.token.clone().unwrap_or_default(),
                });
                let outputs = stack.outputs.iter();
                let deployed = stack.deployed.as_ref();
                StackView {
                    account: stack.account.clone(),
                    region: stack.region.clone(),
                    name: stack.name.clone(),
                    status: stack.status.name().to_owned(),
                    description: deployed
                        .map(|deployed| deployed.description.clone())
                        .unwrap_or_default(),
                    parameters: deployed
                        .map(|deployed| deployed.parameters.clone())
                        .unwrap_or_default(),
                    outputs: outputs
                        .map(|(name, output)| (name.clone(), output.value.clone()))
                        .collect(),
                    tags: deployed.map(|deployed| deployed.tags.clone()).unwrap_or_default(),
                    history: history.collect(),
                }
            })
            .collect()
    }

    /// Another cloud, in which everything is as it is here now.
    #[must_use]
    pub fn copy(&self) -> Self {
        let state = self.lock();
        Self::with(state.copied())
    }

    /// Lets things go wrong from now on, or nothing any more.
    pub fn set_faults(&self, faults: Option<Faults>) {
        self.lock().faults = faults.map(FaultState::new);
    }

    /// Waits until the caller is to be killed: what it does afterwards has no effect.
    pub async fn killed(&self) {
        poll_fn(|context| {
            let mut state = self.lock();
            match state.faults.as_mut() {
                Some(faults) if faults.killed => Poll::Ready(()),
                Some(faults) => {
                    faults.waker = Some(context.waker().clone());
                    Poll::Pending
                }
                None => Poll::Pending,
            }
        })
        .await;
    }

    /// Goes on with every operation until all stacks are settled, as a cloud does when nobody looks.
    ///
    /// # Errors
    /// When the state cannot be kept.
    pub fn settle(&self) -> Result<(), StoreError> {
        let mut state = self.lock();
        let ids: Vec<_> = state.shared.stacks.keys().cloned().collect();
        for id in ids {
            while state
                .shared
                .stacks
                .get(&id)
                .is_some_and(|stack| stack.execution.is_some() || stack.delayed.is_some())
            {
                state.advance(&id)?;
            }
        }
        let kept = state.shared.kept();
        drop(state);
        kept.wait()
    }
}
