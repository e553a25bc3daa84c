//! Which action of which service a request asks for.

use super::request::Request;
use super::response::{ApiError, Xml, document};
use super::{LocalCloud, change_set_operations, operations, sts};

/// An answer over HTTP.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: String,
}

/// Answers a request.
pub(super) fn answer(cloud: &LocalCloud, authorization: &str, body: &[u8]) -> Answer {
    let answered = Request::parse(authorization, body).and_then(|request| {
        let action = request.require("Action")?.to_owned();
        let result = act(cloud, &request, &action)?;
        Ok(document(&action, &result))
    });
    match answered {
        Ok(body) => Answer { status: 200, body },
        Err(error) => Answer {
            status: error.status,
            body: error.body(),
        },
    }
}

fn act(cloud: &LocalCloud, request: &Request, action: &str) -> Result<Xml, ApiError> {
    let mut state = cloud.lock();
    match (request.service.as_str(), action) {
        ("sts", "GetCallerIdentity") => Ok(sts::get_caller_identity(request)),
        ("sts", "AssumeRole") => sts::assume_role(&mut state, request),
        ("cloudformation", "DescribeStacks") => operations::describe_stacks(&mut state, request),
        ("cloudformation", "DescribeStackEvents") => operations::describe_stack_events(&mut state, request),
        ("cloudformation", "DescribeStackResources") => {
            operations::describe_stack_resources(&mut state, request)
        }
        ("cloudformation", "GetTemplate") => operations::get_template(&state, request),
        ("cloudformation", "CreateChangeSet") => {
            change_set_operations::create_change_set(&mut state, request)
        }
        ("cloudformation", "DescribeChangeSet") => {
            change_set_operations::describe_change_set(&state, request)
        }
        ("cloudformation", "ExecuteChangeSet") => {
            change_set_operations::execute_change_set(&mut state, request)
        }
        ("cloudformation", "DeleteChangeSet") => {
            change_set_operations::delete_change_set(&mut state, request)
        }
        ("cloudformation", "DeleteStack") => operations::delete_stack(&mut state, request),
        (service, _) => Err(ApiError::new(
            "InvalidAction",
            format!("the local cloud does not know {action} of {service}"),
        )),
    }
}
