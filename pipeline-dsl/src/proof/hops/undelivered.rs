use serde_json::Value;

use super::asking::{Source, by_service};
use crate::policy::ServiceCall;
use crate::proof::deployed::resource::Resource;
use crate::proof::hop::Hops;
use crate::proof::json::{items, text};

const DEAD_LETTERS: &str = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html";

/// What a rule does with events that it could not deliver to any of its targets.
pub(super) fn rule(rule: &Resource, hops: &mut Hops<'_>) {
    for target in items(&rule.properties, "Targets") {
        sends(rule, target, hops);
    }
}

/// The same for the target of this ARN.
pub(super) fn target(rule: &Resource, target: &str, hops: &mut Hops<'_>) {
    let mut targets = items(&rule.properties, "Targets");
    if let Some(target) = targets.find(|each| text(each, &["Arn"]) == target) {
        sends(rule, target, hops);
    }
}

fn sends(rule: &Resource, target: &Value, hops: &mut Hops<'_>) {
    let queue = text(target, &["DeadLetterConfig", "Arn"]);
    if queue.is_empty() {
        return;
    }
    let send = by_service(
        ServiceCall::EventsSendsDeadLetter,
        "events.amazonaws.com",
        "sqs:SendMessage",
        queue,
        Source::of(rule),
    );
    hops.add("an event that is not delivered is kept", DEAD_LETTERS, send);
}
