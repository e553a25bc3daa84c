//! The local cloud under abuse: hostile requests, hostile files, and moments at which it is ended.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use pipeline_dsl::local::{Answer, LocalCloud};
use serde_json::json;

const ACCOUNT: &str = "111111111111";

/// Somebody who asks the local cloud, in us-east-1.
pub struct Caller<'a> {
    pub cloud: &'a LocalCloud,
    pub account: &'a str,
}

impl Caller<'_> {
    pub fn ask(
        &self,
        service: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
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

impl Caller<'_> {
    pub fn cloudformation(&self, action: &str, parameters: &[(&str, &str)]) -> Answer {
        let mut body = format!("Action={action}&Version=2010-05-15");
        for (name, value) in parameters {
            let value: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
            body.extend(["&", name, "=", &value]);
        }
        self.ask("cloudformation", "POST", "/", &[], body.as_bytes())
    }

    /// Makes a change set for a new stack.
    pub fn change_set(&self, stack: &str, template: &serde_json::Value) -> Answer {
        let template = template.to_string();
        let parameters = [
            ("StackName", stack),
            ("ChangeSetName", "change"),
            ("ChangeSetType", "CREATE"),
            ("TemplateBody", &template),
            ("Capabilities.member.1", "CAPABILITY_NAMED_IAM"),
        ];
        self.cloudformation("CreateChangeSet", &parameters)
    }

    /// Makes a stack, as far as it comes.
    fn stack(&self, name: &str, template: &serde_json::Value) -> String {
        let made = self.change_set(name, template);
        assert_eq!(made.status, 200, "{}", text(&made));
        let named = [("StackName", name), ("ChangeSetName", "change")];
        assert_eq!(self.cloudformation("ExecuteChangeSet", &named).status, 200);
        self.settled(name)
    }

    /// The status of a stack when nothing happens to it any more.
    pub fn settled(&self, name: &str) -> String {
        for _ in 0..1_000 {
            let answer = text(&self.cloudformation("DescribeStacks", &[("StackName", name)]));
            let status = between(&answer, "<StackStatus>", "</StackStatus>");
            if !status.ends_with("_IN_PROGRESS") {
                return status.to_owned();
            }
        }
        panic!("{name} is never settled");
    }
}

fn between<'a>(text: &'a str, begin: &str, end: &str) -> &'a str {
    let rest = text.split_once(begin).map_or("", |(_, rest)| rest);
    rest.split_once(end).map_or("", |(inner, _)| inner)
}

/// A template with a queue, and these conditions.
fn conditioned(conditions: &serde_json::Value) -> serde_json::Value {
    json!({
        "Conditions": conditions,
        "Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Condition": "Last"}},
    })
}

pub fn owner(cloud: &LocalCloud) -> Caller<'_> {
    Caller {
        cloud,
        account: ACCOUNT,
    }
}

fn text(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}

/// Every file below a directory.
pub fn files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![directory.to_owned()];
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path)
            } else {
                found.push(path)
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
        let answer = owner.sqs("CreateQueue", &json!({"QueueName": name}));
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
    let made = owner(&cloud).sqs("CreateQueue", &json!({"QueueName": "good_name"}));
    assert_eq!(made.status, 200, "{}", text(&made));
    drop(cloud);
    let cloud = LocalCloud::open(state.path()).unwrap();
    let found = owner(&cloud).s3("GET", "/good-name/..%2F..%2Fkey", b"");
    assert_eq!((found.status, found.body.as_slice()), (200, &b"content"[..]));
}

