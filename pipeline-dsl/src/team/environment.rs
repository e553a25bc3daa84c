use std::panic::Location;

use crate::diagnostic::SourceLocation;
use crate::model::{AccountId, Name, Region};

/// A place that services are deployed to: a name, an account and a region.
///
/// ```
/// # use pipeline_dsl::{model::{AccountId, Name, Region}, team::Environment};
/// const PROD: Environment =
///     Environment::production(Name::new("prod"), AccountId::new("444444444444"), Region::UsWest2);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Environment {
    pub(crate) name: Name,
    pub(crate) account: AccountId,
    pub(crate) region: Region,
    pub(crate) kind: Kind,
    pub(crate) location: SourceLocation,
}

/// Whether a release needs somebody's approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Standard,
    Production,
    /// Production that is released without an approval, with the reason.
    Unapproved(&'static str),
}

impl Environment {
    /// An environment that may be released to without an approval.
    #[track_caller]
    pub const fn standard(name: Name, account: AccountId, region: Region) -> Self {
        Self {
            name,
            account,
            region,
            kind: Kind::Standard,
            location: Location::caller(),
        }
    }

    /// An environment that is released to only after an approval.
    #[track_caller]
    pub const fn production(name: Name, account: AccountId, region: Region) -> Self {
        Self {
            name,
            account,
            region,
            kind: Kind::Production,
            location: Location::caller(),
        }
    }

    /// Waives the approval of a production environment, and says why.
    #[must_use]
    pub const fn unapproved(mut self, reason: &'static str) -> Self {
        self.kind = Kind::Unapproved(reason);
        self
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
