use std::panic::Location;

use super::buildspec::Buildspec;
use super::cache::LocalCache;
use super::environment::EnvironmentType;
use super::image::Image;
use super::pull_requests::PullRequestBuildPolicy;
use super::repository::Repository;
use super::secret::{Secret, SsmParameter};
use super::trigger::Trigger;
use super::variable::{Variable, VariableValue};
use crate::diagnostic::SourceLocation;
use crate::team::again::Again;
use crate::team::permissions::Permissions;

/// A CodeBuild build: a push to the branch builds the artifacts of the pipeline; a pull request is built
/// too, by a project of its own that can write nowhere.
///
/// With several artifacts, the buildspec names the first as its primary artifact, and the others as
/// `secondary-artifacts` by the last part of their key in letters, digits and underscores:
/// `orders/handler.zip` is `handler_zip`, unless [`Artifact::identifier`](crate::team::Artifact::identifier) says otherwise.
/// <https://docs.aws.amazon.com/codebuild/latest/userguide/sample-multi-in-out.html>
#[derive(Debug, Clone)]
pub struct CodeBuild {
    pub(crate) repository: Repository,
    pub(crate) trigger: Trigger,
    pub(crate) buildspec: Buildspec,
    pub(crate) image: Image,
    /// The image for pull requests, where it is another one.
    pub(crate) pull_request_image: Option<Image>,
    pub(crate) environment_type: Option<EnvironmentType>,
    pub(crate) compute_type: String,
    /// Whether builds can start Docker.
    pub(crate) is_privileged: bool,
    pub(crate) variables: Vec<Variable>,
    pub(crate) permissions: Option<Permissions>,
    pub(crate) writes_reports: bool,
    pub(crate) cloned: Cloned,
    pub(crate) caches: Vec<LocalCache>,
    pub(crate) concurrent_builds: Option<u32>,
    pub(crate) timeout_minutes: u32,
    pub(crate) pull_requests: PullRequestBuildPolicy,
    pub(crate) said_at: SaidAt,
    /// What is said twice.
    pub(crate) again: Vec<Again>,
}

/// Where the program says what, where it does.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SaidAt {
    pub(crate) buildspec: Option<SourceLocation>,
    pub(crate) permissions: Option<SourceLocation>,
    pub(crate) compute_type: Option<SourceLocation>,
    pub(crate) environment_type: Option<SourceLocation>,
    pub(crate) privileged: Option<SourceLocation>,
    pub(crate) local_cache: Option<SourceLocation>,
    pub(crate) concurrent_builds: Option<SourceLocation>,
    pub(crate) timeout: Option<SourceLocation>,
}

/// How much of the repository a build gets.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cloned {
    /// So many commits; 0 are all.
    pub(crate) depth: u32,
    pub(crate) submodules: bool,
}

impl CodeBuild {
    /// Builds this repository by its `buildspec.yml`, on Amazon Linux and the smallest machine, within an
    /// hour.
    pub fn of(repository: Repository) -> Self {
        Self {
            repository,
            trigger: Trigger::default(),
            buildspec: Buildspec::File("buildspec.yml".to_owned()),
            image: Image {
                name: "aws/codebuild/amazonlinux-x86_64-standard:5.0".to_owned(),
                credentials: None,
                location: None,
            },
            pull_request_image: None,
            environment_type: None,
            compute_type: "BUILD_GENERAL1_SMALL".to_owned(),
            is_privileged: false,
            variables: Vec::new(),
            permissions: None,
            writes_reports: false,
            cloned: Cloned {
                depth: 1,
                submodules: false,
            },
            caches: Vec::new(),
            concurrent_builds: None,
            timeout_minutes: 60,
            pull_requests: PullRequestBuildPolicy::forks(),
            said_at: SaidAt::default(),
            again: Vec::new(),
        }
    }

    /// Builds pushed tags in place of pushes to the branch: `v*`, where `*` is any part of a name without a slash.
    ///
    /// Pull requests are still those to the branch, and a developer's fork is built from a branch.
    /// <https://docs.aws.amazon.com/codebuild/latest/userguide/github-webhook.html>
    #[must_use]
    #[track_caller]
    pub fn tags(mut self, pattern: impl Into<String>) -> Self {
        let first = self.trigger.tags.as_ref().map(|(_, location)| *location);
        self.again
            .extend(Again::of("`.tags(…)`", first, Location::caller()));
        self.trigger.tags = Some((pattern.into(), Location::caller()));
        self
    }

    /// Builds only where one of these files is changed, for repositories that hold several services: `orders/` is a folder with
    /// all that is in it, `orders` that or a file, `*` any part of a name, `**/` any folders or none. Pull requests too are checked
    /// only then.
    ///
    /// AWS says so of GitHub and Bitbucket; its page on GitLab was not found to say whether CodeBuild knows the files there.
    /// <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_WebhookFilter.html>
    #[must_use]
    #[track_caller]
    pub fn paths<P: Into<String>>(mut self, paths: impl IntoIterator<Item = P>) -> Self {
        let location = Location::caller();
        let before = self.trigger.paths.len();
        let paths = paths.into_iter().map(|path| (path.into(), location));
        self.trigger.paths.extend(paths);
        if self.trigger.paths.len() == before {
            self.trigger.no_paths = Some(location);
        }
        self
    }

