//! S3, as far as templates go through it and buckets are emptied.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html>

use std::collections::BTreeMap;

use super::answers::{document, refused};
use super::buckets::Bucket;
use super::objects::{delete_object, delete_objects, get_object, list_objects, list_versions};
use super::permission::permitted;
use super::received::received;
use super::state::S3;
use super::write::{abort_upload, complete_upload, copy_object, create_upload, put_object, upload_part};
use crate::local::http::answer::Answer;
use crate::local::http::call::Call;
use crate::local::http::credential::Credential;
use crate::local::http::names::{check_bucket, check_key};
use crate::local::http::response::{ApiError, Xml};

/// The bytes of what is configured at a bucket: more than the thousand rules that a life cycle may have.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html>
const LARGEST_CONFIGURATION: usize = 1_000_000;

/// Answers a request, whose errors have a form of their own.
pub(crate) fn answer(s3: &mut S3<'_>, credential: &Credential, call: &Call) -> Answer {
    act(s3, credential, call).unwrap_or_else(|error| refused(call, &error))
}

/// Bucket and key, in the host's name or in the path.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html>
fn address(call: &Call) -> (String, String) {
    let decode = |text: &str| {
        percent_encoding::percent_decode_str(text)
            .decode_utf8_lossy()
            .into_owned()
    };
    let path = call.path.trim_start_matches('/');
    let in_host = call
        .host
        .split_once(".s3.")
        .or_else(|| call.host.split_once(".s3-"));
    match in_host {
        Some((bucket, _)) => (bucket.to_owned(), decode(path)),
        None => match path.split_once('/') {
            Some((bucket, key)) => (decode(bucket), decode(key)),
            None => (decode(path), String::new()),
        },
    }
}

fn act(s3: &mut S3<'_>, credential: &Credential, call: &Call) -> Result<Answer, ApiError> {
    let (bucket, key) = address(call);
    let subresource = call.query.split(['&', '=']).next().unwrap_or_default().to_owned();
    let in_parts = call.query("uploadId").is_some();
    if !bucket.is_empty() {
        check_bucket(&bucket)?;
        check_key(&key)?;
    }
    let credential = &permitted(s3, credential, call, &bucket, &key)?;
    match (call.method.as_str(), bucket.as_str(), key.as_str()) {
        ("GET", "", _) => Ok(list_buckets(s3, credential)),
        ("PUT", _, "") if is_configuration(&subresource) => {
            configure(s3, credential, call, &bucket, &subresource)
        }
        ("PUT", _, "") => create_bucket(s3, credential, call, &bucket),
        ("HEAD", _, "") => s3
            .bucket(credential, call, &bucket)
            .map(|_| Answer::new(200, String::new())),
        ("DELETE", _, "") => delete_bucket(s3, credential, call, &bucket),
        ("GET", _, "") if subresource == "versions" => list_versions(s3, credential, call, &bucket),
        ("GET", _, "") if is_configuration(&subresource) => {
            configuration(s3, credential, call, &bucket, &subresource)
        }
        ("GET", _, "") => list_objects(s3, credential, call, &bucket),
        ("POST", _, "") if subresource == "delete" => delete_objects(s3, credential, call, &bucket),
        ("POST", ..) if call.query("uploads").is_some() => create_upload(s3, credential, call, &bucket, &key),
        ("POST", ..) if in_parts => complete_upload(s3, credential, call, &bucket),
        ("PUT", ..) if in_parts => upload_part(s3, credential, call, &bucket),
        ("DELETE", ..) if in_parts => abort_upload(s3, credential, call, &bucket),
        ("PUT", ..) if !call.header("x-amz-copy-source").is_empty() => {
            copy_object(s3, credential, call, &bucket, &key)
        }
        ("PUT", ..) => put_object(s3, credential, call, &bucket, &key),
        ("GET" | "HEAD", ..) => get_object(s3, credential, call, &bucket, &key),
        ("DELETE", ..) => delete_object(s3, credential, call, &bucket, &key),
        (method, ..) => {
            let message = format!("the local cloud does not know {method} {} of S3", call.path);
            Err(ApiError::new("NotImplemented", message))
        }
    }
}

fn is_configuration(subresource: &str) -> bool {
    matches!(
        subresource,
        "versioning" | "publicAccessBlock" | "lifecycle" | "encryption" | "policy" | "tagging" | "location"
    )
}

