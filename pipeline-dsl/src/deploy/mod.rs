//! Deploys an assembly: each stack once, after those that it needs, everything else side by side; plans and destroys it.
//!
//! The only asynchronous code, and `aws/` is the only place that names the AWS SDK. The local cloud is
//! deployed to by the very same code.

pub(crate) mod aws;
mod delivered;
mod deployment;
mod inspect;
mod plan;
pub(crate) mod printable;
mod remove;
mod report;
pub(crate) mod run;
mod stack;
pub(crate) mod state;
pub(crate) mod walk;

pub use aws::access::{Access, AccessError, NameForAccount, PerAccount};
pub use aws::{Aws, CallError, CallErrorKind, EnvironmentError, Silence, StageStatus};
pub use inspect::deployed_template::{DeployedTemplate, deployed_templates};
pub use inspect::drift::{InspectedStack, InspectionError, inspect};
pub use inspect::readiness::{Obstacle, Ready, readiness};
pub use plan::assembly::plan;
pub use plan::guards::GuardChange;
pub use plan::permissions::{PermissionChange, PermissionEffect};
pub use plan::planned::{
    AbandonedStack, ChangeKind, LeavingService, LeavingStack, Plan, PlannedAction, PlannedChange, StackPlan,
};
pub use plan::reasons::{ParameterChange, PlacesChange, Reason, ValueChange};
pub use plan::values::{Difference, PropertyChange, Step};
pub use remove::destroy::{DestroyOptions, Destruction, Pruning, deploy_and_prune};
pub use remove::error::DestroyError;
pub use report::event::{Event, Observer, ResourceProgress};
pub use report::outcome::{Failure, Outcome, RetainedResource, StackError, Summary};
pub use run::options::Options;
pub use run::selection::{Selection, UnknownSelection};
pub use state::resource::{InspectedResource, ResourceState};
pub use state::stack_state::BlockingResource;
pub use state::status::{Phase, Status};
pub use walk::defect::Defect;
pub use walk::interrupt::Interrupt;

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
