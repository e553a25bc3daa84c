//! The local cloud under abuse: hostile requests, hostile files, and moments at which it is ended.

use std::fs;
use std::path::{Path, PathBuf};

use pipeline_dsl::local::{Answer, LocalCloud};

const ACCOUNT: &str = "111111111111";

/// Somebody who asks the local cloud, in us-east-1.
struct Caller<'a> {
    cloud: &'a LocalCloud,
    account: &'a str,
}

impl Caller<'_> {
    fn ask(&self, service: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let credential = format!(
            "AWS4-HMAC-SHA256 Credential={}/20260101/us-east-1/{service}/aws4_request, SignedHeaders=host",
            self.account
        );
        let signed = std::iter::once(("authorization", credential.as_str()));
        let headers = signed.chain(headers.iter().copied());
        let uri = format!("http://127.0.0.1:4599{path}");
        self.cloud.answer(method, &uri, headers, body)
    }

    fn s3(&self, method: &str, path: &str, body: &[u8]) -> Answer {
        self.ask("s3", method, path, &[], body)
    }

    fn sqs(&self, action: &str, body: &serde_json::Value) -> Answer {
        let target = format!("AmazonSQS.{action}");
        let body = body.to_string();
        self.ask(
            "sqs",
            "POST",
            "/",
            &[("x-amz-target", target.as_str())],
            body.as_bytes(),
        )
    }
}

fn owner(cloud: &LocalCloud) -> Caller<'_> {
    Caller {
        cloud,
        account: ACCOUNT,
    }
}

fn text(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}

/// Every file below a directory.
fn files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![directory.to_owned()];
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => waiting.push(path),
                false => found.push(path),
            }
        }
    }
    found.sort();
    found
}

#[test]
fn names_are_names_and_never_paths() {
    let place = tempfile::tempdir().unwrap();
    let state = place.path().join("a/b/state");
    fs::create_dir_all(&state).unwrap();
    let package = place.path().join("package.json");
    fs::write(&package, "mine").unwrap();
    let absolute = package
        .with_extension("")
        .display()
        .to_string()
        .replace('/', "%2F");
    let cloud = LocalCloud::open(&state).unwrap();
    let owner = owner(&cloud);
    for name in [
        "..%2F..%2F..%2Fpackage",
        "..%2f..%2f..%2f..%2fpackage",
        "..",
        &absolute,
        "a%00b",
        "A_b",
    ] {
        for method in ["PUT", "GET", "DELETE"] {
            let answer = owner.s3(method, &format!("/{name}"), b"");
            assert_eq!(answer.status, 400, "{method} {name}: {}", text(&answer));
            assert!(
                text(&answer).contains("<Code>InvalidBucketName</Code>"),
                "{}",
                text(&answer)
            );
        }
    }
    for name in ["../../../../package", "/etc/passwd", "", "a.fifo"] {
        let answer = owner.sqs("CreateQueue", &serde_json::json!({"QueueName": name}));
        assert_eq!(answer.status, 400, "{name}");
        assert!(
            text(&answer).contains("InvalidParameterValue"),
            "{}",
            text(&answer)
        );
    }
    assert_eq!(fs::read_to_string(&package).unwrap(), "mine");
    let outside: Vec<PathBuf> = files(place.path())
        .into_iter()
        .filter(|path| !path.starts_with(&state))
        .collect();
    assert_eq!(outside, [package]);
}

#[test]
fn what_is_named_well_is_kept() {
    let state = tempfile::tempdir().unwrap();
    let cloud = LocalCloud::open(state.path()).unwrap();
    assert_eq!(owner(&cloud).s3("PUT", "/good-name", b"").status, 200);
    assert_eq!(
        owner(&cloud)
            .s3("PUT", "/good-name/..%2F..%2Fkey", b"content")
            .status,
        200
    );
    let made = owner(&cloud).sqs("CreateQueue", &serde_json::json!({"QueueName": "good_name"}));
    assert_eq!(made.status, 200, "{}", text(&made));
    drop(cloud);
    let cloud = LocalCloud::open(state.path()).unwrap();
    let found = owner(&cloud).s3("GET", "/good-name/..%2F..%2Fkey", b"");
    assert_eq!((found.status, found.body.as_slice()), (200, &b"content"[..]));
}
