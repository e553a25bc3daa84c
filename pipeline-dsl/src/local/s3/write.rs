//! Objects written into buckets: as a whole, by copy, in parts.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html>

use std::collections::BTreeMap;

use super::answers::document;
use super::buckets::{About, Upload, Version};
use super::kept;
use super::received::received;
use super::state::{Created, S3};
use crate::local::http::answer::Answer;
use crate::local::http::call::Call;
use crate::local::http::credential::Credential;
use crate::local::http::ids::unique_id;
use crate::local::http::response::{ApiError, Xml};
use crate::local::store::contents::Content;

impl About {
    /// What a request says of the object that it writes.
    fn of(call: &Call) -> Self {
        let tells = |name: &str| name.starts_with("x-amz-meta-") || name.starts_with(ENCRYPTION);
        let headers = call.headers.iter().filter(|(name, _)| tells(name));
        Self {
            content_type: call.header("content-type").to_owned(),
            headers: headers
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        }
    }
}

/// With what an object is encrypted, and with which key.
const ENCRYPTION: &str = "x-amz-server-side-encryption";

impl Version {
    /// No MD5 as AWS makes it of plain uploads, but the same for the same content; with the number of parts.
    pub(crate) fn etag(&self) -> String {
        let etag = etag_of(self.content.as_ref());
        match self.parts {
            0 => format!("\"{etag}\""),
            parts => format!("\"{etag}-{parts}\""),
        }
    }
}

fn etag_of(content: Option<&Content>) -> &str {
    content
        .and_then(|content| content.digest.get(..32))
        .unwrap_or_default()
}

impl S3<'_> {
    /// Writes a new version of an object, encrypted as the bucket does where nothing else is said.
    pub(crate) fn write_object(
        &mut self,
        bucket: &str,
        key: &str,
        mut about: About,
        content: Vec<u8>,
        parts: usize,
    ) -> Result<Version, ApiError> {
        let modified = self.shared.clock.tick();
        if let Some(encryption) = self.encryption(bucket) {
            let named = about.headers.entry(ENCRYPTION.to_owned());
            named.or_insert_with(|| "aws:kms".to_owned());
            let key = about.headers.entry(format!("{ENCRYPTION}-aws-kms-key-id"));
            key.or_insert(encryption.key);
        }
        let Some(into) = self.buckets.all.get(bucket) else {
            return Err(ApiError::not_found(
                "NoSuchBucket",
                "The specified bucket does not exist",
            ));
        };
        let id = if into.versioned {
            unique_id(&[bucket, key, &modified.to_timestamp()]).replace('-', "")
        } else {
            "null".to_owned()
        };
        if !into.kept {
            self.save_bucket(bucket)?;
        }
        let version = Version {
            id,
            modified,
            content: Some(self.contents.keep(content)?),
            content_type: about.content_type,
            headers: about.headers,
            parts,
        };
        self.shared
            .keep(|store| kept::save_version(store, bucket, key, &version))?;
        let into = self.buckets.all.get_mut(bucket);
        let replaced = into.map(|bucket| bucket.put(key, version.clone()));
        for old in replaced.into_iter().flatten() {
            if old.id != version.id {
                self.shared.keep(|store| {
                    kept::forget_version(store, bucket, key, &old.id);
                    Ok(())
                })?;
            }
            self.release_content()?;
        }
        if let Some(created) = self.created.as_mut() {
            created.push(Created {
                bucket: bucket.to_owned(),
                key: key.to_owned(),
                version_id: version.id.clone(),
            });
        }
        Ok(version)
    }
}

impl S3<'_> {
    fn bytes_of(&self, version: &Version) -> Result<Vec<u8>, ApiError> {
        match &version.content {
            Some(content) => Ok(self.contents.read(content)?),
            None => Ok(Vec::new()),
        }
    }
}

pub(crate) fn put_object(
    s3: &mut S3<'_>,
    credential: &Credential,
    call: &Call,
    name: &str,
    key: &str,
) -> Result<Answer, ApiError> {
    s3.bucket(credential, call, name)?;
    let version = s3.write_object(name, key, About::of(call), received(call)?, 0)?;
    Ok(Answer::new(200, String::new())
        .with("etag", version.etag())
        .with("x-amz-version-id", version.id))
}

/// What is copied: bucket, key and version.
pub(crate) fn copy_source(call: &Call) -> Option<(String, String, Option<String>)> {
    let source = call.header("x-amz-copy-source");
    let (path, version) = match source.split_once("?versionId=") {
        Some((path, version)) => (path, Some(version.to_owned())),
        None => (source, None),
    };
    let path = percent_encoding::percent_decode_str(path.trim_start_matches('/')).decode_utf8_lossy();
    let (bucket, key) = path.split_once('/')?;
    Some((bucket.to_owned(), key.to_owned(), version))
}

/// The version that is copied.
fn copied(s3: &mut S3<'_>, credential: &Credential, call: &Call) -> Result<Version, ApiError> {
    let missing = || ApiError::not_found("NoSuchKey", "The specified key does not exist.");
    let (bucket, key, version) = copy_source(call).ok_or_else(missing)?;
    // Whoever owns the destination need not own the source.
    let anybody = Call::default();
    let bucket = s3.bucket(credential, &anybody, &bucket)?;
    let found = bucket.version(&key, version.as_deref()).ok_or_else(missing)?;
    match found.content {
        Some(_) => Ok(found.clone()),
        None => Err(missing()),
    }
}

