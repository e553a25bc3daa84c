//! A pipeline's artifact store in one region of the build account: key, bucket, and who of the target
//! accounts may read.

use crate::cloudformation::types::kms::Key;
use crate::cloudformation::types::s3::Bucket;
use crate::cloudformation::{Handle, Stack, Statement, Text, text};
use crate::model::Region;
use crate::team::Team;

use crate::constructs::admission;
use crate::constructs::names::{Names, Place, Purpose};
use crate::constructs::storage::assets;
use crate::constructs::storage::bucket;
use crate::constructs::storage::bucket::Content;
use crate::constructs::storage::key;

/// The artifact store of one region.
#[derive(Debug, Clone)]
pub(crate) struct ArtifactStore {
    pub(crate) region: Text,
    pub(crate) place: Place,
    pub(crate) key: Handle<Key>,
    pub(crate) bucket: Handle<Bucket>,
    /// The bucket of assets beside it, where a service that is deployed to the region has any.
    pub(crate) assets: Option<Handle<Bucket>>,
}

/// What the key of a region lets the target accounts do.
pub(crate) fn key_statements(team: &Team, names: &Names, region: Region) -> Vec<Statement> {
    let place = Place::At(team.world.build.account, region);
    let store = bucket::arn_in_build_account(team, region, Content::Artifacts);
    let readers = [Purpose::Action, Purpose::Deployment];
    let decrypt = Statement::allow("TargetsDecryptArtifacts")
        .action(["kms:Decrypt"])
        .on(["*".into()]);
    let describe = Statement::allow("TargetsDescribeTheKey")
        .action(["kms:DescribeKey"])
        .on(["*".into()]);
    let mut buckets = vec![store];
    if assets::used_in(team, region) {
        buckets.push(bucket::arn_in_build_account(team, region, Content::Assets));
    }
    [
        admission::targets(
            team,
            names,
            region,
            &readers,
            key::only_through_s3(decrypt, place, &buckets),
        ),
        admission::targets(team, names, region, &[Purpose::Action], describe),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Adds the artifact bucket, which the target accounts read: actions the templates, CloudFormation the code.
pub(crate) fn add_bucket(
    stack: &mut Stack,
    team: &Team,
    names: &Names,
    region: Region,
    key: &Handle<Key>,
) -> ArtifactStore {
    let store = bucket::arn_in_build_account(team, region, Content::Artifacts);
    let read = Statement::allow("TargetsReadArtifacts")
        .action(["s3:GetObject", "s3:GetObjectVersion"])
        .on([text![&store, "/*"]]);
    let look = Statement::allow("TargetsListArtifacts")
        .action(["s3:ListBucket", "s3:GetBucketLocation"])
        .on([store]);
    let admitted = [
        admission::targets(team, names, region, &[Purpose::Action, Purpose::Deployment], read),
        admission::targets(team, names, region, &[Purpose::Action], look),
    ];
    let place = Place::At(team.world.build.account, region);
    let admitted = admitted.into_iter().flatten().collect();
    let bucket = bucket::add(stack, names, place, Content::Artifacts, key, admitted);
    ArtifactStore {
        region: region.as_str().into(),
        place,
        key: key.clone(),
        bucket,
        assets: assets::add_bucket(stack, team, names, region, key),
    }
}
