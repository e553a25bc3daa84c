//! Pipelines: their artifacts, stacks and waves.

use pipeline_dsl::prelude::*;

use super::{Case, github, of, of_stack, with};
use crate::sample::{self, account, name};

pub(super) const CASES: &[Case] = &[
    Case {
        title: "the first stack after the earlier ones",
        others: ["no such notion"; 3],
        code: "team::nothing-earlier",
        named: &["`orders`"],
        team: || of_stack(|stack| stack.after_earlier_stacks()),
        mended: || of_stack(|stack| stack),
    },
    Case {
        title: "a service without a pipeline",
        others: ["never", "accepted", "accepted"],
        code: "team::service-without-pipeline",
        named: &["`billing`"],
        team: || with(sample::world().service(Service::new(name("billing")))),
        mended: || {
            let billing = Service::new(name("billing"));
            let pipeline = sample::pipeline_of(billing).release(sample::wave());
            sample::world()
                .service(billing)
                .with(sample::pipeline())
                .with(pipeline)
                .build()
        },
    },
    Case {
        title: "two pipelines of one service",
        others: [
            "never: the last one wins",
            "synth: the construct exists already",
            "plan: declared twice",
        ],
        code: "team::duplicate-pipeline",
        named: &["`orders`"],
        team: || {
            // Of different stacks, so that only this is wrong.
            let (again, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("other.zip"));
            let again = again
                .stack(Stack::named("other").template(bundle.file("template.yaml")))
                .permissions(sample::permissions())
                .release(sample::wave());
            sample::world().with(sample::pipeline()).with(again).build()
        },
        mended: || with(sample::world()),
    },
    Case {
        title: "a pipeline of a service that the team does not declare",
        others: ["never", "accepted", "accepted"],
        code: "team::undeclared-service",
        named: &["`stray`"],
        team: || {
            let stray = sample::pipeline_of(Service::new(name("stray"))).release(sample::wave());
            sample::world().with(sample::pipeline()).with(stray).build()
        },
        mended: || {
            let stray = Service::new(name("stray"));
            let pipeline = sample::pipeline_of(stray).release(sample::wave());
            sample::world()
                .service(stray)
                .with(sample::pipeline())
                .with(pipeline)
                .build()
        },
    },
    Case {
        title: "a release to a wave that the team does not declare",
        others: ["never", "accepted", "accepted"],
        code: "team::undeclared-wave",
        named: &["`other`"],
        team: || {
            let twin = Environment::standard(name("twin"), account("333333333333"), Region::UsEast1);
            let other = Wave::named(name("other")).to(twin);
            sample::world()
                .environment(twin)
                .with(sample::pipeline().release(other))
                .build()
        },
        mended: || {
            let twin = Environment::standard(name("twin"), account("333333333333"), Region::UsEast1);
            let other = Wave::named(name("other")).to(twin);
            sample::world()
                .environment(twin)
                .wave(other.clone())
                .with(sample::pipeline().release(other))
                .build()
        },
    },
    Case {
        title: "a stack whose name a nested stack of another service could have",
        others: ["never: one deploys over the other"; 3],
        code: "team::nested-stack-name",
        named: &["`orders-intake`", "`orders`"],
        team: || {
            let billing = Service::new(name("billing"));
            let (intake, bundle) = Pipeline::from_artifact(billing, Artifact::key("billing.zip"));
            let intake = intake
                .stack(Stack::named("orders-intake").template(bundle.file("template.yaml")))
                .permissions(sample::permissions())
                .release(sample::wave());
            let world = sample::world().service(billing);
            world.with(nesting("orders")).with(intake).build()
        },
        mended: || {
            let billing = Service::new(name("billing"));
            let (intake, bundle) = Pipeline::from_artifact(billing, Artifact::key("billing.zip"));
            let intake = intake
                .stack(Stack::named("intake").template(bundle.file("template.yaml")))
                .permissions(sample::permissions())
                .release(sample::wave());
            let world = sample::world().service(billing);
            world.with(nesting("orders")).with(intake).build()
        },
    },
    Case {
        title: "a template in an artifact that is no archive",
        others: ["run: the template is not found"; 3],
        code: "team::artifact-is-no-archive",
        named: &["`t.yaml`", "`ledger/template.yaml`"],
        team: || {
            let key = Artifact::key("ledger/template.yaml");
            let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), key);
            let stack = Stack::named("orders").template(bundle.file("t.yaml"));
            let pipeline = pipeline.stack(stack).permissions(sample::permissions());
            sample::world().with(pipeline.release(sample::wave())).build()
        },
        mended: || {
            let key = Artifact::key("ledger/ledger.zip");
            let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), key);
            let stack = Stack::named("orders").template(bundle.file("t.yaml"));
            let pipeline = pipeline.stack(stack).permissions(sample::permissions());
            sample::world().with(pipeline.release(sample::wave())).build()
        },
    },
    Case {
        title: "assets in two archives",
        others: ["never: one file replaces the other"; 3],
        code: "team::archives-of-assets",
        named: &["`orders`", "`orders.zip`", "`code.zip`"],
        team: || {
            let (mut pipeline, bundle) =
                Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
            let code = pipeline.source(Artifact::key("code.zip"));
            let stack = Stack::named("orders").template(bundle.file("template.yaml"));
            let stack = stack
                .assets(&bundle, "Bucket", "Prefix")
                .assets(&code, "Code", "CodePrefix");
            let pipeline = pipeline.stack(stack).permissions(sample::permissions());
            sample::world().with(pipeline.release(sample::wave())).build()
        },
        mended: || {
            let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
            let stack = Stack::named("orders").template(bundle.file("template.yaml"));
            let stack = stack
                .assets(&bundle, "Bucket", "Prefix")
                .assets(&bundle, "Code", "CodePrefix");
            let pipeline = pipeline.stack(stack).permissions(sample::permissions());
            sample::world().with(pipeline.release(sample::wave())).build()
        },
    },
    Case {
        title: "a nested stack that could have the name of a stack of the team's own",
        others: ["no such notion"; 3],
        code: "team::nested-stack-name",
        named: &["`acme`", "`acme-deployers…`"],
        team: || sample::world().with(nesting("acme")).build(),
        mended: || sample::world().with(nesting("acme-orders")).build(),
    },
    Case {
        title: "a release to the same wave twice",
        others: [
            "deploy: the pipeline is refused",
            "synth: the stage exists already",
            "deploy: the pipeline is refused",
        ],
        code: "team::released-twice",
        named: &["`orders`", "`all`"],
        team: || {
            sample::world()
                .with(sample::pipeline().release(sample::wave()))
                .build()
        },
        mended: || sample::world().with(sample::pipeline()).build(),
    },
    Case {
        title: "a pipeline that deploys no stack",
        others: [
            "deploy: the stage is refused",
            "accepted",
            "deploy: the stage is refused",
        ],
        code: "team::no-stack",
        named: &["`orders`"],
        team: || {
            let (pipeline, _) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
            of(pipeline.permissions(sample::permissions()))
        },
        mended: || {
            let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
            let stack = Stack::named("orders").template(bundle.file("template.yaml"));
            of(pipeline.stack(stack).permissions(sample::permissions()))
        },
    },
    Case {
        title: "an artifact's key that cannot be told apart in a policy, at run time",
        others: ["run: the source never starts"; 3],
        code: "team::artifact-key",
        named: &["`/orders*.zip`"],
        team: || keyed("/orders*.zip"),
        mended: || keyed("orders.zip"),
    },
    Case {
        title: "an artifact's key that is too long for a name in the pipeline",
        others: [
            "deploy: the pipeline is refused",
            "synth: a regular expression (aws-cdk #2230)",
            "deploy: the pipeline is refused",
        ],
        code: "team::artifact-name",
        named: &["zzzz", "124 characters"],
        team: || keyed(&format!("orders/{}.zip", "z".repeat(115))),
        mended: || keyed(&format!("orders/{}.zip", "z".repeat(80))),
    },
    Case {
        title: "an artifact that is a source twice",
        others: [
            "deploy: the pipeline is refused",
            "synth: the artifact is an output already",
            "deploy: the pipeline is refused",
        ],
        code: "team::duplicate-artifact",
        named: &["`orders/orders.zip`"],
        team: || {
            let mut pipeline = sample::pipeline_of(sample::orders());
            pipeline.source(Artifact::key("orders/orders.zip"));
            of(pipeline)
        },
        mended: || of(sample::pipeline_of(sample::orders())),
    },
    Case {
        title: "more artifacts than a stage has room for",
        others: ["deploy: the pipeline is refused"; 3],
        code: "team::too-many-artifacts",
        named: &["`orders`", "101"],
        team: || {
            let mut pipeline = sample::pipeline_of(sample::orders());
            for number in 0..100 {
                pipeline.source(Artifact::key(format!("orders/{number}.zip")));
            }
            of(pipeline)
        },
        mended: || {
            let mut pipeline = sample::pipeline_of(sample::orders());
            for number in 0..10 {
                pipeline.source(Artifact::key(format!("orders/{number}.zip")));
            }
            of(pipeline)
        },
    },
    Case {
        title: "a stack from an artifact of another pipeline, at run time",
        others: [
            "deploy: the pipeline is refused",
            "synth: the artifact is unknown",
            "deploy: the pipeline is refused",
        ],
        code: "team::foreign-artifact",
        named: &["`stolen`", "`orders`"],
        team: || {
            let billing = Service::new(name("billing"));
            let (_, foreign) = Pipeline::from_artifact(billing, Artifact::key("billing/billing.zip"));
            let stack = Stack::named("stolen").template(foreign.file("template.yaml"));
            of(sample::pipeline_of(sample::orders()).stack(stack))
        },
        mended: || {
            let mut pipeline = sample::pipeline_of(sample::orders());
            let own = pipeline.source(Artifact::key("orders/billing.zip"));
            let stack = Stack::named("stolen").template(own.file("template.yaml"));
            of(pipeline.stack(stack))
        },
    },
    Case {
        title: "a template outside its artifact, at run time",
        others: ["run: the file is not found"; 3],
        code: "team::artifact-file",
        named: &["`../template.yaml`"],
        team: || {
            let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
            let stack = Stack::named("orders").template(bundle.file("../template.yaml"));
            of(pipeline.stack(stack).permissions(sample::permissions()))
        },
        mended: || {
            let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
            let stack = Stack::named("orders").template(bundle.file("template.yaml"));
            of(pipeline.stack(stack).permissions(sample::permissions()))
        },
    },
    Case {
        title: "a stack's name that CloudFormation refuses, at run time",
        others: [
            "run: the change set is refused",
            "synth",
            "run: the change set is refused",
        ],
        code: "team::stack-name",
        named: &["`orders_handler`"],
        team: || named("orders_handler"),
        mended: || named("orders-handler"),
    },
    Case {
        title: "two stacks of one name in a pipeline",
        others: [
            "deploy: the actions are refused",
            "synth: the action exists already (aws-cdk #8183)",
            "deploy: the actions are refused",
        ],
        code: "team::duplicate-stack",
        named: &["`orders`"],
        team: || {
            let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
            let stack = || Stack::named("orders").template(bundle.file("template.yaml"));
            of(pipeline
                .stack(stack())
                .stack(stack())
                .permissions(sample::permissions()))
        },
        mended: || {
            let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
            let stack = |name: &str| Stack::named(name).template(bundle.file("template.yaml"));
            of(pipeline
                .stack(stack("orders"))
                .stack(stack("orders-api"))
                .permissions(sample::permissions()))
        },
    },
    Case {
        title: "two services that deploy a stack of one name",
        others: ["run: each replaces the other's resources"; 3],
        code: "team::shared-stack-name",
        named: &["`orders`", "`billing`", "`api`"],
        team: || {
            let pipeline = |service: Service| {
                let key = format!("{}.zip", service.name());
                let (pipeline, bundle) = Pipeline::from_artifact(service, Artifact::key(key));
                pipeline
                    .stack(Stack::named("api").template(bundle.file("template.yaml")))
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
                let stack = Stack::named(format!("{}-api", service.name()));
                pipeline
                    .stack(stack.template(bundle.file("template.yaml")))
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
        title: "a stack with the name of one that holds our own roles",
        others: ["run: the roles are deleted", "no such notion", "no such notion"],
        code: "team::reserved-stack-name",
        named: &["`acme-target-orders`"],
        team: || named("acme-target-orders"),
        mended: || named("orders"),
    },
    Case {
        title: "a parameter that is given twice",
        others: [
            "never: the last one wins",
            "never: the last one wins",
            "never: the last one wins",
        ],
        code: "team::stack-parameter",
        named: &["`Size`", "`orders`", "twice"],
        team: || of_stack(|stack| stack.parameter("Size", "1").parameter("Size", "2")),
        mended: || of_stack(|stack| stack.parameter("Size", "1").parameter("Limit", "2")),
    },
    Case {
        title: "a parameter whose name cannot be one",
        others: ["run: the change set is refused"; 3],
        code: "team::stack-parameter",
        named: &["`table-name`", "letters and digits"],
        team: || of_stack(|stack| stack.parameter("table-name", "orders")),
        mended: || of_stack(|stack| stack.parameter("TableName", "orders")),
    },
    Case {
        title: "more parameters than an action takes",
        others: [
            "deploy: the pipeline is refused",
            "deploy: the pipeline is refused (aws-cdk #12747)",
            "deploy: the pipeline is refused",
        ],
        code: "synth::limit",
        named: &["`orders`", "1000"],
        team: || {
            of_stack(|stack| {
                (0..100).fold(stack, |stack, number| {
                    stack.parameter(format!("Parameter{number}"), "value")
                })
            })
        },
        mended: || {
            let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
            let stack = Stack::named("orders")
                .template(bundle.file("template.yaml"))
                .configuration(bundle.file("parameters.json"));
            of(pipeline.stack(stack).permissions(sample::permissions()))
        },
    },
    Case {
        title: "a configuration for an environment that the service is not released to",
        others: ["never"; 3],
        code: "team::configuration-elsewhere",
        named: &["`orders`", "`prod`"],
        team: || {
            let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
            let stack = Stack::named("orders")
                .template(bundle.file("template.yaml"))
                .configuration_in(sample::prod(), bundle.file("prod.json"));
            let pipeline = pipeline.stack(stack).permissions(sample::permissions());
            let live = Wave::named(name("live")).after_approval().to(sample::prod());
            sample::world()
                .environment(sample::prod())
                .wave(live)
                .with(pipeline.release(sample::wave()))
                .build()
        },
        mended: || {
            let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
            let stack = Stack::named("orders")
                .template(bundle.file("template.yaml"))
                .configuration_in(sample::prod(), bundle.file("prod.json"));
            let pipeline = pipeline.stack(stack).permissions(sample::permissions());
            let live = Wave::named(name("live")).after_approval().to(sample::prod());
            sample::world()
                .environment(sample::prod())
                .wave(live.clone())
                .with(pipeline.release(sample::wave()).release(live))
                .build()
        },
    },
    Case {
        title: "two configurations for one environment",
        others: ["never: the last one wins"; 3],
        code: "team::duplicate-configuration",
        named: &["`dev`"],
        team: || {
            let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
            let stack = Stack::named("orders")
                .template(bundle.file("template.yaml"))
                .configuration_in(sample::dev(), bundle.file("a.json"))
                .configuration_in(sample::dev(), bundle.file("b.json"));
            of(pipeline.stack(stack).permissions(sample::permissions()))
        },
        mended: || {
            let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
            let stack = Stack::named("orders")
                .template(bundle.file("template.yaml"))
                .configuration_in(sample::dev(), bundle.file("b.json"));
            of(pipeline.stack(stack).permissions(sample::permissions()))
        },
    },
    Case {
        title: "more actions than a stage takes",
        others: ["deploy: the pipeline is refused"; 3],
        code: "synth::limit",
        named: &["`wave-0`", "102"],
        team: || in_waves_of(51),
        mended: || in_waves_of(26),
    },
    Case {
        title: "more stages than a pipeline takes",
        others: ["deploy: the pipeline is refused"; 3],
        code: "synth::limit",
        named: &["the stages of the pipeline", "52"],
        team: || in_waves_of(1),
        mended: || in_waves_of(10),
    },
    Case {
        title: "an artifact that the build of another service makes",
        others: ["never: both take what comes last"; 3],
        code: "team::foreign-artifact",
        named: &["`stolen`", "`orders`"],
        team: || {
            let built = |name| CodeBuild::of(Repository::new(github(), format!("acme/{name}")));
            let billing = Service::new(name("billing"));
            let (upstream, foreign) = Pipeline::from_artifact(billing, Artifact::key("billing/billing.zip"));
            let upstream = upstream
                .stack(Stack::named("billing").template(foreign.file("template.yaml")))
                .permissions(sample::permissions())
                .built_by(built("billing"));
            let stolen = Stack::named("stolen").template(foreign.file("template.yaml"));
            let orders = sample::pipeline_of(sample::orders()).built_by(built("orders"));
            sample::world()
                .service(billing)
                .with(upstream.release(sample::wave()))
                .with(orders.stack(stolen).release(sample::wave()))
                .build()
        },
        mended: || {
            let built = |name| CodeBuild::of(Repository::new(github(), format!("acme/{name}")));
            let billing = Service::new(name("billing"));
            let (upstream, bundle) = Pipeline::from_artifact(billing, Artifact::key("billing/billing.zip"));
            let upstream = upstream
                .stack(Stack::named("billing").template(bundle.file("template.yaml")))
                .permissions(sample::permissions())
                .built_by(built("billing"));
            let mut orders = sample::pipeline_of(sample::orders()).built_by(built("orders"));
            let own = orders.source(Artifact::key("orders/billing.zip"));
            let stolen = Stack::named("stolen").template(own.file("template.yaml"));
            sample::world()
                .service(billing)
                .with(upstream.release(sample::wave()))
                .with(orders.stack(stolen).release(sample::wave()))
                .build()
        },
    },
    Case {
        title: "an error that is accepted like a warning",
        others: ["no such notion"; 3],
        code: "team::unknown-warning",
        named: &["`team::unapproved-production`"],
        team: || {
            sample::world()
                .with(sample::pipeline())
                .accept("team::unapproved-production", "nobody depends on it")
                .build()
        },
        mended: || sample::world().with(sample::pipeline()).build(),
    },
    Case {
        title: "a warning that is accepted without a reason",
        others: ["no such notion"; 3],
        code: "team::unknown-warning",
        named: &["`team::wave-without-release`", "without a reason"],
        team: || {
            sample::world()
                .wave(Wave::named(name("later")).to(sample::dev()))
                .with(sample::pipeline())
                .accept("team::wave-without-release", "")
                .build()
        },
        mended: || {
            sample::world()
                .wave(Wave::named(name("later")).to(sample::dev()))
                .with(sample::pipeline())
                .accept("team::wave-without-release", "its services come next month")
                .build()
        },
    },
    Case {
        title: "a parameter without a value in an environment",
        others: [
            "run: the change set is refused",
            "deploy: the change set is refused",
            "plan",
        ],
        code: "team::value-missing",
        named: &["`VpcId`", "`orders`", "`dev`"],
        team: || of_stack(|stack| stack.parameter("VpcId", Values::new().for_developers("vpc-4e5f6a7b"))),
        mended: || {
            of_stack(|stack| {
                let values = Values::new()
                    .in_environment(sample::dev(), "vpc-0a1b2c3d")
                    .for_developers("vpc-4e5f6a7b");
                stack.parameter("VpcId", values)
            })
        },
    },
    Case {
        title: "a value in an environment that the service is not released to",
        others: ["never"; 3],
        code: "team::value-elsewhere",
        named: &["`VpcId`", "`orders`", "`prod`"],
        team: || {
            of_stack(|stack| {
                let values = Values::new()
                    .in_environment(sample::dev(), "vpc-0a1b2c3d")
                    .in_environment(sample::prod(), "vpc-4e5f6a7b");
                stack.parameter("VpcId", values)
            })
        },
        mended: || {
            of_stack(|stack| {
                let values = Values::new().in_environment(sample::dev(), "vpc-0a1b2c3d");
                stack.parameter("VpcId", values)
            })
        },
    },
    Case {
        title: "two values in one environment",
        others: ["never: the last one wins"; 3],
        code: "team::value-twice",
        named: &["`VpcId`", "`orders`", "`dev`"],
        team: || {
            of_stack(|stack| {
                let values = Values::new()
                    .in_environment(sample::dev(), "vpc-0a1b2c3d")
                    .in_environment(sample::dev(), "vpc-4e5f6a7b");
                stack.parameter("VpcId", values)
            })
        },
        mended: || {
            of_stack(|stack| {
                let values = Values::new().in_environment(sample::dev(), "vpc-4e5f6a7b");
                stack.parameter("VpcId", values)
            })
        },
    },
    Case {
        title: "a value for one environment twice, and for another not at all",
        others: ["never: the last one wins"; 3],
        code: "team::value-twice",
        named: &["`VpcId`", "`orders`", "`dev`"],
        team: || {
            in_two_environments(|stack, dev, _| {
                let values = Values::new()
                    .in_environment(dev, "vpc-0a1b2c3d")
                    .in_environment(dev, "vpc-4e5f6a7b");
                stack.parameter("VpcId", values)
            })
        },
        mended: || {
            in_two_environments(|stack, dev, test| {
                let values = Values::new()
                    .in_environment(dev, "vpc-0a1b2c3d")
                    .in_environment(test, "vpc-4e5f6a7b");
                stack.parameter("VpcId", values)
            })
        },
    },
    Case {
        title: "a configuration that a stack is given twice",
        others: ["never: the last one wins"; 3],
        code: "team::given-already",
        named: &["`orders`", "`.configuration(…)`"],
        team: || {
            let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
            let stack = Stack::named("orders")
                .template(bundle.file("template.yaml"))
                .configuration(bundle.file("config.json"))
                .configuration(bundle.file("config-dev.json"));
            of(pipeline.stack(stack).permissions(sample::permissions()))
        },
        mended: || {
            let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
            let stack = Stack::named("orders")
                .template(bundle.file("template.yaml"))
                .configuration(bundle.file("config.json"))
                .configuration_in(sample::dev(), bundle.file("config-dev.json"));
            of(pipeline.stack(stack).permissions(sample::permissions()))
        },
    },
    Case {
        title: "a developer's own value that cannot stand in the pipeline's JSON",
        others: ["no such notion"; 3],
        code: "team::value-characters",
        named: &["`Greeting`", "`orders`"],
        team: || greeting("\"hello\""),
        mended: || greeting("hello"),
    },
    Case {
        title: "a value that CodePipeline would replace",
        others: ["CodePipeline, when the action starts"; 3],
        code: "team::value-variable",
        named: &["`Color`", "`orders`", "`#{brand}`"],
        team: || of_stack(|stack| stack.parameter("Color", "#{brand}")),
        mended: || of_stack(|stack| stack.parameter("Color", "brand")),
    },
];

/// A stack that is released to two environments.
fn in_two_environments(
    stack: fn(Stack, Environment<Standard>, Environment<Standard>) -> Stack,
) -> Result<Team> {
    let test = Environment::standard(name("test"), account("444444444444"), Region::UsEast1);
    let second = Wave::named(name("second")).to(test);
    let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
    let named = Stack::named("orders").template(bundle.file("template.yaml"));
    let pipeline = pipeline
        .stack(stack(named, sample::dev(), test))
        .permissions(sample::permissions())
        .release(sample::wave())
        .release(second.clone());
    sample::world()
        .environment(test)
        .wave(second)
        .with(pipeline)
        .build()
}

/// A service in 51 environments, with so many of them in each wave.
fn in_waves_of(number: usize) -> Result<Team> {
    let environments: Vec<Environment<Standard>> = (0..51_u64)
        .map(|number| {
            let account = account(&format!("{:012}", 200_000_000_000 + number));
            Environment::standard(name(&format!("env-{number}")), account, Region::UsEast1)
        })
        .collect();
    let waves = environments.chunks(number).enumerate().map(|(number, some)| {
        Wave::named(name(&format!("wave-{number}")))
            .to_all(some.to_vec())
            .any()
    });
    let waves: Vec<Wave> = waves.collect();
    let world = environments
        .iter()
        .copied()
        .fold(sample::world(), World::environment);
    let world = waves.iter().cloned().fold(world, World::wave);
    let mut waves = waves.into_iter();
    let pipeline = sample::pipeline_of(sample::orders()).release(waves.next().unwrap());
    world.with(waves.fold(pipeline, Pipeline::release)).build()
}

/// A stack with a parameter that is this for one developer.
fn greeting(own: &str) -> Result<Team> {
    let alice = sample::developer(1);
    let values = Values::new().otherwise("welcome").for_developer(&alice, own);
    let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
    let stack = Stack::named("orders").template(bundle.file("template.yaml"));
    let pipeline = pipeline
        .stack(stack.parameter("Greeting", values))
        .permissions(sample::permissions());
    let world = sample::world().developer(alice);
    world.with(pipeline.release(sample::wave())).build()
}

/// The smallest team, with an artifact of this key.
fn keyed(key: &str) -> Result<Team> {
    let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key(key));
    let stack = Stack::named("orders").template(bundle.file("template.yaml"));
    of(pipeline.stack(stack).permissions(sample::permissions()))
}

/// The smallest team, with a stack of this name.
fn named(stack: &str) -> Result<Team> {
    let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
    let stack = Stack::named(stack).template(bundle.file("template.yaml"));
    of(pipeline.stack(stack).permissions(sample::permissions()))
}

/// A pipeline with one stack, which has nested stacks.
fn nesting(stack: &'static str) -> Pipeline<Releasing> {
    let (pipeline, bundle) = Pipeline::from_artifact(sample::orders(), Artifact::key("orders.zip"));
    pipeline
        .stack(Stack::named(stack).template(bundle.file("template.yaml")))
        .permissions(sample::permissions().nested_stacks())
        .release(sample::wave())
}
