//! A deployed team with one thing wrong in it: `check` names that thing, what follows from it, and nothing else.

use std::collections::BTreeSet;
use std::sync::Arc;

use pipeline_dsl::check::{Checked, check, connections};
use pipeline_dsl::delivery::{ProbeOptions, Probed, probe};
use pipeline_dsl::deploy::{
    Access, Aws, Event, Interrupt, Observer, Options, Selection, deploy, inspect, readiness,
};
use pipeline_dsl::local::{LocalCloud, ResourceView};
use pipeline_dsl::model::Provider;
use pipeline_dsl::prelude::*;
use pipeline_dsl::rehearsal::{Rehearsal, Script, Twin};
use pipeline_dsl::synth::{Assembly, synth};
use serde_json::{Value, json};

use crate::sample::{self, account, name};

struct Quiet;

impl Observer for Quiet {
    fn observe(&self, _: &Event<'_>) {}
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().unwrap().block_on(future)
}

const CONNECTION: &str = "arn:aws:codeconnections:us-east-1:111111111111:connection/0a1b2c3d";

/// One environment, one developer, one service that is built and makes roles.
fn team() -> Team {
    let connection = Connection::parse(Provider::GitHub, CONNECTION).unwrap();
    let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders/orders.zip"));
    let roles = Roles::passed_to(["lambda.amazonaws.com"]).allow(
        ["dynamodb:GetItem"],
        ["arn:aws:dynamodb:us-east-1:${AWS::AccountId}:table/orders"],
    );
    let pipeline = pipeline
        .stack(Stack::named("orders").template(bundle.file("template.yaml")))
        .permissions(sample::permissions().roles(roles))
        .built_by(CodeBuild::of(Repository::new(connection, "acme/orders")))
        .release(sample::wave());
    let developer = Developer::new(name("alice"), account("555555555555"), Region::EuWest1);
    sample::world()
        .developer(developer)
        .with(pipeline)
        .build()
        .unwrap()
}

fn aws(cloud: &LocalCloud) -> Arc<Aws> {
    let caller = account("111111111111");
    Arc::new(Aws::through(cloud.http_client(), caller, Access::AccountKeys))
}

fn options() -> Options {
    Options {
        poll_interval: std::time::Duration::from_micros(100),
        ..Options::default()
    }
}

fn deployed(assembly: &Arc<Assembly>) -> LocalCloud {
    let cloud = LocalCloud::in_memory();
    let summary = deploy(Arc::clone(assembly), aws(&cloud), options(), Arc::new(Quiet));
    assert!(block_on(summary).unwrap().is_success());
    cloud
}

fn checked(team: &Team, assembly: &Assembly, cloud: &LocalCloud) -> Checked {
    let inspected = block_on(inspect(assembly, aws(cloud), &options())).unwrap();
    check(team, assembly, &inspected).unwrap()
}

/// What somebody does with a console.
enum Deed {
    /// A resource is deleted.
    Delete,
    /// A statement of one of its policies is taken out.
    Without(&'static str),
    /// Its properties are changed.
    Change(fn(&mut Value)),
}

use Deed::{Change, Delete, Without};

/// The stack's name and the resource's, what is done to it, and what is told to follow from it.
type Fault = (&'static str, &'static str, Deed, &'static str);

/// Takes the statement with this name out, wherever it stands.
fn without(value: &mut Value, sid: &str) {
    match value {
        Value::Array(items) => {
            items.retain(|item| item["Sid"] != *sid);
            items.iter_mut().for_each(|item| without(item, sid));
        }
        Value::Object(members) => members.values_mut().for_each(|member| without(member, sid)),
        _ => {}
    }
}

fn trust_of_nobody(properties: &mut Value) {
    properties["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] =
        json!({"Service": "ec2.amazonaws.com"});
}

fn old_topic_policy(properties: &mut Value) {
    let statements = properties["PolicyDocument"]["Statement"].as_array_mut().unwrap();
    let announce = statements.iter_mut().find(|each| each["Sid"] == "AnnounceBuilds");
    announce.unwrap()["Condition"] = json!({"StringEquals": {"aws:SourceAccount": "111111111111"}});
}

fn without_webhook(project: &mut Value) {
    project.as_object_mut().unwrap().remove("Triggers");
}

fn for_everybody(project: &mut Value) {
    project["Triggers"]["PullRequestBuildPolicy"]["RequiresCommentApproval"] = "DISABLED".into();
}

fn for_readers(project: &mut Value) {
    project["Triggers"]["PullRequestBuildPolicy"]["ApproverRoles"] = json!(["GITHUB_READ"]);
}

fn open_to_everybody(properties: &mut Value) {
    let statements = properties["PolicyDocument"]["Statement"].as_array_mut().unwrap();
    statements.push(json!({
        "Sid": "Everybody",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::acme-build-111111111111-us-east-1-an/*",
    }));
}

fn faults() -> Vec<Fault> {
    vec![
        // Who announces builds.
        (
            "acme-build",
            "ArtifactTopicPolicy",
            Without("AnnounceBuilds"),
            "`events.amazonaws.com` is denied `sns:Publish`",
        ),
        (
            "acme-build",
            "ArtifactTopicPolicy",
            Change(old_topic_policy),
            "`events.amazonaws.com` is denied `sns:Publish`",
        ),
        (
            "acme-build",
            "ArtifactTopicPolicy",
            Delete,
            "`events.amazonaws.com` is denied `sns:Publish`",
        ),
        ("acme-build", "ArtifactRule", Delete, ""),
        (
            "acme-build",
            "ArtifactRule",
            Change(|rule| rule["State"] = json!("DISABLED")),
            "",
        ),
        (
            "acme-build",
            "UndeliveredEventsPolicy",
            Without("RulesSend"),
            "is denied `sqs:SendMessage`",
        ),
        // What developers read.
        (
            "acme-build",
            "BuildBucketPolicy",
            Without("SubscribersReadBuilds"),
            "is denied `s3:GetObject",
        ),
        (
            "acme-build",
            "BuildBucketPolicy",
            Delete,
            "is denied `s3:GetObject",
        ),
        (
            "acme-build",
            "BuildBucketPolicy",
            Change(open_to_everybody),
            "is allowed `s3:GetObject`",
        ),
        (
            "acme-build",
            "Key",
            Without("SubscribersDecryptBuilds"),
            "is denied `kms:Decrypt`",
        ),
        // A developer's account.
        ("acme-developer", "Subscription", Delete, "developer alice"),
        (
            "acme-developer",
            "SubscriberPermission",
            Delete,
            "is denied `lambda:InvokeFunction`",
        ),
        ("acme-developer", "Subscriber", Delete, ""),
        (
            "acme-developer",
            "SubscriberRole",
            Without("ReadBuilds"),
            "is denied `s3:GetObject",
        ),
        (
            "acme-developer",
            "SubscriberRole",
            Change(trust_of_nobody),
            "`lambda.amazonaws.com` is denied `sts:AssumeRole`",
        ),
        ("acme-developer", "DeadLetterQueue", Delete, ""),
        ("acme-developer", "DeadLetterAlarm", Delete, ""),
        ("acme-developer-service-orders", "TriggerRule", Delete, ""),
        (
            "acme-developer-service-orders",
            "TriggerRole",
            Without("StartPipeline"),
            "is denied `codepipeline:StartPipelineExecution`",
        ),
        ("acme-developer-service-orders", "Pipeline", Delete, ""),
        // The pipeline of the build account, and where it deploys to.
        (
            "acme-service-orders",
            "PipelineRole",
            Without("ReadSources"),
            "is denied `s3:GetObject",
        ),
        (
            "acme-service-orders",
            "PipelineRole",
            Without("AssumeActionRoles"),
            "is denied `sts:AssumeRole`",
        ),
        ("acme-service-orders", "BuildProject", Delete, ""),
        ("acme-service-orders", "BuildProject", Change(without_webhook), ""),
        ("acme-service-orders", "ChecksProject", Change(for_everybody), ""),
        ("acme-service-orders", "ChecksProject", Change(for_readers), ""),
        (
            "acme-service-orders",
            "BuildRole",
            Without("ReadRepository"),
            "is denied `codeconnections:",
        ),
        (
            "acme-target-orders",
            "ActionRole",
            Change(trust_of_nobody),
            "is denied `sts:AssumeRole`",
        ),
        (
            "acme-target-orders",
            "ActionRole",
            Without("PassDeploymentRole"),
            "is denied `iam:PassRole`",
        ),
        (
            "acme-target-orders",
            "DeploymentRole",
            Without("Declared0"),
            "is denied `sns:CreateTopic`",
        ),
        (
            "acme-target-orders",
            "DeploymentRole",
            Change(trust_of_nobody),
            "`cloudformation.amazonaws.com` is denied `sts:AssumeRole`",
        ),
        ("acme-target-orders", "Boundary", Delete, ""),
    ]
}

fn is_it(resource: &ResourceView, stack: &str, logical_id: &str) -> bool {
    resource.stack == stack && resource.logical_id == logical_id
}

#[test]
fn a_team_as_it_was_deployed_is_right() {
    let team = team();
    let assembly = Arc::new(synth(&team).unwrap());
    let cloud = deployed(&assembly);
    let checked = checked(&team, &assembly, &cloud);
    assert!(checked.is_right(), "{:?}", checked.faults);
    assert_eq!(checked.stacks, assembly.stacks().len());
    let not_read: Vec<&str> = checked.not_read.iter().map(String::as_str).collect();
    assert_eq!(not_read, ["Custom::Backfill"]);
}

#[test]
fn each_fault_is_named_and_nothing_else() {
    let team = team();
    let assembly = Arc::new(synth(&team).unwrap());
    let all = faults();
    assert!(all.len() >= 20);
    let mut mistakes = Vec::new();
    for (stack, resource, deed, follows) in all {
        let cloud = deployed(&assembly);
        let done = match deed {
            Delete => cloud.delete_each(|each| is_it(each, stack, resource)),
            Without(sid) => cloud.change_each(|each, properties| {
                if is_it(each, stack, resource) {
                    without(properties, sid);
                }
            }),
            Change(change) => cloud.change_each(|each, properties| {
                if is_it(each, stack, resource) {
                    change(properties);
                }
            }),
        };
        if done != 1 {
            mistakes.push(format!("{stack} {resource}: {done} resources were changed"));
            continue;
        }
        let checked = checked(&team, &assembly, &cloud);
        let named: BTreeSet<(&str, &str)> = checked
            .faults
            .iter()
            .map(|fault| {
                let stack = fault.stack.as_ref().map_or("", |stack| stack.as_str());
                (
                    stack.rsplit('/').next().unwrap(),
                    fault.resource.as_deref().unwrap_or_default(),
                )
            })
            .collect();
        let told: Vec<String> = checked
            .faults
            .iter()
            .flat_map(|fault| {
                let wrong = fault.wrong.iter().map(|wrong| wrong.message().to_owned());
                wrong.chain(fault.unreached.iter().cloned())
            })
            .collect();
        if named != BTreeSet::from([(stack, resource)]) || checked.faults.len() != 1 {
            mistakes.push(format!("{stack} {resource}: named {named:?}"));
        } else if !told.iter().any(|each| each.contains(follows)) && !follows.is_empty() {
            mistakes.push(format!("{stack} {resource}: {follows}: told {told:#?}"));
        }
    }
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
}

#[test]
fn a_pending_connection_is_named_with_the_project_that_needs_it() {
    let team = team();
    let assembly = Arc::new(synth(&team).unwrap());
    let cloud = deployed(&assembly);
    cloud.set_connection_status(CONNECTION, "PENDING");
    let checked = checked(&team, &assembly, &cloud);
    let named: Vec<&str> = checked
        .faults
        .iter()
        .filter_map(|fault| fault.resource.as_deref())
        .collect();
    assert_eq!(named, ["BuildProject", "ChecksProject"]);
    for fault in &checked.faults {
        assert!(fault.what.ends_with("is PENDING"), "{}", fault.what);
        assert!(fault.mend.contains("handshake"), "{}", fault.mend);
    }
}

#[test]
fn another_pull_request_policy_is_told_with_the_one_that_is_wanted() {
    let team = team();
    let assembly = Arc::new(synth(&team).unwrap());
    let cloud = deployed(&assembly);
    cloud.change_each(|each, properties| {
        if is_it(each, "acme-service-orders", "ChecksProject") {
            for_readers(properties);
        }
    });
    let checked = checked(&team, &assembly, &cloud);
    let fault = checked.faults.first().unwrap();
    assert!(
        fault.what.ends_with(
            "FORK_PULL_REQUESTS (GITHUB_READ) instead of FORK_PULL_REQUESTS (GITHUB_ADMIN, GITHUB_MAINTAIN, GITHUB_WRITE)"
        ),
        "{}",
        fault.what
    );
    assert!(
        fault.mend.ends_with(
            "--project-name acme-orders-checks --pull-request-build-policy \
             requiresCommentApproval=FORK_PULL_REQUESTS,approverRoles=GITHUB_ADMIN,GITHUB_MAINTAIN,GITHUB_WRITE"
        ),
        "{}",
        fault.mend
    );
}

#[test]
fn a_stack_that_is_not_there_is_a_fault() {
    let team = team();
    let assembly = Arc::new(synth(&team).unwrap());
    let checked = checked(&team, &assembly, &LocalCloud::in_memory());
    assert_eq!(checked.faults.len(), assembly.stacks().len());
    assert!(
        checked
            .faults
            .iter()
            .all(|fault| fault.what == "the stack is not deployed")
    );
}

#[test]
fn what_was_put_back_is_right_again() {
    let team = team();
    let assembly = Arc::new(synth(&team).unwrap());
    let cloud = deployed(&assembly);
    let mut before = Value::Null;
    cloud.change_each(|each, properties| {
        if is_it(each, "acme-build", "Key") {
            before = properties.clone();
            without(properties, "SubscribersDecryptBuilds");
        }
    });
    assert!(!checked(&team, &assembly, &cloud).is_right());
    cloud.change_each(|each, properties| {
        if is_it(each, "acme-build", "Key") {
            properties.clone_from(&before);
        }
    });
    assert!(checked(&team, &assembly, &cloud).is_right());
}

fn probed(team: &Team, assembly: &Assembly, cloud: &LocalCloud) -> Probed {
    let rehearsal = Rehearsal::of(team, cloud, Arc::new(Twin), &()).unwrap();
    let options = ProbeOptions {
        timeout: std::time::Duration::ZERO,
        pause: std::time::Duration::ZERO,
        interrupt: Interrupt::default(),
    };
    let selection = Selection::default();
    let moves = || drop(rehearsal.perform_script(&Script::default(), &[]));
    block_on(probe(assembly, aws(cloud), &selection, &options, moves)).unwrap()
}

#[test]
fn a_probe_reaches_everybody_and_leaves_nothing() {
    let team = team();
    let assembly = Arc::new(synth(&team).unwrap());
    let cloud = deployed(&assembly);
    let probed = probed(&team, &assembly, &cloud);
    assert!(probed.is_right(), "{:?} {:?}", probed.missing, probed.failed);
    assert_eq!(probed.arrived, [name("alice")]);
    assert!(probed.key.starts_with("pipeline-dsl-check/"));
    for bucket in [
        "acme-build-111111111111-us-east-1-an",
        "acme-build-555555555555-eu-west-1-an",
    ] {
        assert_eq!(cloud.versions(bucket, &probed.key), [], "{bucket}");
    }
    assert!(cloud.started_pipelines().is_empty());
}

/// With the policy that once stood on the topic, on AWS nothing would ever have arrived.
#[test]
fn a_probe_that_the_topic_refuses_reaches_nobody_and_is_removed_all_the_same() {
    let team = team();
    let assembly = Arc::new(synth(&team).unwrap());
    let cloud = deployed(&assembly);
    cloud.change_each(|each, properties| {
        if is_it(each, "acme-build", "ArtifactTopicPolicy") {
            old_topic_policy(properties);
        }
    });
    let probed = probed(&team, &assembly, &cloud);
    assert_eq!(probed.missing, [name("alice")]);
    assert_eq!(probed.failed.len(), 0);
    let bucket = "acme-build-111111111111-us-east-1-an";
    assert_eq!(cloud.versions(bucket, &probed.key), []);
}

#[test]
fn before_the_first_deployment_accounts_and_connections_are_looked_at() {
    let team = team();
    let assembly = Arc::new(synth(&team).unwrap());
    let cloud = LocalCloud::in_memory();
    let looked = || {
        let options = options();
        let found = readiness(&assembly, aws(&cloud), &options, connections(&team), None);
        block_on(found).unwrap()
    };
    let subjects: Vec<String> = looked().into_iter().map(|each| each.subject).collect();
    assert_eq!(
        subjects,
        [
            "111111111111/us-east-1",
            "222222222222/us-east-1",
            "555555555555/eu-west-1",
            CONNECTION
        ]
    );
    assert!(looked().iter().all(|each| each.found.is_ok()));
    cloud.set_connection_status(CONNECTION, "PENDING");
    let obstacles: Vec<String> = looked()
        .iter()
        .filter_map(|each| Some(format!("{}: {}", each.subject, each.found.as_ref().err()?)))
        .collect();
    assert_eq!(obstacles, [format!("{CONNECTION}: the connection is PENDING")]);
    assert_eq!(cloud.stacks(), [], "looking changes nothing");
}

/// Credentials of one account for all of them: the usual mistake.
#[test]
fn credentials_of_one_account_are_an_obstacle_in_the_others() {
    let team = team();
    let assembly = Arc::new(synth(&team).unwrap());
    let cloud = LocalCloud::in_memory();
    let caller = account("111111111111");
    let one = Arc::new(Aws::through(cloud.http_client(), caller, Access::Standard));
    let options = options();
    let found = readiness(&assembly, one, &options, connections(&team), None);
    let found = block_on(found).unwrap();
    let obstacles: Vec<&str> = found
        .iter()
        .filter(|each| each.found.is_err())
        .map(|each| each.subject.as_str())
        .collect();
    assert_eq!(obstacles, ["222222222222/us-east-1", "555555555555/eu-west-1"]);
}

/// Drift detection compares with the template that is deployed; what is not deployed yet is no drift.
#[test]
fn a_program_that_was_edited_and_not_deployed_is_a_fault() {
    let team = team();
    let assembly = Arc::new(synth(&team).unwrap());
    let cloud = deployed(&assembly);
    let holding =
        Developer::new(name("alice"), account("555555555555"), Region::EuWest1).hold(sample::orders());
    let world = sample::world().developer(holding);
    let edited = world.with(sample::pipeline()).build().unwrap();
    let assembly = Arc::new(synth(&edited).unwrap());
    let checked = checked(&edited, &assembly, &cloud);
    let outdated = "the stack is not deployed as the program is now";
    let stacks: Vec<&str> = checked
        .faults
        .iter()
        .filter(|fault| fault.what == outdated)
        .filter_map(|fault| fault.stack.as_ref()?.as_str().rsplit('/').next())
        .collect();
    assert!(stacks.contains(&"acme-developer"), "its parameter: {stacks:?}");
    assert!(
        stacks.contains(&"acme-service-orders"),
        "its template: {stacks:?}"
    );
}

/// The command names every parameter: one that is left out takes its default.
#[test]
fn the_mend_keeps_the_parameters_of_the_stack() {
    let team = team();
    let assembly = Arc::new(synth(&team).unwrap());
    let cloud = deployed(&assembly);
    cloud.delete_each(|each| is_it(each, "acme-developer", "DeadLetterAlarm"));
    let checked = checked(&team, &assembly, &cloud);
    let mend = &checked.faults[0].mend;
    for parameter in ["BuildKeyArn", "HeldKeys"] {
        assert!(
            mend.contains(&format!("ParameterKey={parameter},UsePreviousValue=true")),
            "{mend}"
        );
    }
}

/// The topic tells everybody, also whom the probe is not followed to.
#[test]
fn a_probe_that_is_followed_to_nobody_is_removed_everywhere() {
    let team = team();
    let assembly = Arc::new(synth(&team).unwrap());
    let cloud = deployed(&assembly);
    let rehearsal = Rehearsal::of(&team, &cloud, Arc::new(Twin), &()).unwrap();
    let options = ProbeOptions {
        timeout: std::time::Duration::ZERO,
        pause: std::time::Duration::ZERO,
        interrupt: Interrupt::default(),
    };
    let selection = Selection {
        only: vec!["acme-build".to_owned()],
        ..Selection::default()
    };
    let moves = || drop(rehearsal.perform_script(&Script::default(), &[]));
    let probed = block_on(probe(&assembly, aws(&cloud), &selection, &options, moves)).unwrap();
    assert!(probed.is_right() && probed.arrived.is_empty());
    let bucket = "acme-build-555555555555-eu-west-1-an";
    assert_eq!(cloud.versions(bucket, &probed.key), []);
}

#[test]
fn an_account_that_is_elsewhere_in_the_organization_is_an_obstacle() {
    let team = team();
    let assembly = Arc::new(synth(&team).unwrap());
    let cloud = LocalCloud::in_memory();
    let path = "o-abcdefghij/r-h123/ou-h123-3zyxwvut/".parse().unwrap();
    let looked = || {
        let options = options();
        let found = readiness(&assembly, aws(&cloud), &options, BTreeSet::new(), Some(&path));
        let found = block_on(found).unwrap().into_iter();
        found
            .filter(|each| each.subject.contains("organization"))
            .map(|each| match each.found {
                Ok(found) => format!("{}: {found}", each.subject),
                Err(obstacle) => format!("{}: error: {obstacle}", each.subject),
            })
            .collect::<Vec<_>>()
    };
    let unknown = format!("organization {path}: not looked at: only its management account may ask");
    assert_eq!(looked(), [unknown]);
    cloud.set_organization_path(
        "555555555555",
        &["r-h123", "ou-h123-3zyxwvut", "ou-h123-backends"],
    );
    assert_eq!(
        looked(),
        ["555555555555 in the organization: r-h123/ou-h123-3zyxwvut/ou-h123-backends/"]
    );
    cloud.set_organization_path("555555555555", &["r-h123", "ou-h123-leavers1"]);
    assert_eq!(
        looked(),
        ["555555555555 in the organization: error: the account is in r-h123/ou-h123-leavers1/"]
    );
}
