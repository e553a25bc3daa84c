//! Pictures of a team: the way of an artifact from a push to production and to every developer, account by account.
//!
//! [`Picture::html`] is one self-contained page, [`Picture::svg`] its drawing alone; [`Picture::mermaid`] and
//! [`Picture::dot`] are for other tools. Large teams stay readable: developers are folded into one box with a count.

mod dot;
mod html;
mod layout;
mod mermaid;
mod svg;

use std::collections::BTreeMap;

use crate::model::{AccountId, Region};
use crate::synth::{Assembly, AssemblyStack};
use crate::team::Team;

/// So many developers have a box of their own; of more there is one box for all.
const DRAWN_DEVELOPERS: usize = 12;

/// What is drawn of a team.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    pub(super) team: String,
    pub(super) build: Place,
    pub(super) services: Vec<ServiceBox>,
    pub(super) waves: Vec<WaveBox>,
    pub(super) developers: Vec<DeveloperBox>,
    pub(super) accounts: Vec<AccountStacks>,
}

/// An account and a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) account: AccountId,
    pub(super) region: Region,
}

/// A service: where it comes from, and what it makes.
#[derive(Debug, Clone)]
pub(super) struct ServiceBox {
    pub(super) name: String,
    pub(super) repositories: Vec<String>,
    pub(super) artifacts: Vec<String>,
    /// The waves that it goes through, by their position.
    pub(super) waves: Vec<usize>,
}

/// A wave, with what must happen before it.
#[derive(Debug, Clone)]
pub(super) struct WaveBox {
    pub(super) name: String,
    pub(super) gate: Option<String>,
    pub(super) environments: Vec<EnvironmentBox>,
}

/// An environment of a wave, with what is deployed to it.
#[derive(Debug, Clone)]
pub(super) struct EnvironmentBox {
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) is_production: bool,
    /// Each service with its stacks.
    pub(super) deployments: Vec<(String, Vec<String>)>,
}

/// A developer's account.
#[derive(Debug, Clone)]
pub(super) struct DeveloperBox {
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) forks: Vec<String>,
    pub(super) holds: Vec<String>,
}

/// The stacks of accounts that have the same ones.
#[derive(Debug, Clone)]
pub(super) struct AccountStacks {
    pub(super) title: String,
    pub(super) stacks: Vec<StackResources>,
}

/// A stack, with its resources by type.
#[derive(Debug, Clone)]
pub(super) struct StackResources {
    pub(super) name: String,
    pub(super) region: String,
    pub(super) resources: BTreeMap<String, Vec<String>>,
}

impl Picture {
    /// The picture of a team and its assembly.
    pub(crate) fn of(team: &Team, assembly: &Assembly) -> Self {
        let world = &team.world;
        let services = team.pipelines.iter().map(|pipeline| {
            let released = |name| pipeline.waves().any(|wave| wave.name == name);
            let waves = world
                .waves
                .iter()
                .enumerate()
                .filter(|(_, wave)| released(wave.name));
            ServiceBox {
                name: pipeline.service.name.to_string(),
                repositories: pipeline
                    .builds
                    .iter()
                    .map(|build| build.repository.name.clone())
                    .collect(),
                artifacts: pipeline
                    .sources
                    .iter()
                    .map(|artifact| artifact.key.clone())
                    .collect(),
                waves: waves.map(|(position, _)| position).collect(),
            }
        });
        Self {
            team: team.name().to_string(),
            build: Place {
                account: world.build.account,
                region: world.build.region,
            },
            services: services.collect(),
            waves: waves(team),
            developers: developers(team),
            accounts: accounts(team, assembly),
        }
    }

    /// The developers that have a box of their own.
    pub(super) fn drawn_developers(&self) -> &[DeveloperBox] {
        if self.developers.len() <= DRAWN_DEVELOPERS {
            &self.developers
        } else {
            &[]
        }
    }
}

