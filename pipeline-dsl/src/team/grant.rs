use std::panic::Location;

use crate::diagnostic::SourceLocation;

/// Actions on resources.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) actions: Vec<String>,
    pub(crate) resources: Vec<String>,
    /// Why it may be wider than it has to be.
    pub(crate) waiver: Option<String>,
    pub(crate) location: SourceLocation,
}

impl Grant {
    #[track_caller]
    pub(super) fn new<A: Into<String>, R: Into<String>>(
        actions: impl IntoIterator<Item = A>,
        resources: impl IntoIterator<Item = R>,
    ) -> Self {
        Self {
            actions: actions.into_iter().map(Into::into).collect(),
            resources: resources.into_iter().map(Into::into).collect(),
            waiver: None,
            location: Location::caller(),
        }
    }

    /// What the statement is called that allows it: the `position`th of its `kind`, or of those that are wider than they have
    /// to be.
    pub(crate) fn sid(&self, kind: &str, position: usize) -> String {
        let kind = if self.waiver.is_some() { "Waived" } else { kind };
        format!("{kind}{position}")
    }
}
