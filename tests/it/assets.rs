//! Assets: files of archives that templates name, where they are put, and who may write and read them. Nested stacks, whose
//! templates are such files.

use std::collections::BTreeSet;
use std::sync::Arc;

use pipeline_dsl::local::LocalCloud;
use pipeline_dsl::prelude::*;
use pipeline_dsl::proof::prove;
use pipeline_dsl::rehearsal::{Rehearsal, Report, Scenario, Twin};
use pipeline_dsl::synth::synth;
use serde_json::{Value, json};

use crate::properties::deployed;
use crate::{sample, serverless_example};

/// The resources of a service's stack.
fn resources(team: &Team, stack: &str) -> Value {
    let assembly = synth(team).unwrap();
    let mut stacks = assembly.stacks().iter();
    let stack = stacks.find(|each| each.id.as_str().ends_with(stack)).unwrap();
    let template: Value = serde_json::from_str(assembly.template(stack)).unwrap();
    template["Resources"].clone()
}

fn actions<'a>(resources: &'a Value, stage: &str) -> Vec<&'a Value> {
    let stages = resources["Pipeline"]["Properties"]["Stages"].as_array().unwrap();
    let stage = stages.iter().find(|each| each["Name"] == stage).unwrap();
    stage["Actions"].as_array().unwrap().iter().collect()
}

fn statement(role: &Value, sid: &str) -> Value {
    let policies = role["Properties"]["Policies"].as_array().unwrap();
    let mut statements = policies
        .iter()
        .flat_map(|policy| policy["PolicyDocument"]["Statement"].as_array().unwrap());
    statements
        .find(|statement| statement["Sid"] == sid)
        .cloned()
        .unwrap_or_default()
}

/// A service with an archive of assets beside that of the template.
fn with_assets(permissions: Permissions) -> Result<Team> {
    let (mut pipeline, bundle) =
        Pipeline::from_artifact(sample::orders(), Artifact::key("orders/orders.zip"));
    let code = pipeline.source(Artifact::key("orders/code.zip"));
    let pipeline = pipeline
        .stack(
            Stack::named("orders")
                .template(bundle.file("template.yaml"))
                .assets(&code, "Bucket", "Prefix"),
        )
        .permissions(permissions)
        .release(sample::wave());
    sample::world().with(pipeline).build()
}

#[test]
fn the_example_is_proved() {
    let team = serverless_example::team().unwrap();
    let assembly = synth(&team).unwrap();
    let proof = prove(&team, &assembly).unwrap();
    assert!(proof.holds(), "{}", proof.diagnostics());
    // The receipts are as they were before, and the program says why.
    let unwaived = proof.findings.iter().filter(|finding| finding.waiver.is_none());
    assert_eq!(unwaived.count(), 0, "{:#?}", proof.findings);
    let waived = proof.findings.iter().map(|finding| finding.statement.as_str());
    let waived: BTreeSet<&str> = waived.collect();
    assert_eq!(waived, BTreeSet::from(["KeepRoles", "MakeUnboundedRoles"]));
}

#[test]
fn they_are_extracted_in_each_region_before_the_first_wave() {
    let team = serverless_example::team().unwrap();
    let resources = resources(&team, "/initech-service-orders");
    let stages = resources["Pipeline"]["Properties"]["Stages"].as_array().unwrap();
    let names: Vec<&str> = stages
        .iter()
        .map(|stage| stage["Name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Source", "Assets", "development", "release"]);
    let regions: Vec<&Value> = actions(&resources, "Assets")
        .iter()
        .map(|action| &action["Region"])
        .collect();
    assert_eq!(regions, ["us-east-1", "eu-west-1"]);
    let first = actions(&resources, "Assets")[0];
    assert_eq!(first["InputArtifacts"], json!([{"Name": "OrdersOrdersZip"}]));
    let configuration = &first["Configuration"];
    assert_eq!(
        configuration["BucketName"],
        "initech-assets-111111111111-us-east-1-an"
    );
    assert_eq!(configuration["Extract"], "true");
    assert_eq!(configuration["ObjectKey"], "orders");
    let given = "{\"AssetsBucket\":\"initech-assets-111111111111-us-east-1-an\",\"AssetsPrefix\":\"orders\"}";
    assert_eq!(
        actions(&resources, "development")[0]["Configuration"]["ParameterOverrides"],
        given
    );
}

