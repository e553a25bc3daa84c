use serde_json::Value;

use super::context::Context;
use super::policy;
use crate::cloudformation::limits;

pub(super) fn check_subscription(context: &Context<'_>) -> Result<(), String> {
    let topic = context.text("TopicArn");
    if !context.exists(topic) {
        return Err(format!("Topic does not exist: {topic}"));
    }
    let topic_region = topic.split(':').nth(3).unwrap_or_default();
    let region = context.properties["Region"]
        .as_str()
        .unwrap_or(&context.stack.region);
    if region != topic_region {
        return Err(format!(
            "Invalid parameter: TopicArn: the topic is in {topic_region}, not in {region}"
        ));
    }
    let endpoint = context.text("Endpoint");
    if context.text("Protocol") == "lambda" && !context.exists(endpoint) {
        return Err(format!(
            "Invalid parameter: Lambda endpoint {endpoint} does not exist"
        ));
    }
    // https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
    if let Some(queue) = context.properties["RedrivePolicy"]["deadLetterTargetArn"].as_str()
        && queue.split(':').nth(3) != Some(topic_region)
    {
        return Err(
            "Invalid parameter: RedrivePolicy: the queue must be in the region of the topic".to_owned(),
        );
    }
    // https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
    let values: usize = context.properties["FilterPolicy"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(_, matchers)| count(matchers).max(1))
        .product();
    if values <= limits::FILTER_POLICY_VALUES {
        Ok(())
    } else {
        Err("Invalid parameter: FilterPolicy: Filter policy is too complex".to_owned())
    }
}

/// The values that a filter names, `anything-but` lists included.
fn count(matchers: &Value) -> usize {
    match matchers {
        Value::Array(several) => several.iter().map(count).sum(),
        Value::Object(matcher) => matcher.values().map(count).sum(),
        _ => 1,
    }
}

pub(super) fn check_policy(context: &Context<'_>) -> Result<(), String> {
    let document = &context.properties["PolicyDocument"];
    policy::check(context, document, limits::TOPIC_POLICY)
}
