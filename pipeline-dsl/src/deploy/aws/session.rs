//! Credentials for one account, once it is sure that they are that account's.

use aws_config::SdkConfig;

use super::access::AccessError;
use super::call_error::{CallError, CallErrorKind};
use crate::deploy::walk::boxed::Boxed;
use crate::model::AccountId;

/// Access to one account.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) config: SdkConfig,
}

impl Session {
    pub(crate) fn config(&self) -> &SdkConfig {
        &self.config
    }
}

/// Whose credentials the standard chain has.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(crate) account: String,
    pub(crate) arn: String,
}

/// The last word of an ARN, in letters that session names and tokens both take: `alice` of
/// `arn:aws:sts::111111111111:assumed-role/Admin/alice`.
pub(crate) fn session_name(arn: &str) -> String {
    let last = arn.rsplit(['/', ':']).next().unwrap_or_default();
    let allowed = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let name: String = last.chars().map(allowed).take(48).collect();
    match name.trim_matches('-') {
        "" => "pipeline-dsl".to_owned(),
        name => name.to_owned(),
    }
}

/// Whose account the credentials are of.
pub(crate) async fn caller(config: &SdkConfig) -> Result<Caller, AccessError> {
    let asked: Boxed<'_, _> = Box::pin(identity(config));
    let (account, arn) = asked.await.map_err(|error| match error.kind() {
        CallErrorKind::NoCredentials => AccessError::NoCredentials(error),
        CallErrorKind::Transient => AccessError::Unreachable(error),
        CallErrorKind::Expired => AccessError::Expired(error),
        CallErrorKind::Conflict | CallErrorKind::Missing | CallErrorKind::Permanent => match error.code() {
            Some(_) => AccessError::Refused(error),
            None => AccessError::NotAws(error),
        },
    })?;
    // Whoever answers otherwise might say anything, and it would be printed for each account.
    match account.parse::<AccountId>() {
        Err(_) => Err(AccessError::NotAws(CallError::unreadable(
            "GetCallerIdentity",
            "an answer that names no account",
        ))),
        Ok(_) => Ok(Caller { account, arn }),
    }
}

/// The account of the credentials, and who in it they are.
pub(crate) async fn identity(config: &SdkConfig) -> Result<(String, String), CallError> {
    let identity = aws_sdk_sts::Client::new(config)
        .get_caller_identity()
        .send()
        .await;
    let identity = identity.map_err(|error| CallError::of("GetCallerIdentity", error))?;
    Ok((
        identity.account.unwrap_or_default(),
        identity.arn.unwrap_or_default(),
    ))
}

#[cfg(test)]
mod tests {
    use super::session_name;

    #[test]
    fn whoever_deploys_has_a_name() {
        for (arn, name) in [
            ("arn:aws:sts::111111111111:assumed-role/Admin/alice", "alice"),
            ("arn:aws:iam::111111111111:user/team/bob", "bob"),
            (
                "arn:aws:sts::111111111111:assumed-role/Admin/a.b@acme.com",
                "a-b-acme-com",
            ),
            ("arn:aws:iam::111111111111:root", "root"),
            ("", "pipeline-dsl"),
        ] {
            assert_eq!(session_name(arn), name);
        }
    }
}
