//! The values a delivery system is described with: accounts, regions, names, ARNs.
//!
//! Each is checked by one rule, used twice: `new` is a `const fn` for literals (a bad literal in a named
//! `const` does not compile), `TryFrom`/`FromStr` for values known at run time.

mod account;
mod action;
mod approval_timeout;
mod arn;
mod artifact_path;
mod bucket_name;
mod literal_text;
mod name;
mod near;
mod object_key;
mod organization;
mod owner_tag;
mod panic_message;
mod partition;
mod region;
mod repository;
mod resource_arn;
mod service_principal;
mod stack_name;

pub use account::{AccountId, InvalidAccountId};
pub use action::{Action, InvalidAction};
pub use approval_timeout::{ApprovalTimeout, InvalidApprovalTimeout};
pub use arn::Arn;
pub use artifact_path::{ArtifactPath, InvalidArtifactPath};
pub use bucket_name::bucket_name;
pub(crate) use name::pascal_case;
pub use name::{InvalidName, Name, TeamName};
pub(crate) use near::is_near;
pub use object_key::{InvalidObjectKey, ObjectKey};
pub use organization::{InvalidOrganizationPath, OrganizationPath};
pub use owner_tag::OWNER_TAG;
pub use partition::Partition;
pub use region::{Region, UnknownRegion};
pub use repository::{
    BranchName, Connection, InvalidBranchName, InvalidConnection, InvalidRepositoryName, Provider,
    RepositoryName,
};
pub use resource_arn::{InvalidResourceArn, ResourceArn};
pub use service_principal::{InvalidServicePrincipal, ServicePrincipal};
pub use stack_name::{InvalidStackName, StackName};
