//! Pipelines: their artifacts, stacks and waves.

use pipeline_dsl::prelude::*;

use super::{Case, of, of_stack, with};
use crate::sample::{self, account, name};

pub(super) const CASES: &[Case] = &[
    Case {
        title: "a service without a pipeline",
        others: ["never", "accepted", "accepted"],
        code: "team::service-without-pipeline",
        named: &["`billing`"],
        team: || with(sample::world().service(Service::new(name("billing")))),
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
    },
    Case {
        title: "a release to a wave that the team does not declare",
        others: ["never", "accepted", "accepted"],
        code: "team::undeclared-wave",
        named: &["`other`"],
        team: || {
            let other = Wave::named(name("other")).to(sample::dev());
            sample::world().with(sample::pipeline().release(other)).build()
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
    },
    Case {
        title: "a nested stack that could have the name of a stack of the team's own",
        others: ["no such notion"; 3],
        code: "team::nested-stack-name",
        named: &["`acme`", "`acme-deployers…`"],
        team: || sample::world().with(nesting("acme")).build(),
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
    },
    Case {
        title: "an artifact's key that cannot be told apart in a policy, at run time",
        others: ["run: the source never starts"; 3],
        code: "team::artifact-key",
        named: &["`/orders*.zip`"],
        team: || keyed("/orders*.zip"),
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
    },
    Case {
        title: "a stack with the name of one that holds our own roles",
        others: ["run: the roles are deleted", "no such notion", "no such notion"],
        code: "team::reserved-stack-name",
        named: &["`acme-target-orders`"],
        team: || named("acme-target-orders"),
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
    },
    Case {
        title: "a parameter whose name cannot be one",
        others: ["run: the change set is refused"; 3],
        code: "team::stack-parameter",
        named: &["`table-name`", "letters and digits"],
        team: || of_stack(|stack| stack.parameter("table-name", "orders")),
    },
    Case {
        title: "more parameters than an action takes",
        others: [
            "deploy: the pipeline is refused",
            "deploy: the pipeline is refused (aws-cdk #12747)",
            "deploy: the pipeline is refused",
        ],
        code: "synth::limit",
        named: &["dev-orders-prepare", "1000"],
        team: || {
            of_stack(|stack| {
                (0..100).fold(stack, |stack, number| {
                    stack.parameter(format!("Parameter{number}"), "value")
                })
            })
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
    },
    Case {
        title: "more actions than a stage takes",
        others: ["deploy: the pipeline is refused"; 3],
        code: "synth::limit",
        named: &["`wide`", "102"],
        team: || {
            let environments: Vec<Environment<Standard>> = (0..51_u64)
                .map(|number| {
                    let account = account(&format!("{:012}", 200_000_000_000 + number));
                    Environment::standard(name(&format!("env-{number}")), account, Region::UsEast1)
                })
                .collect();
            let wave = Wave::named(name("wide")).to_all(environments.clone());
            environments
                .into_iter()
                .fold(sample::world(), World::environment)
                .wave(wave.clone())
                .with(sample::pipeline_of(sample::orders()).release(wave))
                .build()
        },
    },
    Case {
        title: "more stages than a pipeline takes",
        others: ["deploy: the pipeline is refused"; 3],
        code: "synth::limit",
        named: &["the stages of the pipeline", "52"],
        team: || {
            let waves: Vec<Wave> = (0..51)
                .map(|number| {
                    Wave::named(name(&format!("wave-{number}")))
                        .to(sample::dev())
                        .any()
                })
                .collect();
            let world = waves.iter().cloned().fold(sample::world(), World::wave);
            let mut waves = waves.into_iter();
            let pipeline = sample::pipeline_of(sample::orders()).release(waves.next().unwrap());
            world.with(waves.fold(pipeline, Pipeline::release)).build()
        },
    },
];

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
