//! What stands in the accounts, resource by resource, beside what CloudFormation made there.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html>

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::cloudformation::{ReadBack, ResourceKind};
use crate::deploy::aws::access::AccessError;
use crate::deploy::aws::{Aws, CallError, Project, PullRequestPolicy};
use crate::deploy::report::outcome::StackError;
use crate::deploy::run::options::Options;
use crate::deploy::run::selection::UnknownSelection;
use crate::deploy::state::resource::{InspectedResource, ResourceState};
use crate::deploy::state::stack_state::StackState;
use crate::deploy::state::status::Phase;
use crate::deploy::walk::boxed::Boxed;
use crate::deploy::walk::defect::Defect;
use crate::deploy::walk::side_by_side::side_by_side;
use crate::synth::{Assembly, AssemblyStack, ParameterValue, StackId, TEMPLATE_DIGEST};

/// So many stacks are looked at at once.
const STACKS: usize = 32;

/// The looks at one detection, which takes seconds, of large stacks minutes.
const LOOKS: u32 = 60;

/// A stack as it was found.
#[derive(Debug)]
#[non_exhaustive]
pub struct InspectedStack {
    /// Which.
    pub stack: StackId,
    /// What was found.
    pub found: Result<Vec<InspectedResource>, InspectionError>,
}

/// A stack could not be looked at.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InspectionError {
    /// It is not there.
    #[error("the stack is not deployed")]
    NotDeployed,
    /// It is not finished.
    #[error("the stack is in {0}")]
    Unfinished(String),
    /// It has another template or other parameters than the program.
    #[error("the stack is not deployed as the program is now")]
    Outdated,
    /// CloudFormation has not finished looking at it.
    #[error("CloudFormation has not finished to compare the stack with its template after {0} looks")]
    NoEnd(u32),
    /// A call failed.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The account cannot be reached.
    #[error(transparent)]
    Access(#[from] crate::deploy::aws::access::AccessError),
    /// A defect of this program.
    #[error(transparent)]
    Defect(#[from] Defect),
}

impl InspectionError {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::NotDeployed | Self::Unfinished(_) | Self::Outdated => "run `deploy`".to_owned(),
            Self::NoEnd(_) => "run again later".to_owned(),
            Self::Call(error) => call_help(error),
            Self::Access(error) => access_help(error),
            Self::Defect(_) => "report it to the makers of pipeline-dsl with this message".to_owned(),
        }
    }
}

/// What to do about a call that failed while something was looked at.
pub(super) fn call_help(error: &CallError) -> String {
    let help = StackError::from(error.clone()).help();
    help.unwrap_or_else(|| "see what the credentials may do in that account".to_owned())
}

/// The same where there was no access at all; some errors say it themselves.
pub(super) fn access_help(error: &AccessError) -> String {
    let help = error.help();
    help.unwrap_or_else(|| "look whose credentials they are: `aws sts get-caller-identity`".to_owned())
}

/// Looks at every chosen stack, resource by resource, and changes nothing.
///
/// # Errors
/// When the selection names something that is not in the program.
pub async fn inspect(
    assembly: &Assembly,
    aws: Arc<Aws>,
    options: &Options,
) -> Result<Vec<InspectedStack>, UnknownSelection> {
    let chosen = options.selection.to_deploy(assembly)?;
    let stacks = assembly.stacks().iter();
    let stacks = stacks.filter(|stack| chosen.contains_key(&stack.id));
    let pause = options.poll_interval;
    let stacks = stacks.map(|stack| {
        let template: Value = serde_json::from_str(assembly.template(stack)).unwrap_or_default();
        (stack.clone(), template)
    });
    let look = |(stack, template): &(AssemblyStack, Value)| {
        let (aws, stack, template) = (Arc::clone(&aws), stack.clone(), template.clone());
        let found: Boxed<'_, _> = Box::pin(async move { of_stack(&aws, &stack, &template, pause).await });
        found
    };
    let looked = side_by_side(STACKS, stacks, look).await.into_iter();
    Ok(looked
        .map(|((stack, _), found)| InspectedStack {
            stack: stack.id,
            found,
        })
        .collect())
}

