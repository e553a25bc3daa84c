//! Accounts, regions, waves, services and developers that are known at run time only.

use pipeline_dsl::prelude::*;

use super::{Case, github, own_github, with};
use crate::sample::{self, account, name};

const NEVER: [&str; 3] = ["never"; 3];

pub(super) const CASES: &[Case] = &[
    Case {
        title: "an account read at run time that is not one",
        others: ["deploy: the account is not found"; 3],
        code: "team::invalid-text",
        named: &["`12345`", "write exactly 12 decimal digits"],
        team: || {
            let build = BuildAccount::new(AccountId::try_from("12345")?, Region::UsEast1);
            with(World {
                build,
                ..sample::world()
            })
        },
        mended: || {
            let build = BuildAccount::new(AccountId::try_from("111111111111")?, Region::UsEast1);
            with(World {
                build,
                ..sample::world()
            })
        },
    },
    Case {
        title: "a region read at run time with a slip in it",
        others: ["deploy: the region is not found"; 3],
        code: "team::invalid-text",
        named: &["`us-est-1`", "did you mean `us-east-1`?"],
        team: || {
            let region = Region::try_from("us-est-1")?;
            with(World {
                build: BuildAccount::new(sample::world().build.account(), region),
                ..sample::world()
            })
        },
        mended: || {
            let region = Region::try_from("us-east-1")?;
            with(World {
                build: BuildAccount::new(sample::world().build.account(), region),
                ..sample::world()
            })
        },
    },
    Case {
        title: "a developer in the account of an environment, at run time",
        others: [
            "never: the developer deploys over the environment",
            "never",
            "never",
        ],
        code: "team::shared-account",
        named: &["222222222222", "environment `dev`", "developer `alice`"],
        team: || {
            let alice = Developer::new(name("alice"), account("222222222222"), Region::UsEast1);
            with(sample::world().developer(alice))
        },
        mended: || {
            let alice = Developer::new(name("alice"), account("500000000001"), Region::UsEast1);
            with(sample::world().developer(alice))
        },
    },
    Case {
        title: "a developer in the build account, at run time",
        others: ["never: the copy overwrites the original", "never", "never"],
        code: "team::shared-account",
        named: &["the build account"],
        team: || {
            let alice = Developer::new(name("alice"), account("111111111111"), Region::UsEast1);
            with(sample::world().developer(alice))
        },
        mended: || {
            let alice = Developer::new(name("alice"), account("500000000001"), Region::UsEast1);
            with(sample::world().developer(alice))
        },
    },
    Case {
        title: "two developers in one account, at run time",
        others: ["deploy: the second overwrites the first", "never", "never"],
        code: "team::shared-account",
        named: &["`dev-1`", "`bob`"],
        team: || {
            let bob = Developer::new(name("bob"), sample::developer(1).account(), Region::UsEast1);
            with(sample::world().developer(sample::developer(1)).developer(bob))
        },
        mended: || {
            let bob = Developer::new(name("bob"), account("500000000002"), Region::UsEast1);
            with(sample::world().developer(sample::developer(1)).developer(bob))
        },
    },
    Case {
        title: "two environments in one account and region, at run time",
        others: ["never: the stacks of one replace those of the other"; 3],
        code: "team::shared-place",
        named: &["`dev`", "`twin`"],
        team: || {
            let twin = Environment::standard(name("twin"), account("222222222222"), Region::UsEast1);
            with(sample::world().environment(twin))
        },
        mended: || {
            let twin = Environment::standard(name("twin"), account("222222222222"), Region::EuWest1);
            with(sample::world().environment(twin))
        },
    },
    Case {
        title: "a wave of no environments, at run time",
        others: [
            "deploy: the stage is refused",
            "synth: a stage needs an action",
            "deploy: the stage is refused",
        ],
        code: "team::empty-wave",
        named: &["`empty`"],
        team: || with(sample::world().wave(Wave::named(name("empty")).to_all::<Standard>([]))),
        mended: || with(sample::world().wave(Wave::named(name("empty")).to_all([sample::dev()]))),
    },
    Case {
        title: "production without an approval, at run time",
        others: NEVER,
        code: "team::unapproved-production",
        named: &["`live`", "`prod`"],
        team: || {
            let wave = Wave::named(name("live")).to(sample::prod().any());
            with(sample::world().environment(sample::prod()).wave(wave))
        },
        mended: || {
            let wave = Wave::named(name("live")).after_approval().to(sample::prod());
            with(sample::world().environment(sample::prod()).wave(wave))
        },
    },
    Case {
        title: "a wave with an environment that the team does not declare",
        others: [
            "never",
            "accepted: it is declared by use",
            "accepted: it is declared by use",
        ],
        code: "team::undeclared-environment",
        named: &["`more`", "`prod`"],
        team: || {
            let wave = Wave::named(name("more")).after_approval().to(sample::prod());
            with(sample::world().wave(wave))
        },
        mended: || {
            let wave = Wave::named(name("more")).after_approval().to(sample::prod());
            with(sample::world().environment(sample::prod()).wave(wave))
        },
    },
    Case {
        title: "a wave that names an environment twice, at run time",
        others: [
            "deploy: the stage is refused",
            "synth: the action exists already",
            "deploy: the stage is refused",
        ],
        code: "team::environment-twice-in-wave",
        named: &["`twice`", "`dev`"],
        team: || {
            let wave = Wave::named(name("twice")).to(sample::dev()).to(sample::dev());
            with(sample::world().wave(wave))
        },
        mended: || {
            let wave = Wave::named(name("twice")).to(sample::dev());
            with(sample::world().wave(wave))
        },
    },
    Case {
        title: "two services of one name, at run time",
        others: [
            "deploy: the stack of one becomes that of the other",
            "synth: the construct exists already",
            "plan: declared twice",
        ],
        code: "team::duplicate-service",
        named: &["`orders`"],
        team: || with(sample::world().service(sample::orders())),
        mended: || with(sample::world()),
    },
    Case {
        title: "a region where CodePipeline does not run, at run time",
        others: ["run: the action cannot start"; 3],
        code: "team::no-codepipeline",
        named: &["`far`", "`mx-central-1`"],
        team: || {
            let far = Environment::standard(name("far"), account("333333333333"), Region::MxCentral1);
            with(sample::world().environment(far))
        },
        mended: || {
            let far = Environment::standard(name("far"), account("333333333333"), Region::UsEast2);
            with(sample::world().environment(far))
        },
    },
    Case {
        title: "an account in another partition, at run time",
        others: ["run: the role cannot be assumed"; 3],
        code: "team::other-partition",
        named: &["`china`", "aws-cn"],
        team: || {
            let china = Environment::standard(name("china"), account("333333333333"), Region::CnNorth1);
            with(sample::world().environment(china))
        },
        mended: || with(sample::world()),
    },
    Case {
        title: "a hold of a service that the team does not declare",
        others: ["no such notion"; 3],
        code: "team::undeclared-service",
        named: &["`dev-1`", "`stray`"],
        team: || {
            let alice = sample::developer(1).hold(Service::new(name("stray")));
            with(sample::world().developer(alice))
        },
        mended: || {
            let stray = Service::new(name("stray"));
            let alice = sample::developer(1).hold(stray);
            let pipeline = sample::pipeline_of(stray).release(sample::wave());
            sample::world()
                .service(stray)
                .developer(alice)
                .with(sample::pipeline())
                .with(pipeline)
                .build()
        },
    },
    Case {
        title: "a service that a developer forks twice, at run time",
        others: [
            "run: the builds overwrite each other",
            "no such notion",
            "no such notion",
        ],
        code: "team::duplicate-fork",
        named: &["`dev-1`", "`orders`"],
        team: || {
            let fork = || Fork::new(sample::orders(), repository_name!("alice/orders"), own_github());
            of_developer(sample::developer(1).fork(fork()).fork(fork()))
        },
        mended: || {
            let fork = Fork::new(sample::orders(), repository_name!("alice/orders"), own_github());
            of_developer(sample::developer(1).fork(fork))
        },
    },
    Case {
        title: "a service that a developer forks and holds, at run time",
        others: ["no such notion"; 3],
        code: "team::held-twice",
        named: &["`dev-1`", "both forks and holds", "`orders`"],
        team: || {
            let fork = Fork::new(sample::orders(), repository_name!("alice/orders"), own_github());
            of_developer(sample::developer(1).fork(fork).hold(sample::orders()))
        },
        mended: || {
            let fork = Fork::new(sample::orders(), repository_name!("alice/orders"), own_github());
            of_developer(sample::developer(1).fork(fork))
        },
    },
    Case {
        title: "a fork of a service that nothing builds",
        others: ["run: the fork is never built", "no such notion", "no such notion"],
        code: "team::fork-without-build",
        named: &["`dev-1`", "`orders`"],
        team: || {
            let fork = Fork::new(sample::orders(), repository_name!("alice/orders"), own_github());
            with(sample::world().developer(sample::developer(1).fork(fork)))
        },
        mended: || {
            let fork = Fork::new(sample::orders(), repository_name!("alice/orders"), own_github());
            let build = CodeBuild::of(Repository::new(github(), "acme/orders"));
            let pipeline = sample::pipeline_of(sample::orders()).built_by(build);
            sample::world()
                .developer(sample::developer(1).fork(fork))
                .with(pipeline.release(sample::wave()))
                .build()
        },
    },
    Case {
        title: "a fork on another provider than the repository's",
        others: [
            "deploy: the webhook is refused",
            "no such notion",
            "no such notion",
        ],
        code: "team::fork-elsewhere",
        named: &["`dev-1`", "`orders`"],
        team: || {
            let gitlab = Connection::gitlab("arn:aws:codeconnections:us-east-1:500000000001:connection/a");
            let fork = Fork::new(sample::orders(), repository_name!("alice/orders"), gitlab);
            of_developer(sample::developer(1).fork(fork))
        },
        mended: || {
            let fork = Fork::new(sample::orders(), repository_name!("alice/orders"), own_github());
            of_developer(sample::developer(1).fork(fork))
        },
    },
    Case {
        title: "a fork read through a connection of the kind made before 2024",
        others: ["run: AccessDenied", "run: AccessDenied", "run: AccessDenied"],
        code: "team::fork-connection",
        named: &["`dev-1`"],
        team: || {
            let old = Connection::github("arn:aws:codestar-connections:us-east-1:500000000001:connection/a");
            let fork = Fork::new(sample::orders(), repository_name!("alice/orders"), old);
            of_developer(sample::developer(1).fork(fork))
        },
        mended: || {
            let new = Connection::github("arn:aws:codeconnections:us-east-1:500000000001:connection/a");
            let fork = Fork::new(sample::orders(), repository_name!("alice/orders"), new);
            of_developer(sample::developer(1).fork(fork))
        },
    },
    Case {
        title: "a fork read through a connection of another account, at run time",
        others: ["run: the build is refused"; 3],
        code: "team::connection-account",
        named: &["`dev-1`", "111111111111"],
        team: || {
            let fork = Fork::new(sample::orders(), repository_name!("alice/orders"), github());
            of_developer(sample::developer(1).fork(fork))
        },
        mended: || {
            let fork = Fork::new(sample::orders(), repository_name!("alice/orders"), own_github());
            of_developer(sample::developer(1).fork(fork))
        },
    },
    Case {
        title: "a tag that is given twice, at run time",
        others: ["never: the last one wins"; 3],
        code: "team::tag",
        named: &["`owner`", "twice"],
        team: || {
            with(
                sample::world()
                    .tag(Tag::new("owner", "a"))
                    .tag(Tag::new("owner", "b")),
            )
        },
        mended: || with(sample::world().tag(Tag::new("owner", "b"))),
    },
    Case {
        title: "a tag with characters that not every service takes",
        others: ["deploy: the tag is refused"; 3],
        code: "team::tag",
        named: &["`cost☂center`"],
        team: || with(sample::world().tag(Tag::new("cost☂center", "a"))),
        mended: || with(sample::world().tag(Tag::new("cost-center", "a"))),
    },
    Case {
        title: "more tags than a stack has room for",
        others: ["deploy: the stack is refused"; 3],
        code: "team::too-many-tags",
        named: &["60"],
        team: || {
            let tags = (0..60).map(|number| Tag {
                key: format!("tag-{number}").into(),
                value: "".into(),
            });
            with(tags.fold(sample::world(), World::tag))
        },
        mended: || {
            let tags = (0..48).map(|number| Tag {
                key: format!("tag-{number}").into(),
                value: "".into(),
            });
            with(tags.fold(sample::world(), World::tag))
        },
    },
    Case {
        title: "two environments of one name, at run time",
        others: [
            "deploy: the stack of one becomes that of the other",
            "synth: the construct exists already",
            "plan: declared twice",
        ],
        code: "team::duplicate-environment",
        named: &["`dev`", "twice"],
        team: || {
            let again = Environment::standard(name("dev"), account("333333333333"), Region::UsEast1);
            with(sample::world().environment(again))
        },
        mended: || {
            let other = Environment::standard(name("test"), account("333333333333"), Region::UsEast1);
            with(sample::world().environment(other))
        },
    },
    Case {
        title: "two waves of one name, at run time",
        others: ["no such notion"; 3],
        code: "team::duplicate-wave",
        named: &["`all`", "twice"],
        team: || with(sample::world().wave(sample::wave())),
        mended: || with(sample::world()),
    },
    Case {
        title: "two developers of one name, at run time",
        others: [
            "deploy: the stack of one becomes that of the other",
            "synth: the construct exists already",
            "plan: declared twice",
        ],
        code: "team::duplicate-developer",
        named: &["`dev-1`", "twice"],
        team: || {
            let again = Developer::new(name("dev-1"), account("500000000002"), Region::UsEast1);
            with(sample::world().developer(sample::developer(1)).developer(again))
        },
        mended: || {
            let other = Developer::new(name("bob"), account("500000000002"), Region::UsEast1);
            with(sample::world().developer(sample::developer(1)).developer(other))
        },
    },
    Case {
        title: "a service that a developer holds twice, at run time",
        others: ["no such notion"; 3],
        code: "team::held-twice",
        named: &["`dev-1`", "twice", "`orders`"],
        team: || {
            let developer = sample::developer(1).hold(sample::orders()).hold(sample::orders());
            with(sample::world().developer(developer))
        },
        mended: || with(sample::world().developer(sample::developer(1).hold(sample::orders()))),
    },
];

/// A team whose service is built, so that it can be forked.
fn of_developer(developer: Developer) -> Result<Team> {
    let build = CodeBuild::of(Repository::new(github(), repository_name!("acme/orders")));
    let pipeline = sample::pipeline_of(sample::orders()).built_by(build);
    sample::world()
        .developer(developer)
        .with(pipeline.release(sample::wave()))
        .build()
}
