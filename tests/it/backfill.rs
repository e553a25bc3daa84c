//! What a developer's account is filled with when the program changes: what is released, and nothing that the program has left.

use std::collections::BTreeMap;
use std::sync::Arc;

use pipeline_dsl::local::LocalCloud;
use pipeline_dsl::prelude::*;
use pipeline_dsl::rehearsal::{Currency, Outcome, Rehearsal, Report, Scenario, Script, Twin};
use pipeline_dsl::synth::synth;

use crate::properties::deployed;
use crate::sample::{self, name};

/// Each service with the key of its artifact. The developer holds the first, as long as there is one to hold.
fn team(services: &[(&str, &str)], held: Option<&str>) -> Team {
    let github =
        Connection::github("arn:aws:codeconnections:us-east-1:111111111111:connection/0a1b2c3d-build");
    let developer = sample::developer(1);
    let developer = match held {
        Some(service) => developer.hold(Service::new(name(service))),
        None => developer,
    };
    let build = BuildAccount::new(sample::account("111111111111"), Region::UsEast1);
    let mut world = World::new(TeamName::new("acme"), build)
        .environment(sample::dev())
        .wave(sample::wave())
        .developers([developer, sample::developer(2)]);
    for (service, _) in services {
        world = world.service(Service::new(name(service)));
    }
    let pipelines = services.iter().map(|(service, key)| {
        let built = CodeBuild::of(Repository::new(github.clone(), format!("acme/{service}")));
        let artifact = Artifact::key((*key).to_owned());
        let (pipeline, bundle) = Pipeline::from_artifact(Service::new(name(service)), artifact);
        pipeline
            .built_by(built)
            .stack(Stack::named((*service).to_owned()).template(bundle.file("template.yaml")))
            .permissions(sample::permissions())
            .release(sample::wave())
    });
    let pipelines: Vec<_> = pipelines.collect();
    world.with_all(pipelines).build().unwrap()
}

const ORDERS: (&str, &str) = ("orders", "orders/orders.zip");
const BILLING: (&str, &str) = ("billing", "billing/billing.zip");

/// Deploys, and the subscribers do what their stacks ask.
fn deploy_and_fill(team: &Team, cloud: &LocalCloud) -> Report {
    deployed(synth(team).unwrap(), cloud).unwrap();
    let requests = cloud.take_custom_requests();
    let mut rehearsal = Rehearsal::of(team, cloud, Arc::new(Twin), &()).unwrap();
    rehearsal.backfill(&requests);
    rehearsal.perform_script(&Script::default(), &[])
}

/// How many artifacts came to whom.
fn brought(report: &Report) -> Vec<(&str, usize)> {
    let mut brought: Vec<_> = report.brought().filter(|(_, artifacts)| *artifacts > 0).collect();
    brought.sort_unstable();
    brought
}

fn build(team: &Team, cloud: &LocalCloud, service: &str) -> Report {
    let rehearsal = Rehearsal::of(team, cloud, Arc::new(Twin), &()).unwrap();
    rehearsal.play(&Scenario::build(service)).unwrap()
}

/// What a developer's bucket of builds has.
fn here(cloud: &LocalCloud, developer: usize) -> Vec<String> {
    let account = format!("{:012}", 500_000_000_000 + developer);
    let buckets = cloud.resources().into_iter().filter(|each| {
        each.account == account
            && each.resource_type == "AWS::S3::Bucket"
            && !each.properties["NotificationConfiguration"].is_null()
    });
    buckets
        .flat_map(|bucket| cloud.keys(&bucket.physical_id))
        .collect()
}

fn stands(cloud: &LocalCloud, account: &str, stack: &str) -> bool {
    cloud
        .stacks()
        .iter()
        .any(|each| each.account == account && each.name == stack)
}

