//! Rehearses a build on the local cloud: a push, its artifacts, what announces them, every developer's copy, every pipeline
//! with its stages, change sets and approvals.
//!
//! What moves is what is deployed there: rules match with their patterns, topics deliver, the subscriber's code runs
//! against the local cloud's S3, pipelines do their actions. Every request is asked of the policies that are deployed, by
//! the rules of the access proof; a denied one stops that path. Time is simulated, so that a release of days takes a second.
//!
//! What a build makes is made up: an archive with the files that the pipelines name, each a template whose one resource
//! is new with every build. Real templates need the services that they describe, and the local cloud has only what
//! pipelines are made of.

mod action;
mod agenda;
mod archive;
mod authority;
mod backfill;
mod build;
mod delivery;
mod execution;
mod landscape;
mod latency;
mod pattern;
mod report;
mod routing;
mod scenario;
mod script;
mod stack_change;
mod step;
mod storage;
mod twin;
mod undelivered;

pub use report::{Arrival, Currency, Report};
pub use scenario::{Scenario, ScenarioError};
pub use script::{Outage, Script, ScriptedPush};
pub use step::{Denial, Observer, Outcome, Step};
pub use twin::Twin;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use agenda::Agenda;
use authority::Authority;
use execution::{Execution, Lane};
use landscape::{Landscape, Place};
use latency::Jitter;

use crate::cloudformation::ResourceKind;
use crate::constructs::Design;
use crate::local::{Functions, LocalCloud};
use crate::model::{AccountId, Region};
use crate::proof::{Access, Standing, Unreadable};
use crate::team::Team;

/// A team on the local cloud, in which things begin to move.
pub struct Rehearsal<'a> {
    team: &'a Team,
    cloud: LocalCloud,
    landscape: Landscape,
    authority: Arc<Authority>,
    agenda: Agenda<Task>,
    /// The cloud's own time when the rehearsal began.
    began: u64,
    jitter: Jitter,
    steps: Vec<Step>,
    observer: &'a dyn Observer,
    /// By account, from when until when it does not answer.
    outages: BTreeMap<String, Vec<(u64, u64)>>,
    fails: BTreeSet<String>,
    twice: bool,
    approve: bool,
    builds: u64,
    executions: Vec<Execution>,
    lanes: BTreeMap<String, Lane>,
    /// How many objects each step has put somewhere.
    brought: Vec<(usize, usize)>,
    stopped: Arc<AtomicBool>,
}

/// What is to happen.
#[derive(Debug)]
enum Task {
    Push(build::Push),
    Built(build::Push, usize),
    Event(routing::Event),
    Deliver(delivery::Delivery),
    Run(delivery::Run),
    Start { pipeline: String, parent: usize },
    Perform(execution::Performance),
    Finish(execution::Performance, Outcome),
}

