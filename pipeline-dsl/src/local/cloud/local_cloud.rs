//! A cloud, as its users hold it.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::local::iam::authorizer::Authorizer;
use crate::local::lambda::functions::{Failure, Function, Invocation};
use crate::local::state::State;

/// Who runs the functions of this cloud.
pub trait Functions: fmt::Debug + Send + Sync {
    /// Runs a function on an event.
    ///
    /// # Errors
    /// When the function fails.
    fn invoke(&self, cloud: &LocalCloud, function: &Function, event: &Value) -> Result<Invocation, Failure>;
}

/// A cloud with any number of accounts, which come into being when they are first used.
#[derive(Debug, Clone)]
pub struct LocalCloud {
    pub(crate) state: Arc<Mutex<State>>,
    pub(super) functions: Arc<Mutex<Option<Arc<dyn Functions>>>>,
}

impl LocalCloud {
    /// A cloud that forgets everything when it is dropped.
    pub fn in_memory() -> Self {
        Self::with(State::default())
    }

    pub(crate) fn with(state: State) -> Self {
        Self {
            state: Arc::new(Mutex::new(state)),
            functions: Arc::default(),
        }
    }

    /// Lets somebody decide whether the requests of roles go through.
    pub fn set_authorizer(&self, authorizer: Option<Arc<dyn Authorizer>>) {
        self.lock().shared.authorizer = authorizer;
    }

    /// The state is whole after every call, so a panic elsewhere leaves nothing half done in it.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.read_again_after_failure();
        state
    }
}
