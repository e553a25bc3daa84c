//! Deployment by the real engine, through the real SDK, to the local cloud.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pipeline_dsl::deploy::{
    Access, Aws, Event, Observer, Options, Outcome, PerAccount, Selection, Summary, deploy,
};
use pipeline_dsl::local::LocalCloud;
use pipeline_dsl::prelude::*;
use pipeline_dsl::synth::{Assembly, StackId, synth};

use crate::sample;

/// What happened, in order.
#[derive(Default)]
struct Log(Mutex<Vec<(String, String)>>);

impl Observer for Log {
    fn observe(&self, event: &Event<'_>) {
        let (what, stack) = match event {
            Event::Started { stack } => ("started", stack),
            Event::Finished { stack, .. } => ("finished", stack),
            Event::Failed { stack, .. } => ("failed", stack),
            _ => return,
        };
        self.0.lock().unwrap().push((what.to_owned(), stack.to_string()));
    }
}

fn options() -> Options {
    Options {
        poll_interval: Duration::from_micros(100),
        ..Options::default()
    }
}

fn run(assembly: &Arc<Assembly>, cloud: &LocalCloud) -> (Summary, Vec<(String, String)>) {
    run_with(assembly, cloud, Access::AccountKeys)
}

fn run_with(
    assembly: &Arc<Assembly>,
    cloud: &LocalCloud,
    access: Access,
) -> (Summary, Vec<(String, String)>) {
    run_as(assembly, cloud, access, options())
}

fn run_as(
    assembly: &Arc<Assembly>,
    cloud: &LocalCloud,
    access: Access,
    options: Options,
) -> (Summary, Vec<(String, String)>) {
    let log = Arc::new(Log::default());
    let caller = sample::account("111111111111");
    let aws = Arc::new(Aws::through(cloud.http_client(), caller, access));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let deployed = deploy(
        Arc::clone(assembly),
        aws,
        options,
        Arc::clone(&log) as Arc<dyn Observer>,
    );
    let summary = runtime.block_on(deployed).unwrap();
    let log = log.0.lock().unwrap().clone();
    (summary, log)
}

fn assembly(team: Result<Team>) -> Arc<Assembly> {
    Arc::new(
        team.and_then(|team| synth(&team))
            .unwrap_or_else(|mistakes| panic!("{mistakes}")),
    )
}

#[track_caller]
fn succeeded(summary: &Summary) {
    assert!(summary.is_success(), "{:?} {:?}", summary.failed, summary.skipped);
}

#[test]
fn every_stack_once_and_after_what_it_needs() {
    let assembly = assembly(crate::team::team());
    let (summary, log) = run(&assembly, &LocalCloud::in_memory());
    succeeded(&summary);
    assert_eq!(summary.count(Outcome::Created), 29);
    let started: Vec<&String> = log
        .iter()
        .filter(|(what, _)| what == "started")
        .map(|(_, id)| id)
        .collect();
    assert_eq!(started.iter().collect::<BTreeSet<_>>().len(), started.len());
    let position = |what: &str, id: &StackId| {
        let entry = (what.to_owned(), id.to_string());
        log.iter().position(|each| *each == entry).unwrap()
    };
    for stack in assembly.stacks() {
        for needed in &stack.depends_on {
            assert!(position("finished", needed) < position("started", &stack.id));
        }
    }
}

#[test]
fn again_there_is_nothing_to_do_even_for_a_new_process() {
    let directory = tempfile::tempdir().unwrap();
    let assembly = assembly(crate::team::team());
    succeeded(&run(&assembly, &LocalCloud::open(directory.path()).unwrap()).0);
    let (summary, _) = run(&assembly, &LocalCloud::open(directory.path()).unwrap());
    succeeded(&summary);
    assert_eq!(summary.count(Outcome::Unchanged), 29);
}

fn with_developers(developers: usize) -> Arc<Assembly> {
    let world = sample::world().developers((0..developers).map(sample::developer));
    assembly(world.with(sample::pipeline()).build())
}

#[test]
fn a_further_developer_touches_only_what_is_theirs_and_the_shared_policies() {
    let cloud = LocalCloud::in_memory();
    succeeded(&run(&with_developers(2), &cloud).0);
    let (summary, _) = run(&with_developers(3), &cloud);
    succeeded(&summary);
    let touched: BTreeMap<String, Outcome> = summary
        .done
        .iter()
        .filter(|(_, outcome)| *outcome != Outcome::Unchanged)
        .map(|(stack, outcome)| (stack.to_string(), *outcome))
        .collect();
    let expected = [
        ("111111111111/us-east-1/acme-build", Outcome::Updated),
        ("500000000002/us-east-1/acme-developer", Outcome::Created),
        (
            "500000000002/us-east-1/acme-developer-service-orders",
            Outcome::Created,
        ),
    ];
    assert_eq!(
        touched,
        expected
            .map(|(stack, outcome)| (stack.to_owned(), outcome))
            .into()
    );
}

#[test]
fn a_hold_changes_only_the_stack_of_its_developer() {
    let cloud = LocalCloud::in_memory();
    let team = |held: bool| {
        let developer = if held {
            sample::developer(1).hold(sample::orders())
        } else {
            sample::developer(1)
        };
        assembly(
            sample::world()
                .developer(developer)
                .with(sample::pipeline())
                .build(),
        )
    };
    succeeded(&run(&team(false), &cloud).0);
    for held in [true, false] {
        let (summary, _) = run(&team(held), &cloud);
        succeeded(&summary);
        assert_eq!(summary.count(Outcome::Updated), 1, "{:?}", summary.done);
    }
}

