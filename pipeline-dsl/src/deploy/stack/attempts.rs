use std::time::Duration;

use tokio::time::Instant;

use super::decide::{StackCall, Tried};
use crate::deploy::aws::{CallError, StackClient};
use crate::deploy::state::stack_state::StackState;
use crate::deploy::state::status::Status;

/// The calls that were made for one stack as a whole.
#[derive(Debug)]
pub(crate) struct Attempts {
    last: Option<(StackCall, Status, Instant)>,
    times: u32,
    /// What a call does shows by then.
    grace: Duration,
}

impl Attempts {
    pub(crate) fn new(grace: Duration) -> Self {
        Self {
            last: None,
            times: 0,
            grace,
        }
    }

    /// What is decided from.
    pub(crate) fn tried(&self) -> Tried {
        let last = self.last.as_ref();
        let pending = last.filter(|(_, _, since)| since.elapsed() < self.grace);
        Tried {
            pending: pending.map(|(call, status, _)| (*call, status.clone())),
            times: self.times,
        }
    }

    /// Makes a call; a deletion with this role, where it is not that of the stack.
    pub(crate) async fn call(
        &mut self,
        client: &StackClient,
        state: &StackState,
        call: StackCall,
        role: Option<&str>,
        token: &str,
    ) -> Result<(), CallError> {
        self.times += 1;
        // Before the call: its answer may be lost.
        self.last = Some((call, state.status.clone(), Instant::now()));
        match call {
            StackCall::Delete => client.delete_stack(&state.stack_id, role, token).await,
            StackCall::RollBack => client.roll_back(&state.stack_id, token).await,
            StackCall::ContinueRollback => client.continue_rollback(&state.stack_id, token).await,
        }
    }

    /// It was looked again, and nothing explains why the calls did not help.
    pub(crate) fn look_again(&mut self) {
        self.times += 1;
    }

    /// The stack is gone, and with it everything that was wrong with it.
    pub(crate) fn forget(&mut self) {
        self.last = None;
        self.times = 0;
    }

    pub(crate) fn times(&self) -> u32 {
        self.times
    }

    /// Whether any call was made.
    pub(crate) fn is_any(&self) -> bool {
        self.last.is_some()
    }
}
