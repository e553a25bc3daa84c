//! `<team>-undelivered-events`: where EventBridge leaves what it could not deliver, and the alarms that say so. One queue serves
//! all rules of an account.
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html>

use crate::cloudformation::types::cloudwatch::Dimension;
use crate::cloudformation::types::events::DeadLetterConfig;
use crate::cloudformation::types::sns::Topic;
use crate::cloudformation::types::sqs::{Queue, QueuePolicy};
use crate::cloudformation::{Handle, KnownName, PolicyDocument, Principal, Pseudo, Stack, Statement, text};
use crate::policy::Operator;

use crate::constructs::failures::alarm::{self, Watched};
use crate::constructs::names::{Names, Place};

/// An event waits this long for somebody: as long as SQS keeps a message.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html>
const RETENTION_SECONDS: u32 = 14 * 24 * 60 * 60;

/// What the rules of an account use.
#[derive(Debug)]
pub(crate) struct Undelivered {
    queue: Handle<Queue>,
    policy: Handle<QueuePolicy>,
    notifications: Handle<Topic>,
}

/// Adds the queue, which takes events from the team's rules in that place only, and an alarm on it.
pub(crate) fn add(
    stack: &mut Stack,
    names: &Names,
    place: Place,
    notifications: &Handle<Topic>,
) -> Undelivered {
    let name = names.prefixed("undelivered-events");
    let queue = Queue {
        queue_name: name.clone(),
        message_retention_period: RETENTION_SECONDS,
        sqs_managed_sse_enabled: true,
    };
    let queue = stack.add("UndeliveredEvents", &queue).known_as(KnownName {
        reference: text![
            "https://sqs.",
            place.region(),
            ".",
            Pseudo::UrlSuffix,
            "/",
            place.account().id(),
            "/",
            name.as_str()
        ],
        arn: place.arn("sqs", name.clone()),
    });
    stack.discard(&queue);
    let reason = "rules leave in it what they could not deliver";
    let rules = place.arn("events", format!("rule/{}", names.prefixed("*")));
    let send = Statement::allow("RulesSend")
        .by(Principal::Service("events.amazonaws.com".into()))
        .action(["sqs:SendMessage"])
        .on([stack.arn(&queue, reason)])
        .when(Operator::ArnLike, "aws:SourceArn", [rules]);
    let policy = QueuePolicy {
        queues: vec![stack.reference(&queue, reason)],
        policy_document: PolicyDocument::new([send]),
    };
    let policy = stack.add("UndeliveredEventsPolicy", &policy);
    alarm::add_for_queue(
        stack,
        "UndeliveredEventsAlarm",
        name,
        "Events were not delivered: `redrive` delivers them again",
        notifications,
    );
    Undelivered {
        queue,
        policy,
        notifications: notifications.clone(),
    }
}

impl Undelivered {
    /// Where a target's events go that are not delivered.
    pub(crate) fn dead_letters(&self, stack: &mut Stack) -> DeadLetterConfig {
        DeadLetterConfig {
            arn: stack.arn(&self.queue, "the rule leaves in it what it could not deliver"),
        }
    }

    /// What has to be there before a rule delivers; rules of other stacks come after the whole stack.
    pub(crate) const fn policy(&self) -> &Handle<QueuePolicy> {
        &self.policy
    }

    /// Adds an alarm on the deliveries of a rule that failed for good. EventBridge counts them by rule only, and says nothing
    /// while there are none. It tells of an event that could not be left in the queue either.
    /// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html>
    pub(crate) fn watch(&self, stack: &mut Stack, logical_id: &str, rule_name: &str) {
        let watched = Watched {
            name: format!("{rule_name}-failed-invocations"),
            description: format!("Rule {rule_name} could not deliver events"),
            namespace: "AWS/Events",
            metric_name: "FailedInvocations",
            dimension: Dimension {
                name: "RuleName",
                value: rule_name.into(),
            },
            statistic: "Sum",
        };
        alarm::add(stack, logical_id, watched, &self.notifications);
    }
}
