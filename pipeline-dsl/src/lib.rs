//! Delivery pipelines over many AWS accounts, and to every developer's own, as one Rust program.
//!
//! A team declares its world with [`team!`], describes its pipelines in ordinary Rust, and runs the program:
//!
//! ```no_run
//! use pipeline_dsl::prelude::*;
//!
//! team! {
//!     mod acme {
//!         build = "111111111111" in us-east-1;
//!         environment dev = "222222222222" in eu-west-1;
//!         wave development = [dev];
//!         service orders;
//!         developer alice = "555555555555" in us-east-1;
//!     }
//! }
//!
//! fn main() -> ExitCode {
//!     pipeline_dsl::cli::main(team)
//! }
//!
//! fn team() -> Result<Team> {
//!     let (orders, bundle) = Pipeline::from_artifact(acme::orders, Artifact::key("orders/orders.zip"));
//!     let orders = orders
//!         .stack(Stack::named("orders").template(bundle.file("orders.yaml")))
//!         .permissions(Permissions::new().allow(["sns:CreateTopic"], ["arn:aws:sns:*:*:orders"]))
//!         .release(acme::development);
//!     acme::TEAM.with(orders).build()
//! }
//! ```
//!
//! From there on: [`mod@team`] checks that everything fits together, [`constructs`] and [`synth`] turn it into
//! CloudFormation stacks in dependency order, [`deploy`] brings them to AWS, [`delivery`]
//! tells who has which artifact, and [`local`] is an AWS for those
//! who have none at hand. The repository's README shows more, and `examples/team.rs` a whole team.

#[cfg(feature = "deploy")]
pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
pub mod cloudformation;
pub mod constructs;
#[cfg(feature = "deploy")]
pub mod delivery;
#[cfg(feature = "deploy")]
pub mod deploy;
pub mod diagnostic;
#[cfg(feature = "local")]
pub mod local;
pub mod model;
#[cfg(feature = "permissions")]
pub mod needs;
pub mod policy;
pub mod prelude;
pub mod proof;
#[cfg(feature = "local")]
pub mod rehearsal;
pub mod synth;
pub mod team;

pub use diagnostic::Result;
pub use pipeline_dsl_macros::{
    account_id, actions, artifact_path, branch_name, name, object_key, organization_path, repository_name,
    resource_arns, service_principals, stack_name, team,
};

/// The README's program must compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
