use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use crate::cloudformation::{Stack, StackKey};
use crate::model::{AccountId, Name, Region};
use crate::team::{Developer, Team};

use crate::constructs::build;
use crate::constructs::developer;
use crate::constructs::developer::DeveloperAccount;
use crate::constructs::developer_service;
use crate::constructs::developer_service::ForkParameters;
use crate::constructs::instance::Instance;
use crate::constructs::names::Names;
use crate::constructs::places;
use crate::constructs::region;
use crate::constructs::self_update;
use crate::constructs::self_update::Deployers;
use crate::constructs::service;
use crate::constructs::targets::stack as target;

/// Everything that a team consists of: its stacks, each written once, and where each of them stands.
#[derive(Debug)]
pub struct Design {
    /// The stacks by their key.
    pub stacks: IndexMap<StackKey, Stack>,
    /// Where they stand. All developers share their stacks' templates.
    pub instances: Vec<Instance>,
}

impl Design {
    /// The design of a team.
    pub fn of(team: &Team) -> Self {
        let names = Names::of(team);
        let mut design = Self {
            stacks: IndexMap::new(),
            instances: Vec::new(),
        };
        let build = design.add_real_accounts(team, &names);
        design.add_developers(team, &names, &build);
        if let Some(stack) = design.stacks.get_mut(&StackKey::new("build")) {
            places::record(stack, &design.instances);
        }
        design
    }

    /// The stacks that are each for one service, by their names.
    pub fn stacks_of_services(team: &Team) -> BTreeMap<String, Name> {
        let names = Names::of(team);
        let services = team.pipelines.iter().map(|pipeline| pipeline.service.name);
        services
            .flat_map(|service| {
                [
                    names.target_stack(&service),
                    names.service_stack(&service),
                    names.developer_service_stack(&service),
                ]
                .map(|stack| (stack, service))
            })
            .collect()
    }

    fn add_real_accounts(&mut self, team: &Team, names: &Names) -> build::Build {
        let home = team.world.build;
        let (stack, build) = build::add(team, names);
        self.place(stack, names.prefixed("build"), (home.account, home.region), None);

        let mut stores = IndexMap::from([(home.region, build.store.clone())]);
        let mut regions: Vec<Region> = team
            .released_environments()
            .iter()
            .map(|environment| environment.region)
            .collect();
        regions.sort_unstable();
        regions.dedup();
        for region in regions.into_iter().filter(|region| *region != home.region) {
            let (stack, store) = region::add(team, names, region);
            stores.insert(region, store);
            self.place(stack, names.prefixed("region"), (home.account, region), None);
        }

        for definition in &team.pipelines {
            let service = definition.service.name;
            let mut roles = IndexMap::new();
            for place in target::places(definition) {
                let Some(store) = stores.get(&place.1) else {
                    continue;
                };
                let (stack, added) = target::add(team, names, definition, place, store);
                roles.insert(place, added);
                self.place(stack, names.target_stack(&service), place, Some(service));
            }
            let stack = service::add(team, names, definition, &build, &stores, &roles);
            let name = names.service_stack(&service);
            self.place(stack, name, (home.account, home.region), Some(service));
        }
        if let Some(update) = &team.world.self_update {
            let stack = self_update::add(team, names, update, &build);
            self.place(stack, names.self_update(), (home.account, home.region), None);
            let accounts: BTreeSet<AccountId> = team
                .released_environments()
                .iter()
                .map(|environment| environment.account)
                .collect();
            for account in accounts {
                let stack = self_update::deployers(team, names, Deployers::Target(account));
                self.place(stack, names.prefixed("deployers"), (account, home.region), None);
            }
        }
        build
    }

    fn add_developers(&mut self, team: &Team, names: &Names, build: &build::Build) {
        if team.world.developers.is_empty() {
            return;
        }
        let (stack, account) = developer::add(team, names, build);
        let developer_key = stack.key().clone();
        self.stacks.insert(developer_key.clone(), stack);
        let deployers = team.world.self_update.as_ref().map(|_| {
            let stack = self_update::deployers(team, names, Deployers::Developer);
            let key = stack.key().clone();
            self.stacks.insert(key.clone(), stack);
            key
        });
        let mut services = Vec::new();
        for definition in &team.pipelines {
            let (stack, fork, own) = developer_service::add(team, names, definition, &account);
            services.push((definition, stack.key().clone(), fork, own));
            self.stacks.insert(stack.key().clone(), stack);
        }
        for developer in team.world.developers.iter() {
            if let Some(key) = &deployers {
                let name = names.prefixed("deployers");
                self.instances.push(Instance {
                    region: team.world.build.region,
                    ..instance(developer, key.clone(), name, None, Vec::new())
                });
            }
            let held = held_keys(team, developer, &account);
            self.instances.push(instance(
                developer,
                developer_key.clone(),
                names.prefixed("developer"),
                None,
                held,
            ));
            for (definition, key, fork, own) in &services {
                let service = definition.service.name;
                let name = names.developer_service_stack(&service);
                let mut parameters = fork_values(developer, &service, fork.as_ref());
                parameters.extend(own.of(developer.name));
                self.instances
                    .push(instance(developer, key.clone(), name, Some(service), parameters));
            }
        }
    }

    fn place(
        &mut self,
        stack: Stack,
        name: String,
        (account, region): (AccountId, Region),
        service: Option<Name>,
    ) {
        self.instances.push(Instance {
            stack: stack.key().clone(),
            name,
            account,
            region,
            developer: None,
            service,
            parameters: Vec::new(),
        });
        self.stacks.insert(stack.key().clone(), stack);
    }
}

fn instance(
    developer: &Developer,
    stack: StackKey,
    name: String,
    service: Option<Name>,
    parameters: Vec<(String, String)>,
) -> Instance {
    Instance {
        stack,
        name,
        account: developer.account,
        region: developer.region,
        developer: Some(developer.name),
        service,
        parameters,
    }
}

/// The artifacts of the services that a developer holds back, sorted and each once.
fn held_keys(team: &Team, developer: &Developer, account: &DeveloperAccount) -> Vec<(String, String)> {
    let mut keys: Vec<&str> = team
        .pipelines
        .iter()
        .filter(|pipeline| developer.holds_back(&pipeline.service.name))
        .flat_map(|pipeline| pipeline.sources.iter().map(|source| source.key.as_str()))
        .collect();
    keys.sort_unstable();
    keys.dedup();
    if keys.is_empty() {
        return Vec::new();
    }
    vec![(account.held_keys.name().to_owned(), keys.join(","))]
}

fn fork_values(
    developer: &Developer,
    service: &Name,
    fork: Option<&ForkParameters>,
) -> Vec<(String, String)> {
    let Some(parameters) = fork else {
        return Vec::new();
    };
    let own = developer.forks.iter().find(|fork| fork.service.name == *service);
    own.map_or_else(Vec::new, |fork| parameters.values(fork))
}
