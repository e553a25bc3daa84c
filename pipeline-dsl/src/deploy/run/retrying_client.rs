use std::sync::Arc;

use super::context::DeployContext;
use super::retry::{NextTry, Retry};
use crate::deploy::aws::{Session, StackClient};
use crate::deploy::report::outcome::StackError;
use crate::model::{AccountId, Region};

/// Somebody who asks CloudFormation of one account and region, and goes on when calls fail that may succeed later.
pub(crate) struct RetryingClient {
    context: Arc<DeployContext>,
    account: AccountId,
    region: Region,
    retry: Retry,
    session: Option<Arc<Session>>,
}

impl RetryingClient {
    pub(crate) fn new(context: &Arc<DeployContext>, account: AccountId, region: Region) -> Self {
        Self {
            context: Arc::clone(context),
            account,
            region,
            retry: Retry::new(
                context.options.poll_interval,
                context.options.call_limit,
                context.aws.traffic(account, region),
            ),
            session: None,
        }
    }

    pub(crate) async fn client(&mut self) -> Result<StackClient, StackError> {
        let client = self.context.aws.stacks(self.account, self.region).await?;
        self.session = Some(Arc::clone(client.session()));
        Ok(client)
    }

    /// A look has succeeded.
    pub(crate) fn succeeded(&mut self) {
        self.retry.succeeded();
    }

    /// Waits, or gets new credentials, where the error may pass.
    ///
    /// # Errors
    /// The error itself, where it will not, or has not for long.
    pub(crate) async fn retry(&mut self, error: StackError) -> Result<(), StackError> {
        match self.retry.after(error)? {
            NextTry::After(time) => tokio::time::sleep(time).await,
            NextTry::WithNewCredentials => {
                if let Some(session) = &self.session {
                    self.context.aws.renew(self.account, session).await;
                }
            }
        }
        Ok(())
    }
}
