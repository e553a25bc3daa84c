//! What EventBridge could not deliver, and what others do in its place when they deliver it again.

use std::collections::BTreeMap;

use serde_json::Value;

use super::denied::Denied as _;
use super::landscape::Rule;
use super::place::Place;
use super::running_cloud::RunningCloud;
use super::step::Outcome;
use super::surroundings::Surroundings;
use super::task::Task;

impl<S: Surroundings> RunningCloud<S> {
    /// Where a permission is missing, EventBridge does not try again: the event goes to the target's dead-letter queue at once.
    /// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html>
    pub(super) fn leave_undelivered(
        &mut self,
        key: &str,
        rule: &Rule,
        target: &Value,
        event: &Value,
        (reason, step): (&S::Denial, usize),
    ) {
        let text = |pointer: &str| target.pointer(pointer).and_then(Value::as_str);
        let arn = text("/Arn").unwrap_or_default();
        let Some(queue) = text("/DeadLetterConfig/Arn") else {
            let lost = Outcome::Failed("the target has no dead-letter queue".to_owned());
            self.step(
                Some(step),
                &rule.place,
                format!("the event of {key} is lost"),
                0,
                lost,
            );
            return;
        };
        if let Some(denied) = self.surroundings.denied_dead_letter(&rule.arn, arn) {
            self.step(
                Some(step),
                &rule.place,
                format!("the event of {key} is lost"),
                0,
                Outcome::denied(denied),
            );
            return;
        }
        let attributes = BTreeMap::from(
            [
                ("RULE_ARN", rule.arn.clone()),
                ("TARGET_ARN", arn.to_owned()),
                ("ERROR_CODE", error_code(reason.action()).to_owned()),
                ("ERROR_MESSAGE", reason.to_string()),
                ("RETRY_ATTEMPTS", "0".to_owned()),
            ]
            .map(|(name, value)| (name.to_owned(), value)),
        );
        let sent = self.cloud.send_message(queue, &event.to_string(), attributes);
        let outcome = sent.map_or_else(|refused| Outcome::Failed(refused.to_string()), |()| Outcome::Done);
        let name = queue.rsplit(':').next().unwrap_or(queue);
        let what = format!("the event of {key} is kept in {name}");
        self.step(Some(step), &rule.place, what, 0, outcome);
    }

    /// Messages that were published and pipelines that were started since the cloud began to run, by whomever, move on too.
    pub(crate) fn notice_calls(&mut self) {
        for published in self.cloud.published_messages() {
            let message: Value = serde_json::from_str(&published.message).unwrap_or_default();
            let key = message.get("key").and_then(Value::as_str).unwrap_or("a message");
            let place = Place::of_arn(&published.topic);
            let name = published.topic.rsplit(':').next().unwrap_or_default();
            let what = format!("{key} is announced on {name} by hand");
            let step = self.step(None, &place, what, 0, Outcome::Done);
            self.publish(&published.topic, key, &published.message, false, step);
        }
        for pipeline in self.cloud.started_pipelines() {
            let name = pipeline.rsplit(':').next().unwrap_or_default();
            let what = format!("pipeline {name} is started by hand");
            let parent = self.step(None, &Place::of_arn(&pipeline), what, 0, Outcome::Done);
            self.agenda.after(0, Task::Start { pipeline, parent });
        }
    }
}

/// What EventBridge calls it.
fn error_code(denied: &str) -> &'static str {
    if denied == "sts:AssumeRole" {
        "FAILED_TO_ASSUME_ROLE"
    } else {
        "NO_PERMISSIONS"
    }
}
