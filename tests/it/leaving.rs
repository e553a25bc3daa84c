//! Stacks that pipelines have deployed, once the program says otherwise: they are told, and have a way out.

use pipeline_dsl::prelude::*;
use serde_json::Value;

use crate::cli::{program, temporary};
use crate::sample::{self, account, name};

/// A service with one stack, released to an environment and to a developer.
fn delivered(service: &str, stack: &str, wave: fn() -> Wave) -> Result<Team> {
    let service = Service::new(name(service));
    let (pipeline, bundle) = Pipeline::from_artifact(service, Artifact::key("orders/orders.zip"));
    let pipeline = pipeline
        .stack(Stack::named(stack).template(bundle.file("template.yaml")))
        .permissions(sample::permissions())
        .release(wave());
    in_world(Region::UsEast1, service, wave()).with(pipeline).build()
}

fn in_world(build: Region, service: Service, wave: Wave) -> World {
    World::new(
        TeamName::new("acme"),
        BuildAccount::new(account("111111111111"), build),
    )
    .environment(sample::dev())
    .environment(sample::prod())
    .wave(wave)
    .service(service)
    .developers([sample::developer(0)])
}

fn orders() -> Result<Team> {
    delivered("orders", "orders", sample::wave)
}

/// The stacks that stand in the local cloud and are none of the team's own.
fn of_services(out: &std::path::Path, team: fn() -> Result<Team>) -> Vec<String> {
    let (_, output, error) = program(out, &["plan", "--local", "--json"], team);
    let plan: Value = serde_json::from_str(&output).unwrap_or_else(|_| panic!("{error}"));
    let named = |list: &str| -> Vec<String> {
        let stacks = plan[list].as_array().unwrap().iter();
        stacks
            .map(|stack| stack["stack"].as_str().unwrap().to_owned())
            .collect()
    };
    let mut found = named("abandoned");
    for orphan in plan["orphans"].as_array().unwrap() {
        let services = orphan["services"].as_array().unwrap().iter();
        found.extend(services.map(|service| service["stack"].as_str().unwrap().to_owned()));
    }
    found
}

const STACKS: [&str; 2] = ["222222222222/us-east-1/orders", "500000000000/us-east-1/orders"];

#[test]
fn a_stack_that_no_pipeline_deploys_any_more_is_told_and_pruned() {
    fn renamed() -> Result<Team> {
        delivered("orders", "orders-v2", sample::wave)
    }
    let out = temporary();
    let asked = |arguments: &[&str], team| program(out.path(), arguments, team);
    assert_eq!(asked(&["deploy", "--local"], orders).0, 0);
    assert_eq!(asked(&["rehearse", "orders"], orders).0, 0);
    // Before the deployment, and after it.
    for deployed in [false, true] {
        if deployed {
            assert_eq!(asked(&["deploy", "--local"], renamed).0, 0);
        }
        let (code, output, error) = asked(&["plan", "--local"], renamed);
        assert_eq!(code, 2, "{error}");
        let told = "orphan    222222222222/us-east-1/orders, 500000000000/us-east-1/orders: no pipeline deploys it any more; \
                    `deploy --prune` destroys it, and all that is in it";
        assert!(output.contains(told), "{output}");
        assert_eq!(of_services(out.path(), renamed), STACKS);
    }
    let (code, _, error) = asked(&["deploy", "--local", "--prune", "--yes"], renamed);
    assert_eq!(code, 0, "{error}");
    for stack in STACKS {
        assert!(error.contains(&format!("deleted {stack}")), "{error}");
    }
    let (code, _, error) = asked(&["plan", "--local"], renamed);
    assert_eq!(code, 0, "{error}");
}

