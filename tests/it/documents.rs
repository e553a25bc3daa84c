//! What the documents say of the code is what the code does.

use std::fs;
use std::path::Path;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// What AWS calls the permission, where it is not the call's name.
fn permissions(call: &str) -> &[&str] {
    match call {
        "HeadObject" => &["GetObject", "ListBucket"],
        "ListObjectVersions" => &["ListBucketVersions"],
        "DeleteObjects" => &["DeleteObjectVersion"],
        "PutPublicAccessBlock" => &["PutBucketPublicAccessBlock"],
        "PutBucketLifecycleConfiguration" => &["PutLifecycleConfiguration"],
        "Invoke" => &["InvokeFunction"],
        // Everybody may.
        // https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
        "GetCallerIdentity" => &[],
        _ => &["itself"],
    }
}

#[test]
fn every_call_to_aws_is_in_the_list_of_permissions() {
    let document = read("docs/deployment.md");
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipeline-dsl/src/deploy/aws");
    let mut calls = 0;
    for entry in fs::read_dir(directory).unwrap() {
        let code = fs::read_to_string(entry.unwrap().path()).unwrap();
        for rest in code.split("CallError::of(\"").skip(1) {
            let call = rest.split('"').next().unwrap();
            calls += 1;
            for permission in permissions(call) {
                let permission = if *permission == "itself" { call } else { permission };
                let named = [format!("`{permission}`"), format!(":{permission}`")];
                assert!(
                    named.iter().any(|named| document.contains(named)),
                    "{call} is not in docs/deployment.md"
                );
            }
        }
    }
    assert!(calls > 20, "{calls}");
}

#[test]
fn the_emulators_are_those_that_the_document_compares() {
    let document = read("docs/local-cloud.md");
    for line in read("tests/interop/requirements.txt").lines() {
        let Some((name, version)) = line.split_once("==") else {
            continue;
        };
        let name = name.split('[').next().unwrap();
        if matches!(name, "moto" | "ministack") {
            assert!(
                document.contains(&format!("{name} {version}")),
                "{name} {version} is not in docs/local-cloud.md"
            );
        }
    }
}
