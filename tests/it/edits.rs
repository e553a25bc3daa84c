//! A deployed program that is edited: each edit is one deployment, and nothing that is used goes or moves.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use pipeline_dsl::deploy::{Access, Aws, ChangeKind, Event, Observer, Options, Plan, deploy, plan};
use pipeline_dsl::local::{LocalCloud, ResourceView};
use pipeline_dsl::prelude::*;
use pipeline_dsl::rehearsal::{Rehearsal, Scenario, Twin};
use pipeline_dsl::synth::{Assembly, synth};
use proptest::prelude::*;

use crate::sample::{account, name};

struct Quiet;

impl Observer for Quiet {
    fn observe(&self, _: &Event<'_>) {}
}

/// An environment or a developer: the name, the account and the region.
type Place = (&'static str, &'static str, Region);

const DEV: Place = ("dev", "222222222222", Region::UsEast1);
const STAGE: Place = ("stage", "333333333333", Region::EuWest1);
const PROD: Place = ("prod", "333333333333", Region::UsWest2);
const ALICE: Place = ("alice", "555555555555", Region::UsEast1);
const BOB: Place = ("bob", "666666666666", Region::EuWest1);

#[derive(Debug, Clone)]
struct Program {
    environments: Vec<Place>,
    services: Vec<&'static str>,
    developers: Vec<Place>,
    details: Details,
}

/// What else a program says, or does not.
#[derive(Debug, Clone, Copy, Default)]
struct Details {
    /// By CodeBuild, in so many minutes.
    built: Option<u32>,
    /// What each developer does with the first service.
    first: First,
    organization: bool,
    approval: bool,
    grants_more: bool,
    updates_itself: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
enum First {
    #[default]
    Followed,
    Held,
    Forked,
}

impl Program {
    fn of(environments: &[Place], services: &[&'static str], developers: &[Place]) -> Self {
        Self {
            environments: environments.to_vec(),
            services: services.to_vec(),
            developers: developers.to_vec(),
            details: Details::default(),
        }
    }

    fn team(&self) -> Team {
        let environments: Vec<Environment> = self
            .environments
            .iter()
            .map(|(called, id, region)| Environment::standard(name(called), account(id), *region).any())
            .collect();
        let details = self.details;
        let wave = Wave::named(name("all"));
        let environments_of_wave = environments.iter().copied();
        let wave = if details.approval {
            wave.after_approval().to_all(environments_of_wave).any()
        } else {
            wave.to_all(environments_of_wave).any()
        };
        let build = BuildAccount::new(account("111111111111"), Region::UsEast1);
        let mut world = World::new(TeamName::new("acme"), build).wave(wave.clone());
        if details.organization {
            world = world.organization(OrganizationPath::new("o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"));
        }
        let connection = |id: &str, region: Region| {
            Connection::github(leaked(format!(
                "arn:aws:codeconnections:{region}:{id}:connection/0a1b2c3d"
            )))
        };
        let repository = |service: &str| {
            let connection = connection("111111111111", Region::UsEast1);
            Repository::new(connection, format!("acme/{service}"))
        };
        if details.updates_itself {
            world = world.updates_itself(repository("delivery"));
        }
        let first = Service::new(name(self.services[0]));
        for (called, id, region) in &self.developers {
            let developer = Developer::new(name(called), account(id), *region);
            let forked = || {
                let own = RepositoryName::new(leaked(format!("{called}/{}", first.name())));
                Fork::new(first, own, connection(id, *region))
            };
            world = world.developer(match details.first {
                First::Followed => developer,
                First::Held => developer.hold(first),
                First::Forked if details.built.is_some() => developer.fork(forked()),
                First::Forked => developer,
            });
        }
        for environment in environments {
            world = world.environment(environment);
        }
        let services: Vec<Service> = self
            .services
            .iter()
            .map(|service| Service::new(name(service)))
            .collect();
        for service in &services {
            world = world.service(*service);
        }
        let pipelines = services.into_iter().map(|service| {
            let called = service.name();
            let key = Artifact::key(format!("{called}/{called}.zip"));
            let (mut pipeline, bundle) = Pipeline::from_artifact(service, key);
            if let Some(minutes) = details.built {
                let repository = repository(service.name().as_str());
                pipeline = pipeline.built_by(CodeBuild::of(repository).timeout_minutes(minutes));
            }
            let mut permissions = crate::sample::permissions();
            if details.grants_more {
                permissions = permissions.allow(["sns:DeleteTopic"], ["arn:aws:sns:*:*:orders"]);
            }
            pipeline
                .stack(Stack::named(called.as_str()).template(bundle.file("template.yaml")))
                .permissions(permissions)
                .release(wave.clone())
        });
        world
            .with_all(pipelines)
            .build()
            .unwrap_or_else(|mistakes| panic!("{mistakes}"))
    }
}

/// What declarations hold is there for as long as the program.
fn leaked(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

fn aws(cloud: &LocalCloud) -> Arc<Aws> {
    let caller = account("111111111111");
    Arc::new(Aws::through(cloud.http_client(), caller, Access::AccountKeys))
}

fn options() -> Options {
    Options {
        poll_interval: std::time::Duration::from_micros(100),
        ..Options::default()
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().unwrap().block_on(future)
}

fn planned(assembly: &Arc<Assembly>, cloud: &LocalCloud) -> Plan {
    block_on(plan(Arc::clone(assembly), aws(cloud), options(), Arc::new(Quiet))).unwrap()
}

fn deployed(team: &Team, cloud: &LocalCloud) {
    let assembly = Arc::new(synth(team).unwrap());
    let summary = block_on(deploy(
        Arc::clone(&assembly),
        aws(cloud),
        options(),
        Arc::new(Quiet),
    ))
    .unwrap();
    assert!(summary.is_success(), "{:?} {:?}", summary.failed, summary.skipped);
    let after = planned(&assembly, cloud);
    let changed = after
        .stacks
        .iter()
        .filter(|stack| stack.action.as_str() != "nothing");
    assert_eq!(changed.count(), 0);
}

/// The stacks that stand.
fn stacks(cloud: &LocalCloud) -> BTreeSet<String> {
    let stacks = cloud.resources().into_iter();
    stacks
        .map(|each| format!("{}/{}/{}", each.account, each.region, each.stack))
        .collect()
}

/// Everything that stands and that others use by its name.
fn used(cloud: &LocalCloud) -> BTreeSet<String> {
    let types = [
        "AWS::CodePipeline::Pipeline",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Role",
        "AWS::KMS::Key",
        "AWS::Lambda::Function",
        "AWS::S3::Bucket",
        "AWS::SNS::Subscription",
    ];
    let resources = cloud.resources().into_iter();
    let resources = resources.filter(|resource| types.contains(&resource.resource_type.as_str()));
    resources
        .map(|each| format!("{}/{} {}", each.account, each.region, each.physical_id))
        .collect()
}

/// A build goes through every pipeline, with the policies that are deployed.
#[track_caller]
fn delivers(team: &Team, cloud: &LocalCloud, service: &str) {
    let scenario = Scenario {
        approve: true,
        ..Scenario::build(service)
    };
    let rehearsal = Rehearsal::of(team, cloud, Arc::new(Twin), &()).unwrap();
    let report = rehearsal.play(&scenario).unwrap();
    // The subscriber of a developer who has left is told until it is pruned, and may read nothing any more.
    let assembly = synth(team).unwrap();
    let accounts: BTreeSet<&str> = assembly
        .stacks()
        .iter()
        .map(|stack| stack.account.as_str())
        .collect();
    let refused = report.denied().chain(report.failed());
    let refused = refused.filter(|step| accounts.contains(step.account.as_str()));
    assert_eq!(refused.count(), 0);
    for place in assembly
        .stacks()
        .iter()
        .filter_map(|stack| stack.developer)
        .map(|name| name.to_string())
        .chain(["build account".to_owned()])
    {
        let mut arrived = report.arrivals.iter().filter(|arrival| arrival.place == place);
        assert!(
            arrived.any(|arrival| arrival.deployed.is_some()),
            "{place}: {:?}",
            report.arrivals
        );
    }
}

/// What becomes of each resource of each stack that the program names.
type Changes = BTreeMap<(String, String), &'static str>;

/// As the plan says.
fn predicted(plan: &Plan) -> Changes {
    let stacks = plan.stacks.iter();
    let changes = stacks.flat_map(|stack| stack.changes.iter().map(move |change| (stack, change)));
    let told = changes.filter_map(|(stack, change)| {
        let what = match change.action {
            ChangeKind::Add => "add",
            // What a stack keeps of its own cannot be seen of a resource.
            ChangeKind::Modify if change.properties == ["DeletionPolicy"] => return None,
            ChangeKind::Modify => "modify",
            ChangeKind::Replace | ChangeKind::MayReplace => "replace",
            ChangeKind::Remove | ChangeKind::Retain => "gone",
        };
        Some(((stack.stack.to_string(), change.resource.clone()), what))
    });
    told.collect()
}

/// As the cloud shows it.
fn happened(before: &[ResourceView], after: &[ResourceView], named: &BTreeSet<&str>) -> Changes {
    let by_name = |resources: &[ResourceView]| -> BTreeMap<(String, String), ResourceView> {
        let key = |each: &ResourceView| {
            let stack = format!("{}/{}/{}", each.account, each.region, each.stack);
            (stack, each.logical_id.clone())
        };
        let known = resources.iter().map(|each| (key(each), each.clone()));
        known
            .filter(|((stack, _), _)| named.contains(stack.as_str()))
            .collect()
    };
    let (before, after) = (by_name(before), by_name(after));
    let mut changes = Changes::new();
    for (key, now) in &after {
        let what = match before.get(key) {
            None => "add",
            Some(earlier) if earlier.physical_id != now.physical_id => "replace",
            Some(earlier) if earlier.properties != now.properties => "modify",
            Some(_) => continue,
        };
        changes.insert(key.clone(), what);
    }
    let gone = before.keys().filter(|key| !after.contains_key(*key));
    changes.extend(gone.map(|key| (key.clone(), "gone")));
    changes
}

/// The edit is one deployment, `plan` has said what it does, nothing goes, and everything delivers.
fn edit(before: &Program, after: &Program) {
    let cloud = LocalCloud::in_memory();
    deployed(&before.team(), &cloud);
    let had = used(&cloud);
    let team = after.team();
    deployed_as_planned(&team, &cloud);
    let gone: Vec<String> = had.difference(&used(&cloud)).cloned().collect();
    assert_eq!(gone, Vec::<String>::new());
    for service in &after.services {
        delivers(&team, &cloud, service);
    }
}

/// Deploys, and all that happens is what `plan` has said.
fn deployed_as_planned(team: &Team, cloud: &LocalCloud) {
    let stood = stacks(cloud);
    let assembly = Arc::new(synth(team).unwrap());
    let expected = planned(&assembly, cloud);
    for stack in &expected.stacks {
        let is_new = !stood.contains(stack.stack.as_str());
        assert_eq!(stack.action.as_str() == "create", is_new, "{}", stack.stack);
        assert_ne!(stack.action.as_str(), "replace", "{}", stack.stack);
    }
    let named: BTreeSet<&str> = assembly.stacks().iter().map(|stack| stack.id.as_str()).collect();
    let orphans: BTreeSet<&str> = expected
        .orphans
        .iter()
        .map(|orphan| orphan.stack.as_str())
        .collect();
    let left: BTreeSet<&str> = stood
        .iter()
        .map(String::as_str)
        .filter(|stack| !named.contains(stack))
        .collect();
    assert_eq!(orphans, left);
    let earlier = cloud.resources();
    deployed(team, cloud);
    let happened = happened(&earlier, &cloud.resources(), &named);
    let predicted = predicted(&expected);
    let only = |some: &Changes, others: &Changes| -> Changes {
        let only = some.iter().filter(|(key, what)| others.get(*key) != Some(what));
        only.map(|(key, what)| (key.clone(), *what)).collect()
    };
    let none = (Changes::new(), Changes::new());
    let differing = (only(&predicted, &happened), only(&happened, &predicted));
    assert_eq!(differing, none, "predicted alone, and happened alone");
}

const SERVICES: [&str; 2] = ["orders", "billing"];

fn environments_edited(after: &[Place]) {
    let developers = [ALICE, BOB];
    let before = Program::of(&[DEV, STAGE, PROD], &SERVICES, &developers);
    edit(&before, &Program::of(after, &SERVICES, &developers));
}

#[test]
fn an_environment_is_renamed() {
    environments_edited(&[("a-dev", "222222222222", Region::UsEast1), STAGE, PROD]);
    environments_edited(&[DEV, ("zz-stage", "333333333333", Region::EuWest1), PROD]);
    environments_edited(&[
        ("one", "222222222222", Region::UsEast1),
        ("two", "333333333333", Region::EuWest1),
        ("three", "333333333333", Region::UsWest2),
    ]);
}

#[test]
fn an_environment_is_added_to_an_account_in_use() {
    environments_edited(&[DEV, STAGE, PROD, ("canary", "333333333333", Region::ApSoutheast1)]);
}

#[test]
fn an_environment_is_removed() {
    environments_edited(&[DEV, PROD]);
    environments_edited(&[DEV, STAGE]);
    environments_edited(&[STAGE]);
}

#[test]
fn an_environment_moves() {
    environments_edited(&[DEV, ("stage", "333333333333", Region::EuCentral1), PROD]);
    environments_edited(&[
        ("dev", "222222222222", Region::EuWest2),
        ("stage", "333333333333", Region::UsEast2),
        ("prod", "333333333333", Region::CaCentral1),
    ]);
    environments_edited(&[DEV, ("stage", "444444444444", Region::EuWest1), PROD]);
}

fn developers_edited(after: &[Place]) {
    let before = Program::of(&[DEV], &SERVICES, &[ALICE, BOB]);
    edit(&before, &Program::of(&[DEV], &SERVICES, after));
}

#[test]
fn a_developer_moves() {
    developers_edited(&[("alice", "555555555555", Region::EuWest1), BOB]);
    developers_edited(&[
        ("alice", "555555555555", Region::ApSoutheast1),
        ("bob", "666666666666", Region::UsEast1),
    ]);
    developers_edited(&[ALICE, ("bob", "777777777777", Region::EuWest1)]);
}

#[test]
fn a_developer_comes_leaves_and_is_renamed() {
    developers_edited(&[ALICE, BOB, ("carol", "777777777777", Region::UsWest2)]);
    developers_edited(&[BOB]);
    developers_edited(&[("alexandra", "555555555555", Region::UsEast1), BOB]);
}

#[test]
fn a_service_comes_and_another_is_given_up() {
    let places = ([DEV, PROD], [ALICE, BOB]);
    let program = |services: &[&'static str]| Program::of(&places.0, services, &places.1);
    edit(&program(&["orders"]), &program(&["orders", "billing"]));
    edit(&program(&["orders", "billing"]), &program(&["billing"]));
    edit(&program(&["orders", "billing"]), &program(&["search"]));
}

#[test]
fn what_was_given_up_comes_back() {
    let whole = Program::of(&[DEV, STAGE, PROD], &SERVICES, &[ALICE, BOB]);
    let less = Program::of(&[PROD], &["orders"], &[BOB]);
    let cloud = LocalCloud::in_memory();
    for program in [&whole, &less, &whole] {
        deployed(&program.team(), &cloud);
    }
    delivers(&whole.team(), &cloud, "billing");
}

fn some<T: Clone + std::fmt::Debug + 'static>(all: &[T]) -> impl Strategy<Value = Vec<T>> {
    proptest::sample::subsequence(all.to_vec(), 1..=all.len())
}

fn program() -> impl Strategy<Value = Program> {
    let regions = proptest::sample::select(vec![Region::UsEast1, Region::EuWest1, Region::ApSoutheast1]);
    let regions = proptest::collection::vec(regions, 5);
    let environments = some(&[
        ("dev", "222222222222"),
        ("a-stage", "333333333333"),
        ("prod", "444444444444"),
    ]);
    let developers = some(&[("alice", "555555555555"), ("bob", "666666666666")]);
    (
        environments,
        some(&["orders", "billing", "search"]),
        developers,
        regions,
    )
        .prop_map(|(environments, services, developers, regions)| {
            let mut regions = regions.into_iter();
            let mut placed = |places: Vec<(&'static str, &'static str)>| -> Vec<Place> {
                let places = places.into_iter().zip(regions.by_ref());
                places
                    .map(|((called, account), region)| (called, account, region))
                    .collect()
            };
            Program {
                environments: placed(environments),
                developers: placed(developers),
                services,
                details: Details::default(),
            }
        })
}

fn detailed() -> impl Strategy<Value = Program> {
    let first = proptest::sample::select(vec![First::Followed, First::Held, First::Forked]);
    let built = proptest::option::weighted(0.7, proptest::sample::select(vec![20_u32, 40]));
    (program(), built, first, any::<[bool; 4]>()).prop_map(|(mut program, built, first, flags)| {
        let [organization, approval, grants_more, updates_itself] = flags;
        program.details = Details {
            built,
            first,
            organization,
            approval,
            grants_more,
            updates_itself,
        };
        program
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn any_edit_is_one_deployment(before in program(), after in program()) {
        edit(&before, &after);
    }

    #[test]
    fn what_is_planned_is_what_happens(programs in proptest::collection::vec(detailed(), 2..4)) {
        let cloud = LocalCloud::in_memory();
        for program in &programs {
            deployed_as_planned(&program.team(), &cloud);
        }
    }
}
