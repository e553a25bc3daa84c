//! What is let through with a warning, because it may be meant; and how the program says that it is.

use pipeline_dsl::diagnostic::Severity;
use pipeline_dsl::prelude::*;
use pipeline_dsl::team::TeamBuilder;

use super::of_permissions;
use crate::sample::{self, account, name};

/// A team that is warned of.
pub(super) struct Case {
    pub(super) title: &'static str,
    /// What others do with it, as of a mistake.
    pub(super) others: [&'static str; 3],
    pub(super) code: &'static str,
    /// What the warning names of what the user wrote.
    named: &'static [&'static str],
    pub(super) team: fn() -> TeamBuilder,
    /// The same without the warning, as its help says.
    pub(super) mended: fn() -> TeamBuilder,
}

/// Those that `.accept(…)` silences.
pub(super) const CASES: &[Case] = &[
    Case {
        title: "a fork of upstream's own repository and branch",
        others: ["no such notion"; 3],
        code: "team::fork-of-upstream",
        named: &["`acme/orders`", "`dev-0`"],
        team: || forked("acme/orders"),
        mended: || forked("dev-0/orders"),
    },
    Case {
        title: "a fork of the repository of another service",
        others: ["no such notion"; 3],
        code: "team::fork-of-another-repository",
        named: &["`dev-0/billing`", "`orders`", "`billing`"],
        team: || forked("dev-0/billing"),
        mended: || forked("dev-0/orders"),
    },
    Case {
        title: "a branch as git calls it",
        others: ["never: no push matches"; 3],
        code: "team::remote-branch",
        named: &["`origin/main`", "`main`"],
        team: || built_from("origin/main"),
        mended: || built_from("main"),
    },
    Case {
        title: "a variable that is to have more behind it",
        others: ["run: no command is found"; 3],
        code: "team::variable-of-itself",
        named: &["`PATH`", "`/opt/bin:$PATH`"],
        team: || with_variable("PATH", "/opt/bin:$PATH"),
        mended: || with_variable("TOOLS", "/opt/bin"),
    },
    Case {
        title: "a password among the parameters",
        others: ["accepted"; 3],
        code: "team::plain-secret",
        named: &["`DatabasePassword`", "`orders`"],
        team: || with_parameter("DatabasePassword", Values::from("hunter2")),
        mended: || with_parameter("DatabaseName", Values::from("orders")),
    },
    Case {
        title: "a value of an environment that is another environment's",
        others: ["run: AccessDenied"; 3],
        code: "team::value-of-another-account",
        named: &["`Certificate`", "333333333333", "`dev`"],
        team: || with_parameter("Certificate", certificate("333333333333")),
        mended: || with_parameter("Certificate", certificate("222222222222")),
    },
    Case {
        title: "an environment with a name of production, declared as another one",
        others: ["accepted"; 3],
        code: "team::production-by-name",
        named: &["`prod-eu`", "has a name of production"],
        team: || {
            let live = Environment::standard(name("prod-eu"), account("333333333333"), Region::UsEast1);
            let second = Wave::named(name("second")).to(live);
            sample::world()
                .environment(live)
                .wave(second.clone())
                .with(sample::pipeline().release(second))
        },
        mended: || {
            let live = Environment::production(name("prod-eu"), account("333333333333"), Region::UsEast1);
            let second = Wave::named(name("second")).after_approval().to(live);
            sample::world()
                .environment(live)
                .wave(second.clone())
                .with(sample::pipeline().release(second))
        },
    },
    Case {
        title: "a wave that no pipeline releases to",
        others: ["accepted", "no such notion", "no such notion"],
        code: "team::wave-without-release",
        named: &["`again`"],
        team: || {
            let again = Wave::named(name("again")).to(sample::dev());
            sample::world().wave(again).with(sample::pipeline())
        },
        mended: || sample::world().with(sample::pipeline()),
    },
    Case {
        title: "an environment in two waves of one pipeline",
        others: ["accepted"; 3],
        code: "team::environment-in-two-waves",
        named: &["`orders`", "`dev`", "`all`", "`again`"],
        team: || {
            let again = Wave::named(name("again")).to(sample::dev());
            sample::world()
                .wave(again.clone())
                .with(sample::pipeline().release(again))
        },
        mended: || sample::world().with(sample::pipeline()),
    },
    Case {
        title: "production before what is to be tried first",
        others: ["accepted"; 3],
        code: "team::production-first",
        named: &["`orders`", "`first`", "`all`"],
        team: || {
            let first = Wave::named(name("first")).after_approval().to(sample::prod());
            let pipeline = sample::pipeline_of(sample::orders());
            sample::world()
                .environment(sample::prod())
                .wave(first.clone())
                .with(pipeline.release(first).release(sample::wave()))
        },
        mended: || {
            let first = Wave::named(name("first")).after_approval().to(sample::prod());
            let pipeline = sample::pipeline_of(sample::orders());
            sample::world()
                .environment(sample::prod())
                .wave(first.clone())
                .with(pipeline.release(sample::wave()).release(first))
        },
    },
    Case {
        title: "an environment that is in no wave",
        others: ["accepted", "accepted", "accepted"],
        code: "team::environment-without-wave",
        named: &["`lonely`"],
        team: || {
            let lonely = Environment::standard(name("lonely"), account("444444444444"), Region::UsEast1);
            sample::world().environment(lonely).with(sample::pipeline())
        },
        mended: || {
            let lonely = Environment::standard(name("lonely"), account("444444444444"), Region::UsEast1);
            let more = Wave::named(name("more")).to(lonely);
            sample::world()
                .environment(lonely)
                .wave(more.clone())
                .with(sample::pipeline().release(more))
        },
    },
    Case {
        title: "a misspelt image of CodeBuild's",
        others: ["run: the image does not exist"; 3],
        code: "team::unknown-image",
        named: &["`aws/codebuild/standard:70`", "`orders`"],
        team: || built(|build| build.image("aws/codebuild/standard:70")),
        mended: || built(|build| build.image("aws/codebuild/standard:7.0")),
    },
    Case {
        title: "two services that begin with the same artifact",
        others: ["accepted: both start"; 3],
        code: "team::shared-artifact",
        named: &["`orders`", "`billing`", "`orders/orders.zip`"],
        team: || with_billing("orders/orders.zip"),
        mended: || with_billing("billing/billing.zip"),
    },
    Case {
        title: "a region in a grant that the service is not deployed to",
        others: ["run: AccessDenied"; 3],
        code: "team::hard-coded-region",
        named: &["`arn:aws:sns:eu-central-1:*:orders`", "`us-east-1`"],
        team: || {
            let topic = "arn:aws:sns:eu-central-1:*:orders";
            permitted(Permissions::new().allow(["sns:CreateTopic"], [topic]))
        },
        mended: || {
            let topic = "arn:aws:sns:${AWS::Region}:*:orders";
            permitted(Permissions::new().allow(["sns:CreateTopic"], [topic]))
        },
    },
    Case {
        title: "one of the regions that a service is deployed to in a grant",
        others: ["run: AccessDenied"; 3],
        code: "team::hard-coded-region",
        named: &["`us-east-1`", "deployed to `eu-west-1` too"],
        team: || {
            let topic = "arn:${AWS::Partition}:sns:us-east-1:${AWS::AccountId}:orders";
            permitted_in_two(Permissions::new().allow(["sns:CreateTopic"], [topic]))
        },
        mended: || {
            let topic = "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:orders";
            permitted_in_two(Permissions::new().allow(["sns:CreateTopic"], [topic]))
        },
    },
    Case {
        title: "the account of one environment in a grant",
        others: ["run: AccessDenied"; 3],
        code: "team::hard-coded-account",
        named: &["`444444444444`", "environment `far`"],
        team: || {
            let topic = "arn:${AWS::Partition}:sns:*:444444444444:orders";
            permitted_in_two(Permissions::new().allow(["sns:CreateTopic"], [topic]))
        },
        mended: || {
            let topic = "arn:${AWS::Partition}:sns:*:${AWS::AccountId}:orders";
            permitted_in_two(Permissions::new().allow(["sns:CreateTopic"], [topic]))
        },
    },
    Case {
        title: "a secret named with the last six characters of its ARN",
        others: ["run: the secret is not found"; 3],
        code: "team::secret-name-with-suffix",
        named: &["`acme/npm-AbCdEf`"],
        team: || built(|build| build.secret("NPM_TOKEN", Secret::named("acme/npm-AbCdEf"))),
        mended: || built(|build| build.secret("NPM_TOKEN", Secret::named("acme/npm"))),
    },
    Case {
        title: "a role that only reads may have pull requests built",
        others: ["never: whoever proposes something runs it"; 3],
        code: "team::approver-without-push",
        named: &["`GITHUB_READ`", "`acme/orders`"],
        team: || approved_by(ApproverRole::GitHubRead),
        mended: || approved_by(ApproverRole::GitHubWrite),
    },
    Case {
        title: "a pseudo parameter in the value of a parameter",
        others: ["deploy: the name is refused"; 3],
        code: "team::value-with-pseudo-parameter",
        named: &["`Bucket`", "`logs-${AWS::AccountId}`"],
        team: || with_stack(|stack| stack.parameter("Bucket", "logs-${AWS::AccountId}")),
        mended: || with_stack(|stack| stack.parameter("Bucket", "logs")),
    },
    Case {
        title: "a template configuration that is not JSON",
        others: ["run: the file is not JSON"; 3],
        code: "team::configuration-format",
        named: &["`config.yaml`", "JSON"],
        team: || configured("config.yaml"),
        mended: || configured("config.json"),
    },
    Case {
        title: "the ARN of a secret without its last six characters",
        others: ["run: AccessDenied"; 3],
        code: "team::secret-suffix",
        named: &["`secretsmanager:GetSecretValue`", "secret:orders/smtp`"],
        team: || {
            let secret = "arn:aws:secretsmanager:*:${AWS::AccountId}:secret:orders/smtp";
            permitted(Permissions::new().allow(["secretsmanager:GetSecretValue"], [secret]))
        },
        mended: || {
            let secret = "arn:aws:secretsmanager:*:${AWS::AccountId}:secret:orders/smtp-??????";
            permitted(Permissions::new().allow(["secretsmanager:GetSecretValue"], [secret]))
        },
    },
];

