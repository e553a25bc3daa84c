use serde_json::Value;

use super::deployed::resource::Unreadable;
use super::deployed::statements::StatementPlace;
use super::findings::least_privilege::{self, Finding};
use super::findings::unasked::{self, Unasked};
use super::hop::Hop;
use super::policies::decision::Decision;
use super::policies::evaluation::Policies;
use super::prover::Prover;
use crate::policy::Requester;

/// The same deployment with one statement changed: how the proof itself is tested, and how a change of a policy can be tried
/// before it is made.
#[derive(Debug)]
pub struct WhatIf {
    policies: Policies,
}

impl Prover<'_> {
    /// Every statement of every policy.
    pub fn statements(&self) -> Vec<StatementPlace<'_>> {
        self.deployed.statements()
    }

    /// What it would be if the statement at this position were another one, or were not there.
    ///
    /// # Errors
    /// When what stands there instead cannot be read.
    pub fn what_if(&self, position: usize, instead: Option<&Value>) -> Result<WhatIf, Unreadable> {
        let (changed, resource) = self.deployed.with_statement(position, instead);
        let policies = match resource.and_then(|resource| changed.resources.get(resource)) {
            Some(resource) => self.policies.with_changed(&changed, resource)?,
            None => self.policies.clone(),
        };
        Ok(WhatIf { policies })
    }

    /// The requests in which the policies of a statement's resource are asked.
    pub fn asked_of<'a>(&'a self, place: &StatementPlace<'_>) -> impl Iterator<Item = &'a Hop> {
        let concerned = self.deployed.concerned(place);
        self.hops().iter().filter(move |hop| {
            let request = &hop.request;
            let on = request.resource.as_str();
            concerned.iter().any(|arn| {
                on == arn
                    || on
                        .strip_prefix(arn.as_str())
                        .is_some_and(|rest| rest.starts_with('/'))
                    || matches!(&request.requester, Requester::Role(role) if role == arn)
            })
        })
    }
}

impl WhatIf {
    /// What AWS would answer then.
    pub fn decide(&self, hop: &Hop) -> Decision {
        self.policies.decide_hop(hop)
    }

    /// What would be wider than it has to be then.
    pub fn findings(&self) -> Vec<Finding> {
        least_privilege::findings(&self.policies)
    }

    /// Which statements would never apply then.
    pub fn unasked(&self) -> Vec<Unasked> {
        unasked::statements(&self.policies)
    }
}
