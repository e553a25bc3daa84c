//! What stands between a push and an account, beside policies: who is asked before something is deployed, what is built from where,
//! and what builds may do to the machine that they run on. Whoever weakens one of these changes who may do what, though no policy says
//! so.

mod approvals;
mod sources;

use serde::Serialize;
use serde_json::Value;

use super::values::PropertyChange;
use crate::cloudformation::{Acts, ResourceKind};

/// A guard that comes, goes or changes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum GuardChange {
    /// Nobody is asked any more before these are deployed to.
    ApprovalRemoved {
        /// The stage that deploys to them, or that asked.
        stage: String,
        /// The environments; none, where the stage only asked.
        places: Vec<String>,
    },
    /// Somebody is asked before these are deployed to, and was not before.
    ApprovalAdded {
        /// The stage that asks.
        stage: String,
        /// The environments; none, where the stage only asks.
        places: Vec<String>,
    },
    /// The question waits longer or shorter.
    ApprovalTimeout {
        /// The stage that asks.
        stage: String,
        /// For so many minutes until now.
        before: u64,
        /// And from now on.
        after: u64,
    },
    /// The question is asked under other conditions, or more or less often.
    ApprovalConditions {
        /// The stage that asks.
        stage: String,
    },
    /// Builds have privileged mode from now on.
    Privileged,
    /// What is built, or starts a build, comes from elsewhere.
    BuiltFrom(PropertyChange),
    /// It cannot be read, and is not as it was.
    Unread {
        /// The property.
        property: String,
    },
}

impl GuardChange {
    /// Whether it says all of a value that differs. What else an approval brings is told where the pipeline changes.
    pub(super) fn says(&self, value: &PropertyChange) -> bool {
        match self {
            Self::BuiltFrom(told) => told == value,
            Self::Privileged => value.dotted_path() == sources::PRIVILEGED,
            Self::ApprovalRemoved { .. }
            | Self::ApprovalAdded { .. }
            | Self::ApprovalTimeout { .. }
            | Self::ApprovalConditions { .. }
            | Self::Unread { .. } => false,
        }
    }
}

/// What becomes of the guards in a resource of this type that is there before and after. Properties are evaluated.
pub(super) fn between(kind: ResourceKind, before: &Value, after: &Value) -> Vec<GuardChange> {
    let mut changes = match kind.facts().acts {
        Acts::Deploys => {
            let mut changes = approvals::between(before, after);
            changes.extend(sources::of_pipeline(before, after));
            changes
        }
        Acts::Builds => sources::of_project(before, after),
        Acts::Nothing | Acts::Announces | Acts::Routes | Acts::Delivers | Acts::Runs => Vec::new(),
    };
    changes.sort();
    changes
}
