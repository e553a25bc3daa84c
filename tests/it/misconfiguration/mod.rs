//! Every class of mistake that is known: what is refused, where, and with which words. `docs/misconfigurations.md` is made of
//! these cases and of those that do not compile (`tests/ui`).

mod build;
mod catalogue;
mod deploy;
mod errors_page;
mod lints;
mod mends;
mod permissions;
mod pipeline;
mod places;
mod proved;
mod self_update;
mod world;

use pipeline_dsl::diagnostic::Diagnostics;
use pipeline_dsl::prelude::*;
use pipeline_dsl::proof::prove;
use pipeline_dsl::synth::synth;

use crate::sample;

/// A class of mistake.
pub(crate) struct Case {
    pub(crate) title: &'static str,
    /// What others do with it: the scripts of DESIGN section 2, the CDK, Terraform.
    pub(crate) others: [&'static str; 3],
    pub(crate) code: &'static str,
    /// What the message names of what the user wrote.
    pub(crate) named: &'static [&'static str],
    pub(crate) team: fn() -> Result<Team>,
    /// The same without the mistake, as its help says.
    pub(crate) mended: fn() -> Result<Team>,
}

/// Those that only synth can see.
pub(crate) fn at_synth() -> Vec<&'static Case> {
    let all = [
        world::CASES,
        pipeline::CASES,
        build::CASES,
        permissions::CASES,
        self_update::CASES,
    ];
    all.into_iter().flatten().collect()
}

pub(crate) fn mistakes(team: Result<Team>) -> Diagnostics {
    team.and_then(|team| synth(&team)).expect_err("the team is wrong")
}

/// All that is said of a team: by its checks, of its templates, and by the proof.
pub(crate) fn told(team: Result<Team>) -> Diagnostics {
    let synthesized = team.and_then(|team| Ok((synth(&team)?, team)));
    let (assembly, team) = match synthesized {
        Ok(both) => both,
        Err(found) => return found,
    };
    let proof = prove(&team, &assembly).unwrap();
    let mut told = team.warnings().clone();
    told.extend(assembly.warnings().clone());
    told.extend(proof.warnings());
    told.extend(proof.diagnostics());
    told
}

/// Exactly one mistake each, with its code, that names what the user wrote and points at it.
#[test]
fn each_is_one_mistake_at_its_place() {
    for case in at_synth() {
        let found = mistakes((case.team)());
        let codes: Vec<&str> = found.iter().map(|mistake| mistake.code()).collect();
        assert_eq!(codes, [case.code], "{}: {found}", case.title);
        let mistake = found.iter().next().unwrap();
        for name in case.named {
            assert!(mistake.message().contains(name), "{}: {mistake}", case.title);
        }
        assert!(
            !mistake.labels().is_empty(),
            "{}: {mistake} points nowhere",
            case.title
        );
    }
}

#[test]
fn a_team_that_is_right_is_accepted() {
    with(sample::world()).and_then(|team| synth(&team)).unwrap();
}

#[test]
fn production_with_approval_or_waiver_is_accepted() {
    let approved = Wave::named(sample::name("live"))
        .after_approval()
        .to(sample::prod());
    with(sample::world().environment(sample::prod()).wave(approved)).unwrap();
    let waived = sample::prod().unapproved("nobody depends on it");
    let wave = Wave::named(sample::name("live")).to(waived);
    with(sample::world().environment(waived).wave(wave)).unwrap();
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

/// Many developers, admitted one by one, do not fit into the bucket's policy; under an organization path any
/// number does.
#[test]
fn a_policy_that_grows_past_its_limit() {
    let world = || sample::world().developers((0..600).map(sample::developer));
    let found = mistakes(with(world()));
    let messages: Vec<&str> = found.iter().map(|mistake| mistake.message()).collect();
    let policy = "`BuildBucketPolicy` of stack `build`";
    assert!(messages.iter().any(|message| message.contains(policy)), "{found}");
    assert!(
        messages.iter().all(|message| message.contains("AWS allows")),
        "{found}"
    );
    let help = found.iter().next().unwrap().help_text().unwrap();
    assert!(help.contains("organization"), "{help}");
    let admitted = world().organization(OrganizationPath::new("o-abcdefghij/r-h123/"));
    with(admitted).and_then(|team| synth(&team)).unwrap();
}

/// The smallest pipeline, in this world.
pub(crate) fn with(world: World) -> Result<Team> {
    world.with(sample::pipeline()).build()
}

/// The smallest world, with this pipeline of its service, released to its wave.
pub(crate) fn of(pipeline: sample::ReadyPipeline) -> Result<Team> {
    sample::world().with(pipeline.release(sample::wave())).build()
}

/// A stack of the smallest pipeline.
pub(crate) fn of_stack(stack: fn(Stack) -> Stack) -> Result<Team> {
    let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
    let made = stack(Stack::named("orders").template(bundle.file("template.yaml")));
    of(pipeline.stack(made).permissions(sample::permissions()))
}

/// Permissions of the smallest pipeline.
pub(crate) fn of_permissions(permissions: Permissions) -> Result<Team> {
    let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
    let stack = Stack::named("orders").template(bundle.file("template.yaml"));
    of(pipeline.stack(stack).permissions(permissions))
}

/// A build of the smallest pipeline.
pub(crate) fn of_build(build: fn(CodeBuild) -> CodeBuild) -> Result<Team> {
    let repository = Repository::new(github(), "acme/orders");
    of(sample::pipeline_of(sample::orders()).built_by(build(CodeBuild::of(repository))))
}

/// The connection of the first developer.
pub(crate) fn own_github() -> Connection {
    Connection::github("arn:aws:codeconnections:us-east-1:500000000001:connection/a")
}

pub(crate) fn github() -> Connection {
    Connection::github("arn:aws:codeconnections:us-east-1:111111111111:connection/a")
}
