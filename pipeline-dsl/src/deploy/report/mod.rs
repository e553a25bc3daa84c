//! What is told of a run: its events, how each stack ended, and the summary.

pub(crate) mod event;
pub(crate) mod outcome;
pub(crate) mod summary;
