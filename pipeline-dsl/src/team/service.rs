use std::panic::Location;

use crate::diagnostic::SourceLocation;
use crate::model::Name;

/// What one repository delivers: artifacts, stacks, permissions, one pipeline.
#[derive(Debug, Clone, Copy)]
pub struct Service {
    pub(crate) name: Name,
    pub(crate) location: SourceLocation,
}

impl Service {
    /// The service with this name.
    #[track_caller]
    pub const fn new(name: Name) -> Self {
        Self {
            name,
            location: Location::caller(),
        }
    }

    /// Its name.
    pub const fn name(&self) -> Name {
        self.name
    }
}