    /// Lets no push start a build: somebody does, in the console or with `aws codebuild start-build`. Pull requests are checked
    /// all the same.
    #[must_use]
    #[track_caller]
    pub fn without_webhook(mut self) -> Self {
        self.trigger.by_hand = Some(Location::caller());
        self
    }

    /// The path of the buildspec in the repository.
    #[must_use]
    #[track_caller]
    pub fn buildspec(mut self, path: impl Into<String>) -> Self {
        self.say_buildspec("`.buildspec(…)`", Location::caller());
        self.buildspec = Buildspec::File(path.into());
        self
    }

    /// A buildspec that does not stand in the repository: YAML or JSON. What CodeBuild does not know in it is
    /// an error of the team, and so are artifacts that only one of the two has, this text or the pipeline.
    ///
    /// ```
    /// # use pipeline_dsl::prelude::*;
    /// # fn build(repository: Repository) -> CodeBuild {
    /// CodeBuild::of(repository).inline_buildspec(
    ///     "version: 0.2
    /// phases:
    ///   build:
    ///     commands: [make]
    /// artifacts:
    ///   files: ['**/*']
    ///   base-directory: out",
    /// )
    /// # }
    /// ```
    #[must_use]
    #[track_caller]
    pub fn inline_buildspec(mut self, text: impl Into<String>) -> Self {
        self.say_buildspec("`.inline_buildspec(…)`", Location::caller());
        self.buildspec = Buildspec::Inline(text.into());
        self
    }

    /// The image to build in. One of ECR, `111111111111.dkr.ecr.us-east-1.amazonaws.com/builder:1`, is pulled with the build's
    /// role; in another account, that repository's own policy must allow it.
    /// <https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-available.html>
    #[must_use]
    #[track_caller]
    pub fn image(mut self, image: impl Into<String>) -> Self {
        self.image = Image {
            name: image.into(),
            credentials: None,
            location: Some(Location::caller()),
        };
        self
    }

    /// The image to build in, of a private registry that is not ECR, with the secret that has `username` and `password` for it.
    ///
    /// Pull requests get no secret: say in which image they are built, with [`Self::pull_request_image`].
    /// <https://docs.aws.amazon.com/codebuild/latest/userguide/sample-private-registry.html>
    #[must_use]
    #[track_caller]
    pub fn private_image(mut self, image: impl Into<String>, credentials: Secret) -> Self {
        self.image = Image {
            name: image.into(),
            credentials: Some(credentials),
            location: Some(Location::caller()),
        };
        self
    }

    /// The image that pull requests are built in, where it is another one.
    #[must_use]
    #[track_caller]
    pub fn pull_request_image(mut self, image: impl Into<String>) -> Self {
        self.pull_request_image = Some(Image {
            name: image.into(),
            credentials: None,
            location: Some(Location::caller()),
        });
        self
    }

    /// The type of the environment. Unless this says otherwise it is Linux on x86, or what the name of an image of CodeBuild's own
    /// says: ARM for `aarch64`.
    #[must_use]
    #[track_caller]
    pub fn environment_type(mut self, environment_type: EnvironmentType) -> Self {
        self.said_at.environment_type = Some(Location::caller());
        self.environment_type = Some(environment_type);
        self
    }

    /// The machine to build on, such as `BUILD_GENERAL1_LARGE`.
    /// <https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-compute-types.html>
    #[must_use]
    #[track_caller]
    pub fn compute_type(mut self, compute_type: impl Into<String>) -> Self {
        self.said_at.compute_type = Some(Location::caller());
        self.compute_type = compute_type.into();
        self
    }

