//! The services that speak JSON: SQS, CodePipeline, Lambda.
//! <https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html>

use serde_json::{Value, json};

use super::api::Answer;
use super::call::Call;
use super::credential::Credential;
use super::response::ApiError;
use super::{State, executions, functions, organization, projects, queues};

/// Whether a service speaks JSON.
pub(super) fn is_spoken_by(service: &str) -> bool {
    matches!(
        service,
        "sqs" | "codebuild" | "codepipeline" | "lambda" | "organizations"
    )
}

/// Answers a request.
pub(super) fn answer(state: &mut State, credential: &Credential, call: &Call) -> Answer {
    let asked: Value = serde_json::from_slice(&call.body).unwrap_or_default();
    let target = call.header("x-amz-target");
    let action = target.rsplit('.').next().unwrap_or_default();
    let answered = match credential.service.as_str() {
        "sqs" => queues::act(state, credential, action, &asked),
        "organizations" => organization::act(state, action, &asked),
        "codebuild" => projects::act(state, credential, action, &asked),
        "codepipeline" => executions::act(state, credential, action, &asked),
        // Functions are run outside the state; what arrives here has nobody to run it.
        _ => Err(functions::nobody_runs_them()),
    };
    match answered {
        Ok(value) => spoken(200, &value),
        Err(error) => refused(&error),
    }
}

pub(super) fn spoken(status: u16, value: &Value) -> Answer {
    Answer::new(status, value.to_string()).with("content-type", "application/x-amz-json-1.0".to_owned())
}

pub(super) fn refused(error: &ApiError) -> Answer {
    let body = json!({"__type": error.code, "message": error.message});
    spoken(error.status, &body).with("x-amzn-errortype", error.code.to_owned())
}
