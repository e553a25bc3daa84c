use super::context::Context;
use super::policy;
use crate::local::http::names::{NO_QUEUE_NAME, is_queue_name};

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html>
pub(super) fn check_queue(context: &Context<'_>) -> Result<(), String> {
    if context.properties.get("QueueName").is_some() && !is_queue_name(context.text("QueueName")) {
        return Err(NO_QUEUE_NAME.to_owned());
    }
    let seconds = context.properties["MessageRetentionPeriod"]
        .as_u64()
        .unwrap_or(345_600);
    if !(60..=1_209_600).contains(&seconds) {
        return Err(format!(
            "Invalid value for the parameter MessageRetentionPeriod: {seconds}"
        ));
    }
    Ok(())
}

pub(super) fn check_policy(context: &Context<'_>) -> Result<(), String> {
    policy::check(context, &context.properties["PolicyDocument"], usize::MAX)
}
