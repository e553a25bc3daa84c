//! The access proof: it holds for teams that are right, and notices every statement that is missing or too wide.

use std::collections::BTreeSet;

use pipeline_dsl::policy::authorization;
use pipeline_dsl::prelude::*;
use pipeline_dsl::proof::{Expectation, Proof, Proved, Prover, StatementPlace, Verdict, WhatIf, prove};
use pipeline_dsl::synth::{Assembly, synth};
use serde_json::{Value, json};

use crate::sample;

pub(crate) fn assembled(team: &Team) -> Assembly {
    synth(team).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

fn proved(team: &Team) -> Proof {
    prove(team, &assembled(team)).unwrap()
}

#[track_caller]
fn holds(proof: &Proof) {
    let broken = proof.diagnostics();
    assert!(broken.is_empty(), "{} broken\n{broken}", broken.len());
    assert!(proof.findings.is_empty(), "{:#?}", proof.findings);
}

#[test]
fn the_team_is_proved() {
    holds(&proved(&crate::team::team().unwrap()));
}

#[test]
fn a_fleet_is_proved() {
    holds(&proved(&crate::fleet::fleet(3, 2).unwrap()));
}

/// Each statement once: stacks of one name have the same ones.
fn places<'a>(prover: &'a Prover<'_>) -> Vec<(usize, StatementPlace<'a>)> {
    let mut seen = BTreeSet::new();
    prover
        .statements()
        .into_iter()
        .enumerate()
        .filter(|(_, place)| {
            let stack = place.stack.rsplit('/').next().unwrap_or_default();
            let sid = place.statement["Sid"].to_string();
            seen.insert((stack.to_owned(), place.resource.to_owned(), sid))
        })
        .collect()
}

/// Whether some request gets the wrong answer then.
fn noticed(prover: &Prover<'_>, place: &StatementPlace<'_>, changed: &WhatIf) -> bool {
    prover.asked_of(place).any(|hop| {
        let verdict = changed.decide(hop).verdict;
        (verdict == Verdict::Allowed) != (hop.expectation == Expectation::Allowed)
    })
}

fn sid(place: &StatementPlace<'_>) -> String {
    format!("{} {} {}", place.stack, place.resource, place.statement["Sid"])
}

/// Of different kinds: forks, holds and boundaries; many developers alike; artifacts from elsewhere, developers admitted
/// one by one; builds with secrets, images and permissions; assets and nested stacks; parameters of templates and roles of others.
fn teams() -> [Team; 6] {
    let alone = sample::world()
        .developers((0..3).map(sample::developer))
        .with(sample::pipeline());
    [
        crate::team::team().unwrap(),
        crate::fleet::fleet(2, 1).unwrap(),
        alone.build().unwrap(),
        crate::builds_example::team().unwrap(),
        crate::serverless_example::team().unwrap(),
        with_permissions_of_others(),
    ]
}

/// A template with parameters of Parameter Store, and tasks that are started with a role of the account's.
fn with_permissions_of_others() -> Team {
    let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders/orders.zip"));
    let roles = Roles::passed_to(["lambda.amazonaws.com"]).allow_broadly(
        ["ec2:DescribeInstances", "ec2:AuthorizeSecurityGroupIngress"],
        ["*"],
        "groups are found by their tags",
    );
    let permissions = sample::permissions()
        .allow(["ssm:GetParameters"], ["arn:aws:ssm:*:*:parameter/orders/*"])
        .pass_role(
            "arn:aws:iam::${AWS::AccountId}:role/ecsTaskExecutionRole",
            "ecs-tasks.amazonaws.com",
            "every account has it",
        )
        .roles(roles);
    let pipeline = pipeline
        .stack(Stack::named("orders").template(bundle.file("template.yaml")))
        .permissions(permissions)
        .release(sample::wave());
    sample::world().with(pipeline).build().unwrap()
}

