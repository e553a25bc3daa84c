//! An account and region that a service is deployed to: its roles there, and the stack that holds them.

pub(super) mod roles;
pub(super) mod stack;