/// Those that have another way to say that they are meant, or need none.
pub(super) const OTHERS: &[super::Case] = &[
    super::Case {
        title: "an action on everything that it can be asked on",
        others: ["never"; 3],
        code: "team::wide-resource",
        named: &["`*`", "`dynamodb:CreateTable`"],
        team: || of_permissions(Permissions::new().allow(["dynamodb:CreateTable"], ["*"])),
        mended: || {
            let table = "arn:${AWS::Partition}:dynamodb:*:${AWS::AccountId}:table/orders";
            of_permissions(Permissions::new().allow(["dynamodb:CreateTable"], [table]))
        },
    },
    super::Case {
        title: "an action that is not in AWS's reference",
        others: ["run: AccessDenied"; 3],
        code: "team::action-not-known",
        named: &["`dynamodb:FoldTableInTime`"],
        team: || {
            let table = "arn:${AWS::Partition}:dynamodb:*:${AWS::AccountId}:table/orders";
            of_permissions(Permissions::new().allow(["dynamodb:FoldTableInTime"], [table]))
        },
        mended: || {
            let table = "arn:${AWS::Partition}:dynamodb:*:${AWS::AccountId}:table/orders";
            of_permissions(Permissions::new().allow(["dynamodb:RestoreTableToPointInTime"], [table]))
        },
    },
    super::Case {
        title: "a warning that is accepted and not there",
        others: ["no such notion"; 3],
        code: "team::accepted-without-warning",
        named: &["`team::hard-coded-region`"],
        team: || {
            sample::world()
                .with(sample::pipeline())
                .accept("team::hard-coded-region", "the certificates are there")
                .build()
        },
        mended: || sample::world().with(sample::pipeline()).build(),
    },
    super::Case {
        title: "more than an account has room for by default",
        others: ["deploy: the rule is refused"; 3],
        code: "synth::quota",
        named: &["event pattern", "by default"],
        team: || with_artifacts(45),
        mended: || with_artifacts(10),
    },
];

