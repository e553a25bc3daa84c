//! Derives every request, and answers it.

use std::cell::OnceCell;

use super::deployed::shapes::Representatives;
use super::deployed::{Deployed, Unreadable};
use super::findings::{assumptions, least_privilege, unasked};
use super::hop::Hop;
use super::policies::Policies;
use super::report::{Proof, Proved};
use super::{forbidden, hops};
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
/// Those who are alike are proved once: of the developers who have the same templates and the same kind of parameters, and of
/// the services whose names can be exchanged, two stand for all, so that what one must not do to another is asked too.
#[derive(Debug)]
pub struct Prover<'a> {
    pub(super) team: &'a Team,
    pub(super) assembly: &'a Assembly,
    pub(super) representatives: Representatives,
    pub(super) deployed: Deployed,
    pub(super) policies: Policies,
    /// Only where somebody wants them all at once.
    hops: OnceCell<Vec<Hop>>,
}

impl<'a> Prover<'a> {
    /// Reads the templates, and their policies.
    ///
    /// # Errors
    /// When a template or a policy cannot be read.
    pub fn of(team: &'a Team, assembly: &'a Assembly) -> Result<Self, Unreadable> {
        Self::with(team, assembly, Representatives::of(assembly))
    }

    /// As [`Prover::of`], of every developer and every service: what is asked grows with the square of both. It is there to
    /// show that those who stand for all suffice.
    ///
    /// # Errors
    /// When a template or a policy cannot be read.
    pub fn of_everybody(team: &'a Team, assembly: &'a Assembly) -> Result<Self, Unreadable> {
        Self::with(team, assembly, Representatives::everybody(assembly))
    }

    fn with(
        team: &'a Team,
        assembly: &'a Assembly,
        representatives: Representatives,
    ) -> Result<Self, Unreadable> {
        let deployed = Deployed::of(team, assembly, &representatives)?;
        Ok(Self {
            team,
            assembly,
            representatives,
            policies: Policies::of(&deployed)?,
            deployed,
            hops: OnceCell::new(),
        })
    }

    /// Derives every request, and hands each on: those that must be allowed, then those that must be denied.
    pub(super) fn each_hop(&self, hand_on: &mut dyn FnMut(Hop)) {
        hops::each(self.team, &self.deployed, hand_on);
        forbidden::each(self.team, &self.deployed, hand_on);
    }

    /// Every request, kept: those that must be allowed, then those that must be denied.
    pub fn hops(&self) -> &[Hop] {
        self.hops.get_or_init(|| {
            let mut found = Vec::new();
            self.each_hop(&mut |hop| found.push(hop));
            found
        })
    }

    /// Answers all of them.
    ///
    /// # Errors
    /// When a template or a policy cannot be read.
    pub fn prove(&self) -> Result<Proof, Unreadable> {
        self.answer(&mut |_| {})
    }

    /// Answers all of them, and shows each with its answer; looks too whether AWS ever asks what is asked here.
    ///
    /// # Errors
    /// When a template or a policy cannot be read.
    pub fn prove_each(&self, mut show: impl FnMut(&Proved)) -> Result<Proof, Unreadable> {
        let mut never_asked = unasked::Requests::default();
        let mut proof = self.answer(&mut |proved| {
            never_asked.look_at(&proved.hop);
            show(proved);
        })?;
        proof.unasked.extend(never_asked.into_vec());
        Ok(proof)
    }

    /// None is kept but those whose answer has to be told.
    fn answer(&self, show: &mut dyn FnMut(&Proved)) -> Result<Proof, Unreadable> {
        let mut proof = Proof {
            findings: least_privilege::findings(&self.policies),
            assumptions: assumptions::of(&self.policies, self.team.world.build.location),
            unasked: unasked::statements(&self.policies),
            ..Proof::empty()
        };
        self.each_hop(&mut |hop| {
            let decision = self.policies.decide_hop(&hop);
            let proved = Proved { hop, decision };
            show(&proved);
            proof.count(&proved);
            proof.keep(proved);
        });
        if self.representatives.stand_for_services() && proof.tells_of_grants() {
            self.look_at_all_grants(&mut proof)?;
        }
        Ok(proof)
    }

    /// What is told of a grant is told at each line that grants it, also of services that others stand for.
    fn look_at_all_grants(&self, proof: &mut Proof) -> Result<(), Unreadable> {
        let all = Self::with(
            self.team,
            self.assembly,
            Representatives::of_developers(self.assembly),
        )?;
        proof.forget_grants();
        hops::each_declared(all.team, &all.deployed, &mut |hop| {
            let decision = all.policies.decide_hop(&hop);
            proof.keep(Proved { hop, decision });
        });
        Ok(())
    }
}
