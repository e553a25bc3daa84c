use std::collections::BTreeMap;
use std::str::FromStr;

use super::call_error::{CallError, CallErrorKind};
use super::environment::EnvironmentError;
use crate::model::{AccountId, InvalidAccountId};

/// How the accounts of a team are reached.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access {
    /// With the credentials of the standard chain, which are of one account only.
    Standard,
    /// By assuming a role in every account but the one that the standard chain is in.
    Role(PerAccount),
    /// With a profile for each account; `{account}` in its name stands for the account's id.
    Profile(PerAccount),
    /// With the account's id as access key: what the local cloud and most emulators take.
    AccountKeys,
}

/// A name for every account, and others for some.
///
/// ```
/// use pipeline_dsl::deploy::{NameForAccount, PerAccount};
///
/// let names: Result<Vec<NameForAccount>, _> = ["deployer", "222222222222=release"].map(str::parse).into_iter().collect();
/// let roles: PerAccount = names?.into_iter().collect();
/// assert_eq!(roles.of("222222222222".parse()?).as_deref(), Some("release"));
/// assert_eq!(roles.of("333333333333".parse()?).as_deref(), Some("deployer"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PerAccount {
    every: Option<String>,
    some: BTreeMap<AccountId, String>,
}

/// A name, for one account or for all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameForAccount {
    account: Option<AccountId>,
    name: String,
}

impl NameForAccount {
    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl FromStr for NameForAccount {
    type Err = InvalidAccountId;

    /// `deployer`, or `222222222222=deployer`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('=') {
            Some((account, name)) => Ok(Self {
                account: Some(account.parse()?),
                name: name.to_owned(),
            }),
            None => Ok(Self {
                account: None,
                name: text.to_owned(),
            }),
        }
    }
}

impl FromIterator<NameForAccount> for PerAccount {
    fn from_iter<I: IntoIterator<Item = NameForAccount>>(names: I) -> Self {
        let mut all = Self::default();
        for NameForAccount { account, name } in names {
            match account {
                Some(account) => drop(all.some.insert(account, name)),
                None => all.every = Some(name),
            }
        }
        all
    }
}

impl PerAccount {
    /// The same name in every account.
    pub fn every(name: impl Into<String>) -> Self {
        Self {
            every: Some(name.into()),
            some: BTreeMap::new(),
        }
    }

    /// The name for an account.
    pub fn of(&self, account: AccountId) -> Option<String> {
        let name = self.some.get(&account).or(self.every.as_ref())?;
        Some(name.replace("{account}", account.as_str()))
    }
}

/// There are no credentials for an account.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum AccessError {
    /// The standard chain has none.
    #[error("there are no AWS credentials: {0}")]
    NoCredentials(CallError),
    /// They have expired.
    #[error("the AWS credentials have expired: {0}")]
    Expired(CallError),
    /// AWS does not take them.
    #[error("AWS refuses the credentials: {0}")]
    Refused(CallError),
    /// Whoever answers is not AWS.
    #[error("what answers is not AWS: {0}")]
    NotAws(CallError),
    /// Whoever could say whose they are does not answer.
    #[error("AWS cannot be reached: {0}")]
    Unreachable(CallError),
    /// The credentials are those of another account.
    #[error(
        "the credentials are those of account `{found}`, not `{wanted}`: name a role to assume in every account \
         (`--role`), or a profile for each (`--profile 'acme-{{account}}'`)"
    )]
    OtherAccount {
        /// The account that was to be reached.
        wanted: AccountId,
        /// The account that was.
        found: String,
    },
    /// A setting of the environment or of a profile cannot be used.
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// The role could not be assumed.
    #[error("`{role}` cannot be assumed: {error}")]
    RoleRefused {
        /// The role's ARN.
        role: String,
        /// Why.
        error: CallError,
    },
    /// AWS answered without credentials.
    #[error("`{0}` was assumed, but the answer holds no credentials that can be used")]
    NoSession(String),
    /// Names were given for some accounts, and for this one not.
    #[error("no {what} is named for account `{account}`: add `--{what} {account}=NAME`, or one for all")]
    NoneNamed {
        /// The account.
        account: AccountId,
        /// What is missing.
        what: &'static str,
    },
}

impl AccessError {
    /// The call that failed, where one did.
    pub(crate) fn call(&self) -> Option<&CallError> {
        match self {
            Self::NoCredentials(error)
            | Self::Expired(error)
            | Self::Refused(error)
            | Self::NotAws(error)
            | Self::Unreachable(error)
            | Self::RoleRefused { error, .. } => Some(error),
            Self::OtherAccount { .. }
            | Self::Environment(_)
            | Self::NoSession(_)
            | Self::NoneNamed { .. } => None,
        }
    }

    /// What it means for whoever wanted the access.
    pub(crate) fn kind(&self) -> CallErrorKind {
        self.call().map_or(CallErrorKind::Permanent, CallError::kind)
    }

    /// What to do about it, where the error itself does not say it.
    pub fn help(&self) -> Option<String> {
        Some(match self {
            Self::NoCredentials(_) => {
                "name a profile (`AWS_PROFILE`, or `--profile` for each account), or log in (`aws sso login`); without an AWS \
                 account, use the local cloud: `--local`"
                    .to_owned()
            }
            Self::Expired(_) => {
                "log in again (`aws sso login`, where they are from there), then run again: it goes on from here".to_owned()
            }
            Self::Refused(_) => {
                "look whose credentials they are (`aws sts get-caller-identity`), or name a profile (`AWS_PROFILE`)".to_owned()
            }
            Self::NotAws(_) => "look at the endpoint (`AWS_ENDPOINT_URL`, `--endpoint-url`) and at the proxy (`HTTPS_PROXY`)".to_owned(),
            Self::Unreachable(error) => error.mend().to_owned(),
            Self::RoleRefused { error, .. } if error.kind() == CallErrorKind::Transient => error.mend().to_owned(),
            Self::RoleRefused { .. } => {
                "let the role trust whoever deploys, name a role that does (`--role NAME`, or `--role ACCOUNT=NAME` for one \
                 account), or a profile for each account (`--profile`)"
                    .to_owned()
            }
            Self::NoSession(_) => "look whether the endpoint is one of AWS's (`AWS_ENDPOINT_URL`)".to_owned(),
            // They say it themselves.
            Self::OtherAccount { .. } | Self::Environment(_) | Self::NoneNamed { .. } => return None,
        })
    }

    /// Whether it is the same whenever it is tried again.
    pub(crate) fn lasts(&self) -> bool {
        match self.kind() {
            CallErrorKind::NoCredentials | CallErrorKind::Permanent => true,
            CallErrorKind::Transient
            | CallErrorKind::Expired
            | CallErrorKind::Conflict
            | CallErrorKind::Missing => false,
        }
    }
}
