//! Sorts what a walk leaves into a summary.

use std::collections::BTreeSet;

use super::outcome::{Failure, Outcome, RetainedResource, StackError, Summary};
use crate::deploy::walk::defect::Defect;
use crate::deploy::walk::graph::{Leaves, Walked};
use crate::synth::StackId;

/// What has an outcome.
pub(crate) trait HasOutcome {
    fn outcome(&self) -> Outcome;

    /// What stays of it, where it is gone.
    fn retained(&self) -> &[RetainedResource] {
        &[]
    }
}

impl Summary {
    pub(crate) fn of<'a, T: HasOutcome + Leaves>(
        stacks: impl IntoIterator<Item = &'a StackId>,
        mut walked: Walked<StackId, T, StackError>,
    ) -> Self {
        let mut summary = Self::default();
        let not_begun: BTreeSet<StackId> = walked
            .failed
            .iter()
            .filter(|(_, error)| matches!(error, StackError::NotBegun))
            .map(|(stack, _)| stack.clone())
            .collect();
        for id in stacks {
            if let Some(applied) = walked.done.remove(id) {
                if !applied.retained().is_empty() {
                    summary.retained.push((id.clone(), applied.retained().to_vec()));
                }
                summary.done.push((id.clone(), applied.outcome()));
            } else if not_begun.contains(id) {
                summary.not_begun.push(id.clone());
            } else if let Some(error) = walked.failed.remove(id) {
                summary.failed.push(Failure {
                    stack: id.clone(),
                    error,
                });
            } else if let Some(because) = walked.skipped.remove(id) {
                if not_begun.contains(&because) {
                    summary.not_begun.push(id.clone());
                } else {
                    summary.skipped.push((id.clone(), because));
                }
            } else {
                // Only what was seen to succeed has.
                summary.failed.push(Failure {
                    stack: id.clone(),
                    error: Defect::new("nobody worked on it").into(),
                });
            }
        }
        // What could only be looked at, and was not there.
        for (stack, error) in walked.failed {
            if !matches!(error, StackError::NotBegun) {
                summary.failed.push(Failure { stack, error });
            }
        }
        summary
    }
}
