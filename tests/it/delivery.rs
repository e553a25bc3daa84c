//! Who has what, asked over the SDK: status, redrive and sync on the local cloud.

use std::path::Path;
use std::sync::Arc;

use pipeline_dsl::delivery::{Currency, DeliveryStatus, Redriven, delivery_status, redrive, sync};
use pipeline_dsl::deploy::{Access, Aws, Selection};
use pipeline_dsl::local::{Faults, LocalCloud};
use pipeline_dsl::prelude::*;
use pipeline_dsl::rehearsal::{Rehearsal, Report, Scenario, Script, Twin};
use pipeline_dsl::synth::{Assembly, synth};

use crate::cli::program;
use crate::local_cloud::Client;
use crate::properties::deployed;
use crate::sample::account;

const BUNDLE: &str = "orders/orders.zip";

struct Standing {
    team: Team,
    assembly: Assembly,
    cloud: LocalCloud,
}

impl Standing {
    fn new() -> Self {
        let team = crate::team::team().unwrap();
        let assembly = synth(&team).unwrap();
        let cloud = LocalCloud::in_memory();
        deployed(assembly.clone(), &cloud).unwrap();
        Self {
            team,
            assembly,
            cloud,
        }
    }

    fn alive(&self) -> Rehearsal<'_> {
        Rehearsal::of(&self.team, &self.cloud, Arc::new(Twin), &()).unwrap()
    }

    fn build(&self) {
        self.alive().play(&Scenario::build("orders")).unwrap();
    }

    fn aws(&self) -> Arc<Aws> {
        let client = self.cloud.http_client();
        Arc::new(Aws::through(client, account("111111111111"), Access::AccountKeys))
    }

    /// Sends again, and lets what was sent move on.
    fn redrive(&self) -> (Vec<Redriven>, Report) {
        let alive = self.alive();
        let redriven = block_on(redrive(&self.assembly, self.aws(), &Selection::all())).unwrap();
        (redriven, alive.perform_script(&Script::default(), &["orders"]))
    }

    fn status(&self) -> DeliveryStatus {
        let selection = Selection::all();
        block_on(delivery_status(&self.assembly, self.aws(), &selection)).unwrap()
    }

    /// Puts an artifact into the build bucket, and nobody hears of it.
    fn build_unannounced(&self, key: &str) {
        let resources = self.cloud.resources();
        let mut buckets = resources.iter().filter(|resource| {
            resource.account == "111111111111" && !resource.properties["NotificationConfiguration"].is_null()
        });
        let bucket = &buckets.next().unwrap().physical_id;
        self.cloud
            .put_object(bucket, key, b"newer".to_vec(), &Default::default())
            .unwrap();
    }

    /// Turns the effect of a statement of roles, or of policies of resources.
    fn turn(&self, sid: &str, from: &str, to: &str) {
        let changed = self.cloud.change_properties(|resource_type, properties| {
            if resource_type == "AWS::IAM::Role" || resource_type.ends_with("Policy") {
                let effect = |effect: &str| format!("\"Sid\":\"{sid}\",\"Effect\":\"{effect}\"");
                let text = properties.to_string().replace(&effect(from), &effect(to));
                *properties = serde_json::from_str(&text).unwrap();
            }
        });
        assert!(changed > 0);
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().unwrap().block_on(future)
}

fn currency(status: &DeliveryStatus, developer: &str, artifact: &str) -> Currency {
    let mut artifacts = status.artifacts.iter();
    let found = artifacts.find(|each| each.developer.as_str() == developer && each.artifact == artifact);
    found.unwrap().currency.clone()
}

