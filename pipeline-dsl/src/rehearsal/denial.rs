//! What happens in a rehearsal: the steps of the cloud, in which a denied request has its proof.

use std::fmt;

use crate::local::runtime::{self, Denied};
use crate::proof::Proved;

/// Something that happened, after something else.
pub type Step = runtime::Step<Denial>;

/// What came of a step.
pub type Outcome = runtime::Outcome<Denial>;

/// A request that the deployed policies deny.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Denial {
    /// The request, with the answer of every policy that was asked.
    pub proved: Proved,
}

impl Denied for Denial {
    fn action(&self) -> &str {
        &self.proved.hop.request.action
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hop = &self.proved.hop;
        let who = crate::proof::describe(&hop.request.requester);
        write!(
            formatter,
            "{who} is denied `{}` on `{}`",
            hop.request.action, hop.request.resource
        )
    }
}

/// Hears of every step as soon as it has happened.
pub trait Observer {
    /// A step happened.
    fn happened(&self, step: &Step);
}

/// An observer who takes no notice.
impl Observer for () {
    fn happened(&self, _: &Step) {}
}
