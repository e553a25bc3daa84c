//! The services that speak JSON: SQS, CodePipeline, Lambda.
//! <https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html>

use serde_json::{Value, json};

use super::routing::Answer;
use crate::local::codebuild;
use crate::local::codepipeline;
use crate::local::http::call::Call;
use crate::local::http::credential::Credential;
use crate::local::http::response::ApiError;
use crate::local::lambda::functions;
use crate::local::organizations;
use crate::local::sqs;
use crate::local::state::State;

/// Whether a service speaks JSON.
pub(in crate::local) fn is_spoken_by(service: &str) -> bool {
    matches!(
        service,
        "sqs" | "codebuild" | "codepipeline" | "lambda" | "organizations"
    )
}

/// Answers a request.
pub(in crate::local) fn answer(state: &mut State, credential: &Credential, call: &Call) -> Answer {
    let asked: Value = serde_json::from_slice(&call.body).unwrap_or_default();
    let target = call.header("x-amz-target");
    let action = target.rsplit('.').next().unwrap_or_default();
    let answered = match credential.service.as_str() {
        "sqs" => sqs::act(state, credential, action, &asked),
        "organizations" => organizations::act(state, action, &asked),
        "codebuild" => codebuild::act(state, credential, action, &asked),
        "codepipeline" => codepipeline::act(state, credential, action, &asked),
        // Functions are run outside the state; what arrives here has nobody to run it.
        _ => Err(functions::nobody_runs_them()),
    };
    match answered {
        Ok(value) => spoken(200, &value),
        Err(error) => refused(&error),
    }
}

pub(in crate::local) fn spoken(status: u16, value: &Value) -> Answer {
    Answer::new(status, value.to_string()).with("content-type", "application/x-amz-json-1.0".to_owned())
}

pub(in crate::local) fn refused(error: &ApiError) -> Answer {
    let body = json!({"__type": error.code, "message": error.message});
    spoken(error.status, &body).with("x-amzn-errortype", error.code.to_owned())
}
