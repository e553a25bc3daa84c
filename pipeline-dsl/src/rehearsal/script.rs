//! What a rehearsal is told to let happen, and when.

use super::{Rehearsal, Task, build::Push};
use crate::model::AccountId;
use crate::team::Developer;

/// Pushes and outages, by simulated time. Names that the team does not have are passed over: [`Scenario`](super::Scenario)
/// is what checks them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    /// The pushes.
    pub pushes: Vec<ScriptedPush>,
    /// The times at which accounts do not answer.
    pub outages: Vec<Outage>,
    /// The stages of the build account's pipelines that fail.
    pub fail: Vec<String>,
    /// Whether everything is announced twice.
    pub twice: bool,
    /// Whether approvals are given.
    pub approve: bool,
    /// What makes things happen in another order, always the same for the same number.
    pub seed: Option<u64>,
}

/// A push to a service's repository, or to a developer's fork of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptedPush {
    /// When, in seconds.
    pub at: u64,
    /// The service.
    pub service: String,
    /// The developer who pushes to their fork; nobody, when it is a push upstream.
    pub by: Option<String>,
    /// Whether what is built is announced half an hour late.
    pub late: bool,
}

/// A developer's account that does not answer for some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outage {
    /// The developer.
    pub developer: String,
    /// From when, in seconds.
    pub from: u64,
    /// Until when.
    pub until: u64,
}

impl Rehearsal<'_> {
    /// Plans all that a script says.
    pub(super) fn follow(&mut self, script: &Script) {
        self.jitter = super::Jitter::of(script.seed);
        self.fails.extend(script.fail.iter().cloned());
        self.twice = script.twice;
        self.approve = script.approve;
        for outage in &script.outages {
            if let Some(account) = self.account_of(&outage.developer) {
                let times = (outage.from, outage.until);
                self.outages.entry(account.to_string()).or_default().push(times);
            }
        }
        for push in &script.pushes {
            let account = match &push.by {
                None => Some(self.team.world.build.account),
                Some(by) => self.account_of(by),
            };
            let Some(account) = account else { continue };
            let task = Task::Push(Push {
                service: push.service.clone(),
                account: account.to_string(),
                late: push.late,
            });
            self.agenda.at(push.at, task);
        }
    }

    fn account_of(&self, developer: &str) -> Option<AccountId> {
        let mut developers = self.team.developers().iter();
        developers
            .find(|each| each.name.as_str() == developer)
            .map(Developer::account)
    }
}
