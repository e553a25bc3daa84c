//! Teams that are wrong: each mistake has its code, and names what the user wrote.

use pipeline_dsl::diagnostic::Diagnostics;
use pipeline_dsl::prelude::*;
use pipeline_dsl::synth::synth;

use crate::sample::{self, account, name};

fn mistakes(team: Result<Team>) -> Diagnostics {
    team.and_then(|team| synth(&team)).expect_err("the team is wrong")
}

/// Exactly one mistake, with this code, that names all of these.
#[track_caller]
fn one(team: Result<Team>, code: &str, named: &[&str]) {
    let found = mistakes(team);
    let codes: Vec<&str> = found.iter().map(|mistake| mistake.code()).collect();
    assert_eq!(codes, [code], "{found}");
    let mistake = found.iter().next().unwrap();
    for name in named {
        assert!(mistake.message().contains(name), "{mistake}");
    }
    assert!(
        !mistake.labels().is_empty() || code == "synth::limit",
        "{mistake} points nowhere"
    );
}

fn with(world: World) -> Result<Team> {
    world.with(sample::pipeline()).build()
}

#[test]
fn a_team_that_is_right_is_accepted() {
    with(sample::world()).and_then(|team| synth(&team)).unwrap();
}

#[test]
fn a_developer_in_the_account_of_a_target() {
    let alice = Developer::new(name("alice"), account("222222222222"), Region::UsEast1);
    one(
        with(sample::world().developer(alice)),
        "team::shared-account",
        &["222222222222", "environment `dev`", "developer `alice`"],
    );
}

#[test]
fn a_developer_in_the_build_account() {
    let alice = Developer::new(name("alice"), account("111111111111"), Region::UsEast1);
    one(
        with(sample::world().developer(alice)),
        "team::shared-account",
        &["the build account"],
    );
}

#[test]
fn two_developers_in_one_account() {
    let bob = Developer::new(name("bob"), sample::developer(1).account(), Region::UsEast1);
    let world = sample::world().developer(sample::developer(1)).developer(bob);
    one(with(world), "team::shared-account", &["`dev-1`", "`bob`"]);
}

#[test]
fn two_environments_in_one_place() {
    let twin = Environment::standard(name("twin"), account("222222222222"), Region::UsEast1);
    one(
        with(sample::world().environment(twin)),
        "team::shared-place",
        &["`dev`", "`twin`"],
    );
}

#[test]
fn an_empty_wave() {
    one(
        with(sample::world().wave(Wave::named(name("empty")).to_all::<Standard>([]))),
        "team::empty-wave",
        &["`empty`"],
    );
}

#[test]
fn production_without_approval() {
    let wave = Wave::named(name("live")).to(sample::prod().any());
    let world = sample::world().environment(sample::prod()).wave(wave);
    one(with(world), "team::unapproved-production", &["`live`", "`prod`"]);
}

#[test]
fn production_with_approval_or_waiver_is_accepted() {
    let approved = Wave::named(name("live")).after_approval().to(sample::prod());
    with(sample::world().environment(sample::prod()).wave(approved)).unwrap();
    let waived = sample::prod().unapproved("nobody depends on it");
    with(
        sample::world()
            .environment(waived)
            .wave(Wave::named(name("live")).to(waived)),
    )
    .unwrap();
}

#[test]
fn two_services_of_one_name() {
    one(
        with(sample::world().service(sample::orders())),
        "team::duplicate-service",
        &["`orders`"],
    );
}

#[test]
fn two_pipelines_of_one_service() {
    let team = sample::world()
        .with(sample::pipeline())
        .with(sample::pipeline())
        .build();
    one(team, "team::duplicate-pipeline", &["`orders`"]);
}

#[test]
fn a_service_without_a_pipeline() {
    let world = sample::world().service(Service::new(name("billing")));
    one(with(world), "team::service-without-pipeline", &["`billing`"]);
}

#[test]
fn a_pipeline_of_an_undeclared_service() {
    let stray = sample::pipeline_of(Service::new(name("stray"))).release(sample::wave());
    let team = sample::world().with(sample::pipeline()).with(stray).build();
    one(team, "team::undeclared-service", &["`stray`"]);
}

#[test]
fn two_of_everything_are_all_reported() {
    let world = sample::world()
        .environment(sample::dev())
        .wave(sample::wave())
        .developers([sample::developer(1), sample::developer(1)]);
    let found = mistakes(with(world));
    let mut codes: Vec<&str> = found.iter().map(|mistake| mistake.code()).collect();
    codes.sort_unstable();
    assert_eq!(
        codes,
        [
            "team::duplicate-developer",
            "team::duplicate-environment",
            "team::duplicate-wave",
            "team::shared-account",
            "team::shared-place"
        ]
    );
}

#[test]
fn a_hold_of_an_undeclared_service() {
    let alice = sample::developer(1).hold(Service::new(name("stray")));
    one(
        with(sample::world().developer(alice)),
        "team::undeclared-service",
        &["`dev-1`", "`stray`"],
    );
}

#[test]
fn a_fork_that_nothing_builds() {
    let connection = Connection::github("arn:aws:codeconnections:us-east-1:500000000001:connection/a");
    let alice = sample::developer(1).fork(Fork::new(
        sample::orders(),
        repository_name!("alice/orders"),
        connection,
    ));
    one(
        with(sample::world().developer(alice)),
        "team::fork-without-build",
        &["`dev-1`", "`orders`"],
    );
}

