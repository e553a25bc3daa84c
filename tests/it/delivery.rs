//! Who has what, asked over the SDK: status, redrive and sync on the local cloud.

use std::path::Path;
use std::sync::Arc;

use pipeline_dsl::deploy::{
    Access, Aws, Currency, DeliveryStatus, Selection, delivery_status, redrive, sync,
};
use pipeline_dsl::local::LocalCloud;
use pipeline_dsl::prelude::*;
use pipeline_dsl::rehearsal::{Rehearsal, Scenario, Script, Twin};
use pipeline_dsl::synth::{Assembly, synth};

use crate::cli::program;
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

    /// Turns the effect of a statement of the subscribers' roles.
    fn turn(&self, sid: &str, from: &str, to: &str) {
        let changed = self.cloud.change_properties(|resource_type, properties| {
            if resource_type == "AWS::IAM::Role" {
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
