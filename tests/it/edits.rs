//! A deployed program that is edited: each edit is one deployment, and what production uses stays where it is.

use std::collections::BTreeSet;
use std::sync::Arc;

use pipeline_dsl::deploy::{Access, Aws, Event, Observer, Options, Plan, deploy, plan};
use pipeline_dsl::local::LocalCloud;
use pipeline_dsl::prelude::*;
use pipeline_dsl::rehearsal::{Rehearsal, Scenario, Twin};
use pipeline_dsl::synth::{Assembly, synth};

use crate::sample::{account, name};

struct Quiet;

impl Observer for Quiet {
    fn observe(&self, _: &Event<'_>) {}
}

/// An environment: its name, its account and its region.
type Place = (&'static str, &'static str, Region);

const DEV: Place = ("dev", "222222222222", Region::UsEast1);
const STAGE: Place = ("stage", "333333333333", Region::EuWest1);
const PROD: Place = ("prod", "333333333333", Region::UsWest2);

fn program(places: &[Place], services: &[&str]) -> Team {
    let environments: Vec<Environment> = places
        .iter()
        .map(|(called, id, region)| Environment::standard(name(called), account(id), *region).any())
        .collect();
    let wave = Wave::named(name("all"))
        .to_all(environments.iter().copied())
        .any();
    let build = BuildAccount::new(account("111111111111"), Region::UsEast1);
    let mut world = World::new(TeamName::new("acme"), build)
        .developer(crate::sample::developer(1))
        .wave(wave.clone());
    for environment in environments {
        world = world.environment(environment);
    }
    let services: Vec<Service> = services
        .iter()
        .map(|service| Service::new(name(service)))
        .collect();
    for service in &services {
        world = world.service(*service);
    }
    let pipelines = services
        .into_iter()
        .map(|service| crate::sample::pipeline_of(service).release(wave.clone()));
    world
        .with_all(pipelines)
        .build()
        .unwrap_or_else(|mistakes| panic!("{mistakes}"))
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

/// The roles of accounts that are deployed to, by ARN.
fn roles(cloud: &LocalCloud) -> BTreeSet<String> {
    let resources = cloud.resources().into_iter();
    let roles = resources.filter(|resource| {
        resource.resource_type == "AWS::IAM::Role" && resource.stack.starts_with("acme-target")
    });
    roles.filter_map(|role| role.arn).collect()
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
    assert_eq!(report.denied().count() + report.failed().count(), 0);
    assert!(report.arrivals.iter().all(|arrival| arrival.deployed.is_some()));
}

#[test]
fn no_edit_of_environments_moves_the_roles_of_an_account() {
    let before = [DEV, STAGE, PROD];
    let edits: [(&str, &[Place]); 9] = [
        (
            "renamed",
            &[("a-dev", "222222222222", Region::UsEast1), STAGE, PROD],
        ),
        (
            "another is the first of its account",
            &[DEV, ("zz-stage", "333333333333", Region::EuWest1), PROD],
        ),
        (
            "all renamed",
            &[
                ("one", "222222222222", Region::UsEast1),
                ("two", "333333333333", Region::EuWest1),
                ("three", "333333333333", Region::UsWest2),
            ],
        ),
        (
            "a canary in an account in use",
            &[DEV, STAGE, PROD, ("canary", "333333333333", Region::ApSoutheast1)],
        ),
        ("one removed", &[DEV, PROD]),
        ("the other removed", &[DEV, STAGE]),
        (
            "one moved to another region",
            &[DEV, ("stage", "333333333333", Region::EuCentral1), PROD],
        ),
        (
            "all moved",
            &[
                ("dev", "222222222222", Region::EuWest2),
                ("stage", "333333333333", Region::UsEast2),
                ("prod", "333333333333", Region::CaCentral1),
            ],
        ),
        (
            "one moved to another account",
            &[DEV, ("stage", "444444444444", Region::EuWest1), PROD],
        ),
    ];
    for (what, after) in edits {
        let cloud = LocalCloud::in_memory();
        deployed(&program(&before, &["orders", "billing"]), &cloud);
        let had = roles(&cloud);
        let edited = program(after, &["orders", "billing"]);
        let expected = planned(&Arc::new(synth(&edited).unwrap()), &cloud);
        let targets = expected
            .stacks
            .iter()
            .filter(|stack| stack.stack.as_str().ends_with("-target"));
        for target in targets {
            let new = !had.iter().any(|role| role.contains(&target.stack.as_str()[..12]));
            assert_eq!(
                target.action.as_str() == "create",
                new,
                "{what}: {}",
                target.stack
            );
        }
        assert!(
            expected
                .orphans
                .iter()
                .all(|orphan| !orphan.as_str().ends_with("-target")),
            "{what}: {:?}",
            expected.orphans
        );
        deployed(&edited, &cloud);
        assert!(had.is_subset(&roles(&cloud)), "{what}");
        delivers(&edited, &cloud, "orders");
        delivers(&edited, &cloud, "billing");
    }
}

#[test]
fn a_service_comes_and_the_others_stay() {
    let cloud = LocalCloud::in_memory();
    deployed(&program(&[DEV, PROD], &["orders"]), &cloud);
    let had = roles(&cloud);
    let both = program(&[DEV, PROD], &["orders", "billing"]);
    deployed(&both, &cloud);
    assert!(had.is_subset(&roles(&cloud)));
    delivers(&both, &cloud, "billing");
}
