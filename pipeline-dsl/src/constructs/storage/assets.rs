//! The bucket of assets in one region: the files of archives that templates name one by one, under `<service>/`.
//!
//! A pipeline writes them before its first wave, and the roles that its stacks are deployed with read them. They have a bucket of
//! their own because they are kept: the rollback of a stack reads the files of the release before.

use crate::cloudformation::types::kms::Key;
use crate::cloudformation::types::s3::Bucket;
use crate::cloudformation::{Handle, Stack, Statement, Text, text};
use crate::model::Region;
use crate::team::{Definition, Team};

use crate::constructs::admission;
use crate::constructs::names::{Names, Place, Purpose};
use crate::constructs::storage::bucket::{self, Content};
use crate::constructs::storage::key;

/// What the keys of a service's assets begin with.
pub(crate) fn prefix(definition: &Definition) -> Text {
    definition.service.name.as_str().into()
}

/// Whether any service has assets.
pub(crate) fn used(team: &Team) -> bool {
    team.pipelines
        .iter()
        .any(|pipeline| !pipeline.assets().is_empty())
}

/// Whether a service with assets is deployed to a region from the build account.
pub(crate) fn used_in(team: &Team, region: Region) -> bool {
    let with_assets = team
        .pipelines
        .iter()
        .filter(|pipeline| !pipeline.assets().is_empty());
    with_assets
        .flat_map(Definition::environments)
        .any(|environment| environment.region == region)
}

/// Adds the bucket in a region of the build account, which the target accounts read.
pub(crate) fn add_bucket(
    stack: &mut Stack,
    team: &Team,
    names: &Names,
    region: Region,
    key: &Handle<Key>,
) -> Option<Handle<Bucket>> {
    if !used_in(team, region) {
        return None;
    }
    let assets = bucket::arn_in_build_account(team, region, Content::Assets);
    let read = Statement::allow("TargetsReadAssets")
        .action(READ)
        .on([text![&assets, "/*"]]);
    let admitted = admission::targets(team, names, region, &[Purpose::Deployment], read);
    let place = Place::At(team.world.build.account, region);
    let admitted = admitted.into_iter().collect();
    Some(bucket::add(stack, names, place, Content::Assets, key, admitted))
}

/// Adds the bucket in a developer's account, where any service has assets.
pub(crate) fn add_own_bucket(
    stack: &mut Stack,
    team: &Team,
    names: &Names,
    key: &Handle<Key>,
) -> Option<Handle<Bucket>> {
    used(team).then(|| bucket::add(stack, names, Place::OfStack, Content::Assets, key, Vec::new()))
}

/// CloudFormation reads nested templates, and Lambda the code of functions.
const READ: [&str; 2] = ["s3:GetObject", "s3:GetObjectVersion"];

/// Lets a role read the assets of a service, and decrypt them through S3 in this place.
pub(crate) fn read(
    stack: &mut Stack,
    definition: &Definition,
    (assets, key): (&Handle<Bucket>, &Handle<Key>),
    place: Place,
) -> [Statement; 2] {
    let bucket = stack.arn(assets, "deployments read the service's assets from it");
    let key = stack.arn(key, "deployments decrypt the service's assets with it");
    let read =
        Statement::allow("ReadAssets")
            .action(READ)
            .on([text![&bucket, "/", prefix(definition), "/*"]]);
    let decrypt = Statement::allow("DecryptAssets")
        .action(["kms:Decrypt"])
        .on([key]);
    [read, key::only_through_s3(decrypt, place, &[bucket])]
}

/// Lets a pipeline put the assets of its service into these buckets: the actions that its deploy action takes. No files are tagged.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3Deploy.html#edit-role-s3deploy>
pub(crate) fn keep(definition: &Definition, buckets: &[Text]) -> [Statement; 2] {
    let files = buckets
        .iter()
        .map(|bucket| text![bucket, "/", prefix(definition), "/*"]);
    let keep = Statement::allow("KeepAssets")
        .action(["s3:PutObject", "s3:PutObjectAcl", "s3:PutObjectVersionAcl"])
        .on(files);
    let look = Statement::allow("LookAtAssets")
        .action([
            "s3:GetBucketAcl",
            "s3:GetBucketLocation",
            "s3:GetBucketVersioning",
        ])
        .on(buckets.iter().cloned());
    [keep, look]
}