/// The smallest team, with this build of its service.
fn built(build: fn(CodeBuild) -> CodeBuild) -> TeamBuilder {
    let build = build(CodeBuild::of(Repository::new(super::github(), "acme/orders")));
    let pipeline = sample::pipeline_of(sample::orders()).built_by(build);
    sample::world().with(pipeline.release(sample::wave()))
}

/// The same, whose pull requests are built when one with this role says so.
fn approved_by(role: ApproverRole) -> TeamBuilder {
    let policy = PullRequestBuildPolicy::all().approver_roles([role]);
    let build = CodeBuild::of(Repository::new(super::github(), "acme/orders")).pull_requests(policy);
    let pipeline = sample::pipeline_of(sample::orders()).built_by(build);
    sample::world().with(pipeline.release(sample::wave()))
}

/// The smallest team, with this stack of its service.
fn with_stack(stack: fn(Stack) -> Stack) -> TeamBuilder {
    let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
    let stack = stack(Stack::named("orders").template(bundle.file("template.yaml")));
    let pipeline = pipeline.stack(stack).permissions(sample::permissions());
    sample::world().with(pipeline.release(sample::wave()))
}

/// The smallest team, with this template configuration.
fn configured(file: &'static str) -> TeamBuilder {
    let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
    let stack = Stack::named("orders")
        .template(bundle.file("template.yaml"))
        .configuration(bundle.file(file));
    let pipeline = pipeline.stack(stack).permissions(sample::permissions());
    sample::world().with(pipeline.release(sample::wave()))
}