/// An archive that only has assets is no input of the action that prepares the change set, and is extracted all the same.
#[test]
fn an_archive_of_their_own_is_no_input_of_the_stack() {
    let team = with_assets(sample::permissions()).unwrap();
    let resources = resources(&team, "-service-orders");
    let inputs = |action: &Value| action["InputArtifacts"].clone();
    assert_eq!(
        inputs(actions(&resources, "Assets")[0]),
        json!([{"Name": "OrdersCodeZip"}])
    );
    let prepare = actions(&resources, "all")[0];
    assert_eq!(inputs(prepare), json!([{"Name": "OrdersOrdersZip"}]));
}

#[test]
fn only_the_service_writes_and_reads_them() {
    let team = serverless_example::team().unwrap();
    let of = |region: &str| format!("arn:aws:s3:::initech-assets-111111111111-{region}-an/orders/*");
    let pipeline = &resources(&team, "/initech-service-orders")["PipelineRole"];
    assert_eq!(
        statement(pipeline, "KeepAssets")["Resource"],
        json!([of("us-east-1"), of("eu-west-1")])
    );
    let roles = resources(&team, "222222222222/us-east-1/initech-target-orders");
    assert_eq!(
        statement(&roles["DeploymentRole"], "ReadAssets")["Resource"],
        json!([of("us-east-1")])
    );
    assert_eq!(statement(&roles["ActionRole"], "ReadAssets"), Value::Null);
}

/// A rollback reads the files of the release before, however long ago that was.
#[test]
fn they_do_not_expire() {
    let team = serverless_example::team().unwrap();
    let build = resources(&team, "/initech-build");
    let rule = |bucket: &str| build[bucket]["Properties"]["LifecycleConfiguration"]["Rules"][0].clone();
    assert_eq!(rule("ArtifactBucket")["ExpirationInDays"], 90);
    assert_eq!(rule("AssetBucket")["ExpirationInDays"], Value::Null);
    assert_eq!(build["AssetBucket"]["DeletionPolicy"], "RetainExceptOnCreate");
}

#[test]
fn a_team_without_assets_has_no_bucket_for_them() {
    let team = sample::world().with(sample::pipeline()).build().unwrap();
    let assembly = synth(&team).unwrap();
    let mut stacks = assembly.stacks().iter();
    assert!(stacks.all(|stack| !assembly.template(stack).contains("AssetBucket")));
}

