use crate::model::AccountId;

use super::aws::CallError;

/// How the accounts of a team are reached.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access {
    /// With the credentials of the standard chain, which are of one account only.
    Standard,
    /// By assuming the role of this name in every account but the one that the standard chain is in.
    Role(String),
    /// With a profile for each account; `{account}` in the pattern stands for its id.
    Profile(String),
    /// With the account's id as access key: what the local cloud and most emulators take.
    AccountKeys,
}

/// There are no credentials for an account.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum AccessError {
    /// The standard chain has none, or they are refused.
    #[error("there are no valid AWS credentials: {0}")]
    NoCredentials(CallError),
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
}