#[test]
fn an_undeclared_wave() {
    let other = Wave::named(name("other")).to(sample::dev());
    let team = sample::world().with(sample::pipeline().release(other)).build();
    one(team, "team::undeclared-wave", &["`other`"]);
}

#[test]
fn a_wave_twice() {
    let team = sample::world()
        .with(sample::pipeline().release(sample::wave()))
        .build();
    one(team, "team::released-twice", &["`orders`", "`all`"]);
}

#[test]
fn an_environment_that_is_not_declared() {
    let wave = Wave::named(name("more")).after_approval().to(sample::prod());
    one(
        with(sample::world().wave(wave)),
        "team::undeclared-environment",
        &["`more`", "`prod`"],
    );
}

#[test]
fn a_region_without_codepipeline() {
    let far = Environment::standard(name("far"), account("333333333333"), Region::MxCentral1);
    one(
        with(sample::world().environment(far)),
        "team::no-codepipeline",
        &["`far`", "`mx-central-1`"],
    );
}

#[test]
fn an_account_of_another_partition() {
    let china = Environment::standard(name("china"), account("333333333333"), Region::CnNorth1);
    one(
        with(sample::world().environment(china)),
        "team::other-partition",
        &["`china`", "aws-cn"],
    );
}

#[test]
fn a_key_that_cannot_be() {
    let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("/orders*.zip"));
    let pipeline = pipeline
        .stack(Stack::named("orders").template(bundle.file("template.yaml")))
        .permissions(sample::permissions())
        .release(sample::wave());
    one(
        sample::world().with(pipeline).build(),
        "team::artifact-key",
        &["`/orders*.zip`"],
    );
}

#[test]
fn an_artifact_of_another_pipeline() {
    let billing = Service::new(name("billing"));
    let (_, foreign) = Pipeline::from_artifact(billing, Artifact::key("billing/billing.zip"));
    let pipeline = sample::pipeline_of(sample::orders())
        .stack(Stack::named("stolen").template(foreign.file("template.yaml")))
        .release(sample::wave());
    one(
        sample::world().with(pipeline).build(),
        "team::foreign-artifact",
        &["`stolen`", "`orders`"],
    );
}

#[test]
fn permissions_for_everything() {
    for (action, resource) in [
        ("*", "*"),
        ("s3:*", "*"),
        ("nonsense", "*"),
        ("s3:GetObject", "bucket"),
    ] {
        let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
        let pipeline = pipeline
            .stack(Stack::named("orders").template(bundle.file("template.yaml")))
            .permissions(Permissions::new().allow([action], [resource]))
            .release(sample::wave());
        let found = mistakes(sample::world().with(pipeline).build());
        assert_eq!(found.len(), 1, "{action} on {resource}: {found}");
    }
}

#[test]
fn roles_are_not_granted_by_actions_of_iam() {
    let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
    let pipeline = pipeline
        .stack(Stack::named("orders").template(bundle.file("template.yaml")))
        .permissions(Permissions::new().allow(["iam:CreateRole"], ["*"]))
        .release(sample::wave());
    one(
        sample::world().with(pipeline).build(),
        "team::iam-action",
        &["`iam:CreateRole`"],
    );
}

/// Many developers, admitted one by one, do not fit into the bucket's policy; under an organization path any
/// number does.
#[test]
fn a_policy_that_grows_past_its_limit() {
    let world = || sample::world().developers((0..600).map(sample::developer));
    let found = mistakes(with(world()));
    let messages: Vec<&str> = found.iter().map(|mistake| mistake.message()).collect();
    assert!(
        messages
            .iter()
            .any(|message| message.contains("`BuildBucketPolicy` of stack `build`")),
        "{found}"
    );
    assert!(
        messages.iter().all(|message| message.contains("AWS allows")),
        "{found}"
    );
    let help = found.iter().next().unwrap().help_text().unwrap();
    assert!(help.contains("organization"), "{help}");
    let admitted = world().organization(OrganizationPath::new("o-abcdefghij/r-h123/"));
    with(admitted).and_then(|team| synth(&team)).unwrap();
}

#[test]
fn more_parameters_than_an_action_takes() {
    let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
    let stack = Stack::named("orders").template(bundle.file("template.yaml"));
    let stack = (0..100).fold(stack, |stack, number| {
        stack.parameter(format!("Parameter{number}"), "value")
    });
    let pipeline = pipeline
        .stack(stack)
        .permissions(sample::permissions())
        .release(sample::wave());
    let team = sample::world().with(pipeline).build();
    one(team, "synth::limit", &["dev-orders-prepare", "1000"]);
}

#[test]
fn more_actions_than_a_stage_takes() {
    let environments: Vec<Environment<Standard>> = (0..51_u64)
        .map(|number| {
            let account = account(&format!("{:012}", 200_000_000_000 + number));
            Environment::standard(name(&format!("env-{number}")), account, Region::UsEast1)
        })
        .collect();
    let wave = Wave::named(name("wide")).to_all(environments.clone());
    let world = environments
        .into_iter()
        .fold(sample::world(), World::environment)
        .wave(wave.clone());
    let team = world
        .with(sample::pipeline_of(sample::orders()).release(wave))
        .build();
    one(team, "synth::limit", &["`wide`", "102"]);
}
