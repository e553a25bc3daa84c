//! Builds that move through deployed teams: what arrives where, whatever happens in which order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use pipeline_dsl::local::{LocalCloud, ResourceView};
use pipeline_dsl::prelude::*;
use pipeline_dsl::rehearsal::{
    Arrival, Currency, Outage, Outcome, Rehearsal, Report, Scenario, ScenarioError, Script, ScriptedPush,
    Twin,
};
use pipeline_dsl::synth::synth;
use proptest::prelude::*;

use crate::properties::{Plan, deployed, plan, team};

fn standing(team: &Team) -> LocalCloud {
    let cloud = LocalCloud::in_memory();
    deployed(synth(team).unwrap(), &cloud).unwrap();
    cloud
}

fn play(team: &Team, cloud: &LocalCloud, scenario: &Scenario) -> std::result::Result<Report, ScenarioError> {
    Rehearsal::of(team, cloud, Arc::new(Twin), &())
        .unwrap()
        .play(scenario)
}

fn arrival<'a>(report: &'a Report, place: &str, artifact: &str) -> &'a Arrival {
    let mut arrivals = report.arrivals.iter();
    arrivals
        .find(|arrival| arrival.place == place && arrival.artifact == artifact)
        .unwrap_or_else(|| panic!("nothing of {artifact} in {place}"))
}

const BUNDLE: &str = "orders/orders.zip";

#[test]
fn a_build_reaches_everybody_but_those_who_hold() {
    let team = crate::team::team().unwrap();
    let cloud = standing(&team);
    let report = play(&team, &cloud, &Scenario::build("orders")).unwrap();
    for developer in ["bob", "carol"] {
        let arrival = arrival(&report, developer, BUNDLE);
        assert_eq!(arrival.currency, Currency::Current);
        assert!(arrival.deployed.is_some());
    }
    assert_eq!(arrival(&report, "alice", BUNDLE).currency, Currency::Nothing);
    // The release waits for somebody, and the real accounts have what they had.
    assert_eq!(report.waiting().count(), 1);
    assert_eq!(arrival(&report, "build account", BUNDLE).deployed, None);
    assert_eq!(report.denied().count() + report.failed().count(), 0);

    let approved = Scenario {
        approve: true,
        ..Scenario::build("orders")
    };
    let report = play(&team, &cloud, &approved).unwrap();
    assert_eq!(report.waiting().count(), 0);
    assert!(arrival(&report, "build account", BUNDLE).deployed.is_some());
    // What waited from before was approved, too.
    assert!(
        report
            .steps
            .iter()
            .any(|step| step.what.ends_with("waits from before"))
    );
}

/// Who is asked sees the change sets of the whole wave, and none is executed before they have answered.
#[test]
fn whoever_approves_sees_what_is_prepared() {
    let team = crate::team::team().unwrap();
    let cloud = standing(&team);
    let step = |report: &Report, what: &str| {
        let mut steps = report.steps.iter();
        steps.position(|step| step.what == what && matches!(step.outcome, Outcome::Done))
    };
    let report = play(&team, &cloud, &Scenario::build("orders")).unwrap();
    let waits = report.waiting().next().unwrap().number;
    for stack in [
        "prod-orders",
        "prod-orders-handler",
        "apac-orders",
        "apac-orders-handler",
    ] {
        let prepared = step(&report, &format!("release/{stack}-prepare")).unwrap();
        assert!(prepared < waits, "{stack}");
        assert_eq!(step(&report, &format!("release/{stack}-execute")), None);
    }
    let approved = Scenario {
        approve: true,
        ..Scenario::build("billing")
    };
    // Another service is not held up by it, and it goes on from the question.
    assert_eq!(play(&team, &cloud, &approved).unwrap().waiting().count(), 0);
    let script = Script {
        approve: true,
        ..Script::default()
    };
    let report = Rehearsal::of(&team, &cloud, Arc::new(Twin), &())
        .unwrap()
        .perform_script(&script, &["orders"]);
    for stack in ["prod-orders", "prod-orders-handler"] {
        assert_eq!(step(&report, &format!("release/{stack}-prepare")), None);
        assert!(step(&report, &format!("release/{stack}-execute")).is_some());
    }
}

