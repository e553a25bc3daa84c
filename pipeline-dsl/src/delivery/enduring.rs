//! Calls of one place that fail and may succeed later.

use std::time::Duration;

use super::error::DeliveryError;
use super::sites::Site;
use crate::deploy::aws::Aws;
use crate::deploy::run::retry::{NextTry, Retry};
use crate::model::{AccountId, Region};

/// The longest wait between two tries, and four times the first.
const LONGEST_PAUSE: Duration = Duration::from_secs(4);

/// What is endured while something is asked in one place: calls that fail and may succeed later, for as long as `--call-timeout`
/// says.
pub(super) struct Enduring<'a> {
    aws: &'a Aws,
    account: AccountId,
    region: Region,
    retry: Retry,
}

impl<'a> Enduring<'a> {
    pub(super) fn at(aws: &'a Aws, site: &Site) -> Self {
        let Site { account, region, .. } = *site;
        Self {
            aws,
            account,
            region,
            retry: Retry::new(LONGEST_PAUSE, aws.call_limit(), aws.traffic(account, region)),
        }
    }

    /// Waits, or gets new credentials, where the error may pass.
    ///
    /// # Errors
    /// The error itself, where it will not, or has not for long.
    pub(super) async fn endure(&mut self, error: DeliveryError) -> Result<(), DeliveryError> {
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
