//! The statuses of a stack.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html>

use std::fmt;

use serde::{Deserialize, Serialize};

/// The status of a stack, as far as stacks get into it here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum StackStatus {
    ReviewInProgress,
    CreateInProgress,
    CreateComplete,
    CreateFailed,
    RollbackInProgress,
    RollbackComplete,
    RollbackFailed,
    UpdateInProgress,
    UpdateCompleteCleanupInProgress,
    UpdateComplete,
    UpdateFailed,
    UpdateRollbackInProgress,
    UpdateRollbackCompleteCleanupInProgress,
    UpdateRollbackComplete,
    UpdateRollbackFailed,
    DeleteInProgress,
    DeleteComplete,
    DeleteFailed,
}

impl StackStatus {
    /// As AWS spells it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::ReviewInProgress => "REVIEW_IN_PROGRESS",
            Self::CreateInProgress => "CREATE_IN_PROGRESS",
            Self::CreateComplete => "CREATE_COMPLETE",
            Self::CreateFailed => "CREATE_FAILED",
            Self::RollbackInProgress => "ROLLBACK_IN_PROGRESS",
            Self::RollbackComplete => "ROLLBACK_COMPLETE",
            Self::RollbackFailed => "ROLLBACK_FAILED",
            Self::UpdateInProgress => "UPDATE_IN_PROGRESS",
            Self::UpdateCompleteCleanupInProgress => "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
            Self::UpdateComplete => "UPDATE_COMPLETE",
            Self::UpdateFailed => "UPDATE_FAILED",
            Self::UpdateRollbackInProgress => "UPDATE_ROLLBACK_IN_PROGRESS",
            Self::UpdateRollbackCompleteCleanupInProgress => "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
            Self::UpdateRollbackComplete => "UPDATE_ROLLBACK_COMPLETE",
            Self::UpdateRollbackFailed => "UPDATE_ROLLBACK_FAILED",
            Self::DeleteInProgress => "DELETE_IN_PROGRESS",
            Self::DeleteComplete => "DELETE_COMPLETE",
            Self::DeleteFailed => "DELETE_FAILED",
        }
    }

    /// Where an operation ends that nobody works at any more; nothing, where none is going on.
    pub(crate) const fn once_abandoned(self) -> Option<Self> {
        match self {
            Self::CreateInProgress => Some(Self::CreateFailed),
            Self::RollbackInProgress => Some(Self::RollbackFailed),
            Self::DeleteInProgress => Some(Self::DeleteFailed),
            // From there a rollback can be continued, which is all that the local cloud can do to it.
            Self::UpdateInProgress | Self::UpdateRollbackInProgress => Some(Self::UpdateRollbackFailed),
            Self::UpdateCompleteCleanupInProgress => Some(Self::UpdateComplete),
            Self::UpdateRollbackCompleteCleanupInProgress => Some(Self::UpdateRollbackComplete),
            // A stack in review waits for a change set to be executed, and is not being worked at.
            Self::ReviewInProgress
            | Self::CreateComplete
            | Self::CreateFailed
            | Self::RollbackComplete
            | Self::RollbackFailed
            | Self::UpdateComplete
            | Self::UpdateFailed
            | Self::UpdateRollbackComplete
            | Self::UpdateRollbackFailed
            | Self::DeleteComplete
            | Self::DeleteFailed => None,
        }
    }

    /// Whether the last operation ended with the stack as it was wanted, or as it was before.
    pub(crate) const fn can_be_updated(self) -> bool {
        matches!(
            self,
            Self::CreateComplete | Self::UpdateComplete | Self::UpdateRollbackComplete
        )
    }
}

impl fmt::Display for StackStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::StackStatus;

    /// On disk, in answers and in events it is the same word.
    #[test]
    fn a_status_is_kept_as_it_is_spelled() {
        let mut status = StackStatus::UpdateRollbackCompleteCleanupInProgress;
        let kept = serde_json::to_string(&status).unwrap();
        assert_eq!(kept, format!("\"{status}\""));
        status = serde_json::from_str("\"REVIEW_IN_PROGRESS\"").unwrap();
        assert_eq!(status.name(), "REVIEW_IN_PROGRESS");
        assert_eq!(status.once_abandoned(), None);
    }
}
