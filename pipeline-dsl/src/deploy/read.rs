//! A stack that is left as it is, but shows what others take.

use super::apply::{Applied, Work};
use super::outcome::{Outcome, StackError};
use super::patience::{Endured, Patience};
use super::status::Phase;

impl Work {
    /// Looks at the stack.
    pub(super) async fn read(self) -> Result<Applied, StackError> {
        let mut patience = Patience::new(self.context.options.poll_interval);
        loop {
            let client = self
                .context
                .aws
                .stacks(self.stack.account, self.stack.region)
                .await;
            let state = match &client {
                Ok(client) => client
                    .describe(&self.stack.stack_name)
                    .await
                    .map_err(StackError::from),
                Err(error) => Err(error.clone().into()),
            };
            match state {
                Ok(Some(state)) if state.status.phase() != Phase::Deleted => {
                    return Ok(Applied {
                        outcome: Outcome::Unchanged,
                        outputs: state.outputs,
                    });
                }
                Ok(_) => return Err(StackError::LeftOut),
                Err(error) => match patience.endure(error)? {
                    Endured::After(time) => tokio::time::sleep(time).await,
                    Endured::WithNewCredentials => {
                        if let Ok(client) = &client {
                            self.context.aws.renew(self.stack.account, client.session()).await;
                        }
                    }
                },
            }
        }
    }
}