#[test]
fn who_is_behind_is_told_since_when_and_brought_up_to_date() {
    let standing = Standing::new();
    assert_eq!(currency(&standing.status(), "bob", BUNDLE), Currency::NeverBuilt);
    standing.build();
    let status = standing.status();
    assert!(status.is_current());
    assert_eq!(currency(&status, "bob", BUNDLE), Currency::Current);
    let alice = status
        .artifacts
        .iter()
        .find(|each| each.developer.as_str() == "alice" && each.artifact == BUNDLE);
    assert!(alice.unwrap().held);

    standing.build_unannounced(BUNDLE);
    let first = standing.cloud.now();
    standing.build_unannounced(BUNDLE);
    let status = standing.status();
    let Currency::Behind { versions, since } = currency(&status, "carol", BUNDLE) else {
        panic!("{:?}", currency(&status, "carol", BUNDLE))
    };
    assert_eq!(versions, 2);
    // Since the first that is lacking: the local cloud begins with the year 2026.
    let minutes = first / 60;
    assert_eq!(since, format!("2026-01-01T00:{minutes:02}:{:02}Z", first % 60));
    assert!(!status.is_current());
    // Who holds is not behind.
    assert!(
        status
            .artifacts
            .iter()
            .filter(|each| each.developer.as_str() == "alice")
            .all(|each| !each.is_behind())
    );

    let alive = standing.alive();
    let only = Selection {
        only: vec!["carol".to_owned()],
        ..Selection::all()
    };
    let synced = block_on(sync(&standing.assembly, standing.aws(), &only)).unwrap();
    let report = alive.perform_script(&Script::default(), &["orders"]);
    assert_eq!(synced.len(), 1);
    assert_eq!((synced[0].brought, synced[0].failed), (2, 0));
    let status = standing.status();
    assert_eq!(currency(&status, "carol", BUNDLE), Currency::Current);
    assert!(matches!(
        currency(&status, "bob", BUNDLE),
        Currency::Behind { .. }
    ));
    // Her pipeline has taken what came.
    assert!(
        report
            .steps
            .iter()
            .any(|step| step.place == "carol" && step.what.contains("starts"))
    );
}

#[test]
fn what_could_not_be_delivered_is_told_with_its_reason_and_sent_again() {
    let standing = Standing::new();
    standing.turn("WriteCopies", "Allow", "Deny");
    standing.build();
    let status = standing.status();
    assert_eq!(currency(&status, "bob", BUNDLE), Currency::Missing);
    let letters = &status.dead_letters;
    // Two artifacts, two developers who do not hold them.
    assert_eq!(letters.len(), 4, "{letters:?}");
    assert!(
        letters.iter().all(|letter| letter.reason == "403: Forbidden"),
        "{letters:?}"
    );
    assert!(
        letters
            .iter()
            .any(|letter| letter.artifact.as_deref() == Some(BUNDLE))
    );
    assert!(!status.is_current());
    // A look takes nothing away.
    assert_eq!(standing.status().dead_letters.len(), 4);

    let redriven = {
        let _alive = standing.alive();
        block_on(redrive(&standing.assembly, standing.aws(), &Selection::all())).unwrap()
    };
    assert_eq!(redriven.iter().map(|each| each.refused.len()).sum::<usize>(), 4);
    standing.turn("WriteCopies", "Deny", "Allow");
    // What was refused is seen again when its time is over.
    standing.cloud.wait_until(standing.cloud.now() + 901);
    let redriven = {
        let _alive = standing.alive();
        block_on(redrive(&standing.assembly, standing.aws(), &Selection::all())).unwrap()
    };
    assert_eq!(redriven.iter().map(|each| each.taken).sum::<usize>(), 4);
    let status = standing.status();
    assert!(status.is_current(), "{status:?}");
}

