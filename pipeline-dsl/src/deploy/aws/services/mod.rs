//! What is asked of each service, in our own words.

pub(crate) mod buckets;
pub(crate) mod change_sets;
pub(crate) mod connections;
pub(crate) mod drift;
pub(crate) mod functions;
pub(crate) mod objects;
pub(crate) mod organization;
pub(crate) mod pages;
pub(crate) mod pipelines;
pub(crate) mod projects;
pub(crate) mod queues;
pub(crate) mod stacks;
pub(crate) mod topics;
