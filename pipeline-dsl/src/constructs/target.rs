//! `<team>-target`: the roles of an account that is deployed to, once for all its regions, since IAM has none.

use indexmap::IndexMap;

use crate::cloudformation::{Stack, StackKey};
use crate::model::{AccountId, Name, Region};
use crate::team::{Environment, Team};

use super::artifact_store::ArtifactStore;
use super::names::{Account, Names, Place};
use super::self_update::{self, Deployers};
use super::target_roles::{self, Target, TargetRoles};

/// The roles of each service in one target account.
pub(crate) type RolesByService = IndexMap<Name, TargetRoles>;

pub(crate) fn add(
    team: &Team,
    names: &Names,
    account: AccountId,
    stores: &IndexMap<Region, ArtifactStore>,
) -> (Stack, RolesByService) {
    let mut stack = Stack::new(
        StackKey::of("target", account),
        format!("{}: what its pipelines may do in this account", names.team),
    );
    let mut roles = RolesByService::new();
    for pipeline in &team.pipelines {
        let released = |environment: &Environment| {
            let in_wave = |wave: &crate::team::Wave| {
                wave.environments
                    .iter()
                    .any(|candidate| candidate.name == environment.name)
            };
            environment.account == account && pipeline.waves.iter().any(in_wave)
        };
        let places: Vec<_> = team
            .released_environments()
            .into_iter()
            .filter(released)
            .filter_map(|environment| {
                let store = stores.get(&environment.region)?;
                Some((Place::At(account, environment.region), store))
            })
            .collect();
        if places.is_empty() {
            continue;
        }
        let target = Target {
            account: Account::Id(account),
            places,
            pipelines: Account::Id(team.world.build.account),
        };
        let added = target_roles::add(&mut stack, names, pipeline, &target);
        roles.insert(pipeline.service.name, added);
    }
    self_update::add_deployers(&mut stack, team, names, Deployers::Target(account));
    (stack, roles)
}