/// Parameters of a template are read for whoever creates the change set, and a role of the account is for the service that was named.
#[test]
fn what_others_have_is_used_as_it_is_declared() {
    let team = with_permissions_of_others();
    assert!(team.warnings().is_empty(), "{}", team.warnings());
    let assembly = assembled(&team);
    let proof = prove(&team, &assembly).unwrap();
    assert!(proof.holds(), "{}", proof.diagnostics());
    let waived: Vec<&str> = proof
        .findings
        .iter()
        .map(|finding| {
            finding
                .waiver
                .as_deref()
                .expect("nothing is wider than it was said to be")
        })
        .collect();
    assert!(waived.contains(&"every account has it") && waived.contains(&"groups are found by their tags"));
    let statement = |resource: &str, sid: &str| {
        let stack = assembly
            .stacks()
            .iter()
            .find(|stack| stack.id.as_str().ends_with("acme-target-orders"))
            .unwrap();
        let template: Value = serde_json::from_str(assembly.template(stack)).unwrap();
        let policies = template["Resources"][resource]["Properties"]["Policies"].clone();
        let statements = policies.as_array().unwrap().iter().flat_map(|policy| {
            let statements = policy["PolicyDocument"]["Statement"].as_array().unwrap();
            statements.clone()
        });
        statements
            .into_iter()
            .find(|statement| statement["Sid"] == sid)
            .unwrap_or_else(|| panic!("{resource} has no {sid}"))
    };
    let read = statement("ActionRole", "ReadTemplateParameters");
    assert_eq!(read["Action"], serde_json::json!(["ssm:GetParameters"]));
    let pass = statement("DeploymentRole", "Passed0");
    assert_eq!(
        pass["Condition"],
        serde_json::json!({"StringEquals": {"iam:PassedToService": ["ecs-tasks.amazonaws.com"]}})
    );
}

/// Statements that are there in case AWS asks for them, which no page settles: no request needs them.
const IN_CASE: [&str; 3] = [
    "PassElsewhereToPipelines",
    "PassElsewhereToCloudFormation",
    "TransformTemplates",
];

/// What becomes of each statement, where nothing notices it; and how many there were.
fn unnoticed(change: fn(&Value) -> Vec<Option<Value>>, lint: bool) -> (Vec<String>, usize) {
    let (mut missed, mut total) = (Vec::new(), 0);
    for team in teams() {
        let assembly = assembled(&team);
        let prover = Prover::of(&team, &assembly).unwrap();
        let settled = places(&prover).into_iter().filter(|(_, place)| {
            let sid = place.statement["Sid"].as_str().unwrap_or_default();
            !IN_CASE.contains(&sid)
        });
        for (position, place) in settled {
            for instead in change(place.statement) {
                total += 1;
                let changed = prover.what_if(position, instead.as_ref()).unwrap();
                let found = lint && !changed.findings().is_empty();
                if !found && !noticed(&prover, &place, &changed) {
                    missed.push(format!("{} {instead:?}", sid(&place)));
                }
            }
        }
    }
    (missed, total)
}

/// A statement whose removal nothing notices is needless, or a request is missing.
#[test]
fn every_statement_that_is_taken_out_is_noticed() {
    let (missed, total) = unnoticed(|_| vec![None], false);
    assert!(missed.is_empty(), "{} of {total} {missed:#?}", missed.len());
    assert!(total > 200, "{total}");
}

/// The statement without one of its actions, or without one of its resources.
fn narrowed(statement: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    for field in ["Action", "Resource"] {
        let Some(items) = statement[field].as_array().filter(|items| items.len() > 1) else {
            continue;
        };
        for position in 0..items.len() {
            let mut items = items.clone();
            items.remove(position);
            let mut narrowed = statement.clone();
            narrowed[field] = Value::Array(items);
            all.push(narrowed);
        }
    }
    all
}

#[test]
fn every_statement_that_is_narrowed_is_noticed() {
    let narrowed = |statement: &Value| narrowed(statement).into_iter().map(Some).collect();
    let (missed, total) = unnoticed(narrowed, false);
    assert!(missed.is_empty(), "{} of {total} {missed:#?}", missed.len());
    assert!(total > 300, "{total}");
}

