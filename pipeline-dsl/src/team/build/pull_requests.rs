//! Who has to look at a pull request before it is built.

use std::panic::Location;

use crate::diagnostic::SourceLocation;
use crate::model::Provider;

/// Which pull requests are built only after somebody who is trusted has looked at them and asked for it with the comment
/// `/codebuild_run(<commit>)`.
///
/// A buildspec can do what the build's role can, and can take the connection's token: what a stranger proposes is read by
/// a person before it runs. Pull requests of those who are trusted are built at once.
///
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/pull-request-build-policy.html>
#[derive(Debug, Clone)]
pub struct PullRequestBuildPolicy {
    requires: CommentApproval,
    pub(crate) approver_roles: Option<(Vec<ApproverRole>, SourceLocation)>,
}

#[derive(Debug, Clone, Copy)]
enum CommentApproval {
    Forks,
    All,
}

impl PullRequestBuildPolicy {
    /// Pull requests from forks of the repository need the comment; those from its own branches do not. This is the
    /// default.
    pub const fn forks() -> Self {
        Self {
            requires: CommentApproval::Forks,
            approver_roles: None,
        }
    }

    /// All pull requests need the comment, unless somebody who is trusted makes them.
    pub const fn all() -> Self {
        Self {
            requires: CommentApproval::All,
            approver_roles: None,
        }
    }

    /// Who is trusted, by their role in the repository; everybody who can write to it, unless this says otherwise.
    #[must_use]
    #[track_caller]
    pub fn approver_roles(mut self, roles: impl IntoIterator<Item = ApproverRole>) -> Self {
        self.approver_roles = Some((roles.into_iter().collect(), Location::caller()));
        self
    }

    /// The value of `RequiresCommentApproval`.
    pub(crate) const fn requires_comment_approval(&self) -> &'static str {
        match self.requires {
            CommentApproval::Forks => "FORK_PULL_REQUESTS",
            CommentApproval::All => "ALL_PULL_REQUESTS",
        }
    }

    /// The roles that are trusted, in a repository of this provider.
    pub(crate) fn trusted(&self, provider: Provider) -> Vec<ApproverRole> {
        match &self.approver_roles {
            Some((roles, _)) => roles.clone(),
            None => ApproverRole::writers(provider).to_vec(),
        }
    }
}

impl Default for PullRequestBuildPolicy {
    fn default() -> Self {
        Self::forks()
    }
}

/// A role in a repository, of those who may approve the build of a pull request.
/// <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_PullRequestBuildPolicy.html>
#[expect(missing_docs, reason = "the providers' own names")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ApproverRole {
    GitHubRead,
    GitHubTriage,
    GitHubWrite,
    GitHubMaintain,
    GitHubAdmin,
    GitLabGuest,
    GitLabPlanner,
    GitLabReporter,
    GitLabDeveloper,
    GitLabMaintainer,
    GitLabOwner,
    BitbucketRead,
    BitbucketWrite,
    BitbucketAdmin,
}

impl ApproverRole {
    /// As CodeBuild spells it: `GITHUB_WRITE`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GitHubRead => "GITHUB_READ",
            Self::GitHubTriage => "GITHUB_TRIAGE",
            Self::GitHubWrite => "GITHUB_WRITE",
            Self::GitHubMaintain => "GITHUB_MAINTAIN",
            Self::GitHubAdmin => "GITHUB_ADMIN",
            Self::GitLabGuest => "GITLAB_GUEST",
            Self::GitLabPlanner => "GITLAB_PLANNER",
            Self::GitLabReporter => "GITLAB_REPORTER",
            Self::GitLabDeveloper => "GITLAB_DEVELOPER",
            Self::GitLabMaintainer => "GITLAB_MAINTAINER",
            Self::GitLabOwner => "GITLAB_OWNER",
            Self::BitbucketRead => "BITBUCKET_READ",
            Self::BitbucketWrite => "BITBUCKET_WRITE",
            Self::BitbucketAdmin => "BITBUCKET_ADMIN",
        }
    }

    /// The provider whose role it is.
    pub const fn provider(self) -> Provider {
        match self {
            Self::GitHubRead
            | Self::GitHubTriage
            | Self::GitHubWrite
            | Self::GitHubMaintain
            | Self::GitHubAdmin => Provider::GitHub,
            Self::GitLabGuest
            | Self::GitLabPlanner
            | Self::GitLabReporter
            | Self::GitLabDeveloper
            | Self::GitLabMaintainer
            | Self::GitLabOwner => Provider::GitLab,
            Self::BitbucketRead | Self::BitbucketWrite | Self::BitbucketAdmin => Provider::Bitbucket,
        }
    }

    /// The roles of a provider that can push to a repository.
    /// <https://docs.github.com/organizations/managing-user-access-to-your-organizations-repositories/managing-repository-roles/repository-roles-for-an-organization>
    /// <https://docs.gitlab.com/user/permissions/>
    pub const fn writers(provider: Provider) -> &'static [Self] {
        match provider {
            Provider::GitHub => &[Self::GitHubWrite, Self::GitHubMaintain, Self::GitHubAdmin],
            Provider::GitLab => &[Self::GitLabDeveloper, Self::GitLabMaintainer, Self::GitLabOwner],
            Provider::Bitbucket => &[Self::BitbucketWrite, Self::BitbucketAdmin],
        }
    }
}