/// Nothing of a service is lost when it is given another name.
#[test]
fn what_another_pipeline_takes_over_stays() {
    fn renamed() -> Result<Team> {
        delivered("purchases", "orders", sample::wave)
    }
    for releases in [true, false] {
        let out = temporary();
        let asked = |arguments: &[&str], team| program(out.path(), arguments, team);
        assert_eq!(asked(&["deploy", "--local"], orders).0, 0);
        assert_eq!(asked(&["rehearse", "orders"], orders).0, 0);
        let (_, output, _) = asked(&["plan", "--local"], renamed);
        for stack in STACKS {
            assert!(
                output.contains(&format!("o {stack} stays: another pipeline takes it over")),
                "{output}"
            );
        }
        let (code, _, error) = asked(&["deploy", "--local", "--prune", "--yes"], renamed);
        assert_eq!(code, 0, "{error}");
        for stack in STACKS {
            assert!(!error.contains(&format!("deleted {stack}\n")), "{error}");
        }
        // The new pipeline deploys them with its own role. Until then they are found by their names.
        if releases {
            let (code, output, error) = asked(&["rehearse", "purchases"], renamed);
            assert_eq!(code, 0, "{output}{error}");
        }
        let (code, _, error) = asked(&["destroy", "--local", "--yes"], renamed);
        assert_eq!(code, 0, "{error}");
        for stack in STACKS {
            assert!(error.contains(&format!("deleted {stack}")), "{releases} {error}");
        }
    }
}

/// A first release that waits for its approval has left a stack with nothing in it.
#[test]
fn what_waits_for_its_first_approval_goes_with_its_service() {
    fn asks() -> Wave {
        Wave::named(name("all")).after_approval().to(sample::prod()).any()
    }
    fn waits() -> Result<Team> {
        delivered("orders", "orders", asks)
    }
    fn renamed() -> Result<Team> {
        delivered("orders", "orders-v2", asks)
    }
    for prunes in [true, false] {
        let out = temporary();
        let asked = |arguments: &[&str], team| program(out.path(), arguments, team);
        assert_eq!(asked(&["deploy", "--local"], waits).0, 0);
        asked(&["rehearse", "orders"], waits);
        let waiting = "333333333333/eu-west-1/orders";
        let (code, error) = if prunes {
            let (_, output, _) = asked(&["plan", "--local"], renamed);
            let told = format!(
                "orphan    {waiting}: a pipeline has prepared it for an approval, and none deploys it any more"
            );
            assert!(output.contains(&told), "{output}");
            let (code, _, error) = asked(&["deploy", "--local", "--prune", "--yes"], renamed);
            (code, error)
        } else {
            let (code, _, error) = asked(&["destroy", "--local", "--yes"], waits);
            (code, error)
        };
        assert_eq!(code, 0, "{error}");
        assert!(error.contains(&format!("deleted {waiting}")), "{error}");
    }
}

/// Two build stacks at once would want the same names, and half of the team would move.
#[test]
fn a_build_account_moves_to_another_region_in_one_go() {
    fn at(region: Region) -> Result<Team> {
        in_world(region, sample::orders(), sample::wave())
            .with(sample::pipeline())
            .build()
    }
    fn before() -> Result<Team> {
        at(Region::UsEast1)
    }
    fn after() -> Result<Team> {
        at(Region::CaCentral1)
    }
    let out = temporary();
    let asked = |arguments: &[&str], team| program(out.path(), arguments, team);
    assert_eq!(asked(&["deploy", "--local"], before).0, 0);
    let (code, _, error) = asked(&["plan", "--local"], after);
    assert_eq!(code, 1, "{error}");
    assert!(
        error.contains("the team's build account is in us-east-1 so far"),
        "{error}"
    );
    assert!(error.contains("deploy --prune"), "{error}");
    let (code, _, _) = asked(&["deploy", "--local"], after);
    assert_eq!(code, 1);
    // What stands is still as it was.
    let (code, output, error) = asked(&["plan", "--local"], before);
    assert_eq!(code, 0, "{output}{error}");
    let (code, _, error) = asked(&["deploy", "--local", "--prune", "--yes"], after);
    assert_eq!(code, 0, "{error}");
    let (code, output, error) = asked(&["plan", "--local"], after);
    assert_eq!(code, 0, "{output}{error}");
}

/// What is pruned is looked for everywhere: whoever names a few stacks does not mean that.
#[test]
fn pruning_and_choosing_do_not_go_together() {
    let out = temporary();
    let arguments = ["deploy", "--local", "--only", "orders", "--prune"];
    let (code, _, error) = program(out.path(), &arguments, orders);
    assert_eq!(code, 64, "{error}");
    assert!(error.contains("--prune") && error.contains("--only"), "{error}");
}
