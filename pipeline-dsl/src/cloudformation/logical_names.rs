//! What a template calls its conditions and parameters.

/// A condition that stands in a stack's template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionRef(String);

impl ConditionRef {
    pub(super) fn new(name: String) -> Self {
        Self(name)
    }

    /// Its name in the template.
    pub fn name(&self) -> &str {
        &self.0
    }
}

/// A parameter that stands in a stack's template.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ParameterRef(String);

impl ParameterRef {
    pub(super) fn new(name: String) -> Self {
        Self(name)
    }

    /// Its name in the template.
    pub fn name(&self) -> &str {
        &self.0
    }
}
