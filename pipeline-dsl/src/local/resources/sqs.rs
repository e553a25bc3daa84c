use super::{Made, Rules, policy};
use crate::local::names::{NO_QUEUE_NAME, is_queue_name};

pub(super) const RULES: &[Rules] = &[
    Rules {
        name: "AWS::SQS::Queue",
        properties: &["MessageRetentionPeriod", "QueueName", "SqsManagedSseEnabled"],
        required: &[],
        replaced_by: &["QueueName"],
        make: |place, properties| {
            let name = place.name(properties, "QueueName");
            let suffix = place.partition.dns_suffix();
            let url = format!("https://sqs.{}.{suffix}/{}/{name}", place.region, place.account);
            let mut made = Made::with_arn(url.clone(), place.arn("sqs", &name));
            made.attributes.insert("QueueName".to_owned(), name);
            made.attributes.insert("QueueUrl".to_owned(), url);
            made
        },
        // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
        refuses: |context| {
            if context.properties.get("QueueName").is_some() && !is_queue_name(context.text("QueueName")) {
                return Err(NO_QUEUE_NAME.to_owned());
            }
            let seconds = context.properties["MessageRetentionPeriod"]
                .as_u64()
                .unwrap_or(345_600);
            match (60..=1_209_600).contains(&seconds) {
                true => Ok(()),
                false => Err(format!(
                    "Invalid value for the parameter MessageRetentionPeriod: {seconds}"
                )),
            }
        },
    },
    Rules {
        name: "AWS::SQS::QueuePolicy",
        properties: &["PolicyDocument", "Queues"],
        required: &["PolicyDocument", "Queues"],
        replaced_by: &[],
        make: |place, _| Made::nameless(place),
        refuses: |context| policy::check(context, &context.properties["PolicyDocument"], usize::MAX),
    },
];
