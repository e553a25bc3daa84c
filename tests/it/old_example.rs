//! The example project of the system that this replaces, as it was published last.
//!
//! Its templates are not ours to copy: `OLD_EXAMPLE_PROJECT` names a directory that has them, the parent of commit `0b5dc65` of
//! <https://github.com/jasonwadsworth/AWS-CrossAccount-CrossRegion-Pipeline>. Without it there is nothing to test.

use std::env;
use std::path::PathBuf;

use pipeline_dsl::needs::{Needs, lacking, read};
use pipeline_dsl::prelude::*;
use pipeline_dsl::proof::prove;

use crate::cli::{program, temporary};
use crate::proof::assembled;
use crate::{misconfiguration, sample};

const TABLE: &str = "arn:${AWS::Partition}:dynamodb:*:${AWS::AccountId}:table/ExampleProject";
const FUNCTION: &str =
    "arn:${AWS::Partition}:lambda:*:${AWS::AccountId}:function:ExampleProject-LambdaFunction";
const AS_BEFORE: &str = "the project's own permissions had it";

/// The project's buildspec and templates, as they are.
fn team() -> Result<Team> {
    let service = Service::new(sample::name("example-project"));
    let (mut pipeline, primary) =
        Pipeline::from_artifact(service, Artifact::key("ExampleProject/ExampleProject.zip"));
    let key = "ExampleProject/LambdaFunction/ExampleProject.LambdaFunction.zip";
    let function = pipeline.source(Artifact::key(key).identifier("LambdaFunction"));
    let permissions = Permissions::new()
        .allow_broadly(["dynamodb:*"], [TABLE], AS_BEFORE)
        .allow_broadly(["lambda:*"], [FUNCTION], AS_BEFORE)
        .allow_broadly(["apigateway:*", "logs:*"], ["*"], AS_BEFORE)
        .roles(
            Roles::without_boundary(["lambda.amazonaws.com"], AS_BEFORE)
                .under_path("/example-project/", "its templates say so"),
        );
    let pipeline = pipeline
        .built_by(CodeBuild::of(Repository::new(
            misconfiguration::github(),
            "acme/example-project",
        )))
        .stack(Stack::named("ExampleProject").template(primary.file("ExampleProject.yaml")))
        .stack(
            Stack::named("ExampleProject-LambdaFunction")
                .template(function.file("deploy.yaml"))
                .code(&function, "BucketName", "ObjectKey"),
        )
        .permissions(permissions)
        .release(sample::wave());
    World::new(
        TeamName::new("acme"),
        BuildAccount::new(sample::account("111111111111"), Region::UsEast1),
    )
    .environment(sample::dev())
    .wave(sample::wave())
    .service(service)
    .developers([sample::developer(0)])
    .with(pipeline)
    .build()
}

#[test]
fn it_is_deployed_unchanged() {
    let team = team().unwrap();
    let proof = prove(&team, &assembled(&team)).unwrap();
    assert!(proof.holds(), "{}", proof.diagnostics());
    let out = temporary();
    let (code, _, error) = program(out.path(), &["rehearse", "example-project"], self::team);
    assert_eq!(code, 0, "{error}");

    let Some(project) = env::var_os("OLD_EXAMPLE_PROJECT").map(PathBuf::from) else {
        return;
    };
    let mut needs = Needs::default();
    for (stack, file) in [
        ("ExampleProject", "ExampleProject.yaml"),
        (
            "ExampleProject-LambdaFunction",
            "LambdaFunction/src/LambdaFunction/deploy.yaml",
        ),
    ] {
        let text = std::fs::read_to_string(project.join(file)).unwrap();
        needs.add(stack, &read(&text).unwrap());
    }
    let lacking = lacking(&team, "example-project", &needs).unwrap();
    assert!(lacking.is_empty(), "{lacking:#?}");
    // The buildspec names the second artifact as the program does.
    let buildspec = std::fs::read_to_string(project.join("buildspec.yml")).unwrap();
    assert!(buildspec.contains("  secondary-artifacts:\n    LambdaFunction:"));
}
