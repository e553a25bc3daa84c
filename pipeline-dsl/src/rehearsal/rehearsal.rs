//! A team on the local cloud, while the cloud runs.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::authority::Authority;
use super::denial::{Observer, Outcome};
use super::place_names::PlaceNames;
use super::push::{Push, Task};
use super::report::Report;
use super::scenario::{Scenario, ScenarioError};
use super::script::Script;
use super::surroundings::Surrounded;
use crate::cloudformation::ResourceKind;
use crate::constructs::Design;
use crate::local::runtime::{Circumstances, Jitter, Place, Proceeded, RunningCloud};
use crate::local::{Functions, LocalCloud};
use crate::model::{AccountId, Region};
use crate::proof::{Access, Standing, Unreadable};
use crate::team::{Developer, Team};

/// A team on the local cloud, in which things begin to move.
pub struct Rehearsal<'a> {
    pub(super) team: &'a Team,
    pub(super) runtime: RunningCloud<Surrounded<'a>>,
    /// The number of builds so far.
    pub(super) builds: u64,
    stopped: Arc<AtomicBool>,
}

impl<'a> Rehearsal<'a> {
    /// Everything that is deployed in the local cloud, with somebody who runs the subscribers.
    ///
    /// # Errors
    /// When a policy that is deployed cannot be read.
    pub fn of(
        team: &'a Team,
        cloud: &LocalCloud,
        functions: Arc<dyn Functions>,
        observer: &'a dyn Observer,
    ) -> Result<Self, Unreadable> {
        let resources = cloud.resources();
        let services = Design::stacks_of_services(team);
        let deployed = resources.iter().filter_map(|resource| {
            Some(Standing {
                service: services.get(&resource.stack).copied(),
                account: resource.account.parse::<AccountId>().ok()?,
                region: resource.region.parse::<Region>().ok()?,
                stack: resource.stack.clone(),
                logical_id: resource.logical_id.clone(),
                resource_type: ResourceKind::named(&resource.resource_type)?,
                physical_id: resource.physical_id.clone(),
                arn: resource.arn.clone(),
                properties: Arc::clone(&resource.properties),
            })
        });
        let authority = Arc::new(Authority::new(Access::of(team, deployed)?));
        let surrounded = Surrounded {
            authority: Arc::clone(&authority),
            names: PlaceNames::of(team),
            observer,
        };
        Ok(Self {
            team,
            runtime: RunningCloud::of(cloud, &resources, authority, functions, surrounded),
            builds: 0,
            stopped: Arc::default(),
        })
    }

    /// Lets nothing more happen once this is true.
    #[must_use]
    pub fn stopped_by(mut self, stopped: &Arc<AtomicBool>) -> Self {
        self.stopped = Arc::clone(stopped);
        self
    }

    /// Rehearses a scenario to its end: until nothing moves any more.
    ///
    /// # Errors
    /// When the scenario names something that the team does not have.
    pub fn play(self, scenario: &Scenario) -> Result<Report, ScenarioError> {
        scenario.check(self.team, self.runtime.landscape())?;
        let script = scenario.script(self.team);
        Ok(self.perform_script(&script, &[scenario.service.as_str()]))
    }

    /// Lets happen what a script says, until nothing moves any more, and reports on these services.
    pub fn perform_script(mut self, script: &Script, services: &[&str]) -> Report {
        self.follow(script);
        self.runtime.resume(&self.pipeline_names(services));
        self.notice();
        self.runtime.notice_calls();
        self.run();
        self.report(services)
    }

    /// The names of the pipelines of services.
    pub(super) fn pipeline_names(&self, services: &[&str]) -> Vec<String> {
        let services = services.iter();
        let names = services.map(|service| format!("{}-{service}", self.team.name()));
        names.collect()
    }

    /// Plans all that a script says.
    fn follow(&mut self, script: &Script) {
        let mut circumstances = Circumstances {
            delivers_twice: script.twice,
            approves: script.approve,
            ..Circumstances::default()
        };
        let build = self.team.world.build.account;
        for stage in &script.fail {
            let reason = "the rehearsal lets this stage fail".to_owned();
            let stage = (build.to_string(), stage.clone());
            circumstances.failing_stages.insert(stage, reason);
        }
        for outage in &script.outages {
            if let Some(account) = self.account_of(&outage.developer) {
                let times = circumstances.outages.entry(account.to_string()).or_default();
                times.push((outage.from, outage.until));
            }
        }
        self.runtime
            .set_circumstances(circumstances, Jitter::of(script.seed));
        for push in &script.pushes {
            let account = match &push.by {
                None => Some(build),
                Some(by) => self.account_of(by),
            };
            let Some(account) = account else { continue };
            let task = Task::Push(Push {
                service: push.service.clone(),
                account: account.to_string(),
                late: push.late,
            });
            self.runtime.at(push.at, task);
        }
    }

    fn account_of(&self, developer: &str) -> Option<AccountId> {
        let mut developers = self.team.developers().iter();
        developers
            .find(|each| each.name.as_str() == developer)
            .map(Developer::account)
    }

    /// What was put into buckets since the rehearsal was made, by whomever, moves on too.
    fn notice(&mut self) {
        let created = self.runtime.cloud().created_objects();
        if created.is_empty() {
            return;
        }
        let world = &self.team.world;
        let place = Place {
            account: world.build.account.to_string(),
            region: world.build.region.to_string(),
        };
        let what = format!("{} artifacts have arrived", created.len());
        let step = self.runtime.step(None, &place, what, 0, Outcome::Done);
        self.runtime.announce_each(created, step, false);
    }

    /// Lets everything happen that is planned.
    fn run(&mut self) {
        while !self.stopped.load(Ordering::Relaxed)
            && let Some(proceeded) = self.runtime.proceed()
        {
            let Proceeded::Outside(task) = proceeded else {
                continue;
            };
            // In an account that is down nothing happens until it is up again.
            if let Some(until) = self.runtime.down_until(&task.push().account) {
                self.runtime.at(until, task);
                continue;
            }
            match task {
                Task::Push(push) => self.push(push),
                Task::Built(push, parent) => self.built(&push, parent),
            }
        }
    }
}

impl fmt::Debug for Rehearsal<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Rehearsal")
            .field("team", &self.team.name())
            .finish_non_exhaustive()
    }
}
