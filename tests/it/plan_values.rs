//! `plan` says what differs as people would: what comes, what goes, and what changes places.

use pipeline_dsl::prelude::*;
use serde_json::Value;

use crate::cli::{program, temporary};
use crate::sample;

type Program = fn() -> Result<Team>;

/// What is printed where the second program is planned and the first deployed.
fn planned(before: Program, arguments: &[&str], after: Program) -> String {
    let out = temporary();
    let (code, _, error) = program(out.path(), &["deploy", "--local"], before);
    assert_eq!(code, 0, "{error}");
    let arguments = [&["plan", "--local"], arguments].concat();
    let (code, output, error) = program(out.path(), &arguments, after);
    assert_eq!(code, 2, "{error}");
    output
}

/// Waves in this order, each with one environment and these regions.
fn releasing(waves: &[(&str, &[Region])]) -> Result<Team> {
    let build = BuildAccount::new(sample::account("111111111111"), Region::UsEast1);
    let mut world = World::new(TeamName::new("acme"), build).service(sample::orders());
    let mut pipeline: Option<Pipeline<Releasing>> = None;
    for (wave, regions) in waves {
        let environments: Vec<Environment> = regions
            .iter()
            .map(|region| {
                let account = sample::account(if *wave == "test" {
                    "222222222222"
                } else {
                    "333333333333"
                });
                let name = sample::name(&format!("{wave}-{region}"));
                Environment::standard(name, account, *region).any()
            })
            .collect();
        let wave = Wave::named(sample::name(wave)).to_all(environments.clone()).any();
        for environment in environments {
            world = world.environment(environment);
        }
        world = world.wave(wave.clone());
        pipeline = Some(match pipeline {
            Some(pipeline) => pipeline.release(wave),
            None => sample::pipeline_of(sample::orders()).release(wave),
        });
    }
    world.with(pipeline.unwrap()).build()
}

const TEST: (&str, &[Region]) = ("test", &[Region::UsEast1]);
const RELEASE: (&str, &[Region]) = ("release", &[Region::UsEast1]);

fn two_waves() -> Result<Team> {
    releasing(&[TEST, RELEASE])
}

/// The lines about the pipeline of the service, the first of its resource left out.
fn of_pipeline(output: &str) -> Vec<&str> {
    let told = output
        .lines()
        .skip_while(|line| !line.contains("~ Pipeline (AWS::CodePipeline::Pipeline)"));
    let told = told.skip(1).take_while(|line| line.starts_with("        "));
    told.map(str::trim_start).collect()
}

#[test]
fn a_stage_that_changes_places_is_no_other_stage() {
    let output = planned(two_waves, &[], || releasing(&[RELEASE, TEST]));
    assert_eq!(of_pipeline(&output), ["stages reordered: release, test"]);
}

#[test]
fn what_comes_to_a_list_and_goes_from_it_is_named() {
    let output = planned(two_waves, &[], || releasing(&[RELEASE]));
    assert_eq!(of_pipeline(&output), ["- stage test"]);
    let more: Program = || releasing(&[TEST, ("release", &[Region::UsEast1, Region::EuNorth1])]);
    let output = planned(two_waves, &[], more);
    let told = [
        "+ region eu-north-1",
        "~ stage release: + actions release-eu-north-1-orders-prepare, release-eu-north-1-orders-execute",
    ];
    assert_eq!(of_pipeline(&output), told);
    // In full on demand, and for machines.
    let output = planned(two_waves, &["--verbose"], more);
    let told = of_pipeline(&output);
    assert!(
        told[0].starts_with(r#"+ region eu-north-1: {"Region":"eu-north-1","ArtifactStore":{"#),
        "{told:?}"
    );
    assert_eq!(told.len(), 3);
    let output = planned(two_waves, &["--json"], more);
    let plan: Value = serde_json::from_str(&output).unwrap();
    let changes = plan["stacks"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|stack| stack["changes"].as_array().unwrap());
    let values = changes.flat_map(|change| change["values"].as_array().unwrap());
    let store = values
        .clone()
        .find(|value| value["path"] == "ArtifactStores.eu-north-1")
        .unwrap();
    assert_eq!(
        (&store["what"], &store["before"]),
        (&Value::from("added"), &Value::Null)
    );
    let action = values
        .clone()
        .find(|value| value["path"] == "Stages.release.Actions.release-eu-north-1-orders-execute");
    assert!(
        action.unwrap()["after"]
            .as_str()
            .unwrap()
            .contains("CHANGE_SET_EXECUTE")
    );
}

/// The first developer has a value of their own for a parameter, or has what all have.
fn valued(own: Option<&str>) -> Result<Team> {
    let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders/orders.zip"));
    let mut values = Values::new().otherwise("vpc-all");
    if let Some(own) = own {
        values = values.for_developer(&sample::developer(0), own);
    }
    let stack = Stack::named("orders").template(bundle.file("template.yaml"));
    let pipeline = pipeline
        .stack(stack.parameter("Vpc", values))
        .permissions(sample::permissions())
        .release(sample::wave());
    let developers = (0..2).map(sample::developer);
    sample::world().developers(developers).with(pipeline).build()
}

#[test]
fn a_parameter_is_named_as_the_program_names_it_when_it_comes_and_when_it_goes() {
    let output = planned(|| valued(None), &[], || valued(Some("vpc-own")));
    let told = "\n    because parameter Vpc of stack orders: nothing -> vpc-own\n";
    assert!(output.contains(told), "{output}");
    let output = planned(|| valued(Some("vpc-own")), &[], || valued(None));
    let told = "\n    because parameter Vpc of stack orders: vpc-own -> nothing\n";
    assert!(output.contains(told), "{output}");
}

/// In an organization, nothing of the build account says who the developers are, but for where their stacks are.
fn in_organization(developers: usize) -> Result<Team> {
    sample::world()
        .organization(OrganizationPath::new("o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"))
        .developers((0..developers).map(sample::developer))
        .with(sample::pipeline())
        .build()
}

#[test]
fn where_stacks_are_is_remembered_in_words() {
    let of_build = |output: &str| {
        let told = output
            .lines()
            .skip_while(|line| *line != "update    111111111111/us-east-1/acme-build");
        let told = told.skip(1).take_while(|line| line.starts_with("    "));
        told.map(|line| line.trim_start().to_owned())
            .collect::<Vec<String>>()
    };
    let place = "account 500000000001 in us-east-1";
    let (one, two): (Program, Program) = (|| in_organization(1), || in_organization(2));
    let out = temporary();
    assert_eq!(program(out.path(), &["deploy", "--local"], one).0, 0);
    let (_, output, _) = program(out.path(), &["plan", "--local"], two);
    assert_eq!(of_build(&output), [format!("because it remembers {place}")]);
    assert_eq!(program(out.path(), &["deploy", "--local"], two).0, 0);
    let (_, output, _) = program(out.path(), &["plan", "--local"], one);
    let left = format!("because it remembers {place}, which the program does not name any more");
    assert_eq!(of_build(&output), [left]);
    assert_eq!(program(out.path(), &["deploy", "--local"], one).0, 0);
    let (_, output, _) = program(out.path(), &["plan", "--local"], two);
    assert_eq!(
        of_build(&output),
        [format!("because the program names again {place}")]
    );
}
