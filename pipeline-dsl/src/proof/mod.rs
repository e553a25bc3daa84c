//! Proves, from the synthesized templates alone, that every request the running system makes is allowed and that every one
//! it must never make is denied: before anything is deployed.

mod access;
mod alike;
mod asked;
mod assumptions;
mod decision;
mod declarations;
mod deployed;
mod forbidden;
mod hop;
mod hops;
mod identity;
mod index;
mod least_privilege;
mod not_ours;
mod ownership;
mod policies;
mod report;
mod resource_policy;
mod scope;
pub mod self_update;
mod shapes;
mod statements;
mod unasked;
mod what_if;

pub use access::{Access, Standing};
pub use assumptions::Assumption;
pub use decision::{Answer, Decision, Step, Verdict};
pub use deployed::Unreadable;
pub use hop::{Declared, Expectation, Grantee, Hop};
pub use least_privilege::Finding;
pub use report::{Proof, Proved, describe};
pub use statements::StatementPlace;
pub use unasked::{Unasked, UnaskedPlace};
pub use what_if::WhatIf;

use deployed::Deployed;
use policies::Policies;
use shapes::Representatives;

use crate::synth::Assembly;
use crate::team::Team;

/// Proves a team's assembly.
///
/// # Errors
/// When a template cannot be read.
pub fn prove(team: &Team, assembly: &Assembly) -> Result<Proof, Unreadable> {
    Prover::of(team, assembly)?.prove()
}

/// What is deployed, and every request that is made of it or must never be.
///
/// Stacks of one template are proved once: of the developers who have the same templates and the same kind of parameters, two
/// stand for all, so that what one must not do to another is asked too.
#[derive(Debug)]
pub struct Prover {
    deployed: Deployed,
    hops: Vec<Hop>,
}

impl Prover {
    /// Reads the templates, and derives the requests.
    ///
    /// # Errors
    /// When a template cannot be read.
    pub fn of(team: &Team, assembly: &Assembly) -> Result<Self, Unreadable> {
        Self::with(team, assembly, &Representatives::of(assembly))
    }

    /// As [`Prover::of`], of every developer and every service: what is asked grows with the square of both. It is there to
    /// show that those who stand for all suffice.
    ///
    /// # Errors
    /// When a template cannot be read.
    pub fn of_everybody(team: &Team, assembly: &Assembly) -> Result<Self, Unreadable> {
        Self::with(team, assembly, &Representatives::everybody(assembly))
    }

    fn with(team: &Team, assembly: &Assembly, representatives: &Representatives) -> Result<Self, Unreadable> {
        let deployed = Deployed::of(team, assembly, representatives)?;
        let mut hops = hops::all(team, &deployed);
        hops.extend(forbidden::all(&deployed));
        Ok(Self { deployed, hops })
    }

    /// Every request: those that must be allowed, then those that must be denied.
    pub fn hops(&self) -> &[Hop] {
        &self.hops
    }

    /// Answers all of them.
    ///
    /// # Errors
    /// When a policy cannot be read.
    pub fn prove(&self) -> Result<Proof, Unreadable> {
        let policies = Policies::of(&self.deployed)?;
        let proved = self.hops.iter().map(|hop| Proved {
            hop: hop.clone(),
            decision: policies.decide_hop(hop),
        });
        let mut unasked = unasked::statements(&policies);
        unasked.extend(unasked::requests(&self.hops));
        Ok(Proof {
            proved: proved.collect(),
            findings: least_privilege::findings(&policies),
            assumptions: assumptions::of(&policies),
            unasked,
        })
    }
}