/// The statement for everything a service does, for every resource, and without each of its conditions.
fn widened(statement: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    if statement["Effect"] == "Deny" {
        return all;
    }
    let first = statement["Action"][0]
        .as_str()
        .or(statement["Action"].as_str())
        .unwrap_or_default();
    let service = first.split(':').next().unwrap_or_default();
    let mut set = |field: &str, value: Value| {
        if statement.get(field).is_some_and(|there| *there != value) {
            let mut widened = statement.clone();
            widened[field] = value;
            all.push(widened);
        }
    };
    set("Action", json!([format!("{service}:*")]));
    set("Resource", json!(["*"]));
    for (operator, keys) in statement["Condition"].as_object().into_iter().flatten() {
        for key in keys.as_object().unwrap().keys() {
            let mut widened = statement.clone();
            widened["Condition"][operator]
                .as_object_mut()
                .unwrap()
                .remove(key);
            if widened["Condition"][operator].as_object().unwrap().is_empty() {
                widened["Condition"].as_object_mut().unwrap().remove(operator);
            }
            all.push(widened);
        }
    }
    all
}

#[test]
fn every_statement_that_is_widened_is_noticed() {
    let widened = |statement: &Value| widened(statement).into_iter().map(Some).collect();
    let (missed, total) = unnoticed(widened, true);
    assert!(missed.is_empty(), "{} of {total} {missed:#?}", missed.len());
    assert!(total > 300, "{total}");
}

/// Wide on purpose: shown with the reason, and proved all the same.
#[test]
fn a_waiver_is_shown_with_its_reason() {
    let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
    let reason = "glue names no resource for half of it";
    let pipeline = pipeline
        .stack(Stack::named("orders").template(bundle.file("template.yaml")))
        .permissions(sample::permissions().allow_broadly(["glue:*"], ["*"], reason))
        .release(sample::wave());
    let proof = proved(&sample::world().with(pipeline).build().unwrap());
    assert!(proof.holds(), "{}", proof.diagnostics());
    assert_eq!(proof.findings.len(), 2, "{:#?}", proof.findings);
    for finding in &proof.findings {
        assert_eq!(finding.waiver.as_deref(), Some(reason));
        assert_eq!(finding.statement, "Waived1");
    }
}

/// Without an organization each developer is admitted by name, and each admission is proved.
#[test]
fn every_developer_is_admitted() {
    let world = sample::world().developers((0..7).map(sample::developer));
    let team = world.with(sample::pipeline()).build().unwrap();
    let assembly = assembled(&team);
    let prover = Prover::of(&team, &assembly).unwrap();
    holds(&prover.prove().unwrap());
    let subscriptions = prover
        .hops()
        .iter()
        .filter(|hop| hop.request.action == "sns:Subscribe" && hop.expectation == Expectation::Allowed);
    assert_eq!(subscriptions.count(), 7);
    // Of two among them, everything is asked; of the others, how they are let in.
    let two = sample::world().developers((0..2).map(sample::developer));
    let two = two.with(sample::pipeline()).build().unwrap();
    let assembly = assembled(&two);
    let fewer = Prover::of(&two, &assembly).unwrap();
    assert!(prover.hops().len() < fewer.hops().len() * 2);
}

/// Whoever has a denied request to mend reads who wants what, for what, and which policy lacks it.
#[test]
fn a_missing_statement_is_explained() {
    let team = crate::team::team().unwrap();
    let assembly = assembled(&team);
    let prover = Prover::of(&team, &assembly).unwrap();
    let statements = prover.statements();
    let position = statements
        .iter()
        .position(|place| place.statement["Sid"] == "SubscribersDecryptBuilds")
        .unwrap();
    let changed = prover.what_if(position, None).unwrap();
    let hop = prover
        .asked_of(&statements[position])
        .find(|hop| hop.expectation == Expectation::Allowed && changed.decide(hop).verdict == Verdict::Denied)
        .unwrap();
    assert_eq!(hop.purpose, "the subscriber reads the artifact");
    let decision = changed.decide(hop);
    let lacking: Vec<&str> = decision.lacking().map(|step| step.kind).collect();
    assert_eq!(lacking, ["key policy"]);
    let broken = Proved {
        hop: hop.clone(),
        decision: decision.clone(),
    };
    let proof = Proof {
        allowed: 1,
        denied: 0,
        broken: vec![broken],
        assumed: Vec::new(),
        findings: Vec::new(),
        assumptions: Vec::new(),
        unasked: Vec::new(),
    };
    insta::assert_snapshot!(proof.diagnostics().to_string());
}

