use serde::{Deserialize, Serialize};

use super::definition::Definition;

/// A change set: what a stack would become.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ChangeSet {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) status: ChangeSetStatus,
    pub(crate) reason: Option<String>,
    /// Whether it can be executed.
    pub(crate) execution_status: ExecutionStatus,
    pub(crate) wanted: Definition,
    /// The token of the call that made it: the same call again is the same change set.
    pub(crate) token: Option<String>,
    /// The role that it is executed with, by ARN.
    #[serde(default)]
    pub(crate) role: Option<String>,
    /// Whether what exists already is taken into the stack.
    #[serde(default)]
    pub(crate) imports: bool,
    /// So many looks it is not finished yet.
    #[serde(default)]
    pub(crate) pending: u32,
}

/// The status of a change set, as far as change sets get into it here.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum ChangeSetStatus {
    CreateInProgress,
    CreateComplete,
    Failed,
}

/// Whether a change set can be executed, or was.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum ExecutionStatus {
    Unavailable,
    Available,
    ExecuteComplete,
}

impl ChangeSetStatus {
    /// As AWS spells it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::CreateInProgress => "CREATE_IN_PROGRESS",
            Self::CreateComplete => "CREATE_COMPLETE",
            Self::Failed => "FAILED",
        }
    }
}

impl ExecutionStatus {
    /// As AWS spells it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Unavailable => "UNAVAILABLE",
            Self::Available => "AVAILABLE",
            Self::ExecuteComplete => "EXECUTE_COMPLETE",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ChangeSetStatus, ExecutionStatus};

    /// On disk and in answers it is the same word.
    #[test]
    fn a_status_is_kept_as_it_is_spelled() {
        for status in [
            ChangeSetStatus::CreateInProgress,
            ChangeSetStatus::CreateComplete,
            ChangeSetStatus::Failed,
        ] {
            assert_eq!(serde_json::to_value(status).unwrap(), status.name());
        }
        for status in [
            ExecutionStatus::Unavailable,
            ExecutionStatus::Available,
            ExecutionStatus::ExecuteComplete,
        ] {
            assert_eq!(serde_json::to_value(status).unwrap(), status.name());
        }
    }
}
