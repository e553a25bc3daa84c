//! The AWS SDK: everything that is asked of AWS, in our own words.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use aws_config::identity::IdentityCache;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::config::{Credentials, Region as SdkRegion, SharedCredentialsProvider};
use aws_sdk_cloudformation::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_cloudformation::types::{Capability, ChangeSetStatus, ChangeSetType, Parameter, Tag};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::error::display::DisplayErrorContext;
use aws_smithy_types::retry::RetryConfig;
use tokio::sync::{Mutex, OnceCell};

use super::access::{Access, AccessError};
use super::stack_state::{ChangeSetRequest, ChangeSetState, StackEvent, StackState};
use super::status::Status;
use crate::model::{AccountId, Partition, Region};

/// How often a call is tried: throttling of a large deployment takes a while to pass.
const ATTEMPTS: u32 = 10;

/// A call that AWS refused, or that did not reach it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{operation} failed: {message}")]
pub struct CallError {
    operation: &'static str,
    code: Option<String>,
    message: String,
}

impl CallError {
    fn of<E, R>(operation: &'static str, error: SdkError<E, R>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
        R: fmt::Debug + 'static,
    {
        let code = error.code().map(str::to_owned);
        let message = match (error.code(), error.message()) {
            (Some(code), Some(message)) => format!("{message} ({code})"),
            (Some(code), None) => code.to_owned(),
            _ => DisplayErrorContext(error).to_string(),
        };
        Self {
            operation,
            code,
            message,
        }
    }

    /// AWS's code for it, where AWS answered.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }
}

/// The way to all accounts of a team.
pub struct Aws {
    base: SdkConfig,
    access: Access,
    caller: OnceCell<String>,
    accounts: Mutex<BTreeMap<AccountId, Arc<OnceCell<SdkConfig>>>>,
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
    /// AWS as the environment says: `AWS_PROFILE`, `AWS_ENDPOINT_URL` and all the standard settings.
    /// <https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html>
    pub async fn from_environment(access: Access, home: Region) -> Self {
        let base = aws_config::defaults(BehaviorVersion::latest())
            .region(SdkRegion::new(home.as_str()))
            .retry_config(RetryConfig::adaptive().with_max_attempts(ATTEMPTS))
            .load()
            .await;
        Self::with(base, access)
    }

    /// AWS behind an HTTP client of our own: how the local cloud is reached, by somebody in the caller's account.
    /// The environment is not read.
    pub fn through(client: SharedHttpClient, caller: AccountId, access: Access) -> Self {
        let base = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(SdkRegion::new("us-east-1"))
            .sleep_impl(aws_smithy_async::rt::sleep::TokioSleep::new())
            .time_source(aws_smithy_async::time::SystemTimeSource::new())
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
            .http_client(client)
            .credentials_provider(account_key(caller))
            .identity_cache(IdentityCache::lazy().build())
            .build();
        Self::with(base, access)
    }

    fn with(base: SdkConfig, access: Access) -> Self {
        Self {
            base,
            access,
            caller: OnceCell::new(),
            accounts: Mutex::new(BTreeMap::new()),
        }
    }

    /// A client for the stacks of one account and region.
    pub(super) async fn stack_client(
        &self,
        account: AccountId,
        region: Region,
    ) -> Result<StackClient, AccessError> {
        // One look at each account, all of them side by side.
        let cell = Arc::clone(self.accounts.lock().await.entry(account).or_default());
        let config = cell
            .get_or_try_init(|| self.account(account, region.partition()))
            .await?;
        let config = config
            .clone()
            .into_builder()
            .region(SdkRegion::new(region.as_str()))
            .build();
        Ok(StackClient {
            client: Client::new(&config),
        })
    }

    /// The configuration for one account, once it is sure that it is that account's.
    async fn account(&self, account: AccountId, partition: Partition) -> Result<SdkConfig, AccessError> {
        let config = match &self.access {
            Access::AccountKeys => {
                let builder = self.base.clone().into_builder();
                return Ok(builder.credentials_provider(account_key(account)).build());
            }
            Access::Standard => self.base.clone(),
            Access::Role(role) => {
                let caller = self.caller.get_or_try_init(|| caller(&self.base)).await?;
                if caller == account.as_str() {
                    return Ok(self.base.clone());
                }
                let provider = aws_config::sts::AssumeRoleProvider::builder(format!(
                    "arn:{partition}:iam::{account}:role/{role}"
                ))
                .session_name("pipeline-dsl")
                .configure(&self.base)
                .build()
                .await;
                let builder = self.base.clone().into_builder();
                return Ok(builder
                    .credentials_provider(SharedCredentialsProvider::new(provider))
                    .build());
            }
            Access::Profile(pattern) => {
                let profile = pattern.replace("{account}", account.as_str());
                let mut loader = aws_config::defaults(BehaviorVersion::latest())
                    .profile_name(profile)
                    .retry_config(RetryConfig::adaptive().with_max_attempts(ATTEMPTS));
                if let Some(region) = self.base.region() {
                    loader = loader.region(region.clone());
                }
                loader.load().await
            }
        };
        let found = caller(&config).await?;
        if found == account.as_str() {
            Ok(config)
        } else {
            Err(AccessError::OtherAccount {
                wanted: account,
                found,
            })
        }
    }
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

/// Whose account the credentials are of.
async fn caller(config: &SdkConfig) -> Result<String, AccessError> {
    let identity = aws_sdk_sts::Client::new(config)
        .get_caller_identity()
        .send()
        .await;
    let identity =
        identity.map_err(|error| AccessError::NoCredentials(CallError::of("GetCallerIdentity", error)))?;
    Ok(identity.account.unwrap_or_default())
}

/// CloudFormation in one account and region.
#[derive(Debug, Clone)]
pub(super) struct StackClient {
    client: Client,
}

impl StackClient {
    /// The stack of this name or id, if there is one.
    pub(super) async fn describe(&self, stack: &str) -> Result<Option<StackState>, CallError> {
        let described = match self.client.describe_stacks().stack_name(stack).send().await {
            Ok(described) => described,
            // There is no code of its own for it.
            Err(error)
                if error.code() == Some("ValidationError")
                    && error
                        .message()
                        .is_some_and(|message| message.contains("does not exist")) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(CallError::of("DescribeStacks", error)),
        };
        let Some(stack) = described.stacks.unwrap_or_default().into_iter().next() else {
            return Ok(None);
        };
        let parameters = stack.parameters.unwrap_or_default().into_iter();
        let outputs = stack.outputs.unwrap_or_default().into_iter();
        let tags = stack.tags.unwrap_or_default().into_iter();
        Ok(Some(StackState {
            stack_id: stack.stack_id.unwrap_or_default(),
            updated: stack
                .last_updated_time
                .map(|time| time.to_string())
                .unwrap_or_default(),
            status: Status::new(
                stack
                    .stack_status
                    .map(|status| status.as_str().to_owned())
                    .unwrap_or_default(),
            ),
            parameters: parameters
                .filter_map(|parameter| Some((parameter.parameter_key?, parameter.parameter_value?)))
                .collect(),
            outputs: outputs
                .filter_map(|output| Some((output.output_key?, output.output_value?)))
                .collect(),
            tags: tags.filter_map(|tag| Some((tag.key?, tag.value?))).collect(),
        }))
    }

