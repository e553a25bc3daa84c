//! `<team>-developer`: a developer's account, one template for all of them.

use crate::cloudformation::types::kms::Key;
use crate::cloudformation::types::s3::Bucket;
use crate::cloudformation::{Handle, ParameterRef, Stack, StackKey};
use crate::team::Team;

use crate::constructs::build::Build;
use crate::constructs::failures::notifications;
use crate::constructs::failures::undelivered::{self, Undelivered};
use crate::constructs::names::{Names, Place};
use crate::constructs::storage::artifact_store::ArtifactStore;
use crate::constructs::storage::assets;
use crate::constructs::storage::bucket::{self, Content};
use crate::constructs::storage::key;
use crate::constructs::subscriber;

/// What the stacks of a developer's services use of the developer's own stack.
#[derive(Debug)]
pub(crate) struct DeveloperAccount {
    pub(crate) key: Handle<Key>,
    pub(crate) bucket: Handle<Bucket>,
    pub(crate) store: ArtifactStore,
    /// The keys of artifacts that upstream must not overwrite.
    pub(crate) held_keys: ParameterRef,
    pub(crate) undelivered: Undelivered,
}

pub(crate) fn add(team: &Team, names: &Names, build: &Build) -> (Stack, DeveloperAccount) {
    let place = Place::OfStack;
    let mut stack = Stack::new(
        StackKey::new("developer"),
        format!("{}: a developer's own account, always up to date", names.team),
    );
    let kept = key::kept_from_services(names, place, assets::used(team));
    let key = key::add(&mut stack, names, place, kept.into());
    let bucket = bucket::add(&mut stack, names, place, Content::Builds, &key, Vec::new());
    let artifacts = bucket::add(&mut stack, names, place, Content::Artifacts, &key, Vec::new());
    let store = ArtifactStore {
        region: place.region(),
        place,
        key: key.clone(),
        bucket: artifacts,
        assets: assets::add_own_bucket(&mut stack, team, names, &key),
    };
    let notifications = notifications::add(&mut stack, names, place, "Artifacts that did not arrive");
    let undelivered = undelivered::add(&mut stack, names, place, &notifications);
    let held_keys = subscriber::add(
        &mut stack,
        team,
        names,
        &subscriber::Copying {
            from: build,
            to: &bucket,
            key: &key,
            notifications: &notifications,
        },
    );
    let account = DeveloperAccount {
        key,
        bucket,
        store,
        held_keys,
        undelivered,
    };
    (stack, account)
}
