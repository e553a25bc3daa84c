//! From the team to its stacks: one file for each stack, and one for each thing that several of them hold.

mod admission;
mod alarm;
mod artifact_store;
mod bucket;
mod build;
mod code_build;
mod design;
mod developer;
mod developer_service;
mod key;
mod names;
mod notifications;
mod pipeline;
mod pipeline_role;
mod places;
mod region;
mod role;
mod self_update;
mod service;
mod subscriber;
mod target;
mod target_roles;
mod trigger;
mod undelivered;

pub use design::{Design, Instance};
pub use places::{FORMER_PLACES, NO_FORMER_PLACES, PLACES};
pub(crate) use subscriber::{HELD_KEYS, HELD_KEYS_BYTES};

/// How long logs of builds and of the subscriber stay.
const LOG_RETENTION_DAYS: u32 = 90;
