//! What AWS refuses of resources, type by type.
#![expect(
    clippy::indexing_slicing,
    reason = "reading a `serde_json::Value` by name never panics: what is not there is null"
)]

mod codebuild;
mod codepipeline;
pub(crate) mod context;
mod custom;
mod events;
mod iam;
mod kms;
mod lambda;
mod logs;
mod policy;
pub(crate) mod rules;
mod s3;
mod sns;
mod sqs;
