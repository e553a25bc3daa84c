//! Pipelines, as far as one looks at them and starts them.
//! <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_GetPipelineState.html>

use aws_sdk_codepipeline::Client;
use aws_sdk_codepipeline::types::{ActionExecutionStatus, ActionState};

use crate::deploy::aws::call_error::CallError;
use crate::deploy::printable::printable;

/// The last execution of a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StageStatus {
    /// Its name.
    pub name: String,
    /// The execution; none, while there was none.
    pub execution: Option<String>,
    /// `InProgress`, `Succeeded`, `Failed`, …
    pub status: Option<String>,
    /// When that changed, as AWS writes it.
    pub since: Option<String>,
    /// Whether somebody has to say yes.
    pub waits_for_approval: bool,
    /// What failed.
    pub error: Option<String>,
}

/// CodePipeline in one account and region.
#[derive(Debug, Clone)]
pub(crate) struct PipelineClient {
    client: Client,
}

impl PipelineClient {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// The last execution of each stage.
    pub(crate) async fn stages(&self, pipeline: &str) -> Result<Vec<StageStatus>, CallError> {
        let state = self.client.get_pipeline_state().name(pipeline).send().await;
        let state = state.map_err(|error| CallError::of("GetPipelineState", error))?;
        let stages = state.stage_states.unwrap_or_default().into_iter();
        Ok(stages
            .map(|stage| {
                let actions = stage.action_states.unwrap_or_default();
                let latest = stage.latest_execution;
                let time =
                    |action: &ActionState| Some(action.latest_execution.as_ref()?.last_status_change?.secs());
                let newest = actions.iter().max_by_key(|action| time(action));
                let changed = newest.and_then(|action| action.latest_execution.as_ref()?.last_status_change);
                StageStatus {
                    name: printable(&stage.stage_name.unwrap_or_default()),
                    execution: latest.as_ref().map(|latest| latest.pipeline_execution_id.clone()),
                    status: latest.map(|latest| printable(latest.status.as_str())),
                    since: changed.map(|time| time.to_string()),
                    waits_for_approval: actions.iter().any(waits),
                    error: actions.iter().find_map(error),
                }
            })
            .collect())
    }

    /// Starts an execution, of which the same token starts no second one, and returns its id.
    pub(crate) async fn start_once(&self, pipeline: &str, token: &str) -> Result<String, CallError> {
        let call = self.client.start_pipeline_execution().name(pipeline);
        let started = call.client_request_token(token).send().await;
        let started = started.map_err(|error| CallError::of("StartPipelineExecution", error))?;
        Ok(started.pipeline_execution_id.unwrap_or_default())
    }

    /// Starts an execution.
    /// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_StartPipelineExecution.html>
    pub(crate) async fn start(&self, pipeline: &str) -> Result<(), CallError> {
        let started = self.client.start_pipeline_execution().name(pipeline).send().await;
        started
            .map(drop)
            .map_err(|error| CallError::of("StartPipelineExecution", error))
    }
}

/// An action that is in progress and has a token waits for somebody who says yes or no.
/// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ActionExecution.html>
fn waits(action: &ActionState) -> bool {
    let latest = action.latest_execution.as_ref();
    latest.is_some_and(|latest| {
        latest.status == Some(ActionExecutionStatus::InProgress) && latest.token.is_some()
    })
}

fn error(action: &ActionState) -> Option<String> {
    let details = action.latest_execution.as_ref()?.error_details.as_ref()?;
    let name = action.action_name.as_deref().unwrap_or_default();
    Some(printable(&format!("{name}: {}", details.message.as_deref()?)))
}