#[test]
fn an_announcement_that_was_not_delivered_is_told_and_made_again() {
    let standing = Standing::new();
    standing.turn("AnnounceBuilds", "Allow", "Deny");
    standing.build();
    let status = standing.status();
    assert!(!status.is_current());
    let letters: Vec<_> = status
        .dead_letters
        .iter()
        .map(|letter| (letter.developer, letter.artifact.as_deref().unwrap()))
        .collect();
    assert_eq!(letters, [(None, BUNDLE), (None, "orders/handler.zip")]);
    let reason = &status.dead_letters[0].reason;
    let said = "rule acme-artifacts could not deliver the event: NO_PERMISSIONS: `events.amazonaws.com` is denied \
                `sns:Publish`";
    assert!(reason.starts_with(said), "{reason}");
    assert_eq!(currency(&status, "bob", BUNDLE), Currency::Missing);
    // A look takes nothing away.
    assert_eq!(standing.status().dead_letters.len(), 2);

    // Whoever chooses a developer does not send what the build account has.
    let only = Selection {
        only: vec!["bob".to_owned()],
        ..Selection::all()
    };
    let redriven = block_on(redrive(&standing.assembly, standing.aws(), &only)).unwrap();
    assert_eq!(redriven.len(), 1);
    assert_eq!(redriven[0].taken, 0);

    let (redriven, report) = standing.redrive();
    let build = redriven.iter().find(|each| each.developer.is_none()).unwrap();
    assert_eq!((build.taken, build.refused.len()), (2, 0));
    assert!(report.steps.iter().any(|step| step.place == "build account"
        && step.what == format!("{BUNDLE} is announced on acme-artifacts by hand")));
    let status = standing.status();
    assert!(status.is_current(), "{status:?}");
    assert_eq!(currency(&status, "bob", BUNDLE), Currency::Current);
}

#[test]
fn a_pipeline_that_was_not_started_is_started_again() {
    let standing = Standing::new();
    standing.turn("StartPipeline", "Allow", "Deny");
    standing.build();
    let status = standing.status();
    let mut letters: Vec<_> = status
        .dead_letters
        .iter()
        .map(|letter| letter.developer.map(|name| name.to_string()).unwrap_or_default())
        .collect();
    letters.sort();
    // Two artifacts, the build account and two developers who do not hold them.
    assert_eq!(letters, ["", "", "bob", "bob", "carol", "carol"]);
    assert!(
        status
            .dead_letters
            .iter()
            .all(|letter| letter.reason.contains("rule acme-orders could not deliver"))
    );
    standing.turn("StartPipeline", "Deny", "Allow");
    let (redriven, report) = standing.redrive();
    assert_eq!(redriven.iter().map(|each| each.taken).sum::<usize>(), 6);
    for place in ["build account", "bob", "carol"] {
        let started = report
            .steps
            .iter()
            .any(|step| step.place == place && step.what == "pipeline acme-orders is started by hand");
        assert!(started, "{place}");
        assert!(
            report
                .arrivals
                .iter()
                .any(|arrival| arrival.place == place && arrival.version.is_some())
        );
    }
    assert!(standing.status().is_current());
}

/// No resource can be made.
fn every_resource() -> Faults {
    let mut faults = Faults::default();
    faults.resources = 1_000;
    faults.most = u32::MAX;
    faults
}