pub(crate) fn copy_object(
    s3: &mut S3<'_>,
    credential: &Credential,
    call: &Call,
    name: &str,
    key: &str,
) -> Result<Answer, ApiError> {
    let source = copied(s3, credential, call)?;
    let mut about = About::of(call);
    if call.header("x-amz-metadata-directive") != "REPLACE" {
        about.content_type.clone_from(&source.content_type);
        let metadata = source.headers.iter();
        let metadata = metadata.filter(|(name, _)| name.starts_with("x-amz-meta-"));
        about
            .headers
            .extend(metadata.map(|(name, value)| (name.clone(), value.clone())));
    }
    s3.bucket(credential, call, name)?;
    let content = s3.bytes_of(&source)?;
    let version = s3.write_object(name, key, about, content, 0)?;
    let fields = vec![
        ("ETag", Xml::text(version.etag())),
        ("LastModified", Xml::text(version.modified.to_timestamp())),
    ];
    Ok(document("CopyObjectResult", &Xml::Fields(fields))
        .with("x-amz-version-id", version.id)
        .with("x-amz-copy-source-version-id", source.id))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html>
pub(crate) fn create_upload(
    s3: &mut S3<'_>,
    credential: &Credential,
    call: &Call,
    name: &str,
    key: &str,
) -> Result<Answer, ApiError> {
    s3.bucket(credential, call, name)?;
    let now = s3.shared.clock.tick().to_timestamp();
    let id = unique_id(&[name, key, "upload", &now]).replace('-', "");
    let upload = Upload {
        bucket: name.to_owned(),
        key: key.to_owned(),
        about: About::of(call),
        parts: BTreeMap::new(),
    };
    s3.buckets.uploads.insert(id.clone(), upload);
    let fields = vec![
        ("Bucket", Xml::text(name)),
        ("Key", Xml::text(key)),
        ("UploadId", Xml::text(id)),
    ];
    Ok(document("InitiateMultipartUploadResult", &Xml::Fields(fields)))
}

pub(crate) fn upload_part(
    s3: &mut S3<'_>,
    credential: &Credential,
    call: &Call,
    name: &str,
) -> Result<Answer, ApiError> {
    s3.bucket(credential, call, name)?;
    let is_copy = !call.header("x-amz-copy-source").is_empty();
    let part = if is_copy {
        let source = copied(s3, credential, call)?;
        ranged(&s3.bytes_of(&source)?, call.header("x-amz-copy-source-range"))
    } else {
        received(call)?
    };
    upload(s3, call)?;
    let part = s3.contents.keep(part)?;
    let etag = format!("\"{}\"", etag_of(Some(&part)));
    let number = call.query("partNumber").and_then(|number| number.parse().ok());
    let number: u32 = number.ok_or_else(|| ApiError::new("InvalidArgument", "partNumber is no number"))?;
    upload(s3, call)?.parts.insert(number, part);
    if !is_copy {
        return Ok(Answer::new(200, String::new()).with("etag", etag));
    }
    Ok(document(
        "CopyPartResult",
        &Xml::Fields(vec![("ETag", Xml::text(etag))]),
    ))
}

/// `bytes=0-8388607` of a content; everything where no range is given.
fn ranged(content: &[u8], range: &str) -> Vec<u8> {
    let bounds = range
        .strip_prefix("bytes=")
        .and_then(|range| range.split_once('-'));
    let Some((from, to)) = bounds else {
        return content.to_vec();
    };
    let (from, to): (usize, usize) = (from.parse().unwrap_or(0), to.parse().unwrap_or(usize::MAX));
    let end = content.len().min(to.saturating_add(1));
    content.get(from..end).unwrap_or_default().to_vec()
}

fn upload<'a>(s3: &'a mut S3<'_>, call: &Call) -> Result<&'a mut Upload, ApiError> {
    let id = call.query("uploadId").unwrap_or_default();
    s3.buckets
        .uploads
        .get_mut(&id)
        .ok_or_else(|| ApiError::not_found("NoSuchUpload", "The specified multipart upload does not exist."))
}

pub(crate) fn complete_upload(
    s3: &mut S3<'_>,
    credential: &Credential,
    call: &Call,
    name: &str,
) -> Result<Answer, ApiError> {
    s3.bucket(credential, call, name)?;
    let id = call.query("uploadId").unwrap_or_default();
    let upload = upload(s3, call)?.clone();
    let mut content = Vec::new();
    for part in upload.parts.values() {
        content.extend(s3.contents.read(part)?);
    }
    let parts = upload.parts.len();
    let version = s3.write_object(&upload.bucket, &upload.key, upload.about, content, parts)?;
    s3.buckets.uploads.remove(&id);
    s3.release_content()?;
    let fields = vec![
        ("Bucket", Xml::text(upload.bucket)),
        ("Key", Xml::text(upload.key)),
        ("ETag", Xml::text(version.etag())),
    ];
    Ok(document("CompleteMultipartUploadResult", &Xml::Fields(fields)).with("x-amz-version-id", version.id))
}

pub(crate) fn abort_upload(
    s3: &mut S3<'_>,
    credential: &Credential,
    call: &Call,
    name: &str,
) -> Result<Answer, ApiError> {
    s3.bucket(credential, call, name)?;
    upload(s3, call)?;
    s3.buckets
        .uploads
        .remove(&call.query("uploadId").unwrap_or_default());
    s3.release_content()?;
    Ok(Answer::new(204, String::new()))
}
