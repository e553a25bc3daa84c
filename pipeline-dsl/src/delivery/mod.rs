//! Who has which version of which artifact, and what the pipelines last did; asked of all accounts side by side.
//!
//! What there is to ask is read off the assembly's templates; where it stands, off the deployed stacks.

mod arriving;
mod ask;
mod compare;
mod error;
mod failed_creations;
mod letters;
mod links;
mod look;
mod post;
mod probe;
mod redrive;
mod redriven;
mod retry;
mod rules;
mod sites;
mod start;
mod status;
mod sync;
mod templates;
mod undelivered;

pub use crate::deploy::StageStatus;
pub use arriving::{Arriving, arriving};
pub use ask::delivery_status;
pub use compare::Currency;
pub use error::DeliveryError;
pub use links::{DeveloperLinks, developer_links};
pub use probe::{ProbeOptions, Probed, probe};
pub use redrive::redrive;
pub use redriven::Redriven;
pub use start::{Runnable, RunnableKind, Started, runnables, start};
pub use status::{ArtifactStatus, DeadLetter, DeliveryStatus, PipelineStatus, Unanswered};
pub use sync::{Synced, sync};
