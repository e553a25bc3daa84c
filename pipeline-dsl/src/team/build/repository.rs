use std::panic::Location;

use crate::diagnostic::SourceLocation;
use crate::model::Connection;

/// A repository that CodeBuild reads through a connection.
#[derive(Debug, Clone)]
pub struct Repository {
    pub(crate) connection: Connection,
    pub(crate) name: String,
    pub(crate) branch: String,
    /// Where the program says which branch, where it does.
    pub(crate) branch_location: Option<SourceLocation>,
    pub(crate) location: SourceLocation,
}

impl Repository {
    /// The repository `owner/name`, read through a connection; its branch `main` is what gets delivered.
    /// `repository_name!("acme/orders")` is checked by rustc, any other text when the team is built.
    #[track_caller]
    pub fn new(connection: Connection, name: impl Into<String>) -> Self {
        Self {
            connection,
            name: name.into(),
            branch: "main".to_owned(),
            branch_location: None,
            location: Location::caller(),
        }
    }

    /// Delivers another branch.
    #[must_use]
    #[track_caller]
    pub fn branch(mut self, branch: impl Into<String>) -> Self {
        self.branch = branch.into();
        self.branch_location = Some(Location::caller());
        self
    }
}
