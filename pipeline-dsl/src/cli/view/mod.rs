//! What people see.

mod arriving;
pub(super) mod causes;
pub(super) mod check;
pub(super) mod diagnostic;
pub(super) mod error;
pub(super) mod names;
mod permissions;
pub(super) mod picture;
pub(super) mod plan;
pub(super) mod progress;
pub(super) mod rehearsal;
pub(super) mod status;
pub(super) mod summary;
