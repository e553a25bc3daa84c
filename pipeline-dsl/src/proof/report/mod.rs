//! What has to be told of the answers.

mod alike;
mod diagnostic;
mod not_ours;
pub(super) mod proof;
pub(super) mod proved;

pub(super) use proof::Proof;
pub(super) use proved::Proved;
