//! The resource types that there are here.

use crate::cloudformation::types::WAIT_CONDITION_HANDLE;
use crate::cloudformation::{
    Acts, ArnForm, AskedOf, Forbidden, Handlers, Identity, Policies, ReadBack, ResourceKind, TypeFacts,
};

/// A resource type that there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KnownType {
    /// One that everybody knows.
    Kind(ResourceKind),
    /// Custom resources have whatever properties their function knows.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html>
    Custom,
    /// What stands for services' stacks, of which only their being there matters.
    Placeholder,
}

impl KnownType {
    pub(crate) fn named(resource_type: &str) -> Option<Self> {
        if resource_type.starts_with("Custom::") {
            return Some(Self::Custom);
        }
        if resource_type == PLACEHOLDER.name {
            return Some(Self::Placeholder);
        }
        ResourceKind::named(resource_type).map(Self::Kind)
    }

    pub(crate) fn facts(self) -> &'static TypeFacts {
        match self {
            Self::Kind(kind) => kind.facts(),
            Self::Custom => ResourceKind::Backfill.facts(),
            Self::Placeholder => PLACEHOLDER,
        }
    }
}

const PLACEHOLDER: &TypeFacts = &TypeFacts {
    name: WAIT_CONDITION_HANDLE,
    properties: &[],
    required: &[],
    replaced_by: &[],
    identity: |new, _| Identity::nameless(new),
    holds_data: false,
    policies: Policies::None,
    passed_roles: &[],
    called_by: &[],
    acts: Acts::Nothing,
    handlers: Handlers {
        on: AskedOf::Itself,
        arn: ArnForm::Unknown,
        of_itself: &[],
        of_account: &[],
    },
    read_back: ReadBack::DriftDetection,
    imported_by: None,
    forbidden: Forbidden::NOTHING,
};
