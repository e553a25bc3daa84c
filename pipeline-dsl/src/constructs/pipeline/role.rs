//! CodePipeline's service role: it reads the sources, keeps artifacts in every region in use, and assumes the
//! action roles. It deploys nothing itself.
//! <https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html>

use crate::cloudformation::types::iam::Role;
use crate::cloudformation::{Handle, Stack, Statement, Text, text};
use crate::team::Definition;

use super::delivery::Delivery;
use crate::constructs::names::{Names, Purpose};
use crate::constructs::role::{self, ServiceRole};
use crate::constructs::storage::artifact_store::ArtifactStore;
use crate::constructs::storage::assets;
use crate::constructs::storage::key;

pub(crate) fn add(
    stack: &mut Stack,
    names: &Names,
    definition: &Definition,
    delivery: &Delivery<'_>,
) -> Handle<Role> {
    let service = &definition.service.name;
    let mut statements = source_statements(stack, definition, delivery);
    statements.extend(store_statements(stack, definition, delivery));

    let mut action_roles: Vec<Text> = Vec::new();
    for deployment in delivery.stages.iter().flat_map(|stage| &stage.deployments) {
        let arn = stack.arn(&deployment.roles.action, "the pipeline assumes it to deploy");
        if !action_roles.contains(&arn) {
            action_roles.push(arn);
        }
    }
    statements.push(
        Statement::allow("AssumeActionRoles")
            .action(["sts:AssumeRole"])
            .on(action_roles),
    );
    if let Some(asked) = delivery.stages.iter().find_map(|stage| stage.approval) {
        statements.push(
            Statement::allow("AskForApproval")
                .action(["sns:Publish"])
                .on([stack.arn(asked.topic, "approvals are asked for on it")]),
        );
    }
    let role = ServiceRole {
        service,
        purpose: Purpose::Pipeline,
        description: format!("The pipeline of {service} runs with it"),
        trust: role::for_account_where_sent(
            names,
            role::trust_service("codepipeline.amazonaws.com"),
            delivery.place.account(),
        ),
        statements,
    };
    role::add(stack, names, delivery.place, "PipelineRole".to_owned(), role)
}

fn source_statements(stack: &mut Stack, definition: &Definition, delivery: &Delivery<'_>) -> Vec<Statement> {
    let bucket = stack.arn(delivery.source, "the pipeline's sources are in it");
    let key = stack.arn(&delivery.home.key, "the pipeline's sources are encrypted with it");
    let objects = definition
        .sources
        .iter()
        .map(|source| text![&bucket, "/", source.key.as_str()]);
    let read = Statement::allow("ReadSources")
        .action(["s3:GetObject", "s3:GetObjectTagging", "s3:GetObjectVersion"])
        .on(objects);
    let look = Statement::allow("LookForSources")
        .action([
            "s3:GetBucketAcl",
            "s3:GetBucketLocation",
            "s3:GetBucketVersioning",
            "s3:ListBucket",
        ])
        .on([bucket.clone()]);
    let decrypt = Statement::allow("DecryptSources")
        .action(["kms:Decrypt"])
        .on([key]);
    vec![
        read,
        look,
        key::only_through_s3(decrypt, delivery.place, &[bucket]),
    ]
}

/// One set for each store: CodePipeline itself copies artifacts into the stores of other regions. The assets of all regions share
/// two statements, for a role has room for so many characters and no more.
/// <https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-create-cross-region.html>
fn store_statements(stack: &mut Stack, definition: &Definition, delivery: &Delivery<'_>) -> Vec<Statement> {
    let mut statements = Vec::new();
    let mut buckets_of_assets = Vec::new();
    for (index, store) in delivery.stores().enumerate() {
        // A store may have assets that are another service's alone.
        let assets = store
            .assets
            .as_ref()
            .filter(|_| !definition.assets().is_empty() && delivery.deploys_to(store))
            .map(|assets| stack.arn(assets, "the pipeline puts the service's assets there"));
        statements.extend(keeps_artifacts(stack, index, store, assets.as_ref()));
        buckets_of_assets.extend(assets);
    }
    if !buckets_of_assets.is_empty() {
        statements.extend(assets::keep(definition, &buckets_of_assets));
    }
    statements
}

/// Lets a pipeline keep its artifacts in a store, and encrypt the assets beside them.
pub(crate) fn keeps_artifacts(
    stack: &mut Stack,
    index: usize,
    store: &ArtifactStore,
    assets: Option<&Text>,
) -> [Statement; 3] {
    let bucket = stack.arn(&store.bucket, "the pipeline keeps its artifacts in it");
    let key = stack.arn(&store.key, "the pipeline encrypts its artifacts with it");
    let keep = Statement::allow(format!("KeepArtifacts{index}"))
        .action(["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"])
        .on([text![&bucket, "/*"]]);
    let look = Statement::allow(format!("LookAtStore{index}"))
        .action([
            "s3:GetBucketAcl",
            "s3:GetBucketLocation",
            "s3:GetBucketVersioning",
        ])
        .on([bucket.clone()]);
    // The parts of a large file are decrypted when they are put together.
    // https://repost.aws/knowledge-center/s3-large-file-encryption-kms-key
    let encrypt = Statement::allow(format!("EncryptArtifacts{index}"))
        .action(["kms:Decrypt", "kms:GenerateDataKey"])
        .on([key]);
    let buckets: Vec<Text> = std::iter::once(bucket).chain(assets.cloned()).collect();
    [keep, look, key::only_through_s3(encrypt, store.place, &buckets)]
}
