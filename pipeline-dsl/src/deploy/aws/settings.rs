//! How calls are made: how often, how long, with which credentials.

use std::sync::Arc;
use std::time::Duration;

use aws_config::identity::IdentityCache;
use aws_config::timeout::TimeoutConfig;
use aws_config::{ConfigLoader, SdkConfig};
use aws_sdk_cloudformation::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_runtime_api::client::identity::SharedIdentityCache;
use aws_smithy_types::retry::RetryConfig;

use super::environment::{CREDENTIALS_TIMEOUT, Checked, EnvironmentError, check_endpoint};
use super::traffic::Traffic;
use crate::model::AccountId;

/// How often the SDK tries a call; deployment goes on trying for longer.
pub(crate) const ATTEMPTS: u32 = 3;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// An answer that has not begun by then does not come.
const READ_TIMEOUT: Duration = Duration::from_secs(12);
/// An answer that has not ended by then has none.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(15);
/// With all tries, and the pauses between them.
const CALL_TIMEOUT: Duration = Duration::from_secs(25);
/// Calls of one place may go on failing for so long, unless something else is said.
pub(crate) const CALL_LIMIT: Duration = Duration::from_mins(1);
/// What is uploaded takes its time.
pub(crate) const UPLOAD_TIMEOUT: Duration = Duration::from_mins(1);
/// A function may run for a quarter of an hour.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
pub(crate) const RUN_TIMEOUT: Duration = Duration::from_secs(930);

/// What the SDK is told wherever its settings come from.
pub(crate) fn with_retries(loader: ConfigLoader) -> ConfigLoader {
    loader
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
        .timeout_config(timeouts())
}

pub(crate) fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(CALL_TIMEOUT)
        .build()
}

/// Nothing is remembered of before, and who gives credentials has the time that we say.
pub(crate) fn identities() -> SharedIdentityCache {
    IdentityCache::lazy()
        .load_timeout(CREDENTIALS_TIMEOUT + CONNECT_TIMEOUT)
        .build()
}

/// The same for calls that take so long.
pub(crate) fn timeouts_of(longest: Duration) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(longest)
        .operation_attempt_timeout(longest)
        .operation_timeout(longest + CALL_TIMEOUT)
        .build()
}

/// Settings without what the SDK would panic at.
pub(crate) fn checked(config: SdkConfig, provider: &Arc<Traffic>) -> Result<SdkConfig, EnvironmentError> {
    if let Some(url) = config.endpoint_url() {
        check_endpoint("`endpoint_url` of the profile", url)?;
    }
    let provider = config
        .credentials_provider()
        .map(|given| Checked::around(given, provider));
    let mut builder = config.into_builder();
    builder.set_credentials_provider(provider);
    Ok(builder.build())
}

/// Credentials whose key is the account itself.
pub(crate) fn account_key(account: AccountId) -> SharedCredentialsProvider {
    SharedCredentialsProvider::new(Credentials::new(
        account.as_str(),
        "local",
        None,
        None,
        "account-keys",
    ))
}
