//! The clients of all accounts and regions of a team.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_cloudformation::config::retry::RetryPartition;
use aws_sdk_cloudformation::config::{Credentials, Region as SdkRegion, SharedCredentialsProvider};
use aws_sdk_sts::types::Credentials as SessionCredentials;
use aws_smithy_async::time::{SharedTimeSource, SystemTimeSource, TimeSource};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::retry::RetryConfig;
use tokio::sync::Mutex;

use super::access::{Access, AccessError};
use super::call_error::CallError;
use super::environment::{self, EnvironmentError, wrong};
use super::services::buckets::BucketClient;
use super::services::connections::ConnectionClient;
use super::services::functions::FunctionClient;
use super::services::organization::OrganizationClient;
use super::services::pipelines::PipelineClient;
use super::services::projects::ProjectClient;
use super::services::queues::QueueClient;
use super::services::stacks::StackClient;
use super::services::topics::TopicClient;
use super::session::{self, Caller, Session, caller, session_name};
use super::settings::{
    ATTEMPTS, CALL_LIMIT, RUN_TIMEOUT, UPLOAD_TIMEOUT, account_key, checked, identities, timeouts,
    timeouts_of, with_retries,
};
use super::traffic::{Silence, Traffic};
use super::transport::{Guarded, https};
use crate::deploy::walk::shared::Shared;
use crate::model::{AccountId, Region};

type SharedSession = Arc<Shared<Arc<Session>, AccessError>>;

/// The way to all accounts of a team.
pub struct Aws {
    base: SdkConfig,
    /// What calls go by, unguarded.
    http: SharedHttpClient,
    /// How it goes with those who are asked who one is.
    home: Arc<Traffic>,
    /// And with those who give credentials.
    provider: Arc<Traffic>,
    traffic: std::sync::Mutex<BTreeMap<(AccountId, Region), Arc<Traffic>>>,
    access: Access,
    call_limit: Duration,
    caller: Shared<Arc<Caller>, AccessError>,
    sessions: Mutex<BTreeMap<AccountId, SharedSession>>,
    clients: Mutex<BTreeMap<(AccountId, Region), StackClient>>,
}

impl fmt::Debug for Aws {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Aws")
            .field("access", &self.access)
            .finish_non_exhaustive()
    }
}

