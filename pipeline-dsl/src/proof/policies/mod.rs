//! All policies that are there, and what AWS answers by them.

mod asked;
pub(super) mod decision;
pub(super) mod evaluation;
pub(super) mod ownership;
pub(super) mod policy;
mod resource_policy;

pub(super) use decision::{Answer, Decision, Verdict};
pub(super) use evaluation::Policies;
