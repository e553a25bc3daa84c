//! The cloud as a program holds it: opened, looked at, told what is around it.

pub(super) mod calls;
pub(super) mod contents;
pub(super) mod local_cloud;
pub(super) mod opening;
pub(super) mod view;
