//! The executions of pipelines, which somebody outside runs.

use super::local_cloud::LocalCloud;
use crate::local::codepipeline::PipelineState;
use crate::local::state::State;
use crate::local::store::error::StoreError;

impl LocalCloud {
    /// The last executions of a pipeline.
    pub fn pipeline_state(&self, arn: &str) -> Option<PipelineState> {
        self.lock().pipelines.all.get(arn).cloned()
    }

    /// The pipelines that were started since this was last asked, by their ARNs; the first time, none.
    pub fn started_pipelines(&self) -> Vec<String> {
        self.lock()
            .pipelines
            .started
            .replace(Vec::new())
            .unwrap_or_default()
    }

    /// Remembers the last executions of a pipeline.
    ///
    /// # Errors
    /// When the state cannot be kept.
    pub fn set_pipeline_state(&self, pipeline: PipelineState) -> Result<(), StoreError> {
        let mut state = self.lock();
        let State {
            pipelines, shared, ..
        } = &mut *state;
        pipelines.put(shared, pipeline)?;
        let kept = shared.kept();
        drop(state);
        kept.wait()
    }
}
