use std::borrow::Cow;
use std::panic::Location;

use super::Environment;
use crate::diagnostic::SourceLocation;
use crate::model::Name;

/// Environments that are deployed to in parallel: one stage of a pipeline.
#[derive(Debug, Clone)]
pub struct Wave {
    pub(crate) name: Name,
    pub(crate) environments: Cow<'static, [Environment]>,
    pub(crate) approval: bool,
    pub(crate) location: SourceLocation,
}

impl Wave {
    /// A wave of declared environments.
    #[track_caller]
    pub const fn new(name: Name, environments: &'static [Environment]) -> Self {
        Self {
            name,
            environments: Cow::Borrowed(environments),
            approval: false,
            location: Location::caller(),
        }
    }

    /// A wave of environments known at run time.
    #[track_caller]
    pub fn of(name: Name, environments: impl IntoIterator<Item = Environment>) -> Self {
        Self {
            name,
            environments: environments.into_iter().collect(),
            approval: false,
            location: Location::caller(),
        }
    }

    /// Waits for somebody's approval first; it is asked for on the team's approval topic.
    #[must_use]
    pub const fn after_approval(mut self) -> Self {
        self.approval = true;
        self
    }

    /// Its name.
    pub const fn name(&self) -> Name {
        self.name
    }

    /// Its environments.
    pub fn environments(&self) -> &[Environment] {
        &self.environments
    }
}