#[test]
fn conditions_in_a_circle_are_refused() {
    let cloud = LocalCloud::in_memory();
    for conditions in [
        json!({"Last": {"Condition": "Last"}}),
        json!({"Last": {"Fn::Not": [{"Condition": "One"}]}, "One": {"Fn::And": [{"Condition": "Last"}]}}),
    ] {
        let answer = owner(&cloud).change_set("circle", &conditioned(&conditions));
        assert_eq!(answer.status, 400);
        let answer = text(&answer);
        assert!(answer.contains("<Code>ValidationError</Code>"), "{answer}");
        assert!(
            answer.contains("Circular dependency between conditions: [Last"),
            "{answer}"
        );
    }
    let unknown = json!({"Last": {"Fn::Not": [{"Condition": "Nowhere"}]}});
    let answer = text(&owner(&cloud).change_set("nowhere", &conditioned(&unknown)));
    assert!(
        answer.contains("Unresolved condition dependency Nowhere in the Conditions block"),
        "{answer}"
    );
    let unknown = json!({"Other": {"Fn::Equals": ["a", "a"]}});
    let answer = text(&owner(&cloud).change_set("unknown", &conditioned(&unknown)));
    assert!(
        answer.contains("Unresolved condition dependency Last"),
        "{answer}"
    );
}

#[test]
fn conditions_that_double_each_time_take_no_time() {
    let mut conditions = serde_json::Map::new();
    conditions.insert("C0".to_owned(), json!({"Fn::Equals": ["a", "a"]}));
    for number in 1..200 {
        let before = json!({"Condition": format!("C{}", number - 1)});
        conditions.insert(format!("C{number}"), json!({"Fn::And": [before, before]}));
    }
    conditions.insert("Last".to_owned(), json!({"Condition": "C199"}));
    let cloud = LocalCloud::in_memory();
    let template = conditioned(&conditions.into());
    assert_eq!(owner(&cloud).stack("doubling", &template), "CREATE_COMPLETE");
    let resources = owner(&cloud).cloudformation("ListStackResources", &[("StackName", "doubling")]);
    assert!(text(&resources).contains("AWS::SQS::Queue"));
}

/// Each group is called what the one before is called, ten times.
#[test]
fn names_made_of_names_stay_bounded() {
    let mut resources = serde_json::Map::new();
    let group = |name: serde_json::Value| json!({"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": name}});
    resources.insert("G0".to_owned(), group(json!("a-group")));
    for number in 1..40 {
        let before = json!({"Ref": format!("G{}", number - 1)});
        let name = json!({"Fn::Join": ["", vec![before; 10]]});
        resources.insert(format!("G{number}"), group(name));
    }
    let cloud = LocalCloud::in_memory();
    let status = owner(&cloud).stack("growing", &json!({"Resources": resources}));
    assert_eq!(status, "ROLLBACK_COMPLETE");
    let events = text(&owner(&cloud).cloudformation("DescribeStackEvents", &[("StackName", "growing")]));
    assert!(
        events.contains("expected maxLength: 2048, actual: 7000"),
        "{events}"
    );
}

