//! Random teams: whatever is valid synthesizes and deploys, whatever is not is refused with a code, and nothing
//! panics.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use pipeline_dsl::deploy::{Access, Aws, Event, Observer, Options, deploy};
use pipeline_dsl::diagnostic::Diagnostics;
use pipeline_dsl::local::LocalCloud;
use pipeline_dsl::model::Provider;
use pipeline_dsl::prelude::*;
use pipeline_dsl::proof::prove;
use pipeline_dsl::synth::{Assembly, synth};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::sample::{account, name};

const GITHUB: Connection = Connection::github("arn:aws:codeconnections:us-east-1:111111111111:connection/a");

/// What a team is made of, in numbers.
#[derive(Debug, Clone)]
pub struct Plan {
    organization: bool,
    updates_itself: bool,
    home: Index,
    /// Account (some share one) and region of each environment.
    environments: Vec<(usize, Index)>,
    /// Of each service: artifacts, stacks, whether it is built, whether it makes roles.
    pub services: Vec<(usize, usize, bool, bool)>,
    /// Of each developer: region, and which service is held or forked.
    pub developers: Vec<(Index, Option<Index>, bool)>,
}

pub fn plan() -> impl Strategy<Value = Plan> {
    let environments = prop::collection::vec((0_usize..4, any::<Index>()), 1..5);
    let services = prop::collection::vec((1_usize..4, 1_usize..3, any::<bool>(), any::<bool>()), 1..4);
    let developers = prop::collection::vec((any::<Index>(), any::<Option<Index>>(), any::<bool>()), 0..4);
    let switches = (any::<bool>(), any::<bool>());
    (switches, any::<Index>(), environments, services, developers).prop_map(
        |((organization, updates_itself), home, environments, services, developers)| Plan {
            organization,
            updates_itself,
            home,
            environments,
            services,
            developers,
        },
    )
}

fn region(index: &Index) -> Region {
    let usable: Vec<Region> = Region::ALL
        .iter()
        .copied()
        .filter(|region| region.has_codepipeline() && region.partition() == Region::UsEast1.partition())
        .collect();
    *index.get(&usable)
}

/// The team of a plan; `reversed` declares everything the other way round.
pub fn team(plan: &Plan, reversed: bool) -> Result<Team> {
    let mut places = BTreeSet::new();
    let mut environments: Vec<Environment> = plan
        .environments
        .iter()
        .enumerate()
        .filter(|(_, (account, index))| places.insert((*account, region(index))))
        .map(|(number, (id, index))| {
            let account = account(&format!("{:012}", 200_000_000_000 + id));
            Environment::standard(name(&format!("env-{number}")), account, region(index)).any()
        })
        .collect();
    let mut waves: Vec<Wave> = environments
        .chunks(2)
        .enumerate()
        .map(|(number, chunk)| {
            Wave::named(name(&format!("wave-{number}")))
                .to_all(chunk.iter().copied())
                .any()
        })
        .collect();
    let releases = waves.clone();
    let mut services: Vec<Service> = (0..plan.services.len())
        .map(|number| Service::new(name(&format!("service-{number}"))))
        .collect();
    let mut pipelines: Vec<_> = services
        .iter()
        .zip(&plan.services)
        .map(|(service, shape)| pipeline(*service, *shape, &releases))
        .collect();
    let mut developers: Vec<Developer> = plan
        .developers
        .iter()
        .enumerate()
        .map(|(number, (index, service, fork))| {
            let account = account(&format!("{:012}", 500_000_000_000 + number));
            let developer = Developer::new(name(&format!("developer-{number}")), account, region(index));
            let arn = format!("arn:aws:codeconnections:us-east-1:{account}:connection/a");
            let connection = Connection::parse(Provider::GitHub, arn).unwrap();
            let Some(which) = service else { return developer };
            let which = which.index(services.len());
            if *fork && plan.services[which].2 {
                developer.fork(Fork::new(
                    services[which],
                    repository_name!("own/fork"),
                    connection,
                ))
            } else {
                developer.hold(services[which])
            }
        })
        .collect();
    if reversed {
        environments.reverse();
        waves.reverse();
        services.reverse();
        pipelines.reverse();
        developers.reverse();
    }
    let build = BuildAccount::new(account("111111111111"), region(&plan.home));
    let mut world = World::new(TeamName::new("random"), build).developers(developers);
    if plan.updates_itself {
        world = world.updates_itself(Repository::new(GITHUB, "random/delivery"));
    }
    if plan.organization {
        world = world.organization(OrganizationPath::new("o-abcdefghij/r-h123/"));
    }
    world = environments.into_iter().fold(world, World::environment);
    world = waves.into_iter().fold(world, World::wave);
    world = services.into_iter().fold(world, World::service);
    world.with_all(pipelines).build()
}

