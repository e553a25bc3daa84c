//! The cloud as a program holds it: opened, looked at, told what is around it.

pub(super) mod calls;
pub(super) mod contents;
pub(super) mod drift;
pub(super) mod functions;
pub(super) mod local_cloud;
pub(super) mod opening;
pub(super) mod pipelines;
pub(super) mod surroundings;
pub(super) mod view;
