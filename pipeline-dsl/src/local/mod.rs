//! The local cloud: an AWS inside this process, as far as our templates need one.
//!
//! It speaks AWS's own protocol behind the SDK's HTTP connector, so that deployment runs the very code that
//! runs against AWS; it keeps AWS's rules where they bite. It knows no layer above `cloudformation`: it sees
//! requests and templates, never the team that they came from.
//!
//! What it does not do by itself: run functions and builds, or check permissions. A rehearsal gives it who
//! does ([`Functions`], [`Authorizer`]), and lets time pass: rules, topics and pipelines move in `runtime`.
//!
//! Each service has a room with its own state and handlers; `front` routes calls to them, `shared` is what all of
//! them stand on, and `cloudformation` makes and removes resources in all of them.

mod clock;
mod cloud;
mod cloudformation;
mod codebuild;
mod codeconnections;
mod codepipeline;
mod faults;
mod front;
mod http;
mod iam;
mod lambda;
mod organizations;
pub(crate) mod runtime;
mod s3;
mod shared;
mod sns;
mod sqs;
mod stacks;
mod state;
mod store;

pub use cloud::contents::{ObjectView, Refused, ResourceView};
pub use cloud::local_cloud::{Functions, LocalCloud};
pub use cloud::view::{StackView, Turn};
pub use codepipeline::{ActionState, ExecutionStatus, PipelineState, StageState};
pub use faults::chosen::Faults;
pub use faults::random::Random;
pub use front::connector::LocalConnector;
pub use front::visitors::Visitors;
pub use http::answer::Answer;
pub use http::asked::Asked;
pub use iam::authorizer::Authorizer;
pub use lambda::custom_request::CustomRequest;
pub use lambda::functions::{Failure, Function, Invocation};
pub use s3::state::Created;
pub use sns::Published;
pub use store::error::{Damage, StoreError};
pub use store::holder::Holder;
