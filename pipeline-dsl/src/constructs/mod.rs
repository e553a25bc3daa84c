//! From the team to its stacks: one file for each stack, and one for each thing that several of them hold.

mod admission;
mod build;
mod code_build;
mod design;
mod developer;
mod developer_service;
mod failures;
mod instance;
mod names;
mod pipeline;
mod places;
mod region;
mod role;
mod self_update;
mod service;
mod storage;
mod subscriber;
mod targets;
mod topic;
mod upload;

pub use design::Design;
pub use developer_service::{FORK_REPOSITORY, stands_for};
pub use instance::Instance;
pub(crate) use pipeline::ASSETS;
pub use pipeline::pipeline_change_set;
pub use places::{FORMER_PLACES, NO_FORMER_PLACES, PLACES};
pub(crate) use subscriber::HELD_KEYS_BYTES;
