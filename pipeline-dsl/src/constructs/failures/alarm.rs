use crate::cloudformation::types::cloudwatch::{Alarm, Dimension};
use crate::cloudformation::types::sns::Topic;
use crate::cloudformation::{Handle, Stack};

/// A number that has to be zero.
#[derive(Debug)]
pub(crate) struct Watched {
    /// The alarm's name.
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) namespace: &'static str,
    pub(crate) metric_name: &'static str,
    pub(crate) dimension: Dimension,
    pub(crate) statistic: &'static str,
}

/// Adds an alarm that tells a topic as soon as the number is not zero. Both SQS and EventBridge send nothing while there is
/// nothing to tell.
pub(crate) fn add(stack: &mut Stack, logical_id: &str, watched: Watched, told: &Handle<Topic>) {
    let alarm = Alarm {
        alarm_name: watched.name,
        alarm_description: watched.description,
        namespace: watched.namespace,
        metric_name: watched.metric_name,
        dimensions: vec![watched.dimension],
        statistic: watched.statistic,
        period: 300,
        evaluation_periods: 1,
        threshold: 0,
        comparison_operator: "GreaterThanThreshold",
        treat_missing_data: "notBreaching",
        alarm_actions: vec![stack.arn(told, "the alarm is sent to it")],
    };
    stack.add(logical_id, &alarm);
}

/// Adds an alarm on messages that wait in a queue.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html>
pub(crate) fn add_for_queue(
    stack: &mut Stack,
    logical_id: &str,
    queue_name: String,
    description: &str,
    told: &Handle<Topic>,
) {
    let watched = Watched {
        name: queue_name.clone(),
        description: description.to_owned(),
        namespace: "AWS/SQS",
        metric_name: "ApproximateNumberOfMessagesVisible",
        dimension: Dimension {
            name: "QueueName",
            value: queue_name.into(),
        },
        statistic: "Maximum",
    };
    add(stack, logical_id, watched, told);
}
