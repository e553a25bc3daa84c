//! What is there when the assembly is deployed.

pub(super) mod declarations;
pub(super) mod identity;
mod index;
pub(super) mod resource;
pub(super) mod shapes;
pub(super) mod stacks;
pub(super) mod statements;

pub(super) use identity::is_bounded;
pub(super) use resource::Unreadable;
pub(super) use stacks::Deployed;
