//! Mistakes are told at the call that makes them, not where what it is about begins.

use pipeline_dsl::diagnostic::{Diagnostics, Label};
use pipeline_dsl::prelude::*;

use super::catalogue::root;
use super::{github, mistakes, of, of_build, of_stack, with};
use crate::sample::{self, name};

fn of_repository(branch: fn(Repository) -> Repository) -> Result<Team> {
    let build = CodeBuild::of(branch(Repository::new(github(), "acme/orders")));
    of(sample::pipeline_of(sample::orders()).built_by(build))
}

fn of_upload(trusted: fn(Upload) -> Upload) -> Result<Team> {
    let upload = trusted(Upload::github_actions("acme/orders"));
    of(sample::pipeline_of(sample::orders()).uploaded_by(upload))
}

/// The program from the place of the label on.
fn source(label: &Label) -> String {
    let location = label.location();
    let file = root().join("pipeline-dsl").join(location.file());
    let file = if file.exists() {
        file
    } else {
        root().join(location.file())
    };
    let text = std::fs::read_to_string(file).unwrap();
    let from = (location.line() as usize) - 1;
    let lines: Vec<&str> = text.lines().skip(from).take(4).collect();
    lines
        .join("\n")
        .chars()
        .skip(location.column() as usize - 1)
        .collect()
}

#[track_caller]
fn is_told_at(found: &Diagnostics, code: &str, calls: &[&str]) {
    assert_eq!(found.len(), 1, "{found}");
    let mistake = found.iter().next().unwrap();
    assert_eq!(mistake.code(), code, "{mistake}");
    let sources: Vec<String> = mistake.labels().iter().map(source).collect();
    assert!(sources.len() >= calls.len(), "{mistake}");
    for (source, call) in sources.iter().zip(calls) {
        assert!(source.starts_with(call), "{source} is not {call}: {mistake}");
    }
}

#[test]
fn mistakes_of_builds() {
    let told = |build, code, calls: &[&str]| is_told_at(&mistakes(of_build(build)), code, calls);
    for build in [
        (|build| build.timeout_minutes(30).variable("NODE-ENV", "a")) as fn(CodeBuild) -> CodeBuild,
        |build| build.variable("2FA", "a").reports(),
        |build| build.timeout_minutes(30).variable("CODEBUILD_SRC_DIR", "a"),
    ] {
        told(build, "team::build-variable", &["variable("]);
    }
    told(
        |build| build.variable("TOKEN", "ghp_16C7e42F292c6912E7710c838347Ae178B4a"),
        "team::secret-in-template",
        &["variable("],
    );
    told(
        |build| build.variable("TOKEN", "a").secret("TOKEN", Secret::named("b")),
        "team::build-variable",
        &["secret(", "variable("],
    );
    told(
        |build| {
            let build = build.parameter("TOKEN", SsmParameter::named("b"));
            build.variable("TOKEN", "a")
        },
        "team::build-variable",
        &["variable(", "parameter("],
    );
    told(
        |build| build.concurrent_builds(0),
        "team::concurrent-builds",
        &["concurrent_builds("],
    );
    told(
        |build| build.local_cache([LocalCache::DockerLayer]),
        "team::local-cache",
        &["local_cache("],
    );
    told(
        |build| {
            let build = build.environment_type(EnvironmentType::LinuxGpuContainer);
            build.local_cache([LocalCache::Custom])
        },
        "team::local-cache",
        &["local_cache("],
    );
    told(
        |build| {
            build
                .image("aws/codebuild/windows-base:2019-3.0")
                .compute_type("BUILD_GENERAL1_MEDIUM")
                .privileged()
        },
        "team::privileged",
        &["privileged("],
    );
}

/// The second, and the first that it would replace.
#[test]
fn what_is_given_already() {
    let told = |build, calls: &[&str]| is_told_at(&mistakes(of_build(build)), "team::given-already", calls);
    told(
        |build| {
            let first = Permissions::new().allow(["sns:Publish"], ["arn:aws:sns:*:*:a"]);
            build.permissions(first.clone()).reports().permissions(first)
        },
        &["permissions(first)", "permissions(first.clone())"],
    );
    told(
        |build| build.tags("v*").tags("w*"),
        &["tags(\"w*\")", "tags(\"v*\")"],
    );
    told(
        |build| build.buildspec("a.yml").buildspec("b.yml"),
        &["buildspec(\"b.yml\")", "buildspec(\"a.yml\")"],
    );
}

#[test]
fn mistakes_of_branches_tags_and_environments() {
    for branch in [
        (|repository| repository.branch("refs/heads/main")) as fn(Repository) -> Repository,
        |repository| repository.branch("release/*"),
        |repository| repository.branch(""),
    ] {
        is_told_at(&mistakes(of_repository(branch)), "team::branch", &["branch("]);
    }
    let told = |upload, code, call| is_told_at(&mistakes(of_upload(upload)), code, &[call]);
    told(|upload| upload.branch("*"), "team::branch", "branch(");
    told(|upload| upload.tags("refs/tags/v*"), "team::tag-pattern", "tags(");
    told(
        |upload| upload.branch("main").github_environment("prod:eu"),
        "team::upload-environment",
        "github_environment(",
    );
}