/// A bucket name is taken by another team in another account: that stack fails with the reason, what needs it
/// is skipped, everything else is deployed; once the obstacle is gone, running again finishes the job.
#[test]
fn a_failure_stops_only_what_needs_it_and_running_again_finishes() {
    let cloud = LocalCloud::in_memory();
    let assembly = with_developers(2);
    let blocked = "500000000001/us-east-1/acme-developer";
    let obstacle = crate::local_cloud::Client::new(&cloud, "500000000001", "us-east-1");
    obstacle.create(
        "obstacle",
        r#"{"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "acme-dead-letters"}}}}"#,
    );
    let (summary, _) = run(&assembly, &cloud);
    assert_eq!(summary.failed.len(), 1);
    let failure = &summary.failed[0];
    assert_eq!(failure.stack.as_str(), blocked);
    let message = failure.error.to_string();
    assert!(
        message.contains("`DeadLetterQueue` (AWS::SQS::Queue) failed"),
        "{message}"
    );
    assert!(message.contains("already exists"), "{message}");
    let skipped: Vec<_> = summary
        .skipped
        .iter()
        .map(|(stack, because)| (stack.to_string(), because.to_string()))
        .collect();
    let service = "500000000001/us-east-1/acme-developer-service-orders".to_owned();
    assert_eq!(skipped, [(service, blocked.to_owned())]);
    assert_eq!(summary.done.len(), assembly.stacks().len() - 2);

    obstacle.delete("obstacle");
    let (summary, _) = run(&assembly, &cloud);
    succeeded(&summary);
    assert_eq!(summary.count(Outcome::Created), 2);
    assert_eq!(summary.count(Outcome::Unchanged), assembly.stacks().len() - 2);
}

#[test]
fn a_stack_of_somebody_else_is_not_touched() {
    let cloud = LocalCloud::in_memory();
    let other = crate::local_cloud::Client::new(&cloud, "111111111111", "us-east-1");
    other.create(
        "acme-build",
        r#"{"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {}}}}"#,
    );
    let (summary, _) = run(&with_developers(0), &cloud);
    let message = summary.failed[0].error.to_string();
    assert!(message.contains("not of team `acme`"), "{message}");
    assert_eq!(other.status("acme-build").as_deref(), Some("CREATE_COMPLETE"));
}

/// The build stack of a team with so many developers, whose places it remembers: its largest template.
fn build_stack(developers: usize) -> (Arc<Assembly>, usize) {
    let assembly = assembly(crate::fleet::fleet(developers, 1));
    let build = &assembly.stacks()[0];
    assert_eq!(build.stack_name, "fleet-build");
    let size = assembly.template(build).len();
    (assembly, size)
}

fn only_build() -> Options {
    Options {
        selection: Selection {
            only: vec!["fleet-build".to_owned()],
            ..Selection::default()
        },
        ..options()
    }
}

#[test]
fn a_template_that_fits_only_without_white_space_is_deployed() {
    let (assembly, size) = build_stack(1150);
    assert!(
        (51_201..60_000).contains(&size),
        "{size} bytes: this test needs another team"
    );
    let cloud = LocalCloud::in_memory();
    cloud.remember_calls();
    succeeded(&run_as(&assembly, &cloud, Access::AccountKeys, only_build()).0);
    assert!(cloud.calls().iter().all(|call| call.action != "PUT"));
}

/// Through a bucket of the team's, made when it is needed; with nothing to do, nothing is uploaded either.
#[test]
fn a_template_that_does_not_fit_goes_through_s3() {
    let (assembly, size) = build_stack(2500);
    assert!(size > 80_000, "{size} bytes: this test needs a larger team");
    let cloud = LocalCloud::in_memory();
    cloud.remember_calls();
    succeeded(&run_as(&assembly, &cloud, Access::AccountKeys, only_build()).0);
    assert!(cloud.calls().iter().any(|call| call.action == "PUT"));
    cloud.remember_calls();
    let (summary, _) = run_as(&assembly, &cloud, Access::AccountKeys, only_build());
    assert_eq!(summary.count(Outcome::Unchanged), 1);
    assert!(cloud.calls().iter().all(|call| !call.is_write()));
    assert_eq!(cloud.calls().len(), 1, "one look");
}

#[test]
fn a_role_is_assumed_in_every_account_but_the_callers() {
    let cloud = LocalCloud::in_memory();
    let assembly = with_developers(2);
    succeeded(&run_with(&assembly, &cloud, Access::Role(PerAccount::every("deployer"))).0);
    // Each stack stands in its own account: with account keys, nothing is to be done.
    let (summary, _) = run(&assembly, &cloud);
    assert_eq!(summary.count(Outcome::Unchanged), assembly.stacks().len());
}

#[test]
fn credentials_of_one_account_touch_no_other() {
    let (summary, _) = run_with(&with_developers(1), &LocalCloud::in_memory(), Access::Standard);
    let done: Vec<String> = summary.done.iter().map(|(stack, _)| stack.to_string()).collect();
    assert_eq!(done, ["111111111111/us-east-1/acme-build"]);
    for failure in &summary.failed {
        let message = failure.error.to_string();
        assert!(
            message.contains("are those of account `111111111111`, not `"),
            "{message}"
        );
        assert!(message.contains("--role"), "{message}");
    }
}
