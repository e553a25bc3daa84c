//! CodePipeline, as far as the last execution of each stage is told, and somebody starts another.
//! <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_GetPipelineState.html>
//! <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_StartPipelineExecution.html>

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::clock::Moment;
use super::http::credential::Credential;
use super::http::ids::unique_id;
use super::http::response::ApiError;
use super::shared::Shared;
use super::stacks::index::Owner;
use super::store::directory::{FileKind, Store};
use super::store::error::StoreError;
use crate::policy::{Request, Requester};

/// A pipeline with the last execution of each of its stages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PipelineState {
    /// The pipeline.
    pub arn: String,
    /// Its stages, in order.
    pub stages: Vec<StageState>,
}

/// The last execution that a stage has seen.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StageState {
    /// The stage.
    pub name: String,
    /// The execution.
    pub execution: String,
    /// What became of it.
    pub status: ExecutionStatus,
    /// The actions that were begun.
    pub actions: Vec<ActionState>,
}

/// The last execution of an action.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ActionState {
    /// The action.
    pub name: String,
    /// What became of it.
    pub status: ExecutionStatus,
    /// When it became so, in seconds of the cloud's own time.
    pub at: u64,
    /// What failed.
    pub error: Option<String>,
    /// The revision that it worked on, where it is a source.
    pub revision: Option<String>,
}

/// What became of an execution in a stage or an action: what CodePipeline tells of those that run here.
/// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_StageExecution.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ExecutionStatus {
    /// It runs, or waits for an approval.
    #[default]
    InProgress,
    /// It is done.
    Succeeded,
    /// It failed.
    Failed,
}

/// What CodePipeline keeps.
#[derive(Debug, Default)]
pub(crate) struct Pipelines {
    /// The pipelines that ran, by their ARNs.
    pub(crate) all: BTreeMap<String, PipelineState>,
    /// The pipelines that were started since somebody wanted to know.
    pub(crate) started: Option<Vec<String>>,
}

impl Pipelines {
    /// The pipelines as they were kept.
    pub(crate) fn load(store: &Store) -> Result<BTreeMap<String, PipelineState>, StoreError> {
        let kept: Vec<PipelineState> = store.load(FileKind::Pipeline)?;
        let all = kept.into_iter().map(|pipeline| (pipeline.arn.clone(), pipeline));
        Ok(all.collect())
    }

    /// Remembers the last executions of a pipeline.
    pub(crate) fn put(&mut self, shared: &Shared, pipeline: PipelineState) -> Result<(), StoreError> {
        shared.keep(|store| store.save(FileKind::Pipeline, &pipeline.arn, &pipeline))?;
        self.all.insert(pipeline.arn.clone(), pipeline);
        Ok(())
    }
}

/// Answers an action of CodePipeline.
pub(crate) fn act(
    pipelines: &mut Pipelines,
    shared: &mut Shared,
    credential: &Credential,
    action: &str,
    asked: &Value,
) -> Result<Value, ApiError> {
    let name = asked.get("name").and_then(Value::as_str).unwrap_or_default();
    let partition = super::http::ids::partition_of(&credential.region);
    let arn = format!(
        "arn:{partition}:codepipeline:{}:{}:{name}",
        credential.region, credential.account
    );
    let Some(owner) = shared.index.get(&arn).cloned() else {
        let message = format!(
            "Account '{}' does not have a pipeline with name '{name}'",
            credential.account
        );
        return Err(ApiError::new("PipelineNotFoundException", message));
    };
    match action {
        "GetPipelineState" => Ok(pipeline_state(pipelines, shared, &owner, &arn, name)),
        "StartPipelineExecution" => start(pipelines, shared, credential, arn),
        _ => Err(ApiError::new(
            "InvalidAction",
            format!("the local cloud does not know {action} of codepipeline"),
        )),
    }
}

/// What runs then is not decided here.
fn start(
    pipelines: &mut Pipelines,
    shared: &mut Shared,
    credential: &Credential,
    arn: String,
) -> Result<Value, ApiError> {
    if let (Some(role), Some(authorizer)) = (&credential.role, &shared.authorizer) {
        let action = "codepipeline:StartPipelineExecution";
        let request = Request::new(Requester::Role(role.clone()), action, &arn);
        let denied = |reason| ApiError::denied("AccessDeniedException", reason);
        authorizer.authorize(&request).map_err(denied)?;
    }
    let now = shared.clock.tick();
    let id = unique_id(&[&arn, &now.to_timestamp()]);
    if let Some(started) = &mut pipelines.started {
        started.push(arn);
    }
    Ok(json!({"pipelineExecutionId": id}))
}

fn pipeline_state(pipelines: &Pipelines, shared: &Shared, owner: &Owner, arn: &str, name: &str) -> Value {
    let resource = shared
        .stacks
        .get(&owner.stack)
        .and_then(|stack| stack.resources.get(&owner.logical_id));
    let properties = resource.map(|resource| resource.properties.value());
    let declared = properties
        .as_ref()
        .and_then(|properties| properties.get("Stages"));
    let known = pipelines.all.get(arn);
    let stages = declared
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|stage| {
            let name = stage.get("Name").and_then(Value::as_str).unwrap_or_default();
            let seen = known.and_then(|known| known.stages.iter().find(|stage| stage.name == name));
            stage_state(name, seen)
        });
    json!({"pipelineName": name, "pipelineVersion": 1, "stageStates": stages.collect::<Vec<_>>()})
}

fn stage_state(name: &str, seen: Option<&StageState>) -> Value {
    let Some(seen) = seen else {
        return json!({"stageName": name, "actionStates": []});
    };
    let actions = seen.actions.iter().map(|action| {
        let at = Moment::from_seconds(action.at).epoch_seconds();
        let mut latest = json!({"status": action.status, "lastStatusChange": at});
        if let (Some(error), Some(latest)) = (&action.error, latest.as_object_mut()) {
            latest.insert(
                "errorDetails".to_owned(),
                json!({"code": "JobFailed", "message": error}),
            );
        }
        // With it somebody answers who was asked for an approval.
        if let (ExecutionStatus::InProgress, Some(latest)) = (action.status, latest.as_object_mut()) {
            latest.insert("token".to_owned(), json!(seen.execution));
        }
        let mut told = json!({"actionName": action.name, "latestExecution": latest});
        if let (Some(revision), Some(told)) = (&action.revision, told.as_object_mut()) {
            told.insert(
                "currentRevision".to_owned(),
                json!({"revisionId": revision, "revisionChangeId": revision, "created": at}),
            );
        }
        told
    });
    json!({
        "stageName": name,
        "latestExecution": {"pipelineExecutionId": seen.execution, "status": seen.status},
        "actionStates": actions.collect::<Vec<_>>(),
    })
}
