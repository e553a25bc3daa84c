//! The AWS SDK: everything that is asked of AWS, in our own words. Nothing else names it.

mod buckets;
mod call_error;
mod carried;
mod change_sets;
mod connections;
mod drift;
mod environment;
mod functions;
mod objects;
mod organization;
mod pages;
mod pipelines;
mod projects;
mod queues;
mod session;
mod stacks;
mod topics;
mod traffic;
mod transport;

pub(super) use buckets::BucketClient;
pub use call_error::{CallError, CallErrorKind};
pub(super) use connections::ConnectionClient;
pub use environment::EnvironmentError;
pub(super) use functions::FunctionClient;
pub(super) use objects::{ObjectHead, ObjectVersion};
pub(super) use organization::OrganizationClient;
pub(super) use pipelines::PipelineClient;
pub(super) use projects::{Project, ProjectClient};
pub(super) use queues::{Letter, QueueClient};
pub(super) use session::{Session, session_name};
pub(super) use stacks::StackClient;
pub(super) use topics::TopicClient;
pub use traffic::Silence;
pub(super) use traffic::{FIRST_ANSWER, Traffic};

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use aws_config::identity::IdentityCache;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, ConfigLoader, SdkConfig};
use aws_sdk_cloudformation::config::retry::RetryPartition;
use aws_sdk_cloudformation::config::{Credentials, Region as SdkRegion, SharedCredentialsProvider};
use aws_smithy_async::time::{SharedTimeSource, SystemTimeSource, TimeSource};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::identity::SharedIdentityCache;
use aws_smithy_types::retry::RetryConfig;
use tokio::sync::Mutex;

use super::access::{Access, AccessError};
use super::options::Options;
use super::shared::Shared;
use crate::model::{AccountId, Region};
use environment::{CREDENTIALS_TIMEOUT, Checked};
use transport::{Guarded, https};

/// How often the SDK tries a call; deployment goes on trying for longer.
const ATTEMPTS: u32 = 3;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// An answer that has not begun by then does not come.
const READ_TIMEOUT: Duration = Duration::from_secs(12);
/// An answer that has not ended by then has none.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(15);
/// With all tries, and the pauses between them.
const CALL_TIMEOUT: Duration = Duration::from_secs(25);
/// What is uploaded takes its time.
const UPLOAD_TIMEOUT: Duration = Duration::from_mins(1);
/// A function may run for a quarter of an hour.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const RUN_TIMEOUT: Duration = Duration::from_secs(930);

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
    caller: Shared<Arc<session::Caller>, AccessError>,
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

/// What the SDK is told wherever its settings come from.
fn with_patience(loader: ConfigLoader) -> ConfigLoader {
    loader
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
        .timeout_config(timeouts())
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(CALL_TIMEOUT)
        .build()
}

/// Nothing is remembered of before, and who gives credentials has the time that we say.
fn identities() -> SharedIdentityCache {
    IdentityCache::lazy()
        .load_timeout(CREDENTIALS_TIMEOUT + CONNECT_TIMEOUT)
        .build()
}

/// The same for calls that take so long.
fn timeouts_of(longest: Duration) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(longest)
        .operation_attempt_timeout(longest)
        .operation_timeout(longest + CALL_TIMEOUT)
        .build()
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
        let mut loader = with_patience(aws_config::defaults(BehaviorVersion::latest()))
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
            call_limit: Options::CALL_LIMIT,
            caller: Shared::default(),
            sessions: Mutex::default(),
            clients: Mutex::default(),
        }
    }

    /// Lets calls of one place go on failing for so long, where somebody looks or delivers; deployments have
    /// [a limit of their own](Options::call_limit).
    #[must_use]
    pub fn with_call_limit(mut self, limit: Duration) -> Self {
        self.call_limit = limit;
        self
    }

    pub(super) fn call_limit(&self) -> Duration {
        self.call_limit
    }

    /// How it goes with what is asked in an account and region.
    pub(super) fn traffic(&self, account: AccountId, region: Region) -> Arc<Traffic> {
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
    pub(super) async fn stacks(
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
    pub(super) async fn buckets(
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
    pub(super) async fn queues(
        &self,
        account: AccountId,
        region: Region,
    ) -> Result<QueueClient, AccessError> {
        let session = self.session(account, region).await?;
        let config = self.regional(&session, account, region);
        Ok(QueueClient::new(aws_sdk_sqs::Client::new(&config)))
    }

    /// Whose the credentials for an account and region are: the account, and who in it.
    pub(super) async fn identity(
        &self,
        account: AccountId,
        region: Region,
    ) -> Result<Result<(String, String), CallError>, AccessError> {
        let session = self.session(account, region).await?;
        Ok(session::identity(&self.regional(&session, account, region)).await)
    }

    /// AWS Organizations, as one account sees it.
    pub(super) async fn organization(
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
    pub(super) async fn projects(
        &self,
        account: AccountId,
        region: Region,
    ) -> Result<ProjectClient, AccessError> {
        let session = self.session(account, region).await?;
        let config = self.regional(&session, account, region);
        Ok(ProjectClient::new(aws_sdk_codebuild::Client::new(&config)))
    }

    /// CodeConnections of one account and region.
    pub(super) async fn connections(
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
    pub(super) async fn topics(
        &self,
        account: AccountId,
        region: Region,
    ) -> Result<TopicClient, AccessError> {
        let session = self.session(account, region).await?;
        let config = self.regional(&session, account, region);
        Ok(TopicClient::new(aws_sdk_sns::Client::new(&config)))
    }

    /// Lambda of one account and region.
    pub(super) async fn functions(
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
    pub(super) async fn pipelines(
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
    pub(super) async fn renew(&self, account: AccountId, expired: &Arc<Session>) {
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

/// Settings without what the SDK would panic at.
fn checked(config: SdkConfig, provider: &Arc<Traffic>) -> Result<SdkConfig, EnvironmentError> {
    if let Some(url) = config.endpoint_url() {
        environment::check_endpoint("`endpoint_url` of the profile", url)?;
    }
    let provider = config
        .credentials_provider()
        .map(|given| Checked::around(given, provider));
    let mut builder = config.into_builder();
    builder.set_credentials_provider(provider);
    Ok(builder.build())
}

/// Credentials whose key is the account itself.
fn account_key(account: AccountId) -> SharedCredentialsProvider {
    SharedCredentialsProvider::new(Credentials::new(
        account.as_str(),
        "local",
        None,
        None,
        "account-keys",
    ))
}
