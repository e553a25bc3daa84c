//! `<team>-region`: the artifact store of a further region. A cross-region action reads from a store in its
//! own region.
//! <https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-create-cross-region.html>

use crate::cloudformation::{Stack, StackKey};
use crate::model::Region;
use crate::team::Team;

use crate::constructs::names::{Names, Place};
use crate::constructs::storage::artifact_store::{self, ArtifactStore};
use crate::constructs::storage::key;

pub(crate) fn add(team: &Team, names: &Names, region: Region) -> (Stack, ArtifactStore) {
    let mut stack = Stack::new(
        StackKey::of("region", region),
        format!("{}: artifacts for deployments in {region}", names.team),
    );
    let place = Place::At(team.world.build.account, region);
    let admitted = artifact_store::key_statements(team, names, region);
    let key = key::add(&mut stack, names, place, admitted);
    let store = artifact_store::add_bucket(&mut stack, team, names, region, &key);
    (stack, store)
}
