use serde_json::Value;

/// A resource as it was found.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct InspectedResource {
    /// Its name in the template.
    pub logical_id: String,
    /// `AWS::S3::Bucket`.
    pub resource_type: String,
    /// What it is called there.
    pub physical_id: String,
    /// How it is.
    pub state: ResourceState,
}

/// How a resource is.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ResourceState {
    /// As CloudFormation made it.
    AsMade,
    /// Changed since.
    Modified {
        /// As CloudFormation made it.
        expected: Value,
        /// As it is.
        actual: Value,
    },
    /// A policy that CloudFormation does not look at, as it stands there.
    Policy(Value),
    /// There, and not of use.
    Unusable {
        /// What is wrong: a clause.
        what: String,
        /// How to mend it.
        mend: String,
    },
    /// Deleted.
    Gone,
    /// Neither CloudFormation nor the program looks at this type.
    NotRead,
}
