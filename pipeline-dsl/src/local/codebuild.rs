//! CodeBuild, as far as projects are looked at and started.
//! <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_BatchGetProjects.html>
//! <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_StartBuild.html>

use serde_json::{Value, json};

use super::http::credential::Credential;
use super::http::ids::unique_id;
use super::http::response::ApiError;
use super::shared::Shared;
use super::stacks::resource::StackResource;
use crate::cloudformation::ResourceKind;

/// Answers an action of CodeBuild.
pub(crate) fn act(
    shared: &mut Shared,
    credential: &Credential,
    action: &str,
    asked: &Value,
) -> Result<Value, ApiError> {
    if action == "StartBuild" {
        return start(shared, credential, asked);
    }
    if action != "BatchGetProjects" {
        let message = format!("the local cloud does not know {action} of codebuild");
        return Err(ApiError::new("InvalidAction", message));
    }
    let names = asked.get("names").and_then(Value::as_array).into_iter().flatten();
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for name in names.filter_map(Value::as_str) {
        match project(shared, credential, name) {
            Some(project) => found.push(described(name, project)),
            None => missing.push(name),
        }
    }
    Ok(json!({"projects": found, "projectsNotFound": missing}))
}

/// A build that is begun. What it makes is not decided here.
fn start(shared: &mut Shared, credential: &Credential, asked: &Value) -> Result<Value, ApiError> {
    let name = asked
        .get("projectName")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if project(shared, credential, name).is_none() {
        let message = format!("Project cannot be found: {name}");
        return Err(ApiError::new("ResourceNotFoundException", message));
    }
    let now = shared.clock.tick();
    let id = format!("{name}:{}", unique_id(&[name, &now.to_timestamp()]));
    Ok(json!({"build": {"id": id, "projectName": name, "buildStatus": "IN_PROGRESS"}}))
}

fn project<'a>(shared: &'a Shared, credential: &Credential, name: &str) -> Option<&'a StackResource> {
    let here = shared.stacks.values().filter(|stack| {
        !stack.is_deleted() && stack.account == credential.account && stack.region == credential.region
    });
    here.flat_map(|stack| stack.resources.values()).find(|resource| {
        resource.resource_type == ResourceKind::Project.name()
            && resource.physical_id == name
            && !resource.is_gone()
    })
}

fn described(name: &str, project: &StackResource) -> Value {
    let properties = project.properties.value();
    let text = |pointer: &str| properties.pointer(pointer).and_then(Value::as_str);
    let auth = text("/Source/Auth/Resource");
    let auth = auth.map(|connection| json!({"type": "CODECONNECTIONS", "resource": connection}));
    // AWS's default: https://docs.aws.amazon.com/codebuild/latest/userguide/pull-request-build-policy.html
    let approval = text("/Triggers/PullRequestBuildPolicy/RequiresCommentApproval");
    let policy = json!({
        "requiresCommentApproval": approval.unwrap_or("ALL_PULL_REQUESTS"),
        "approverRoles": properties.pointer("/Triggers/PullRequestBuildPolicy/ApproverRoles"),
    });
    let webhook = properties.pointer("/Triggers/Webhook");
    let webhook = webhook
        .and_then(Value::as_bool)
        .filter(|has_one| *has_one)
        .map(|_| {
            json!({
                "url": format!("https://api.github.com/hooks/{name}"),
                "pullRequestBuildPolicy": policy,
            })
        });
    json!({
        "name": name,
        "serviceRole": text("/ServiceRole"),
        "source": {
            "type": text("/Source/Type").unwrap_or("NO_SOURCE"),
            "location": text("/Source/Location"),
            "auth": auth,
        },
        "webhook": webhook,
    })
}
