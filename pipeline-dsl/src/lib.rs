//! Delivery pipelines over many AWS accounts, and to every developer's own, as one Rust program.
//!
//! A team declares its world with [`team!`], describes its pipelines in ordinary Rust, and runs the program:
//!
//! ```no_run
#![doc = include_str!("../../examples/team.rs")]
//! ```
//!
//! From there on: [`team`] checks that everything fits together, [`constructs`] and [`synth`] turn it into
//! CloudFormation stacks in dependency order, [`deploy`] brings them to AWS, and [`local`] is an AWS for those
//! who have none at hand.

#[cfg(feature = "cli")]
pub mod cli;
pub mod cloudformation;
pub mod constructs;
#[cfg(feature = "deploy")]
pub mod deploy;
pub mod diagnostic;
#[cfg(feature = "local")]
pub mod local;
pub mod model;
pub mod policy;
pub mod prelude;
pub mod synth;
pub mod team;

pub use diagnostic::Result;
pub use pipeline_dsl_macros::team;
