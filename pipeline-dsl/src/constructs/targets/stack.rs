//! `<team>-target-<service>`: the roles of a service in an account and region that it is deployed to. Each service has one of
//! its own in each place, so that what is given up leaves its roles where they are until its stacks are gone.

use std::collections::BTreeSet;

use crate::cloudformation::{Stack, StackKey};
use crate::model::{AccountId, Region};
use crate::team::{Definition, Team};

use crate::constructs::names::{Names, Place};
use crate::constructs::storage::artifact_store::ArtifactStore;
use crate::constructs::targets::roles::{self, Target, TargetRoles};

/// The accounts and regions that a service is deployed to.
pub(crate) fn places(definition: &Definition) -> BTreeSet<(AccountId, Region)> {
    definition
        .environments()
        .map(|environment| (environment.account, environment.region))
        .collect()
}

/// The stack of one service in one of them.
pub(crate) fn add(
    team: &Team,
    names: &Names,
    definition: &Definition,
    (account, region): (AccountId, Region),
    store: &ArtifactStore,
) -> (Stack, TargetRoles) {
    let service = &definition.service.name;
    let mut stack = Stack::new(
        StackKey::new(format!("target-{service}-{account}-{region}")),
        format!("{}: what the pipeline of {service} may do here", names.team),
    );
    let build = team.world.build;
    let target = Target {
        place: Place::At(account, region),
        store,
        pipelines: Place::At(build.account, build.region),
    };
    let roles = roles::add(&mut stack, names, definition, &target);
    (stack, roles)
}