fn list_buckets(s3: &mut S3<'_>, credential: &Credential) -> Answer {
    let known: Vec<String> = s3.buckets.all.keys().cloned().collect();
    for name in known.into_iter().chain(s3.shared.index.bucket_names()) {
        s3.adopt(&name);
    }
    let own = s3
        .buckets
        .all
        .values()
        .filter(|bucket| bucket.account == credential.account);
    let buckets = own.map(|bucket| {
        let fields = vec![
            ("Name", Xml::text(&bucket.name)),
            ("CreationDate", Xml::text(bucket.created.to_timestamp())),
        ];
        ("Bucket", Xml::Fields(fields))
    });
    let buckets = Xml::Fields(buckets.collect());
    document("ListAllMyBucketsResult", &Xml::Fields(vec![("Buckets", buckets)]))
}

fn create_bucket(
    s3: &mut S3<'_>,
    credential: &Credential,
    call: &Call,
    name: &str,
) -> Result<Answer, ApiError> {
    s3.adopt(name);
    if let Some(bucket) = s3.buckets.all.get(name) {
        return Err(if bucket.account == credential.account {
            ApiError::conflict("BucketAlreadyOwnedByYou", "you have a bucket of that name")
        } else {
            ApiError::conflict("BucketAlreadyExists", "somebody has a bucket of that name")
        });
    }
    let suffix = format!("-{}-{}-an", credential.account, credential.region);
    let regional = call.header("x-amz-bucket-namespace") == "account-regional";
    if regional != name.ends_with(&suffix) {
        return Err(ApiError::new(
            "InvalidBucketName",
            "The specified bucket is not valid.",
        ));
    }
    let created = s3.shared.clock.tick();
    let bucket = Bucket {
        name: name.to_owned(),
        account: credential.account.clone(),
        region: credential.region.clone(),
        created,
        versioned: false,
        by_call: true,
        kept: false,
        configuration: BTreeMap::new(),
        objects: BTreeMap::new(),
    };
    s3.buckets.all.insert(name.to_owned(), bucket);
    s3.save_bucket(name)?;
    Ok(Answer::new(200, String::new()).with("location", format!("/{name}")))
}

fn delete_bucket(
    s3: &mut S3<'_>,
    credential: &Credential,
    call: &Call,
    name: &str,
) -> Result<Answer, ApiError> {
    let bucket = s3.bucket(credential, call, name)?;
    if !bucket.objects.is_empty() {
        return Err(ApiError::conflict(
            "BucketNotEmpty",
            "The bucket you tried to delete is not empty",
        ));
    }
    s3.buckets.all.remove(name);
    let arns = ["aws", "aws-cn", "aws-us-gov"].map(|partition| format!("arn:{partition}:s3:::{name}"));
    for arn in arns {
        s3.shared.index.forget(&arn);
    }
    s3.save_bucket(name)?;
    Ok(Answer::new(204, String::new()))
}

fn configure(
    s3: &mut S3<'_>,
    credential: &Credential,
    call: &Call,
    name: &str,
    subresource: &str,
) -> Result<Answer, ApiError> {
    let text = String::from_utf8_lossy(&received(call)?).into_owned();
    if text.len() > LARGEST_CONFIGURATION {
        return Err(ApiError::new(
            "EntityTooLarge",
            "Your proposed upload exceeds the maximum allowed size.",
        ));
    }
    let bucket = s3.bucket(credential, call, name)?;
    if subresource == "versioning" {
        bucket.versioned = text.contains("<Status>Enabled</Status>");
    }
    bucket.configuration.insert(subresource.to_owned(), text);
    s3.save_bucket(name)?;
    Ok(Answer::new(200, String::new()))
}

fn configuration(
    s3: &mut S3<'_>,
    credential: &Credential,
    call: &Call,
    name: &str,
    subresource: &str,
) -> Result<Answer, ApiError> {
    let bucket = s3.bucket(credential, call, name)?;
    match bucket.configuration.get(subresource) {
        Some(text) => Ok(Answer::new(200, text.clone())),
        None if subresource == "location" => Ok(document("LocationConstraint", &Xml::text(&bucket.region))),
        None if subresource == "versioning" => {
            let status = vec![("Status", Xml::text("Enabled"))];
            let status = if bucket.versioned { status } else { Vec::new() };
            Ok(document("VersioningConfiguration", &Xml::Fields(status)))
        }
        None => Err(ApiError::not_found(
            "NoSuchConfiguration",
            "it was never configured",
        )),
    }
}
