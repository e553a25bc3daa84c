//! Builds of several kinds: with secrets, with Docker, on ARM in an image of the team's own, with reports, and by another CI, which
//! uploads what it made. `docs/builds.md` has the buildspec of each, and the workflow.
//!
//! ```sh
//! cargo run --example builds
//! ```

use pipeline_dsl::prelude::*;
use pipeline_dsl::team::Drafting;

team! {
    /// Globex: a web page, a container, a model and a search, each built in its own way.
    mod globex {
        build = "111111111111" in us-east-1;

        environment dev = "222222222222" in us-east-1;
        wave development = [dev];

        service web;
        service api;
        service model;
        service search;

        connection github = "arn:aws:codeconnections:us-east-1:111111111111:connection/0a1b2c3d";

        developer alice = "555555555555" in us-east-1 {
            connection github = "arn:aws:codeconnections:us-east-1:555555555555:connection/4e5f6a7b";
            fork web = "alice/web" branch "dark-mode";
            fork api = "alice/api";
        }
        developer bob = "666666666666" in eu-west-1;
    }
}

fn main() -> ExitCode {
    pipeline_dsl::cli::main(team)
}

pub(crate) fn team() -> Result<Team> {
    globex::TEAM
        .with(web())
        .with(api())
        .with(model())
        .with(search())
        .build()
}

/// Packages of a private registry, and reports of its tests; a repository that holds more than this service. Pull requests are built
/// without the token: what they need of the registry, they cannot have.
fn web() -> Pipeline<Releasing> {
    let build = CodeBuild::of(Repository::new(globex::github, repository_name!("globex/web")))
        .paths(["web/", "packages/**/*.ts"])
        .secret("NPM_TOKEN", Secret::named("globex/npm").json_key("token"))
        .parameter("LICENSE_KEY", SsmParameter::named("/globex/license"))
        .reports()
        .local_cache([LocalCache::Source, LocalCache::Custom])
        .concurrent_builds(2);
    delivered(globex::web, "web", |pipeline| pipeline.built_by(build))
}

/// A container image, built with Docker and pushed to a repository of the account that builds.
fn api() -> Pipeline<Releasing> {
    let push = Permissions::new()
        .allow(
            [
                "ecr:BatchCheckLayerAvailability",
                "ecr:CompleteLayerUpload",
                "ecr:InitiateLayerUpload",
                "ecr:PutImage",
                "ecr:UploadLayerPart",
            ],
            ["arn:${AWS::Partition}:ecr:${AWS::Region}:${AWS::AccountId}:repository/api"],
        )
        .allow(["ecr:GetAuthorizationToken"], ["*"]);
    let build = CodeBuild::of(Repository::new(globex::github, repository_name!("globex/api")))
        .buildspec("ci/buildspec.yml")
        .compute_type("BUILD_GENERAL1_LARGE")
        .privileged()
        .local_cache([LocalCache::DockerLayer])
        .permissions(push);
    delivered(globex::api, "api", |pipeline| pipeline.built_by(build))
}

/// Of tags, on ARM, in an image of the team's own, with the whole history and submodules; its buildspec stands here.
fn model() -> Pipeline<Releasing> {
    let build = CodeBuild::of(Repository::new(globex::github, repository_name!("globex/model")))
        .tags("v*")
        .image("111111111111.dkr.ecr.us-east-1.amazonaws.com/builder:7")
        .environment_type(EnvironmentType::ArmContainer)
        .full_clone()
        .submodules()
        .inline_buildspec(
            "version: 0.2
phases:
  build:
    commands:
      - make model
artifacts:
  files: ['**/*']
  base-directory: out
",
        );
    delivered(globex::model, "model", |pipeline| pipeline.built_by(build))
}

/// Built by GitHub Actions, which uploads what it made.
fn search() -> Pipeline<Releasing> {
    let upload = Upload::github_actions("globex/search")
        .github_ids(123_456, 456_789)
        .branch("main")
        .tags("v*");
    delivered(globex::search, "search", |pipeline| pipeline.uploaded_by(upload))
}

fn delivered<S>(
    service: Service<S>,
    stack: &'static str,
    made: impl FnOnce(Pipeline<Drafting, S>) -> Pipeline<Drafting, S>,
) -> Pipeline<Releasing> {
    let key = format!("{stack}/{stack}.zip");
    let (pipeline, bundle) = Pipeline::from_artifact(service, Artifact::key(key));
    made(pipeline)
        .stack(Stack::named(stack).template(bundle.file("template.yaml")))
        .permissions(Permissions::new().allow(
            ["sns:CreateTopic", "sns:DeleteTopic", "sns:GetTopicAttributes"],
            [format!(
                "arn:${{AWS::Partition}}:sns:*:${{AWS::AccountId}}:{stack}-*"
            )],
        ))
        .release(globex::development)
        .any()
}
