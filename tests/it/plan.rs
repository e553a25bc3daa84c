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

/// Nobody builds anything, and still pipelines deploy: what a subscriber brings when a fork or a hold ends, or an account is new.
mod arriving {
    use super::*;

    fn developer(number: usize, region: Region) -> Developer {
        Developer::new(name(&format!("dev-{number}")), developer_account(number), region)
    }

    fn developer_account(number: usize) -> AccountId {
        sample::account(&format!("{:012}", 500_000_000_000 + number))
    }

    fn fork() -> Fork {
        let connection = "arn:aws:codeconnections:us-east-1:500000000001:connection/0a1b2c3d";
        Fork::new(
            sample::orders(),
            RepositoryName::new("dev-1/orders"),
            Connection::github(connection),
        )
    }

    fn billing() -> Service {
        Service::new(name("billing"))
    }

    fn with(developers: Vec<Developer>, has_billing: bool) -> Result<Team> {
        let github =
            Connection::github("arn:aws:codeconnections:us-east-1:111111111111:connection/0a1b2c3d-build");
        let (mut orders, bundle) =
            Pipeline::from_artifact(sample::orders(), Artifact::key("orders/orders.zip"));
        let handler = orders.source(Artifact::key("orders/handler.zip"));
        let orders = orders
            .built_by(CodeBuild::of(Repository::new(github, "acme/orders")))
            .stack(
                Stack::named("orders")
                    .template(bundle.file("template.yaml"))
                    .code(&handler, "Bucket", "Key"),
            )
            .permissions(sample::permissions())
            .release(sample::wave());
        let world = sample::world().developers(developers);
        if has_billing {
            let billing = sample::pipeline_of(billing()).release(sample::wave());
            world.service(self::billing()).with(orders).with(billing).build()
        } else {
            world.with(orders).build()
        }
    }

    /// One forks a service and holds another, one holds the other.
    fn before() -> Result<Team> {
        let forks = developer(1, Region::UsEast1).fork(fork());
        let holds = developer(2, Region::UsEast1).hold(billing());
        with(vec![forks, holds], true)
    }

    fn told(after: fn() -> Result<Team>) -> (String, Value) {
        let out = temporary();
        assert_eq!(program(out.path(), &["deploy", "--local"], before).0, 0);
        let (_, output, error) = program(out.path(), &["plan", "--local"], after);
        let lines = output.lines().skip_while(|line| !line.starts_with("deliver"));
        let lines = lines.take_while(|line| line.starts_with("deliver") || line.starts_with("    "));
        let lines: Vec<&str> = lines.collect();
        let (_, output, _) = program(out.path(), &["plan", "--local", "--json"], after);
        let plan: Value = serde_json::from_str(&output).unwrap_or_else(|_| panic!("{output}{error}"));
        (lines.join("\n"), plan["arriving"].clone())
    }

    #[test]
    fn a_fork_that_ends_is_replaced() {
        let (told, machines) = told(|| {
            let holds = developer(2, Region::UsEast1).hold(billing());
            with(vec![developer(1, Region::UsEast1), holds], true)
        });
        assert_eq!(
            told,
            "deliver   dev-1 gets what upstream has of orders/handler.zip and orders/orders.zip\n    \
             pipeline acme-orders deploys it there in place of what the fork has built"
        );
        assert_eq!(
            machines,
            serde_json::json!([{
                "developer": "dev-1",
                "stack": "500000000001/us-east-1/acme-developer",
                "artifacts": ["orders/handler.zip", "orders/orders.zip"],
                "pipelines": ["acme-orders"],
                "overOwn": ["orders/handler.zip", "orders/orders.zip"],
            }])
        );
    }

    #[test]
    fn a_fork_that_follows_again_is_replaced_too() {
        let (told, _) = told(|| {
            let follows = developer(1, Region::UsEast1).fork(fork().follow());
            with(vec![follows, developer(2, Region::UsEast1).hold(billing())], true)
        });
        assert!(
            told.contains("dev-1 gets what upstream has of orders/handler.zip and orders/orders.zip"),
            "{told}"
        );
        assert!(told.ends_with("in place of what the fork has built"), "{told}");
    }

    #[test]
    fn a_hold_that_ends_and_who_is_new_or_moves_is_told() {
        let (told, _) = told(|| {
            let moved = developer(2, Region::EuWest1);
            let new = developer(3, Region::UsEast1);
            let ends = developer(1, Region::UsEast1).hold(sample::orders());
            with(vec![ends, moved, new], true)
        });
        // A fork that becomes a hold releases nothing.
        assert_eq!(
            told,
            "deliver   dev-2 and dev-3 get what upstream has of billing/billing.zip, orders/handler.zip and orders/orders.zip\n    \
             pipelines acme-billing and acme-orders deploy it there"
        );
    }

    #[test]
    fn a_hold_that_goes_with_its_service_brings_nothing() {
        let (told, machines) = told(|| {
            let forks = developer(1, Region::UsEast1).fork(fork());
            with(vec![forks, developer(2, Region::UsEast1)], false)
        });
        assert_eq!((told.as_str(), machines), ("", serde_json::json!([])));
    }

    #[test]
    fn before_anything_is_built_nothing_comes() {
        let out = temporary();
        let (_, output, _) = program(out.path(), &["plan", "--local"], before);
        assert!(!output.contains("deliver "), "{output}");
    }
}
