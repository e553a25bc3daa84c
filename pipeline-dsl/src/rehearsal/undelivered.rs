//! What EventBridge could not deliver, and what others do in its place when they deliver it again.

use std::collections::BTreeMap;

use serde_json::Value;

use super::landscape::{Place, Rule};
use super::step::Outcome;
use super::{Rehearsal, Task};

impl Rehearsal<'_> {
    /// Where a permission is missing, EventBridge does not try again: the event goes to the target's dead-letter queue at once.
    /// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html>
    pub(super) fn leave_undelivered(
        &mut self,
        key: &str,
        rule: &Rule,
        target: &Value,
        event: &Value,
        (reason, step): (&Outcome, usize),
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
        if let Some(denied) = self.authority.of_undelivered(&rule.arn, arn) {
            self.step(
                Some(step),
                &rule.place,
                format!("the event of {key} is lost"),
                0,
                denied,
            );
            return;
        }
        let attributes = BTreeMap::from(
            [
                ("RULE_ARN", rule.arn.clone()),
                ("TARGET_ARN", arn.to_owned()),
                ("ERROR_CODE", error_code(reason).to_owned()),
                ("ERROR_MESSAGE", reason.reason().unwrap_or_default()),
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

    /// Messages that were published and pipelines that were started since the rehearsal was made, by whomever, move on too.
    pub(super) fn notice_calls(&mut self) {
        for published in self.cloud.published_messages() {
            let message: Value = serde_json::from_str(&published.message).unwrap_or_default();
            let key = message.get("key").and_then(Value::as_str).unwrap_or("a message");
            let place = place_of(&published.topic);
            let name = published.topic.rsplit(':').next().unwrap_or_default();
            let what = format!("{key} is announced on {name} by hand");
            let step = self.step(None, &place, what, 0, Outcome::Done);
            self.publish(&published.topic, key, &published.message, false, step);
        }
        for pipeline in self.cloud.started_pipelines() {
            let name = pipeline.rsplit(':').next().unwrap_or_default();
            let what = format!("pipeline {name} is started by hand");
            let parent = self.step(None, &place_of(&pipeline), what, 0, Outcome::Done);
            self.agenda.after(0, Task::Start { pipeline, parent });
        }
    }
}

/// The place that an ARN names.
fn place_of(arn: &str) -> Place {
    let mut parts = arn.split(':').skip(3);
    let mut next = || parts.next().unwrap_or_default().to_owned();
    let region = next();
    Place {
        account: next(),
        region,
    }
}

/// What EventBridge calls it.
fn error_code(reason: &Outcome) -> &'static str {
    match reason {
        Outcome::Denied(denial) if denial.proved.hop.request.action == "sts:AssumeRole" => {
            "FAILED_TO_ASSUME_ROLE"
        }
        Outcome::Denied(_) => "NO_PERMISSIONS",
        Outcome::Done
        | Outcome::Kept(_)
        | Outcome::Waits(_)
        | Outcome::Retried(_)
        | Outcome::Failed(_)
        | Outcome::Staged(_) => "UNKNOWN",
    }
}