#[test]
fn a_fork_is_built_where_it_belongs_and_stays() {
    let team = crate::team::team().unwrap();
    let cloud = standing(&team);
    let scenario = Scenario {
        by: Some("alice".to_owned()),
        ..Scenario::build("orders")
    };
    let report = play(&team, &cloud, &scenario).unwrap();
    assert_eq!(arrival(&report, "alice", BUNDLE).currency, Currency::Own);
    for place in ["bob", "carol", "build account"] {
        assert_eq!(
            arrival(&report, place, BUNDLE).currency,
            Currency::Nothing,
            "{place}"
        );
    }
    assert!(report.steps.iter().all(|step| step.place == "alice"));
    let held = Scenario {
        while_held: true,
        ..Scenario::build("orders")
    };
    let report = play(&team, &cloud, &held).unwrap();
    assert_eq!(arrival(&report, "alice", BUNDLE).currency, Currency::Own);
    assert_eq!(arrival(&report, "carol", BUNDLE).currency, Currency::Current);
}

#[test]
fn an_account_that_is_down_catches_up_and_nobody_else_notices() {
    let team = crate::team::team().unwrap();
    let cloud = standing(&team);
    let scenario = Scenario {
        account_down: vec!["bob".to_owned()],
        late_event: true,
        twice: true,
        ..Scenario::build("orders")
    };
    let report = play(&team, &cloud, &scenario).unwrap();
    let deployed = |place| arrival(&report, place, BUNDLE).deployed.unwrap();
    assert_eq!(arrival(&report, "bob", BUNDLE).currency, Currency::Current);
    assert!(deployed("bob") > 3_600);
    assert!(deployed("carol") < 1_800);
    assert!(
        report
            .steps
            .iter()
            .any(|step| matches!(step.outcome, Outcome::Retried(_)) && step.place == "bob")
    );
}

#[test]
fn a_stage_that_fails_stops_what_comes_after_it() {
    let team = crate::team::team().unwrap();
    let cloud = standing(&team);
    let scenario = Scenario {
        fail: vec!["test".to_owned()],
        approve: true,
        ..Scenario::build("orders")
    };
    let report = play(&team, &cloud, &scenario).unwrap();
    assert!(
        report
            .steps
            .iter()
            .any(|step| matches!(step.outcome, Outcome::Staged(_)) && step.place == "qa")
    );
    assert!(!report.steps.iter().any(|step| step.place == "prod"));
    assert!(arrival(&report, "bob", BUNDLE).deployed.is_some());
}

#[test]
fn what_the_team_does_not_have_is_said() {
    let team = crate::team::team().unwrap();
    let cloud = standing(&team);
    let orders = || Scenario::build("orders");
    let by = |name: &str| Some(name.to_owned());
    let fail = vec!["release-1".to_owned()];
    let refused = [
        Scenario::build("order"),
        Scenario {
            by: by("alicia"),
            ..orders()
        },
        Scenario {
            by: by("carol"),
            ..orders()
        },
        Scenario { fail, ..orders() },
    ];
    let refused = refused.map(|scenario| play(&team, &cloud, &scenario).unwrap_err().to_string());
    let fleet = crate::fleet::fleet(1, 1).unwrap();
    let cloud = standing(&fleet);
    let held = Scenario {
        while_held: true,
        ..Scenario::build("service-0")
    };
    let nobody = play(&fleet, &cloud, &held).unwrap_err().to_string();
    insta::assert_snapshot!("rehearsal.refused", format!("{}\n{nobody}", refused.join("\n")));
}

/// Takes a statement out of a role's policy, behind the program's back.
fn without_statement(cloud: &LocalCloud, resource_type: &str, sid: &str) {
    let changed = cloud.change_properties(|resource, properties| {
        if resource != resource_type {
            return;
        }
        let text = properties.to_string();
        if text.contains(&format!("\"Sid\":\"{sid}\"")) {
            let renamed = text.replace(
                &format!("\"Sid\":\"{sid}\",\"Effect\":\"Allow\""),
                &format!("\"Sid\":\"{sid}\",\"Effect\":\"Deny\""),
            );
            *properties = serde_json::from_str(&renamed).unwrap();
        }
    });
    assert!(changed > 0, "no {resource_type} has a statement {sid}");
}

#[test]
fn what_the_deployed_policies_deny_stops_there_with_its_reason() {
    let team = crate::team::team().unwrap();
    // As proved for the program; what stands in the accounts is another matter.
    for (resource_type, sid, stops) in [
        ("AWS::IAM::Role", "ReadBuilds", "copies"),
        ("AWS::IAM::Role", "WriteCopies", "copies"),
        ("AWS::IAM::Role", "StartPipeline", "rule acme-orders starts"),
    ] {
        let cloud = standing(&team);
        without_statement(&cloud, resource_type, sid);
        let report = play(&team, &cloud, &Scenario::build("orders")).unwrap();
        let denied: Vec<_> = report.denied().collect();
        assert!(!denied.is_empty(), "{sid}");
        for step in denied {
            assert!(step.what.starts_with(stops), "{sid}: {}", step.what);
            let Outcome::Denied(denial) = &step.outcome else {
                unreachable!()
            };
            let explained = denial.proved.diagnostic();
            assert!(format!("{explained:?}").contains(sid), "{explained:?}");
        }
        assert_eq!(arrival(&report, "carol", BUNDLE).deployed, None);
    }
}

