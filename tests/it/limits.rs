//! What bites at a hundred services: met at synth with its number, or designed away.

use std::sync::Arc;
use std::time::Duration;

use pipeline_dsl::deploy::{Access, Aws, Options, deploy};
use pipeline_dsl::local::LocalCloud;
use pipeline_dsl::prelude::*;
use pipeline_dsl::synth::synth;

use crate::sample::{self, name};

/// A developer who holds back services with so many artifacts each.
fn held(services: usize, artifacts: usize, key: impl Fn(usize, usize) -> String) -> Result<Team> {
    let mut world = World::new(
        TeamName::new("acme"),
        BuildAccount::new(sample::account("111111111111"), Region::UsEast1),
    )
    .environment(sample::dev())
    .wave(sample::wave());
    let mut developer = sample::developer(1);
    let mut pipelines = Vec::new();
    for number in 0..services {
        let service = Service::new(name(&format!("s{number}")));
        world = world.service(service);
        developer = developer.hold(service);
        let (mut pipeline, bundle) = Pipeline::from_artifact(service, Artifact::key(key(number, 0)));
        for artifact in 1..artifacts {
            pipeline.source(Artifact::key(key(number, artifact)));
        }
        let stack = Stack::named(service.name().as_str()).template(bundle.file("template.yaml"));
        let pipeline = pipeline.stack(stack).permissions(sample::permissions());
        pipelines.push(pipeline.release(sample::wave()));
    }
    world.developers([developer]).with_all(pipelines).build()
}

/// More than a filter policy of SNS takes.
#[test]
fn a_developer_holds_more_artifacts_than_a_filter_policy_takes() {
    let team = held(4, 50, |service, artifact| format!("{service}/{artifact}.zip")).unwrap();
    let assembly = Arc::new(synth(&team).unwrap_or_else(|mistakes| panic!("{mistakes}")));
    let cloud = LocalCloud::in_memory();
    let caller = sample::account("111111111111");
    let aws = Arc::new(Aws::through(cloud.http_client(), caller, Access::AccountKeys));
    let options = Options {
        poll_interval: Duration::from_micros(100),
        ..Options::default()
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let deployed = runtime.block_on(deploy(assembly, aws, options, Arc::new(Silent)));
    let summary = deployed.unwrap();
    assert!(summary.is_success(), "{:?}", summary.failed);

    let function = cloud.resources().into_iter().find(|resource| {
        resource.account == "500000000001" && resource.resource_type == "AWS::Lambda::Function"
    });
    let function = cloud.function(&function.unwrap().arn.unwrap()).unwrap();
    let held = function.environment.get("HELD_KEYS").unwrap();
    assert_eq!(held.split(',').count(), 200);
}

struct Silent;

impl pipeline_dsl::deploy::Observer for Silent {
    fn observe(&self, _: &pipeline_dsl::deploy::Event<'_>) {}
}

#[test]
fn more_than_the_function_has_room_for_is_an_error_with_its_number() {
    let long =
        |service: usize, artifact: usize| format!("{service}/an-artifact-with-a-long-name-{artifact}.zip");
    let found = held(4, 25, long).and_then(|team| synth(&team)).unwrap_err();
    let messages: Vec<String> = found.iter().map(ToString::to_string).collect();
    let [message] = messages.as_slice() else {
        panic!("{messages:?}")
    };
    assert!(message.contains("100 artifacts"), "{message}");
    assert!(message.contains("room for 3496"), "{message}");
}

/// The roles of a program that deploys itself, the policies of buckets and keys, and pipelines: none grows with the services.
#[test]
fn a_hundred_services_meet_no_limit() {
    let services: Vec<Service> = (0..100)
        .map(|number| Service::new(name(&format!("a-rather-long-name-{number}"))))
        .collect();
    let github =
        Connection::github("arn:aws:codeconnections:us-east-1:111111111111:connection/0a1b2c3d-build");
    let world = World::new(
        TeamName::new("acme"),
        BuildAccount::new(sample::account("111111111111"), Region::UsEast1),
    )
    .organization(OrganizationPath::new("o-abcdefghij/r-h123/"))
    .environment(sample::dev())
    .wave(sample::wave())
    .developers((0..3).map(sample::developer))
    .updates_itself(Repository::new(github.clone(), "acme/delivery"));
    let world = services
        .iter()
        .fold(world, |world, service| world.service(*service));
    let pipelines = services.iter().map(|service| {
        sample::pipeline_of(*service)
            .built_by(CodeBuild::of(Repository::new(
                github.clone(),
                format!("acme/{}", service.name()),
            )))
            .release(sample::wave())
    });
    let team = world.with_all(pipelines).build().unwrap();
    let assembly = synth(&team).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    assert!(assembly.warnings().is_empty(), "{}", assembly.warnings());
}

/// Of EventBridge's rules a region of these has room for a hundred by default.
#[test]
fn more_than_an_account_has_by_default_is_a_warning() {
    let world = World::new(
        TeamName::new("acme"),
        BuildAccount::new(sample::account("111111111111"), Region::EuSouth1),
    )
    .environment(sample::dev())
    .wave(sample::wave());
    let services: Vec<Service> = (0..101)
        .map(|number| Service::new(name(&format!("s{number}"))))
        .collect();
    let world = services
        .iter()
        .fold(world, |world, service| world.service(*service));
    let pipelines = services
        .iter()
        .map(|service| sample::pipeline_of(*service).release(sample::wave()));
    let team = world.with_all(pipelines).build().unwrap();
    let assembly = synth(&team).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let warnings: Vec<String> = assembly.warnings().iter().map(ToString::to_string).collect();
    let [warning] = warnings.as_slice() else {
        panic!("{warnings:?}")
    };
    assert!(warning.contains("111111111111 in eu-south-1"), "{warning}");
    assert!(warning.contains("EventBridge rules"), "{warning}");
    assert!(
        warning.contains("room for 100") || warning.contains("the 100 that"),
        "{warning}"
    );
}