/// The smallest team, with these permissions of its service.
fn permitted(permissions: Permissions) -> TeamBuilder {
    let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
    let stack = Stack::named("orders").template(bundle.file("template.yaml"));
    let pipeline = pipeline.stack(stack).permissions(permissions);
    sample::world().with(pipeline.release(sample::wave()))
}

/// The same, released to another region and account too.
fn permitted_in_two(permissions: Permissions) -> TeamBuilder {
    let far = Environment::standard(name("far"), account("444444444444"), Region::EuWest1);
    let more = Wave::named(name("more")).to(far);
    let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
    let stack = Stack::named("orders").template(bundle.file("template.yaml"));
    let pipeline = pipeline.stack(stack).permissions(permissions);
    sample::world()
        .environment(far)
        .wave(more.clone())
        .with(pipeline.release(sample::wave()).release(more))
}

/// The smallest team and a service that begins with this artifact.
fn with_billing(key: &'static str) -> TeamBuilder {
    let billing = Service::new(name("billing"));
    let (pipeline, bundle) = Pipeline::from_artifact(billing, Artifact::key(key));
    let pipeline = pipeline
        .stack(Stack::named("billing").template(bundle.file("template.yaml")))
        .permissions(sample::permissions())
        .release(sample::wave());
    sample::world()
        .service(billing)
        .with(sample::pipeline())
        .with(pipeline)
}

/// The smallest team, with so many more artifacts of its service.
fn with_artifacts(number: usize) -> Result<Team> {
    let mut pipeline = sample::pipeline_of(sample::orders());
    for number in 0..number {
        let key = format!("orders/an-artifact-with-a-long-name-{number}.zip");
        pipeline.source(Artifact::key(key));
    }
    super::of(pipeline)
}

/// One warning each, with a place and a mend; accepted, it is gone.
#[test]
fn each_is_one_warning_that_can_be_accepted() {
    for Case {
        code, named, team, ..
    } in CASES
    {
        let team = team();
        let accepted = team.clone().accept(*code, "it is meant").build().unwrap();
        let team = team.build().unwrap();
        let codes: Vec<&str> = team.warnings().iter().map(|warning| warning.code()).collect();
        assert_eq!(codes, [*code]);
        let warning = team.warnings().iter().next().unwrap();
        for name in *named {
            assert!(warning.message().contains(name), "{warning}");
        }
        assert!(!warning.labels().is_empty(), "{warning}");
        let way = format!("`.accept(\"{code}\", \"why\")`");
        assert!(warning.help_text().unwrap().ends_with(&way), "{warning}");
        assert!(accepted.warnings().is_empty(), "{}", accepted.warnings());
    }
}

#[test]
fn each_of_the_others_is_one_warning() {
    for case in OTHERS {
        let told = super::told((case.team)());
        let codes: Vec<&str> = told.iter().map(|warning| warning.code()).collect();
        assert_eq!(codes, [case.code], "{told}");
        let warning = told.iter().next().unwrap();
        assert_eq!(warning.severity(), Severity::Warning);
        for name in case.named {
            assert!(warning.message().contains(name), "{warning}");
        }
    }
}

/// The examples are what people copy.
#[test]
fn the_examples_have_none() {
    for team in [
        crate::team::team(),
        crate::team_by_hand::team(),
        crate::builds_example::team(),
        crate::serverless_example::team(),
        crate::fleet::fleet(3, 2),
    ] {
        let team = team.unwrap();
        assert!(team.warnings().is_empty(), "{}", team.warnings());
    }
}

