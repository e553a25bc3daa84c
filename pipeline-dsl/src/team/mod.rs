//! What users write: the declared world, pipelines, and the team they make.

mod artifact;
mod build;
mod check;
mod developer;
mod environment;
mod permissions;
mod pipeline;
mod service;
mod stack;
mod wave;
mod world;

pub use artifact::{Artifact, ArtifactFile, ArtifactHandle};
pub use build::{CodeBuild, Repository};
pub use developer::{Developer, Fork};
pub use environment::Environment;
pub use permissions::{Permissions, Roles};
pub use pipeline::{Drafting, Permitted, Pipeline, Releasing, Unreleased};
pub use service::Service;
pub use stack::{NamedStack, Stack};
pub use wave::Wave;
pub use world::{BuildAccount, Tag, Team, TeamBuilder, World};

pub(crate) use permissions::Grant;
pub(crate) use pipeline::Definition;
pub(crate) use stack::Override;
