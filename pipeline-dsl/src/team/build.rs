use std::panic::Location;

use super::pull_requests::PullRequestBuildPolicy;
use crate::diagnostic::SourceLocation;
use crate::model::Connection;

/// A repository that CodeBuild reads through a connection.
#[derive(Debug, Clone)]
pub struct Repository {
    pub(crate) connection: Connection,
    pub(crate) name: String,
    pub(crate) branch: String,
    pub(crate) location: SourceLocation,
}

impl Repository {
    /// The repository `owner/name`, read through a connection; its branch `main` is what gets delivered.
    /// `repository_name!("acme/orders")` is checked by rustc, any other text when the team is built.
    #[track_caller]
    pub fn new(connection: Connection, name: impl Into<String>) -> Self {
        Self {
            connection,
            name: name.into(),
            branch: "main".to_owned(),
            location: Location::caller(),
        }
    }

    /// Delivers another branch.
    #[must_use]
    pub fn branch(mut self, branch: impl Into<String>) -> Self {
        self.branch = branch.into();
        self
    }
}

/// A CodeBuild build: a push to the branch builds the artifacts of the pipeline; a pull request is built
/// too, by a project of its own that can write nowhere.
///
/// With several artifacts, the buildspec names the first as its primary artifact, and the others as
/// `secondary-artifacts` by the last part of their key in letters, digits and underscores:
/// `orders/handler.zip` is `handler_zip`.
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/sample-multi-in-out.html>
#[derive(Debug, Clone)]
pub struct CodeBuild {
    pub(crate) repository: Repository,
    pub(crate) buildspec: String,
    pub(crate) image: String,
    pub(crate) compute_type: String,
    pub(crate) variables: Vec<(String, String)>,
    pub(crate) timeout_minutes: u32,
    pub(crate) pull_requests: PullRequestBuildPolicy,
}

impl CodeBuild {
    /// Builds this repository by its `buildspec.yml`, on Amazon Linux and the smallest machine, within an
    /// hour.
    pub fn of(repository: Repository) -> Self {
        Self {
            repository,
            buildspec: "buildspec.yml".to_owned(),
            image: "aws/codebuild/amazonlinux-x86_64-standard:5.0".to_owned(),
            compute_type: "BUILD_GENERAL1_SMALL".to_owned(),
            variables: Vec::new(),
            timeout_minutes: 60,
            pull_requests: PullRequestBuildPolicy::forks(),
        }
    }

    /// The path of the buildspec in the repository.
    #[must_use]
    pub fn buildspec(mut self, path: impl Into<String>) -> Self {
        self.buildspec = path.into();
        self
    }

    /// The image to build in.
    /// <https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-available.html>
    #[must_use]
    pub fn image(mut self, image: impl Into<String>) -> Self {
        self.image = image.into();
        self
    }

    /// The machine to build on, such as `BUILD_GENERAL1_LARGE`.
    /// <https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-compute-types.html>
    #[must_use]
    pub fn compute_type(mut self, compute_type: impl Into<String>) -> Self {
        self.compute_type = compute_type.into();
        self
    }

    /// An environment variable of the build. It stands in the template as it is: never a secret.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// Which pull requests are built only after somebody who is trusted asks for it: those from forks of the repository,
    /// unless this says otherwise.
    ///
    /// ```
    /// # use pipeline_dsl::prelude::*;
    /// # fn build(repository: Repository) -> CodeBuild {
    /// CodeBuild::of(repository).pull_requests(
    ///     PullRequestBuildPolicy::all().approver_roles([ApproverRole::GitHubMaintain, ApproverRole::GitHubAdmin]),
    /// )
    /// # }
    /// ```
    #[must_use]
    pub fn pull_requests(mut self, policy: PullRequestBuildPolicy) -> Self {
        self.pull_requests = policy;
        self
    }

    /// How long a build may take, 5 to 2,160 minutes.
    #[must_use]
    pub fn timeout_minutes(mut self, minutes: u32) -> Self {
        self.timeout_minutes = minutes;
        self
    }
}
