//! Teams that deploy themselves.

use pipeline_dsl::prelude::*;

use super::{Case, github, own_github};
use crate::sample::{self, name};

pub(super) const CASES: &[Case] = &[
    Case {
        title: "a service that is called as what updates the team",
        others: [
            "no such notion",
            "deploy: the role exists already",
            "deploy: the role exists already",
        ],
        code: "team::kept-name",
        named: &["`self-update`"],
        team: || {
            let service = Service::new(name("self-update"));
            sample::world()
                .service(service)
                .updates_itself(Repository::new(github(), "acme/delivery"))
                .with(sample::pipeline())
                .with(sample::pipeline_of(service).release(sample::wave()))
                .build()
        },
        mended: || {
            let service = Service::new(name("updates"));
            sample::world()
                .service(service)
                .updates_itself(Repository::new(github(), "acme/delivery"))
                .with(sample::pipeline())
                .with(sample::pipeline_of(service).release(sample::wave()))
                .build()
        },
    },
    Case {
        title: "an update through a connection of another account",
        others: ["run: the source is refused"; 3],
        code: "team::connection-account",
        named: &["111111111111", "500000000001"],
        team: || updated_from(Repository::new(own_github(), "acme/delivery")),
        mended: || updated_from(Repository::new(github(), "acme/delivery")),
    },
    Case {
        title: "an update from what is no repository",
        others: ["run: the source is refused"; 3],
        code: "team::repository",
        named: &["`delivery`"],
        team: || updated_from(Repository::new(github(), "delivery")),
        mended: || updated_from(Repository::new(github(), "acme/delivery")),
    },
    Case {
        title: "an update from a directory outside the repository",
        others: ["run: the build fails"; 3],
        code: "team::directory",
        named: &["`../delivery`"],
        team: || {
            let repository = Repository::new(github(), "acme/delivery");
            updated_from(SelfUpdate::from(repository).directory("../delivery"))
        },
        mended: || {
            let repository = Repository::new(github(), "acme/delivery");
            updated_from(SelfUpdate::from(repository).directory("infrastructure/delivery"))
        },
    },
    Case {
        title: "an update on a machine that CodeBuild does not have",
        others: ["deploy: the project is refused", "compile", "plan"],
        code: "team::compute-type",
        named: &["`large`", "`BUILD_GENERAL1_LARGE`"],
        team: || {
            let repository = Repository::new(github(), "acme/delivery");
            updated_from(SelfUpdate::from(repository).compute_type("large"))
        },
        mended: || {
            let repository = Repository::new(github(), "acme/delivery");
            updated_from(SelfUpdate::from(repository).compute_type("BUILD_GENERAL1_LARGE"))
        },
    },
];

fn updated_from(from: impl Into<SelfUpdate>) -> Result<Team> {
    sample::world()
        .updates_itself(from)
        .with(sample::pipeline())
        .build()
}
