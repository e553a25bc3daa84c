//! Connections to the hosts of repositories, as far as somebody asks for their status: every connection that is named is there,
//! and `AVAILABLE`, unless it is said to be otherwise. CodeConnections speaks Smithy's RPC v2 with CBOR.
//! <https://docs.aws.amazon.com/codeconnections/latest/APIReference/API_GetConnection.html>

use serde_json::{Value, json};

use super::cloud::local_cloud::LocalCloud;
use super::front::routing::Answer;
use super::http::call::Call;
use super::http::credential::Credential;
use super::http::response::ApiError;
use super::state::State;

impl LocalCloud {
    /// Gives a connection another status: `PENDING`, as long as nobody has finished its handshake, or `ERROR`.
    pub fn set_connection_status(&self, connection: &str, status: &str) {
        let mut state = self.lock();
        state.connections.insert(connection.to_owned(), status.to_owned());
    }
}

/// Answers a request.
pub(in crate::local) fn answer(state: &State, credential: &Credential, call: &Call) -> Answer {
    let asked: Value = ciborium::from_reader(call.body.as_slice()).unwrap_or_default();
    let action = call.path.rsplit('/').next().unwrap_or_default();
    match act(state, credential, action, &asked) {
        Ok(value) => spoken(200, &value),
        Err(error) => {
            let body = json!({"__type": error.code, "message": error.message});
            spoken(error.status, &body)
        }
    }
}

fn act(state: &State, credential: &Credential, action: &str, asked: &Value) -> Result<Value, ApiError> {
    if action != "GetConnection" {
        let message = format!("the local cloud does not know {action} of {}", credential.service);
        return Err(ApiError::new("InvalidAction", message));
    }
    let arn = asked
        .get("ConnectionArn")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if arn.split(':').nth(4) != Some(credential.account.as_str()) {
        let message = format!("Connection not found: {arn}");
        return Err(ApiError::not_found("ResourceNotFoundException", message));
    }
    let status = state.connections.get(arn).map_or("AVAILABLE", String::as_str);
    Ok(json!({"Connection": {"ConnectionArn": arn, "ConnectionStatus": status}}))
}

fn spoken(status: u16, value: &Value) -> Answer {
    let mut body = Vec::new();
    // Writing to memory does not fail.
    let written = ciborium::into_writer(value, &mut body);
    let status = if written.is_ok() { status } else { 500 };
    Answer::new(status, String::new())
        .with("content-type", "application/cbor".to_owned())
        .with("smithy-protocol", "rpc-v2-cbor".to_owned())
        .with_bytes(body)
}