/// With it, no service at all acts for a stranger.
#[test]
fn services_say_for_whom_they_act_where_the_team_wants_it() {
    let world = || sample::world().developer(sample::developer(1));
    let usual = proved(&world().with(sample::pipeline()).build().unwrap());
    let strict = world().source_account_everywhere().with(sample::pipeline());
    let strict = proved(&strict.build().unwrap());
    holds(&strict);
    assert!(strict.denied > usual.denied);
}

/// What `AnnounceBuilds` said before AWS's page was read: each of these conditions alone makes it allow nothing.
#[test]
fn conditions_on_keys_that_aws_does_not_send_are_refused() {
    let team = crate::team::team().unwrap();
    let assembly = assembled(&team);
    let prover = Prover::of(&team, &assembly).unwrap();
    let statements = prover.statements();
    let position = |sid: &str| {
        statements
            .iter()
            .position(|place| place.statement["Sid"] == sid)
            .unwrap()
    };
    for (sid, operator, key, value) in [
        (
            "AnnounceBuilds",
            "StringEquals",
            "aws:SourceAccount",
            "111111111111",
        ),
        (
            "AnnounceBuilds",
            "ArnLike",
            "aws:SourceArn",
            "arn:aws:events:*:*:rule/*",
        ),
        ("SubscriptionSends", "StringLike", "aws:PrincipalOrgID", "*"),
        ("ReadBuilds", "StringLike", "aws:SourceArn", "*"),
    ] {
        let place = &statements[position(sid)];
        let mut changed = place.statement.clone();
        changed["Condition"][operator][key] = json!([value]);
        let changed = prover.what_if(position(sid), Some(&changed)).unwrap();
        assert!(noticed(&prover, place, &changed), "{sid} {key}");
    }
}

/// No statement of a team depends on what nobody documents, unless the team asks for it; and then it is told.
#[test]
fn assumed_keys_are_a_warning_by_name() {
    let world = || sample::world().developer(sample::developer(1));
    for team in teams() {
        assert_eq!(proved(&team).assumptions, []);
    }
    let strict = world().source_account_everywhere().with(sample::pipeline());
    let strict = proved(&strict.build().unwrap());
    let warnings = strict.warnings();
    assert!(warnings.iter().all(|warning| !warning.labels().is_empty()));
    // Without the line, which moves.
    let text = warnings.to_string();
    let lines = text.lines().filter(|line| !line.starts_with("  --> "));
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"));
}

/// In all teams, every statement says something that AWS asks, every request is one that AWS makes, and no action is
/// misspelt.
#[test]
fn what_is_granted_and_asked_is_what_aws_asks() {
    for team in teams() {
        let assembly = assembled(&team);
        let prover = Prover::of(&team, &assembly).unwrap();
        assert_eq!(prover.prove_each(|_| {}).unwrap().unasked, []);
        for hop in prover.hops() {
            let action = &hop.request.action;
            assert!(
                authorization::action(action).is_some(),
                "{action}: {}",
                hop.purpose
            );
        }
        for place in prover.statements() {
            let Some(actions) = place.statement["Action"].as_array() else {
                continue;
            };
            for action in actions.iter().map(|action| action.as_str().unwrap()) {
                assert!(
                    !authorization::actions(action).is_empty(),
                    "{action}: {}",
                    sid(&place)
                );
            }
        }
    }
}