#[test]
fn a_template_that_is_too_deep_is_refused() {
    let cloud = LocalCloud::in_memory();
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    let template =
        format!(r#"{{"Resources": {{"Q": {{"Type": "AWS::SQS::Queue", "Properties": {deep}}}}}}}"#);
    let parameters = [
        ("StackName", "deep"),
        ("ChangeSetName", "change"),
        ("ChangeSetType", "CREATE"),
        ("TemplateBody", template.as_str()),
    ];
    let answer = owner(&cloud).cloudformation("CreateChangeSet", &parameters);
    assert_eq!(answer.status, 400, "{}", text(&answer));
    assert!(
        text(&answer).contains("Template format error"),
        "{}",
        text(&answer)
    );
}

/// A cloud with a stack, a bucket with two versions of an object, and a queue with a message.
pub fn furnished(cloud: &LocalCloud) {
    let owner = owner(cloud);
    let template =
        json!({"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "t"}}}});
    assert_eq!(owner.stack("stack", &template), "CREATE_COMPLETE");
    assert_eq!(owner.s3("PUT", "/bucket", b"").status, 200);
    let versioned = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    assert_eq!(owner.s3("PUT", "/bucket?versioning", versioned).status, 200);
    assert_eq!(owner.s3("PUT", "/bucket/key", b"one").status, 200);
    assert_eq!(owner.s3("PUT", "/bucket/key", b"two").status, 200);
    let made = owner.sqs("CreateQueue", &json!({"QueueName": "queue"}));
    assert_eq!(made.status, 200);
    let url = "https://sqs.us-east-1.amazonaws.com/111111111111/queue";
    let sent = owner.sqs("SendMessage", &json!({"QueueUrl": url, "MessageBody": "message"}));
    assert_eq!(sent.status, 200);
}

/// Everything of it that can be seen.
pub fn seen(cloud: &LocalCloud) -> Vec<String> {
    let owner = owner(cloud);
    let mut seen = vec![
        text(&owner.cloudformation("DescribeStacks", &[])),
        text(&owner.cloudformation("ListStackResources", &[("StackName", "stack")])),
        text(&owner.s3("GET", "/", b"")),
        text(&owner.s3("GET", "/bucket?versions", b"")),
        text(&owner.s3("GET", "/bucket/key", b"")),
    ];
    seen.extend(cloud.messages("arn:aws:sqs:us-east-1:111111111111:queue"));
    seen
}

#[test]
fn everything_is_there_for_the_next_process() {
    let place = tempfile::tempdir().unwrap();
    let cloud = LocalCloud::open(place.path()).unwrap();
    furnished(&cloud);
    let before = seen(&cloud);
    drop(cloud);
    assert_eq!(seen(&LocalCloud::open(place.path()).unwrap()), before);
}

/// Each file of the state, damaged in many ways: that is said by the file's name, or nothing of it is to be seen.
#[test]
fn a_damaged_file_is_said_and_never_believed() {
    let place = tempfile::tempdir().unwrap();
    let cloud = LocalCloud::open(place.path()).unwrap();
    furnished(&cloud);
    let before = seen(&cloud);
    drop(cloud);
    let mut said = 0;
    for file in files(place.path()) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let whole = fs::read(&file).unwrap();
        let mut damaged = vec![
            Vec::new(),
            vec![0; whole.len()],
            b"{}".to_vec(),
            b"null\n".to_vec(),
        ];
        for number in 1..16 {
            let at = whole.len() * number / 16;
            damaged.push(whole[..at].to_vec());
            let mut flipped = whole.clone();
            if let Some(byte) = flipped.get_mut(at) {
                *byte ^= 1 << (number % 8);
            }
            damaged.push(flipped);
        }
        damaged.retain(|damaged| *damaged != whole);
        for damaged in damaged {
            fs::write(&file, damaged).unwrap();
            match LocalCloud::open(place.path()) {
                Err(error) => {
                    let error = error.to_string();
                    assert!(error.contains(&name), "{error}");
                    assert!(
                        error.contains("delete `") && error.contains("to begin anew"),
                        "{error}"
                    );
                    said += 1;
                }
                Ok(cloud) if file.parent().unwrap().ends_with("contents") => {
                    // Read when it is asked for; the older version is not.
                    let answer = owner(&cloud).s3("GET", "/bucket/key", b"");
                    let is_whole = answer.status == 200 && answer.body == b"two";
                    assert!(is_whole || text(&answer).contains(&name), "{}", text(&answer));
                }
                Ok(cloud) => assert_eq!(seen(&cloud), before, "{name}"),
            }
            fs::write(&file, &whole).unwrap();
        }
    }
    assert!(said > 100, "{said}");
}

#[test]
fn what_a_process_left_half_written_is_passed_over() {
    let place = tempfile::tempdir().unwrap();
    let cloud = LocalCloud::open(place.path()).unwrap();
    furnished(&cloud);
    let before = seen(&cloud);
    drop(cloud);
    for directory in ["stacks", "buckets", "objects", "queues", "clock", "contents"] {
        fs::write(place.path().join(directory).join("half.tmp"), "half").unwrap();
    }
    fs::write(place.path().join("contents/unreferenced"), "nobody's").unwrap();
    assert_eq!(seen(&LocalCloud::open(place.path()).unwrap()), before);
    let left = files(place.path());
    assert!(
        !left
            .iter()
            .any(|file| file.ends_with("unreferenced") || file.ends_with("half.tmp")),
        "{left:?}"
    );
}

/// The time does not go back, so a version's id is never given twice: not even that of one which is gone.
#[test]
fn versions_have_ids_of_their_own_over_every_restart() {
    let place = tempfile::tempdir().unwrap();
    let mut ids = std::collections::BTreeSet::new();
    let id = |answer: Answer| {
        let mut headers = answer.headers.into_iter();
        headers.find(|(name, _)| name == "x-amz-version-id").unwrap().1
    };
    for _ in 0..5 {
        let cloud = LocalCloud::open(place.path()).unwrap();
        let owner = owner(&cloud);
        owner.s3("PUT", "/bucket", b"");
        owner.s3("PUT", "/bucket?versioning", b"<Status>Enabled</Status>");
        for _ in 0..3 {
            let written = id(owner.s3("PUT", "/bucket/key", b"content"));
            owner.s3("DELETE", &format!("/bucket/key?versionId={written}"), b"");
            assert!(ids.insert(written));
        }
        let twice = b"<Delete><Object><Key>key</Key></Object><Object><Key>key</Key></Object></Delete>";
        assert_eq!(owner.s3("POST", "/bucket?delete", twice).status, 200);
        let listed = text(&owner.s3("GET", "/bucket?versions", b""));
        let listed: Vec<&str> = listed.split("<VersionId>").skip(1).collect();
        let marks: std::collections::BTreeSet<&&str> = listed.iter().collect();
        assert_eq!(marks.len(), listed.len());
    }
    assert_eq!(ids.len(), 15);
}

/// A byte that is put into a bucket writes that byte, and what is said of it; not the bucket.
#[test]
fn a_byte_costs_a_byte() {
    let place = tempfile::tempdir().unwrap();
    let cloud = LocalCloud::open(place.path()).unwrap();
    let owner = owner(&cloud);
    owner.s3("PUT", "/bucket", b"");
    let large = vec![7; 10_000_000];
    owner.s3("PUT", "/bucket/large", &large);
    for number in 0..100 {
        owner.s3("PUT", &format!("/bucket/{number}"), b"x");
    }
    let size = |file: &PathBuf| fs::metadata(file).unwrap().len();
    let all = files(place.path());
    assert!(all.iter().map(size).sum::<u64>() < 10_200_000);
    let time = |file: &PathBuf| fs::metadata(file).unwrap().modified().unwrap();
    let before: Vec<_> = all.iter().map(time).collect();
    owner.s3("PUT", "/bucket/one-more", b"x");
    let after: Vec<_> = all.iter().map(time).collect();
    assert_eq!(before, after, "what was there already is not written again");
}

/// Not a test: what the tests below start as processes of their own, with the arguments of the command line in `ABUSE_ARGUMENTS`.
#[test]
#[ignore = "started by other tests"]
fn a_process_of_its_own() {
    let arguments = std::env::var("ABUSE_ARGUMENTS").unwrap();
    let arguments = std::iter::once("team").chain(arguments.split('\n'));
    let mut printer = pipeline_dsl::cli::Printer::standard();
    let code = pipeline_dsl::cli::run(arguments, crate::team::team, &mut printer);
    std::process::exit(i32::from(code));
}

/// Runs the team's program in a process of its own.
pub fn process(out: &Path, arguments: &[&str]) -> Child {
    let out = out.display().to_string();
    let arguments: Vec<&str> = ["--out", &out].iter().chain(arguments).copied().collect();
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "local_abuse::a_process_of_its_own",
            "--ignored",
            "--nocapture",
        ])
        .env("ABUSE_ARGUMENTS", arguments.join("\n"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

pub fn ended(process: Child) -> (bool, String) {
    let output = process.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

#[test]
fn eight_at_once_end_as_one_after_the_other() {
    let place = tempfile::tempdir().unwrap();
    let all: Vec<Child> = (0..8).map(|_| process(place.path(), &[])).collect();
    let mut waited = 0;
    for process in all {
        let (success, said) = ended(process);
        assert!(success, "{said}");
        waited += usize::from(said.contains("waiting for `deploy --local` (process "));
    }
    assert!(waited >= 1, "nobody waited");
    let cloud = LocalCloud::open(&place.path().join("local")).unwrap();
    let statuses: Vec<String> = cloud.stacks().into_iter().map(|stack| stack.status).collect();
    assert_eq!(statuses, ["CREATE_COMPLETE"; 29].map(str::to_owned).to_vec());
}

#[test]
fn who_serves_a_directory_is_said() {
    let place = tempfile::tempdir().unwrap();
    let holder = pipeline_dsl::local::Holder::this_process("local serve").answering("http://127.0.0.1:4599");
    let directory = place.path().join("local");
    let served = LocalCloud::open_as(&directory, &holder, |_| false).unwrap();
    for arguments in [&["deploy", "--local"][..], &["local", "serve", "--port", "0"]] {
        let (success, said) = ended(process(place.path(), arguments));
        assert!(!success, "{said}");
        let expected = format!("is in use by `local serve` (process {})", std::process::id());
        assert!(said.contains(&expected), "{said}");
        assert!(
            said.contains("`--endpoint-url http://127.0.0.1:4599 --account-keys`"),
            "{said}"
        );
    }
    drop(served);
    let (success, said) = ended(process(place.path(), &["deploy", "--local"]));
    assert!(success, "{said}");
}

/// Killed at any moment, a deployment is finished by the next, which waits for nobody.
#[cfg(unix)]
#[test]
fn whenever_it_is_killed_the_next_one_finishes() {
    let place = tempfile::tempdir().unwrap();
    let mut killed = 0;
    for number in 0..12 {
        let mut process = process(place.path(), &["deploy", "--local"]);
        std::thread::sleep(Duration::from_millis(150 + 40 * number));
        killed += usize::from(process.try_wait().unwrap().is_none());
        process.kill().unwrap();
        process.wait().unwrap();
        let cloud = LocalCloud::open(&place.path().join("local")).unwrap();
        let waiting = cloud
            .stacks()
            .into_iter()
            .filter(|stack| stack.status.ends_with("_IN_PROGRESS") && stack.status != "REVIEW_IN_PROGRESS");
        assert_eq!(waiting.count(), 0, "nothing is left in progress");
    }
    assert!(killed > 0, "nothing was killed");
    let (success, said) = ended(process(place.path(), &["deploy", "--local"]));
    assert!(success, "{said}");
    let (success, said) = ended(process(place.path(), &["plan", "--local"]));
    assert!(success, "{said}");
}

/// A deletion that is acknowledged happens, whatever is being done to the stack.
#[test]
fn a_stack_that_is_being_made_is_deleted_or_the_deletion_refused() {
    let cloud = LocalCloud::in_memory();
    let owner = owner(&cloud);
    let template =
        json!({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}, "Topic": {"Type": "AWS::SNS::Topic"}}});
    assert_eq!(owner.change_set("stack", &template).status, 200);
    let named = [("StackName", "stack"), ("ChangeSetName", "change")];
    assert_eq!(owner.cloudformation("ExecuteChangeSet", &named).status, 200);
    assert_eq!(
        owner
            .cloudformation("DeleteStack", &[("StackName", "stack")])
            .status,
        200
    );
    cloud.settle().unwrap();
    assert_eq!(cloud.stacks(), []);
    assert!(cloud.resources().is_empty());
    // One that is being changed is not.
    assert_eq!(owner.stack("stack", &template), "CREATE_COMPLETE");
    let changed = json!({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}).to_string();
    let change = [
        ("StackName", "stack"),
        ("ChangeSetName", "next"),
        ("TemplateBody", &changed),
    ];
    assert_eq!(owner.cloudformation("CreateChangeSet", &change).status, 200);
    let named = [("StackName", "stack"), ("ChangeSetName", "next")];
    assert_eq!(owner.cloudformation("ExecuteChangeSet", &named).status, 200);
    let refused = owner.cloudformation("DeleteStack", &[("StackName", "stack")]);
    assert_eq!(refused.status, 400);
    assert!(
        text(&refused).contains("cannot be deleted while in status UPDATE_IN_PROGRESS"),
        "{}",
        text(&refused)
    );
    assert_eq!(owner.settled("stack"), "UPDATE_COMPLETE");
}

#[test]
fn nobody_reaches_the_stacks_of_another_account() {
    let cloud = LocalCloud::in_memory();
    furnished(&cloud);
    let own = owner(&cloud);
    let described = text(&own.cloudformation("DescribeStacks", &[("StackName", "stack")]));
    let id = between(&described, "<StackId>", "</StackId>").to_owned();
    let made = text(&own.change_set(
        "other",
        &json!({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}),
    ));
    let change_set = between(&made, "<Id>", "</Id>").to_owned();
    let stranger = Caller {
        cloud: &cloud,
        account: "222222222222",
    };
    // Of a role that was assumed in another account, all that is known is that account.
    let assumed = Caller {
        cloud: &cloud,
        account: "ASIALOCAL222222222222",
    };
    for caller in [stranger, assumed] {
        for action in [
            "DescribeStacks",
            "GetTemplate",
            "DeleteStack",
            "DescribeStackEvents",
            "ListStackResources",
        ] {
            let answer = caller.cloudformation(action, &[("StackName", &id)]);
            assert_eq!(answer.status, 403, "{action}: {}", text(&answer));
            let expected =
                "User: arn:aws:iam::222222222222:root is not authorized to perform: cloudformation:";
            assert!(
                text(&answer).contains(&format!("{expected}{action} on resource: {id}")),
                "{}",
                text(&answer)
            );
        }
        for action in ["DescribeChangeSet", "ExecuteChangeSet", "DeleteChangeSet"] {
            let answer = caller.cloudformation(action, &[("ChangeSetName", &change_set)]);
            assert_eq!(answer.status, 403, "{action}: {}", text(&answer));
        }
    }
    assert_eq!(own.settled("stack"), "CREATE_COMPLETE");
    assert_eq!(
        own.cloudformation("DescribeChangeSet", &[("ChangeSetName", &change_set)])
            .status,
        200
    );
}

/// With as many connections open as there are descriptors, the server waits, and goes on.
#[cfg(unix)]
#[test]
fn without_descriptors_the_server_waits() {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    use std::net::TcpStream;

    let place = tempfile::tempdir().unwrap();
    let arguments = format!("--out\n{}\nlocal\nserve\n--port\n0", place.path().display());
    let mut process = Command::new("sh")
        .args([
            "-c",
            "ulimit -n 40; exec \"$0\" --exact local_abuse::a_process_of_its_own --ignored --nocapture",
        ])
        .arg(std::env::current_exe().unwrap())
        .env("ABUSE_ARGUMENTS", arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(process.stdout.take().unwrap());
    let mut lines = output.lines().map_while(Result::ok);
    let address = lines
        .find_map(|line| Some(line.split_once("http://")?.1.to_owned()))
        .unwrap();
    let connections: Vec<TcpStream> = (0..60).map(|_| TcpStream::connect(&address).unwrap()).collect();
    std::thread::sleep(Duration::from_millis(300));
    assert!(process.try_wait().unwrap().is_none(), "the server has ended");
    drop(connections);
    let mut stream = TcpStream::connect(&address).unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("MissingAuthenticationToken"), "{answer}");
    process.kill().unwrap();
    process.wait().unwrap();
}

#[test]
fn templates_of_wrong_shapes_are_refused() {
    let cloud = LocalCloud::in_memory();
    let queue = r#""Type": "AWS::SQS::Queue""#;
    for (template, expected) in [
        ("[]".to_owned(), "unsupported structure"),
        ("{".to_owned(), "JSON not well-formed"),
        (
            format!(r#"{{"Resources": {{"Q": {{{queue}}}, "Q": {{{queue}}}}}}}"#),
            "duplicate key",
        ),
        (
            format!(r#"{{"Resources": {{"Q": {{{queue}, "Properties": []}}}}}}"#),
            "Any Properties member must be an object",
        ),
        (
            format!(r#"{{"Resources": {{"Q": {{{queue}, "Properties": "x"}}}}}}"#),
            "Any Properties member must be an object",
        ),
        (
            format!(r#"{{"Resources": {{"Q": {{{queue}, "Properties": {{"QueueName": null}}}}}}}}"#),
            "[/Resources/Q/Properties/QueueName] 'null' values are not allowed",
        ),
        (
            format!(r#"{{"Resources": {{"Q": {{{queue}, "Propertys": {{}}}}}}}}"#),
            "Invalid template resource property 'Propertys'",
        ),
        (
            format!(r#"{{"Resources": {{"Q": {{{queue}, "DependsOn": {{}}}}}}}}"#),
            "DependsOn must be a string or list of strings",
        ),
        (
            format!(r#"{{"Resources": {{"Q": {{{queue}}}}}, "Stuff": {{}}}}"#),
            "Invalid template property or properties [Stuff]",
        ),
        (
            format!(r#"{{"Resources": {{"Q": {{{queue}}}}}, "Outputs": {{"O": {{}}}}}}"#),
            "Every Outputs member must contain a Value object",
        ),
        (
            format!(r#"{{"Resources": {{"Q": {{{queue}}}}}, "Parameters": {{"P": {{}}}}}}"#),
            "must contain a Type member",
        ),
        (
            format!(r#"{{"Resources": {{"Q": {{{queue}}}}}, "Conditions": []}}"#),
            "Conditions must be an object",
        ),
        (
            format!(r#"{{"Transform": "AWS::Serverless-2016-10-31", "Resources": {{"Q": {{{queue}}}}}}}"#),
            "does not do what Transform of a template asks for",
        ),
        (
            r#"{"Resources": {"Q": {}}}"#.to_owned(),
            "must contain a Type member",
        ),
        (
            r#"{"Resources": {"Q": "AWS::SQS::Queue"}}"#.to_owned(),
            "must be an object",
        ),
        (r#"{"Resources": []}"#.to_owned(), "Resources must be an object"),
    ] {
        let parameters = [
            ("StackName", "shape"),
            ("ChangeSetName", "change"),
            ("ChangeSetType", "CREATE"),
            ("TemplateBody", template.as_str()),
        ];
        let answer = owner(&cloud).cloudformation("CreateChangeSet", &parameters);
        let said = text(&answer);
        assert_eq!(answer.status, 400, "{template}: {said}");
        assert!(said.contains("<Code>ValidationError</Code>"), "{said}");
        assert!(
            said.replace("&quot;", "\"").contains(expected),
            "{template}: {said}"
        );
    }
}

#[test]
fn deleted_stacks_do_not_stay_for_ever() {
    let place = tempfile::tempdir().unwrap();
    let cloud = LocalCloud::open(place.path()).unwrap();
    let owner = owner(&cloud);
    let template = json!({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}});
    for _ in 0..110 {
        assert_eq!(owner.stack("again", &template), "CREATE_COMPLETE");
        assert_eq!(
            owner
                .cloudformation("DeleteStack", &[("StackName", "again")])
                .status,
            200
        );
        cloud.settle().unwrap();
    }
    drop(cloud);
    let cloud = LocalCloud::open(place.path()).unwrap();
    assert_eq!(files(&place.path().join("stacks")).len(), 100);
    assert!(cloud.stacks().is_empty());
}

#[test]
fn nobody_runs_the_functions_of_another_account() {
    let cloud = LocalCloud::in_memory();
    let path = "/2015-03-31/functions/arn:aws:lambda:us-east-1:222222222222:function:f/invocations";
    let answer = owner(&cloud).ask("lambda", "POST", path, &[], b"{}");
    assert_eq!(answer.status, 403);
    assert!(
        text(&answer).contains("is not authorized to perform: lambda:InvokeFunction"),
        "{}",
        text(&answer)
    );
}

#[test]
fn what_is_too_much_for_s3_is_refused() {
    let cloud = LocalCloud::in_memory();
    let owner = owner(&cloud);
    owner.s3("PUT", "/bucket", b"");
    let long = owner.s3("PUT", &format!("/bucket/{}", "k".repeat(1_025)), b"");
    assert!(text(&long).contains("KeyTooLongError"), "{}", text(&long));
    let configuration = owner.s3("PUT", "/bucket?lifecycle", &vec![b'x'; 1_000_001]);
    assert!(
        text(&configuration).contains("EntityTooLarge"),
        "{}",
        text(&configuration)
    );
    let many = format!(
        "<Delete>{}</Delete>",
        "<Object><Key>k</Key></Object>".repeat(1_001)
    );
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    for body in [many.as_str(), "<Delete>"] {
        let answer = owner.s3("POST", "/bucket?delete", body.as_bytes());
        assert_eq!(answer.status, 400);
        assert!(text(&answer).contains("MalformedXML"), "{}", text(&answer));
    }
    let deep = owner.s3("POST", "/bucket?delete", deep.as_bytes());
    assert!(matches!(deep.status, 200 | 400), "{}", deep.status);
}

/// Where nothing can be written, a command says so, and ends; and nothing has happened.
#[cfg(unix)]
#[test]
fn a_full_disk_is_said_and_nothing_has_happened() {
    let place = tempfile::tempdir().unwrap();
    let (success, said) = ended(process(place.path(), &["deploy", "--local"]));
    assert!(success, "{said}");
    let arguments = format!("--out\n{}\ndestroy\n--local\n--yes", place.path().display());
    let begun = std::time::Instant::now();
    // Files cannot become larger than a block, which is less than any stack's.
    let destroyed = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" --exact local_abuse::a_process_of_its_own --ignored --nocapture"])
        .arg(std::env::current_exe().unwrap())
        .env("ABUSE_ARGUMENTS", arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (success, said) = ended(destroyed);
    assert!(!success, "{said}");
    assert!(
        said.contains("could not use `") && said.contains("LocalStateUnusable"),
        "{said}"
    );
    assert!(begun.elapsed() < Duration::from_secs(45));
    let cloud = LocalCloud::open(&place.path().join("local")).unwrap();
    let complete = cloud
        .stacks()
        .into_iter()
        .filter(|stack| stack.status == "CREATE_COMPLETE");
    assert_eq!(complete.count(), 29);
}

/// A parameter that is named everywhere fills no memory.
#[test]
fn properties_stay_bounded() {
    let cloud = LocalCloud::in_memory();
    let many = vec![json!({"Ref": "P"}); 200];
    let custom = json!({"Type": "Custom::Large", "Properties": {"ServiceToken": "x", "Many": many}});
    let resources: serde_json::Map<String, serde_json::Value> = (0..12)
        .map(|number| (format!("R{number}"), custom.clone()))
        .collect();
    let template = json!({
        "Parameters": {"P": {"Type": "String", "Default": "p".repeat(4_000)}},
        "Resources": resources,
    });
    assert_eq!(owner(&cloud).stack("large", &template), "ROLLBACK_COMPLETE");
    let events = text(&owner(&cloud).cloudformation("DescribeStackEvents", &[("StackName", "large")]));
    assert!(
        events.contains("the properties of the stack have more than 8000000 bytes"),
        "{events}"
    );
}

#[test]
fn answers_are_xml_whatever_was_asked() {
    let cloud = LocalCloud::in_memory();
    let owner = owner(&cloud);
    owner.s3("PUT", "/bucket", b"");
    assert_eq!(owner.s3("PUT", "/bucket/a%1b%00%0d%3cb", b"").status, 200);
    let listed = text(&owner.s3("GET", "/bucket", b""));
    assert_eq!(between(&listed, "<Key>", "</Key>"), "a\u{fffd}\u{fffd}&#13;&lt;b");
    let error = text(&owner.cloudformation("DescribeStacks", &[("StackName", "\u{1b}[2J<x>")]));
    assert!(error.contains("\u{fffd}[2J&lt;x&gt;"), "{error}");
}

#[test]
fn damaged_bytes_are_mended_by_putting_them_again() {
    let place = tempfile::tempdir().unwrap();
    let cloud = LocalCloud::open(place.path()).unwrap();
    let owner = owner(&cloud);
    owner.s3("PUT", "/bucket", b"");
    owner.s3("PUT", "/bucket/key", b"content");
    let file = files(&place.path().join("contents")).remove(0);
    fs::write(&file, "damaged").unwrap();
    let damaged = owner.s3("GET", "/bucket/key", b"");
    assert!(
        text(&damaged).contains("LocalStateUnusable"),
        "{}",
        text(&damaged)
    );
    assert_eq!(owner.s3("PUT", "/bucket/key", b"content").status, 200);
    assert_eq!(owner.s3("GET", "/bucket/key", b"").body, b"content");
}
