use std::fmt;

/// The status of a stack, as CloudFormation spells it.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status(String);

/// What a status means for somebody who wants to change the stack, or to delete it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// A change set waits to be executed; there are no resources yet.
    Reviewing,
    /// Something is being done to it.
    InProgress,
    /// It is as it was last asked for.
    Complete,
    /// The last change was taken back; it can be changed again.
    RolledBack,
    /// Its creation was taken back: nothing is left, and it can only be deleted.
    CreationRolledBack,
    /// Its creation failed, and taking it back failed too: it can only be deleted.
    CreationFailed,
    /// A change failed and was left as it was: it can be rolled back.
    UpdateFailed,
    /// A change failed, and taking it back failed too: the rollback can be continued.
    RollbackFailed,
    /// Some of its resources could not be deleted: deletion can be tried again.
    DeletionFailed,
    /// It can neither be changed nor created before somebody mends it.
    Broken,
    /// It is gone.
    Deleted,
}

impl Status {
    /// The status with this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// Its name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it means.
    pub fn phase(&self) -> Phase {
        match self.0.as_str() {
            "REVIEW_IN_PROGRESS" => Phase::Reviewing,
            "CREATE_COMPLETE" | "UPDATE_COMPLETE" | "IMPORT_COMPLETE" => Phase::Complete,
            "UPDATE_ROLLBACK_COMPLETE" | "IMPORT_ROLLBACK_COMPLETE" => Phase::RolledBack,
            "ROLLBACK_COMPLETE" => Phase::CreationRolledBack,
            "DELETE_COMPLETE" => Phase::Deleted,
            "CREATE_FAILED" | "ROLLBACK_FAILED" => Phase::CreationFailed,
            "UPDATE_FAILED" => Phase::UpdateFailed,
            "UPDATE_ROLLBACK_FAILED" => Phase::RollbackFailed,
            "DELETE_FAILED" => Phase::DeletionFailed,
            status if status.ends_with("_IN_PROGRESS") => Phase::InProgress,
            _ => Phase::Broken,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use crate::deploy::Phase;
    use crate::deploy::Status;

    #[test]
    fn every_documented_status_has_a_phase() {
        for (status, phase) in [
            ("CREATE_COMPLETE", Phase::Complete),
            ("CREATE_FAILED", Phase::CreationFailed),
            ("CREATE_IN_PROGRESS", Phase::InProgress),
            ("DELETE_COMPLETE", Phase::Deleted),
            ("DELETE_FAILED", Phase::DeletionFailed),
            ("DELETE_IN_PROGRESS", Phase::InProgress),
            ("IMPORT_COMPLETE", Phase::Complete),
            ("IMPORT_IN_PROGRESS", Phase::InProgress),
            ("IMPORT_ROLLBACK_COMPLETE", Phase::RolledBack),
            ("IMPORT_ROLLBACK_FAILED", Phase::Broken),
            ("IMPORT_ROLLBACK_IN_PROGRESS", Phase::InProgress),
            ("REVIEW_IN_PROGRESS", Phase::Reviewing),
            ("ROLLBACK_COMPLETE", Phase::CreationRolledBack),
            ("ROLLBACK_FAILED", Phase::CreationFailed),
            ("ROLLBACK_IN_PROGRESS", Phase::InProgress),
            ("UPDATE_COMPLETE", Phase::Complete),
            ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", Phase::InProgress),
            ("UPDATE_FAILED", Phase::UpdateFailed),
            ("UPDATE_IN_PROGRESS", Phase::InProgress),
            ("UPDATE_ROLLBACK_COMPLETE", Phase::RolledBack),
            ("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", Phase::InProgress),
            ("UPDATE_ROLLBACK_FAILED", Phase::RollbackFailed),
            ("UPDATE_ROLLBACK_IN_PROGRESS", Phase::InProgress),
        ] {
            assert_eq!(Status::new(status).phase(), phase, "{status}");
        }
    }
}
