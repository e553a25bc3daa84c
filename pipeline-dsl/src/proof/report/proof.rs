//! What AWS would answer to every request, and what has to be told of that.

use super::alike::alike;
use super::diagnostic::diagnostic;
use super::not_ours;
use super::proved::Proved;
use crate::diagnostic::Diagnostics;
use crate::proof::findings::assumptions::{self, Assumption};
use crate::proof::findings::least_privilege::Finding;
use crate::proof::findings::unasked::{self, Unasked};
use crate::proof::hop::Expectation;

/// What AWS would answer to every request: how many there are, and what has to be told of them.
#[derive(Debug, Clone)]
pub struct Proof {
    /// How many requests must be allowed.
    pub allowed: usize,
    /// How many requests must be denied.
    pub denied: usize,
    /// Those whose answer is the wrong one.
    pub broken: Vec<Proved>,
    /// Those that the program grants on what is not the team's, and that the policies of others must allow too.
    pub assumed: Vec<Proved>,
    /// Statements that are wider than they have to be.
    pub findings: Vec<Finding>,
    /// Statements that depend on what nobody documents.
    pub assumptions: Vec<Assumption>,
    /// Statements that never apply, and requests that AWS never makes.
    pub unasked: Vec<Unasked>,
}

impl Proof {
    /// Of nothing yet.
    pub(in crate::proof) fn empty() -> Self {
        Self {
            allowed: 0,
            denied: 0,
            broken: Vec::new(),
            assumed: Vec::new(),
            findings: Vec::new(),
            assumptions: Vec::new(),
            unasked: Vec::new(),
        }
    }

    pub(in crate::proof) fn count(&mut self, proved: &Proved) {
        match proved.hop.expectation {
            Expectation::Allowed => self.allowed += 1,
            Expectation::Denied => self.denied += 1,
        }
    }

    /// Whether something has to be told of what the program grants.
    pub(in crate::proof) fn tells_of_grants(&self) -> bool {
        let broken = self.broken.iter().any(|proved| proved.hop.declared.is_some());
        broken || !self.assumed.is_empty()
    }

    pub(in crate::proof) fn forget_grants(&mut self) {
        self.broken.retain(|proved| proved.hop.declared.is_none());
        self.assumed.clear();
    }

    /// Keeps an answer that has to be told.
    pub(in crate::proof) fn keep(&mut self, proved: Proved) {
        if !proved.holds() {
            self.broken.push(proved);
        } else if proved.hop.declared.is_some() && proved.decision.assumed().is_some() {
            self.assumed.push(proved);
        }
    }

    /// Whether every answer is the right one, and every question one that AWS asks.
    pub fn holds(&self) -> bool {
        self.broken.is_empty() && self.unasked.is_empty()
    }

    /// A warning for each condition key that is relied on and not documented, with the policies that rely on it.
    pub fn warnings(&self) -> Diagnostics {
        assumptions::warnings(&self.assumptions)
    }

    /// A diagnostic for each answer that is wrong, and for each statement or request that AWS never asks; those that one line of
    /// the program is the cause of are one.
    pub fn diagnostics(&self) -> Diagnostics {
        let mut found = unasked::diagnostics(&self.unasked);
        found.extend(alike(self.broken.iter()).iter().map(diagnostic));
        found
    }

    /// What the program grants on resources whose policies are not the team's: what has to be said there.
    pub fn notes(&self) -> Diagnostics {
        let notes = alike(self.assumed.iter()).into_iter().filter_map(|alike| {
            let kind = alike.first.decision.assumed()?.kind;
            not_ours::note(&alike, kind)
        });
        let mut found = Diagnostics::new();
        found.extend(notes);
        found
    }
}
