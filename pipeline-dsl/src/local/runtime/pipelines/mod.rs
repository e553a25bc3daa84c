//! Pipelines: their executions, the actions of these, and the change sets that actions prepare and execute.

pub(super) mod actions;
pub(super) mod artifact_file;
pub(super) mod executions;
pub(super) mod stack_change;
