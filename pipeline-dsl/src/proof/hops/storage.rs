use serde_json::Value;

use crate::model::Region;
use crate::policy::{Request, Requester, ServiceCall};
use crate::proof::deployed::resource::Resource;
use crate::proof::deployed::stacks::Deployed;
use crate::proof::hop::Hops;
use crate::proof::json::{items, text};

const OBJECTS: &str =
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html";
const ENCRYPTION: &str = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html";

/// A bucket with the key that it encrypts with.
pub(in crate::proof) struct Storage<'a> {
    pub(in crate::proof) bucket: &'a Resource,
    pub(in crate::proof) key: String,
    /// With a bucket key, the encryption context is the bucket, not the object.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html>
    bucket_key: bool,
}

impl<'a> Storage<'a> {
    pub(in crate::proof) fn of(deployed: &'a Deployed, name: &str) -> Option<Self> {
        let bucket = deployed.bucket(name)?;
        let encryption = bucket.properties.get("BucketEncryption")?;
        let rule = items(encryption, "ServerSideEncryptionConfiguration").next()?;
        Some(Self {
            bucket,
            key: text(rule, &["ServerSideEncryptionByDefault", "KMSMasterKeyID"]).to_owned(),
            bucket_key: rule.get("BucketKeyEnabled").and_then(Value::as_bool) == Some(true),
        })
    }

    pub(in crate::proof) fn arn(&self) -> &str {
        &self.bucket.identity.arn
    }

    pub(in crate::proof) fn object(&self, key: &str) -> String {
        format!("{}/{key}", self.arn())
    }

    /// Reads an object, with the actions that it takes, and decrypts it.
    pub(in crate::proof) fn read(
        &self,
        hops: &mut Hops<'_>,
        purpose: &str,
        who: &Requester,
        actions: &[&str],
        key: &str,
    ) {
        hops.add_each(purpose, OBJECTS, who, actions, &self.object(key));
        self.crypt(hops, purpose, who, &["kms:Decrypt"], key);
    }

    /// Writes an object, and encrypts it; a multipart upload decrypts what it wrote.
    pub(in crate::proof) fn write(&self, hops: &mut Hops<'_>, purpose: &str, who: &Requester, key: &str) {
        let put = Request::new(who.clone(), "s3:PutObject", self.object(key));
        hops.add(purpose, OBJECTS, put.clone());
        // Whoever names the encryption names the right one.
        let named = put.sent_on(
            ServiceCall::S3PutsObject,
            [
                ("s3:x-amz-server-side-encryption", "aws:kms"),
                (
                    "s3:x-amz-server-side-encryption-aws-kms-key-id",
                    self.key.as_str(),
                ),
            ],
        );
        hops.add(format!("{purpose}, naming the key"), OBJECTS, named);
        self.crypt(hops, purpose, who, &["kms:GenerateDataKey", "kms:Decrypt"], key);
    }

    pub(in crate::proof) fn crypt(
        &self,
        hops: &mut Hops<'_>,
        purpose: &str,
        who: &Requester,
        actions: &[&str],
        key: &str,
    ) {
        let context = if self.bucket_key {
            self.arn().to_owned()
        } else {
            self.object(key)
        };
        for action in actions {
            let request = Request::new(who.clone(), *action, &self.key);
            let request = via_s3(request, self.bucket.home.region, &context);
            hops.add(purpose, ENCRYPTION, request);
            if self.bucket_key {
                // Objects from before the bucket key was on have a context of their own.
                let request = Request::new(who.clone(), *action, &self.key);
                let request = via_s3(request, self.bucket.home.region, &self.object(key));
                hops.add(format!("{purpose}, without a bucket key"), ENCRYPTION, request);
            }
        }
    }
}

/// A request to a key that S3 makes for somebody.
pub(in crate::proof) fn via_s3(request: Request, region: Region, context: &str) -> Request {
    // In all partitions.
    // https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
    request.sent_on(
        ServiceCall::S3UsesKey,
        [
            ("kms:ViaService", format!("s3.{region}.amazonaws.com")),
            ("kms:EncryptionContext:aws:s3:arn", context.to_owned()),
        ],
    )
}
