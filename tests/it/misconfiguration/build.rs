//! Builds: repositories, buildspecs and what they make.

use pipeline_dsl::prelude::*;

use super::{Case, github, of, of_build, of_permissions, own_github};
use crate::sample::{self, name};

const REFUSED: [&str; 3] = ["deploy: the project is refused"; 3];

pub(super) const CASES: &[Case] = &[
    Case {
        title: "a repository with its address, at run time",
        others: ["deploy: the webhook is refused"; 3],
        code: "team::repository",
        named: &["`https://github.com/acme/orders`"],
        team: || built(Repository::new(github(), "https://github.com/acme/orders")),
        mended: || built(Repository::new(github(), "acme/orders")),
    },
    Case {
        title: "a repository read through a connection of another account, at run time",
        others: ["run: the build is refused"; 3],
        code: "team::connection-account",
        named: &["`orders`", "111111111111", "500000000001"],
        team: || built(Repository::new(own_github(), "acme/orders")),
        mended: || built(Repository::new(github(), "acme/orders")),
    },
    Case {
        title: "a branch that is none",
        others: ["never: no push matches"; 3],
        code: "team::branch",
        named: &["`my branch`"],
        team: || built(Repository::new(github(), "acme/orders").branch("my branch")),
        mended: || built(Repository::new(github(), "acme/orders").branch("my-branch")),
    },
    Case {
        title: "a buildspec outside the repository",
        others: ["run: the buildspec is not found"; 3],
        code: "team::buildspec",
        named: &["`/buildspec.yml`"],
        team: || of_build(|build| build.buildspec("/buildspec.yml")),
        mended: || of_build(|build| build.buildspec("buildspec.yml")),
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
        mended: || of_build(|build| build.timeout_minutes(60)),
    },
    Case {
        title: "a machine that CodeBuild does not have",
        others: ["deploy: the project is refused", "compile", "plan"],
        code: "team::compute-type",
        named: &["`large`", "`BUILD_GENERAL1_LARGE`"],
        team: || of_build(|build| build.compute_type("large")),
        mended: || of_build(|build| build.compute_type("BUILD_GENERAL1_LARGE")),
    },
    Case {
        title: "an image that is none",
        others: REFUSED,
        code: "team::build-image",
        named: &["``"],
        team: || of_build(|build| build.image("")),
        mended: || of_build(|build| build.image("aws/codebuild/amazonlinux-x86_64-standard:5.0")),
    },
    Case {
        title: "a variable with a name that CodeBuild keeps for itself",
        others: ["run: the value is overwritten"; 3],
        code: "team::build-variable",
        named: &["`CODEBUILD_SRC_DIR`", "`orders`"],
        team: || of_build(|build| build.variable("CODEBUILD_SRC_DIR", "/src")),
        mended: || of_build(|build| build.variable("SRC_DIR", "/src")),
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
        mended: || of_build(|build| build.variable("STAGE", "b")),
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
        mended: || {
            of_build(|build| {
                build.pull_requests(PullRequestBuildPolicy::all().approver_roles([ApproverRole::GitHubAdmin]))
            })
        },
    },
    Case {
        title: "nobody who may approve pull requests",
        others: ["run: AWS's pages do not say whose comments count"; 3],
        code: "team::approver-roles",
        named: &["no role"],
        team: || of_build(|build| build.pull_requests(PullRequestBuildPolicy::forks().approver_roles([]))),
        mended: || {
            of_build(|build| {
                build.pull_requests(
                    PullRequestBuildPolicy::forks().approver_roles([ApproverRole::GitHubWrite]),
                )
            })
        },
    },
    Case {
        title: "a machine that the environment does not have",
        others: [
            "deploy: the project is refused",
            "deploy: the project is refused",
            "deploy: the project is refused",
        ],
        code: "team::compute-type",
        named: &["`BUILD_GENERAL1_MEDIUM`", "`LINUX_GPU_CONTAINER`"],
        team: || {
            of_build(|build| {
                build
                    .environment_type(EnvironmentType::LinuxGpuContainer)
                    .compute_type("BUILD_GENERAL1_MEDIUM")
            })
        },
        mended: || {
            of_build(|build| {
                build
                    .environment_type(EnvironmentType::LinuxGpuContainer)
                    .compute_type("BUILD_GENERAL1_LARGE")
            })
        },
    },
    Case {
        title: "Docker where no container can start it",
        others: [
            "deploy: the project is refused",
            "synth: of Windows only",
            "deploy: the project is refused",
        ],
        code: "team::privileged",
        named: &["`orders`", "`WINDOWS_SERVER_2019_CONTAINER`"],
        team: || {
            of_build(|build| {
                build
                    .image("aws/codebuild/windows-base:2019-3.0")
                    .compute_type("BUILD_GENERAL1_MEDIUM")
                    .privileged()
            })
        },
        mended: || {
            of_build(|build| {
                build
                    .image("aws/codebuild/windows-base:2019-3.0")
                    .compute_type("BUILD_GENERAL1_MEDIUM")
            })
        },
    },
    Case {
        title: "a cache of Docker layers without Docker",
        others: ["run: nothing is cached"; 3],
        code: "team::local-cache",
        named: &["`orders`"],
        team: || of_build(|build| build.local_cache([LocalCache::DockerLayer])),
        mended: || of_build(|build| build.local_cache([LocalCache::DockerLayer]).privileged()),
    },
    Case {
        title: "a local cache where there is none",
        others: [
            "run: nothing is cached",
            "run: nothing is cached",
            "run: nothing is cached",
        ],
        code: "team::local-cache",
        named: &["`orders`", "`ARM_CONTAINER`"],
        team: || {
            of_build(|build| {
                build
                    .image("aws/codebuild/amazonlinux-aarch64-standard:3.0")
                    .local_cache([LocalCache::Source])
            })
        },
        mended: || {
            of_build(|build| {
                build
                    .image("aws/codebuild/amazonlinux-x86_64-standard:5.0")
                    .local_cache([LocalCache::Source])
            })
        },
    },
    Case {
        title: "no build at once",
        others: REFUSED,
        code: "team::concurrent-builds",
        named: &["`orders`"],
        team: || of_build(|build| build.concurrent_builds(0)),
        mended: || of_build(|build| build.concurrent_builds(1)),
    },
    Case {
        title: "an inline buildspec that CodeBuild takes for a path",
        others: ["run: the buildspec is not found"; 3],
        code: "team::buildspec",
        named: &["`orders`", "`version: 0.2`"],
        team: || of_build(|build| build.inline_buildspec("make all")),
        mended: || {
            spec(
                "version: 0.2\nphases:\n  build:\n    commands: [make all]\nartifacts:\n  files: ['out/**/*']\n",
            )
        },
    },
    Case {
        title: "a secret by its ARN",
        others: ["run: of a fork, AccessDenied in the developer's account"; 3],
        code: "team::secret-name",
        named: &["`arn:aws:secretsmanager:us-east-1:111111111111:secret:npm-a1B2c3`"],
        team: || {
            of_build(|build| {
                let arn = "arn:aws:secretsmanager:us-east-1:111111111111:secret:npm-a1B2c3";
                build.secret("NPM_TOKEN", Secret::named(arn))
            })
        },
        mended: || of_build(|build| build.secret("NPM_TOKEN", Secret::named("npm"))),
    },
    Case {
        title: "a secret whose name cannot be one",
        others: ["run: the build is refused"; 3],
        code: "team::secret-name",
        named: &["`npm token`"],
        team: || of_build(|build| build.secret("NPM_TOKEN", Secret::named("npm token"))),
        mended: || of_build(|build| build.secret("NPM_TOKEN", Secret::named("npm-token"))),
    },
    Case {
        title: "a key of a secret that CodeBuild would cut",
        others: ["run: the build is refused"; 3],
        code: "team::secret-name",
        named: &["`token:AWSCURRENT`"],
        team: || {
            of_build(|build| build.secret("NPM_TOKEN", Secret::named("npm").json_key("token:AWSCURRENT")))
        },
        mended: || of_build(|build| build.secret("NPM_TOKEN", Secret::named("npm").json_key("token"))),
    },
    Case {
        title: "a secret with the key of its JSON object behind its name",
        others: ["run: the build is refused"; 3],
        code: "team::secret-name",
        named: &["`npm:token`"],
        team: || of_build(|build| build.secret("NPM_TOKEN", Secret::named("npm:token"))),
        mended: || of_build(|build| build.secret("NPM_TOKEN", Secret::named("npm").json_key("token"))),
    },
    Case {
        title: "a parameter by its ARN",
        others: ["run: of a fork, AccessDenied in the developer's account"; 3],
        code: "team::parameter-name",
        named: &["`arn:aws:ssm:us-east-1:111111111111:parameter/acme/license`"],
        team: || {
            of_build(|build| {
                let arn = "arn:aws:ssm:us-east-1:111111111111:parameter/acme/license";
                build.parameter("LICENSE", SsmParameter::named(arn))
            })
        },
        mended: || of_build(|build| build.parameter("LICENSE", SsmParameter::named("/acme/license"))),
    },
    Case {
        title: "a key of AWS in a variable of a build",
        others: ["never: everybody can read it"; 3],
        code: "team::credentials",
        named: &["`AWS_SECRET_ACCESS_KEY`"],
        team: || {
            of_build(|build| {
                build.variable(
                    "AWS_SECRET_ACCESS_KEY",
                    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                )
            })
        },
        mended: || {
            of_build(|build| {
                build.permissions(Permissions::new().allow(["s3:GetObject"], ["arn:aws:s3:::acme-models/*"]))
            })
        },
    },
    Case {
        title: "a connection of another partition",
        others: ["deploy: the project is refused"; 3],
        code: "team::connection-partition",
        named: &[
            "`arn:aws-cn:codeconnections:cn-north-1:111111111111:connection/a`",
            "`aws`",
        ],
        team: || {
            let arn = "arn:aws-cn:codeconnections:cn-north-1:111111111111:connection/a";
            let repository = Repository::new(Connection::github(arn), "acme/orders");
            super::of(sample::pipeline_of(sample::orders()).built_by(CodeBuild::of(repository)))
        },
        mended: || of_build(|build| build),
    },
    Case {
        title: "a parameter whose name Parameter Store keeps for itself",
        others: ["run: the build is refused"; 3],
        code: "team::parameter-name",
        named: &["`/ssm/license`", "`ssm`"],
        team: || of_build(|build| build.parameter("LICENSE", SsmParameter::named("/ssm/license"))),
        mended: || of_build(|build| build.parameter("LICENSE", SsmParameter::named("/acme/license"))),
    },
    Case {
        title: "a public parameter of AWS as a secret",
        others: ["run: the build is refused"; 3],
        code: "team::parameter-name",
        named: &["`/aws/service/ami`", "`aws`"],
        team: || of_build(|build| build.parameter("AMI", SsmParameter::named("/aws/service/ami"))),
        mended: || {
            of_build(|build| {
                let public = "arn:${AWS::Partition}:ssm:*::parameter/aws/service/*";
                build.permissions(Permissions::new().allow(["ssm:GetParameter"], [public]))
            })
        },
    },
    Case {
        title: "a path of a parameter without its root",
        others: ["run: the build is refused"; 3],
        code: "team::parameter-name",
        named: &["`acme/license`"],
        team: || of_build(|build| build.parameter("LICENSE", SsmParameter::named("acme/license"))),
        mended: || of_build(|build| build.parameter("LICENSE", SsmParameter::named("/acme/license"))),
    },
    Case {
        title: "a private image for pull requests",
        others: ["never: the secret is there for whoever proposes something"; 3],
        code: "team::pull-request-image",
        named: &["`orders`"],
        team: || {
            of_build(|build| build.private_image("registry.example.com/tools:1", Secret::named("registry")))
        },
        mended: || {
            of_build(|build| {
                build
                    .private_image("registry.example.com/tools:1", Secret::named("registry"))
                    .pull_request_image("rust:1")
            })
        },
    },
    Case {
        title: "pull requests on another machine",
        others: ["never"; 3],
        code: "team::pull-request-image",
        named: &["`orders`", "`ARM_CONTAINER`", "`LINUX_CONTAINER`"],
        team: || of_build(|build| build.pull_request_image("aws/codebuild/amazonlinux-aarch64-standard:3.0")),
        mended: || {
            of_build(|build| build.pull_request_image("aws/codebuild/amazonlinux-x86_64-standard:5.0"))
        },
    },
    Case {
        title: "a secret for an image that is pulled with a role",
        others: REFUSED,
        code: "team::private-image",
        named: &["`111111111111.dkr.ecr.us-east-1.amazonaws.com/tools:1`"],
        team: || {
            of_build(|build| {
                build
                    .private_image(
                        "111111111111.dkr.ecr.us-east-1.amazonaws.com/tools:1",
                        Secret::named("registry"),
                    )
                    .pull_request_image("rust:1")
            })
        },
        mended: || {
            of_build(|build| {
                build
                    .image("111111111111.dkr.ecr.us-east-1.amazonaws.com/tools:1")
                    .pull_request_image("rust:1")
            })
        },
    },
    Case {
        title: "a build that may give itself more",
        others: ["never"; 3],
        code: "team::iam-action",
        named: &["`iam:PassRole`", "build"],
        team: || {
            of_build(|build| {
                build.permissions(Permissions::new().allow(["iam:PassRole"], ["arn:aws:iam::*:role/ci"]))
            })
        },
        mended: || {
            let role = "arn:aws:iam::${AWS::AccountId}:role/ci";
            of_permissions(sample::permissions().pass_role(
                role,
                "codebuild.amazonaws.com",
                "all projects have it",
            ))
        },
    },
    Case {
        title: "roles that a build would make",
        others: ["no such notion"; 3],
        code: "team::build-roles",
        named: &["`orders`"],
        team: || {
            of_build(|build| {
                let roles =
                    Roles::passed_to(["lambda.amazonaws.com"]).allow(["sns:Publish"], ["arn:aws:sns:*:*:a"]);
                build.permissions(Permissions::new().roles(roles))
            })
        },
        mended: || {
            let roles =
                Roles::passed_to(["lambda.amazonaws.com"]).allow(["sns:Publish"], ["arn:aws:sns:*:*:a"]);
            of_permissions(sample::permissions().roles(roles))
        },
    },
    Case {
        title: "a role that a build would hand on",
        others: ["never"; 3],
        code: "team::build-roles",
        named: &["`orders`", "hands on no roles"],
        team: || {
            of_build(|build| {
                let tasks = "arn:aws:iam::${AWS::AccountId}:role/ecsTaskExecutionRole";
                build.permissions(Permissions::new().pass_role(tasks, "ecs-tasks.amazonaws.com", "tasks"))
            })
        },
        mended: || {
            let tasks = "arn:aws:iam::${AWS::AccountId}:role/ecsTaskExecutionRole";
            of_permissions(sample::permissions().pass_role(tasks, "ecs-tasks.amazonaws.com", "tasks"))
        },
    },
    Case {
        title: "nested stacks that a build would make",
        others: ["no such notion"; 3],
        code: "team::build-nested-stacks",
        named: &["`orders`"],
        team: || of_build(|build| build.permissions(Permissions::new().nested_stacks())),
        mended: || of_permissions(sample::permissions().nested_stacks()),
    },
    Case {
        title: "artifacts that are built and uploaded",
        others: ["never: the last one wins"; 3],
        code: "team::built-and-uploaded",
        named: &["`orders`"],
        team: || {
            let build = CodeBuild::of(Repository::new(github(), "acme/orders"));
            of(sample::pipeline_of(sample::orders())
                .built_by(build)
                .uploaded_by(Upload::github_actions("acme/orders")))
        },
        mended: || {
            let build = CodeBuild::of(Repository::new(github(), "acme/orders"));
            of(sample::pipeline_of(sample::orders()).built_by(build))
        },
    },
    Case {
        title: "artifacts that two repositories upload",
        others: ["never: the last one wins"; 3],
        code: "team::two-uploads",
        named: &["`orders`"],
        team: || {
            of(sample::pipeline_of(sample::orders())
                .uploaded_by(Upload::github_actions("acme/orders"))
                .uploaded_by(Upload::gitlab_ci("acme/orders")))
        },
        mended: || {
            of(sample::pipeline_of(sample::orders()).uploaded_by(Upload::github_actions("acme/orders")))
        },
    },
    Case {
        title: "an upload from an address",
        others: ["never: every token is refused"; 3],
        code: "team::repository",
        named: &["`https://github.com/acme/orders`"],
        team: || uploaded(Upload::github_actions("https://github.com/acme/orders")),
        mended: || uploaded(Upload::github_actions("acme/orders")),
    },
    Case {
        title: "an upload from a branch with `refs/heads/` before its name",
        others: ["never: every token is refused"; 3],
        code: "team::branch",
        named: &["`refs/heads/main`"],
        team: || uploaded(Upload::github_actions("acme/orders").branch("refs/heads/main")),
        mended: || uploaded(Upload::github_actions("acme/orders").branch("main")),
    },
    Case {
        title: "an upload from every branch",
        others: ["accepted: whoever can push uploads"; 3],
        code: "team::branch",
        named: &["`*`"],
        team: || uploaded(Upload::github_actions("acme/orders").branch("*")),
        mended: || uploaded(Upload::github_actions("acme/orders").branch("main")),
    },
    Case {
        title: "an upload from every environment",
        others: ["accepted: whoever can push uploads"; 3],
        code: "team::upload-environment",
        named: &["`*`"],
        team: || uploaded(Upload::github_actions("acme/orders").github_environment("*")),
        mended: || uploaded(Upload::github_actions("acme/orders").github_environment("production")),
    },
    Case {
        title: "an environment of GitHub for another CI",
        others: ["never: every token is refused"; 3],
        code: "team::upload-environment",
        named: &["`production`"],
        team: || uploaded(Upload::gitlab_ci("acme/orders").github_environment("production")),
        mended: || uploaded(Upload::gitlab_ci("acme/orders").branch("main")),
    },
    Case {
        title: "the ids of a repository on GitHub for another CI",
        others: ["never: every token is refused"; 3],
        code: "team::upload-ids",
        named: &["`github_ids`"],
        team: || uploaded(Upload::gitlab_ci("acme/orders").github_ids(1, 2)),
        mended: || uploaded(Upload::gitlab_ci("acme/orders")),
    },
    Case {
        title: "ids that nothing on github.com has",
        others: ["run: AccessDenied"; 3],
        code: "team::upload-ids",
        named: &["the id 0"],
        team: || uploaded(Upload::github_actions("acme/orders").github_ids(0, 0)),
        mended: || uploaded(Upload::github_actions("acme/orders").github_ids(1, 2)),
    },
    Case {
        title: "a branch with `refs/heads/` before its name",
        others: ["never: no push matches"; 3],
        code: "team::branch",
        named: &["`refs/heads/main`", "its name alone"],
        team: || built(Repository::new(github(), "acme/orders").branch("refs/heads/main")),
        mended: || built(Repository::new(github(), "acme/orders").branch("main")),
    },
    Case {
        title: "tags with `refs/tags/` before their names",
        others: ["never: no push matches"; 3],
        code: "team::tag-pattern",
        named: &["`refs/tags/v*`"],
        team: || of_build(|build| build.tags("refs/tags/v*")),
        mended: || of_build(|build| build.tags("v*")),
    },
    Case {
        title: "a path that is outside of the repository",
        others: ["never: no push matches"; 3],
        code: "team::path-pattern",
        named: &["`../shared/`"],
        team: || of_build(|build| build.paths(["orders/", "../shared/"])),
        mended: || of_build(|build| build.paths(["orders/", "shared/"])),
    },
    Case {
        title: "a path that begins with a slash",
        others: ["never: no push matches"; 3],
        code: "team::path-pattern",
        named: &["`/orders/`"],
        team: || of_build(|build| build.paths(["/orders/"])),
        mended: || of_build(|build| build.paths(["orders/"])),
    },
    Case {
        title: "paths for builds of tags",
        others: ["never: no push matches"; 3],
        code: "team::paths-of-tags",
        named: &["a tag changes no files"],
        team: || of_build(|build| build.tags("v*").paths(["orders/"])),
        mended: || of_build(|build| build.tags("v*")),
    },
    Case {
        title: "pushes to choose among where none starts a build",
        others: ["accepted"; 3],
        code: "team::pushes-without-webhook",
        named: &["no push starts this build"],
        team: || of_build(|build| build.paths(["orders/"]).without_webhook()),
        mended: || of_build(|build| build.paths(["orders/"])),
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
        mended: || of_build(|build| build.secret("TOKEN", Secret::named("token"))),
    },
    Case {
        title: "permissions that a build is given twice",
        others: [
            "accepted: they add up",
            "accepted: they add up",
            "accepted: they add up",
        ],
        code: "team::given-already",
        named: &["`orders`", "`.permissions(…)`"],
        team: || {
            of_build(|build| {
                build
                    .permissions(Permissions::new().allow(["s3:GetObject"], ["arn:aws:s3:::models/*"]))
                    .permissions(Permissions::new().allow(["sns:Publish"], ["arn:aws:sns:*:*:built"]))
            })
        },
        mended: || {
            of_build(|build| {
                build.permissions(
                    Permissions::new()
                        .allow(["s3:GetObject"], ["arn:aws:s3:::models/*"])
                        .allow(["sns:Publish"], ["arn:aws:sns:*:*:built"]),
                )
            })
        },
    },
    Case {
        title: "a buildspec in the repository and another in the program",
        others: ["compile", "compile", "plan"],
        code: "team::given-already",
        named: &["`orders`", "`.inline_buildspec(…)`"],
        team: || {
            of_build(|build| {
                let spec = "version: 0.2
phases: { build: { commands: [make] } }
artifacts: { files: ['**/*'] }";
                build.buildspec("ci/buildspec.yml").inline_buildspec(spec)
            })
        },
        mended: || of_build(|build| build.buildspec("ci/buildspec.yml")),
    },
    Case {
        title: "two patterns of tags for one build",
        others: [
            "accepted: they add up",
            "accepted: they add up",
            "accepted: they add up",
        ],
        code: "team::given-already",
        named: &["`orders`", "`.tags(…)`"],
        team: || of_build(|build| build.tags("v*").tags("release-*")),
        mended: || of_build(|build| build.tags("v*")),
    },
    Case {
        title: "an image by its address",
        others: ["run: the image is not pulled"; 3],
        code: "team::build-image",
        named: &["`https://111111111111.dkr.ecr.us-east-1.amazonaws.com/builder:7`"],
        team: || {
            of_build(|build| build.image("https://111111111111.dkr.ecr.us-east-1.amazonaws.com/builder:7"))
        },
        mended: || of_build(|build| build.image("111111111111.dkr.ecr.us-east-1.amazonaws.com/builder:7")),
    },
    Case {
        title: "a registry of ECR with its parts in the wrong order",
        others: ["run: the image is not pulled"; 3],
        code: "team::build-image",
        named: &["`111111111111.ecr.dkr.us-east-1.amazonaws.com`", "`dkr`"],
        team: || of_build(|build| build.image("111111111111.ecr.dkr.us-east-1.amazonaws.com/builder:7")),
        mended: || of_build(|build| build.image("111111111111.dkr.ecr.us-east-1.amazonaws.com/builder:7")),
    },
    Case {
        title: "an image in an account of eleven digits",
        others: ["run: the image is not pulled"; 3],
        code: "team::build-image",
        named: &["`11111111111`"],
        team: || of_build(|build| build.image("11111111111.dkr.ecr.us-east-1.amazonaws.com/builder:7")),
        mended: || of_build(|build| build.image("111111111111.dkr.ecr.us-east-1.amazonaws.com/builder:7")),
    },
    Case {
        title: "an image in a region that there is not",
        others: ["run: the image is not pulled"; 3],
        code: "team::build-image",
        named: &["`us-esat-1`", "`us-east-1`"],
        team: || of_build(|build| build.image("111111111111.dkr.ecr.us-esat-1.amazonaws.com/builder:7")),
        mended: || of_build(|build| build.image("111111111111.dkr.ecr.us-east-1.amazonaws.com/builder:7")),
    },
    Case {
        title: "an image whose name has capital letters",
        others: ["run: the image is not pulled"; 3],
        code: "team::build-image",
        named: &["capital letters"],
        team: || of_build(|build| build.image("111111111111.dkr.ecr.us-east-1.amazonaws.com/Builder:7")),
        mended: || of_build(|build| build.image("111111111111.dkr.ecr.us-east-1.amazonaws.com/builder:7")),
    },
    Case {
        title: "an image for ARM in a container on x86",
        others: ["run: the image does not start"; 3],
        code: "team::image-environment",
        named: &[
            "`aws/codebuild/amazonlinux-aarch64-standard:3.0`",
            "`LINUX_CONTAINER`",
            "`orders`",
        ],
        team: || {
            of_build(|build| {
                build
                    .image("aws/codebuild/amazonlinux-aarch64-standard:3.0")
                    .environment_type(EnvironmentType::LinuxContainer)
            })
        },
        mended: || of_build(|build| build.image("aws/codebuild/amazonlinux-aarch64-standard:3.0")),
    },
    Case {
        title: "a container on ARM, and no image for it",
        others: ["run: the image does not start"; 3],
        code: "team::image-environment",
        named: &[
            "`aws/codebuild/amazonlinux-x86_64-standard:5.0`",
            "`ARM_CONTAINER`",
            "`orders`",
        ],
        team: || of_build(|build| build.environment_type(EnvironmentType::ArmContainer)),
        mended: || of_build(|build| build.image("aws/codebuild/amazonlinux-aarch64-standard:3.0")),
    },
    Case {
        title: "the same private image for pull requests",
        others: ["run: the image is not pulled"; 3],
        code: "team::pull-request-image",
        named: &["`registry.example.com/tools:1`", "`orders`"],
        team: || {
            of_build(|build| {
                build
                    .private_image("registry.example.com/tools:1", Secret::named("registry"))
                    .pull_request_image("registry.example.com/tools:1")
            })
        },
        mended: || {
            of_build(|build| {
                build
                    .private_image("registry.example.com/tools:1", Secret::named("registry"))
                    .pull_request_image("rust:1")
            })
        },
    },
    Case {
        title: "a repository with `.git` behind its name, at run time",
        others: ["deploy: the webhook is refused"; 3],
        code: "team::repository",
        named: &["`acme/orders.git`"],
        team: || built(Repository::new(github(), "acme/orders.git")),
        mended: || built(Repository::new(github(), "acme/orders")),
    },
    Case {
        title: "groups in groups at GitHub",
        others: ["deploy: the webhook is refused"; 3],
        code: "team::repository",
        named: &["`acme/shop/orders`", "GitHub"],
        team: || built(Repository::new(github(), "acme/shop/orders")),
        mended: || {
            let arn = "arn:aws:codeconnections:us-east-1:111111111111:connection/a";
            built(Repository::new(Connection::gitlab(arn), "acme/shop/orders"))
        },
    },
    Case {
        title: "an upload from groups in groups at GitHub",
        others: ["never: every token is refused"; 3],
        code: "team::repository",
        named: &["`acme/shop/orders`", "GitHub"],
        team: || uploaded(Upload::github_actions("acme/shop/orders")),
        mended: || uploaded(Upload::gitlab_ci("acme/shop/orders")),
    },
    Case {
        title: "a fork that is in groups in groups at GitHub",
        others: [
            "deploy: the webhook is refused",
            "no such notion",
            "no such notion",
        ],
        code: "team::repository",
        named: &["`dev/shop/orders`", "GitHub"],
        team: || forked("dev/shop/orders"),
        mended: || forked("dev/orders"),
    },
    Case {
        title: "a path that is a regular expression",
        others: ["accepted"; 3],
        code: "team::path-pattern",
        named: &["`^orders/.*`"],
        team: || of_build(|build| build.paths(["^orders/.*"])),
        mended: || of_build(|build| build.paths(["orders/"])),
    },
    Case {
        title: "a path that would leave files out",
        others: ["never: no push matches"; 3],
        code: "team::path-pattern",
        named: &["`!docs/**`"],
        team: || of_build(|build| build.paths(["orders/", "!docs/**"])),
        mended: || of_build(|build| build.paths(["orders/"])),
    },
    Case {
        title: "a path with braces",
        others: ["never: no push matches"; 3],
        code: "team::path-pattern",
        named: &["`web/**/*.{ts,tsx}`"],
        team: || of_build(|build| build.paths(["web/**/*.{ts,tsx}"])),
        mended: || of_build(|build| build.paths(["web/**/*.ts", "web/**/*.tsx"])),
    },
    Case {
        title: "no path at all",
        others: ["accepted: every push starts a build"; 3],
        code: "team::path-pattern",
        named: &["every push"],
        team: || of_build(|build| build.paths::<&str>([])),
        mended: || of_build(|build| build.paths(["orders/"])),
    },
    Case {
        title: "a buildspec with tabs",
        others: ["run: the build fails"; 3],
        code: "team::buildspec",
        named: &["`orders`", "no YAML"],
        team: || {
            spec(
                "version: 0.2\nphases:\n\tbuild:\n    commands: [make all]\nartifacts:\n  files: ['out/**/*']\n",
            )
        },
        mended: || {
            spec(
                "version: 0.2\nphases:\n  build:\n    commands: [make all]\nartifacts:\n  files: ['out/**/*']\n",
            )
        },
    },
    Case {
        title: "a buildspec of a version that there is not",
        others: ["run: the build fails"; 3],
        code: "team::buildspec",
        named: &["`0.3`"],
        team: || {
            spec(
                "version: 0.3\nphases:\n  build:\n    commands: [make all]\nartifacts:\n  files: ['out/**/*']\n",
            )
        },
        mended: || {
            spec(
                "version: 0.2\nphases:\n  build:\n    commands: [make all]\nartifacts:\n  files: ['out/**/*']\n",
            )
        },
    },
    Case {
        title: "a misspelt phase of a buildspec",
        others: ["run: the build fails"; 3],
        code: "team::buildspec",
        named: &["`pre-build`"],
        team: || {
            spec(
                "version: 0.2\nphases:\n  pre-build:\n    commands: [make all]\nartifacts:\n  files: ['out/**/*']\n",
            )
        },
        mended: || {
            spec(
                "version: 0.2\nphases:\n  pre_build:\n    commands: [make all]\nartifacts:\n  files: ['out/**/*']\n",
            )
        },
    },
    Case {
        title: "a phase that CodeBuild does not have",
        others: ["run: the build fails"; 3],
        code: "team::buildspec",
        named: &["`deploy`"],
        team: || {
            spec(
                "version: 0.2\nphases:\n  deploy:\n    commands: [make all]\nartifacts:\n  files: ['out/**/*']\n",
            )
        },
        mended: || {
            spec(
                "version: 0.2\nphases:\n  post_build:\n    commands: [make all]\nartifacts:\n  files: ['out/**/*']\n",
            )
        },
    },
    Case {
        title: "a misspelt key in a phase of a buildspec",
        others: ["run: the build fails"; 3],
        code: "team::buildspec",
        named: &["`command`", "`build`"],
        team: || {
            spec(
                "version: 0.2\nphases:\n  build:\n    command: [make all]\nartifacts:\n  files: ['out/**/*']\n",
            )
        },
        mended: || {
            spec(
                "version: 0.2\nphases:\n  build:\n    commands: [make all]\nartifacts:\n  files: ['out/**/*']\n",
            )
        },
    },
    Case {
        title: "commands beside the phases of a buildspec",
        others: ["run: the build fails"; 3],
        code: "team::buildspec",
        named: &["`commands`", "beside the phases"],
        team: || {
            spec(
                "version: 0.2\nphases:\n  build:\n  commands: [make all]\nartifacts:\n  files: ['out/**/*']\n",
            )
        },
        mended: || {
            spec(
                "version: 0.2\nphases:\n  build:\n    commands: [make all]\nartifacts:\n  files: ['out/**/*']\n",
            )
        },
    },
    Case {
        title: "a phase at the left of a buildspec",
        others: ["run: the build fails"; 3],
        code: "team::buildspec",
        named: &["`build`", "beside `phases`"],
        team: || {
            spec("version: 0.2\nphases:\nbuild:\n  commands: [make all]\nartifacts:\n  files: ['out/**/*']\n")
        },
        mended: || {
            spec(
                "version: 0.2\nphases:\n  build:\n    commands: [make all]\nartifacts:\n  files: ['out/**/*']\n",
            )
        },
    },
    Case {
        title: "a command that YAML takes for a mapping",
        others: ["run: the build fails"; 3],
        code: "team::buildspec",
        named: &["`echo version: 1`", "`build`"],
        team: || {
            spec(
                "version: 0.2\nphases:\n  build:\n    commands:\n      - echo version: 1\nartifacts:\n  files: ['out/**/*']\n",
            )
        },
        mended: || {
            spec(
                "version: 0.2\nphases:\n  build:\n    commands:\n      - 'echo version: 1'\nartifacts:\n  files: ['out/**/*']\n",
            )
        },
    },
    Case {
        title: "a misspelt key of a buildspec",
        others: ["run: nothing is delivered"; 3],
        code: "team::buildspec",
        named: &["`artifact`"],
        team: || {
            spec(
                "version: 0.2\nphases:\n  build:\n    commands: [make all]\nartifact:\n  files: ['out/**/*']\n",
            )
        },
        mended: || {
            spec(
                "version: 0.2\nphases:\n  build:\n    commands: [make all]\nartifacts:\n  files: ['out/**/*']\n",
            )
        },
    },
    Case {
        title: "a buildspec without phases",
        others: ["run: the build fails"; 3],
        code: "team::buildspec",
        named: &["`phases`"],
        team: || spec("version: 0.2\nartifacts:\n  files: ['out/**/*']\n"),
        mended: || {
            spec(
                "version: 0.2\nphases:\n  build:\n    commands: [make all]\nartifacts:\n  files: ['out/**/*']\n",
            )
        },
    },
    Case {
        title: "a buildspec that makes no artifact",
        others: ["run: nothing is delivered"; 3],
        code: "team::buildspec",
        named: &["`artifacts`"],
        team: || spec("version: 0.2\nphases:\n  build:\n    commands: [make all]\n"),
        mended: || {
            spec(
                "version: 0.2\nphases:\n  build:\n    commands: [make all]\nartifacts:\n  files: ['out/**/*']\n",
            )
        },
    },
    Case {
        title: "a buildspec that names no files",
        others: ["run: nothing is delivered"; 3],
        code: "team::buildspec",
        named: &["`orders/orders.zip`", "no files"],
        team: || {
            spec(
                "version: 0.2\nphases:\n  build:\n    commands: [make all]\nartifacts:\n  base-directory: out\n",
            )
        },
        mended: || {
            spec(
                "version: 0.2\nphases:\n  build:\n    commands: [make all]\nartifacts:\n  files: ['out/**/*']\n",
            )
        },
    },
    Case {
        title: "a buildspec that calls an artifact otherwise than the pipeline",
        others: ["run: the build fails"; 3],
        code: "team::buildspec",
        named: &["`handler`", "`handler_zip`", "`orders/handler.zip`"],
        team: || {
            spec_of_two(
                "version: 0.2\nphases:\n  build:\n    commands: [make all]\nartifacts:\n  files: ['out/**/*']\n  secondary-artifacts:\n    handler:\n      files: ['handler/**/*']\n",
            )
        },
        mended: || {
            spec_of_two(
                "version: 0.2\nphases:\n  build:\n    commands: [make all]\nartifacts:\n  files: ['out/**/*']\n  secondary-artifacts:\n    handler_zip:\n      files: ['handler/**/*']\n",
            )
        },
    },
    Case {
        title: "a buildspec that lacks an artifact",
        others: ["run: the build fails"; 3],
        code: "team::buildspec",
        named: &["`orders/handler.zip`"],
        team: || {
            spec_of_two(
                "version: 0.2\nphases:\n  build:\n    commands: [make all]\nartifacts:\n  files: ['out/**/*']\n",
            )
        },
        mended: || {
            spec_of_two(
                "version: 0.2\nphases:\n  build:\n    commands: [make all]\nartifacts:\n  files: ['out/**/*']\n  secondary-artifacts:\n    handler_zip:\n      files: ['handler/**/*']\n",
            )
        },
    },
    Case {
        title: "a buildspec with an artifact that the pipeline does not have",
        others: ["run: the build fails"; 3],
        code: "team::buildspec",
        named: &["`handler_zip`"],
        team: || {
            spec(
                "version: 0.2\nphases:\n  build:\n    commands: [make all]\nartifacts:\n  files: ['out/**/*']\n  secondary-artifacts:\n    handler_zip:\n      files: ['handler/**/*']\n",
            )
        },
        mended: || {
            spec(
                "version: 0.2\nphases:\n  build:\n    commands: [make all]\nartifacts:\n  files: ['out/**/*']\n",
            )
        },
    },
    Case {
        title: "a secondary artifact without files",
        others: ["run: nothing is delivered"; 3],
        code: "team::buildspec",
        named: &["`handler_zip`", "no files"],
        team: || {
            spec_of_two(
                "version: 0.2\nphases:\n  build:\n    commands: [make all]\nartifacts:\n  files: ['out/**/*']\n  secondary-artifacts:\n    handler_zip:\n      base-directory: handler\n",
            )
        },
        mended: || {
            spec_of_two(
                "version: 0.2\nphases:\n  build:\n    commands: [make all]\nartifacts:\n  files: ['out/**/*']\n  secondary-artifacts:\n    handler_zip:\n      files: ['handler/**/*']\n",
            )
        },
    },
    Case {
        title: "reports that a build may not write",
        others: ["run: AccessDenied"; 3],
        code: "team::buildspec",
        named: &["`reports`"],
        team: || {
            spec(
                "version: 0.2\nphases:\n  build:\n    commands: [make all]\nartifacts:\n  files: ['out/**/*']\nreports:\n  unit:\n    files: [junit.xml]\n",
            )
        },
        mended: || {
            of_build(|build| {
                let spec = "version: 0.2\nphases:\n  build:\n    commands: [make all]\nartifacts:\n  files: ['out/**/*']\nreports:\n  unit:\n    files: [junit.xml]\n";
                build.inline_buildspec(spec).reports()
            })
        },
    },
    Case {
        title: "a service that is called as the checks of another",
        others: ["deploy: the project exists already"; 3],
        code: "team::checks-name",
        named: &["`orders-checks`", "`orders`"],
        team: || {
            let built = |name: &str| {
                let build = CodeBuild::of(Repository::new(github(), format!("acme/{name}")));
                let pipeline = sample::pipeline_of(Service::new(sample::name(name)));
                pipeline.built_by(build).release(sample::wave())
            };
            sample::world()
                .service(Service::new(sample::name("orders-checks")))
                .with(built("orders"))
                .with(built("orders-checks"))
                .build()
        },
        mended: || {
            let built = |name: &str| {
                let build = CodeBuild::of(Repository::new(github(), format!("acme/{name}")));
                let pipeline = sample::pipeline_of(Service::new(sample::name(name)));
                pipeline.built_by(build).release(sample::wave())
            };
            sample::world()
                .service(Service::new(sample::name("checks-of-orders")))
                .with(built("orders"))
                .with(built("checks-of-orders"))
                .build()
        },
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
        mended: || {
            let build = CodeBuild::of(Repository::new(github(), "acme/orders"));
            of(sample::pipeline_of(sample::orders()).built_by(build))
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
        mended: || {
            let pipeline = |service: Service| {
                let key = format!("{}.zip", service.name());
                let (pipeline, bundle) = Pipeline::from_artifact(service, Artifact::key(key));
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
        mended: || {
            let mut pipeline = sample::pipeline_of(sample::orders());
            pipeline.source(Artifact::key("a/handler.zip"));
            pipeline.source(Artifact::key("b/worker.zip"));
            of(pipeline.built_by(CodeBuild::of(Repository::new(github(), "acme/orders"))))
        },
    },
    Case {
        title: "an artifact under the keys that `check` tries with",
        others: ["no such notion"; 3],
        code: "team::artifact-key",
        named: &["`pipeline-dsl-check/orders.zip`"],
        team: || of_artifacts(Artifact::key("pipeline-dsl-check/orders.zip"), "Handler"),
        mended: || of_artifacts(Artifact::key("orders/orders.zip"), "Handler"),
    },
    Case {
        title: "a time limit for a build on Lambda",
        others: [
            "deploy: the project is refused",
            "compile",
            "deploy: the project is refused",
        ],
        code: "team::lambda-timeout",
        named: &["`orders`", "`LINUX_LAMBDA_CONTAINER`"],
        team: || {
            of_build(|build| {
                build
                    .image("aws/codebuild/amazonlinux-x86_64-lambda-standard:nodejs22")
                    .timeout_minutes(10)
            })
        },
        mended: || of_build(|build| build.image("aws/codebuild/amazonlinux-x86_64-lambda-standard:nodejs22")),
    },
    Case {
        title: "Docker in a build on Lambda",
        others: [
            "deploy: the project is refused",
            "compile",
            "deploy: the project is refused",
        ],
        code: "team::privileged",
        named: &["`orders`", "`ARM_LAMBDA_CONTAINER`"],
        team: || {
            of_build(|build| {
                build
                    .image("aws/codebuild/amazonlinux-aarch64-lambda-standard:python3.13")
                    .privileged()
            })
        },
        mended: || {
            of_build(|build| build.image("aws/codebuild/amazonlinux-aarch64-lambda-standard:python3.13"))
        },
    },
    Case {
        title: "an identifier for the first artifact of a build",
        others: [
            "deploy: the project is refused",
            "never",
            "deploy: the project is refused",
        ],
        code: "team::artifact-identifier",
        named: &["the first artifact"],
        team: || of_artifacts(Artifact::key("orders/orders.zip").identifier("Orders"), "Handler"),
        mended: || of_artifacts(Artifact::key("orders/orders.zip"), "Handler"),
    },
    Case {
        title: "an identifier that no artifact of a buildspec has",
        others: ["deploy: the project is refused"; 3],
        code: "team::artifact-identifier",
        named: &["`my-handler`"],
        team: || of_artifacts(Artifact::key("orders/orders.zip"), "my-handler"),
        mended: || of_artifacts(Artifact::key("orders/orders.zip"), "my_handler"),
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
        mended: || {
            let mut pipeline = sample::pipeline_of(sample::orders());
            for number in 0..12 {
                pipeline.source(Artifact::key(format!("orders/{number}.zip")));
            }
            of(pipeline.built_by(CodeBuild::of(Repository::new(github(), "acme/orders"))))
        },
    },
    Case {
        title: "a cache of Docker layers where no container can start Docker",
        others: ["run: nothing is cached"; 3],
        code: "team::local-cache",
        named: &["`orders`"],
        team: || {
            of_build(|build| {
                build
                    .image("aws/codebuild/windows-base:2019-3.0")
                    .compute_type("BUILD_GENERAL1_MEDIUM")
                    .local_cache([LocalCache::DockerLayer])
            })
        },
        mended: || {
            of_build(|build| {
                build
                    .image("aws/codebuild/windows-base:2019-3.0")
                    .compute_type("BUILD_GENERAL1_MEDIUM")
            })
        },
    },
    Case {
        title: "more tags to trust than a role's trust policy has room for",
        others: ["deploy: the role is refused"; 3],
        code: "synth::limit",
        named: &["`UploadRole`", "2048"],
        team: || {
            let upload = Upload::github_actions("acme/orders");
            uploaded((0..60).fold(upload, |upload, number| upload.tags(format!("v1.{number}"))))
        },
        mended: || uploaded(Upload::github_actions("acme/orders").tags("v1.*")),
    },
];

fn built(repository: Repository) -> Result<Team> {
    of(sample::pipeline_of(sample::orders()).built_by(CodeBuild::of(repository)))
}

fn uploaded(upload: Upload) -> Result<Team> {
    of(sample::pipeline_of(sample::orders()).uploaded_by(upload))
}

/// A build of two artifacts, of which the buildspec calls the second by this name.
fn of_artifacts(first: Artifact, second: &str) -> Result<Team> {
    let (mut pipeline, bundle) = Pipeline::from_artifact(sample::orders(), first);
    pipeline.source(Artifact::key("orders/handler.zip").identifier(second));
    let pipeline = pipeline
        .built_by(CodeBuild::of(Repository::new(github(), "acme/orders")))
        .stack(Stack::named("orders").template(bundle.file("template.yaml")))
        .permissions(sample::permissions());
    of(pipeline)
}

/// A developer's fork of the smallest pipeline.
fn forked(repository: &str) -> Result<Team> {
    let repository = RepositoryName::try_from(repository).unwrap();
    let fork = Fork::new(sample::orders(), repository, own_github());
    let build = CodeBuild::of(Repository::new(github(), "acme/orders"));
    let pipeline = sample::pipeline_of(sample::orders()).built_by(build);
    let world = sample::world().developer(sample::developer(1).fork(fork));
    world.with(pipeline.release(sample::wave())).build()
}

/// A build by this buildspec.
fn spec(spec: &str) -> Result<Team> {
    let build = CodeBuild::of(Repository::new(github(), "acme/orders"));
    of(sample::pipeline_of(sample::orders()).built_by(build.inline_buildspec(spec)))
}

/// The same of two artifacts, of which the second is `handler_zip` to the buildspec.
fn spec_of_two(spec: &str) -> Result<Team> {
    let mut pipeline = sample::pipeline_of(sample::orders());
    pipeline.source(Artifact::key("orders/handler.zip"));
    let build = CodeBuild::of(Repository::new(github(), "acme/orders"));
    of(pipeline.built_by(build.inline_buildspec(spec)))
}
