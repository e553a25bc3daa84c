use serde::Serialize;

use super::resource_kind::ResourceKind;
use crate::cloudformation::text::Text;
use crate::cloudformation::type_facts::TypeFacts;

/// A type of resource: its properties are its fields, spelled as AWS spells them.
pub trait ResourceType: Serialize {
    /// Which.
    const KIND: ResourceKind;
    /// What else is known of it.
    const FACTS: TypeFacts;
}

/// A type of resource that has an ARN.
pub trait HasArn: ResourceType {
    /// Where CloudFormation keeps the ARN: most types have an attribute, some return it from `Ref`.
    const ARN: Attribute;
}

/// What is asked of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Attribute {
    /// Its physical id: `Ref`.
    Ref,
    /// A named attribute: `Fn::GetAtt`.
    GetAtt(&'static str),
}

impl Attribute {
    pub(in crate::cloudformation) fn of(self, logical_id: &str) -> Text {
        match self {
            Self::Ref => Text::reference(logical_id),
            Self::GetAtt(attribute) => Text::attribute(logical_id, attribute),
        }
    }

    /// The end of the output that carries it.
    pub(in crate::cloudformation) fn suffix(self) -> &'static str {
        match self {
            Self::Ref => "",
            Self::GetAtt(attribute) => attribute,
        }
    }
}
