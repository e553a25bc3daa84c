//! What the documents say of the code is what the code does.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use pipeline_dsl::policy::{Caller, Evidence, ServiceCall};

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)).unwrap()
}

/// What AWS calls the permission, where it is not the call's name.
fn permissions(call: &str) -> &[&str] {
    match call {
        "HeadObject" => &["GetObject", "ListBucket"],
        "ListObjectVersions" => &["ListBucketVersions"],
        "DeleteObject" | "DeleteObjects" => &["DeleteObjectVersion"],
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
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/deploy/aws");
    let mut calls = 0;
    let inside = |directory: &Path| {
        let entries = fs::read_dir(directory).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect::<Vec<_>>()
    };
    let files = [inside(&directory), inside(&directory.join("services"))].concat();
    for file in files.iter().filter(|file| file.is_file()) {
        let code = fs::read_to_string(file).unwrap();
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

/// The table of what AWS sends, as `docs/access-proof.md` has it.
fn table_of_service_calls() -> String {
    let mut table = String::from("| call | by | condition key | how we know |\n|---|---|---|---|\n");
    for call in ServiceCall::ALL {
        let facts = call.facts();
        let caller = match facts.caller {
            Caller::Service(principal) => format!("`{principal}`"),
            Caller::Federated => "whoever has a token".to_owned(),
            Caller::Principal => "a role or an administrator".to_owned(),
        };
        let what = match (facts.actions, call) {
            ([], ServiceCall::AnyRequest) => "any request".to_owned(),
            ([], ServiceCall::AnyPrincipal) => "any request of somebody in an account".to_owned(),
            ([], ServiceCall::ThroughCloudFormation) => "any request through CloudFormation".to_owned(),
            ([], ServiceCall::TaggedResource) => "a request to a resource with tags".to_owned(),
            ([], ServiceCall::TagsResource) => "a request that tags a resource".to_owned(),
            (actions, _) => format!("`{}`", actions.join("`, `")),
        };
        for sent in facts.sent {
            let evidence = match sent.evidence {
                Evidence::Documented { page, quote } => format!("[documented]({page}): \"{quote}\""),
                Evidence::Seen { place, what } => format!("[seen]({place}): {what}"),
                Evidence::Assumed { otherwise } => format!("**assumed**; if it were not sent: {otherwise}"),
            };
            table.push_str(&format!("| {what} | {caller} | `{}` | {evidence} |\n", sent.key));
        }
        for absent in facts.absent {
            table.push_str(&format!(
                "| {what} | {caller} | no `{}` | [documented]({}): \"{}\" |\n",
                absent.key, absent.page, absent.quote
            ));
        }
    }
    table
}

/// `UPDATE_DOCUMENTS=1 cargo test --test it documents` writes the table anew.
#[test]
fn the_table_of_what_aws_sends_is_in_the_document() {
    let (begin, end) = ("<!-- told by tests/it/documents.rs -->\n", "<!-- end -->");
    let document = read("docs/access-proof.md");
    let (before, rest) = document.split_once(begin).unwrap();
    let (table, after) = rest.split_once(end).unwrap();
    let expected = table_of_service_calls();
    if std::env::var_os("UPDATE_DOCUMENTS").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/access-proof.md");
        fs::write(path, format!("{before}{begin}{expected}{end}{after}")).unwrap();
    } else {
        assert_eq!(
            table, expected,
            "run `UPDATE_DOCUMENTS=1 cargo test --test it documents`"
        );
    }
}

/// What a page shows of programs stands in its example, which is compiled, deployed and proved.
#[test]
fn the_programs_of_pages_are_those_of_their_examples() {
    for (page, example, expected) in [
        ("docs/builds.md", "examples/builds.rs", 3),
        ("docs/assets.md", "examples/serverless.rs", 2),
    ] {
        let (text, program) = (read(page), read(example));
        let known: BTreeSet<&str> = program.lines().map(str::trim).collect();
        let mut blocks = 0;
        for block in text.split("```rust,ignore\n").skip(1) {
            blocks += 1;
            let shown = block.split("```").next().unwrap();
            for line in shown.lines().map(str::trim) {
                assert!(
                    known.contains(line),
                    "{page} shows `{line}`, which {example} does not have"
                );
            }
        }
        assert_eq!(blocks, expected, "{page}");
    }
}