/// A service whose stack cannot be created, in any account: CloudFormation leaves it in ROLLBACK_COMPLETE, and its pipeline can
/// go on only when it is deleted.
#[test]
fn what_pipelines_could_not_create_is_created_anew() {
    let standing = Standing::new();
    standing.cloud.set_faults(Some(every_resource()));
    standing.build();
    standing.cloud.set_faults(None);
    let status = |account: &str, stack: &str| {
        let stacks = standing.cloud.stacks();
        let mut there = stacks
            .iter()
            .filter(|each| each.account == account && each.name == stack);
        there.next().map(|each| each.status.to_string())
    };
    let failed = Some("ROLLBACK_COMPLETE".to_owned());
    let (dev, bob) = ("222222222222", "666666666666");
    assert_eq!(
        [status(dev, "orders"), status(bob, "orders")],
        [failed.clone(), failed.clone()]
    );
    // The next build cannot mend it.
    let report = standing.alive().play(&Scenario::build("orders")).unwrap();
    assert!(report.failed().any(|step| step.what.contains("prepare")));
    // One of the same name that no pipeline of the team has made.
    let carol = "777777777777";
    assert_eq!(status(carol, "orders"), failed);
    let (redriven, report) = standing.redrive();
    let replaced = |developer: Option<&str>| {
        let of = redriven
            .iter()
            .find(|each| each.developer.map(|name| name.to_string()).as_deref() == developer);
        of.unwrap().replaced.clone()
    };
    assert_eq!(replaced(None), ["222222222222/us-east-1/orders"]);
    assert_eq!(replaced(Some("bob")), ["666666666666/eu-west-1/orders"]);
    // Alice has a fork, and nothing of upstream.
    assert!(replaced(Some("alice")).is_empty());
    assert_eq!(report.failed().count() + report.denied().count(), 0);
    let created = Some("CREATE_COMPLETE".to_owned());
    for account in [dev, bob, carol] {
        assert_eq!(status(account, "orders"), created, "{account}");
        assert_eq!(status(account, "orders-handler"), created, "{account}");
    }
    let (again, _) = standing.redrive();
    assert!(
        again
            .iter()
            .all(|each| each.replaced.is_empty() && each.error.is_none())
    );
}

/// Killed between a deletion and the start of the pipeline, the next run starts it.
#[test]
fn a_pipeline_whose_stack_is_gone_is_started_again() {
    let standing = Standing::new();
    standing.cloud.set_faults(Some(every_resource()));
    standing.build();
    standing.cloud.set_faults(None);
    let client = Client::new(&standing.cloud, "666666666666", "eu-west-1");
    assert_eq!(client.deletion_error("orders"), None);
    while client.status("orders").is_some() {}
    let (redriven, _) = standing.redrive();
    let bob = redriven
        .iter()
        .find(|each| each.developer.map(|name| name.to_string()).as_deref() == Some("bob"));
    assert!(bob.unwrap().replaced.is_empty());
    assert_eq!(client.status("orders").as_deref(), Some("CREATE_COMPLETE"));
    // Where nothing failed, nothing is started: nobody has built billing yet.
    let (redriven, report) = standing.redrive();
    assert!(
        redriven
            .iter()
            .all(|each| each.unreplaced.is_empty() && each.error.is_none())
    );
    assert!(
        !report
            .steps
            .iter()
            .any(|step| step.what.contains("is started by hand"))
    );
}

/// However many pipelines deploy to an account, its stacks are listed once.
#[test]
fn redrive_asks_each_account_once_about_its_stacks() {
    let standing = Standing::new();
    standing.cloud.remember_calls();
    standing.redrive();
    let calls = standing.cloud.calls().into_iter();
    let mut places: Vec<(String, String)> = calls
        .filter(|call| call.action == "DescribeStacks")
        .map(|call| (call.account, call.region))
        .collect();
    let asked = places.len();
    places.sort();
    places.dedup();
    assert_eq!(asked, places.len(), "{places:?}");
    assert!(places.len() > 3, "{places:?}");
}

/// A stack of the same name that somebody else has left behind, with a role of their own or none, is theirs.
#[test]
fn what_others_could_not_create_stays() {
    let standing = Standing::new();
    standing.cloud.set_faults(Some(every_resource()));
    let client = Client::new(&standing.cloud, "666666666666", "eu-west-1");
    let topic = r#"{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}"#;
    client.create("orders", topic);
    standing.cloud.set_faults(None);
    assert_eq!(client.status("orders").as_deref(), Some("ROLLBACK_COMPLETE"));
    let (redriven, _) = standing.redrive();
    assert!(redriven.iter().all(|each| each.replaced.is_empty()));
    assert_eq!(client.status("orders").as_deref(), Some("ROLLBACK_COMPLETE"));
}

