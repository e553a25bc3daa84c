//! Topics that are published to.
//! <https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>

use aws_sdk_sns::Client;
use serde_json::Value;

use crate::deploy::aws::call_error::CallError;

/// SNS in one account and region.
#[derive(Debug, Clone)]
pub(crate) struct TopicClient {
    client: Client,
}

impl TopicClient {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// The policy that stands on a topic.
    /// <https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html>
    pub(crate) async fn policy(&self, topic: &str) -> Result<Option<Value>, CallError> {
        let asked = self.client.get_topic_attributes().topic_arn(topic).send().await;
        let asked = asked.map_err(|error| CallError::of("GetTopicAttributes", error))?;
        let policy = asked
            .attributes
            .and_then(|mut attributes| attributes.remove("Policy"));
        Ok(policy.and_then(|policy| serde_json::from_str(&policy).ok()))
    }

    /// Publishes a message to the topic of this ARN.
    pub(crate) async fn publish(&self, topic: &str, message: &str) -> Result<(), CallError> {
        let call = self.client.publish().topic_arn(topic).message(message);
        let published = call.send().await;
        published
            .map(drop)
            .map_err(|error| CallError::of("Publish", error))
    }
}
