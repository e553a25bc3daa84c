//! `<team>-self-update`: the pipeline that keeps the team's own stacks as its program says, and the roles that it deploys with.
//!
//! A push builds the program. The same binary then plans and deploys, each in a project of its own: what is built is
//! somebody's code and may do nothing; what plans may look; what deploys runs after the approval.
//! `<team>-deployers`: what both take in every other account.

mod account_kind;
mod deployer;
mod permissions;
mod pipeline;
mod project;
mod role;

pub(crate) use deployer::{Deployers, deployers};
pub(crate) use pipeline::add;