impl<'a> Rehearsal<'a> {
    /// Everything that stands in the local cloud, with somebody who runs the subscribers.
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
        let landscape = Landscape::of(&resources);
        let services = Design::stacks_of_services(team);
        let standing = resources.into_iter().filter_map(|resource| {
            Some(Standing {
                service: services.get(&resource.stack).copied(),
                account: resource.account.parse::<AccountId>().ok()?,
                region: resource.region.parse::<Region>().ok()?,
                stack: resource.stack,
                logical_id: resource.logical_id,
                resource_type: ResourceKind::named(&resource.resource_type)?,
                physical_id: resource.physical_id,
                arn: resource.arn,
                properties: resource.properties,
            })
        });
        let authority = Arc::new(Authority::new(Access::of(team, standing)?));
        cloud.set_authorizer(Some(Arc::clone(&authority) as _));
        cloud.set_functions(Some(functions));
        // From now on.
        cloud.created_objects();
        cloud.published_messages();
        cloud.started_pipelines();
        Ok(Self {
            team,
            cloud: cloud.clone(),
            landscape,
            authority,
            agenda: Agenda::new(),
            began: cloud.now(),
            jitter: Jitter::of(None),
            steps: Vec::new(),
            observer,
            outages: BTreeMap::new(),
            fails: BTreeSet::new(),
            twice: false,
            approve: false,
            builds: 0,
            executions: Vec::new(),
            lanes: BTreeMap::new(),
            brought: Vec::new(),
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
        scenario.check(self.team, &self.landscape)?;
        let script = scenario.script(self.team);
        Ok(self.perform_script(&script, &[scenario.service.as_str()]))
    }

    /// Lets happen what a script says, until nothing moves any more, and reports on these services.
    pub fn perform_script(mut self, script: &Script, services: &[&str]) -> Report {
        self.follow(script);
        self.resume(services);
        self.notice();
        self.notice_calls();
        self.run();
        self.report(services)
    }

    /// What was put into buckets since the rehearsal was made, by whomever, moves on too.
    fn notice(&mut self) {
        let created = self.cloud.created_objects();
        if created.is_empty() {
            return;
        }
        let world = &self.team.world;
        let place = Place {
            account: world.build.account.to_string(),
            region: world.build.region.to_string(),
        };
        let what = format!("{} artifacts have arrived", created.len());
        let step = self.step(None, &place, what, 0, Outcome::Done);
        self.announce_each(created, step, false);
    }

    /// Lets everything happen that is planned.
    fn run(&mut self) {
        while !self.stopped.load(Ordering::Relaxed)
            && let Some(task) = self.agenda.next()
        {
            self.cloud.wait_until(self.began + self.agenda.now());
            if let Some(until) = self.postponed(&task) {
                self.agenda.at(until, task);
                continue;
            }
            match task {
                Task::Push(push) => self.push(push),
                Task::Built(push, parent) => self.built(&push, parent),
                Task::Event(event) => self.route(&event),
                Task::Deliver(delivery) => self.deliver(delivery),
                Task::Run(run) => self.run_function(run),
                Task::Start { pipeline, parent } => self.start(&pipeline, parent),
                Task::Perform(performance) => self.perform(performance),
                Task::Finish(performance, outcome) => self.finish(&performance, outcome),
            }
        }
    }

    /// In an account that is down nothing happens until it is up again; but SNS is told, and tries again.
    fn postponed(&self, task: &Task) -> Option<u64> {
        let account = match task {
            Task::Push(push) | Task::Built(push, _) => push.account.as_str(),
            Task::Event(event) => self.landscape.buckets.get(event.bucket())?.place.account.as_str(),
            Task::Run(run) => self.landscape.functions.get(&run.function)?.account.as_str(),
            Task::Start { pipeline, .. } => self.landscape.pipelines.get(pipeline)?.place.account.as_str(),
            Task::Perform(performance) | Task::Finish(performance, _) => {
                let pipeline = &self.executions.get(performance.execution)?.pipeline;
                self.landscape.pipelines.get(pipeline)?.place.account.as_str()
            }
            Task::Deliver(_) => return None,
        };
        self.down_until(account)
    }

    /// When an account that does not answer now will answer again.
    fn down_until(&self, account: &str) -> Option<u64> {
        let now = self.agenda.now();
        let mut outages = self.outages.get(account)?.iter();
        let (_, until) = outages.find(|(from, until)| (*from..*until).contains(&now))?;
        Some(*until)
    }

    /// Remembers that something happened.
    fn step(
        &mut self,
        parent: Option<usize>,
        place: &Place,
        what: impl Into<String>,
        took: u64,
        outcome: Outcome,
    ) -> usize {
        let number = self.steps.len();
        let step = Step {
            number,
            parent,
            at: self.agenda.now(),
            took,
            place: self.place_name(place),
            account: place.account.clone(),
            region: place.region.clone(),
            what: what.into(),
            outcome,
        };
        self.observer.happened(&step);
        self.steps.push(step);
        number
    }

    /// What people call an account: by the developer or the environment that it is.
    fn place_name(&self, place: &Place) -> String {
        let world = &self.team.world;
        let mut developers = self.team.developers().iter();
        if world.build.account.as_str() == place.account {
            return "build account".to_owned();
        }
        if let Some(developer) = developers.find(|each| each.account.as_str() == place.account) {
            return developer.name.to_string();
        }
        let mut environments = world.environments.iter();
        environments
            .find(|each| each.account.as_str() == place.account && each.region.as_str() == place.region)
            .map_or_else(
                || place.account.clone(),
                |environment| environment.name.to_string(),
            )
    }
}

impl fmt::Debug for Rehearsal<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Rehearsal")
            .field("steps", &self.steps.len())
            .finish_non_exhaustive()
    }
}

impl Drop for Rehearsal<'_> {
    /// The cloud is left as it was found: nobody decides, nobody runs functions.
    fn drop(&mut self) {
        self.cloud.set_authorizer(None);
        self.cloud.set_functions(None);
    }
}
