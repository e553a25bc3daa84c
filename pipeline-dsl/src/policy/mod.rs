//! The IAM policy language as data, and whether a statement applies to a request.
//!
//! Documents are generic over their text: in a template it may hold intrinsics, in an evaluated policy it
//! is a `String`.

pub mod authorization;
mod condition;
mod document;
mod principal;
mod request;
mod rule;
mod service_call;

pub use condition::{ConditionBlock, Operator};
pub use document::{Effect, PolicyDocument, Statement};
pub use principal::Principal;
pub use request::{ContextValue, Request, Requester};
pub(crate) use rule::is_like;
pub use rule::{MalformedStatement, Naming, PreparedRequest, Rule};
pub use service_call::{AbsentKey, CallFacts, Caller, Evidence, SentKey, ServiceCall};