#[test]
fn a_letter_that_no_rule_of_the_program_wrote_is_not_believed() {
    let standing = Standing::new();
    let queue = "arn:aws:sqs:us-east-1:111111111111:acme-undelivered-events";
    let elsewhere = "arn:aws:sns:us-east-1:111111111111:payments";
    let attributes = [
        (
            "RULE_ARN",
            "arn:aws:events:us-east-1:111111111111:rule/acme-artifacts",
        ),
        ("TARGET_ARN", elsewhere),
    ];
    let attributes = attributes.map(|(name, value)| (name.to_owned(), value.to_owned()));
    standing
        .cloud
        .send_message(queue, "{}", attributes.into_iter().collect())
        .unwrap();
    let (redriven, _) = standing.redrive();
    let build = redriven.iter().find(|each| each.developer.is_none()).unwrap();
    assert_eq!(build.taken, 0);
    assert!(build.refused[0].contains("has no target"), "{:?}", build.refused);
    assert_eq!(standing.cloud.messages(queue).len(), 1);
}

#[test]
fn an_account_that_does_not_answer_is_a_row() {
    let standing = Standing::new();
    standing.build();
    let team = crate::fleet::fleet(1, 1).unwrap();
    let foreign = synth(&team).unwrap();
    let status = block_on(delivery_status(&foreign, standing.aws(), &Selection::all())).unwrap();
    let places: Vec<&str> = status.unanswered.iter().map(|each| each.place.as_str()).collect();
    assert_eq!(places, ["build account", "developer-0"]);
    assert!(!status.is_current());
}

#[test]
fn the_command_line_tells_all_of_it() {
    let out = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| run(out.path(), arguments);
    let mut told = Vec::new();
    for arguments in [
        &["status", "--local"][..],
        &["rehearse", "orders", "--without-python"],
        &["status", "--local"],
        &["rehearse", "orders", "--without-python", "--by", "alice"],
        &["status", "--local", "--only", "alice"],
        &["sync", "bob", "--local"],
        &["redrive", "--local"],
        &["sync", "bbo", "--local"],
    ] {
        let (code, output, error) = run(arguments);
        // What a rehearsal says is told by its own tests.
        let output = if arguments[0] == "rehearse" {
            String::new()
        } else {
            output + &error
        };
        told.push(format!("$ {}\n{output}[{code}]\n", arguments.join(" ")));
    }
    insta::assert_snapshot!("delivery.cli", told.join("\n"));
    let (_, output, _) = run(&["status", "--local", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(told["current"], true);
    assert_eq!(told["pipelines"].as_array().unwrap().len(), 9);
}

fn two() -> Result<Team> {
    crate::fleet::fleet(2, 2)
}

fn three() -> Result<Team> {
    crate::fleet::fleet(3, 2)
}

#[test]
fn a_new_developer_gets_what_was_built_and_is_told_where_to_look() {
    let out = tempfile::tempdir().unwrap();
    for service in ["service-0", "service-1"] {
        let (code, _, error) = program(out.path(), &["rehearse", service, "--without-python"], two);
        assert_eq!(code, 0, "{error}");
    }
    let only = ["deploy", "--local", "--only", "developer-2"];
    let (code, _, error) = program(out.path(), &only, three);
    assert_eq!(code, 0, "{error}");
    // In any order before.
    let end = error.find("developer-2 got").unwrap();
    insta::assert_snapshot!("delivery.welcome", &error[end..]);
    let (code, output, _) = program(out.path(), &["status", "--local", "--only", "developer-2"], three);
    assert_eq!(code, 0);
    assert!(
        output.contains("service-1/service-1.zip  current: developer-2"),
        "{output}"
    );
    assert!(
        output.contains("Source succeeded, Deploy succeeded: developer-2"),
        "{output}"
    );
    // Once more there is nothing to bring, but she is told again.
    let (_, _, error) = program(out.path(), &only, three);
    assert!(!error.contains("got"), "{error}");
    assert!(
        error.contains("codepipeline/pipelines/fleet-service-0/view"),
        "{error}"
    );
}

fn run(out: &Path, arguments: &[&str]) -> (u8, String, String) {
    program(out, arguments, crate::team::team)
}
