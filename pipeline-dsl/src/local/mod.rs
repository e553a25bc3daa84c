//! The local cloud: an AWS inside this process, as far as our templates need one.
//!
//! It speaks AWS's own protocol behind the SDK's HTTP connector, so that deployment runs the very code that
//! runs against AWS; it keeps AWS's rules where they bite. It knows no layer above `cloudformation`: it sees
//! requests and templates, never the team that they came from.
//!
//! What it does not do: run functions, builds and pipelines, or check permissions.

mod api;
mod change_set;
mod change_set_operations;
mod clock;
mod connector;
mod document;
mod execution;
mod index;
mod operations;
mod removal;
mod request;
mod resources;
mod response;
mod scope;
mod stack;
mod store;
mod sts;

pub use connector::LocalConnector;
pub use store::StoreError;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use clock::Clock;
use index::Index;
use stack::{Stack, StackArn};
use store::Store;

/// A cloud with any number of accounts, which come into being when they are first used.
#[derive(Debug, Clone)]
pub struct LocalCloud {
    state: Arc<Mutex<State>>,
}

/// Everything that there is in the cloud.
#[derive(Debug)]
struct State {
    clock: Clock,
    stacks: std::collections::BTreeMap<StackArn, Stack>,
    index: Index,
    store: Option<Store>,
}

impl LocalCloud {
    /// A cloud that forgets everything when it is dropped.
    pub fn in_memory() -> Self {
        Self::with(State {
            clock: Clock::default(),
            stacks: std::collections::BTreeMap::new(),
            index: Index::default(),
            store: None,
        })
    }

    /// A cloud whose state is kept in a directory, one file for each stack.
    ///
    /// # Errors
    /// When the directory cannot be read, or holds something that is not such a state.
    pub fn open(directory: &Path) -> Result<Self, StoreError> {
        let store = Store::at(directory);
        let mut state = State {
            clock: Clock::default(),
            stacks: std::collections::BTreeMap::new(),
            index: Index::default(),
            store: None,
        };
        for stack in store.load()? {
            state.clock.catch_up(stack.latest());
            state.index.add_stack(&stack);
            state.stacks.insert(stack.id.clone(), stack);
        }
        state.store = Some(store);
        Ok(Self::with(state))
    }

    fn with(state: State) -> Self {
        Self {
            state: Arc::new(Mutex::new(state)),
        }
    }

    /// The state is whole after every call, so a panic elsewhere leaves nothing half done in it.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
