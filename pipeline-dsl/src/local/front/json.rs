//! The services that speak JSON: SQS, CodePipeline, Lambda.
//! <https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html>

use serde_json::Value;

use crate::local::codebuild;
use crate::local::codepipeline;
use crate::local::http::answer::Answer;
use crate::local::http::call::Call;
use crate::local::http::credential::Credential;
use crate::local::http::json::{refused, spoken};
use crate::local::lambda::functions;
use crate::local::organizations;
use crate::local::sqs;
use crate::local::state::State;

/// Whether a service speaks JSON.
pub(crate) fn is_spoken_by(service: &str) -> bool {
    matches!(
        service,
        "sqs" | "codebuild" | "codepipeline" | "lambda" | "organizations"
    )
}

/// Answers a request.
pub(crate) fn answer(state: &mut State, credential: &Credential, call: &Call) -> Answer {
    let asked: Value = serde_json::from_slice(&call.body).unwrap_or_default();
    let target = call.header("x-amz-target");
    let action = target.rsplit('.').next().unwrap_or_default();
    let answered = match credential.service.as_str() {
        "sqs" => sqs::act(&mut state.sqs(), credential, action, &asked),
        "organizations" => organizations::act(&state.parents, action, &asked),
        "codebuild" => codebuild::act(&mut state.shared, credential, action, &asked),
        "codepipeline" => codepipeline::act(
            &mut state.pipelines,
            &mut state.shared,
            credential,
            action,
            &asked,
        ),
        // Functions are run outside the state; what arrives here has nobody to run it.
        _ => Err(functions::nobody_runs_them()),
    };
    match answered {
        Ok(value) => spoken(200, &value),
        Err(error) => refused(&error),
    }
}
