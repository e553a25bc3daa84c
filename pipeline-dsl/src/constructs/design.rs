use indexmap::IndexMap;

use crate::cloudformation::{Stack, StackKey};
use crate::model::{AccountId, Name, Region};
use crate::team::{Developer, Team};

use super::developer::DeveloperAccount;
use super::developer_service::ForkParameters;
use super::names::Names;
use super::{build, developer, developer_service, places, region, self_update, service, target};

/// Everything that a team consists of: its stacks, each written once, and where each of them stands.
#[derive(Debug)]
pub struct Design {
    /// The stacks by their key.
    pub stacks: IndexMap<StackKey, Stack>,
    /// Where they stand. All developers share their stacks' templates.
    pub instances: Vec<Instance>,
}

/// A stack in an account and region.
#[derive(Debug, Clone)]
pub struct Instance {
    /// Which stack.
    pub stack: StackKey,
    /// Its name there.
    pub name: String,
    /// The account.
    pub account: AccountId,
    /// The region.
    pub region: Region,
    /// Whose it is, where it is a developer's.
    pub developer: Option<Name>,
    /// The service that it is for, where it is for one.
    pub service: Option<Name>,
    /// The parameters that differ from place to place.
    pub parameters: Vec<(String, String)>,
}

impl Design {
    /// The design of a team.
    pub fn of(team: &Team) -> Self {
        let names = Names {
            team: team.name(),
            partition: team.partition(),
            source_account_everywhere: team.world.source_account_everywhere,
        };
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

        let mut targets = IndexMap::new();
        for environment in team.released_environments() {
            if targets.contains_key(&environment.account) {
                continue;
            }
            let (stack, roles) = target::add(team, names, environment.account, &stores);
            targets.insert(environment.account, roles);
            // IAM is global: the stack stands in the team's primary region, which no environment's name, region or removal
            // moves.
            self.place(
                stack,
                names.prefixed("target"),
                (environment.account, home.region),
                None,
            );
        }
        for definition in &team.pipelines {
            let stack = service::add(team, names, definition, &build, &stores, &targets);
            let name = names.prefixed(format_args!("service-{}", definition.service.name));
            let service = Some(definition.service.name);
            self.place(stack, name, (home.account, home.region), service);
        }
        if let Some(update) = &team.world.self_update {
            let stack = self_update::add(team, names, update, &build);
            self.place(stack, names.self_update(), (home.account, home.region), None);
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
        let mut services = Vec::new();
        for definition in &team.pipelines {
            let (stack, fork) = developer_service::add(team, names, definition, &account);
            services.push((definition, stack.key().clone(), fork));
            self.stacks.insert(stack.key().clone(), stack);
        }
        for developer in team.world.developers.iter() {
            let held = held_keys(team, developer, &account);
            self.instances.push(instance(
                developer,
                developer_key.clone(),
                names.prefixed("developer"),
                None,
                held,
            ));
            for (definition, key, fork) in &services {
                let service = definition.service.name;
                let name = names.prefixed(format_args!("developer-service-{service}"));
                let parameters = fork_values(developer, &service, fork.as_ref());
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
    own.map_or_else(Vec::new, |fork| parameters.values(fork).to_vec())
}