#[test]
fn mistakes_of_values() {
    let told = |stack, code, calls: &[&str]| is_told_at(&mistakes(of_stack(stack)), code, calls);
    told(
        |stack| {
            stack.parameter(
                "A",
                Values::new().in_environment(sample::prod(), "a").otherwise("b"),
            )
        },
        "team::value-elsewhere",
        &["in_environment("],
    );
    told(
        |stack| {
            stack.parameter(
                "A",
                Values::new()
                    .for_developer(&sample::developer(7), "a")
                    .otherwise("b"),
            )
        },
        "team::value-elsewhere",
        &["for_developer("],
    );
    told(
        |stack| stack.parameter("A", Values::new().otherwise("#{b}")),
        "team::value-variable",
        &["otherwise("],
    );
    told(
        |stack| stack.parameter("A", "#{b}"),
        "team::value-variable",
        &["parameter("],
    );
    told(
        |stack| {
            let values = Values::new().in_environment(sample::dev(), "a").otherwise("b");
            stack.parameter("A", values.in_environment(sample::dev(), "c"))
        },
        "team::value-twice",
        &[
            "in_environment(sample::dev(), \"c\")",
            "in_environment(sample::dev(), \"a\")",
        ],
    );
    let quoted = Values::new()
        .for_developer(&sample::developer(0), "a\"b")
        .otherwise("c");
    let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
    let stack = Stack::named("orders").template(bundle.file("template.yaml"));
    let pipeline = pipeline
        .stack(stack.parameter("A", quoted))
        .permissions(sample::permissions());
    let world = sample::world().developer(sample::developer(0));
    let found = mistakes(world.with(pipeline.release(sample::wave())).build());
    is_told_at(&found, "team::value-characters", &["for_developer("]);
}

/// All that AWS's page on buildspecs has, keys of others, anchors, and JSON.
#[test]
fn buildspecs_that_are_right() {
    let whole = "# The whole of it.
version: 0.2
run-as: root
x-shared: &shared
  - npm ci
env:
  shell: bash
  variables: { NODE_ENV: production }
  git-credential-helper: yes
proxy: { upload-artifacts: no }
phases:
  install:
    run-as: root
    on-failure: ABORT
    runtime-versions: { nodejs: 22 }
    commands: *shared
    finally:
      - echo done
  pre_build:
    commands:
      - \"echo 'a: b'\"
      - |
        if true; then
          make: all
        fi
      - true
      - 1
  build: { commands: make }
  post_build:
    commands: []
reports:
artifacts:
  files: ['**/*']
  base-directory: out
  discard-paths: no
  name: orders
  exclude-paths: ['**/*.map']
  enable-symlinks: yes
  s3-prefix: p
  secondary-artifacts: {}
cache:
  paths: ['node_modules/**/*']
  key: k
";
    let json = r#"{
    "version": "0.2",
    "phases": { "build": { "commands": ["make"] } },
    "artifacts": { "files": ["**/*"] }
}"#;
    for spec in [whole, json] {
        let build = CodeBuild::of(Repository::new(github(), "acme/orders")).inline_buildspec(spec);
        of(sample::pipeline_of(sample::orders()).built_by(build)).unwrap();
    }
}

/// In however many places it is too long.
#[test]
fn parameters_that_are_too_long() {
    let told = |stack, calls: &[&str]| is_told_at(&mistakes(of_stack(stack)), "synth::limit", calls);
    told(
        |stack| stack.parameter("A", "a").parameter("B", "b".repeat(1_100)),
        &["parameter(\"B\""],
    );
    told(
        |stack| {
            (0..20).fold(stack, |stack, number| {
                stack.parameter(format!("P{number}"), "p".repeat(60))
            })
        },
        &["Stack::named("],
    );
}

#[test]
fn mistakes_of_teams() {
    let found = mistakes(
        sample::world()
            .with(sample::pipeline())
            .with(sample::pipeline())
            .build(),
    );
    let twice = found
        .iter()
        .find(|found| found.code() == "team::duplicate-pipeline");
    let labels = twice.unwrap().labels();
    let places = labels
        .iter()
        .map(|label| (label.location().line(), source(label)));
    let places: Vec<(u32, String)> = places.collect();
    assert!(
        places.iter().all(|(_, source)| source.starts_with("with(")),
        "{found}"
    );
    assert!(
        matches!(places.as_slice(), [(again, _), (first, _)] if again > first),
        "{found}"
    );

    let billing = Service::new(name("billing"));
    let world = sample::world().developer(sample::developer(0).hold(billing));
    is_told_at(&mistakes(with(world)), "team::undeclared-service", &["hold("]);

    let mut pipeline = sample::pipeline_of(sample::orders());
    for number in 0..12 {
        pipeline.source(Artifact::key(format!("orders/{number}.zip")));
    }
    pipeline.source(Artifact::key("orders/handler.zip"));
    pipeline.source(Artifact::key("orders/worker.zip"));
    let build = CodeBuild::of(Repository::new(github(), "acme/orders"));
    let found = mistakes(of(pipeline.built_by(build)));
    is_told_at(
        &found,
        "team::too-many-build-artifacts",
        &["Artifact::key(\"orders/handler.zip\")"],
    );
}
