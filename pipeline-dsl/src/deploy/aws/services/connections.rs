//! Connections to the hosts of repositories.
//! <https://docs.aws.amazon.com/codeconnections/latest/APIReference/API_GetConnection.html>

use aws_sdk_codeconnections::Client;

use crate::deploy::aws::call_error::CallError;

/// CodeConnections in one account and region.
#[derive(Debug, Clone)]
pub(crate) struct ConnectionClient {
    client: Client,
}

impl ConnectionClient {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// `PENDING`, `AVAILABLE` or `ERROR`.
    pub(crate) async fn status(&self, connection: &str) -> Result<String, CallError> {
        let asked = self
            .client
            .get_connection()
            .connection_arn(connection)
            .send()
            .await;
        let asked = asked.map_err(|error| CallError::of("GetConnection", error))?;
        let status = asked
            .connection
            .and_then(|connection| connection.connection_status);
        Ok(status.map_or_else(String::new, |status| status.as_str().to_owned()))
    }
}