/// EventBridge says of no rule and no account that it publishes to a topic for them.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html>
#[test]
fn a_condition_that_eventbridge_never_meets_stops_every_announcement() {
    let team = crate::team::team().unwrap();
    for (operator, key, value) in [
        ("StringEquals", "aws:SourceAccount", "111111111111"),
        (
            "ArnLike",
            "aws:SourceArn",
            "arn:aws:events:us-east-1:111111111111:rule/acme-artifacts",
        ),
    ] {
        let cloud = standing(&team);
        let mut changed = 0;
        cloud.change_properties(|resource, properties| {
            let statement = properties.pointer_mut("/PolicyDocument/Statement/0");
            let Some(statement) = statement.filter(|_| resource == "AWS::SNS::TopicPolicy") else {
                return;
            };
            if statement["Sid"] == "AnnounceBuilds" {
                statement["Condition"] = serde_json::json!({ operator: { key: [value] } });
                changed += 1;
            }
        });
        assert_eq!(changed, 1);
        let report = play(&team, &cloud, &Scenario::build("orders")).unwrap();
        let denied: Vec<&str> = report.denied().map(|step| step.what.as_str()).collect();
        assert!(!denied.is_empty(), "{key}");
        for what in denied {
            assert!(what.starts_with("announces"), "{key}: {what}");
        }
        for developer in ["bob", "carol"] {
            assert_eq!(
                arrival(&report, developer, BUNDLE).currency,
                Currency::Nothing,
                "{key}"
            );
        }
    }
}

#[test]
fn what_a_rule_may_not_deliver_is_kept_and_only_else_lost() {
    let team = crate::team::team().unwrap();
    let queue = "arn:aws:sqs:us-east-1:111111111111:acme-undelivered-events";
    let cloud = standing(&team);
    without_statement(&cloud, "AWS::IAM::Role", "StartPipeline");
    let report = play(&team, &cloud, &Scenario::build("orders")).unwrap();
    let kept = format!("the event of {BUNDLE} is kept in acme-undelivered-events");
    for place in ["build account", "bob", "carol"] {
        let mut steps = report.steps.iter();
        let step = steps.find(|step| step.place == place && step.what == kept);
        let step = step.unwrap_or_else(|| panic!("nothing is kept in {place}"));
        assert!(matches!(step.outcome, Outcome::Done), "{step:?}");
        // It follows from the refusal.
        let refused = &report.steps[step.parent.unwrap()];
        assert!(matches!(refused.outcome, Outcome::Denied(_)), "{refused:?}");
    }
    // The event as S3 told it.
    let messages = cloud.messages(queue);
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert!(
        messages[0].contains("\"detail-type\":\"Object Created\""),
        "{}",
        messages[0]
    );

    let cloud = standing(&team);
    without_statement(&cloud, "AWS::IAM::Role", "StartPipeline");
    without_statement(&cloud, "AWS::SQS::QueuePolicy", "RulesSend");
    let report = play(&team, &cloud, &Scenario::build("orders")).unwrap();
    let lost = format!("the event of {BUNDLE} is lost");
    let mut steps = report.denied().filter(|step| step.what == lost);
    assert!(steps.next().is_some(), "{:?}", report.steps);
    assert!(cloud.messages(queue).is_empty());
}

/// Random pushes, forks, holds and outages in a random team.
fn script(
    plan: &Plan,
    pushes: &[(u64, usize, Option<usize>, bool)],
    outages: &[(usize, u64, u64)],
    seed: u64,
) -> Script {
    let developer = |number: usize| format!("developer-{}", number % plan.developers.len().max(1));
    Script {
        pushes: pushes
            .iter()
            .map(|(at, service, by, late)| ScriptedPush {
                at: *at,
                service: format!("service-{}", service % plan.services.len()),
                by: by.map(developer),
                late: *late,
            })
            .collect(),
        outages: outages
            .iter()
            .map(|(number, from, lasts)| Outage {
                developer: developer(*number),
                from: *from,
                until: from + lasts,
            })
            .collect(),
        approve: true,
        twice: seed.is_multiple_of(2),
        seed: Some(seed),
        ..Script::default()
    }
}

