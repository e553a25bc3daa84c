//! Which permissions a request to CloudFormation, STS or SNS takes of a role, where somebody decides by policies.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html>

use crate::local::http::credential::Credential;
use crate::local::http::ids::partition_of;
use crate::local::http::request::Request;
use crate::local::http::response::ApiError;
use crate::local::state::State;
use crate::policy::{Request as Asked, Requester};

/// Lets the request through, where it is not a role's, or nobody decides.
pub(crate) fn authorize(
    state: &State,
    credential: &Credential,
    request: &Request,
    action: &str,
) -> Result<(), ApiError> {
    let (Some(role), Some(authorizer)) = (&credential.role, &state.shared.authorizer) else {
        return Ok(());
    };
    let (resource, actions) = match (credential.service.as_str(), action) {
        // Everybody may.
        // https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
        ("sts", "GetCallerIdentity") => return Ok(()),
        ("sts", _) => (
            request.require("RoleArn")?.to_owned(),
            vec![format!("sts:{action}")],
        ),
        ("sns", _) => (
            request.require("TopicArn")?.to_owned(),
            vec![format!("sns:{action}")],
        ),
        (service, _) => {
            let mut actions = vec![format!("{service}:{action}")];
            if request.get("Tags.member.1.Key").is_some() {
                actions.push(format!("{service}:TagResource"));
            }
            (stack(state, credential, request), actions)
        }
    };
    for action in actions {
        let asked = Asked::new(Requester::Role(role.clone()), action, &resource);
        if let Err(reason) = authorizer.authorize(&asked) {
            return Err(ApiError::denied("AccessDenied", reason));
        }
    }
    Ok(())
}

/// The stack that a request is about, by its ARN; all of them, where it names none.
fn stack(state: &State, credential: &Credential, request: &Request) -> String {
    let of_change_set = || state.stack_of_change_set(request);
    let named = match request.get("StackName") {
        Some(name) => name.to_owned(),
        None => of_change_set().unwrap_or_default(),
    };
    if named.starts_with("arn:") {
        return named;
    }
    let Credential { account, region, .. } = credential;
    let partition = partition_of(region);
    let prefix = format!("arn:{partition}:cloudformation:{region}:{account}:stack");
    if named.is_empty() {
        format!("{prefix}/*")
    } else {
        format!("{prefix}/{named}/a1b2c3d")
    }
}
