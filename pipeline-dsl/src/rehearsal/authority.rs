use std::sync::{Mutex, PoisonError};

use super::step::{Denial, Outcome};
use crate::local::Authorizer;
use crate::policy::{Request, Requester};
use crate::proof::{Access, Decision, Expectation, Hop, Proved, Verdict};

/// Who decides in a rehearsal: the policies that are deployed.
#[derive(Debug)]
pub(super) struct Authority {
    access: Access,
    /// The first request of the running function that was denied.
    denied: Mutex<Option<Proved>>,
}

impl Authority {
    pub(super) fn new(access: Access) -> Self {
        Self {
            access,
            denied: Mutex::new(None),
        }
    }

    /// Whether all that a resource does goes through; else the first that does not.
    pub(super) fn of_resource(&self, arn: &str) -> Option<Outcome> {
        first_denied(self.access.of_resource(arn))
    }

    /// Whether a rule can leave an event in the queue of the target that it could not deliver to.
    pub(super) fn of_undelivered(&self, rule: &str, target: &str) -> Option<Outcome> {
        first_denied(self.access.of_undelivered(rule, target))
    }

    /// Whether a function can begin; what it does then is decided request by request.
    pub(super) fn of_function(&self, arn: &str) -> Option<Outcome> {
        let mut proved = self.access.of_resource(arn);
        proved.retain(|proved| matches!(proved.hop.request.requester, Requester::Service(_)));
        first_denied(proved)
    }

    /// Whether all that an action of a pipeline does goes through; else the first that does not.
    pub(super) fn of_action(&self, pipeline: &str, stage: &str, action: &str) -> Option<Outcome> {
        first_denied(self.access.of_action(pipeline, stage, action))
    }

    /// What was denied since this was last asked.
    pub(super) fn take_denied(&self) -> Option<Outcome> {
        let denied = self.denied.lock().unwrap_or_else(PoisonError::into_inner).take();
        denied.map(outcome)
    }
}

impl Authorizer for Authority {
    fn authorize(&self, request: &Request) -> Result<(), String> {
        let decision: Decision = self.access.decide(request);
        if decision.verdict == Verdict::Allowed {
            return Ok(());
        }
        let proved = Proved {
            hop: Hop {
                id: String::new(),
                serves: "the subscriber".into(),
                purpose: "a request that its code makes".to_owned(),
                page: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html",
                expectation: Expectation::Allowed,
                request: request.clone(),
                declared: None,
            },
            decision,
        };
        let message = Denial {
            proved: proved.clone(),
        }
        .to_string();
        let mut denied = self.denied.lock().unwrap_or_else(PoisonError::into_inner);
        denied.get_or_insert(proved);
        Err(message)
    }
}

fn first_denied(proved: Vec<Proved>) -> Option<Outcome> {
    proved.into_iter().find(|proved| !proved.holds()).map(outcome)
}

fn outcome(proved: Proved) -> Outcome {
    Outcome::Denied(Box::new(Denial { proved }))
}
