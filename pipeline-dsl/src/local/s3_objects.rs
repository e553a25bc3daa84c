//! S3's actions on objects.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html>

use super::State;
use super::api::Answer;
use super::buckets::{Bucket, Version};
use super::call::Call;
use super::clock::Moment;
use super::credential::Credential;
use super::resources::unique_id;
use super::response::{ApiError, Xml};
use super::s3::document;

pub(super) fn get_object(
    state: &mut State,
    credential: &Credential,
    call: &Call,
    name: &str,
    key: &str,
) -> Result<Answer, ApiError> {
    let bucket = state.bucket(credential, call, name)?;
    let version = bucket.version(key, call.query("versionId").as_deref());
    let missing = || ApiError::not_found("NoSuchKey", "The specified key does not exist.");
    let version = version.ok_or_else(missing)?;
    let content = version.content.clone().ok_or_else(missing)?;
    let mut answer = Answer::new(200, String::new())
        .with("etag", version.etag())
        .with("content-type", version.content_type.clone())
        .with("last-modified", version.modified.to_http_date())
        .with("x-amz-version-id", version.id.clone());
    for (name, value) in &version.headers {
        answer.headers.push((name.clone().into(), value.clone()));
    }
    Ok(match call.method.as_str() {
        "HEAD" => answer.with("content-length", content.len().to_string()),
        _ => answer.with_bytes(content),
    })
}

fn delete(bucket: &mut Bucket, key: &str, version: Option<&str>, at: Moment) {
    match version {
        Some(id) => bucket.delete_version(key, id),
        None if bucket.versioned => {
            let id = unique_id(&[&bucket.name, key, &at.to_timestamp()]).replace('-', "");
            let mark = Version {
                id,
                modified: at,
                content: None,
                content_type: String::new(),
                headers: std::collections::BTreeMap::new(),
                parts: 0,
            };
            bucket.put(key, mark);
        }
        None => drop(bucket.objects.remove(key)),
    }
}

pub(super) fn delete_objects(
    state: &mut State,
    credential: &Credential,
    call: &Call,
    name: &str,
) -> Result<Answer, ApiError> {
    let at = state.clock.tick();
    let text = String::from_utf8_lossy(&call.body).into_owned();
    let Ok(wanted) = roxmltree::Document::parse(&text) else {
        return Err(ApiError::new(
            "MalformedXML",
            "The XML you provided was not well-formed",
        ));
    };
    let bucket = state.bucket(credential, call, name)?;
    for object in wanted.descendants().filter(|node| node.has_tag_name_of("Object")) {
        let text = |tag: &str| {
            let child = object.children().find(|child| child.has_tag_name_of(tag))?;
            child.text().map(str::to_owned)
        };
        if let Some(key) = text("Key") {
            delete(bucket, &key, text("VersionId").as_deref(), at);
        }
    }
    state.save_bucket(name)?;
    Ok(document("DeleteResult", &Xml::Fields(Vec::new())))
}

/// Elements by their name, whatever their namespace.
trait Named {
    fn has_tag_name_of(&self, name: &str) -> bool;
}

impl Named for roxmltree::Node<'_, '_> {
    fn has_tag_name_of(&self, name: &str) -> bool {
        self.tag_name().name() == name
    }
}

pub(super) fn list_objects(
    state: &mut State,
    credential: &Credential,
    call: &Call,
    name: &str,
) -> Result<Answer, ApiError> {
    let prefix = call.query("prefix").unwrap_or_default();
    let bucket = state.bucket(credential, call, name)?;
    let keys = bucket.objects.keys().filter(|key| key.starts_with(&prefix));
    let objects = keys.filter_map(|key| {
        let version = bucket.newest(key)?;
        let content = version.content.as_deref()?;
        let fields = vec![
            ("Key", Xml::text(key)),
            ("LastModified", Xml::text(version.modified.to_timestamp())),
            ("ETag", Xml::text(version.etag())),
            ("Size", Xml::text(content.len().to_string())),
            ("StorageClass", Xml::text("STANDARD")),
        ];
        Some(("Contents", Xml::Fields(fields)))
    });
    let mut fields = vec![("Name", Xml::text(name)), ("IsTruncated", Xml::text("false"))];
    fields.extend(objects);
    fields.push(("KeyCount", Xml::text((fields.len() - 2).to_string())));
    Ok(document("ListBucketResult", &Xml::Fields(fields)))
}

/// What comes behind the markers of the page before.
fn after<'a>(
    versions: impl Iterator<Item = (&'a String, &'a Version, bool)>,
    call: &Call,
) -> impl Iterator<Item = (&'a String, &'a Version, bool)> {
    let marker = call.query("key-marker").filter(|marker| !marker.is_empty());
    let version_marker = call
        .query("version-id-marker")
        .filter(|marker| !marker.is_empty());
    let mut reached = false;
    versions.filter(move |(key, version, _)| {
        let Some(marker) = &marker else { return true };
        match (key.as_str().cmp(marker), &version_marker) {
            (std::cmp::Ordering::Less, _) | (std::cmp::Ordering::Equal, None) => false,
            (std::cmp::Ordering::Greater, _) => true,
            (std::cmp::Ordering::Equal, Some(_)) if reached => true,
            (std::cmp::Ordering::Equal, Some(id)) => {
                reached = version.id == *id;
                false
            }
        }
    })
}

pub(super) fn list_versions(
    state: &mut State,
    credential: &Credential,
    call: &Call,
    name: &str,
) -> Result<Answer, ApiError> {
    /// As many as S3 shows at once.
    const PAGE: usize = 1_000;
    let prefix = call.query("prefix").unwrap_or_default();
    let bucket = state.bucket(credential, call, name)?;
    let objects = bucket.objects.iter().filter(|(key, _)| key.starts_with(&prefix));
    let versions = objects.flat_map(|(key, versions)| {
        let newest = versions.len().saturating_sub(1);
        let versions = versions.iter().enumerate().rev();
        versions.map(move |(position, version)| (key, version, position == newest))
    });
    let mut fields = vec![("Name", Xml::text(name))];
    let mut versions = after(versions, call).peekable();
    let mut last = (String::new(), String::new());
    for (key, version, is_latest) in versions.by_ref().take(PAGE) {
        last = (key.clone(), version.id.clone());
        let mut entry = vec![
            ("Key", Xml::text(key)),
            ("VersionId", Xml::text(&version.id)),
            ("IsLatest", Xml::text(is_latest.to_string())),
            ("LastModified", Xml::text(version.modified.to_timestamp())),
        ];
        match &version.content {
            Some(content) => {
                entry.push(("ETag", Xml::text(version.etag())));
                entry.push(("Size", Xml::text(content.len().to_string())));
                fields.push(("Version", Xml::Fields(entry)));
            }
            None => fields.push(("DeleteMarker", Xml::Fields(entry))),
        }
    }
    let is_truncated = versions.peek().is_some();
    fields.push(("IsTruncated", Xml::text(is_truncated.to_string())));
    if is_truncated {
        fields.push(("NextKeyMarker", Xml::text(last.0)));
        fields.push(("NextVersionIdMarker", Xml::text(last.1)));
    }
    Ok(document("ListVersionsResult", &Xml::Fields(fields)))
}

pub(super) fn delete_object(
    state: &mut State,
    credential: &Credential,
    call: &Call,
    name: &str,
    key: &str,
) -> Result<Answer, ApiError> {
    let at = state.clock.tick();
    let bucket = state.bucket(credential, call, name)?;
    delete(bucket, key, call.query("versionId").as_deref(), at);
    state.save_bucket(name)?;
    Ok(Answer::new(204, String::new()))
}