/// Only where a service with assets is deployed to.
#[test]
fn a_region_has_a_bucket_where_assets_go_there() {
    let far = Environment::standard(
        sample::name("far"),
        sample::account("444444444444"),
        Region::EuWest1,
    );
    let later = || Wave::named(sample::name("later")).to(far).any();
    let (orders, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders/orders.zip"));
    let orders = orders
        .stack(
            Stack::named("orders")
                .template(bundle.file("template.yaml"))
                .assets(&bundle, "Bucket", "Prefix"),
        )
        .permissions(sample::permissions())
        .release(sample::wave());
    let billing = Service::new(sample::name("billing"));
    let world = sample::world().service(billing).environment(far).wave(later());
    let team = world
        .with(orders)
        .with(sample::pipeline_of(billing).release(later()))
        .build()
        .unwrap();
    assert!(
        resources(&team, "us-east-1/acme-build")
            .get("AssetBucket")
            .is_some()
    );
    assert!(
        resources(&team, "eu-west-1/acme-region")
            .get("AssetBucket")
            .is_none()
    );
    let assembly = synth(&team).unwrap();
    assert!(prove(&team, &assembly).unwrap().holds());
}

/// Builds reach the buckets of assets of all who have them; what earlier releases brought stays.
#[test]
fn a_rehearsed_build_fills_every_bucket_of_assets() {
    let team = serverless_example::team().unwrap();
    let cloud = LocalCloud::in_memory();
    deployed(synth(&team).unwrap(), &cloud).unwrap();
    let buckets = [
        "initech-assets-111111111111-us-east-1-an",
        "initech-assets-111111111111-eu-west-1-an",
        "initech-assets-666666666666-eu-west-1-an",
    ];
    let held = "initech-assets-555555555555-us-east-1-an";
    let mut seen = BTreeSet::new();
    for builds in 1..=2 {
        let report = play(&team, &cloud, &Scenario::build("orders"));
        assert_eq!(report.denied().count() + report.failed().count(), 0);
        for bucket in buckets {
            let keys = cloud.keys(bucket);
            assert!(keys.iter().all(|key| key.starts_with("orders/")), "{keys:?}");
            // Each build has one asset of its own.
            let assets: BTreeSet<String> = keys.into_iter().filter(|key| key.contains("/assets/")).collect();
            assert_eq!(assets.len(), builds, "{bucket}: {assets:?}");
            seen.extend(assets);
        }
        // Alice has a fork.
        assert!(cloud.keys(held).is_empty());
    }
    assert_eq!(seen.len(), 2);
    let pushed = Scenario {
        by: Some("alice".to_owned()),
        ..Scenario::build("orders")
    };
    let report = play(&team, &cloud, &pushed);
    assert_eq!(report.denied().count() + report.failed().count(), 0);
    assert!(!cloud.keys(held).is_empty());
}

#[test]
fn the_stage_of_assets_can_fail() {
    let team = serverless_example::team().unwrap();
    let cloud = LocalCloud::in_memory();
    deployed(synth(&team).unwrap(), &cloud).unwrap();
    let failing = Scenario {
        fail: vec!["Assets".to_owned()],
        ..Scenario::build("orders")
    };
    let report = play(&team, &cloud, &failing);
    assert!(cloud.keys("initech-assets-111111111111-us-east-1-an").is_empty());
    let mut arrivals = report.arrivals.iter();
    let upstream = arrivals.find(|arrival| arrival.place == "build account").unwrap();
    assert_eq!(upstream.deployed, None);
}

#[test]
fn nested_stacks_have_the_role_of_their_stack() {
    let team = serverless_example::team().unwrap();
    let role = &resources(&team, "222222222222/us-east-1/initech-target-catalog")["DeploymentRole"];
    let pass = statement(role, "PassItselfToNestedStacks");
    let own =
        "arn:aws:iam::222222222222:role/initech/delivery/deployment/initech-catalog-deployment-us-east-1";
    assert_eq!(pass["Resource"], json!([own]));
    let only = json!({"StringEquals": {"iam:PassedToService": ["cloudformation.amazonaws.com"]}});
    assert_eq!(pass["Condition"], only);
    let keep = statement(role, "KeepNestedStacks");
    assert_eq!(
        keep["Resource"],
        json!(["arn:aws:cloudformation:us-east-1:222222222222:stack/catalog-*/*"])
    );
    // Services that declare none have neither.
    let role = &resources(&team, "222222222222/us-east-1/initech-target-orders")["DeploymentRole"];
    assert_eq!(statement(role, "KeepNestedStacks"), Value::Null);
    assert_eq!(statement(role, "PassItselfToNestedStacks"), Value::Null);
}

fn play(team: &Team, cloud: &LocalCloud, scenario: &Scenario) -> Report {
    Rehearsal::of(team, cloud, Arc::new(Twin), &())
        .unwrap()
        .play(scenario)
        .unwrap()
}
