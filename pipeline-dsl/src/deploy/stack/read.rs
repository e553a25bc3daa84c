//! A stack that is left as it is, but shows what others take.

use super::applied::Applied;
use super::work::Work;
use crate::deploy::report::outcome::{Outcome, StackError};
use crate::deploy::run::retrying_client::RetryingClient;
use crate::deploy::state::status::Phase;

impl Work {
    /// Looks at the stack.
    pub(crate) async fn read(self) -> Result<Applied, StackError> {
        let mut retrying = RetryingClient::new(&self.context, self.stack.account, self.stack.region);
        loop {
            match self.look(&mut retrying).await {
                Err(StackError::LeftOut) => return Err(StackError::LeftOut),
                Err(error) => retrying.retry(error).await?,
                found => return found,
            }
        }
    }

    async fn look(&self, retrying: &mut RetryingClient) -> Result<Applied, StackError> {
        let client = retrying.client().await?;
        let state = client.describe(&self.stack.stack_name).await?;
        let state = state.filter(|state| state.status.phase() != Phase::Deleted);
        Ok(Applied {
            outcome: Outcome::Unchanged,
            outputs: state.ok_or(StackError::LeftOut)?.outputs,
        })
    }
}
