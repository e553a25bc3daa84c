//! SNS, as far as somebody publishes; whom a message reaches is not decided here.
//! <https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>

use super::http::ids::unique_id;
use super::http::request::Request;
use super::http::response::{ApiError, Xml};
use super::shared::Shared;
use crate::cloudformation::ResourceKind;

/// A message that was published.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Published {
    /// The topic's ARN.
    pub topic: String,
    /// The message.
    pub message: String,
}

/// What SNS keeps.
#[derive(Debug, Default)]
pub(crate) struct Topics {
    /// The messages that were published since somebody wanted to know.
    pub(crate) published: Option<Vec<Published>>,
}

/// The policy that stands on a topic; SNS has many more attributes, which nobody asks for here.
/// <https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html>
pub(crate) fn get_topic_attributes(shared: &Shared, request: &Request) -> Result<Xml, ApiError> {
    let topic = request.require("TopicArn")?;
    if !shared.index.contains(topic) {
        return Err(ApiError::not_found("NotFound", "Topic does not exist"));
    }
    let mut attributes = vec![("entry", pair("TopicArn", topic))];
    if let Some(policy) = shared.policy_on(ResourceKind::TopicPolicy, "Topics", topic) {
        attributes.push(("entry", pair("Policy", &policy.to_string())));
    }
    Ok(Xml::Fields(vec![("Attributes", Xml::Fields(attributes))]))
}

fn pair(key: &str, value: &str) -> Xml {
    Xml::Fields(vec![("key", Xml::text(key)), ("value", Xml::text(value))])
}

/// Publishes to a topic of the caller's account.
pub(crate) fn publish(sns: &mut Topics, shared: &mut Shared, request: &Request) -> Result<Xml, ApiError> {
    let topic = request.require("TopicArn")?.to_owned();
    let message = request.require("Message")?.to_owned();
    if topic.split(':').nth(4) != Some(request.account.as_str()) {
        let reason = "the topic is another account's: the local cloud does not look at its policy";
        return Err(ApiError::denied("AuthorizationError", reason));
    }
    if !shared.index.contains(&topic) {
        return Err(ApiError::not_found("NotFound", "Topic does not exist"));
    }
    let published = shared.clock.tick();
    let id = unique_id(&[&topic, &published.to_timestamp()]);
    if let Some(messages) = &mut sns.published {
        messages.push(Published { topic, message });
    }
    Ok(Xml::Fields(vec![("MessageId", Xml::text(id))]))
}
