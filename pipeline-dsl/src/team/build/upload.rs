use std::panic::Location;

use crate::diagnostic::SourceLocation;

/// Another CI that builds the artifacts of a service, and uploads them itself.
///
/// A job takes a role of the build account with its own token, so that no key is kept anywhere. The role may put the artifacts of
/// the service into the build bucket, and nothing else. The identity provider is named, not created: an account has one for all
/// that trust it. `docs/builds.md` shows the workflow.
///
/// ```
/// # use pipeline_dsl::{prelude::*, team::Drafting};
/// # fn pipeline<S>(pipeline: Pipeline<Drafting, S>) -> Pipeline<Drafting, S> {
/// pipeline.uploaded_by(Upload::github_actions("acme/orders").branch("main"))
/// # }
/// ```
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html>
#[derive(Debug, Clone)]
#[must_use = "an upload does nothing until a pipeline has it: `pipeline.uploaded_by(upload)`"]
pub struct Upload {
    pub(crate) ci: Ci,
    /// `owner/name`.
    pub(crate) repository: String,
    /// What GitHub's tokens may have beside the names.
    pub(crate) github_ids: Option<(GitHubIds, SourceLocation)>,
    /// Whose jobs are trusted; without any, those of the branch `main`.
    pub(crate) trusted: Vec<(Trusted, SourceLocation)>,
    pub(crate) location: SourceLocation,
}

/// A CI whose jobs have tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ci {
    GitHubActions,
    GitLabCi,
}

/// The numbers that GitHub gave to a repository and to its owner, and gives to no others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GitHubIds {
    pub(crate) owner: u64,
    pub(crate) repository: u64,
}

/// Which jobs of a repository are trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trusted {
    Branch(String),
    /// A pattern, in which `*` is any text.
    Tags(String),
    /// Of GitHub: a deployment environment, which has rules of its own.
    Environment(String),
}

impl Upload {
    /// Jobs of GitHub Actions in the repository `owner/name`.
    /// <https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws>
    #[track_caller]
    pub fn github_actions(repository: impl Into<String>) -> Self {
        Self::by(Ci::GitHubActions, repository.into())
    }

    /// Jobs of GitLab CI/CD on gitlab.com in the project `group/name`, with an `id_token` whose audience is `https://gitlab.com`.
    /// <https://docs.gitlab.com/ci/cloud_services/aws/>
    #[track_caller]
    pub fn gitlab_ci(project: impl Into<String>) -> Self {
        Self::by(Ci::GitLabCi, project.into())
    }

    #[track_caller]
    fn by(ci: Ci, repository: String) -> Self {
        Self {
            ci,
            repository,
            github_ids: None,
            trusted: Vec::new(),
            location: Location::caller(),
        }
    }

    /// The ids of the repository and of its owner on github.com, which the tokens of its jobs have beside the names: always for a
    /// repository that was created, renamed or transferred since 15 July 2026, and for an older one where its owner chose it.
    /// `gh api repos/OWNER/NAME/actions/oidc/customization/sub` says whether (`use_immutable_subject`). A token without these ids
    /// is refused then: whoever takes over a name that has become free has other ids.
    ///
    /// ```
    /// # use pipeline_dsl::prelude::*;
    /// // gh api repos/acme/orders --jq '.owner.id, .id'
    /// let upload = Upload::github_actions("acme/orders").github_ids(123_456, 456_789);
    /// ```
    ///
    /// <https://docs.github.com/en/actions/reference/security/oidc#immutable-subject-claims>
    #[track_caller]
    pub fn github_ids(mut self, owner: u64, repository: u64) -> Self {
        self.github_ids = Some((GitHubIds { owner, repository }, Location::caller()));
        self
    }

    /// Trusts jobs of this branch; `main`, where nothing is said.
    #[track_caller]
    pub fn branch(mut self, branch: impl Into<String>) -> Self {
        let trusted = Trusted::Branch(branch.into());
        self.trusted.push((trusted, Location::caller()));
        self
    }

    /// Trusts jobs of tags like `v*`, where `*` is any text.
    #[track_caller]
    pub fn tags(mut self, pattern: impl Into<String>) -> Self {
        let trusted = Trusted::Tags(pattern.into());
        self.trusted.push((trusted, Location::caller()));
        self
    }

    /// Trusts jobs of GitHub Actions that name this deployment environment. Their tokens name it in place of the branch.
    #[track_caller]
    pub fn github_environment(mut self, environment: impl Into<String>) -> Self {
        let trusted = Trusted::Environment(environment.into());
        self.trusted.push((trusted, Location::caller()));
        self
    }

    /// What the tokens of trusted jobs have as their subject.
    pub(crate) fn subjects(&self) -> Vec<String> {
        let main = Trusted::Branch("main".to_owned());
        let main = self.trusted.is_empty().then_some(&main);
        let trusted = self.trusted.iter().map(|(trusted, _)| trusted).chain(main);
        let repository = self.repository_in_subjects();
        trusted
            .map(|trusted| self.ci.subject(&repository, trusted))
            .collect()
    }

    /// What names the repository in the subjects of tokens: `owner/name`, or `owner@id/name@id`.
    pub(crate) fn repository_in_subjects(&self) -> String {
        match (self.github_ids, self.repository.split_once('/')) {
            (Some((ids, _)), Some((owner, name))) => {
                format!("{owner}@{}/{name}@{}", ids.owner, ids.repository)
            }
            (None, _) | (_, None) => self.repository.clone(),
        }
    }
}

impl Ci {
    /// The issuer of its tokens, without `https://`: what its condition keys begin with.
    pub(crate) const fn issuer(self) -> &'static str {
        match self {
            Self::GitHubActions => "token.actions.githubusercontent.com",
            Self::GitLabCi => "gitlab.com",
        }
    }

    /// Whom its tokens are for.
    pub(crate) const fn audience(self) -> &'static str {
        match self {
            Self::GitHubActions => "sts.amazonaws.com",
            Self::GitLabCi => "https://gitlab.com",
        }
    }

    /// <https://docs.github.com/en/actions/reference/security/oidc#example-subject-claims>
    /// <https://docs.gitlab.com/ci/secrets/id_token_authentication/#token-payload>
    fn subject(self, repository: &str, trusted: &Trusted) -> String {
        match (self, trusted) {
            (Self::GitHubActions, Trusted::Branch(branch)) => {
                format!("repo:{repository}:ref:refs/heads/{branch}")
            }
            (Self::GitHubActions, Trusted::Tags(tags)) => format!("repo:{repository}:ref:refs/tags/{tags}"),
            (_, Trusted::Environment(environment)) => format!("repo:{repository}:environment:{environment}"),
            (Self::GitLabCi, Trusted::Branch(branch)) => {
                format!("project_path:{repository}:ref_type:branch:ref:{branch}")
            }
            (Self::GitLabCi, Trusted::Tags(tags)) => {
                format!("project_path:{repository}:ref_type:tag:ref:{tags}")
            }
        }
    }
}
