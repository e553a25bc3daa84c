//! What happens while the cloud runs, step by step.

use super::denied::Denied;

/// Something that happened, after something else.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Step<Denial> {
    /// Its number, from 0 in the order in which steps happen.
    pub number: usize,
    /// The step that it follows from.
    pub parent: Option<usize>,
    /// When it was over, in seconds of simulated time since the beginning.
    pub at: u64,
    /// How long it took, in seconds of simulated time.
    pub took: u64,
    /// Where: `build account`, the name of an environment or of a developer.
    pub place: String,
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
    /// What.
    pub what: String,
    /// What came of it.
    pub outcome: Outcome<Denial>,
}

/// What came of a step.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Outcome<Denial> {
    /// It happened.
    Done,
    /// Nothing was to be done, or nothing should be: why.
    Kept(String),
    /// It is waited for.
    Waits(String),
    /// It is tried again: why.
    Retried(String),
    /// It failed: why.
    Failed(String),
    /// It failed because it was to fail: why.
    Staged(String),
    /// The policies that are deployed do not let it through.
    Denied(Box<Denial>),
}

impl<Denial: Denied> Outcome<Denial> {
    pub(crate) fn denied(denial: Denial) -> Self {
        Self::Denied(Box::new(denial))
    }

    /// The reason, where there is one.
    pub fn reason(&self) -> Option<String> {
        match self {
            Self::Done => None,
            Self::Kept(reason)
            | Self::Waits(reason)
            | Self::Retried(reason)
            | Self::Failed(reason)
            | Self::Staged(reason) => Some(reason.clone()),
            Self::Denied(denial) => Some(denial.to_string()),
        }
    }

    /// One word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Kept(_) => "kept",
            Self::Waits(_) => "waits",
            Self::Retried(_) => "retried",
            Self::Failed(_) | Self::Staged(_) => "failed",
            Self::Denied(_) => "denied",
        }
    }
}
