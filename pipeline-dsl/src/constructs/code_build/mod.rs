//! CodeBuild: the projects that build a service, what they run in, and what their roles may do.

mod environment;
mod permissions;
pub(crate) mod project;
pub(crate) mod webhook;

pub(crate) use environment::environment;
