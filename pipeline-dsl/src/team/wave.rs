use std::borrow::Cow;
use std::marker::PhantomData;
use std::panic::Location;

use super::any::Any;
use super::environment::{Environment, Standard};
use crate::diagnostic::SourceLocation;
use crate::model::{ApprovalTimeout, Name};

/// Environments that are deployed to in parallel: one stage of a pipeline. Its type says whether somebody is
/// asked first: production is only let in where somebody is.
///
/// ```
/// # use pipeline_dsl::{model::{AccountId, ApprovalTimeout, Name, Region}, team::{Environment, Production, Wave}};
/// # let account = AccountId::new("444444444444");
/// # let prod = Environment::production(Name::new("prod"), account, Region::UsWest2);
/// # let apac = Environment::production(Name::new("apac"), account, Region::ApSoutheast1);
/// let release = Wave::named(Name::new("release"))
///     .after_approval()
///     .within(ApprovalTimeout::days(3))
///     .to(prod)
///     .to(apac);
/// ```
#[derive(Debug, Clone)]
pub struct Wave<Gate = Any> {
    pub(crate) name: Name,
    pub(crate) environments: Cow<'static, [Environment]>,
    /// How long the approval waits, where there is one.
    pub(crate) approval: Option<ApprovalTimeout>,
    pub(crate) location: SourceLocation,
    gate: PhantomData<Gate>,
}

/// A wave that asks nobody.
#[derive(Debug, Clone, Copy)]
pub enum Open {}
/// A wave that waits for somebody's approval first.
#[derive(Debug, Clone, Copy)]
pub enum AfterApproval {}

/// A wave that has a name, and no environment yet.
#[derive(Debug, Clone)]
#[must_use = "a wave needs an environment: `.to(environment)`"]
pub struct NamedWave<Gate> {
    wave: Wave<Gate>,
}

/// An environment that a wave may release to without asking anybody.
#[diagnostic::on_unimplemented(
    message = "a production environment is released to only after an approval",
    label = "this is production, and the wave asks nobody",
    note = "let the wave wait: `Wave::named(…).after_approval().to(…)`",
    note = "or waive it with a reason: `.unapproved(\"nobody depends on it\")`"
)]
pub trait ReleasedUnasked {}
#[diagnostic::do_not_recommend]
impl ReleasedUnasked for Standard {}
/// Known at run time only: the team checks it.
#[diagnostic::do_not_recommend]
impl ReleasedUnasked for Any {}

/// A wave with environments in it.
#[diagnostic::on_unimplemented(
    message = "only a wave that has an environment can be released to",
    label = "not a wave that has an environment",
    note = "in `team!`, name the environment in a wave, `wave development = [dev];`, and release to that: `.release(development)`",
    note = "by hand, a wave is `Wave::named(name).to(environment)`"
)]
pub trait Releasable {
    /// The wave without its gate in the type.
    fn into_wave(self) -> Wave;
}
#[diagnostic::do_not_recommend]
impl<Gate> Releasable for Wave<Gate> {
    fn into_wave(self) -> Wave {
        self.any()
    }
}

impl Wave<Open> {
    /// A wave with this name, that asks nobody.
    #[track_caller]
    pub const fn named(name: Name) -> NamedWave<Open> {
        NamedWave {
            wave: Self::of(name, &[], None),
        }
    }
}

impl Wave {
    /// A wave of declared environments that asks nobody, for use in a `const`.
    ///
    /// # Panics
    /// When there is no environment, or one of them is production. In a `const` that is a compile error.
    #[track_caller]
    pub const fn declared(name: Name, environments: &'static [Environment]) -> Self {
        assert!(
            !any_needs_approval(environments),
            "this wave asks nobody, and releases to production: declare it after an approval, or waive the \
             approval of the environment with a reason"
        );
        Self::of_some(name, environments, None)
    }

    /// A wave of declared environments that waits for somebody's approval, for use in a `const`.
    ///
    /// # Panics
    /// When there is no environment. In a `const` that is a compile error.
    #[track_caller]
    pub const fn declared_after_approval(
        name: Name,
        environments: &'static [Environment],
        timeout: ApprovalTimeout,
    ) -> Self {
        Self::of_some(name, environments, Some(timeout))
    }

