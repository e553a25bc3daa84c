//! What people see.

pub(super) mod diagnostic;
pub(super) mod error;
pub(super) mod plan;
pub(super) mod progress;
pub(super) mod summary;
