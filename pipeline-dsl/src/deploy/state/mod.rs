//! Stacks, change sets and templates as they are seen.

pub(crate) mod resource;
pub(crate) mod stack_state;
pub(crate) mod status;
pub(crate) mod template;
