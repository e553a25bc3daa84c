use std::borrow::Cow;
use std::panic::Location;

use super::service::Service;
use crate::diagnostic::SourceLocation;
use crate::model::{AccountId, BranchName, Connection, Name, Region, RepositoryName};

/// A person with an AWS account of their own that is always up to date.
///
/// ```
/// # use pipeline_dsl::{model::{AccountId, Name, Region}, team::{Developer, Service}};
/// # let billing = Service::new(Name::new("billing"));
/// let bob = Developer::new(Name::new("bob"), AccountId::new("666666666666"), Region::EuWest1).hold(billing);
/// ```
#[derive(Debug, Clone)]
pub struct Developer {
    pub(crate) name: Name,
    pub(crate) account: AccountId,
    pub(crate) region: Region,
    pub(crate) forks: Cow<'static, [Fork]>,
    pub(crate) holds: Cow<'static, [Service]>,
    /// Where the last of the holds are said: those by hand.
    held_at: Vec<SourceLocation>,
    pub(crate) location: SourceLocation,
}

impl Developer {
    /// A developer who follows every service.
    #[track_caller]
    pub const fn new(name: Name, account: AccountId, region: Region) -> Self {
        Self::declared(name, account, region, &[], &[])
    }

    /// A developer with forks and holds, for use in a `const`.
    #[track_caller]
    pub const fn declared(
        name: Name,
        account: AccountId,
        region: Region,
        forks: &'static [Fork],
        holds: &'static [Service],
    ) -> Self {
        Self {
            name,
            account,
            region,
            forks: Cow::Borrowed(forks),
            holds: Cow::Borrowed(holds),
            held_at: Vec::new(),
            location: Location::caller(),
        }
    }

    /// Builds one service from a repository of the developer's own, in the developer's own account.
    #[must_use]
    pub fn fork(mut self, fork: Fork) -> Self {
        self.forks.to_mut().push(fork);
        self
    }

    /// Keeps upstream versions of one service away.
    #[must_use]
    #[track_caller]
    pub fn hold<S>(mut self, service: Service<S>) -> Self {
        self.holds.to_mut().push(service.any());
        self.held_at.push(Location::caller());
        self
    }

    /// Their name.
    pub const fn name(&self) -> Name {
        self.name
    }

    /// The account that is theirs.
    pub const fn account(&self) -> AccountId {
        self.account
    }

    /// The region they work in.
    pub const fn region(&self) -> Region {
        self.region
    }

    /// Where a hold is said, by its position; of those in a declaration, where the developer is.
    pub(crate) fn held_at(&self, position: usize) -> SourceLocation {
        let declared = self.holds.len() - self.held_at.len();
        let by_hand = position.checked_sub(declared);
        let location = by_hand.and_then(|position| self.held_at.get(position));
        location.copied().unwrap_or(self.location)
    }

    /// Whether upstream versions of the service stay away: held, or forked without following.
    pub(crate) fn holds_back(&self, service: &Name) -> bool {
        self.holds.iter().any(|held| held.name == *service)
            || self
                .forks
                .iter()
                .any(|fork| fork.service.name == *service && !fork.follow)
    }
}

/// A developer's own repository for one service, which wins over upstream in the developer's account.
#[derive(Debug, Clone)]
pub struct Fork {
    pub(crate) service: Service,
    pub(crate) repository: RepositoryName,
    pub(crate) connection: Connection,
    /// What is delivered; without one, the branch that upstream delivers.
    pub(crate) branch: Option<BranchName>,
    pub(crate) follow: bool,
    pub(crate) location: SourceLocation,
}

impl Fork {
    /// A fork of a service: `owner/name` of the repository, and the connection, in the developer's own
    /// account, that reads it. Upstream versions stay away.
    #[track_caller]
    pub const fn new<S>(service: Service<S>, repository: RepositoryName, connection: Connection) -> Self {
        Self::declared(service, repository, connection, None)
    }

    /// A fork with the branch that is delivered, for use in a `const`.
    #[track_caller]
    pub const fn declared<S>(
        service: Service<S>,
        repository: RepositoryName,
        connection: Connection,
        branch: Option<BranchName>,
    ) -> Self {
        Self {
            service: service.any(),
            repository,
            connection,
            branch,
            follow: false,
            location: Location::caller(),
        }
    }

    /// Delivers another branch than upstream does.
    #[must_use]
    pub fn branch(mut self, branch: BranchName) -> Self {
        self.branch = Some(branch);
        self
    }

    /// Lets the newest of both win: upstream versions arrive too.
    #[must_use]
    pub const fn follow(mut self) -> Self {
        self.follow = true;
        self
    }
}
