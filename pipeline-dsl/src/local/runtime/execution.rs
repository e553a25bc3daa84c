//! An execution of a pipeline, and where executions are in its stages.

use std::collections::BTreeMap;

use crate::local::cloud::contents::ObjectView;
use crate::local::codepipeline::PipelineState;

/// One run of a pipeline.
#[derive(Debug)]
pub(super) struct Execution {
    pub(super) id: String,
    /// The pipeline's ARN.
    pub(super) pipeline: String,
    /// The sources by their name in the pipeline.
    pub(super) sources: BTreeMap<String, ObjectView>,
    pub(super) stage: usize,
    /// The step of the stage that it is in.
    pub(super) parent: usize,
    /// Actions that run now.
    pub(super) running: usize,
    pub(super) failed: bool,
    /// When it was through with its last stage.
    pub(super) done_at: Option<u64>,
}

/// The stages of a pipeline, with who is in them and who is before them.
#[derive(Debug, Default)]
pub(super) struct Lane {
    pub(super) inside: BTreeMap<usize, usize>,
    pub(super) before: BTreeMap<usize, usize>,
    /// What CodePipeline tells of it.
    pub(super) state: PipelineState,
}