/// What a developer holds, and what they build themselves.
fn holds(plan: &Plan, developer: usize) -> Option<(usize, bool)> {
    let (_, service, fork) = &plan.developers[developer];
    let service = service.as_ref()?.index(plan.services.len());
    Some((service, *fork && plan.services[service].2))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn everybody_converges_and_nothing_goes_astray(
        plan in plan(),
        pushes in prop::collection::vec((0_u64..4_000, 0_usize..4, prop::option::of(0_usize..4), any::<bool>()), 1..7),
        outages in prop::collection::vec((0_usize..4, 0_u64..4_000, 1_u64..9_000), 0..3),
        seed in any::<u64>(),
    ) {
        let Ok(team) = team(&plan, false) else { return Ok(()) };
        let cloud = standing(&team);
        // A push by somebody without a fork of that service does not happen.
        let pushes: Vec<_> = pushes
            .into_iter()
            .filter(|(_, service, by, _)| by.is_none_or(|by| {
                let developers = plan.developers.len();
                developers > 0 && holds(&plan, by % developers) == Some((service % plan.services.len(), true))
            }))
            .collect();
        let script = script(&plan, &pushes, &outages, seed);
        let services: Vec<String> = (0..plan.services.len()).map(|number| format!("service-{number}")).collect();
        let services: Vec<&str> = services.iter().map(String::as_str).collect();
        let report = Rehearsal::of(&team, &cloud, Arc::new(Twin), &()).unwrap().perform_script(&script, &services);
        prop_assert_eq!(report.denied().count(), 0);

        let built: BTreeSet<&str> =
            script.pushes.iter().filter(|push| push.by.is_none()).map(|push| push.service.as_str()).collect();
        for arrival in report.arrivals.iter().filter(|arrival| arrival.place != "build account") {
            let developer: usize = arrival.place.strip_prefix("developer-").unwrap().parse().unwrap();
            let service = arrival.artifact.split('/').next().unwrap();
            let held = holds(&plan, developer).is_some_and(|(held, _)| format!("service-{held}") == service);
            let has = arrival.currency;
            if held {
                prop_assert!(matches!(has, Currency::Own | Currency::Nothing), "{:?}", arrival);
            } else if built.contains(service) {
                // The newest upstream version, and deployed.
                prop_assert_eq!(has, Currency::Current, "{:?}", arrival);
                prop_assert!(arrival.deployed.is_some(), "{:?}", arrival);
            } else {
                prop_assert_eq!(has, Currency::Nothing, "{:?}", arrival);
            }
        }
        nothing_is_astray(&cloud)?;
    }
}

/// Nobody has what is not theirs or announced, and the real environments have upstream builds only.
fn nothing_is_astray(cloud: &LocalCloud) -> std::result::Result<(), TestCaseError> {
    let resources = cloud.resources();
    let mut upstream = BTreeMap::new();
    let buckets = resources
        .iter()
        .filter(|resource| resource.resource_type == "AWS::S3::Bucket");
    let announcing: Vec<&ResourceView> = buckets
        .filter(|bucket| !bucket.properties["NotificationConfiguration"].is_null())
        .collect();
    for bucket in announcing
        .iter()
        .filter(|bucket| bucket.account == "111111111111")
    {
        for key in cloud.keys(&bucket.physical_id) {
            for version in cloud.versions(&bucket.physical_id, &key) {
                prop_assert!(
                    version.metadata["build"].contains("of 111111111111,"),
                    "{:?}",
                    version.metadata
                );
                upstream.insert((key.clone(), version.version_id), version.content);
            }
        }
    }
    for bucket in announcing
        .iter()
        .filter(|bucket| bucket.account != "111111111111")
    {
        for key in cloud.keys(&bucket.physical_id) {
            for version in cloud.versions(&bucket.physical_id, &key) {
                match version.metadata.get("source-version") {
                    Some(source) => {
                        let original = upstream.get(&(key.clone(), source.clone()));
                        prop_assert_eq!(original, Some(&version.content));
                    }
                    None => {
                        let own = format!("of {},", bucket.account);
                        prop_assert!(version.metadata["build"].contains(&own), "{:?}", version.metadata);
                    }
                }
            }
        }
    }
    for stack in cloud.stacks() {
        if stack.account.starts_with('2') && stack.description.starts_with("Rehearsed") {
            prop_assert!(
                stack.description.contains("of 111111111111,"),
                "{}",
                stack.description
            );
        }
    }
    Ok(())
}
