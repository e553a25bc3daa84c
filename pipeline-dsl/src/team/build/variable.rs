use super::secret::{Secret, SsmParameter};
use crate::diagnostic::SourceLocation;

/// An environment variable of a build.
#[derive(Debug, Clone)]
pub(crate) struct Variable {
    pub(crate) name: String,
    pub(crate) value: VariableValue,
    pub(crate) location: SourceLocation,
}

/// What an environment variable is.
#[derive(Debug, Clone)]
pub(crate) enum VariableValue {
    Plain(String),
    Secret(Secret),
    Parameter(SsmParameter),
}
