//! Builds: what is built, in which environment, with which variables and permissions.

pub(super) mod buildspec;
pub(super) mod cache;
pub(super) mod code_build;
pub(super) mod ecr_repository;
pub(super) mod environment;
pub(super) mod image;
pub(super) mod pull_requests;
pub(super) mod repository;
pub(super) mod secret;
pub(super) mod trigger;
pub(crate) mod upload;
pub(super) mod variable;
