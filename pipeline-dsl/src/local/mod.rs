//! The local cloud: an AWS inside this process, as far as our templates need one.
//!
//! It speaks AWS's own protocol behind the SDK's HTTP connector, so that deployment runs the very code that
//! runs against AWS; it keeps AWS's rules where they bite. It knows no layer above `cloudformation`: it sees
//! requests and templates, never the team that they came from.
//!
//! What it does not do by itself: run functions, builds and pipelines, or check permissions. A rehearsal gives it who
//! does ([`Functions`], [`Authorizer`]).

mod api;
mod beginning;
mod buckets;
mod call;
mod calls;
mod change_set;
mod change_set_operations;
mod changes;
mod clock;
mod connections;
mod connector;
mod contents;
#[cfg(test)]
mod crashes;
mod credential;
mod custom_requests;
mod document;
mod drift;
mod durable;
mod execution;
mod executions;
mod faults;
mod functions;
mod holder;
mod http;
mod index;
mod json;
mod names;
mod object_content;
mod opening;
mod operations;
mod organization;
mod permission;
mod preparation;
mod projects;
mod properties;
mod queues;
mod random;
mod received;
mod recovery;
mod removal;
mod request;
mod resources;
mod response;
mod s3;
mod s3_objects;
mod s3_write;
mod scope;
mod service_role;
mod stack;
mod stack_permission;
mod store;
mod sts;
mod template_shape;
mod template_source;
mod templates;
mod topics;
mod unique_keys;
mod view;
mod visitors;
mod writer;

pub use api::Answer;
pub use calls::Asked;
pub use connector::LocalConnector;
pub use contents::{Created, ObjectView, Refused, ResourceView};
pub use custom_requests::CustomRequest;
pub use executions::{ActionState, PipelineState, StageState};
pub use faults::Faults;
pub use functions::{Failure, Function, Functions, Invocation};
pub use holder::Holder;
pub use permission::Authorizer;
pub use random::Random;
pub use store::{Damage, StoreError};
pub use topics::Published;
pub use view::{StackView, Turn};
pub use visitors::Visitors;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use buckets::Buckets;
use clock::Clock;
use faults::FaultState;
use index::Index;
use object_content::Contents;
use queues::Queue;
use response::ApiError;
use stack::{Stack, StackArn};
use store::Store;
use templates::Templates;

/// A cloud with any number of accounts, which come into being when they are first used.
#[derive(Debug, Clone)]
pub struct LocalCloud {
    state: Arc<Mutex<State>>,
}

/// Everything that there is in the cloud.
#[derive(Debug, Default)]
struct State {
    clock: Clock,
    stacks: BTreeMap<StackArn, Stack>,
    index: Index,
    templates: Templates,
    buckets: Buckets,
    contents: Contents,
    store: Option<Store>,
    /// Why what is kept cannot be read again, after something could not be written.
    unreadable: Option<ApiError>,
    faults: Option<FaultState>,
    authorizer: Option<Arc<dyn Authorizer>>,
    functions: Option<Arc<dyn Functions>>,
    queues: BTreeMap<String, Queue>,
    pipelines: BTreeMap<String, PipelineState>,
    remembers: bool,
    asked: Vec<Asked>,
    custom_requests: Vec<CustomRequest>,
    /// The objects that were created since somebody wanted to know.
    created: Option<Vec<Created>>,
    /// The messages that were published since somebody wanted to know.
    published: Option<Vec<Published>>,
    /// Of accounts and organizational units, what they are in.
    parents: BTreeMap<String, String>,
    /// The drift detections, by their ids, and whose they are.
    detections: BTreeMap<String, StackArn>,
    /// The connections that are not `AVAILABLE`, with what they are instead.
    connections: BTreeMap<String, String>,
    /// The pipelines that were started since somebody wanted to know.
    started: Option<Vec<String>>,
}

impl LocalCloud {
    /// A cloud that forgets everything when it is dropped.
    pub fn in_memory() -> Self {
        Self::with(State::default())
    }

    fn with(state: State) -> Self {
        Self {
            state: Arc::new(Mutex::new(state)),
        }
    }

    /// Lets somebody decide whether the requests of roles go through.
    pub fn set_authorizer(&self, authorizer: Option<Arc<dyn Authorizer>>) {
        self.lock().authorizer = authorizer;
    }

    /// The state is whole after every call, so a panic elsewhere leaves nothing half done in it.
    fn lock(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.read_again_after_failure();
        state
    }
}
