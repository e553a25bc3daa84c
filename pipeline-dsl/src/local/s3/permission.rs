//! Which permissions a request to S3 takes of a role, where somebody decides by policies.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html>

use super::state::S3;
use super::write::copy_source;
use crate::local::http::call::Call;
use crate::local::http::credential::Credential;
use crate::local::http::response::ApiError;
use crate::policy::{Request, Requester, ServiceCall};

/// The caller as one whose request the policies let through; as they are, where nobody decides.
pub(crate) fn permitted(
    s3: &mut S3<'_>,
    credential: &Credential,
    call: &Call,
    bucket: &str,
    key: &str,
) -> Result<Credential, ApiError> {
    let mut credential = credential.clone();
    let (Some(role), Some(authorizer)) = (&credential.role, s3.shared.authorizer.clone()) else {
        return Ok(credential);
    };
    s3.adopt(bucket);
    let asking = Asking {
        s3,
        role: Requester::Role(role.clone()),
    };
    for request in asking.requests(call, bucket, key) {
        if let Err(reason) = authorizer.authorize(&request) {
            return Err(ApiError::denied("AccessDenied", reason));
        }
    }
    credential.permitted = true;
    Ok(credential)
}

/// A role that makes a request.
struct Asking<'a> {
    s3: &'a S3<'a>,
    role: Requester,
}

impl Asking<'_> {
    fn requests(&self, call: &Call, bucket: &str, key: &str) -> Vec<Request> {
        let mut requests = Vec::new();
        if key.is_empty() {
            let action = match call.method.as_str() {
                "GET" if call.query("versions").is_some() => "s3:ListBucketVersions",
                "GET" | "HEAD" => "s3:ListBucket",
                _ => "s3:PutBucketPolicy",
            };
            requests.push(self.request(action, self.arn(bucket, "")));
            return requests;
        }
        match call.method.as_str() {
            "GET" | "HEAD" => {
                let version = call.query("versionId");
                self.reads(
                    bucket,
                    key,
                    version.as_deref(),
                    call.method == "GET",
                    &mut requests,
                );
            }
            "DELETE" if call.query("uploadId").is_some() => {
                requests.push(self.request("s3:AbortMultipartUpload", self.arn(bucket, key)));
            }
            "DELETE" if call.query("versionId").is_some() => {
                requests.push(self.request("s3:DeleteObjectVersion", self.arn(bucket, key)));
            }
            "DELETE" => requests.push(self.request("s3:DeleteObject", self.arn(bucket, key))),
            _ => {
                if let Some((from, source, version)) = copy_source(call) {
                    self.reads(&from, &source, version.as_deref(), true, &mut requests);
                }
                self.writes(call, bucket, key, &mut requests);
            }
        }
        requests
    }

    fn arn(&self, bucket: &str, key: &str) -> String {
        let partition = self
            .s3
            .bucket_owner(bucket)
            .map_or("aws", |(partition, _)| partition);
        let separator = if key.is_empty() { "" } else { "/" };
        format!("arn:{partition}:s3:::{bucket}{separator}{key}")
    }

    fn request(&self, action: &str, resource: String) -> Request {
        Request::new(self.role.clone(), action, resource)
    }

    /// Of what is not there, S3 says so only to those who may list.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html>
    fn reads(
        &self,
        bucket: &str,
        key: &str,
        version: Option<&str>,
        content: bool,
        requests: &mut Vec<Request>,
    ) {
        let action = match version {
            Some(_) => "s3:GetObjectVersion",
            None => "s3:GetObject",
        };
        requests.push(self.request(action, self.arn(bucket, key)));
        let buckets = &self.s3.buckets.all;
        match buckets
            .get(bucket)
            .and_then(|bucket| bucket.version(key, version))
        {
            Some(_) if content => self.uses_key("kms:Decrypt", bucket, key, requests),
            Some(_) => {}
            None => requests.push(self.request("s3:ListBucket", self.arn(bucket, ""))),
        }
    }

    fn writes(&self, call: &Call, bucket: &str, key: &str, requests: &mut Vec<Request>) {
        let mut put = self.request("s3:PutObject", self.arn(bucket, key));
        for name in [
            "x-amz-server-side-encryption",
            "x-amz-server-side-encryption-aws-kms-key-id",
        ] {
            let value = call.header(name);
            if !value.is_empty() {
                put = put.sent_on(ServiceCall::S3PutsObject, [(format!("s3:{name}"), value)]);
            }
        }
        requests.push(put);
        self.uses_key("kms:GenerateDataKey", bucket, key, requests);
        // What is uploaded in parts is decrypted when they are put together.
        // https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuAndPermissions.html
        if call.query("uploadId").is_some() || call.query("uploads").is_some() {
            self.uses_key("kms:Decrypt", bucket, key, requests);
        }
    }

    fn uses_key(&self, action: &str, bucket: &str, key: &str, requests: &mut Vec<Request>) {
        let Some(encryption) = self.s3.encryption(bucket) else {
            return;
        };
        let context = if encryption.bucket_key {
            self.arn(bucket, "")
        } else {
            self.arn(bucket, key)
        };
        let request = self.request(action, encryption.key).sent_on(
            ServiceCall::S3UsesKey,
            [
                (
                    "kms:ViaService",
                    format!("s3.{}.amazonaws.com", encryption.region),
                ),
                ("kms:EncryptionContext:aws:s3:arn", context),
            ],
        );
        requests.push(request);
    }
}
