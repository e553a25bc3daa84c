//! What a blocked stack needs before it can be changed.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html>

use std::time::Duration;

use tokio::time::Instant;

use super::operation::blocking;
use crate::deploy::aws::StackClient;
use crate::deploy::report::outcome::StackError;
use crate::deploy::state::stack_state::StackState;
use crate::deploy::state::status::Phase;

/// What can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Delete,
    RollBack,
    ContinueRollback,
}

/// So often the same is asked for; what blocks then blocks for good.
const TIMES: u32 = 2;

/// So often it is looked again where nothing blocks.
const PATIENCE: u32 = 8;

/// What was asked for so far.
#[derive(Debug)]
pub(crate) struct Remedy {
    asked: Option<(Action, String, Instant)>,
    times: u32,
    /// A stack that has not moved by then will not.
    grace: Duration,
}

impl Remedy {
    pub(crate) fn new(grace: Duration) -> Self {
        Self {
            asked: None,
            times: 0,
            grace,
        }
    }

    /// The stack is gone, and with it everything that was wrong with it.
    pub(crate) fn forget(&mut self) {
        self.asked = None;
        self.times = 0;
    }

    /// Whether a stack needs something before it can be changed.
    pub(crate) fn is_needed(state: &StackState) -> bool {
        !matches!(
            state.status.phase(),
            Phase::Complete | Phase::RolledBack | Phase::Reviewing
        )
    }

    /// Asks for what the stack needs. `true` when it is to be waited for.
    pub(crate) async fn apply(
        &mut self,
        client: &StackClient,
        state: &StackState,
        token: &str,
        tell: impl FnOnce(&'static str),
    ) -> Result<bool, StackError> {
        let action = match state.status.phase() {
            // It has no resources worth keeping, and nothing but deletion is possible.
            Phase::CreationRolledBack | Phase::CreationFailed | Phase::DeletionFailed => Action::Delete,
            Phase::UpdateFailed => Action::RollBack,
            Phase::RollbackFailed => Action::ContinueRollback,
            Phase::Broken => return Err(StackError::Blocked(state.status.clone())),
            _ => return Ok(false),
        };
        let status = state.status.as_str();
        if let Some((asked, at, since)) = &self.asked
            && *asked == action
            && at == status
            && since.elapsed() < self.grace
        {
            return Ok(true);
        }
        if action == Action::Delete && state.termination_protection {
            return Err(StackError::TerminationProtected {
                stack_name: state.name.clone(),
                status: state.status.clone(),
            });
        }
        if self.times >= TIMES {
            let resources = blocking(client, &state.stack_id).await?;
            if resources.is_empty() && self.times < TIMES + PATIENCE {
                // Somebody else is at it: nothing has failed since they began.
                self.times += 1;
                return Ok(true);
            }
            return Err(match action {
                Action::Delete if !resources.is_empty() => StackError::DeletionBlocked { resources },
                Action::ContinueRollback if !resources.is_empty() => StackError::RollbackBlocked {
                    stack_name: state.name.clone(),
                    resources,
                },
                _ => StackError::Blocked(state.status.clone()),
            });
        }
        self.times += 1;
        tell(match action {
            Action::Delete => "deleting it",
            Action::RollBack => "rolling it back",
            Action::ContinueRollback => "continuing its rollback",
        });
        self.asked = Some((action, status.to_owned(), Instant::now()));
        match action {
            Action::Delete => client.delete_stack(&state.stack_id, token).await?,
            Action::RollBack => client.roll_back(&state.stack_id, token).await?,
            Action::ContinueRollback => client.continue_rollback(&state.stack_id, token).await?,
        }
        Ok(true)
    }
}
