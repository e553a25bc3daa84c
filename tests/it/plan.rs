//! `plan` says what is so: who may do what, what goes with what, and whose stacks are in the way.

use pipeline_dsl::prelude::*;
use serde_json::Value;

use crate::cli::{program, temporary};
use crate::sample::{self, name};

fn with(developers: usize, permissions: Permissions) -> Result<Team> {
    let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders/orders.zip"));
    let pipeline = pipeline
        .stack(Stack::named("orders").template(bundle.file("template.yaml")))
        .permissions(permissions)
        .release(sample::wave());
    sample::world()
        .developers((0..developers).map(sample::developer))
        .with(pipeline)
        .build()
}

fn before() -> Result<Team> {
    with(2, sample::permissions())
}

#[test]
fn permissions_are_told_statement_by_statement_for_all_accounts_at_once() {
    fn after() -> Result<Team> {
        let queues = "arn:aws:sqs:*:*:orders-*";
        with(
            2,
            sample::permissions().allow(["sqs:CreateQueue", "sqs:DeleteQueue"], [queues]),
        )
    }
    let out = temporary();
    assert_eq!(program(out.path(), &["deploy", "--local"], before).0, 0);
    let (code, output, error) = program(out.path(), &["plan", "--local"], after);
    assert_eq!(code, 2, "{error}");
    insta::assert_snapshot!(format!("{output}{error}"));
    // What is not asked for is named on demand, and for machines.
    let (_, output, _) = program(out.path(), &["plan", "--local", "--json"], after);
    let plan: Value = serde_json::from_str(&output).unwrap();
    let changes = plan["stacks"].as_array().unwrap().iter();
    let gained = changes
        .flat_map(|stack| stack["changes"].as_array().unwrap())
        .flat_map(|change| change["permissions"].as_array().unwrap());
    let gained: Vec<&Value> = gained.collect();
    assert!(
        gained
            .iter()
            .all(|each| each["gained"] == true && each["effect"] == "allow")
    );
    assert!(gained.iter().all(|each| each["actions"][0] == "sqs:CreateQueue"));
    assert_eq!(gained.len(), 3, "two developers and one environment");
}

/// What CloudFormation would not make is not planned.
#[test]
fn what_no_condition_lets_be_is_not_new() {
    let out = temporary();
    let (_, output, _) = program(out.path(), &["plan", "--local", "--json"], before);
    let plan: Value = serde_json::from_str(&output).unwrap();
    let stacks = plan["stacks"].as_array().unwrap();
    let developers = stacks
        .iter()
        .find(|stack| {
            stack["stack"]
                .as_str()
                .unwrap()
                .ends_with("acme-developer-service-orders")
        })
        .unwrap();
    let made: Vec<&str> = developers["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| change["resource"].as_str().unwrap())
        .collect();
    // Nobody forks the service, so nothing is built.
    assert!(!made.contains(&"BuildProject"), "{made:?}");
    assert!(made.contains(&"Pipeline"), "{made:?}");
}

#[test]
fn what_leaves_is_told_with_what_goes_and_what_stays() {
    fn after() -> Result<Team> {
        with(1, sample::permissions())
    }
    let out = temporary();
    assert_eq!(program(out.path(), &["deploy", "--local"], before).0, 0);
    let (code, _, error) = program(out.path(), &["rehearse", "orders"], before);
    assert_eq!(code, 0, "{error}");
    let (_, output, error) = program(out.path(), &["plan", "--local"], after);
    // The id of a key is made up.
    let key = output
        .lines()
        .find(|line| line.contains("(AWS::KMS::Key) stays"))
        .unwrap();
    let id = key.split_whitespace().nth(1).unwrap();
    let output = output.replace(id, "KEY-ID");
    insta::assert_snapshot!(format!("{output}{error}"));
}

/// Two teams that deploy a stack of one name into one account would each undo what the other does.
#[test]
fn a_stack_that_another_team_deploys_is_told() {
    fn other() -> Result<Team> {
        let build = BuildAccount::new(sample::account("888888888888"), Region::UsEast1);
        World::new(TeamName::new("globex"), build)
            .environment(sample::dev())
            .wave(sample::wave())
            .service(sample::orders())
            .with(sample::pipeline())
            .build()
    }
    let out = temporary();
    assert_eq!(program(out.path(), &["deploy", "--local"], before).0, 0);
    assert_eq!(program(out.path(), &["rehearse", "orders"], before).0, 0);
    let (_, _, error) = program(out.path(), &["plan", "--local"], before);
    assert!(!error.contains("note:"), "{error}");
    let (_, _, error) = program(out.path(), &["plan", "--local"], other);
    let note = "note: stack `orders` is there already in 222222222222/us-east-1, deployed with role acme/";
    assert!(error.contains(note), "{error}");
}

/// A stack whose first change set waits for an approval is the team's own, though no role deploys it yet.
#[test]
fn a_stack_that_waits_for_its_first_approval_is_nobody_elses() {
    let out = temporary();
    let asked = |arguments: &[&str]| program(out.path(), arguments, crate::team::team);
    assert_eq!(asked(&["deploy", "--local"]).0, 0);
    let (_, waiting, error) = asked(&["rehearse", "orders", "--without-python"]);
    assert!(
        format!("{waiting}{error}").contains("`--approve` approves it"),
        "{waiting}{error}"
    );
    let (code, _, error) = asked(&["plan", "--local"]);
    assert_eq!(code, 0, "{error}");
    assert!(!error.contains("note:"), "{error}");
}

/// A developer who moves to another region has a stack of the same name there.
#[test]
fn what_takes_the_place_of_what_leaves_is_told() {
    fn at(region: Region) -> Result<Team> {
        let alice = Developer::new(name("alice"), sample::account("500000000001"), region);
        sample::world().developer(alice).with(sample::pipeline()).build()
    }
    let out = temporary();
    assert_eq!(
        program(out.path(), &["deploy", "--local"], || at(Region::UsEast1)).0,
        0
    );
    let (_, output, _) = program(out.path(), &["plan", "--local"], || at(Region::EuWest1));
    let told = "orphan    500000000001/us-east-1/acme-developer: the program does not name it; `deploy --prune` destroys it\n    \
                500000000001/eu-west-1/acme-developer takes its place\n";
    assert!(output.contains(told), "{output}");
    assert!(
        output.contains("(AWS::S3::Bucket) stays in the account"),
        "{output}"
    );
}
