//! Calls of one place that fail and may succeed later.

use std::time::Duration;

use super::error::DeliveryError;
use super::sites::Site;
use crate::deploy::aws::Aws;
use crate::deploy::run::retry::{NextTry, Retry};
use crate::model::{AccountId, Region};

/// The longest wait between two tries, and four times the first.
const LONGEST_PAUSE: Duration = Duration::from_secs(4);

/// Asks again in one account and region, for as long as `--call-timeout` lets calls go on failing.
pub(super) struct SiteRetry<'a> {
    aws: &'a Aws,
    account: AccountId,
    region: Region,
    retry: Retry,
}

/// How long calls may go on failing where another account has been given up already.
const BRIEFLY: Duration = Duration::from_secs(10);

impl<'a> SiteRetry<'a> {
    pub(super) fn at(aws: &'a Aws, site: &Site) -> Self {
        Self::within(aws, site, aws.call_limit())
    }

    /// For a place that is asked after another one, which was given up: a command is not to wait twice in vain.
    pub(super) fn after_one_in_vain(aws: &'a Aws, site: &Site) -> Self {
        Self::within(aws, site, aws.call_limit().min(BRIEFLY))
    }

    fn within(aws: &'a Aws, site: &Site, limit: Duration) -> Self {
        Self::of_place(aws, site.account, site.region, limit)
    }

    fn of_place(aws: &'a Aws, account: AccountId, region: Region, limit: Duration) -> Self {
        Self {
            aws,
            account,
            region,
            retry: Retry::new(LONGEST_PAUSE, limit, aws.traffic(account, region)),
        }
    }

    /// Waits, or gets new credentials, where the error may pass.
    ///
    /// # Errors
    /// The error itself, where it will not, or has not for long.
    pub(super) async fn after(&mut self, error: DeliveryError) -> Result<(), DeliveryError> {
        let DeliveryError::Asked(error) = error else {
            return Err(error);
        };
        match self.retry.after(error)? {
            NextTry::After(pause) => tokio::time::sleep(pause).await,
            NextTry::WithNewCredentials => {
                // Where there are none, the next try says so.
                if let Ok(client) = self.aws.stacks(self.account, self.region).await {
                    self.aws.renew(self.account, client.session()).await;
                }
            }
        }
        Ok(())
    }
}

/// Asks for something in one place, again and again while it fails and may succeed later.
///
/// # Errors
/// The last error, where it will not succeed, or has not for long.
pub(super) async fn retried<T, F>(aws: &Aws, site: &Site, ask: impl Fn() -> F) -> Result<T, DeliveryError>
where
    F: Future<Output = Result<T, DeliveryError>>,
{
    retried_at(aws, site.account, site.region, ask).await
}

/// The same of an account and region.
///
/// # Errors
/// As [`retried`].
pub(super) async fn retried_at<T, F>(
    aws: &Aws,
    account: AccountId,
    region: Region,
    ask: impl Fn() -> F,
) -> Result<T, DeliveryError>
where
    F: Future<Output = Result<T, DeliveryError>>,
{
    let mut retry = SiteRetry::of_place(aws, account, region, aws.call_limit());
    loop {
        match ask().await {
            Err(error) => retry.after(error).await?,
            found => return found,
        }
    }
}
