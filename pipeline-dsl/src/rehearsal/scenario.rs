//! What is rehearsed.

use super::script::{Outage, Script, ScriptedPush};
use crate::local::runtime::{BUILD, Landscape, OUTAGE};
use crate::model::{Name, is_near};
use crate::team::{Developer, Team};

/// One build of a service, and what happens besides.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// The service that is built.
    pub service: String,
    /// The developer who pushes to their fork; nobody, when it is a push upstream.
    pub by: Option<String>,
    /// Whether everybody who holds the service has a build of their own, just before.
    pub while_held: bool,
    /// The stages that fail.
    pub fail: Vec<String>,
    /// The developers whose accounts do not answer until an hour later.
    pub account_down: Vec<String>,
    /// Whether there is an earlier build whose event arrives after this one's.
    pub late_event: bool,
    /// Whether everything is announced twice.
    pub twice: bool,
    /// Whether approvals are given; otherwise they are waited for.
    pub approve: bool,
    /// What makes things happen in another order, always the same for the same number.
    pub seed: Option<u64>,
}

impl Scenario {
    /// A push upstream, and nothing besides.
    pub fn build(service: impl Into<String>) -> Self {
        Self {
            service: service.into(),
            by: None,
            while_held: false,
            fail: Vec::new(),
            account_down: Vec::new(),
            late_event: false,
            twice: false,
            approve: false,
            seed: None,
        }
    }
}

/// A scenario that cannot be rehearsed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScenarioError {
    /// The team does not deliver such a service.
    #[error("the team delivers no service `{name}`{}", suggestion(.near.as_deref()))]
    Service {
        /// What was asked for.
        name: String,
        /// One of nearly that name.
        near: Option<String>,
    },
    /// The team has no such developer.
    #[error("the team has no developer `{name}`{}", suggestion(.near.as_deref()))]
    Developer {
        /// What was asked for.
        name: String,
        /// One of nearly that name.
        near: Option<String>,
    },
    /// The developer builds this service nowhere.
    #[error(
        "{developer} has no fork of `{service}`\n  help: declare one: `developer {developer} = … {{ fork {service} = \
         \"{developer}/{service}\"; }}`"
    )]
    NoFork {
        /// The developer.
        developer: String,
        /// The service.
        service: String,
    },
    /// Nobody keeps upstream versions of the service away.
    #[error("nobody holds `{0}`\n  help: declare a hold: `developer … {{ hold {0}; }}`, or a fork")]
    NobodyHolds(String),
    /// No pipeline of the service has such a stage.
    #[error("no pipeline of `{service}` has a stage `{stage}`\n  help: it has {}", quoted(.stages))]
    Stage {
        /// The service.
        service: String,
        /// What was asked for.
        stage: String,
        /// The stages that there are.
        stages: Vec<String>,
    },
}

fn suggestion(near: Option<&str>) -> String {
    near.map(|near| format!("; did you mean `{near}`?"))
        .unwrap_or_default()
}

/// One of those that may have been meant.
fn near(name: &str, known: &[&str]) -> Option<String> {
    let mut known = known.iter();
    known
        .find(|known| is_near(name.as_bytes(), known.as_bytes(), 2))
        .map(|known| (*known).to_owned())
}

fn quoted(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

/// The service of this name that the team delivers.
///
/// # Errors
/// When there is none, with one of nearly that name.
pub fn service_named(team: &Team, name: &str) -> Result<Name, ScenarioError> {
    let services = || team.pipelines.iter().map(|each| each.service.name);
    services()
        .find(|service| service.as_str() == name)
        .ok_or_else(|| {
            let services: Vec<Name> = services().collect();
            let services: Vec<&str> = services.iter().map(Name::as_str).collect();
            ScenarioError::Service {
                name: name.to_owned(),
                near: near(name, &services),
            }
        })
}

/// The developer of this name.
///
/// # Errors
/// When there is none, with one of nearly that name.
pub fn developer_named<'a>(team: &'a Team, name: &str) -> Result<&'a Developer, ScenarioError> {
    let mut developers = team.developers().iter();
    developers
        .find(|developer| developer.name.as_str() == name)
        .ok_or_else(|| {
            let developers = team.developers().iter();
            let developers: Vec<&str> = developers.map(|each| each.name.as_str()).collect();
            ScenarioError::Developer {
                name: name.to_owned(),
                near: near(name, &developers),
            }
        })
}

impl Scenario {
    /// Whether all that it names is there.
    pub(super) fn check(&self, team: &Team, landscape: &Landscape) -> Result<(), ScenarioError> {
        let service = self.service.as_str();
        let named = &service_named(team, service)?;
        for developer in self.by.iter().chain(&self.account_down) {
            developer_named(team, developer)?;
        }
        if let Some(by) = &self.by {
            let developer = team.developers().iter().find(|each| each.name.as_str() == by);
            let forks = developer.into_iter().flat_map(|developer| developer.forks.iter());
            if !forks
                .into_iter()
                .any(|fork| fork.service.name.as_str() == service)
            {
                return Err(ScenarioError::NoFork {
                    developer: by.clone(),
                    service: service.to_owned(),
                });
            }
        }
        let mut developers = team.developers().iter();
        if self.while_held && !developers.any(|each| each.holds_back(named)) {
            return Err(ScenarioError::NobodyHolds(service.to_owned()));
        }
        let stages = landscape.stages_of(
            team.world.build.account.as_str(),
            &format!("{}-{service}", team.name()),
        );
        for stage in &self.fail {
            if !stages.contains(stage) {
                return Err(ScenarioError::Stage {
                    service: service.to_owned(),
                    stage: stage.clone(),
                    stages,
                });
            }
        }
        Ok(())
    }
}

impl Scenario {
    /// The same, push by push.
    pub(super) fn script(&self, team: &Team) -> Script {
        let push = |at, by: Option<String>, late| ScriptedPush {
            at,
            service: self.service.clone(),
            by,
            late,
        };
        let mut pushes = Vec::new();
        let mut at = 0;
        if self.while_held {
            let held = |developer: &&Developer| {
                let mut services = team.pipelines.iter().map(|each| each.service.name);
                let service = services.find(|name| name.as_str() == self.service);
                service.is_some_and(|service| developer.holds_back(&service))
            };
            let holding = team.developers().iter().filter(held);
            pushes.extend(holding.map(|developer| push(at, Some(developer.name.to_string()), false)));
            at += BETWEEN;
        }
        if self.late_event {
            pushes.push(push(at, None, true));
            at += BETWEEN;
        }
        // Down when what comes next is announced.
        let outages = self.account_down.iter().map(|developer| Outage {
            developer: developer.clone(),
            from: at,
            until: at + OUTAGE,
        });
        let outages = outages.collect();
        // A fork's build comes before upstream's, where there are both: that it is newer is no reason for it to stay.
        if self.by.is_some() {
            pushes.push(push(at, self.by.clone(), false));
            at += BETWEEN;
        }
        if self.by.is_none() || self.while_held || self.late_event {
            pushes.push(push(at, None, false));
        }
        Script {
            pushes,
            outages,
            fail: self.fail.clone(),
            twice: self.twice,
            approve: self.approve,
            seed: self.seed,
        }
    }
}

/// One build is done before the next push.
const BETWEEN: u64 = 2 * BUILD;