#[test]
fn a_hold_that_goes_with_its_service_releases_nothing() {
    let cloud = LocalCloud::in_memory();
    let before = team(&[ORDERS, BILLING], Some("billing"));
    deploy_and_fill(&before, &cloud);
    build(&before, &cloud, "billing");
    assert_eq!(here(&cloud, 1), Vec::<String>::new());
    assert_eq!(here(&cloud, 2), ["billing/billing.zip"]);

    let report = deploy_and_fill(&team(&[ORDERS], None), &cloud);
    assert_eq!(brought(&report), [], "{:?}", report.steps);
    assert_eq!(here(&cloud, 1), Vec::<String>::new());
    // Until it is pruned the service is built, and whoever held it gets nothing of that either.
    let report = build(&before, &cloud, "billing");
    let stays = |account: &str| {
        let step = report
            .steps
            .iter()
            .find(|step| step.account == account && step.what == "billing/billing.zip stays away");
        let step = step.unwrap_or_else(|| panic!("{:?}", report.steps));
        assert!(
            matches!(&step.outcome, Outcome::Kept(why) if why == "the program does not have it any more"),
            "{step:?}"
        );
    };
    stays("500000000001");
    stays("500000000002");
    assert_eq!(here(&cloud, 1), Vec::<String>::new());
    assert!(stands(&cloud, "222222222222", "billing"));
    assert!(stands(&cloud, "500000000002", "billing"));
    assert!(!stands(&cloud, "500000000001", "billing"));
}

#[test]
fn a_held_key_that_is_renamed_is_not_released() {
    let cloud = LocalCloud::in_memory();
    let before = team(&[ORDERS, BILLING], Some("billing"));
    deploy_and_fill(&before, &cloud);
    build(&before, &cloud, "billing");
    let after = team(&[ORDERS, ("billing", "billing/bundle.zip")], Some("billing"));
    let report = deploy_and_fill(&after, &cloud);
    assert_eq!(brought(&report), [], "{:?}", report.steps);
    build(&after, &cloud, "billing");
    assert_eq!(here(&cloud, 1), Vec::<String>::new());
    assert_eq!(here(&cloud, 2), ["billing/billing.zip", "billing/bundle.zip"]);
    // The end of the hold is about what there is now.
    deploy_and_fill(&team(&[ORDERS, ("billing", "billing/bundle.zip")], None), &cloud);
    assert_eq!(here(&cloud, 1), ["billing/bundle.zip"]);
    assert!(stands(&cloud, "500000000001", "billing"));
}

#[test]
fn the_end_of_a_hold_brings_upstream() {
    let cloud = LocalCloud::in_memory();
    let before = team(&[ORDERS, BILLING], Some("billing"));
    deploy_and_fill(&before, &cloud);
    build(&before, &cloud, "billing");
    let report = deploy_and_fill(&team(&[ORDERS, BILLING], None), &cloud);
    assert_eq!(brought(&report), [("dev-1", 1)]);
    assert_eq!(here(&cloud, 1), ["billing/billing.zip"]);
}

/// What was built while a function did not know of it yet comes with the stack that tells it.
#[test]
fn a_service_that_comes_is_brought_to_everybody_who_was_not_told() {
    let cloud = LocalCloud::in_memory();
    let before = team(&[ORDERS], Some("orders"));
    deploy_and_fill(&before, &cloud);
    let after = team(&[ORDERS, BILLING], Some("orders"));
    // Somebody has uploaded it while only the build account knew.
    let bucket = cloud.resources().into_iter().find(|each| {
        each.account == "111111111111"
            && each.resource_type == "AWS::S3::Bucket"
            && !each.properties["NotificationConfiguration"].is_null()
    });
    let bucket = bucket.unwrap().physical_id;
    cloud
        .put_object(&bucket, BILLING.1, b"uploaded".to_vec(), &BTreeMap::new())
        .unwrap();
    let rehearsal = Rehearsal::of(&before, &cloud, Arc::new(Twin), &()).unwrap();
    rehearsal.perform_script(&Script::default(), &[]);
    assert_eq!(here(&cloud, 2), Vec::<String>::new());
    let report = deploy_and_fill(&after, &cloud);
    assert_eq!(brought(&report), [("dev-1", 1), ("dev-2", 1)]);
    let report = build(&after, &cloud, "billing");
    let mut arrivals = report.arrivals.iter().filter(|each| each.artifact == BILLING.1);
    assert!(arrivals.all(|each| each.currency == Currency::Current));
}
