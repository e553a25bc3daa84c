//! Credentials for one account, once it is sure that they are that account's.

use std::sync::Arc;

use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_cloudformation::config::{Credentials, SharedCredentialsProvider};
use aws_sdk_sts::types::Credentials as SessionCredentials;

use super::call_error::{CallError, CallErrorKind};
use super::environment::wrong;
use super::transport::Guarded;
use super::{Access, AccessError, Aws, account_key, checked, identities, with_patience};
use crate::deploy::boxed::Boxed;
use crate::model::{AccountId, Region};

/// Access to one account.
#[derive(Debug)]
pub(in crate::deploy) struct Session {
    config: SdkConfig,
}

impl Session {
    pub(super) fn config(&self) -> &SdkConfig {
        &self.config
    }
}

/// Whose credentials the standard chain has.
#[derive(Debug)]
pub(super) struct Caller {
    account: String,
    arn: String,
}

impl Aws {
    pub(super) async fn open(&self, account: AccountId, region: Region) -> Result<Session, AccessError> {
        let partition = region.partition();
        let config = match &self.access {
            Access::AccountKeys => {
                let builder = self.base.clone().into_builder();
                let config = builder.credentials_provider(account_key(account)).build();
                return Ok(Session { config });
            }
            Access::Standard => self.fresh_base(),
            Access::Role(roles) => {
                let Some(role) = roles.of(account) else {
                    return Err(AccessError::NoneNamed {
                        account,
                        what: "role",
                    });
                };
                if self.caller().await?.account == account.as_str() {
                    return Ok(Session {
                        config: self.fresh_base(),
                    });
                }
                let config = self
                    .assume(&format!("arn:{partition}:iam::{account}:role/{role}"))
                    .await?;
                return Ok(Session { config });
            }
            Access::Profile(profiles) => {
                let Some(profile) = profiles.of(account) else {
                    return Err(AccessError::NoneNamed {
                        account,
                        what: "profile",
                    });
                };
                let mut loader =
                    with_patience(aws_config::defaults(BehaviorVersion::latest())).profile_name(profile);
                loader = loader.identity_cache(identities());
                loader = loader.http_client(Guarded::around(self.http.clone(), Arc::clone(&self.provider)));
                if let Some(region) = self.base.region() {
                    loader = loader.region(region.clone());
                }
                if let Some(endpoint) = self.base.endpoint_url() {
                    loader = loader.endpoint_url(endpoint);
                }
                let config = checked(loader.load().await, &self.provider)?.into_builder();
                let home = Guarded::around(self.http.clone(), Arc::clone(&self.home));
                config.http_client(home).build()
            }
        };
        let found = caller(&config).await?.account;
        if found == account.as_str() {
            Ok(Session { config })
        } else {
            Err(AccessError::OtherAccount {
                wanted: account,
                found,
            })
        }
    }

    /// The standard chain without what it remembers: a session that has expired is asked for again.
    fn fresh_base(&self) -> SdkConfig {
        let builder = self.base.clone().into_builder();
        builder.identity_cache(identities()).build()
    }

    /// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
    async fn assume(&self, role: &str) -> Result<SdkConfig, AccessError> {
        let base = self.fresh_base();
        let assumed = aws_sdk_sts::Client::new(&base)
            .assume_role()
            .role_arn(role)
            .role_session_name(session_name(&self.caller().await?.arn))
            .send()
            .await
            .map_err(|error| AccessError::RoleRefused {
                role: role.to_owned(),
                error: CallError::of("AssumeRole", error),
            })?;
        let SessionCredentials {
            access_key_id,
            secret_access_key,
            session_token,
            ..
        } = assumed
            .credentials
            .filter(|credentials| {
                let keys = [
                    credentials.access_key_id(),
                    credentials.secret_access_key(),
                    credentials.session_token(),
                ];
                keys.into_iter().all(|key| wrong(key).is_none())
            })
            .ok_or_else(|| AccessError::NoSession(role.to_owned()))?;
        // They are renewed when AWS says that they have expired: its clock decides, not ours.
        let credentials = Credentials::new(
            access_key_id,
            secret_access_key,
            Some(session_token),
            None,
            "assumed-role",
        );
        let builder = base.into_builder();
        Ok(builder
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .build())
    }

    async fn caller(&self) -> Result<Arc<Caller>, AccessError> {
        let look = || async { caller(&self.base).await.map(Arc::new) };
        self.caller.get(AccessError::lasts, look).await
    }

    /// A name for whoever is deploying, as it may stand in a client request token: `alice`. Nothing, where the
    /// credentials do not tell.
    pub(in crate::deploy) async fn caller_name(&self) -> String {
        if self.access == Access::AccountKeys {
            return String::new();
        }
        let caller = self.caller().await;
        caller.map(|caller| session_name(&caller.arn)).unwrap_or_default()
    }
}

/// The last word of an ARN, in letters that session names and tokens both take: `alice` of
/// `arn:aws:sts::111111111111:assumed-role/Admin/alice`.
pub(in crate::deploy) fn session_name(arn: &str) -> String {
    let last = arn.rsplit(['/', ':']).next().unwrap_or_default();
    let allowed = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let name: String = last.chars().map(allowed).take(48).collect();
    match name.trim_matches('-') {
        "" => "pipeline-dsl".to_owned(),
        name => name.to_owned(),
    }
}

/// Whose account the credentials are of.
async fn caller(config: &SdkConfig) -> Result<Caller, AccessError> {
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
pub(super) async fn identity(config: &SdkConfig) -> Result<(String, String), CallError> {
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
