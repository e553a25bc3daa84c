//! A key of ours, with an alias. Its policy leaves its account in charge, and lets others in by name.

use crate::cloudformation::types::kms::{Alias, Key};
use crate::cloudformation::{Handle, PolicyDocument, Principal, Pseudo, Stack, Statement, Text, text};
use crate::policy::Operator;

use crate::constructs::names::{Names, Place, Purpose};
use crate::constructs::storage::bucket::Content;

/// How long a deleted key can be called back, in days: the longest that KMS offers.
const PENDING_WINDOW_DAYS: u8 = 30;

/// Adds the key that everything in a place is encrypted with.
pub(crate) fn add(stack: &mut Stack, names: &Names, place: Place, admitted: Vec<Statement>) -> Handle<Key> {
    // Without it nobody could ever change the key again; it also lets the account's own IAM policies decide.
    // https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    let own_account = Statement::allow("AccountAdministers")
        .by(Principal::Aws(vec![place.account().root(names.partition)]))
        .action(["kms:*"])
        .on(["*".into()]);
    let key = stack.add(
        "Key",
        &Key {
            description: format!("Builds and artifacts of {}", names.team),
            enable_key_rotation: true,
            key_policy: PolicyDocument::new(std::iter::once(own_account).chain(admitted)),
            pending_window_in_days: PENDING_WINDOW_DAYS,
        },
    );
    stack.retain(&key);
    let alias = Alias {
        alias_name: format!("alias/{}", names.team),
        target_key_id: stack.reference(&key, "the alias names it"),
    };
    stack.add("KeyAlias", &alias);
    key
}

/// Keeps the roles of services away from the key. What a service may do is the program's to say, and it may be for every key of
/// the account: their ids are not known before they are there. The roles that services are deployed with read artifacts and assets
/// through S3, and write none; the roles that their stacks make do neither.
pub(crate) fn kept_from_services(names: &Names, place: Place, have_assets: bool) -> [Statement; 4] {
    let refuse = |sid, actions: &[&'static str], whom: Text| {
        Statement::deny(sid)
            .by(Principal::Anyone)
            .action(actions.iter().copied())
            .on(["*".into()])
            .when(Operator::ArnLike, "aws:PrincipalArn", [whom])
    };
    let deployments = || names.role_pattern(Purpose::Deployment);
    // Of the bucket's name, all that is known before the region is: behind it stand `-an`, or the object.
    let objects = |content: Content| {
        text![
            "arn:",
            Pseudo::Partition,
            ":s3:::",
            names.prefixed(content.purpose()),
            "-",
            place.account().id(),
            "-",
            place.region(),
            "*"
        ]
    };
    let mut read = vec![objects(Content::Artifacts)];
    read.extend(have_assets.then(|| objects(Content::Assets)));
    [
        refuse(
            "RefuseRolesOfServices",
            &["kms:*"],
            names.roles_made_by_services(),
        ),
        refuse(
            // Through S3, nothing else is asked for.
            "RefuseDeploymentsToWrite",
            &["kms:GenerateDataKey*"],
            deployments(),
        ),
        refuse("RefuseDeploymentsByThemselves", &["kms:*"], deployments()).when(
            Operator::StringNotEquals,
            "kms:ViaService",
            [place.s3_service()],
        ),
        refuse("RefuseDeploymentsElsewhere", &["kms:*"], deployments()).when(
            Operator::StringNotLike,
            "kms:EncryptionContext:aws:s3:arn",
            read,
        ),
    ]
}

/// Narrows a statement to what S3 does with the key for one bucket. With a bucket key the encryption
/// context is the bucket, without one (objects from before it was turned on) the object.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html>
pub(crate) fn only_through_s3(statement: Statement, place: Place, buckets: &[Text]) -> Statement {
    let contexts = buckets
        .iter()
        .flat_map(|bucket| [bucket.clone(), text![bucket, "/*"]]);
    statement
        .when(Operator::StringEquals, "kms:ViaService", [place.s3_service()])
        .when(Operator::StringLike, "kms:EncryptionContext:aws:s3:arn", contexts)
}
