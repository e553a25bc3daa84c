//! Topics that are published to.
//! <https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>

use aws_sdk_sns::Client;

use super::call_error::CallError;

/// SNS in one account and region.
#[derive(Debug, Clone)]
pub(in crate::deploy) struct TopicClient {
    client: Client,
}

impl TopicClient {
    pub(super) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Publishes a message to the topic of this ARN.
    pub(in crate::deploy) async fn publish(&self, topic: &str, message: &str) -> Result<(), CallError> {
        let call = self.client.publish().topic_arn(topic).message(message);
        let published = call.send().await;
        published
            .map(drop)
            .map_err(|error| CallError::of("Publish", error))
    }
}