async fn of_stack(
    aws: &Aws,
    stack: &AssemblyStack,
    template: &Value,
    pause: Duration,
) -> Result<Vec<InspectedResource>, InspectionError> {
    let client = aws.stacks(stack.account, stack.region).await?;
    let Some(state) = client.describe(&stack.stack_name).await? else {
        return Err(InspectionError::NotDeployed);
    };
    if !matches!(state.status.phase(), Phase::Complete | Phase::RolledBack) {
        return Err(InspectionError::Unfinished(state.status.to_string()));
    }
    // CloudFormation compares with the template that is deployed, which has to be the program's.
    if !is_current(&state, stack, template) {
        return Err(InspectionError::Outdated);
    }
    let detection = client.detect_drift(&state.stack_id).await?;
    let mut looks = 0;
    while !client.is_detected(&detection).await? {
        looks += 1;
        if looks > LOOKS {
            return Err(InspectionError::NoEnd(looks));
        }
        tokio::time::sleep(pause).await;
    }
    let mut found = client.drifts(&state.stack_id).await?;
    let names = client.resource_names(&state.stack_id).await?;
    let projects = names
        .iter()
        .filter(|(_, kind, _)| kind == ResourceKind::Project.name());
    let projects: Vec<String> = projects.map(|(_, _, name)| name.clone()).collect();
    let projects = if projects.is_empty() {
        Vec::new()
    } else {
        let client = aws.projects(stack.account, stack.region).await?;
        client.look(&projects).await?
    };
    for (logical_id, resource_type, physical_id) in names {
        if found.iter().any(|known| known.logical_id == logical_id) {
            continue;
        }
        let kind = ResourceKind::named(&resource_type);
        let state = match kind.map_or(ReadBack::Nothing, |kind| kind.facts().read_back) {
            ReadBack::TopicPolicy => {
                let topic = named(template, &logical_id, "Topics", &found);
                let topics = aws.topics(stack.account, stack.region).await?;
                policy(match topic {
                    Some(topic) => topics.policy(&topic).await?,
                    None => None,
                })
            }
            ReadBack::QueuePolicy => {
                let queue = named(template, &logical_id, "Queues", &found);
                let queues = aws.queues(stack.account, stack.region).await?;
                policy(match queue {
                    Some(queue) => queues.policy(&queue).await?,
                    None => None,
                })
            }
            ReadBack::Project => {
                let there = projects.iter().find(|project| project.name == physical_id);
                project(aws, stack, template, &logical_id, there).await?
            }
            // Drift detection has told of those that it looks at.
            ReadBack::DriftDetection | ReadBack::Nothing => ResourceState::NotRead,
        };
        found.push(InspectedResource {
            logical_id,
            resource_type,
            physical_id,
            state,
        });
    }
    Ok(found)
}

/// Whether template and parameters are those of the program.
fn is_current(state: &StackState, stack: &AssemblyStack, template: &Value) -> bool {
    let digest = template.pointer(&format!("/Outputs/{TEMPLATE_DIGEST}/Value"));
    let same_template =
        digest.and_then(Value::as_str) == state.outputs.get(TEMPLATE_DIGEST).map(String::as_str);
    let same_values = stack.parameters.iter().all(|(name, value)| match value {
        ParameterValue::Value(value) => state.parameters.get(&**name) == Some(value),
        ParameterValue::Output { .. } => true,
    });
    same_template && same_values
}

