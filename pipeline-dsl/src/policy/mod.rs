//! The IAM policy language as data.
//!
//! Documents are generic over their text: in a template it may hold intrinsics, in an evaluated policy it
//! is a `String`.

mod condition;
mod document;
mod principal;

pub use condition::{ConditionBlock, Operator};
pub use document::{Effect, PolicyDocument, Statement};
pub use principal::Principal;
