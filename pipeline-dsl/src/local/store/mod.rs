//! The state on disk.

pub(super) mod contents;
#[cfg(test)]
mod crashes;
pub(super) mod directory;
pub(super) mod durable;
pub(super) mod error;
pub(super) mod holder;
pub(super) mod writer;
