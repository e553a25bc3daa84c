//! Parameters of stacks that differ from place to place.

use std::sync::Arc;

use pipeline_dsl::local::LocalCloud;
use pipeline_dsl::prelude::*;
use pipeline_dsl::proof::prove;
use pipeline_dsl::rehearsal::{Rehearsal, Scenario, Twin};
use pipeline_dsl::synth::{ParameterValue, synth};
use serde_json::{Value, json};

use crate::properties::deployed;
use crate::sample;

fn team(values: Values) -> Result<Team> {
    let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders/orders.zip"));
    let stack = Stack::named("orders")
        .template(bundle.file("template.yaml"))
        .parameter("LogLevel", "in\"fo")
        .parameter("VpcId", values);
    let production = Wave::named(sample::name("production"))
        .after_approval()
        .to(sample::prod())
        .any();
    let pipeline = pipeline
        .stack(stack)
        .permissions(sample::permissions())
        .release(sample::wave())
        .release(production.clone());
    sample::world()
        .environment(sample::prod())
        .wave(production)
        .developers((0..2).map(sample::developer))
        .with(pipeline)
        .build()
}

fn values() -> Values {
    Values::new()
        .in_environment(sample::dev(), "vpc-dev")
        .in_environment(sample::prod(), "vpc-prod")
        .for_developers("vpc-developers")
}

/// What the pipeline gives the stack in each of its deployments.
fn given(team: &Team, stack: &str) -> Vec<Value> {
    let assembly = synth(team).unwrap();
    let mut stacks = assembly.stacks().iter();
    let stack = stacks.find(|each| each.id.as_str().ends_with(stack)).unwrap();
    let template: Value = serde_json::from_str(assembly.template(stack)).unwrap();
    let stages = template["Resources"]["Pipeline"]["Properties"]["Stages"]
        .as_array()
        .unwrap();
    let actions = stages
        .iter()
        .flat_map(|stage| stage["Actions"].as_array().unwrap());
    actions
        .filter_map(|action| action["Configuration"].get("ParameterOverrides").cloned())
        .collect()
}

#[test]
fn each_environment_has_its_own_and_developers_theirs() {
    let team = team(values()).unwrap();
    let of = |vpc: &str| json!(format!("{{\"LogLevel\":\"in\\\"fo\",\"VpcId\":\"{vpc}\"}}"));
    assert_eq!(
        given(&team, "/acme-service-orders"),
        [of("vpc-dev"), of("vpc-prod")]
    );
    assert_eq!(
        given(&team, "/acme-developer-service-orders"),
        [of("vpc-developers")]
    );
}

/// One template serves all developers, so what differs is a parameter of it.
#[test]
fn a_developer_may_have_another_one() {
    let team = team(values().for_developer(&sample::developer(1), "vpc-own")).unwrap();
    let assembly = synth(&team).unwrap();
    let own = |account: &str| {
        let id = format!("{account}/us-east-1/acme-developer-service-orders");
        let stack = assembly
            .stacks()
            .iter()
            .find(|stack| stack.id.as_str() == id)
            .unwrap();
        let mut parameters = stack.parameters.iter();
        let own = parameters.find(|(name, _)| name.starts_with("Value"));
        own.map(|(_, value)| value.clone())
    };
    let value = |value: &str| Some(ParameterValue::Value(value.to_owned()));
    assert_eq!(own("500000000000"), value("vpc-developers"));
    assert_eq!(own("500000000001"), value("vpc-own"));
    let proof = prove(&team, &assembly).unwrap();
    assert!(proof.holds(), "{}", proof.diagnostics());

    // The stacks get them.
    let cloud = LocalCloud::in_memory();
    deployed(assembly, &cloud).unwrap();
    let pipelines = cloud.resources().into_iter().filter(|resource| {
        resource.resource_type == "AWS::CodePipeline::Pipeline" && resource.account.starts_with('5')
    });
    let said: Vec<String> = pipelines
        .map(|pipeline| pipeline.properties.to_string())
        .collect();
    assert!(
        said[0].contains("vpc-developers") && said[1].contains("vpc-own"),
        "{said:?}"
    );
    let rehearsal = Rehearsal::of(&team, &cloud, Arc::new(Twin), &()).unwrap();
    let scenario = Scenario {
        approve: true,
        ..Scenario::build("orders")
    };
    let report = rehearsal.play(&scenario).unwrap();
    assert_eq!(report.denied().count() + report.failed().count(), 0);
}

