//! End to end: from a team's program to deployed stacks, through the public interface.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::exit,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::pedantic,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    reason = "tests"
)]

mod assets;
mod backfill;
mod builds;
mod check;
mod cli;
mod command_line_abuse;
mod delivery;
mod deploy;
mod documents;
mod edits;
mod endings;
mod hostile_aws;
mod layers;
mod leaving;
mod lifecycle;
mod limits;
mod local_abuse;
mod local_abuse_random;
mod local_cloud;
mod misconfiguration;
mod old_example;
mod ordinary_permissions;
mod panics;
mod peer;
mod permissions;
mod picture;
mod plan;
mod plan_security;
mod plan_values;
mod proof;
mod properties;
mod rehearsal;
mod run;
mod schedules;
mod secrets;
mod self_update;
mod several_processes;
mod shapes;
mod simulated;
mod synth;
mod values;

#[path = "../../examples/builds.rs"]
#[allow(dead_code, reason = "its `main` is not called")]
mod builds_example;
#[path = "../../examples/fleet.rs"]
#[allow(dead_code, reason = "its `main` is not called")]
mod fleet;
#[path = "../../examples/serverless.rs"]
#[allow(dead_code, reason = "its `main` is not called")]
mod serverless_example;
#[path = "../../examples/team.rs"]
#[allow(dead_code, reason = "its `main` is not called")]
mod team;
#[path = "../../examples/team_by_hand.rs"]
#[allow(dead_code, reason = "its `main` is not called")]
mod team_by_hand;

/// Teams for tests.
mod sample {
    use pipeline_dsl::prelude::*;

    pub fn name(name: &str) -> Name {
        name.parse().unwrap()
    }

    pub fn account(account: &str) -> AccountId {
        account.parse().unwrap()
    }

    pub fn dev() -> Environment<Standard> {
        Environment::standard(name("dev"), account("222222222222"), Region::UsEast1)
    }

    pub fn prod() -> Environment<Production> {
        Environment::production(name("prod"), account("333333333333"), Region::EuWest1)
    }

    pub fn wave() -> Wave {
        Wave::named(name("all")).to(dev()).any()
    }

    pub fn orders() -> Service {
        Service::new(name("orders"))
    }

    /// A world with one environment, one wave and one service.
    pub fn world() -> World {
        World::new(
            TeamName::new("acme"),
            BuildAccount::new(account("111111111111"), Region::UsEast1),
        )
        .environment(dev())
        .wave(wave())
        .service(orders())
    }

    pub fn permissions() -> Permissions {
        Permissions::new().allow(["sns:CreateTopic"], ["arn:aws:sns:*:*:orders"])
    }

    /// The smallest pipeline.
    pub fn pipeline() -> Pipeline<Releasing> {
        pipeline_of(orders()).release(wave())
    }

    pub fn pipeline_of(service: Service) -> ReadyPipeline {
        let key = format!("{0}/{0}.zip", service.name());
        let (pipeline, bundle) = Pipeline::from_artifact(service, Artifact::key(key));
        pipeline
            .stack(Stack::named(service.name().as_str()).template(bundle.file("template.yaml")))
            .permissions(permissions())
    }

    pub type ReadyPipeline = Pipeline<pipeline_dsl::team::NotReleased>;

    pub fn developer(number: usize) -> Developer {
        let account = account(&format!("{:012}", 500_000_000_000 + number));
        Developer::new(name(&format!("dev-{number}")), account, Region::UsEast1)
    }
}