fn pipeline(
    service: Service,
    (artifacts, stacks, built, roles): (usize, usize, bool, bool),
    waves: &[Wave],
) -> Pipeline<Releasing> {
    let key = |number: usize| Artifact::key(format!("{}/{number}.zip", service.name()));
    let (mut pipeline, bundle) = Pipeline::from_artifact(service, key(0));
    let codes: Vec<_> = (1..artifacts)
        .map(|number| pipeline.source(key(number)))
        .collect();
    for number in 0..stacks {
        let mut stack = Stack::named(format!("{}-{number}", service.name())).template(bundle.file("t.yaml"));
        for (position, code) in codes.iter().enumerate() {
            let (bucket, key) = (format!("Bucket{position}"), format!("Key{position}"));
            stack = if position != 1 {
                stack.code(code, bucket, key)
            } else {
                stack.assets(code, bucket, key)
            };
        }
        pipeline = pipeline.stack(stack);
    }
    if built {
        pipeline = pipeline.built_by(CodeBuild::of(Repository::new(GITHUB, "random/service")));
    }
    let mut permissions = Permissions::new().allow(["sns:CreateTopic"], ["arn:${AWS::Partition}:sns:*:*:a"]);
    if roles {
        let bounded = Roles::passed_to(["lambda.amazonaws.com"]).allow(["sns:Publish"], ["*"]);
        permissions = permissions.roles(bounded).nested_stacks();
    }
    let (first, rest) = waves.split_first().unwrap();
    let pipeline = pipeline.permissions(permissions).release(first.clone());
    rest.iter()
        .cloned()
        .fold(pipeline, |pipeline, wave| pipeline.release(wave))
}

/// Every request of a valid team is answered as it must be.
fn proven(team: &Team, assembly: &Assembly) -> std::result::Result<(), TestCaseError> {
    let proof = prove(team, assembly).map_err(|error| TestCaseError::fail(error.to_string()))?;
    let broken = proof.diagnostics();
    prop_assert!(broken.is_empty(), "{broken}");
    Ok(())
}

struct Quiet;

impl Observer for Quiet {
    fn observe(&self, _: &Event<'_>) {}
}

pub fn deployed(assembly: Assembly, cloud: &LocalCloud) -> std::result::Result<(), String> {
    let aws = Aws::through(cloud.http_client(), account("111111111111"), Access::AccountKeys);
    let options = Options {
        poll_interval: Duration::from_micros(50),
        ..Options::default()
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let summary = runtime
        .block_on(deploy(
            Arc::new(assembly),
            Arc::new(aws),
            options,
            Arc::new(Quiet),
        ))
        .unwrap();
    if summary.is_success() {
        Ok(())
    } else {
        Err(format!("{:?}", summary.failed))
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_valid_team_synthesizes_and_deploys(plan in plan()) {
        let failed = |mistakes: Diagnostics| TestCaseError::fail(mistakes.to_string());
        let team = team(&plan, false).map_err(failed)?;
        let assembly = synth(&team).map_err(failed)?;
        proven(&team, &assembly)?;
        let mut there = BTreeSet::new();
        for stack in assembly.stacks() {
            prop_assert!(stack.depends_on.iter().all(|needed| there.contains(needed)));
            there.insert(stack.id.clone());
        }
        deployed(assembly, &LocalCloud::in_memory()).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn the_order_of_declarations_makes_no_difference(plan in plan()) {
        let bytes = |reversed| {
            let assembly = synth(&team(&plan, reversed).unwrap()).unwrap();
            (assembly.manifest(), assembly.templates().clone())
        };
        let (one, two) = (bytes(false), bytes(true));
        prop_assert_eq!(one.0, two.0);
        prop_assert_eq!(one.1, two.1);
    }

    /// Text from anywhere: accepted or refused with a code, never a panic, and what is accepted is deployed.
    #[test]
    fn any_text_is_accepted_or_refused(
        key in "\\PC{0,20}|[a-z/.*]{1,20}",
        stack in "\\PC{0,12}|[a-zA-Z0-9-]{1,12}",
        file in "\\PC{0,12}|[a-z/.]{1,12}",
        action in "\\PC{0,12}|[a-z]{1,5}:[A-Z*]{1,5}",
        resource in "\\PC{0,12}|arn:[a-z:*]{1,12}|arn:\\$\\{AWS::[A-Za-z]{1,9}\\}",
        parameter in "\\PC{0,12}|[A-Za-z]{1,12}",
        repository in "\\PC{0,12}|[a-z]{1,5}/[a-z]{1,5}",
    ) {
        let world = crate::sample::world();
        let connection = Connection::github("arn:aws:codeconnections:us-east-1:111111111111:connection/a");
        let (pipeline, bundle) = Pipeline::from_artifact(crate::sample::orders(), Artifact::key(key));
        let pipeline = pipeline
            .built_by(CodeBuild::of(Repository::new(connection, repository)))
            .stack(Stack::named(stack).template(bundle.file(file)).parameter(parameter, "value"))
            .permissions(Permissions::new().allow([action], [resource]))
            .release(crate::sample::wave());
        let team = world.with(pipeline).build();
        match team.and_then(|team| Ok((synth(&team)?, team))) {
            Ok((assembly, team)) => {
                proven(&team, &assembly)?;
                deployed(assembly, &LocalCloud::in_memory()).map_err(TestCaseError::fail)?;
            }
            Err(mistakes) => prop_assert!(mistakes.iter().all(|mistake| mistake.code().contains("::"))),
        }
    }
}
