use super::asking::{requester, roles};
use crate::cloudformation::ResourceKind;
use crate::policy::{Request, Requester, ServiceCall};
use crate::proof::deployed::stacks::Deployed;
use crate::proof::hop::Hops;
use crate::proof::hops::asking::role;
use crate::proof::hops::storage::{Storage, via_s3};
use crate::proof::json::{items, text};

const ENCRYPTION: &str =
    "https://docs.aws.amazon.com/codepipeline/latest/userguide/S3-artifact-encryption.html";
const VIA_SERVICE: &str =
    "https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service";
const TRANSPORT: &str = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html";

/// Keys outside their buckets, and buckets without their keys.
pub(super) fn all(deployed: &Deployed, hops: &mut Hops<'_>) {
    for each in roles(deployed) {
        hops.serve(format!(
            "role {} of {}",
            each.identity.reference, each.home.account
        ));
        let who = requester(each);
        for key in deployed.of_kind(ResourceKind::Key) {
            let arn = &key.identity.arn;
            let direct = [
                "kms:Decrypt",
                "kms:GenerateDataKey",
                "kms:Encrypt",
                "kms:ReEncryptFrom",
            ];
            hops.add_each("a role uses a key by itself", VIA_SERVICE, &who, &direct, arn);
            for action in ["kms:Decrypt", "kms:GenerateDataKey"] {
                let request = Request::new(who.clone(), action, arn);
                let elsewhere = via_s3(request, key.home.region, "arn:aws:s3:::elsewhere/object");
                hops.add("a role uses a key for another bucket", VIA_SERVICE, elsewhere);
            }
        }
    }
    for bucket in deployed.of_kind(ResourceKind::Bucket) {
        hops.serve(format!("bucket {}", bucket.identity.reference));
        let owner = Requester::Administrator(bucket.home.account.to_string());
        let list = Request::new(owner, "s3:ListBucket", &bucket.identity.arn);
        let insecure = insecurely(list);
        hops.add("a listing without encryption in transit", TRANSPORT, insecure);
    }
    for writer in writers(deployed) {
        let (who, bucket, key) = writer;
        let Some(storage) = Storage::of(deployed, &bucket) else {
            continue;
        };
        hops.serve(format!("bucket {bucket}"));
        let put = Request::new(who.clone(), "s3:PutObject", storage.object(&key));
        hops.add(
            "an upload without encryption in transit",
            TRANSPORT,
            insecurely(put.clone()),
        );
        let other = put.clone().sent_on(
            ServiceCall::S3PutsObject,
            [("s3:x-amz-server-side-encryption", "AES256")],
        );
        hops.add("an upload that asks for other encryption", ENCRYPTION, other);
        let foreign = put.sent_on(
            ServiceCall::S3PutsObject,
            [
                ("s3:x-amz-server-side-encryption", "aws:kms"),
                (
                    "s3:x-amz-server-side-encryption-aws-kms-key-id",
                    "arn:aws:kms:us-east-1:999999999999:key/foreign",
                ),
            ],
        );
        hops.add("an upload that asks for somebody else's key", ENCRYPTION, foreign);
    }
}

/// A role that its account lets do everything: the bucket's key serves it through S3 alone, and for that bucket alone.
pub(super) fn beyond_bucket(who: &str, direct: &Request, storage: &Storage<'_>, hops: &mut Hops<'_>) {
    let region = storage.bucket.home.region;
    hops.add(
        format!("{who} that decrypts by itself"),
        VIA_SERVICE,
        direct.clone(),
    );
    let elsewhere = via_s3(direct.clone(), region, "arn:aws:s3:::elsewhere/object");
    hops.add(
        format!("{who} that decrypts something else"),
        VIA_SERVICE,
        elsewhere,
    );
    let by_other = direct.clone().sent_on(
        ServiceCall::S3UsesKey,
        [
            ("kms:ViaService", format!("sqs.{region}.amazonaws.com")),
            ("kms:EncryptionContext:aws:s3:arn", storage.arn().to_owned()),
        ],
    );
    hops.add(
        format!("{who} that decrypts through another service"),
        VIA_SERVICE,
        by_other,
    );
}

fn insecurely(request: Request) -> Request {
    request.sent_on(ServiceCall::AnyRequest, [("aws:SecureTransport", false)])
}

/// Who writes into which bucket, under which key.
fn writers(deployed: &Deployed) -> Vec<(Requester, String, String)> {
    // Whoever may do everything in the account: artifacts may come from elsewhere than a build of ours.
    let owners = deployed.of_kind(ResourceKind::Bucket).map(|bucket| {
        let owner = Requester::Administrator(bucket.home.account.to_string());
        (
            owner,
            bucket.identity.reference.clone(),
            "service/artifact.zip".to_owned(),
        )
    });
    let mut writers: Vec<_> = owners.collect();
    for project in deployed.of_kind(ResourceKind::Project) {
        let Some(artifact) = project.properties.get("Artifacts") else {
            continue;
        };
        let (path, name) = (text(artifact, &["Path"]), text(artifact, &["Name"]));
        let key = [path, name].join("/");
        let who = role(text(&project.properties, &["ServiceRole"]));
        let bucket = text(artifact, &["Location"]).to_owned();
        writers.push((who, bucket, key.trim_start_matches('/').to_owned()));
    }
    for pipeline in deployed.of_kind(ResourceKind::Pipeline) {
        let who = role(text(&pipeline.properties, &["RoleArn"]));
        for store in items(&pipeline.properties, "ArtifactStores") {
            let bucket = text(store, &["ArtifactStore", "Location"]).to_owned();
            writers.push((who.clone(), bucket, "pipeline/artifact/a".to_owned()));
        }
    }
    for function in deployed.of_kind(ResourceKind::Function) {
        let who = role(text(&function.properties, &["Role"]));
        let bucket = text(&function.properties, &["Environment", "Variables", "OWN_BUCKET"]);
        writers.push((who, bucket.to_owned(), "service/artifact.zip".to_owned()));
    }
    writers
}