/// What the reference says of a statement, a proof that only compares texts would not see.
#[test]
fn a_grant_on_what_aws_does_not_ask_is_refused() {
    let team = crate::team::team().unwrap();
    let assembly = assembled(&team);
    let prover = Prover::of(&team, &assembly).unwrap();
    let statements = prover.statements();
    for (sid, field, instead, message) in [
        (
            "AskOfNoResource",
            "Resource",
            json!(["arn:aws:logs:*:111111111111:log-group:*"]),
            "`logs:DescribeLogGroups` takes no resource",
        ),
        (
            "ReadBuilds",
            "Resource",
            json!(["arn:aws:s3:::acme-builds"]),
            "`s3:GetObjectVersion` is not asked on `arn:aws:s3:::acme-builds`",
        ),
        (
            "AnnounceBuilds",
            "Condition",
            json!({"StringEquals": {"sns:Protocol": ["lambda"]}}),
            "`sns:Publish` has no condition key `sns:Protocol`",
        ),
    ] {
        let position = statements.iter().position(|place| place.statement["Sid"] == sid);
        let position = position.unwrap_or_else(|| panic!("there is no statement {sid}"));
        let mut changed = statements[position].statement.clone();
        changed[field] = instead;
        let unasked = prover.what_if(position, Some(&changed)).unwrap().unasked();
        let misfits: Vec<String> = unasked.iter().map(|unasked| unasked.misfit.to_string()).collect();
        assert!(
            misfits.iter().any(|misfit| misfit.contains(message)),
            "{sid}: {misfits:?}"
        );
    }
}

/// An approval is given on the action's own ARN: a build that gets it there is noticed.
#[test]
fn a_build_that_may_approve_is_noticed() {
    let team = crate::team::team().unwrap();
    let assembly = assembled(&team);
    let prover = Prover::of(&team, &assembly).unwrap();
    let statements = prover.statements();
    let is_of_build =
        |place: &&StatementPlace<'_>| place.resource == "BuildRole" && place.statement["Resource"].is_array();
    let place = statements.iter().find(is_of_build).unwrap();
    let position = statements
        .iter()
        .position(|other| std::ptr::eq(other, place))
        .unwrap();
    let approval = prover.hops().iter().map(|hop| &hop.request).find(|request| {
        request.action == "codepipeline:PutApprovalResult" && request.resource.contains(":acme-orders/")
    });
    let approval = &approval.unwrap().resource;
    let pipeline = approval.split('/').next().unwrap();
    for (granted, is_noticed) in [(approval.as_str(), true), (pipeline, false)] {
        let mut changed = place.statement.clone();
        changed["Action"] = json!(["codepipeline:PutApprovalResult"]);
        changed["Resource"] = json!([granted]);
        changed.as_object_mut().unwrap().remove("Condition");
        let changed = prover.what_if(position, Some(&changed)).unwrap();
        let allowed = prover.hops().iter().any(|hop| {
            hop.request.action == "codepipeline:PutApprovalResult"
                && changed.decide(hop).verdict == Verdict::Allowed
        });
        assert_eq!(allowed, is_noticed, "{granted}");
        // On the pipeline it is of no use, and that is told.
        assert_eq!(changed.unasked().is_empty(), is_noticed, "{granted}");
    }
}

/// The roles of each region may do there what the program grants with `${AWS::Region}`, and nothing elsewhere.
#[test]
fn the_region_of_a_grant_is_each_that_the_service_goes_to() {
    let far = Environment::standard(
        sample::name("far"),
        sample::account("222222222222"),
        Region::ApSoutheast1,
    );
    let wave = Wave::named(sample::name("both")).to(sample::dev()).to(far).any();
    let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders/orders.zip"));
    let pipeline = pipeline
        .stack(Stack::named("orders").template(bundle.file("template.yaml")))
        .permissions(Permissions::new().allow(
            ["sns:CreateTopic"],
            ["arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:orders"],
        ))
        .release(wave.clone());
    let world = World::new(
        TeamName::new("acme"),
        BuildAccount::new(sample::account("111111111111"), Region::UsEast1),
    );
    let world = world.environment(sample::dev()).environment(far).wave(wave);
    let team = world.service(sample::orders()).with(pipeline).build().unwrap();
    holds(&proved(&team));
}
