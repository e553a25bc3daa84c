//! `permissions`: what templates need, and programs do not grant.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use pipeline_dsl::prelude::*;
use serde_json::Value;

use crate::cli::{program, temporary};
use crate::sample;

fn example(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../examples/serverless")
        .join(path);
    path.display().to_string()
}

/// What people copy deploys.
#[test]
fn the_examples_grant_what_their_templates_need() {
    let out = temporary();
    for (service, templates) in [
        ("orders", &["orders/template.yaml"][..]),
        (
            "catalog",
            &[
                "catalog/template.yaml",
                "catalog/storage.yaml",
                "catalog/intake.yaml",
            ],
        ),
        ("receipts", &["receipts/table.yaml", "receipts/functions.yaml"]),
    ] {
        let files: Vec<String> = templates.iter().map(|path| example(path)).collect();
        let mut arguments = vec!["permissions", service];
        arguments.extend(files.iter().map(String::as_str));
        let (code, output, error) = program(out.path(), &arguments, crate::serverless_example::team);
        assert_eq!((code, output.as_str()), (0, ""), "{error}");
        assert!(error.contains("nothing is lacking"), "{error}");
    }
}

fn lacks(permissions: fn() -> Permissions, template: &str) -> (u8, String, String, Value) {
    thread_local! {
        static PERMISSIONS: std::cell::Cell<fn() -> Permissions> = const { std::cell::Cell::new(Permissions::new) };
    }
    PERMISSIONS.set(permissions);
    let team = || {
        let (pipeline, bundle) =
            Pipeline::from_artifact(sample::orders(), Artifact::key("orders/orders.zip"));
        let pipeline = pipeline
            .stack(Stack::named("orders").template(bundle.file("template.yaml")))
            .permissions(PERMISSIONS.get()())
            .release(sample::wave());
        sample::world().with(pipeline).build()
    };
    let out = temporary();
    let file = out.path().join("template.yaml");
    fs::write(&file, template).unwrap();
    let file = file.display().to_string();
    let (code, output, error) = program(out.path(), &["permissions", "orders", &file], team);
    let (_, machine, _) = program(out.path(), &["permissions", "orders", &file, "--json"], team);
    (
        code,
        output,
        error,
        serde_json::from_str(&machine).unwrap_or_default(),
    )
}

const TABLE: &str = "
Transform: AWS::Serverless-2016-10-31
Parameters:
  Image: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /images/base }
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties: { TableName: orders }
  Handler:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{ Effect: Allow, Action: 'sts:AssumeRole', Principal: { Service: lambda.amazonaws.com } }]
  Inner:
    Type: AWS::CloudFormation::Stack
    Properties: { TemplateURL: inner.yaml }
  Strange:
    Type: Acme::Nothing::Known
";

#[test]
fn what_is_lacking_is_printed_as_the_lines_to_add() {
    let (code, output, error, _) = lacks(sample::permissions, TABLE);
    assert_eq!(code, 1);
    insta::assert_snapshot!(format!("{output}\n---\n{error}"));
}

#[test]
fn with_these_lines_nothing_is_lacking() {
    let granted = || {
        Permissions::new()
            .allow(
                ["dynamodb:*Table", "dynamodb:Describe*"],
                ["arn:aws:dynamodb:*:*:table/orders"],
            )
            .allow(
                [
                    "dynamodb:GetResourcePolicy",
                    "dynamodb:ListTagsOfResource",
                    "dynamodb:TagResource",
                    "dynamodb:UntagResource",
                ],
                ["arn:aws:dynamodb:*:*:table/orders"],
            )
            .allow(["ssm:GetParameters"], ["arn:aws:ssm:*:*:parameter/images/base"])
            .allow(
                ["cloudformation:CreateChangeSet"],
                ["arn:aws:cloudformation:*:aws:transform/Serverless-2016-10-31"],
            )
            .roles(
                Roles::passed_to(["lambda.amazonaws.com"])
                    .allow(["sqs:SendMessage"], ["arn:aws:sqs:*:*:orders"]),
            )
            .nested_stacks()
    };
    let template = TABLE.replace(
        "    Properties:\n      AssumeRole",
        "    Properties:\n      Path: /acme/service/orders/\n      PermissionsBoundary: !Sub 'arn'\n      AssumeRole",
    );
    let (code, output, error, machine) = lacks(granted, &template);
    assert_eq!((code, output.as_str()), (0, ""), "{error}");
    assert_eq!(machine["lacking"], serde_json::json!([]));
    // What nobody knows of is said, and claimed nothing of.
    assert!(
        error.contains("`Strange` is a `Acme::Nothing::Known`, of which cfn-lint"),
        "{error}"
    );
}

#[test]
fn what_is_no_template_is_told() {
    let (code, _, error, _) = lacks(sample::permissions, "a: [b");
    assert_eq!(code, 1);
    assert!(error.contains("it is neither JSON nor YAML"), "{error}");
    let (_, _, error, _) = lacks(sample::permissions, "Outputs: {}");
    assert!(error.contains("it has no `Resources`"), "{error}");
    let out = temporary();
    let missing = ["permissions", "orders", "nowhere.yaml"];
    let (code, _, error) = program(out.path(), &missing, crate::serverless_example::team);
    assert!(code == 1 && error.contains("`nowhere.yaml`"), "{error}");
}

/// A vendor's template: a role with a path of its own, one that CloudFormation names, and a policy.
const VENDORS: &str = "
Resources:
  Named:
    Type: AWS::IAM::Role
    Properties: { Path: /vendor/, RoleName: !Sub 'vendor-${AWS::Region}' }
  Unnamed:
    Type: AWS::IAM::Role
  Policy:
    Type: AWS::IAM::ManagedPolicy
    Properties: { Path: /vendor/ }
";

#[test]
fn roles_are_made_under_the_names_that_the_program_says() {
    fn functions() -> Roles {
        Roles::passed_to(["lambda.amazonaws.com"]).allow(["sqs:SendMessage"], ["arn:aws:sqs:*:*:orders"])
    }
    fn unbounded() -> Roles<pipeline_dsl::team::Unbounded> {
        Roles::without_boundary(["lambda.amazonaws.com"], "a vendor's template")
    }
    let refused = |permissions: fn() -> Permissions| {
        let (_, _, _, machine) = lacks(permissions, VENDORS);
        let told = machine["roles"].as_array().unwrap().clone();
        let name = |each: &Value| each["resource"].as_str().unwrap().to_owned();
        told.iter().map(name).collect::<BTreeSet<_>>()
    };
    let names_of = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<BTreeSet<_>>()
    };
    let all = ["Named", "Policy", "Unnamed"];
    assert_eq!(
        refused(|| sample::permissions().roles(functions())),
        names_of(&all)
    );
    // The names are right, the roles lack the boundary.
    let names = || {
        sample::permissions().roles(
            functions()
                .under_path("/vendor/", "theirs")
                .named_by_stacks("theirs"),
        )
    };
    assert_eq!(refused(names), names_of(&["Named", "Unnamed"]));
    let without_boundary = || sample::permissions().roles(unbounded().under_path("/vendor/", "theirs"));
    assert_eq!(refused(without_boundary), names_of(&["Unnamed"]));
    let by_stacks = || sample::permissions().roles(unbounded().named_by_stacks("theirs"));
    assert_eq!(refused(by_stacks), names_of(&["Named", "Policy"]));
    let both = || {
        let roles = unbounded().under_path("/vendor/", "theirs");
        sample::permissions().roles(roles.named_by_stacks("theirs"))
    };
    assert!(refused(both).is_empty());
}
