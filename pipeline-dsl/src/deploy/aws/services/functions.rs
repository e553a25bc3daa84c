//! Functions that are run.
//! <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>

use aws_sdk_lambda::Client;
use aws_sdk_lambda::primitives::Blob;
use serde_json::Value;

use crate::deploy::aws::call_error::CallError;
use crate::deploy::printable::printable;

/// Lambda in one account and region.
#[derive(Debug, Clone)]
pub(crate) struct FunctionClient {
    client: Client,
}

impl FunctionClient {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Runs a function on an event, and waits for what it returns; what it raised, where it failed.
    pub(crate) async fn invoke(
        &self,
        function: &str,
        event: &Value,
    ) -> Result<Result<Value, String>, CallError> {
        let call = self.client.invoke().function_name(function);
        let invoked = call.payload(Blob::new(event.to_string())).send().await;
        let invoked = invoked.map_err(|error| CallError::of("Invoke", error))?;
        let payload = invoked.payload.map(Blob::into_inner).unwrap_or_default();
        let returned: Value = serde_json::from_slice(&payload).unwrap_or_default();
        Ok(match invoked.function_error {
            None => Ok(returned),
            Some(kind) => {
                let raised = returned.get("errorMessage").and_then(Value::as_str);
                Err(printable(raised.unwrap_or(&kind)))
            }
        })
    }
}
