//! Repositories: their names, their branches, and the connections that read them.

mod branch_name;
mod code_connection;
mod repository_name;

pub use branch_name::{BranchName, InvalidBranchName};
pub use code_connection::{Connection, InvalidConnection, Provider};
pub use repository_name::{InvalidRepositoryName, RepositoryName};
