//! The AWS SDK: everything that is asked of AWS, in our own words. Nothing else names it.

pub(crate) mod access;
mod call_error;
mod carried;
mod client;
mod environment;
mod services;
mod session;
pub(crate) mod settings;
mod traffic;
mod transport;

pub use call_error::{CallError, CallErrorKind};
pub use client::Aws;
pub use environment::EnvironmentError;
pub(crate) use services::buckets::BucketClient;
pub(crate) use services::objects::{ObjectHead, ObjectVersion};
pub(crate) use services::pipelines::PipelineClient;
pub use services::pipelines::StageStatus;
pub(crate) use services::projects::{Project, PullRequestPolicy};
pub(crate) use services::queues::{Letter, QueueClient};
pub(crate) use services::stacks::StackClient;
pub(crate) use session::{Session, session_name};
pub use traffic::Silence;
pub(crate) use traffic::{FIRST_ANSWER, Traffic};
