//! What a dead letter of the subscriber says: three senders write them, each in its own way.

use serde_json::{Value, json};

use super::status::DeadLetter;
use crate::deploy::aws::Letter;
use crate::deploy::printable::printable;
use crate::model::Name;

/// What a letter is about, artifact by artifact.
pub(super) fn read(developer: Name, letter: &Letter) -> Vec<DeadLetter> {
    let event = event(letter);
    let reason = letter.attributes.get("ErrorMessage").cloned();
    let reason = reason.map(|reason| printable(&reason));
    let reason = reason.unwrap_or_else(|| "it did not reach the subscriber".to_owned());
    let records = event
        .get("Records")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let keys = records.map(|record| {
        let message = record
            .pointer("/Sns/Message")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let message: Value = serde_json::from_str(message).unwrap_or_default();
        message.get("key").and_then(Value::as_str).map(ToOwned::to_owned)
    });
    let mut keys: Vec<Option<String>> = keys.collect();
    if keys.is_empty() {
        // A backfill that did not begin is about all of them.
        keys.push(None);
    }
    let about = |artifact| DeadLetter {
        developer: Some(developer),
        artifact,
        reason: reason.clone(),
    };
    keys.into_iter().map(about).collect()
}

/// The event as the subscriber takes it. Lambda and the subscriber keep events as they are, SNS keeps its notification.
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html>
pub(super) fn event(letter: &Letter) -> Value {
    let body: Value = serde_json::from_str(&letter.body).unwrap_or_default();
    if body.get("Records").is_some() || body.get("Backfill").is_some() {
        body
    } else {
        json!({"Records": [{"EventSource": "aws:sns", "Sns": body}]})
    }
}
