//! What is let through with a warning, because it may be meant; and how the program says that it is.

use pipeline_dsl::prelude::*;
use pipeline_dsl::team::TeamBuilder;

use crate::sample::{self, account, name};

/// A team that is warned of.
pub(super) struct Case {
    pub(super) title: &'static str,
    /// What others do with it, as of a mistake.
    pub(super) others: [&'static str; 3],
    pub(super) code: &'static str,
    /// What the warning names of what the user wrote.
    named: &'static [&'static str],
    pub(super) team: TeamBuilder,
}

fn live() -> Environment<Standard> {
    Environment::standard(name("prod-eu"), account("333333333333"), Region::UsEast1)
}

pub(super) fn cases() -> Vec<Case> {
    let orders = || sample::pipeline_of(sample::orders());
    let second = || Wave::named(name("second")).to(live()).any();
    let again = || Wave::named(name("again")).to(sample::dev()).any();
    let first = || {
        Wave::named(name("first"))
            .after_approval()
            .to(sample::prod())
            .any()
    };
    let billing = || Service::new(name("billing"));
    let elsewhere = Permissions::new().allow(["sns:CreateTopic"], ["arn:aws:sns:eu-central-1:*:orders"]);
    let (in_region, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
    let in_region = in_region
        .stack(Stack::named("orders").template(bundle.file("template.yaml")))
        .permissions(elsewhere)
        .release(sample::wave());
    let (shared, bundle) = Pipeline::from_artifact(billing(), Artifact::key("orders/orders.zip"));
    let shared = shared
        .stack(Stack::named("billing").template(bundle.file("template.yaml")))
        .permissions(sample::permissions())
        .release(sample::wave());
    let image =
        CodeBuild::of(Repository::new(super::github(), "acme/orders")).image("aws/codebuild/standard:70");
    let lonely = Environment::standard(name("lonely"), account("444444444444"), Region::UsEast1);
    vec![
        Case {
            title: "an environment with a name of production, declared as another one",
            others: ["accepted"; 3],
            code: "team::production-by-name",
            named: &["`prod-eu`", "has a name of production"],
            team: sample::world()
                .environment(live())
                .wave(second())
                .with(orders().release(sample::wave()).release(second())),
        },
        Case {
            title: "a wave that no pipeline releases to",
            others: ["accepted", "no such notion", "no such notion"],
            code: "team::wave-without-release",
            named: &["`again`"],
            team: sample::world().wave(again()).with(sample::pipeline()),
        },
        Case {
            title: "an environment in two waves of one pipeline",
            others: ["accepted"; 3],
            code: "team::environment-in-two-waves",
            named: &["`orders`", "`dev`", "`all`", "`again`"],
            team: sample::world()
                .wave(again())
                .with(orders().release(sample::wave()).release(again())),
        },
        Case {
            title: "production before what is to be tried first",
            others: ["accepted"; 3],
            code: "team::production-first",
            named: &["`orders`", "`first`", "`all`"],
            team: sample::world()
                .environment(sample::prod())
                .wave(first())
                .with(orders().release(first()).release(sample::wave())),
        },
        Case {
            title: "an environment that is in no wave",
            others: ["accepted", "accepted", "accepted"],
            code: "team::environment-without-wave",
            named: &["`lonely`"],
            team: sample::world().environment(lonely).with(sample::pipeline()),
        },
        Case {
            title: "a misspelt image of CodeBuild's",
            others: ["run: the image does not exist"; 3],
            code: "team::unknown-image",
            named: &["`aws/codebuild/standard:70`", "`orders`"],
            team: sample::world().with(orders().built_by(image).release(sample::wave())),
        },
        Case {
            title: "two services that begin with the same artifact",
            others: ["accepted: both start"; 3],
            code: "team::shared-artifact",
            named: &["`orders`", "`billing`", "`orders/orders.zip`"],
            team: sample::world()
                .service(billing())
                .with(sample::pipeline())
                .with(shared),
        },
        Case {
            title: "a region in a grant that the service is not deployed to",
            others: ["run: AccessDenied"; 3],
            code: "team::hard-coded-region",
            named: &["`arn:aws:sns:eu-central-1:*:orders`", "`us-east-1`"],
            team: sample::world().with(in_region),
        },
    ]
}

/// One warning each, with a place and a mend; accepted, it is gone.
#[test]
fn each_is_one_warning_that_can_be_accepted() {
    for Case {
        code, named, team, ..
    } in cases()
    {
        let accepted = team.clone().accept(code, "it is meant").build().unwrap();
        let team = team.build().unwrap();
        let codes: Vec<&str> = team.warnings().iter().map(|warning| warning.code()).collect();
        assert_eq!(codes, [code]);
        let warning = team.warnings().iter().next().unwrap();
        for name in named {
            assert!(warning.message().contains(name), "{warning}");
        }
        assert!(!warning.labels().is_empty(), "{warning}");
        let way = format!("`.accept(\"{code}\", \"why\")`");
        assert!(warning.help_text().unwrap().ends_with(&way), "{warning}");
        assert!(accepted.warnings().is_empty(), "{}", accepted.warnings());
    }
}

/// The examples are what people copy.
#[test]
fn the_examples_have_none() {
    for team in [
        crate::team::team(),
        crate::team_by_hand::team(),
        crate::builds_example::team(),
        crate::serverless_example::team(),
        crate::fleet::fleet(3, 2),
    ] {
        let team = team.unwrap();
        assert!(team.warnings().is_empty(), "{}", team.warnings());
    }
}

#[test]
fn only_what_is_warned_of_can_be_accepted_and_with_a_reason() {
    let refused = |code: &str, reason: &str| {
        let found = sample::world()
            .with(sample::pipeline())
            .accept(code, reason)
            .build()
            .unwrap_err();
        let codes: Vec<&str> = found.iter().map(|mistake| mistake.code()).collect();
        assert_eq!(codes, ["team::unknown-warning"]);
        found.to_string()
    };
    let unknown = refused("team::unapproved-production", "nobody depends on it");
    assert!(unknown.contains("`team::hard-coded-region`"), "{unknown}");
    assert!(refused("team::hard-coded-region", " ").contains("without a reason"));
}

#[test]
fn what_is_accepted_for_nothing_is_told() {
    let team = sample::world().with(sample::pipeline());
    let team = team
        .accept("team::hard-coded-region", "the certificates are there")
        .build()
        .unwrap();
    let warning = team.warnings().iter().next().unwrap();
    assert_eq!(warning.code(), "team::accepted-without-warning");
    assert!(!warning.labels().is_empty() && warning.help_text().is_some());
}

/// Errors stand where the mistake was written.
#[test]
fn errors_point_at_the_line_that_is_wrong() {
    let line = |team: Result<Team>| {
        let found = team.unwrap_err();
        let mistake = found.iter().next().unwrap();
        (
            mistake.labels()[0].location().line(),
            mistake.help_text().is_some(),
        )
    };
    let of_build = |change: fn(CodeBuild) -> CodeBuild| {
        let build = CodeBuild::of(Repository::new(super::github(), "acme/orders"));
        super::of(sample::pipeline_of(sample::orders()).built_by(change(build)))
    };
    let here = line!();
    for (below, team) in [
        (4, of_build(|build| build.compute_type("HUGE"))),
        (5, of_build(|build| build.timeout_minutes(1))),
        (6, of_build(|build| build.buildspec("/b.yml"))),
    ] {
        assert_eq!(line(team).0, here + below - 2);
    }
    let pipeline = sample::pipeline();
    let again = pipeline.release(sample::wave());
    let here = line!();
    let twice = sample::world().with(again).build();
    assert_eq!(line(twice), (here - 1, true));
}
