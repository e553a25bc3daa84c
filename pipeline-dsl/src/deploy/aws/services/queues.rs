//! Queues of what could not be delivered.
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html>

use std::collections::BTreeMap;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::QueueAttributeName;
use serde_json::Value;

use crate::deploy::aws::call_error::CallError;

/// As many as SQS gives at once.
const AT_ONCE: i32 = 10;

/// SQS in one account and region.
#[derive(Debug, Clone)]
pub(crate) struct QueueClient {
    client: Client,
}

/// A message that was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Letter {
    pub(crate) id: String,
    pub(crate) body: String,
    pub(crate) attributes: BTreeMap<String, String>,
    handle: String,
}

#[cfg(test)]
impl Letter {
    pub(crate) fn of(body: String, attributes: BTreeMap<String, String>) -> Self {
        Self {
            id: String::new(),
            body,
            attributes,
            handle: String::new(),
        }
    }
}

impl QueueClient {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// The policy that stands on a queue.
    /// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html>
    pub(crate) async fn policy(&self, queue: &str) -> Result<Option<Value>, CallError> {
        let call = self.client.get_queue_attributes().queue_url(queue);
        let asked = call.attribute_names(QueueAttributeName::Policy).send().await;
        let asked = asked.map_err(|error| CallError::of("GetQueueAttributes", error))?;
        let mut attributes = asked.attributes.unwrap_or_default();
        let policy = attributes.remove(&QueueAttributeName::Policy);
        Ok(policy.and_then(|policy| serde_json::from_str(&policy).ok()))
    }

    /// Some of the messages in a queue. Nobody else gets them for so many seconds; with none, it is only a look.
    pub(crate) async fn receive(&self, queue: &str, seconds: i32) -> Result<Vec<Letter>, CallError> {
        let call = self.client.receive_message().queue_url(queue);
        let call = call.max_number_of_messages(AT_ONCE).visibility_timeout(seconds);
        let received = call.message_attribute_names("All").send().await;
        let received = received.map_err(|error| CallError::of("ReceiveMessage", error))?;
        let messages = received.messages.unwrap_or_default().into_iter();
        Ok(messages
            .map(|message| Letter {
                id: message.message_id.unwrap_or_default(),
                body: message.body.unwrap_or_default(),
                attributes: message
                    .message_attributes
                    .unwrap_or_default()
                    .into_iter()
                    .filter_map(|(name, value)| Some((name, value.string_value?)))
                    .collect(),
                handle: message.receipt_handle.unwrap_or_default(),
            })
            .collect())
    }

    /// Takes a message out of its queue for good.
    pub(crate) async fn delete(&self, queue: &str, letter: &Letter) -> Result<(), CallError> {
        let call = self.client.delete_message().queue_url(queue);
        let deleted = call.receipt_handle(&letter.handle).send().await;
        deleted
            .map(drop)
            .map_err(|error| CallError::of("DeleteMessage", error))
    }
}