/// What CodePipeline takes is counted where a developer has a value of their own, too.
#[test]
fn long_values_of_developers_are_counted() {
    let long = "v".repeat(1_000);
    let team = team(values().for_developer(&sample::developer(1), long)).unwrap();
    let found = synth(&team).unwrap_err();
    let codes: Vec<&str> = found.iter().map(|mistake| mistake.code()).collect();
    assert_eq!(codes, ["synth::limit"], "{found}");
}

/// `orders` with `ApiUrl` and `orders-api` with `Url` are two.
#[test]
fn values_of_alike_names_are_apart() {
    let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders/orders.zip"));
    let own = |value: &str| Values::from(value).for_developer(&sample::developer(0), format!("own-{value}"));
    let stack = |name: &str, parameter: &str| {
        let stack = Stack::named(name).template(bundle.file("template.yaml"));
        stack.parameter(parameter, own(name))
    };
    let pipeline = pipeline
        .stack(stack("orders", "ApiUrl"))
        .stack(stack("orders-api", "Url"))
        .stack(stack("fork", "Repository"))
        .permissions(sample::permissions())
        .release(sample::wave());
    let team = sample::world()
        .developer(sample::developer(0))
        .with(pipeline)
        .build()
        .unwrap();
    let assembly = synth(&team).unwrap();
    let stack = assembly
        .stacks()
        .iter()
        .find(|stack| stack.id.as_str().ends_with("acme-developer-service-orders"));
    let values: std::collections::BTreeSet<String> = stack
        .unwrap()
        .parameters
        .values()
        .filter_map(|value| match value {
            ParameterValue::Value(value) => Some(value.clone()),
            _ => None,
        })
        .collect();
    assert!(
        ["own-fork", "own-orders", "own-orders-api"]
            .iter()
            .all(|value| values.contains(*value)),
        "{values:?}"
    );
}

#[test]
fn a_place_without_a_value_and_a_value_without_a_place_are_told() {
    let told = |values: Values| {
        let found = team(values).unwrap_err();
        let mut found = found.iter();
        let mistake = found.next().unwrap();
        assert!(found.next().is_none() && !mistake.labels().is_empty() && mistake.help_text().is_some());
        (mistake.code(), mistake.message().to_owned())
    };
    let (code, message) = told(Values::new().in_environment(sample::dev(), "vpc-dev"));
    assert_eq!(code, "team::value-missing");
    assert_eq!(
        message,
        "parameter `VpcId` of stack `orders` has no value in environment `prod`, the account of developer `dev-0`, the account of \
         developer `dev-1`"
    );
    let lonely = Environment::standard(
        sample::name("lonely"),
        sample::account("444444444444"),
        Region::UsEast1,
    );
    assert_eq!(
        told(values().in_environment(lonely, "vpc")).0,
        "team::value-elsewhere"
    );
    let stranger = sample::developer(7);
    assert_eq!(
        told(values().for_developer(&stranger, "vpc")).0,
        "team::value-elsewhere"
    );
    assert_eq!(
        told(values().in_environment(sample::dev(), "vpc")).0,
        "team::value-twice"
    );
    let quoted = values().for_developer(&sample::developer(1), "a\"b");
    assert_eq!(told(quoted).0, "team::value-characters");
    for variable in [
        values().otherwise("#{"),
        values().for_developers("a#{b.c}"),
        values().for_developer(&sample::developer(1), "#{b.c}"),
        Values::new()
            .in_environment(sample::dev(), "#{b.c}")
            .otherwise("x"),
    ] {
        assert_eq!(told(variable).0, "team::value-variable");
    }
    // A color is no variable.
    assert!(team(values().otherwise("#fff{}")).is_ok());
}
