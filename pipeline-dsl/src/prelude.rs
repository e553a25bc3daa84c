//! What a team's program is written with: `use pipeline_dsl::prelude::*;`.

pub use crate::diagnostic::Result;
pub use crate::model::{
    AccountId, ApprovalTimeout, BranchName, Connection, Name, ObjectKey, OrganizationPath, Region,
    RepositoryName, TeamName,
};
pub use crate::team::{
    ApproverRole, Artifact, BuildAccount, CodeBuild, Developer, Environment, EnvironmentType, Fork,
    LocalCache, NotReleased, Permissions, Pipeline, Production, PullRequestBuildPolicy, Releasing,
    Repository, Roles, Secret, SelfUpdate, Service, SsmParameter, Stack, Standard, Tag, Team, Upload, Values,
    Wave, World,
};
pub use pipeline_dsl_macros::{
    account_id, actions, artifact_path, branch_name, name, object_key, organization_path, repository_name,
    resource_arns, service_principals, stack_name, team,
};
pub use std::process::ExitCode;
