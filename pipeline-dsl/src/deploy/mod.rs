//! Deploys an assembly: each stack once, after those that it needs, everything else side by side; plans and destroys it.
//!
//! The only asynchronous code, and `aws/` is the only place that names the AWS SDK. The local cloud is
//! deployed to by the very same code.

mod access;
mod adoption;
mod amend;
mod apply;
mod aws;
mod boxed;
mod change;
mod context;
mod course;
mod defect;
mod delivery;
mod deployment;
mod destroy;
mod event;
mod follow;
mod inspection;
mod interrupt;
mod operation;
mod options;
mod orphans;
mod outcome;
mod parameters;
mod patience;
mod patient;
mod places;
mod plan;
mod planned;
mod propagation;
mod read;
mod readiness;
mod remedy;
mod remove;
mod retention;
mod roles_in_use;
mod said;
mod selection;
mod shared;
mod side_by_side;
mod slots;
mod stack_state;
mod standing;
mod status;
mod summary;
mod template;
mod template_store;
mod unsubscribe;
mod wait;
mod walk;

pub use access::{Access, AccessError, NameForAccount, PerAccount};
pub use aws::{Aws, CallError, CallErrorKind, EnvironmentError, Silence};
pub use defect::Defect;
pub use delivery::{
    ArtifactStatus, Currency, DeadLetter, DeliveryError, DeliveryStatus, DeveloperLinks, PipelineStatus,
    ProbeOptions, Probed, Redriven, StageStatus, Synced, Unanswered, delivery_status, developer_links, probe,
    redrive, sync,
};
pub use destroy::{DestroyError, DestroyOptions, Destruction, Pruning, deploy_and_prune};
pub use event::{Event, Observer, ResourceProgress};
pub use inspection::{InspectedResource, InspectedStack, InspectionError, ResourceState, inspect};
pub use interrupt::Interrupt;
pub use options::Options;
pub use outcome::{BlockingResource, Failure, Outcome, StackError, Summary};
pub use plan::plan;
pub use planned::{ChangeKind, Plan, PlannedAction, PlannedChange, StackPlan};
pub use readiness::{Obstacle, Ready, readiness};
pub use selection::{Selection, UnknownSelection};
pub use standing::{Standing, standing};
pub use status::{Phase, Status};

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::synth::Assembly;
use deployment::Deployment;

/// Deploys the stacks of an assembly, and tells the observer as it goes. A failure stops only what depends on
/// it; the summary says what was done, what failed and what was skipped.
///
/// # Errors
/// When the selection names something that is not in the program; then nothing has been done.
pub async fn deploy(
    assembly: Arc<Assembly>,
    aws: Arc<Aws>,
    options: Options,
    observer: Arc<dyn Observer>,
) -> Result<Summary, UnknownSelection> {
    let deployment = Deployment::of(&assembly, aws, options, observer, BTreeSet::new())?;
    Ok(deployment.deploy().await)
}
