//! From the topic into a developer's account: SNS delivers, Lambda runs the subscriber, what fails is kept.

use std::collections::BTreeMap;

use serde_json::json;

use super::latency;
use super::running_cloud::RunningCloud;
use super::step::Outcome;
use super::surroundings::Surroundings;
use super::task::{Delivery, Run, Task};

impl<S: Surroundings> RunningCloud<S> {
    pub(super) fn deliver(&mut self, mut delivery: Delivery) {
        let function = &delivery.subscription.endpoint;
        let Some(place) = self.landscape.functions.get(function).cloned() else {
            return;
        };
        if let Some(until) = self.down_until(&place.account) {
            if !delivery.refused {
                let reason = "the account does not answer: SNS tries again every 20 seconds, for 23 days";
                let what = format!("{} does not arrive", delivery.about);
                let outcome = Outcome::Retried(reason.to_owned());
                delivery.parent = self.step(Some(delivery.parent), &place, what, 0, outcome);
                delivery.refused = true;
            }
            let again = until + self.jitter.around(latency::REDELIVERY);
            self.agenda.at(again, Task::Deliver(delivery));
            return;
        }
        if let Some(denied) = self.surroundings.denied_to(&delivery.subscription.arn) {
            let what = format!("{} does not arrive", delivery.about);
            self.step(Some(delivery.parent), &place, what, 0, Outcome::denied(denied));
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
            about: delivery.about,
            event,
            failures: 0,
            parent: delivery.parent,
        });
    }

    pub(super) fn run_function(&mut self, mut run: Run) {
        let Some(place) = self.landscape.functions.get(&run.function).cloned() else {
            return;
        };
        let what = self.surroundings.invocation(&run.about);
        if let Some(denied) = self.surroundings.denied_start(&run.function) {
            self.step(Some(run.parent), &place, what, 0, Outcome::denied(denied));
            return;
        }
        let took = self.jitter.around(latency::COPY);
        let invoked = self.cloud.invoke(&run.function, &run.event);
        let denied = self.surroundings.denied_meanwhile().map(Outcome::denied);
        let failure = match invoked {
            Ok(invocation) => {
                let (what, outcome) = self.surroundings.invoked(&run.about, &invocation);
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
            format!("{} is a dead letter", run.about),
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
