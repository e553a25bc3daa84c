//! A cloud, as its users hold it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::local::s3::permission::Authorizer;
use crate::local::state::State;

/// A cloud with any number of accounts, which come into being when they are first used.
#[derive(Debug, Clone)]
pub struct LocalCloud {
    pub(in crate::local) state: Arc<Mutex<State>>,
}

impl LocalCloud {
    /// A cloud that forgets everything when it is dropped.
    pub fn in_memory() -> Self {
        Self::with(State::default())
    }

    pub(in crate::local) fn with(state: State) -> Self {
        Self {
            state: Arc::new(Mutex::new(state)),
        }
    }

    /// Lets somebody decide whether the requests of roles go through.
    pub fn set_authorizer(&self, authorizer: Option<Arc<dyn Authorizer>>) {
        self.lock().authorizer = authorizer;
    }

    /// The state is whole after every call, so a panic elsewhere leaves nothing half done in it.
    pub(in crate::local) fn lock(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.read_again_after_failure();
        state
    }
}
