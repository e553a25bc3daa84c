//! Removal: stacks that are destroyed, and those that the program does not name any more.

pub(crate) mod amend;
pub(crate) mod destroy;
pub(crate) mod error;
pub(crate) mod orphans;
pub(crate) mod removal;
pub(crate) mod retention;
pub(crate) mod roles_in_use;
pub(crate) mod service_stacks;
pub(crate) mod unsubscribe;
