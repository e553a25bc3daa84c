use std::sync::{Mutex, PoisonError};

use super::denial::Denial;
use crate::local::Authorizer;
use crate::policy::{Request, Requester};
use crate::proof::{Access, Decision, Expectation, Hop, Proved, Verdict};

/// Decides about requests in a rehearsal, by the policies that are deployed.
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

    /// The first request of a resource that is denied.
    pub(super) fn denied_to(&self, arn: &str) -> Option<Denial> {
        first_denied(self.access.of_resource(arn))
    }

    /// Why a rule may not leave an event in the queue of the target that it could not deliver to.
    pub(super) fn denied_dead_letter(&self, rule: &str, target: &str) -> Option<Denial> {
        first_denied(self.access.of_undelivered(rule, target))
    }

    /// Why a function cannot begin; what it does then is decided request by request.
    pub(super) fn denied_start(&self, arn: &str) -> Option<Denial> {
        let mut proved = self.access.of_resource(arn);
        proved.retain(|proved| matches!(proved.hop.request.requester, Requester::Service(_)));
        first_denied(proved)
    }

    /// The first request of a pipeline's action that is denied.
    pub(super) fn denied_action(&self, pipeline: &str, stage: &str, action: &str) -> Option<Denial> {
        first_denied(self.access.of_action(pipeline, stage, action))
    }

    /// What was denied since this was last asked.
    pub(super) fn take_denied(&self) -> Option<Denial> {
        let denied = self.denied.lock().unwrap_or_else(PoisonError::into_inner).take();
        denied.map(|proved| Denial { proved })
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

fn first_denied(proved: Vec<Proved>) -> Option<Denial> {
    let mut proved = proved.into_iter();
    let proved = proved.find(|proved| !proved.holds())?;
    Some(Denial { proved })
}
