//! CodeBuild projects as they are: CloudFormation does not look at them.
//! <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_BatchGetProjects.html>

use std::collections::BTreeSet;

use aws_sdk_codebuild::Client;

use crate::deploy::aws::call_error::CallError;

/// As many as one call takes.
const AT_ONCE: usize = 100;

/// CodeBuild in one account and region.
#[derive(Debug, Clone)]
pub(crate) struct ProjectClient {
    client: Client,
}

/// A project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Project {
    pub(crate) name: String,
    /// Whether pushes start it.
    pub(crate) has_webhook: bool,
    /// Which pull requests its webhook builds at once.
    pub(crate) pull_requests: Option<PullRequestPolicy>,
    /// The connection that it reads its repository with.
    pub(crate) connection: Option<String>,
}

/// Which pull requests wait for a comment, and whose comments count.
/// <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_PullRequestBuildPolicy.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PullRequestPolicy {
    /// `FORK_PULL_REQUESTS`.
    pub(crate) requires_comment_approval: String,
    /// `GITHUB_WRITE`; their order means nothing.
    pub(crate) approver_roles: BTreeSet<String>,
}

impl ProjectClient {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Starts a build of the branch that the project builds, of which the same token starts no second one, and returns its id.
    /// <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_StartBuild.html>
    pub(crate) async fn start(&self, project: &str, token: &str) -> Result<String, CallError> {
        let call = self.client.start_build().project_name(project);
        let started = call.idempotency_token(token).send().await;
        let started = started.map_err(|error| CallError::of("StartBuild", error))?;
        let build = started.build_value.and_then(|build| build.id);
        Ok(build.unwrap_or_default())
    }

    /// Those of these names that are there.
    pub(crate) async fn look(&self, names: &[String]) -> Result<Vec<Project>, CallError> {
        let mut found = Vec::new();
        for names in names.chunks(AT_ONCE) {
            let call = self.client.batch_get_projects().set_names(Some(names.to_vec()));
            let answer = call.send().await;
            let answer = answer.map_err(|error| CallError::of("BatchGetProjects", error))?;
            found.extend(answer.projects.unwrap_or_default().into_iter().map(|project| {
                let auth = project.source.and_then(|source| source.auth);
                let webhook = project.webhook.as_ref();
                let policy = webhook.and_then(|webhook| webhook.pull_request_build_policy.as_ref());
                Project {
                    pull_requests: policy.map(|policy| PullRequestPolicy {
                        requires_comment_approval: policy.requires_comment_approval.as_str().to_owned(),
                        approver_roles: policy
                            .approver_roles()
                            .iter()
                            .map(|role| role.as_str().to_owned())
                            .collect(),
                    }),
                    name: project.name.unwrap_or_default(),
                    has_webhook: project.webhook.is_some(),
                    connection: auth.and_then(|auth| auth.resource),
                }
            }));
        }
        Ok(found)
    }
}
