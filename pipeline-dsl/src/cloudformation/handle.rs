use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::text::Text;

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
