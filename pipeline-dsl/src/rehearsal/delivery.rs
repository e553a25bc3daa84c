//! From the topic into a developer's account: SNS delivers, Lambda runs the subscriber, what fails is kept.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::landscape::Subscription;
use super::step::Outcome;
use super::{Rehearsal, Task, latency};

/// A message for a subscriber.
#[derive(Debug)]
pub(super) struct Delivery {
    pub(super) subscription: Subscription,
    pub(super) topic: String,
    /// The object that it is about.
    pub(super) key: String,
    pub(super) message: String,
    /// Whether it was tried before.
    pub(super) refused: bool,
    pub(super) parent: usize,
}

/// A function that runs on an event.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) function: String,
    pub(super) key: String,
    pub(super) event: Value,
    /// How often it failed.
    pub(super) failures: usize,
    pub(super) parent: usize,
}

impl Rehearsal<'_> {
    pub(super) fn deliver(&mut self, mut delivery: Delivery) {
        let function = &delivery.subscription.endpoint;
        let Some(place) = self.landscape.functions.get(function).cloned() else {
            return;
        };
        if let Some(until) = self.down_until(&place.account) {
            if !delivery.refused {
                let reason = "the account does not answer: SNS tries again every 20 seconds, for 23 days";
                let what = format!("{} does not arrive", delivery.key);
                let outcome = Outcome::Retried(reason.to_owned());
                delivery.parent = self.step(Some(delivery.parent), &place, what, 0, outcome);
                delivery.refused = true;
            }
            let again = until + self.jitter.around(latency::REDELIVERY);
            self.agenda.at(again, Task::Deliver(delivery));
            return;
        }
        if let Some(denied) = self.authority.of_resource(&delivery.subscription.arn) {
            let what = format!("{} does not arrive", delivery.key);
            self.step(Some(delivery.parent), &place, what, 0, denied);
            return;
        }
        // https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
        let event = json!({"Records": [{
            "EventSource": "aws:sns",
            "EventVersion": "1.0",
            "EventSubscriptionArn": delivery.subscription.arn,
            "Sns": {"Type": "Notification", "TopicArn": delivery.topic, "Message": delivery.message},
        }]});
        self.run_function(Run {
            function: delivery.subscription.endpoint,
            key: delivery.key,
            event,
            failures: 0,
            parent: delivery.parent,
        });
    }

    pub(super) fn run_function(&mut self, mut run: Run) {
        let Some(place) = self.landscape.functions.get(&run.function).cloned() else {
            return;
        };
        let what = format!("copies {}", run.key);
        if let Some(denied) = self.authority.of_function(&run.function) {
            self.step(Some(run.parent), &place, what, 0, denied);
            return;
        }
        let took = self.jitter.around(latency::COPY);
        let invoked = self.cloud.invoke(&run.function, &run.event);
        let denied = self.authority.take_denied();
        let failure = match invoked {
            Ok(invocation) => {
                let kept = kept(&invocation.log);
                let what = match kept.as_deref() {
                    Some(HELD) => format!("{} stays away", run.key),
                    Some(_) | None => what,
                };
                let outcome = kept.map_or(Outcome::Done, Outcome::Kept);
                let step = self.step(Some(run.parent), &place, what, took, outcome);
                self.announce(step, false);
                return;
            }
            Err(failure) => failure,
        };
        // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
        if let Some(wait) = latency::RETRIES.get(run.failures) {
            let outcome = denied.unwrap_or_else(|| Outcome::Retried(failure.raised.clone()));
            self.step(Some(run.parent), &place, what, took, outcome);
            run.failures += 1;
            self.agenda.after(*wait, Task::Run(run));
            return;
        }
        let outcome = denied.unwrap_or_else(|| Outcome::Failed(failure.raised.clone()));
        let step = self.step(Some(run.parent), &place, what, took, outcome);
        // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
        let attributes = BTreeMap::from([
            ("ErrorCode".to_owned(), "200".to_owned()),
            ("ErrorMessage".to_owned(), failure.raised),
        ]);
        let Some(queue) = self.dead_letters_of(&run.function) else {
            return;
        };
        let sent = self
            .cloud
            .send_message(&queue, &run.event.to_string(), attributes);
        let outcome = sent.map_or_else(|refused| Outcome::Failed(refused.to_string()), |()| Outcome::Done);
        self.step(
            Some(step),
            &place,
            format!("{} is a dead letter", run.key),
            0,
            outcome,
        );
    }

    fn dead_letters_of(&self, function: &str) -> Option<String> {
        let resources = self.cloud.resources();
        let function = resources
            .iter()
            .find(|resource| resource.arn.as_deref() == Some(function))?;
        let queue = function.properties.pointer("/DeadLetterConfig/TargetArn")?;
        queue.as_str().map(ToOwned::to_owned)
    }
}

/// Why nothing was copied that the developer holds back.
const HELD: &str = "it is held";

/// Why nothing was copied, by what the subscriber logged.
fn kept(log: &[String]) -> Option<String> {
    let events = log
        .iter()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut reason = None;
    for event in events {
        let said = event.get("event").and_then(Value::as_str).unwrap_or_default();
        reason = match said {
            "copied" | "restored" => return None,
            "kept" => Some("what is here is newer".to_owned()),
            "unchanged" => Some("it is here already".to_owned()),
            "held" => Some(HELD.to_owned()),
            "gone" => Some("that version is gone".to_owned()),
            "ignored" => Some("it is of another bucket".to_owned()),
            _ => reason,
        };
    }
    reason
}
