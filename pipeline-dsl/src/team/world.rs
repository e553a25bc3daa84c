use std::borrow::Cow;
use std::panic::Location;

use super::developer::Developer;
use super::environment::Environment;
use super::pipeline::{Definition, Pipeline, Releases};
use super::self_update::SelfUpdate;
use super::service::Service;
use super::wave::{Releasable, Wave};
use crate::diagnostic::{Diagnostics, SourceLocation};
use crate::model::{AccountId, OrganizationPath, Partition, Region, TeamName};

/// The account and region that everything is built in and delivered from.
#[derive(Debug, Clone, Copy)]
pub struct BuildAccount {
    pub(crate) account: AccountId,
    pub(crate) region: Region,
    pub(crate) location: SourceLocation,
}

impl BuildAccount {
    /// The build account, with its primary region.
    #[track_caller]
    pub const fn new(account: AccountId, region: Region) -> Self {
        Self {
            account,
            region,
            location: Location::caller(),
        }
    }

    /// The account.
    pub const fn account(&self) -> AccountId {
        self.account
    }

    /// Its primary region.
    pub const fn region(&self) -> Region {
        self.region
    }
}

/// A tag that every stack, and so every resource, carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// At most 128 characters.
    pub key: Cow<'static, str>,
    /// At most 256 characters.
    pub value: Cow<'static, str>,
}

impl Tag {
    /// A tag of literals.
    ///
    /// # Panics
    /// When the key begins with `aws:`, which AWS keeps for itself, or with `pipeline-dsl:`, is empty or longer than
    /// 128 bytes, or when the value is longer than 256. In a `const` that is a compile error.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html>
    #[track_caller]
    pub const fn new(key: &'static str, value: &'static str) -> Self {
        assert!(
            is_tag(key, value),
            "a tag has a key of 1 to 128 characters and a value of at most 256"
        );
        assert!(
            !is_reserved(key),
            "this tag is kept by AWS or by pipeline-dsl: choose a key without `aws:` or `pipeline-dsl:` before it"
        );
        Self {
            key: Cow::Borrowed(key),
            value: Cow::Borrowed(value),
        }
    }

    /// The tag if it is right, and another one if not: what `team!` goes on with, beside a `new` that reports the
    /// mistake, so that one mistake is one error.
    #[doc(hidden)]
    pub const fn lenient(key: &'static str, value: &'static str) -> Self {
        let (key, value) = if is_tag(key, value) && !is_reserved(key) {
            (key, value)
        } else {
            ("tag", "")
        };
        Self {
            key: Cow::Borrowed(key),
            value: Cow::Borrowed(value),
        }
    }
}

const fn is_tag(key: &str, value: &str) -> bool {
    !key.is_empty() && key.len() <= 128 && value.len() <= 256
}

const fn is_reserved(key: &str) -> bool {
    begins_with(key, "aws:") || begins_with(key, "pipeline-dsl:")
}

const fn begins_with(text: &str, prefix: &str) -> bool {
    match text.as_bytes().split_at_checked(prefix.len()) {
        Some((head, _)) => head.eq_ignore_ascii_case(prefix.as_bytes()),
        None => false,
    }
}

/// The declared world: accounts, environments, waves, services and developers. `team!` writes one as a
/// `const`; by hand it is this struct, or [`World::new`] and its methods.
#[derive(Debug, Clone)]
pub struct World {
    /// The team, whose name prefixes everything it owns.
    pub name: TeamName,
    /// The build account.
    pub build: BuildAccount,
    /// The organizational unit that the developers' accounts are in. With it, a new developer changes no
    /// policy outside their own account.
    pub organization: Option<OrganizationPath>,
    /// Where services are deployed to.
    pub environments: Cow<'static, [Environment]>,
    /// Which environments are deployed to together.
    pub waves: Cow<'static, [Wave]>,
    /// What is delivered.
    pub services: Cow<'static, [Service]>,
    /// Who has an account of their own.
    pub developers: Cow<'static, [Developer]>,
    /// What every stack is tagged with.
    pub tags: Cow<'static, [Tag]>,
    /// Whether CodePipeline, CloudFormation and Lambda, too, must say for which account they act; see
    /// [`World::source_account_everywhere`].
    pub source_account_everywhere: bool,
    /// Where the team's own program comes from, when it deploys itself; see [`World::updates_itself`].
    pub self_update: Option<SelfUpdate>,
}

impl World {
    /// A world with nothing but a build account.
    pub const fn new(name: TeamName, build: BuildAccount) -> Self {
        Self {
            name,
            build,
            organization: None,
            environments: Cow::Borrowed(&[]),
            waves: Cow::Borrowed(&[]),
            services: Cow::Borrowed(&[]),
            developers: Cow::Borrowed(&[]),
            tags: Cow::Borrowed(&[]),
            source_account_everywhere: false,
            self_update: None,
        }
    }

    /// Admits developers by their place in the organization.
    #[must_use]
    pub fn organization(mut self, path: OrganizationPath) -> Self {
        self.organization = Some(path);
        self
    }

    /// Declares an environment.
    #[must_use]
    pub fn environment<Kind>(mut self, environment: Environment<Kind>) -> Self {
        self.environments.to_mut().push(environment.any());
        self
    }

    /// Declares a wave.
    #[must_use]
    pub fn wave<W: Releasable>(mut self, wave: W) -> Self {
        self.waves.to_mut().push(wave.into_wave());
        self
    }

