use std::marker::PhantomData;
use std::panic::Location;

use super::any::Any;
use crate::diagnostic::SourceLocation;
use crate::model::Name;

/// What one repository delivers: artifacts, stacks, permissions, one pipeline.
///
/// A service may have a type of its own. Then its artifacts have it too, and a stack of another service that
/// reads one of them does not compile:
///
/// ```
/// # use pipeline_dsl::{model::Name, team::Service};
/// enum Orders {}
/// const ORDERS: Service<Orders> = Service::declared(Name::new("orders"));
/// ```
#[derive(Debug)]
pub struct Service<Itself = Any> {
    pub(crate) name: Name,
    pub(crate) location: SourceLocation,
    itself: PhantomData<fn() -> Itself>,
}

impl<Itself> Clone for Service<Itself> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Itself> Copy for Service<Itself> {}

impl Service {
    /// The service with this name, known at run time.
    #[track_caller]
    pub const fn new(name: Name) -> Self {
        Self::declared(name)
    }
}

impl<Itself> Service<Itself> {
    /// The service with this name, and a type of its own.
    #[track_caller]
    pub const fn declared(name: Name) -> Self {
        Self {
            name,
            location: Location::caller(),
            itself: PhantomData,
        }
    }

    /// The service without its type, for lists of several services.
    pub const fn any(self) -> Service {
        Service {
            name: self.name,
            location: self.location,
            itself: PhantomData,
        }
    }

    /// Its name.
    pub const fn name(&self) -> Name {
        self.name
    }
}
