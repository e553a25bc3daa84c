//! Connections to the hosts of repositories, as far as somebody asks for their status: every connection that is named is there,
//! and `AVAILABLE`, unless it is said to be otherwise. CodeConnections speaks Smithy's RPC v2 with CBOR.
//! <https://docs.aws.amazon.com/codeconnections/latest/APIReference/API_GetConnection.html>

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::http::answer::Answer;
use super::http::call::Call;
use super::http::credential::Credential;
use super::http::response::ApiError;

/// The connections that are not `AVAILABLE`, with what they are instead.
#[derive(Debug, Clone, Default)]
pub(crate) struct Connections {
    pub(crate) statuses: BTreeMap<String, String>,
}

/// Answers a request.
pub(crate) fn answer(connections: &Connections, credential: &Credential, call: &Call) -> Answer {
    let asked: Value = ciborium::from_reader(call.body.as_slice()).unwrap_or_default();
    let action = call.path.rsplit('/').next().unwrap_or_default();
    match act(connections, credential, action, &asked) {
        Ok(value) => spoken(200, &value),
        Err(error) => {
            let body = json!({"__type": error.code, "message": error.message});
            spoken(error.status, &body)
        }
    }
}

fn act(
    connections: &Connections,
    credential: &Credential,
    action: &str,
    asked: &Value,
) -> Result<Value, ApiError> {
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
    let status = connections.statuses.get(arn).map_or("AVAILABLE", String::as_str);
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
