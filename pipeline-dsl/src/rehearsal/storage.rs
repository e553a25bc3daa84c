//! S3 and SQS as a function in the cloud reaches them: signed with its role, over AWS's own protocol.

use std::collections::BTreeMap;

use aws_smithy_types::date_time::{DateTime, Format};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::local::{Answer, LocalCloud};

/// A session of a role in one region.
#[derive(Debug, Clone)]
pub(super) struct Session<'a> {
    pub(super) cloud: &'a LocalCloud,
    pub(super) role: &'a str,
    pub(super) region: &'a str,
}

/// A request that did not go through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CallFailed {
    pub(super) status: u16,
    pub(super) code: String,
    pub(super) message: String,
}

/// What is known of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) version: String,
    /// In seconds since 1970, as S3 tells it.
    pub(super) modified: i64,
    pub(super) metadata: BTreeMap<String, String>,
    pub(super) content_type: String,
}

/// A version in a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) key: String,
    pub(super) version: String,
    pub(super) is_latest: bool,
}

/// A key as it stands in a URL.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html>
fn encoded(key: &str) -> String {
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'/')
        .remove(b'-')
        .remove(b'_')
        .remove(b'.')
        .remove(b'~');
    utf8_percent_encode(key, KEPT).to_string()
}

impl std::fmt::Display for CallFailed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}: {}", self.code, self.message)
    }
}

impl Session<'_> {
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html>
    pub(super) fn head(&self, bucket: &str, key: &str, version: Option<&str>) -> Result<Head, CallFailed> {
        let query = version
            .map(|version| format!("?versionId={version}"))
            .unwrap_or_default();
        let answer = self.s3("HEAD", &format!("/{bucket}/{}{query}", encoded(key)), &[])?;
        let header = |name: &str| {
            let found = answer.headers.iter().find(|(header, _)| header == name);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let modified = DateTime::from_str(&header("last-modified"), Format::HttpDate);
        let metadata = answer.headers.iter().filter_map(|(name, value)| {
            let name = name.strip_prefix("x-amz-meta-")?;
            Some((name.to_owned(), value.clone()))
        });
        Ok(Head {
            version: header("x-amz-version-id"),
            modified: modified.map_or(0, |modified| modified.secs()),
            metadata: metadata.collect(),
            content_type: header("content-type"),
        })
    }

    /// Copies a version to a key, as its newest.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html>
    pub(super) fn copy(
        &self,
        from: (&str, &str, &str),
        to: (&str, &str),
        headers: &[(String, String)],
    ) -> Result<(), CallFailed> {
        let (bucket, key, version) = from;
        let mut all = vec![
            (
                "x-amz-copy-source".to_owned(),
                format!("{bucket}/{}?versionId={version}", encoded(key)),
            ),
            ("x-amz-metadata-directive".to_owned(), "REPLACE".to_owned()),
        ];
        all.extend_from_slice(headers);
        self.s3("PUT", &format!("/{}/{}", to.0, encoded(to.1)), &all)
            .map(drop)
    }

    /// Versions of the objects whose keys begin so, newest first.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html>
    pub(super) fn versions(&self, bucket: &str, prefix: &str) -> Result<Vec<Listed>, CallFailed> {
        let mut listed = Vec::new();
        let mut marker = String::new();
        loop {
            let answer = self.s3(
                "GET",
                &format!("/{bucket}?versions&prefix={}{marker}", encoded(prefix)),
                &[],
            )?;
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            let Ok(document) = roxmltree::Document::parse(&text) else {
                return Ok(listed);
            };
            let child = |node: roxmltree::Node<'_, '_>, name: &str| {
                let child = node.children().find(|child| child.tag_name().name() == name);
                child
                    .and_then(|child| child.text())
                    .unwrap_or_default()
                    .to_owned()
            };
            let versions = document
                .descendants()
                .filter(|node| node.tag_name().name() == "Version");
            listed.extend(versions.map(|version| Listed {
                key: child(version, "Key"),
                version: child(version, "VersionId"),
                is_latest: child(version, "IsLatest") == "true",
            }));
            let root = document.root_element();
            if child(root, "IsTruncated") != "true" {
                return Ok(listed);
            }
            marker = format!(
                "&key-marker={}&version-id-marker={}",
                encoded(&child(root, "NextKeyMarker")),
                child(root, "NextVersionIdMarker")
            );
        }
    }

    /// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html>
    pub(super) fn send(&self, queue: &str, body: &str, reason: &str) -> Result<(), CallFailed> {
        let reason = json!({"DataType": "String", "StringValue": reason});
        let body = json!({
            "QueueUrl": queue,
            "MessageBody": body,
            "MessageAttributes": {"ErrorMessage": reason},
        });
        let headers = [("x-amz-target".to_owned(), "AmazonSQS.SendMessage".to_owned())];
        self.call("sqs", "POST", "/", &headers, body.to_string().as_bytes())
            .map(drop)
    }

    fn s3(&self, method: &str, path: &str, headers: &[(String, String)]) -> Result<Answer, CallFailed> {
        self.call("s3", method, path, headers, &[])
    }

    fn call(
        &self,
        service: &str,
        method: &str,
        path: &str,
        headers: &[(String, String)],
        body: &[u8],
    ) -> Result<Answer, CallFailed> {
        let account = self.role.split(':').nth(4).unwrap_or_default();
        let region = self.region;
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential=ASIALOCAL{account}/20260101/{region}/{service}/aws4_request, SignedHeaders=host, \
             Signature=local"
        );
        let token = format!("{}|subscriber|", self.role);
        let signed = [
            ("authorization", authorization.as_str()),
            ("x-amz-security-token", token.as_str()),
        ];
        let given = headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let uri = format!("https://{service}.{region}.amazonaws.com{path}");
        let answer = self
            .cloud
            .answer(method, &uri, signed.into_iter().chain(given), body);
        if (200..300).contains(&answer.status) {
            return Ok(answer);
        }
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let of_xml = |name: &str| {
            let document = roxmltree::Document::parse(&text).ok()?;
            let found = document
                .descendants()
                .find(|node| node.tag_name().name() == name)?;
            found.text().map(ToOwned::to_owned)
        };
        let of_json = |name: &str| {
            let value: Value = serde_json::from_str(&text).ok()?;
            value.get(name)?.as_str().map(ToOwned::to_owned)
        };
        Err(CallFailed {
            status: answer.status,
            code: of_xml("Code")
                .or_else(|| of_json("__type"))
                .unwrap_or_else(|| answer.status.to_string()),
            message: of_xml("Message")
                .or_else(|| of_json("message"))
                // To a HEAD there is no body.
                .unwrap_or_else(|| match answer.status {
                    403 => "Forbidden".to_owned(),
                    404 => "Not Found".to_owned(),
                    status => status.to_string(),
                }),
        })
    }
}