fn waves(team: &Team) -> Vec<WaveBox> {
    let waves = team.world.waves.iter().map(|wave| {
        let environments = wave.environments.iter().map(|environment| {
            let deployed = team
                .pipelines
                .iter()
                .filter(|pipeline| pipeline.waves().any(|released| released.name == wave.name));
            let deployments = deployed.map(|pipeline| {
                let stacks = pipeline.stacks.iter().map(|stack| stack.name.clone());
                (pipeline.service.name.to_string(), stacks.collect())
            });
            EnvironmentBox {
                name: environment.name.to_string(),
                place: Place {
                    account: environment.account,
                    region: environment.region,
                },
                is_production: environment.is_production(),
                deployments: deployments.collect(),
            }
        });
        WaveBox {
            name: wave.name.to_string(),
            gate: wave
                .approval
                .map(|timeout| format!("after approval within {}", duration(timeout.in_minutes()))),
            environments: environments.collect(),
        }
    });
    waves.collect()
}

/// In the largest unit that it is a whole number of.
fn duration(minutes: u32) -> String {
    let (count, unit) = match minutes {
        minutes if minutes % 1_440 == 0 => (minutes / 1_440, "day"),
        minutes if minutes % 60 == 0 => (minutes / 60, "hour"),
        minutes => (minutes, "minute"),
    };
    match count {
        1 => format!("a {unit}").replace("a hour", "an hour"),
        count => format!("{count} {unit}s"),
    }
}

fn developers(team: &Team) -> Vec<DeveloperBox> {
    let developers = team.world.developers.iter().map(|developer| DeveloperBox {
        name: developer.name.to_string(),
        place: Place {
            account: developer.account,
            region: developer.region,
        },
        forks: developer
            .forks
            .iter()
            .map(|fork| fork.service.name.to_string())
            .collect(),
        holds: developer
            .holds
            .iter()
            .map(|service| service.name.to_string())
            .collect(),
    });
    developers.collect()
}

/// Accounts with their stacks; all developers have the same.
fn accounts(team: &Team, assembly: &Assembly) -> Vec<AccountStacks> {
    let mut titles: Vec<String> = Vec::new();
    let mut by_title: BTreeMap<String, Vec<StackResources>> = BTreeMap::new();
    let first = team.world.developers.first().map(|developer| developer.name);
    for stack in assembly.stacks() {
        // All have the same templates: one stands for all.
        if stack.developer.is_some() && stack.developer != first {
            continue;
        }
        let title = match stack.developer {
            Some(_) => "every developer's account".to_owned(),
            None if stack.account == team.world.build.account => format!("build account {}", stack.account),
            None => target_title(team, stack),
        };
        if !titles.contains(&title) {
            titles.push(title.clone());
        }
        by_title
            .entry(title)
            .or_default()
            .push(resources(stack, assembly));
    }
    let accounts = titles.into_iter().map(|title| AccountStacks {
        stacks: by_title.remove(&title).unwrap_or_default(),
        title,
    });
    accounts.collect()
}

/// An account is known by the environments in it.
fn target_title(team: &Team, stack: &AssemblyStack) -> String {
    let there = team
        .world
        .environments
        .iter()
        .filter(|environment| environment.account == stack.account);
    let names: Vec<&str> = there.map(|environment| environment.name.as_str()).collect();
    format!("{}: account {}", names.join(", "), stack.account)
}

fn resources(stack: &AssemblyStack, assembly: &Assembly) -> StackResources {
    let template: serde_json::Value = serde_json::from_str(assembly.template(stack)).unwrap_or_default();
    let declared = template.get("Resources").and_then(serde_json::Value::as_object);
    let mut resources: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (logical_id, resource) in declared.into_iter().flatten() {
        let resource_type = resource
            .get("Type")
            .and_then(serde_json::Value::as_str)
            .unwrap_or_default();
        resources
            .entry(resource_type.to_owned())
            .or_default()
            .push(logical_id.clone());
    }
    StackResources {
        name: stack.stack_name.clone(),
        region: match stack.developer {
            Some(_) => String::new(),
            None => stack.region.to_string(),
        },
        resources,
    }
}
