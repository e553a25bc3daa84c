//! Proves, from the synthesized templates alone, that every request the running system makes is allowed and that every one
//! it must never make is denied: before anything is deployed.

mod access;
mod deployed;
mod drifted;
mod findings;
mod fingerprint;
mod forbidden;
mod hop;
mod hops;
mod json;
mod policies;
mod prover;
mod report;
pub mod self_update;
mod what_if;

pub use access::{Access, Standing};
pub use deployed::resource::Unreadable;
pub use deployed::statements::StatementPlace;
pub use drifted::{Becomes, Consequences, Drift, ResourcePlace, consequences};
pub use findings::assumptions::Assumption;
pub use findings::least_privilege::Finding;
pub use findings::unasked::{Unasked, UnaskedPlace};
pub use fingerprint::fingerprint;
pub use hop::{Declared, Expectation, Grantee, Hop};
pub use policies::decision::{Answer, Decision, Step, Verdict};
pub use prover::{Prover, prove};
pub use report::proof::Proof;
pub use report::proved::{Proved, describe};
pub use what_if::WhatIf;