    #[track_caller]
    const fn of_some(
        name: Name,
        environments: &'static [Environment],
        approval: Option<ApprovalTimeout>,
    ) -> Self {
        assert!(
            !environments.is_empty(),
            "this wave has no environment: name at least one"
        );
        Self::of(name, environments, approval)
    }
}

impl Wave<AfterApproval> {
    /// How long the approval waits before the release fails; seven days if nothing is said.
    #[must_use]
    pub const fn within(mut self, timeout: ApprovalTimeout) -> Self {
        self.approval = Some(timeout);
        self
    }
}

const fn any_needs_approval(mut environments: &[Environment]) -> bool {
    while let [environment, rest @ ..] = environments {
        if environment.release.needs_approval() {
            return true;
        }
        environments = rest;
    }
    false
}

impl NamedWave<Open> {
    /// Releases to an environment.
    pub fn to<Kind: ReleasedUnasked>(self, environment: Environment<Kind>) -> Wave<Open> {
        self.wave.to(environment)
    }

    /// Releases to environments known at run time; the team does not accept a wave of none.
    pub fn to_all<Kind: ReleasedUnasked>(
        self,
        environments: impl IntoIterator<Item = Environment<Kind>>,
    ) -> Wave<Open> {
        environments.into_iter().fold(self.wave, Wave::<Open>::to)
    }

    /// Waits for somebody's approval first; it is asked for on the team's approval topic.
    pub fn after_approval(self) -> NamedWave<AfterApproval> {
        let Wave { name, location, .. } = self.wave;
        NamedWave {
            wave: Wave {
                name,
                environments: Cow::Borrowed(&[]),
                approval: Some(ApprovalTimeout::DEFAULT),
                location,
                gate: PhantomData,
            },
        }
    }
}

impl NamedWave<AfterApproval> {
    /// Releases to an environment.
    pub fn to<Kind>(self, environment: Environment<Kind>) -> Wave<AfterApproval> {
        self.wave.to(environment)
    }

    /// Releases to environments known at run time; the team does not accept a wave of none.
    pub fn to_all<Kind>(
        self,
        environments: impl IntoIterator<Item = Environment<Kind>>,
    ) -> Wave<AfterApproval> {
        environments
            .into_iter()
            .fold(self.wave, Wave::<AfterApproval>::to)
    }

    /// How long the approval waits before the release fails; seven days if nothing is said.
    pub fn within(mut self, timeout: ApprovalTimeout) -> Self {
        self.wave = self.wave.within(timeout);
        self
    }
}

impl Wave<Open> {
    /// Releases to a further environment, in parallel.
    #[must_use]
    pub fn to<Kind: ReleasedUnasked>(self, environment: Environment<Kind>) -> Self {
        self.and(environment.any())
    }
}

impl Wave<AfterApproval> {
    /// Releases to a further environment, in parallel.
    #[must_use]
    pub fn to<Kind>(self, environment: Environment<Kind>) -> Self {
        self.and(environment.any())
    }
}

impl<Gate> Wave<Gate> {
    #[track_caller]
    const fn of(name: Name, environments: &'static [Environment], approval: Option<ApprovalTimeout>) -> Self {
        Self {
            name,
            environments: Cow::Borrowed(environments),
            approval,
            location: Location::caller(),
            gate: PhantomData,
        }
    }

    fn and(mut self, environment: Environment) -> Self {
        self.environments.to_mut().push(environment);
        self
    }

    /// The wave without its gate in the type, for lists of several kinds.
    #[must_use]
    pub fn any(self) -> Wave {
        Wave {
            name: self.name,
            environments: self.environments,
            approval: self.approval,
            location: self.location,
            gate: PhantomData,
        }
    }

    /// Its name.
    pub const fn name(&self) -> Name {
        self.name
    }

    /// Its environments.
    pub fn environments(&self) -> &[Environment] {
        &self.environments
    }
}
