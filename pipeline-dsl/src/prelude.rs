//! What a team's program is written with: `use pipeline_dsl::prelude::*;`.

pub use crate::diagnostic::Result;
pub use crate::model::{AccountId, Connection, Name, OrganizationPath, Region, TeamName};
pub use crate::team::{
    Artifact, BuildAccount, CodeBuild, Developer, Environment, Fork, Permissions, Pipeline, Releasing,
    Repository, Roles, Service, Stack, Tag, Team, Wave, World,
};
pub use pipeline_dsl_macros::team;
pub use std::process::ExitCode;