    /// Asks for a change set; the answer is its id.
    pub(super) async fn create_change_set(
        &self,
        request: &ChangeSetRequest<'_>,
    ) -> Result<String, CallError> {
        let parameter = |(name, value): (&String, &String)| {
            Parameter::builder()
                .parameter_key(name)
                .parameter_value(value)
                .build()
        };
        let tag = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
        let capability = |name: &&str| Capability::from(*name);
        let kind = if request.create {
            ChangeSetType::Create
        } else {
            ChangeSetType::Update
        };
        let created = self
            .client
            .create_change_set()
            .stack_name(request.stack_name)
            .change_set_name(request.change_set_name)
            .client_token(request.change_set_name)
            .change_set_type(kind)
            .template_body(request.template)
            .set_parameters(Some(request.parameters.iter().map(parameter).collect()))
            .set_tags(Some(request.tags.iter().map(tag).collect()))
            .set_capabilities(Some(request.capabilities.iter().map(capability).collect()))
            .send()
            .await;
        match created {
            Ok(created) => Ok(created.id.unwrap_or_default()),
            // A run before this one was interrupted behind this very call.
            Err(error) if error.code() == Some("AlreadyExistsException") => self
                .client
                .describe_change_set()
                .stack_name(request.stack_name)
                .change_set_name(request.change_set_name)
                .send()
                .await
                .map(|found| found.change_set_id.unwrap_or_default())
                .map_err(|error| CallError::of("DescribeChangeSet", error)),
            Err(error) => Err(CallError::of("CreateChangeSet", error)),
        }
    }

    pub(super) async fn describe_change_set(&self, id: &str) -> Result<ChangeSetState, CallError> {
        let described = self.client.describe_change_set().change_set_name(id).send().await;
        let described = described.map_err(|error| CallError::of("DescribeChangeSet", error))?;
        let reason = described.status_reason.unwrap_or_default();
        Ok(match described.status {
            Some(ChangeSetStatus::CreateComplete) => ChangeSetState::Ready,
            // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets-execute.html
            Some(ChangeSetStatus::Failed)
                if reason.contains("didn't contain changes")
                    || reason.contains("No updates are to be performed") =>
            {
                ChangeSetState::Empty
            }
            Some(ChangeSetStatus::Failed) => ChangeSetState::Failed(reason),
            _ => ChangeSetState::Pending,
        })
    }

    pub(super) async fn execute_change_set(&self, id: &str, token: &str) -> Result<(), CallError> {
        let executed = self
            .client
            .execute_change_set()
            .change_set_name(id)
            .client_request_token(token)
            .send()
            .await;
        executed
            .map(|_| ())
            .map_err(|error| CallError::of("ExecuteChangeSet", error))
    }

    pub(super) async fn delete_change_set(&self, id: &str) -> Result<(), CallError> {
        let deleted = self.client.delete_change_set().change_set_name(id).send().await;
        deleted
            .map(|_| ())
            .map_err(|error| CallError::of("DeleteChangeSet", error))
    }

    pub(super) async fn delete_stack(&self, stack: &str) -> Result<(), CallError> {
        let deleted = self.client.delete_stack().stack_name(stack).send().await;
        deleted
            .map(|_| ())
            .map_err(|error| CallError::of("DeleteStack", error))
    }

    /// The latest events of a stack, newest first.
    pub(super) async fn events(&self, stack: &str) -> Result<Vec<StackEvent>, CallError> {
        let described = self.client.describe_stack_events().stack_name(stack).send().await;
        let described = described.map_err(|error| CallError::of("DescribeStackEvents", error))?;
        let events = described.stack_events.unwrap_or_default().into_iter();
        Ok(events
            .map(|event| StackEvent {
                id: event.event_id.unwrap_or_default(),
                logical_id: event.logical_resource_id.unwrap_or_default(),
                resource_type: event.resource_type.unwrap_or_default(),
                status: event
                    .resource_status
                    .map(|status| status.as_str().to_owned())
                    .unwrap_or_default(),
                reason: event.resource_status_reason,
            })
            .collect())
    }
}
