//! Builds: repositories, buildspecs and what they make.

use pipeline_dsl::prelude::*;

use super::{Case, github, of, of_build};
use crate::sample::{self, name};

const REFUSED: [&str; 3] = ["deploy: the project is refused"; 3];

pub(super) const CASES: &[Case] = &[
    Case {
        title: "a repository with its address, at run time",
        others: ["deploy: the webhook is refused"; 3],
        code: "team::repository",
        named: &["`https://github.com/acme/orders`"],
        team: || built(Repository::new(github(), "https://github.com/acme/orders")),
    },
    Case {
        title: "a repository read through a connection of another account, at run time",
        others: ["run: the build is refused"; 3],
        code: "team::connection-account",
        named: &["`orders`", "111111111111", "500000000001"],
        team: || built(Repository::new(super::own_github(), "acme/orders")),
    },
    Case {
        title: "a branch that is none",
        others: ["never: no push matches"; 3],
        code: "team::branch",
        named: &["`my branch`"],
        team: || built(Repository::new(github(), "acme/orders").branch("my branch")),
    },
    Case {
        title: "a buildspec outside the repository",
        others: ["run: the buildspec is not found"; 3],
        code: "team::buildspec",
        named: &["`/buildspec.yml`"],
        team: || of_build(|build| build.buildspec("/buildspec.yml")),
    },
    Case {
        title: "a build that may take no time",
        others: [
            "deploy: the project is refused",
            "deploy: the project is refused",
            "plan",
        ],
        code: "team::build-timeout",
        named: &["`orders`", "1 minutes"],
        team: || of_build(|build| build.timeout_minutes(1)),
    },
    Case {
        title: "a machine that CodeBuild does not have",
        others: ["deploy: the project is refused", "compile", "plan"],
        code: "team::compute-type",
        named: &["`large`", "`BUILD_GENERAL1_LARGE`"],
        team: || of_build(|build| build.compute_type("large")),
    },
    Case {
        title: "an image that is none",
        others: REFUSED,
        code: "team::build-image",
        named: &["``"],
        team: || of_build(|build| build.image("")),
    },
    Case {
        title: "a variable with a name that CodeBuild keeps for itself",
        others: ["run: the value is overwritten"; 3],
        code: "team::build-variable",
        named: &["`CODEBUILD_SRC_DIR`", "`orders`"],
        team: || of_build(|build| build.variable("CODEBUILD_SRC_DIR", "/src")),
    },
    Case {
        title: "a variable that is given twice",
        others: [
            "deploy: the project is refused",
            "never: the last one wins",
            "deploy: the project is refused",
        ],
        code: "team::build-variable",
        named: &["`STAGE`", "twice"],
        team: || of_build(|build| build.variable("STAGE", "a").variable("STAGE", "b")),
    },
    Case {
        title: "a role of another provider that may approve pull requests",
        others: ["run: nobody's comment counts"; 3],
        code: "team::approver-roles",
        named: &["`GITLAB_OWNER`", "`acme/orders`"],
        team: || {
            of_build(|build| {
                build.pull_requests(PullRequestBuildPolicy::all().approver_roles([ApproverRole::GitLabOwner]))
            })
        },
    },
    Case {
        title: "nobody who may approve pull requests",
        others: ["run: AWS's pages do not say whose comments count"; 3],
        code: "team::approver-roles",
        named: &["no role"],
        team: || of_build(|build| build.pull_requests(PullRequestBuildPolicy::forks().approver_roles([]))),
    },
    Case {
        title: "a secret in a variable",
        others: [
            "never: it stands in the template",
            "synth: of values from Secrets Manager only",
            "never: it stands in the state",
        ],
        code: "team::secret-in-template",
        named: &["`TOKEN`"],
        team: || of_build(|build| build.variable("TOKEN", "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")),
    },
    Case {
        title: "a service that is built twice",
        others: ["run: the builds overwrite each other"; 3],
        code: "team::two-builds",
        named: &["`orders`"],
        team: || {
            let build = || CodeBuild::of(Repository::new(github(), "acme/orders"));
            of(sample::pipeline_of(sample::orders())
                .built_by(build())
                .built_by(build()))
        },
    },
    Case {
        title: "an artifact that two services build",
        others: ["run: the builds overwrite each other"; 3],
        code: "team::built-twice",
        named: &["`shared.zip`", "`orders`", "`billing`"],
        team: || {
            let pipeline = |service: Service| {
                let (pipeline, bundle) = Pipeline::from_artifact(service, Artifact::key("shared.zip"));
                pipeline
                    .built_by(CodeBuild::of(Repository::new(github(), "acme/monorepo")))
                    .stack(Stack::named(service.name().as_str()).template(bundle.file("template.yaml")))
                    .permissions(sample::permissions())
                    .release(sample::wave())
            };
            let billing = Service::new(name("billing"));
            sample::world()
                .service(billing)
                .with(pipeline(sample::orders()))
                .with(pipeline(billing))
                .build()
        },
    },
    Case {
        title: "two artifacts that the buildspec could not tell apart",
        others: [
            "deploy: the project is refused",
            "run: the build is refused (aws-cdk #18710)",
            "deploy: the project is refused",
        ],
        code: "team::build-artifact-name",
        named: &["`handler_zip`", "`a/handler.zip`", "`b/handler.zip`"],
        team: || {
            let mut pipeline = sample::pipeline_of(sample::orders());
            pipeline.source(Artifact::key("a/handler.zip"));
            pipeline.source(Artifact::key("b/handler.zip"));
            of(pipeline.built_by(CodeBuild::of(Repository::new(github(), "acme/orders"))))
        },
    },
    Case {
        title: "more artifacts than a build makes",
        others: REFUSED,
        code: "team::too-many-build-artifacts",
        named: &["`orders`", "14", "13"],
        team: || {
            let mut pipeline = sample::pipeline_of(sample::orders());
            for number in 0..13 {
                pipeline.source(Artifact::key(format!("orders/{number}.zip")));
            }
            of(pipeline.built_by(CodeBuild::of(Repository::new(github(), "acme/orders"))))
        },
    },
];

fn built(repository: Repository) -> Result<Team> {
    of(sample::pipeline_of(sample::orders()).built_by(CodeBuild::of(repository)))
}
