//! The role that CloudFormation deploys a stack with: a stack keeps the last one that it was given, and nothing can be done to
//! it once that role is gone.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html>

use crate::cloudformation::ResourceKind;
use crate::local::http::request::Request;
use crate::local::http::response::ApiError;
use crate::local::state::State;

/// The role of this call: the one that it names, else the one that the stack has.
pub(crate) fn of_call(
    state: &State,
    request: &Request,
    stack: Option<&str>,
) -> Result<Option<String>, ApiError> {
    let role = request.get("RoleARN").or(stack);
    let Some(role) = role else {
        return Ok(None);
    };
    if !exists(state, role) {
        // <https://repost.aws/knowledge-center/cloudformation-role-arn-error>
        return Err(ApiError::validation(format!(
            "Role {role} is invalid or cannot be assumed"
        )));
    }
    Ok(Some(role.to_owned()))
}

fn exists(state: &State, role: &str) -> bool {
    let stacks = state.shared.stacks.values().filter(|stack| !stack.is_deleted());
    stacks.flat_map(|stack| stack.resources.values()).any(|resource| {
        resource.resource_type == ResourceKind::Role.name()
            && resource.attributes.get("Arn").is_some_and(|arn| arn == role)
    })
}
