//! Which action of which service a request asks for.

use super::authorization;
use super::json;
use crate::local::cloudformation::change_set_operations;
use crate::local::cloudformation::drift;
use crate::local::cloudformation::recovery;
use crate::local::cloudformation::stack_operations;
use crate::local::codeconnections;
use crate::local::http::answer::Answer;
use crate::local::http::call::Call;
use crate::local::http::credential::Credential;
use crate::local::http::json as json_answers;
use crate::local::http::request::Request;
use crate::local::http::response::{ApiError, Xml, document};
use crate::local::iam::sts;
use crate::local::s3::answers::refused;
use crate::local::s3::operations as s3;
use crate::local::sns;
use crate::local::state::State;

/// Answers a request.
pub(crate) fn answer(state: &mut State, call: &Call) -> Answer {
    if let Some(error) = &state.unreadable {
        return refusal(call, error);
    }
    let credential = match Credential::of(call) {
        Ok(credential) => credential,
        Err(error) => return Answer::of_error(&error),
    };
    if credential.service == "s3" {
        return s3::answer(&mut state.s3(), &credential, call);
    }
    if json::is_spoken_by(&credential.service) {
        return json::answer(state, &credential, call);
    }
    if credential.service == "codeconnections" {
        return codeconnections::answer(&state.connections, &credential, call);
    }
    let request = Request::of(&credential, call);
    let answered = request.require("Action").map(str::to_owned).and_then(|action| {
        authorization::authorize(state, &credential, &request, &action)?;
        let result = act(state, &credential.service, &request, &action)?;
        Ok(document(&action, &result))
    });
    match answered {
        Ok(body) => Answer::new(200, body),
        Err(error) => Answer::of_error(&error),
    }
}

/// The answer to a request whose effect cannot be kept.
pub(crate) fn refusal(call: &Call, error: &ApiError) -> Answer {
    match Credential::of(call) {
        Ok(credential) if credential.service == "s3" => refused(call, error),
        Ok(credential) if json::is_spoken_by(&credential.service) => json_answers::refused(error),
        Ok(_) | Err(_) => Answer::of_error(error),
    }
}

fn act(state: &mut State, service: &str, request: &Request, action: &str) -> Result<Xml, ApiError> {
    request.check_tokens()?;
    request.check_account(action)?;
    match (service, action) {
        ("sts", "GetCallerIdentity") => Ok(sts::get_caller_identity(request)),
        ("sts", "AssumeRole") => sts::assume_role(&mut state.shared.clock, request),
        ("cloudformation", "DescribeStacks") => stack_operations::describe_stacks(state, request),
        ("cloudformation", "ListStacks") => stack_operations::list_stacks(state, request),
        ("cloudformation", "DescribeStackEvents") => stack_operations::describe_stack_events(state, request),
        ("cloudformation", "DescribeStackResources") => {
            stack_operations::describe_stack_resources(state, request)
        }
        ("cloudformation", "ListStackResources") => stack_operations::list_stack_resources(state, request),
        ("cloudformation", "DetectStackDrift") => drift::detect_stack_drift(state, request),
        ("cloudformation", "DescribeStackDriftDetectionStatus") => {
            drift::describe_drift_detection(state, request)
        }
        ("cloudformation", "DescribeStackResourceDrifts") => drift::describe_resource_drifts(state, request),
        ("cloudformation", "GetTemplate") => stack_operations::get_template(state, request),
        ("cloudformation", "CreateChangeSet") => change_set_operations::create_change_set(state, request),
        ("cloudformation", "DescribeChangeSet") => change_set_operations::describe_change_set(state, request),
        ("cloudformation", "ListChangeSets") => change_set_operations::list_change_sets(state, request),
        ("cloudformation", "ExecuteChangeSet") => change_set_operations::execute_change_set(state, request),
        ("cloudformation", "DeleteChangeSet") => change_set_operations::delete_change_set(state, request),
        ("cloudformation", "DeleteStack") => stack_operations::delete_stack(state, request),
        ("cloudformation", "ContinueUpdateRollback") => recovery::continue_update_rollback(state, request),
        ("cloudformation", "UpdateTerminationProtection") => {
            recovery::update_termination_protection(state, request)
        }
        ("sns", "GetTopicAttributes") => sns::get_topic_attributes(&state.shared, request),
        ("sns", "Publish") => sns::publish(&mut state.topics, &mut state.shared, request),
        (service, _) => Err(ApiError::new(
            "InvalidAction",
            format!("the local cloud does not know {action} of {service}"),
        )),
    }
}
