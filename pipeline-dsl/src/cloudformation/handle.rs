use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::Serialize;

use super::kind::TypeFacts;
use super::resource_kind::ResourceKind;
use super::text::Text;

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
    pub(super) fn of(self, logical_id: &str) -> Text {
        match self {
            Self::Ref => Text::reference(logical_id),
            Self::GetAtt(attribute) => Text::attribute(logical_id, attribute),
        }
    }

    /// The end of the output that carries it.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Ref => "",
            Self::GetAtt(attribute) => attribute,
        }
    }
}

/// Which stack of a team: its place in the design, such as `build` or `service-orders`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StackKey(Arc<str>);

impl StackKey {
    /// The key with this text.
    pub fn new(key: impl AsRef<str>) -> Self {
        Self(Arc::from(key.as_ref()))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StackKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

/// A name that we choose, so that other stacks can compute it instead of being told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownName {
    /// What `Ref` returns.
    pub reference: Text,
    /// Its ARN.
    pub arn: Text,
}

/// A resource that stands in a stack. Using it from another stack makes an edge between the two.
#[derive(Debug)]
pub struct Handle<T> {
    pub(super) stack: StackKey,
    pub(super) logical_id: String,
    pub(super) known: Option<KnownName>,
    pub(super) kind: PhantomData<fn() -> T>,
}

impl<T> Clone for Handle<T> {
    fn clone(&self) -> Self {
        Self {
            stack: self.stack.clone(),
            logical_id: self.logical_id.clone(),
            known: self.known.clone(),
            kind: PhantomData,
        }
    }
}

impl<T> Handle<T> {
    /// Says what name the resource will have, so that other stacks compute it. The name must mean the same
    /// in every stack that uses the handle.
    #[must_use]
    pub fn known_as(mut self, name: KnownName) -> Self {
        self.known = Some(name);
        self
    }

    /// The stack it stands in.
    pub fn stack(&self) -> &StackKey {
        &self.stack
    }

    /// Its logical id there.
    pub fn logical_id(&self) -> &str {
        &self.logical_id
    }
}
