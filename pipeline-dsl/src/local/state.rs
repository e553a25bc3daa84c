//! Everything that there is in the cloud.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::clock::Clock;
use super::cloud::calls::Asked;
use super::cloud::contents::Created;
use super::cloudformation::custom_requests::CustomRequest;
use super::codepipeline::PipelineState;
use super::faults::chosen::FaultState;
use super::http::response::ApiError;
use super::lambda::functions::Functions;
use super::s3::buckets::Buckets;
use super::s3::permission::Authorizer;
use super::sns::Published;
use super::sqs::Queue;
use super::stacks::index::Index;
use super::stacks::stack::{Stack, StackArn};
use super::stacks::templates::Templates;
use super::store::contents::Contents;
use super::store::directory::Store;

/// Everything that there is in the cloud.
#[derive(Debug, Default)]
pub(in crate::local) struct State {
    pub(in crate::local) clock: Clock,
    pub(in crate::local) stacks: BTreeMap<StackArn, Stack>,
    pub(in crate::local) index: Index,
    pub(in crate::local) templates: Templates,
    pub(in crate::local) buckets: Buckets,
    pub(in crate::local) contents: Contents,
    pub(in crate::local) store: Option<Store>,
    /// Why what is kept cannot be read again, after something could not be written.
    pub(in crate::local) unreadable: Option<ApiError>,
    pub(in crate::local) faults: Option<FaultState>,
    pub(in crate::local) authorizer: Option<Arc<dyn Authorizer>>,
    pub(in crate::local) functions: Option<Arc<dyn Functions>>,
    pub(in crate::local) queues: BTreeMap<String, Queue>,
    pub(in crate::local) pipelines: BTreeMap<String, PipelineState>,
    pub(in crate::local) remembers: bool,
    pub(in crate::local) asked: Vec<Asked>,
    pub(in crate::local) custom_requests: Vec<CustomRequest>,
    /// The objects that were created since somebody wanted to know.
    pub(in crate::local) created: Option<Vec<Created>>,
    /// The messages that were published since somebody wanted to know.
    pub(in crate::local) published: Option<Vec<Published>>,
    /// Of accounts and organizational units, what they are in.
    pub(in crate::local) parents: BTreeMap<String, String>,
    /// The drift detections, by their ids, and whose they are.
    pub(in crate::local) detections: BTreeMap<String, StackArn>,
    /// The connections that are not `AVAILABLE`, with what they are instead.
    pub(in crate::local) connections: BTreeMap<String, String>,
    /// The pipelines that were started since somebody wanted to know.
    pub(in crate::local) started: Option<Vec<String>>,
}