/// What a template says of the pull requests of a project.
fn pull_request_policy(triggers: &Value) -> Option<PullRequestPolicy> {
    let policy = triggers.get("PullRequestBuildPolicy")?;
    let roles = policy.get("ApproverRoles").and_then(Value::as_array);
    let roles = roles.into_iter().flatten().filter_map(Value::as_str);
    Some(PullRequestPolicy {
        requires_comment_approval: policy.get("RequiresCommentApproval")?.as_str()?.to_owned(),
        approver_roles: roles.map(ToOwned::to_owned).collect(),
    })
}

/// `FORK_PULL_REQUESTS (GITHUB_ADMIN, GITHUB_WRITE)`
fn shown(policy: &PullRequestPolicy) -> String {
    format!("{} ({})", policy.requires_comment_approval, roles(policy, ", "))
}

fn roles(policy: &PullRequestPolicy, between: &str) -> String {
    let roles: Vec<&str> = policy.approver_roles.iter().map(String::as_str).collect();
    roles.join(between)
}

/// A project without its webhook builds nothing, and one whose connection is pending cannot read its repository.
async fn project(
    aws: &Aws,
    stack: &AssemblyStack,
    template: &Value,
    logical_id: &str,
    there: Option<&Project>,
) -> Result<ResourceState, InspectionError> {
    let Some(project) = there else {
        return Ok(ResourceState::Gone);
    };
    let webhook = format!("/Resources/{logical_id}/Properties/Triggers/Webhook");
    if template.pointer(&webhook).and_then(Value::as_bool) == Some(true) && !project.has_webhook {
        return Ok(ResourceState::Unusable {
            what: format!(
                "project `{}` has no webhook: no push starts a build",
                project.name
            ),
            mend: format!(
                "aws codebuild create-webhook --region {} --project-name {}, with the filters of the template",
                stack.region, project.name
            ),
        });
    }
    let triggers = format!("/Resources/{logical_id}/Properties/Triggers");
    if let Some(wanted) = template.pointer(&triggers).and_then(pull_request_policy)
        && project.pull_requests.as_ref() != Some(&wanted)
    {
        let there = project
            .pull_requests
            .as_ref()
            .map_or_else(|| "none".to_owned(), shown);
        return Ok(ResourceState::Unusable {
            what: format!(
                "the webhook of project `{}` has another pull request policy than the template: {there} instead of {}",
                project.name,
                shown(&wanted)
            ),
            mend: format!(
                "aws codebuild update-webhook --region {} --project-name {} --pull-request-build-policy \
                 requiresCommentApproval={},approverRoles={}",
                stack.region,
                project.name,
                wanted.requires_comment_approval,
                roles(&wanted, ",")
            ),
        });
    }
    let Some(connection) = &project.connection else {
        return Ok(ResourceState::AsMade);
    };
    // It may be in another region than what uses it.
    let region = connection
        .split(':')
        .nth(3)
        .and_then(|region| region.parse().ok());
    let client = aws
        .connections(stack.account, region.unwrap_or(stack.region))
        .await?;
    let status = client.status(connection).await?;
    Ok(match status.as_str() {
        "AVAILABLE" => ResourceState::AsMade,
        _ => ResourceState::Unusable {
            what: format!(
                "project `{}` cannot read its repository: connection {connection} is {status}",
                project.name
            ),
            // <https://docs.aws.amazon.com/dtconsole/latest/userguide/connections-update.html>
            mend: "finish the connection's handshake in the console: Developer Tools, Settings, Connections"
                .to_owned(),
        },
    })
}

fn policy(found: Option<Value>) -> ResourceState {
    found.map_or(ResourceState::Gone, ResourceState::Policy)
}

/// What the resource that a policy is for is called: the first that its property refers to.
fn named(template: &Value, logical_id: &str, property: &str, found: &[InspectedResource]) -> Option<String> {
    let pointer = format!("/Resources/{logical_id}/Properties/{property}/0/Ref");
    let named = template.pointer(&pointer)?.as_str()?;
    let found = found.iter().find(|resource| resource.logical_id == named)?;
    Some(found.physical_id.clone())
}
