//! CloudFormation: its actions, and what happens to a stack meanwhile.

pub(super) mod beginning;
pub(super) mod change_set_operations;
pub(super) mod changes;
pub(super) mod custom_requests;
pub(super) mod drift;
pub(super) mod execution;
pub(super) mod faults;
pub(super) mod recovery;
pub(super) mod removal;
pub(super) mod resources;
pub(super) mod service_role;
pub(super) mod stack_operations;
pub(super) mod template_source;
