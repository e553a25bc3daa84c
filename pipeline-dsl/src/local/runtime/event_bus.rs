//! The way of a new object: the rules that match it, and what they lead to.

use serde_json::{Value, json};

use super::event_pattern::matches;
use super::landscape::Rule;
use super::latency;
use super::running_cloud::RunningCloud;
use super::step::Outcome;
use super::surroundings::Surroundings;
use super::task::{Delivery, Event, Task};
use crate::cloudformation::input_transformer::transformed;
use crate::local::s3::state::Created;

impl<S: Surroundings> RunningCloud<S> {
    /// Plans the events of what was created by a step.
    pub(crate) fn announce(&mut self, parent: usize, late: bool) {
        let created = self.cloud.created_objects();
        self.announce_each(created, parent, late);
    }

    pub(crate) fn announce_each(&mut self, mut created: Vec<Created>, parent: usize, late: bool) {
        // Artifact stores announce nothing.
        created.retain(|created| self.landscape.announces(&created.bucket));
        self.announced.push((parent, created.len()));
        for created in created {
            let after = self.jitter.around(latency::EVENT);
            let event = Event {
                created,
                late,
                parent,
            };
            self.agenda.after(after, Task::Event(event));
        }
    }

    pub(super) fn route(&mut self, event: &Event) {
        let told = self.told(event);
        let rules = self.landscape.rules_of(&event.created.bucket);
        let matching: Vec<Rule> = rules
            .iter()
            .filter(|rule| matches(&rule.pattern, &told))
            .cloned()
            .collect();
        for rule in matching {
            let denied = self.surroundings.denied_to(&rule.arn);
            for target in &rule.targets {
                self.reach(event, &rule, target, &told, denied.clone());
            }
        }
    }

    fn reach(&mut self, event: &Event, rule: &Rule, target: &Value, told: &Value, denied: Option<S::Denial>) {
        let arn = target.get("Arn").and_then(Value::as_str).unwrap_or_default();
        let is_topic = arn.split(':').nth(2) == Some("sns");
        let what = if is_topic {
            format!(
                "announces {} on {}",
                event.created.key,
                arn.rsplit(':').next().unwrap_or(arn)
            )
        } else {
            format!("rule {} starts the pipeline", rule.name)
        };
        if let Some(denied) = denied {
            let key = &event.created.key;
            let outcome = Outcome::denied(denied.clone());
            let step = self.step(Some(event.parent), &rule.place, what, 0, outcome);
            self.leave_undelivered(key, rule, target, told, (&denied, step));
            return;
        }
        if !is_topic {
            // The start is a step of its own.
            let after = self.jitter.around(latency::START);
            let start = Task::Start {
                pipeline: arn.to_owned(),
                parent: event.parent,
            };
            self.agenda.after(after, start);
            return;
        }
        let step = self.step(
            Some(event.parent),
            &rule.place,
            what,
            latency::EVENT,
            Outcome::Done,
        );
        let message = transformed(target.get("InputTransformer"), told);
        self.publish(arn, &event.created.key, &message, event.late, step);
    }

    /// A message reaches those who subscribe to its topic.
    pub(super) fn publish(&mut self, topic: &str, about: &str, message: &str, late: bool, step: usize) {
        let body: Value = serde_json::from_str(message).unwrap_or_default();
        for subscription in self.landscape.subscriptions_of(topic).to_vec() {
            let Some(place) = self.landscape.functions.get(&subscription.endpoint).cloned() else {
                continue;
            };
            let filtered = subscription
                .filter
                .as_ref()
                .is_some_and(|filter| !matches(filter, &body));
            if filtered {
                let what = format!("{about} stays away");
                let held = Outcome::Kept("it is held: the subscription filters it".to_owned());
                self.step(Some(step), &place, what, 0, held);
                continue;
            }
            let late = if late { latency::LATE } else { 0 };
            let times = if self.circumstances.delivers_twice { 2 } else { 1 };
            for time in 0..times {
                let after = late + time * 5 + self.jitter.around(latency::DELIVERY);
                let delivery = Delivery {
                    subscription: subscription.clone(),
                    topic: topic.to_owned(),
                    about: about.to_owned(),
                    message: message.to_owned(),
                    refused: false,
                    parent: step,
                };
                self.agenda.after(after, Task::Deliver(delivery));
            }
        }
    }

    /// What S3 tells EventBridge.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html>
    fn told(&self, event: &Event) -> Value {
        let Created {
            bucket,
            key,
            version_id,
            ..
        } = &event.created;
        let place = self.landscape.buckets.get(bucket).map(|bucket| &bucket.place);
        let (account, region) =
            place.map_or(("", ""), |place| (place.account.as_str(), place.region.as_str()));
        let object = self.cloud.object(bucket, key, Some(version_id));
        let (size, etag) = object.map_or((0, String::new()), |object| (object.content.len(), object.etag));
        json!({
            "version": "0",
            "detail-type": "Object Created",
            "source": "aws.s3",
            "account": account,
            "region": region,
            "detail": {
                "version": "0",
                "bucket": {"name": bucket},
                "object": {
                    "key": key,
                    "size": size,
                    "etag": etag.trim_matches('"'),
                    "version-id": version_id,
                },
                "reason": "PutObject",
            },
        })
    }
}