    /// Declares a service.
    #[must_use]
    pub fn service<S>(mut self, service: Service<S>) -> Self {
        self.services.to_mut().push(service.any());
        self
    }

    /// Declares a developer.
    #[must_use]
    pub fn developer(mut self, developer: Developer) -> Self {
        self.developers.to_mut().push(developer);
        self
    }

    /// Declares several developers, such as those read from a list.
    #[must_use]
    pub fn developers(mut self, developers: impl IntoIterator<Item = Developer>) -> Self {
        self.developers.to_mut().extend(developers);
        self
    }

    /// Tags every stack.
    #[must_use]
    pub fn tag(mut self, tag: Tag) -> Self {
        self.tags.to_mut().push(tag);
        self
    }

    /// Lets CodePipeline, CloudFormation and Lambda assume roles only when they say that they do it for the account that the
    /// roles are in.
    ///
    /// Without it, they must say the right account if they say one (`StringEqualsIfExists` on `aws:SourceAccount`). AWS
    /// documents for none of the three that it sends the key: where it does not, no pipeline and no function can be created
    /// with this. `synth` warns of each statement that depends on it. Try it in an account of your own first.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html>
    #[must_use]
    pub const fn source_account_everywhere(mut self) -> Self {
        self.source_account_everywhere = true;
        self
    }

    /// Lets the team deploy itself: a push to the repository's branch builds this very program, plans, asks for an approval
    /// where who may do what would change, and deploys, with roles that can do what a deployment needs and no more.
    ///
    /// The first deployment, by a person, creates the pipeline; so does one for each account that is new.
    ///
    /// ```
    /// # use pipeline_dsl::prelude::*;
    /// # const BUILD: BuildAccount = BuildAccount::new(AccountId::new("111111111111"), Region::UsEast1);
    /// # const GITHUB: Connection =
    /// #     Connection::github("arn:aws:codeconnections:us-east-1:111111111111:connection/0a1b2c3d");
    /// let world = World::new(TeamName::new("acme"), BUILD).updates_itself(Repository::new(GITHUB, "acme/delivery"));
    /// ```
    #[must_use]
    pub fn updates_itself(mut self, from: impl Into<SelfUpdate>) -> Self {
        self.self_update = Some(from.into());
        self
    }

    /// Begins the team with the pipeline of one of its services.
    #[track_caller]
    pub fn with<State: Releases, S>(self, pipeline: Pipeline<State, S>) -> TeamBuilder {
        self.with_all([pipeline])
    }

    /// Begins the team with the pipelines of several services.
    #[track_caller]
    pub fn with_all<State: Releases, S>(
        self,
        pipelines: impl IntoIterator<Item = Pipeline<State, S>>,
    ) -> TeamBuilder {
        let mut definitions = Vec::new();
        for pipeline in pipelines {
            definitions.push(pipeline.into_definition());
        }
        TeamBuilder {
            world: self,
            pipelines: definitions,
            accepted: Vec::new(),
        }
    }
}

/// A world to which pipelines are added.
#[derive(Debug, Clone)]
#[must_use = "a team is checked and made by `.build()`"]
pub struct TeamBuilder {
    pub(super) world: World,
    pub(super) pipelines: Vec<Definition>,
    pub(super) accepted: Vec<Accepted>,
}

/// A warning that the program accepts.
#[derive(Debug, Clone)]
pub(super) struct Accepted {
    pub(super) code: String,
    pub(super) reason: String,
    pub(super) location: SourceLocation,
}

impl TeamBuilder {
    /// Accepts what a warning warns of, everywhere in this team, and says why.
    ///
    /// ```
    /// # use pipeline_dsl::team::TeamBuilder;
    /// # fn team(team: TeamBuilder) -> TeamBuilder {
    /// team.accept("team::hard-coded-region", "the certificates of CloudFront are in us-east-1")
    /// # }
    /// ```
    #[track_caller]
    pub fn accept(mut self, warning: impl Into<String>, reason: impl Into<String>) -> Self {
        self.accepted.push(Accepted {
            code: warning.into(),
            reason: reason.into(),
            location: Location::caller(),
        });
        self
    }

    /// Adds the pipeline of a further service.
    #[track_caller]
    pub fn with<State: Releases, S>(mut self, pipeline: Pipeline<State, S>) -> Self {
        self.pipelines.push(pipeline.into_definition());
        self
    }
}

/// A team whose parts fit together: what `synth` turns into stacks.
#[derive(Debug, Clone)]
pub struct Team {
    pub(crate) world: World,
    pub(crate) pipelines: Vec<Definition>,
    pub(super) warnings: Diagnostics,
}

impl Team {
    /// What was found that stops nothing.
    pub fn warnings(&self) -> &Diagnostics {
        &self.warnings
    }

    /// The team's name.
    pub fn name(&self) -> TeamName {
        self.world.name
    }

    /// Its developers.
    pub fn developers(&self) -> &[Developer] {
        &self.world.developers
    }

    /// The partition that all its accounts are in.
    pub(crate) fn partition(&self) -> Partition {
        self.world.build.region.partition()
    }

    /// The environments that pipelines release to, in the order they are declared.
    pub(crate) fn released_environments(&self) -> Vec<Environment> {
        let released = |environment: &&Environment| {
            self.pipelines
                .iter()
                .flat_map(Definition::environments)
                .any(|candidate| candidate.name == environment.name)
        };
        self.world.environments.iter().filter(released).copied().collect()
    }
}
