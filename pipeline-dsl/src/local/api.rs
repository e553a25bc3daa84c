//! Which action of which service a request asks for.

use std::borrow::Cow;

use super::call::Call;
use super::credential::Credential;
use super::request::Request;
use super::response::{ApiError, Xml, document};
use super::{
    State, change_set_operations, connections, drift, json, operations, recovery, s3, stack_permission, sts,
    topics,
};

/// An answer over HTTP.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(Cow<'static, str>, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    pub(super) fn new(status: u16, body: String) -> Self {
        Self {
            status,
            headers: vec![("content-type".into(), "text/xml".to_owned())],
            body: body.into_bytes(),
        }
    }

    /// The same with another header.
    pub(super) fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name.into(), value));
        self
    }

    /// The same with another body.
    pub(super) fn with_bytes(mut self, body: Vec<u8>) -> Self {
        self.body = body;
        self
    }

    pub(super) fn of_error(error: &ApiError) -> Self {
        Self::new(error.status, error.body())
    }
}

/// Answers a request.
pub(super) fn answer(state: &mut State, call: &Call) -> Answer {
    if let Some(error) = &state.unreadable {
        return refusal(call, error);
    }
    let credential = match Credential::of(call) {
        Ok(credential) => credential,
        Err(error) => return Answer::of_error(&error),
    };
    if credential.service == "s3" {
        return s3::answer(state, &credential, call);
    }
    if json::is_spoken_by(&credential.service) {
        return json::answer(state, &credential, call);
    }
    if credential.service == "codeconnections" {
        return connections::answer(state, &credential, call);
    }
    let request = Request::of(&credential, call);
    let answered = request.require("Action").map(str::to_owned).and_then(|action| {
        stack_permission::authorize(state, &credential, &request, &action)?;
        let result = act(state, &credential.service, &request, &action)?;
        Ok(document(&action, &result))
    });
    match answered {
        Ok(body) => Answer::new(200, body),
        Err(error) => Answer::of_error(&error),
    }
}

/// The answer to a request whose effect cannot be kept.
pub(super) fn refusal(call: &Call, error: &ApiError) -> Answer {
    match Credential::of(call) {
        Ok(credential) if credential.service == "s3" => s3::refused(call, error),
        Ok(credential) if json::is_spoken_by(&credential.service) => json::refused(error),
        Ok(_) | Err(_) => Answer::of_error(error),
    }
}

fn act(state: &mut State, service: &str, request: &Request, action: &str) -> Result<Xml, ApiError> {
    request.check_tokens()?;
    request.check_account(action)?;
    match (service, action) {
        ("sts", "GetCallerIdentity") => Ok(sts::get_caller_identity(request)),
        ("sts", "AssumeRole") => sts::assume_role(state, request),
        ("cloudformation", "DescribeStacks") => operations::describe_stacks(state, request),
        ("cloudformation", "ListStacks") => operations::list_stacks(state, request),
        ("cloudformation", "DescribeStackEvents") => operations::describe_stack_events(state, request),
        ("cloudformation", "DescribeStackResources") => operations::describe_stack_resources(state, request),
        ("cloudformation", "ListStackResources") => operations::list_stack_resources(state, request),
        ("cloudformation", "DetectStackDrift") => drift::detect_stack_drift(state, request),
        ("cloudformation", "DescribeStackDriftDetectionStatus") => {
            drift::describe_drift_detection(state, request)
        }
        ("cloudformation", "DescribeStackResourceDrifts") => drift::describe_resource_drifts(state, request),
        ("cloudformation", "GetTemplate") => operations::get_template(state, request),
        ("cloudformation", "CreateChangeSet") => change_set_operations::create_change_set(state, request),
        ("cloudformation", "DescribeChangeSet") => change_set_operations::describe_change_set(state, request),
        ("cloudformation", "ListChangeSets") => change_set_operations::list_change_sets(state, request),
        ("cloudformation", "ExecuteChangeSet") => change_set_operations::execute_change_set(state, request),
        ("cloudformation", "DeleteChangeSet") => change_set_operations::delete_change_set(state, request),
        ("cloudformation", "DeleteStack") => operations::delete_stack(state, request),
        ("cloudformation", "ContinueUpdateRollback") => recovery::continue_update_rollback(state, request),
        ("cloudformation", "UpdateTerminationProtection") => {
            recovery::update_termination_protection(state, request)
        }
        ("sns", "GetTopicAttributes") => topics::get_topic_attributes(state, request),
        ("sns", "Publish") => topics::publish(state, request),
        (service, _) => Err(ApiError::new(
            "InvalidAction",
            format!("the local cloud does not know {action} of {service}"),
        )),
    }
}
