//! A team that deploys itself: with the roles that its own templates make, and only while those can.

use std::sync::Arc;
use std::time::Duration;

use pipeline_dsl::cloudformation::ResourceKind;
use pipeline_dsl::deploy::{
    Access as Reach, Aws, NameForAccount, Options, Outcome, Plan, PlannedAction, Summary, deploy, plan,
};
use pipeline_dsl::local::{Authorizer, LocalCloud};
use pipeline_dsl::model::Provider;
use pipeline_dsl::policy::Request;
use pipeline_dsl::prelude::*;
use pipeline_dsl::proof::{Access, Standing, Verdict, prove};
use pipeline_dsl::synth::{Assembly, synth};

use crate::cli::program;
use crate::sample::{self, account, name};

type Program = fn() -> Result<Team>;

fn connection(id: &str) -> Connection {
    let arn = format!("arn:aws:codeconnections:us-east-1:111111111111:connection/{id}");
    Connection::parse(Provider::GitHub, arn).unwrap()
}

fn repository() -> Repository {
    Repository::new(connection("one"), "acme/delivery")
}

fn world(developers: usize) -> World {
    sample::world().developers((0..developers).map(sample::developer))
}

fn built(connection: Connection, minutes: u32) -> Pipeline<Releasing> {
    let build = CodeBuild::of(Repository::new(connection, "acme/orders")).timeout_minutes(minutes);
    sample::pipeline_of(sample::orders())
        .built_by(build)
        .release(sample::wave())
}

fn first() -> Result<Team> {
    let world = world(2).updates_itself(repository());
    world.with(built(connection("one"), 60)).build()
}

/// Nobody may do anything that they may not do already.
fn slower() -> Result<Team> {
    let world = world(2).updates_itself(repository());
    world.with(built(connection("one"), 90)).build()
}

/// A service more, with everything that belongs to it in every account.
fn larger() -> Result<Team> {
    let billing = Service::new(name("billing"));
    let world = world(2).service(billing).updates_itself(repository());
    world
        .with(built(connection("one"), 61))
        .with(sample::pipeline_of(billing).release(sample::wave()))
        .build()
}

fn another_developer() -> Result<Team> {
    let world = world(3).updates_itself(repository());
    world.with(built(connection("one"), 60)).build()
}

/// Builds through a connection that the pipeline's role does not know.
fn another_connection() -> Result<Team> {
    let world = world(2).updates_itself(repository());
    world.with(built(connection("two"), 60)).build()
}

fn by_hand() -> Result<Team> {
    world(2).with(built(connection("one"), 60)).build()
}

fn assembled(team: &Team) -> Arc<Assembly> {
    Arc::new(synth(team).unwrap_or_else(|mistakes| panic!("{mistakes}")))
}

fn options() -> Options {
    Options {
        poll_interval: Duration::from_micros(100),
        ..Options::default()
    }
}

/// The policies that stood there when it was made.
#[derive(Debug)]
struct Policies(Access);

impl Authorizer for Policies {
    fn authorize(&self, request: &Request) -> std::result::Result<(), String> {
        match self.0.decide(request).verdict {
            Verdict::Allowed => Ok(()),
            Verdict::Denied => Err(format!(
                "{:?} may not {} on {}",
                request.requester, request.action, request.resource
            )),
        }
    }
}

fn enforce(team: &Team, cloud: &LocalCloud) {
    let standing = cloud.resources().into_iter().map(|resource| Standing {
        account: resource.account.parse().unwrap(),
        region: resource.region.parse().unwrap(),
        service: None,
        stack: resource.stack,
        logical_id: resource.logical_id,
        resource_type: ResourceKind::named(&resource.resource_type).unwrap(),
        physical_id: resource.physical_id,
        arn: resource.arn,
        properties: resource.properties,
    });
    let policies = Policies(Access::of(team, standing).unwrap());
    cloud.set_authorizer(Some(Arc::new(policies)));
}