impl Aws {
    /// AWS as the environment says: `AWS_PROFILE`, `AWS_ENDPOINT_URL` and all the standard settings; an endpoint that is given
    /// here goes before them.
    /// <https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html>
    ///
    /// # Errors
    /// When the environment, or the profile, says what nobody can use: an endpoint that is no URL, an empty region, a key with the
    /// end of a line in it.
    pub async fn from_environment(
        access: Access,
        region: Region,
        endpoint: Option<String>,
    ) -> Result<Self, EnvironmentError> {
        // What is no Unicode is none of these.
        let variables = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.to_string_lossy().into_owned()))
        });
        environment::check(variables, endpoint.as_deref())?;
        let (http, home, provider) = (https(), Arc::<Traffic>::default(), Arc::<Traffic>::default());
        let mut loader = with_retries(aws_config::defaults(BehaviorVersion::latest()))
            // By it credentials are asked for: who gives them is not AWS, as far as we count.
            .http_client(Guarded::around(http.clone(), Arc::clone(&provider)))
            .identity_cache(identities())
            .region(SdkRegion::new(region.as_str()));
        if let Some(endpoint) = endpoint {
            loader = loader.endpoint_url(endpoint);
        }
        let base = checked(loader.load().await, &provider)?.into_builder();
        let base = base.http_client(Guarded::around(http.clone(), Arc::clone(&home)));
        Ok(Self {
            provider,
            ..Self::with(base.build(), http, home, access)
        })
    }

    /// AWS behind an HTTP client of our own: how the local cloud is reached, by somebody in the caller's account.
    /// The environment is not read.
    pub fn through(client: SharedHttpClient, caller: AccountId, access: Access) -> Self {
        Self::through_at(client, caller, access, SystemTimeSource::new())
    }

    /// The same in a time of its own.
    pub fn through_at(
        client: SharedHttpClient,
        caller: AccountId,
        access: Access,
        time: impl TimeSource + 'static,
    ) -> Self {
        let home = Arc::new(Traffic::default());
        // Without chance in the waiting times: the same calls have the same fate.
        let retries = RetryConfig::standard()
            .with_max_attempts(ATTEMPTS)
            .with_use_static_exponential_base(true);
        let base = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(SdkRegion::new("us-east-1"))
            .sleep_impl(aws_smithy_async::rt::sleep::TokioSleep::new())
            .time_source(SharedTimeSource::new(time))
            .retry_config(retries)
            .timeout_config(timeouts())
            .http_client(Guarded::around(client.clone(), Arc::clone(&home)))
            .credentials_provider(account_key(caller))
            .identity_cache(identities())
            .build();
        Self::with(base, client, home, access)
    }

    fn with(base: SdkConfig, http: SharedHttpClient, home: Arc<Traffic>, access: Access) -> Self {
        Self {
            base,
            http,
            home,
            provider: Arc::default(),
            traffic: std::sync::Mutex::default(),
            access,
            call_limit: CALL_LIMIT,
            caller: Shared::default(),
            sessions: Mutex::default(),
            clients: Mutex::default(),
        }
    }

    /// Lets calls of one place go on failing for so long, where somebody looks or delivers; deployments have
    /// [a limit of their own](crate::deploy::Options::call_limit).
    #[must_use]
    pub fn with_call_limit(mut self, limit: Duration) -> Self {
        self.call_limit = limit;
        self
    }

    pub(crate) fn call_limit(&self) -> Duration {
        self.call_limit
    }

    /// How it goes with what is asked in an account and region.
    pub(crate) fn traffic(&self, account: AccountId, region: Region) -> Arc<Traffic> {
        let mut traffic = self.traffic.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Traffic::behind(&self.home));
        Arc::clone(traffic.entry((account, region)).or_insert_with(new))
    }

    /// Whoever has not answered for the longest time, of those that are waited for.
    pub fn silence(&self) -> Option<Silence> {
        let traffic = self.traffic.lock().unwrap_or_else(PoisonError::into_inner);
        let all = traffic.values().chain([&self.home, &self.provider]);
        let silences = all.filter_map(|traffic| traffic.silence());
        silences.max_by_key(|silence| silence.lasting)
    }

    /// The settings for calls to an account and region.
    fn regional(&self, session: &Session, account: AccountId, region: Region) -> SdkConfig {
        let guarded = Guarded::around(self.http.clone(), self.traffic(account, region));
        let builder = session.config().clone().into_builder();
        let builder = builder.http_client(guarded);
        builder.region(SdkRegion::new(region.as_str())).build()
    }

    /// CloudFormation of one account and region.
    pub(crate) async fn stacks(
        &self,
        account: AccountId,
        region: Region,
    ) -> Result<StackClient, AccessError> {
        let session = self.session(account, region).await?;
        let mut clients = self.clients.lock().await;
        if let Some(client) = clients.get(&(account, region))
            && client.is_of(&session)
        {
            return Ok(client.clone());
        }
        let config = self.regional(&session, account, region);
        let config = aws_sdk_cloudformation::config::Builder::from(&config)
            // Who is throttled in one account and region is not to slow the others.
            .retry_partition(RetryPartition::new(format!("{account}/{region}")))
            .build();
        let client = StackClient::new(aws_sdk_cloudformation::Client::from_conf(config), session);
        clients.insert((account, region), client.clone());
        Ok(client)
    }

    /// S3 of one account and region.
    pub(crate) async fn buckets(
        &self,
        account: AccountId,
        region: Region,
    ) -> Result<BucketClient, AccessError> {
        let session = self.session(account, region).await?;
        let config = self.regional(&session, account, region);
        let config = config.into_builder().timeout_config(timeouts_of(UPLOAD_TIMEOUT));
        let config = config.build();
        Ok(BucketClient::new(&config, account, region))
    }

    /// SQS of one account and region.
    pub(crate) async fn queues(
        &self,
        account: AccountId,
        region: Region,
    ) -> Result<QueueClient, AccessError> {
        let session = self.session(account, region).await?;
        let config = self.regional(&session, account, region);
        Ok(QueueClient::new(aws_sdk_sqs::Client::new(&config)))
    }

    /// Whose the credentials for an account and region are: the account, and who in it.
    pub(crate) async fn identity(
        &self,
        account: AccountId,
        region: Region,
    ) -> Result<Result<(String, String), CallError>, AccessError> {
        let session = self.session(account, region).await?;
        Ok(session::identity(&self.regional(&session, account, region)).await)
    }

    /// AWS Organizations, as one account sees it.
    pub(crate) async fn organization(
        &self,
        account: AccountId,
        region: Region,
    ) -> Result<OrganizationClient, AccessError> {
        let session = self.session(account, region).await?;
        let config = self.regional(&session, account, region);
        Ok(OrganizationClient::new(aws_sdk_organizations::Client::new(
            &config,
        )))
    }

    /// CodeBuild of one account and region.
    pub(crate) async fn projects(
        &self,
        account: AccountId,
        region: Region,
    ) -> Result<ProjectClient, AccessError> {
        let session = self.session(account, region).await?;
        let config = self.regional(&session, account, region);
        Ok(ProjectClient::new(aws_sdk_codebuild::Client::new(&config)))
    }

    /// CodeConnections of one account and region.
    pub(crate) async fn connections(
        &self,
        account: AccountId,
        region: Region,
    ) -> Result<ConnectionClient, AccessError> {
        let session = self.session(account, region).await?;
        let config = self.regional(&session, account, region);
        Ok(ConnectionClient::new(aws_sdk_codeconnections::Client::new(
            &config,
        )))
    }

    /// SNS of one account and region.
    pub(crate) async fn topics(
        &self,
        account: AccountId,
        region: Region,
    ) -> Result<TopicClient, AccessError> {
        let session = self.session(account, region).await?;
        let config = self.regional(&session, account, region);
        Ok(TopicClient::new(aws_sdk_sns::Client::new(&config)))
    }

    /// Lambda of one account and region.
    pub(crate) async fn functions(
        &self,
        account: AccountId,
        region: Region,
    ) -> Result<FunctionClient, AccessError> {
        let session = self.session(account, region).await?;
        let config = self
            .regional(&session, account, region)
            .into_builder()
            .timeout_config(timeouts_of(RUN_TIMEOUT))
            .build();
        Ok(FunctionClient::new(aws_sdk_lambda::Client::new(&config)))
    }

    /// CodePipeline of one account and region.
    pub(crate) async fn pipelines(
        &self,
        account: AccountId,
        region: Region,
    ) -> Result<PipelineClient, AccessError> {
        let session = self.session(account, region).await?;
        let config = self.regional(&session, account, region);
        Ok(PipelineClient::new(aws_sdk_codepipeline::Client::new(&config)))
    }

    /// One look at each account, all of them side by side.
    async fn session(&self, account: AccountId, region: Region) -> Result<Arc<Session>, AccessError> {
        if let Some(error) = self.traffic(account, region).lost() {
            return Err(AccessError::Unreachable(error));
        }
        let cell = Arc::clone(self.sessions.lock().await.entry(account).or_default());
        let open = || async { self.open(account, region).await.map(Arc::new) };
        cell.get(AccessError::lasts, open).await
    }

    /// Credentials of a session have expired: the next call opens another, unless somebody was quicker.
    pub(crate) async fn renew(&self, account: AccountId, expired: &Arc<Session>) {
        let mut sessions = self.sessions.lock().await;
        let known = match sessions.get(&account) {
            Some(cell) => cell.known().await,
            None => None,
        };
        if known.is_some_and(|session| Arc::ptr_eq(&session, expired)) {
            sessions.remove(&account);
        }
    }
}

impl Aws {
    pub(crate) async fn open(&self, account: AccountId, region: Region) -> Result<Session, AccessError> {
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
                    with_retries(aws_config::defaults(BehaviorVersion::latest())).profile_name(profile);
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
    pub(crate) async fn caller_name(&self) -> String {
        if self.access == Access::AccountKeys {
            return String::new();
        }
        let caller = self.caller().await;
        caller.map(|caller| session_name(&caller.arn)).unwrap_or_default()
    }
}
