//! S3's actions on objects.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html>

use super::answers::document;
use super::buckets::Version;
use super::kept;
use super::received::received;
use super::state::S3;
use crate::local::http::answer::Answer;
use crate::local::http::call::Call;
use crate::local::http::credential::Credential;
use crate::local::http::ids::unique_id;
use crate::local::http::response::{ApiError, Xml};

/// As many as one request deletes.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html>
const MOST_DELETED: usize = 1_000;

pub(crate) fn get_object(
    s3: &mut S3<'_>,
    credential: &Credential,
    call: &Call,
    name: &str,
    key: &str,
) -> Result<Answer, ApiError> {
    s3.bucket(credential, call, name)?;
    let bucket = s3.buckets.all.get(name);
    let version = bucket.and_then(|bucket| bucket.version(key, call.query("versionId").as_deref()));
    let missing = || ApiError::not_found("NoSuchKey", "The specified key does not exist.");
    let version = version.ok_or_else(missing)?;
    let content = version.content.as_ref().ok_or_else(missing)?;
    let mut answer = Answer::new(200, String::new())
        .with("etag", version.etag())
        .with("content-type", version.content_type.clone())
        .with("last-modified", version.modified.to_http_date())
        .with("x-amz-version-id", version.id.clone());
    for (name, value) in &version.headers {
        answer.headers.push((name.clone().into(), value.clone()));
    }
    Ok(match call.method.as_str() {
        "HEAD" => answer.with("content-length", content.length.to_string()),
        _ => answer.with_bytes(s3.contents.read(content)?),
    })
}

impl S3<'_> {
    /// Deletes an object, or one version of it for good.
    fn delete_object(&mut self, name: &str, key: &str, version: Option<&str>) -> Result<(), ApiError> {
        let at = self.shared.clock.tick();
        let Some(bucket) = self.buckets.all.get_mut(name) else {
            return Ok(());
        };
        if version.is_none() && bucket.versioned {
            let mark = Version {
                id: unique_id(&[&bucket.name, key, &at.to_timestamp()]).replace('-', ""),
                modified: at,
                content: None,
                content_type: String::new(),
                headers: std::collections::BTreeMap::new(),
                parts: 0,
            };
            bucket.put(key, mark.clone());
            return Ok(self
                .shared
                .keep(|store| kept::save_version(store, name, key, &mark))?);
        }
        let gone: Vec<String> = match version {
            Some(id) => vec![id.to_owned()],
            None => bucket
                .objects
                .get(key)
                .into_iter()
                .flatten()
                .map(|version| version.id.clone())
                .collect(),
        };
        for id in gone {
            if let Some(bucket) = self.buckets.all.get_mut(name) {
                bucket.delete_version(key, &id);
            }
            self.shared.keep(|store| {
                kept::forget_version(store, name, key, &id);
                Ok(())
            })?;
        }
        self.release_content()
    }
}

pub(crate) fn delete_objects(
    s3: &mut S3<'_>,
    credential: &Credential,
    call: &Call,
    name: &str,
) -> Result<Answer, ApiError> {
    let text = String::from_utf8_lossy(&received(call)?).into_owned();
    let Ok(wanted) = roxmltree::Document::parse(&text) else {
        return Err(malformed());
    };
    s3.bucket(credential, call, name)?;
    let objects = wanted.descendants().filter(|node| node.has_tag_name_of("Object"));
    if objects.count() > MOST_DELETED {
        return Err(malformed());
    }
    for object in wanted.descendants().filter(|node| node.has_tag_name_of("Object")) {
        let text = |tag: &str| {
            let child = object.children().find(|child| child.has_tag_name_of(tag))?;
            child.text().map(str::to_owned)
        };
        if let Some(key) = text("Key") {
            s3.delete_object(name, &key, text("VersionId").as_deref())?;
        }
    }
    Ok(document("DeleteResult", &Xml::Fields(Vec::new())))
}

fn malformed() -> ApiError {
    let message =
        "The XML you provided was not well-formed or did not validate against our published schema.";
    ApiError::new("MalformedXML", message)
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

pub(crate) fn list_objects(
    s3: &mut S3<'_>,
    credential: &Credential,
    call: &Call,
    name: &str,
) -> Result<Answer, ApiError> {
    let prefix = call.query("prefix").unwrap_or_default();
    let bucket = s3.bucket(credential, call, name)?;
    let keys = bucket.objects.keys().filter(|key| key.starts_with(&prefix));
    let objects = keys.filter_map(|key| {
        let version = bucket.newest(key)?;
        let content = version.content.as_ref()?;
        let fields = vec![
            ("Key", Xml::text(key)),
            ("LastModified", Xml::text(version.modified.to_timestamp())),
            ("ETag", Xml::text(version.etag())),
            ("Size", Xml::text(content.length.to_string())),
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

pub(crate) fn list_versions(
    s3: &mut S3<'_>,
    credential: &Credential,
    call: &Call,
    name: &str,
) -> Result<Answer, ApiError> {
    /// As many as S3 shows at once.
    const PAGE: usize = 1_000;
    let prefix = call.query("prefix").unwrap_or_default();
    let bucket = s3.bucket(credential, call, name)?;
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
                entry.push(("Size", Xml::text(content.length.to_string())));
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

pub(crate) fn delete_object(
    s3: &mut S3<'_>,
    credential: &Credential,
    call: &Call,
    name: &str,
    key: &str,
) -> Result<Answer, ApiError> {
    s3.bucket(credential, call, name)?;
    s3.delete_object(name, key, call.query("versionId").as_deref())?;
    Ok(Answer::new(204, String::new()))
}