/// From an account that is nobody's, each account by the role of the pipeline's project for it.
fn through_roles(cloud: &LocalCloud, project: &str, role: &str) -> Arc<Aws> {
    let names = [
        format!("111111111111=acme/self-update/acme-self-update-{project}"),
        format!("acme/{role}/acme-{role}"),
    ];
    let names = names.iter().map(|name| name.parse::<NameForAccount>().unwrap());
    let reach = Reach::Role(names.collect());
    Arc::new(Aws::through(cloud.http_client(), account("999999999999"), reach))
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().unwrap().block_on(work)
}

struct Quiet;

impl pipeline_dsl::deploy::Observer for Quiet {
    fn observe(&self, _: &pipeline_dsl::deploy::Event<'_>) {}
}

fn deployed(assembly: &Arc<Assembly>, aws: Arc<Aws>) -> Summary {
    run(deploy(Arc::clone(assembly), aws, options(), Arc::new(Quiet))).unwrap()
}

fn planned(assembly: &Arc<Assembly>, aws: Arc<Aws>) -> Plan {
    run(plan(Arc::clone(assembly), aws, options(), Arc::new(Quiet))).unwrap()
}

/// The cloud with the first program in it, deployed by a person; from then on, policies decide.
fn standing() -> LocalCloud {
    let cloud = LocalCloud::in_memory();
    let team = first().unwrap();
    let aws = Aws::through(cloud.http_client(), account("111111111111"), Reach::AccountKeys);
    let summary = deployed(&assembled(&team), Arc::new(aws));
    assert!(summary.is_success(), "{:?}", summary.failed);
    enforce(&team, &cloud);
    cloud
}

#[test]
fn what_it_needs_is_proved() {
    for team in [first(), larger(), another_developer(), another_connection()] {
        let team = team.unwrap();
        let proof = prove(&team, &assembled(&team)).unwrap();
        assert!(proof.holds(), "{}", proof.diagnostics());
        assert_eq!(proof.findings, []);
    }
}

#[test]
fn it_deploys_with_its_own_roles() {
    let cloud = standing();
    let change = assembled(&larger().unwrap());
    let summary = deployed(&change, through_roles(&cloud, "deploy", "update"));
    assert!(summary.is_success(), "{:?}", summary.failed);
    assert!(summary.count(Outcome::Created) >= 3);
    assert!(summary.count(Outcome::Updated) >= 1);
    // And again there is nothing to do.
    let summary = deployed(&change, through_roles(&cloud, "deploy", "update"));
    assert_eq!(summary.count(Outcome::Unchanged), change.stacks().len());
}

#[test]
fn who_plans_looks_at_everything_and_changes_nothing() {
    let cloud = standing();
    let change = assembled(&larger().unwrap());
    let looked = planned(&change, through_roles(&cloud, "plan", "plan"));
    assert!(!looked.is_blocked(), "{looked:?}");
    assert!(looked.unsearched.is_empty(), "{looked:?}");
    assert!(looked.security_changes().next().is_some());
    let summary = deployed(&change, through_roles(&cloud, "plan", "plan"));
    assert_eq!(
        summary.count(Outcome::Created) + summary.count(Outcome::Updated),
        0
    );
    let failure = format!("{:?}", summary.failed.first().unwrap());
    assert!(failure.contains("AccessDenied"), "{failure}");
}

/// The pipeline's projects do not reach an account before somebody has deployed it; nobody else waits for that.
#[test]
fn a_new_account_is_somebodys_first_deployment() {
    let cloud = standing();
    let change = assembled(&another_developer().unwrap());
    let looked = planned(&change, through_roles(&cloud, "plan", "plan"));
    let blocked = looked
        .stacks
        .iter()
        .filter(|plan| matches!(plan.action, PlannedAction::Blocked(_)));
    assert!(blocked.clone().count() > 0);
    for plan in blocked {
        assert!(plan.stack.as_str().starts_with("500000000002/"), "{plan:?}");
    }
    let summary = deployed(&change, through_roles(&cloud, "deploy", "update"));
    assert!(!summary.is_success());
    for failure in &summary.failed {
        assert!(failure.stack.as_str().starts_with("500000000002/"), "{failure:?}");
    }
}

#[test]
fn a_plan_tells_the_pipeline_whether_somebody_has_to_be_asked() {
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("plan.env");
    let path = file.display().to_string();
    let arguments = ["plan", "--local", "--variables", &path];
    let told = |team: Program| {
        drop(std::fs::remove_file(&file));
        let (code, _, error) = program(out.path(), &arguments, team);
        (code, std::fs::read_to_string(&file).unwrap_or_default(), error)
    };
    let (code, variables, error) = told(first);
    assert_eq!(
        (code, variables.as_str()),
        (2, "SECURITY_CHANGES=yes\n"),
        "{error}"
    );
    let (code, _, error) = program(out.path(), &["deploy", "--local"], first);
    assert_eq!(code, 0, "{error}");
    let (code, variables, error) = told(first);
    assert_eq!(
        (code, variables.as_str()),
        (0, "SECURITY_CHANGES=no\n"),
        "{error}"
    );
    let (code, variables, error) = told(slower);
    assert_eq!(
        (code, variables.as_str()),
        (2, "SECURITY_CHANGES=no\n"),
        "{error}"
    );
    let (code, variables, error) = told(larger);
    assert_eq!(
        (code, variables.as_str()),
        (2, "SECURITY_CHANGES=yes\n"),
        "{error}"
    );
}

#[test]
fn a_change_that_the_pipeline_could_not_deploy_is_refused() {
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("plan.env");
    let path = file.display().to_string();
    let (code, _, error) = program(out.path(), &["deploy", "--local"], first);
    assert_eq!(code, 0, "{error}");
    let plan = ["plan", "--local", "--variables", &path];
    let mut told = Vec::new();
    let cases: [(&str, Program); 2] = [("another connection", another_connection), ("no update", by_hand)];
    for (title, team) in cases {
        let (code, _, error) = program(out.path(), &plan, team);
        assert_eq!(code, 1, "{error}");
        assert!(!file.exists(), "{title} must not go on");
        let start = error.find("refused:").unwrap();
        told.push(format!("{title}\n{}", &error[start..]));
    }
    let (code, _, error) = program(out.path(), &plan, another_developer);
    assert_eq!(code, 2, "{error}");
    told.push(format!(
        "another developer\n{}",
        &error[error.find("note:").unwrap()..]
    ));
    insta::assert_snapshot!("refused", told.join("\n"));
    let (_, output, _) = program(out.path(), &["plan", "--local", "--json"], by_hand);
    let output: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(output["refused"].as_array().unwrap().len(), 1);
    // Somebody who deploys it themselves is not held up, and then the pipeline can.
    let (code, _, error) = program(out.path(), &["deploy", "--local"], another_connection);
    assert_eq!(code, 0, "{error}");
    let (code, _, error) = program(out.path(), &plan, another_connection);
    assert_eq!(code, 0, "{error}");
}

/// The roles' policies grow with names: those of the longest team in the longest partition still fit.
#[test]
fn the_longest_names_fit() {
    let region = Region::UsGovWest1;
    let arn = "arn:aws-us-gov:codeconnections:us-gov-west-1:111111111111:connection/0a1b2c3d-5e6f";
    let connection = Connection::parse(Provider::GitHub, arn).unwrap();
    let dev = Environment::standard(name("dev"), account("222222222222"), Region::UsGovEast1);
    let wave = Wave::named(name("all")).to(dev).any();
    let developer = Developer::new(name("dev-0"), account("500000000000"), region);
    let build = CodeBuild::of(Repository::new(connection.clone(), "acme/orders"));
    let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders/orders.zip"));
    let topics = "arn:${AWS::Partition}:sns:*:*:orders";
    let pipeline = pipeline
        .built_by(build)
        .stack(Stack::named("orders").template(bundle.file("template.yaml")))
        .permissions(Permissions::new().allow(["sns:CreateTopic"], [topics]))
        .release(wave.clone());
    let home = BuildAccount::new(account("111111111111"), region);
    let team = World::new(TeamName::new("twenty-letters-longg"), home)
        .environment(dev)
        .wave(wave)
        .service(sample::orders())
        .developer(developer)
        .updates_itself(Repository::new(connection, "acme/delivery"))
        .with(pipeline)
        .build()
        .unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let assembly = assembled(&team);
    assert!(prove(&team, &assembly).unwrap().holds());
}