    /// An environment variable of the build. It stands in the template as it is: never a secret.
    #[must_use]
    #[track_caller]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.push(Variable {
            name: name.into(),
            value: VariableValue::Plain(value.into()),
            location: Location::caller(),
        });
        self
    }

    /// An environment variable that is a secret of Secrets Manager: the build's role may read it, and the template holds its name
    /// alone. Builds of pull requests do not have it.
    ///
    /// ```
    /// # use pipeline_dsl::prelude::*;
    /// # fn build(repository: Repository) -> CodeBuild {
    /// CodeBuild::of(repository).secret("NPM_TOKEN", Secret::named("acme/npm").json_key("token"))
    /// # }
    /// ```
    #[must_use]
    #[track_caller]
    pub fn secret(mut self, name: impl Into<String>, secret: Secret) -> Self {
        self.variables.push(Variable {
            name: name.into(),
            value: VariableValue::Secret(secret),
            location: Location::caller(),
        });
        self
    }

    /// An environment variable that is a parameter of Parameter Store. Builds of pull requests do not have it.
    #[must_use]
    #[track_caller]
    pub fn parameter(mut self, name: impl Into<String>, parameter: SsmParameter) -> Self {
        self.variables.push(Variable {
            name: name.into(),
            value: VariableValue::Parameter(parameter),
            location: Location::caller(),
        });
        self
    }

    /// What the build may do beside building: read a bucket, push an image. Resources may contain `${AWS::AccountId}`,
    /// `${AWS::Region}` and `${AWS::Partition}`, which are those of the account that builds: for a fork, the developer's own.
    /// Builds of pull requests may do none of it.
    ///
    /// ```
    /// # use pipeline_dsl::prelude::*;
    /// # fn build(repository: Repository) -> CodeBuild {
    /// CodeBuild::of(repository).permissions(Permissions::new().allow(
    ///     ["s3:GetObject"],
    ///     ["arn:${AWS::Partition}:s3:::globex-models/*"],
    /// ))
    /// # }
    /// ```
    #[must_use]
    #[track_caller]
    pub fn permissions(mut self, permissions: Permissions) -> Self {
        let first = self.said_at.permissions.replace(Location::caller());
        self.again
            .extend(Again::of("`.permissions(…)`", first, Location::caller()));
        self.permissions = Some(permissions);
        self
    }

    /// Lets builds start Docker, with root's power over their own machine. What else they may do is not changed by it.
    /// <https://docs.aws.amazon.com/codebuild/latest/userguide/sample-docker.html>
    #[must_use]
    #[track_caller]
    pub fn privileged(mut self) -> Self {
        self.said_at.privileged = Some(Location::caller());
        self.is_privileged = true;
        self
    }

    /// Lets builds write test reports and coverage, as the buildspec's `reports:` names them.
    /// <https://docs.aws.amazon.com/codebuild/latest/userguide/test-report-group-naming.html>
    #[must_use]
    pub fn reports(mut self) -> Self {
        self.writes_reports = true;
        self
    }

    /// Clones the whole history; without, the one commit that is built.
    #[must_use]
    pub fn full_clone(mut self) -> Self {
        self.cloned.depth = 0;
        self
    }

    /// Fetches Git submodules, too.
    #[must_use]
    pub fn submodules(mut self) -> Self {
        self.cloned.submodules = true;
        self
    }

    /// What a host keeps for the next build.
    #[must_use]
    #[track_caller]
    pub fn local_cache(mut self, caches: impl IntoIterator<Item = LocalCache>) -> Self {
        self.said_at.local_cache = Some(Location::caller());
        self.caches.extend(caches);
        self
    }

    /// How many builds run at once at the most; others wait for up to eight hours.
    /// <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_CreateProject.html>
    #[must_use]
    #[track_caller]
    pub fn concurrent_builds(mut self, builds: u32) -> Self {
        self.said_at.concurrent_builds = Some(Location::caller());
        self.concurrent_builds = Some(builds);
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

    /// How long a build may take, 5 to 2,160 minutes; on Lambda it is 15 minutes, and nobody can say otherwise.
    #[must_use]
    #[track_caller]
    pub fn timeout_minutes(mut self, minutes: u32) -> Self {
        self.said_at.timeout = Some(Location::caller());
        self.timeout_minutes = minutes;
        self
    }

    fn say_buildspec(&mut self, call: &'static str, location: SourceLocation) {
        let first = self.said_at.buildspec.replace(location);
        self.again.extend(Again::of(call, first, location));
    }

    /// The environment that it runs in, with this image.
    pub(crate) fn environment_of(&self, image: &Image) -> EnvironmentType {
        let known = self.environment_type;
        known.unwrap_or_else(|| EnvironmentType::of_image(&image.name))
    }

    /// The machine that it is built on: without a word of the program, the smallest that its environment has.
    pub(crate) fn machine(&self) -> &str {
        let smallest = self.environment_of(&self.image).compute_types().first();
        match (self.said_at.compute_type, smallest) {
            (None, Some(smallest)) => smallest,
            (Some(_), _) | (None, None) => &self.compute_type,
        }
    }

    /// The image that pull requests are built in.
    pub(crate) fn image_of_checks(&self) -> &Image {
        self.pull_request_image.as_ref().unwrap_or(&self.image)
    }

    /// The secrets that builds read.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &Secret> {
        let variables = self
            .variables
            .iter()
            .filter_map(|variable| match &variable.value {
                VariableValue::Secret(secret) => Some(secret),
                VariableValue::Plain(_) | VariableValue::Parameter(_) => None,
            });
        variables.chain(&self.image.credentials)
    }

    /// The parameters that builds read.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = &SsmParameter> {
        self.variables
            .iter()
            .filter_map(|variable| match &variable.value {
                VariableValue::Parameter(parameter) => Some(parameter),
                VariableValue::Plain(_) | VariableValue::Secret(_) => None,
            })
    }
}
