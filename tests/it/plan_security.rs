//! What `plan` says decides who may do what, and asks about: what is only written otherwise is none of it.

use pipeline_dsl::prelude::*;
use serde_json::Value;

use crate::cli::{program, temporary};
use crate::sample;

type Program = fn() -> Result<Team>;

/// The plan of the second program where the first is deployed: what is printed, the same for machines, and what the shell reads.
struct Told {
    output: String,
    json: Value,
    variables: String,
}

fn planned(before: Program, after: Program) -> Told {
    let out = temporary();
    let (code, _, error) = program(out.path(), &["deploy", "--local"], before);
    assert_eq!(code, 0, "{error}");
    let file = out.path().join("plan.env");
    let path = file.display().to_string();
    let arguments = ["plan", "--local", "--variables", &path];
    let (code, output, error) = program(out.path(), &arguments, after);
    assert_eq!(code, 2, "{error}");
    let (_, json, _) = program(out.path(), &["plan", "--local", "--json"], after);
    Told {
        output,
        json: serde_json::from_str(&json).unwrap(),
        variables: std::fs::read_to_string(&file).unwrap(),
    }
}

impl Told {
    /// The changes of all stacks.
    fn changes(&self) -> impl Iterator<Item = &Value> {
        let stacks = self.json["stacks"].as_array().unwrap().iter();
        stacks.flat_map(|stack| stack["changes"].as_array().unwrap())
    }

    #[track_caller]
    fn is_asked_about(&self, expected: bool) {
        let variable = if expected { "yes" } else { "no" };
        assert_eq!(self.variables, format!("SECURITY_CHANGES={variable}\n"));
        let heading = self.output.contains("changes of who may do what:");
        assert_eq!(heading, expected, "{}", self.output);
        let security = self.changes().any(|change| change["security"] == true);
        assert_eq!(security, expected);
    }
}

fn granting(permissions: Permissions) -> Result<Team> {
    let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders/orders.zip"));
    let pipeline = pipeline
        .stack(Stack::named("orders").template(bundle.file("template.yaml")))
        .permissions(permissions)
        .release(sample::wave());
    sample::world()
        .developers((0..2).map(sample::developer))
        .with(pipeline)
        .build()
}

const TOPICS: &str = "arn:aws:sns:*:*:orders";

fn together() -> Result<Team> {
    granting(Permissions::new().allow(["sns:CreateTopic", "sns:DeleteTopic"], [TOPICS]))
}

#[test]
fn the_same_permissions_written_otherwise_are_not_asked_about() {
    fn reversed() -> Result<Team> {
        granting(Permissions::new().allow(["sns:DeleteTopic", "sns:CreateTopic"], [TOPICS]))
    }
    fn apart() -> Result<Team> {
        let each = Permissions::new().allow(["sns:DeleteTopic"], [TOPICS]);
        granting(each.allow(["sns:CreateTopic"], [TOPICS]))
    }
    for after in [reversed, apart] {
        let told = planned(together, after);
        told.is_asked_about(false);
        let words = "    ~ DeploymentRole (AWS::IAM::Role): Policies\n        the same permissions, written otherwise\n";
        assert!(told.output.contains(words), "{}", told.output);
        assert!(told.changes().all(|change| change["samePermissions"] == true));
    }
}

#[test]
fn one_permission_more_is_asked_about() {
    fn more() -> Result<Team> {
        let each = Permissions::new().allow(["sns:TagResource", "sns:DeleteTopic"], [TOPICS]);
        granting(each.allow(["sns:CreateTopic"], [TOPICS]))
    }
    planned(together, more).is_asked_about(true);
}