#[test]
fn only_what_is_warned_of_can_be_accepted_and_with_a_reason() {
    let refused = |code: &str, reason: &str| {
        let found = sample::world()
            .with(sample::pipeline())
            .accept(code, reason)
            .build()
            .unwrap_err();
        let codes: Vec<&str> = found.iter().map(|mistake| mistake.code()).collect();
        assert_eq!(codes, ["team::unknown-warning"]);
        found.to_string()
    };
    let unknown = refused("team::unapproved-production", "nobody depends on it");
    assert!(unknown.contains("`team::hard-coded-region`"), "{unknown}");
    assert!(refused("team::hard-coded-region", " ").contains("without a reason"));
}

#[test]
fn what_is_accepted_for_nothing_is_told() {
    let team = sample::world().with(sample::pipeline());
    let team = team
        .accept("team::hard-coded-region", "the certificates are there")
        .build()
        .unwrap();
    let warning = team.warnings().iter().next().unwrap();
    assert_eq!(warning.code(), "team::accepted-without-warning");
    assert!(!warning.labels().is_empty() && warning.help_text().is_some());
}

/// Errors stand where the mistake was written.
#[test]
fn errors_point_at_the_line_that_is_wrong() {
    let line = |team: Result<Team>| {
        let found = team.unwrap_err();
        let mistake = found.iter().next().unwrap();
        (
            mistake.labels()[0].location().line(),
            mistake.help_text().is_some(),
        )
    };
    let of_build = |change: fn(CodeBuild) -> CodeBuild| {
        let build = CodeBuild::of(Repository::new(super::github(), "acme/orders"));
        super::of(sample::pipeline_of(sample::orders()).built_by(change(build)))
    };
    let here = line!();
    for (below, team) in [
        (4, of_build(|build| build.compute_type("HUGE"))),
        (5, of_build(|build| build.timeout_minutes(1))),
        (6, of_build(|build| build.buildspec("/b.yml"))),
    ] {
        assert_eq!(line(team).0, here + below - 2);
    }
    let pipeline = sample::pipeline();
    let again = pipeline.release(sample::wave());
    let here = line!();
    let twice = sample::world().with(again).build();
    assert_eq!(line(twice), (here - 1, true));
}

/// Two services that are built, and a developer who forks the first from this repository.
fn forked(repository: &str) -> TeamBuilder {
    let billing = Service::new(name("billing"));
    let built = |service: Service| {
        let repository = format!("acme/{}", service.name());
        sample::pipeline_of(service)
            .built_by(CodeBuild::of(Repository::new(super::github(), repository)))
            .release(sample::wave())
    };
    let connection = Connection::github("arn:aws:codeconnections:us-east-1:500000000000:connection/a");
    let fork = Fork::new(sample::orders(), repository.parse().unwrap(), connection);
    sample::world()
        .service(billing)
        .developers([sample::developer(0).fork(fork)])
        .with_all([built(sample::orders()), built(billing)])
}

fn built_from(branch: &str) -> TeamBuilder {
    let repository = Repository::new(super::github(), "acme/orders").branch(branch);
    let pipeline = sample::pipeline_of(sample::orders()).built_by(CodeBuild::of(repository));
    sample::world().with(pipeline.release(sample::wave()))
}

fn with_variable(variable: &str, value: &str) -> TeamBuilder {
    let build = CodeBuild::of(Repository::new(super::github(), "acme/orders")).variable(variable, value);
    let pipeline = sample::pipeline_of(sample::orders()).built_by(build);
    sample::world().with(pipeline.release(sample::wave()))
}

fn with_parameter(parameter: &str, values: Values) -> TeamBuilder {
    let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders/orders.zip"));
    let stack = Stack::named("orders")
        .template(bundle.file("template.yaml"))
        .parameter(parameter, values);
    let both = Wave::named(name("all"))
        .after_approval()
        .to(sample::dev())
        .to(sample::prod());
    let pipeline = pipeline
        .stack(stack)
        .permissions(sample::permissions())
        .release(both.clone());
    World::new(
        TeamName::new("acme"),
        BuildAccount::new(account("111111111111"), Region::UsEast1),
    )
    .environment(sample::dev())
    .environment(sample::prod())
    .wave(both)
    .service(sample::orders())
    .with(pipeline)
}

fn certificate(of: &str) -> Values {
    Values::new()
        .in_environment(sample::dev(), format!("arn:aws:acm:us-east-1:{of}:certificate/a"))
        .otherwise("arn:aws:acm:eu-west-1:333333333333:certificate/b")
}
