//! S3, as far as templates go through it and buckets are emptied.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html>

use std::collections::BTreeMap;

use super::buckets::Bucket;
use super::objects::{delete_object, delete_objects, get_object, list_objects, list_versions};
use super::permission::permitted;
use super::received::received;
use super::write::{abort_upload, complete_upload, copy_object, create_upload, put_object, upload_part};
use crate::local::front::routing::Answer;
use crate::local::http::call::Call;
use crate::local::http::credential::Credential;
use crate::local::http::names::{check_bucket, check_key};
use crate::local::http::response::{ApiError, Xml, element};
use crate::local::stacks::index::Owner;
use crate::local::state::State;

const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

/// The bytes of what is configured at a bucket: more than the thousand rules that a life cycle may have.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html>
const LARGEST_CONFIGURATION: usize = 1_000_000;

/// Answers a request, whose errors have a form of their own.
pub(in crate::local) fn answer(state: &mut State, credential: &Credential, call: &Call) -> Answer {
    act(state, credential, call).unwrap_or_else(|error| refused(call, &error))
}

pub(in crate::local) fn refused(call: &Call, error: &ApiError) -> Answer {
    let mut body = String::new();
    let fields = Xml::Fields(vec![
        ("Code", Xml::text(error.code)),
        ("Message", Xml::text(&error.message)),
        ("RequestId", Xml::text("local")),
    ]);
    element("Error", &fields, &mut body);
    // A HEAD has no body to say it in.
    if call.method == "HEAD" {
        body.clear();
    }
    Answer::new(error.status, body)
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

fn act(state: &mut State, credential: &Credential, call: &Call) -> Result<Answer, ApiError> {
    let (bucket, key) = address(call);
    let subresource = call.query.split(['&', '=']).next().unwrap_or_default().to_owned();
    let in_parts = call.query("uploadId").is_some();
    if !bucket.is_empty() {
        check_bucket(&bucket)?;
        check_key(&key)?;
    }
    let credential = &permitted(state, credential, call, &bucket, &key)?;
    match (call.method.as_str(), bucket.as_str(), key.as_str()) {
        ("GET", "", _) => Ok(list_buckets(state, credential)),
        ("PUT", _, "") if is_configuration(&subresource) => {
            configure(state, credential, call, &bucket, &subresource)
        }
        ("PUT", _, "") => create_bucket(state, credential, call, &bucket),
        ("HEAD", _, "") => state
            .bucket(credential, call, &bucket)
            .map(|_| Answer::new(200, String::new())),
        ("DELETE", _, "") => delete_bucket(state, credential, call, &bucket),
        ("GET", _, "") if subresource == "versions" => list_versions(state, credential, call, &bucket),
        ("GET", _, "") if is_configuration(&subresource) => {
            configuration(state, credential, call, &bucket, &subresource)
        }
        ("GET", _, "") => list_objects(state, credential, call, &bucket),
        ("POST", _, "") if subresource == "delete" => delete_objects(state, credential, call, &bucket),
        ("POST", ..) if call.query("uploads").is_some() => {
            create_upload(state, credential, call, &bucket, &key)
        }
        ("POST", ..) if in_parts => complete_upload(state, credential, call, &bucket),
        ("PUT", ..) if in_parts => upload_part(state, credential, call, &bucket),
        ("DELETE", ..) if in_parts => abort_upload(state, credential, call, &bucket),
        ("PUT", ..) if !call.header("x-amz-copy-source").is_empty() => {
            copy_object(state, credential, call, &bucket, &key)
        }
        ("PUT", ..) => put_object(state, credential, call, &bucket, &key),
        ("GET" | "HEAD", ..) => get_object(state, credential, call, &bucket, &key),
        ("DELETE", ..) => delete_object(state, credential, call, &bucket, &key),
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

impl State {
    /// A bucket that the caller may use: their own. Of others nothing is known here but that they exist.
    pub(in crate::local) fn bucket(
        &mut self,
        credential: &Credential,
        call: &Call,
        name: &str,
    ) -> Result<&mut Bucket, ApiError> {
        self.adopt(name);
        let Some(bucket) = self.buckets.all.get_mut(name) else {
            return Err(ApiError::not_found(
                "NoSuchBucket",
                "The specified bucket does not exist",
            ));
        };
        let expected = call.header("x-amz-expected-bucket-owner");
        let own = bucket.account == credential.account || credential.permitted;
        if !own || (!expected.is_empty() && expected != bucket.account) {
            return Err(ApiError::denied("AccessDenied", "Access Denied"));
        }
        Ok(bucket)
    }

    /// A bucket of a stack is there as soon as its resource is, and goes with it.
    pub(in crate::local) fn adopt(&mut self, name: &str) {
        let owner = self.bucket_owner(name).map(|(_, owner)| owner.clone());
        let Some(owner) = owner else {
            // A bucket with objects in it cannot be deleted: its stack is not as far yet.
            let there = self.buckets.all.get(name);
            if there.is_some_and(|bucket| !bucket.by_call && bucket.objects.is_empty()) {
                self.buckets.all.remove(name);
            }
            return;
        };
        let Some(stack) = self.stacks.get(&owner.stack) else {
            return;
        };
        // An empty one may be what an earlier stack had.
        let there = self.buckets.all.get(name);
        let same = |bucket: &Bucket| {
            bucket.by_call
                || !bucket.objects.is_empty()
                || (&bucket.account, &bucket.region) == (&stack.account, &stack.region)
        };
        if there.is_some_and(same) {
            return;
        }
        let resource = stack.resources.get(&owner.logical_id);
        let properties = resource.map(|bucket| bucket.properties.value());
        let status = properties
            .as_ref()
            .and_then(|properties| properties.pointer("/VersioningConfiguration/Status"));
        let bucket = Bucket {
            name: name.to_owned(),
            account: stack.account.clone(),
            region: stack.region.clone(),
            created: stack.created,
            versioned: status.is_some_and(|status| status == "Enabled"),
            by_call: false,
            kept: false,
            configuration: BTreeMap::new(),
            objects: BTreeMap::new(),
        };
        self.buckets.all.insert(name.to_owned(), bucket);
    }

    /// The resource that is this bucket, and its partition.
    pub(in crate::local) fn bucket_owner(&self, name: &str) -> Option<(&'static str, &Owner)> {
        ["aws", "aws-cn", "aws-us-gov"].into_iter().find_map(|partition| {
            let owner = self.index.get(&format!("arn:{partition}:s3:::{name}"))?;
            Some((partition, owner))
        })
    }

    pub(in crate::local) fn save_bucket(&mut self, name: &str) -> Result<(), ApiError> {
        let Some(bucket) = self.buckets.all.get_mut(name) else {
            return Ok(self.keep(|store| {
                store.forget_bucket(name);
                Ok(())
            })?);
        };
        bucket.kept = true;
        match self.buckets.all.get(name) {
            Some(bucket) => Ok(self.keep(|store| store.save_bucket(bucket))?),
            None => Ok(()),
        }
    }
}

fn list_buckets(state: &mut State, credential: &Credential) -> Answer {
    let known: Vec<String> = state.buckets.all.keys().cloned().collect();
    for name in known.into_iter().chain(state.index.bucket_names()) {
        state.adopt(&name);
    }
    let own = state
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

pub(in crate::local) fn document(name: &str, content: &Xml) -> Answer {
    let mut inner = String::new();
    content.write(&mut inner);
    Answer::new(200, format!("<{name} xmlns=\"{NAMESPACE}\">{inner}</{name}>"))
}

fn create_bucket(
    state: &mut State,
    credential: &Credential,
    call: &Call,
    name: &str,
) -> Result<Answer, ApiError> {
    state.adopt(name);
    if let Some(bucket) = state.buckets.all.get(name) {
        return Err(match bucket.account == credential.account {
            true => ApiError::conflict("BucketAlreadyOwnedByYou", "you have a bucket of that name"),
            false => ApiError::conflict("BucketAlreadyExists", "somebody has a bucket of that name"),
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
    let created = state.clock.tick();
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
    state.buckets.all.insert(name.to_owned(), bucket);
    state.save_bucket(name)?;
    Ok(Answer::new(200, String::new()).with("location", format!("/{name}")))
}

fn delete_bucket(
    state: &mut State,
    credential: &Credential,
    call: &Call,
    name: &str,
) -> Result<Answer, ApiError> {
    let bucket = state.bucket(credential, call, name)?;
    if !bucket.objects.is_empty() {
        return Err(ApiError::conflict(
            "BucketNotEmpty",
            "The bucket you tried to delete is not empty",
        ));
    }
    state.buckets.all.remove(name);
    let arns = ["aws", "aws-cn", "aws-us-gov"].map(|partition| format!("arn:{partition}:s3:::{name}"));
    for arn in arns {
        state.index.forget(&arn);
    }
    state.save_bucket(name)?;
    Ok(Answer::new(204, String::new()))
}

fn configure(
    state: &mut State,
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
    let bucket = state.bucket(credential, call, name)?;
    if subresource == "versioning" {
        bucket.versioned = text.contains("<Status>Enabled</Status>");
    }
    bucket.configuration.insert(subresource.to_owned(), text);
    state.save_bucket(name)?;
    Ok(Answer::new(200, String::new()))
}

fn configuration(
    state: &mut State,
    credential: &Credential,
    call: &Call,
    name: &str,
    subresource: &str,
) -> Result<Answer, ApiError> {
    let bucket = state.bucket(credential, call, name)?;
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
