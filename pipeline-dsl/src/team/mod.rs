//! What users write: the declared world, pipelines, and the team they make.

mod again;
mod any;
mod artifact;
mod build;
mod build_team;
mod change_set_permissions;
mod check;
mod developer;
mod environment;
mod grant;
mod invalid;
mod permissions;
mod pipeline;
mod roles;
mod self_update;
mod service;
mod stack;
mod values;
mod wave;
mod world;

pub use any::Any;
pub use artifact::{Artifact, ArtifactFile, ArtifactHandle, SameService};
pub use build::cache::LocalCache;
pub use build::code_build::CodeBuild;
pub use build::environment::EnvironmentType;
pub use build::pull_requests::{ApproverRole, PullRequestBuildPolicy};
pub use build::repository::Repository;
pub use build::secret::{Secret, SsmParameter};
pub use build::upload::Upload;
pub use developer::{Developer, Fork};
pub use environment::{Environment, Production, Standard};
pub use permissions::Permissions;
pub use pipeline::{
    Drafting, HasPermissions, NotReleased, Pipeline, Releases, Releasing, Unpermitted, Unreleased,
};
pub use roles::{Bounded, Roles, Unbounded};
pub use self_update::SelfUpdate;
pub use service::Service;
pub use stack::{Deployable, NamedStack, Stack};
pub use values::Values;
pub use wave::{AfterApproval, NamedWave, Open, Releasable, ReleasedUnasked, Wave};
pub use world::{BuildAccount, Tag, Team, TeamBuilder, World};

pub(crate) use build::buildspec::Buildspec;
pub(crate) use build::image::Image;
pub(crate) use build::variable::{Variable, VariableValue};
pub(crate) use change_set_permissions::{PARAMETERS, TRANSFORMS};
pub(crate) use grant::Grant;
pub(crate) use permissions::PassedRole;
pub(crate) use pipeline::Definition;
pub(crate) use roles::{DeclaredRoles, RoleNames};
pub(crate) use stack::{Override, ParameterOverride, StackDefinition};
