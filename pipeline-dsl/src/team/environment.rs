use std::marker::PhantomData;
use std::panic::Location;

use super::any::Any;
use crate::diagnostic::SourceLocation;
use crate::model::{AccountId, Name, Region};

/// A place that services are deployed to: a name, an account and a region. Its type says whether a release
/// to it needs somebody's approval.
///
/// ```
/// # use pipeline_dsl::{model::{AccountId, Name, Region}, team::{Environment, Production}};
/// const PROD: Environment<Production> =
///     Environment::production(Name::new("prod"), AccountId::new("444444444444"), Region::UsWest2);
/// ```
#[derive(Debug)]
pub struct Environment<Kind = Any> {
    pub(crate) name: Name,
    pub(crate) account: AccountId,
    pub(crate) region: Region,
    pub(crate) release: Release,
    pub(crate) location: SourceLocation,
    kind: PhantomData<fn() -> Kind>,
}

impl<Kind> Clone for Environment<Kind> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Kind> Copy for Environment<Kind> {}

/// An environment that may be released to without an approval.
#[derive(Debug, Clone, Copy)]
pub enum Standard {}
/// An environment that is released to only after an approval.
#[derive(Debug, Clone, Copy)]
pub enum Production {}

/// What a release to an environment needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Release {
    Free,
    AfterApproval,
    /// Production that is released without an approval, with the reason.
    Unapproved(&'static str),
}

impl Release {
    /// Whether somebody has to approve it: the rule of production. The types [`Standard`] and [`Production`] say the same where
    /// a team is written by hand.
    pub(crate) const fn needs_approval(self) -> bool {
        match self {
            Self::AfterApproval => true,
            Self::Free | Self::Unapproved(_) => false,
        }
    }

    /// Whether customers see what is released.
    const fn is_production(self) -> bool {
        match self {
            Self::AfterApproval | Self::Unapproved(_) => true,
            Self::Free => false,
        }
    }
}

impl Environment {
    /// Whether it is one that customers see.
    pub(crate) fn is_production(&self) -> bool {
        self.release.is_production()
    }
}

impl Environment<Standard> {
    /// An environment that may be released to without an approval.
    #[track_caller]
    pub const fn standard(name: Name, account: AccountId, region: Region) -> Self {
        Self::new(name, account, region, Release::Free)
    }
}

impl Environment<Production> {
    /// An environment that is released to only after an approval.
    #[track_caller]
    pub const fn production(name: Name, account: AccountId, region: Region) -> Self {
        Self::new(name, account, region, Release::AfterApproval)
    }

    /// Waives the approval of a production environment, and says why.
    ///
    /// # Panics
    /// When there is no reason. In a `const` that is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn unapproved(self, reason: &'static str) -> Environment<Standard> {
        assert!(
            !reason.trim_ascii().is_empty(),
            "this waiver gives no reason: say why nobody has to approve a release to production"
        );
        Environment {
            release: Release::Unapproved(reason),
            ..self.of_kind()
        }
    }
}

impl<Kind> Environment<Kind> {
    #[track_caller]
    const fn new(name: Name, account: AccountId, region: Region, release: Release) -> Self {
        Self {
            name,
            account,
            region,
            release,
            location: Location::caller(),
            kind: PhantomData,
        }
    }

    const fn of_kind<Other>(self) -> Environment<Other> {
        Environment {
            name: self.name,
            account: self.account,
            region: self.region,
            release: self.release,
            location: self.location,
            kind: PhantomData,
        }
    }

    /// The environment without its kind in the type, for lists of several kinds.
    pub const fn any(self) -> Environment {
        self.of_kind()
    }

    /// Its name.
    pub const fn name(&self) -> Name {
        self.name
    }

    /// The account that it is.
    pub const fn account(&self) -> AccountId {
        self.account
    }

    /// The region that it is in.
    pub const fn region(&self) -> Region {
        self.region
    }
}
