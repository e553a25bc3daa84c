//! A process is ended at each step of writing, one step later each time: what it had acknowledged is there for the next, and
//! what it had not begun is not.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::Ordering;

use serde_json::json;

use super::durable::ending::LEFT;
use crate::local::{Answer, LocalCloud};

fn ask(cloud: &LocalCloud, service: &str, method: &str, path: &str, body: &str) -> Answer {
    let credential = format!("Credential=111111111111/20260101/us-east-1/{service}/aws4_request");
    let headers = [("authorization", credential.as_str())];
    let uri = format!("http://localhost{path}");
    cloud.answer(method, &uri, headers, body.as_bytes())
}

fn cloudformation(cloud: &LocalCloud, action: &str, more: &str) -> Answer {
    let body = format!("Action={action}&StackName=stack&{more}");
    ask(cloud, "cloudformation", "POST", "/", &body)
}

/// So many calls are made.
const CALLS: usize = 8;

fn call(number: usize, cloud: &LocalCloud) -> Answer {
    let template =
        json!({"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "orders"}}}});
    let change = format!("ChangeSetName=change&ChangeSetType=CREATE&TemplateBody={template}");
    match number {
        0 => ask(cloud, "s3", "PUT", "/bucket", ""),
        1 => ask(cloud, "s3", "PUT", "/bucket/stays", "one"),
        2 => ask(cloud, "s3", "PUT", "/bucket/goes", "some"),
        3 => ask(cloud, "s3", "PUT", "/bucket/stays", "two"),
        4 => cloudformation(cloud, "CreateChangeSet", &change),
        5 => cloudformation(cloud, "ExecuteChangeSet", "ChangeSetName=change"),
        6 => ask(cloud, "s3", "DELETE", "/bucket/goes", ""),
        _ => cloudformation(cloud, "DeleteStack", ""),
    }
}

/// Not a test: what the one below starts.
#[test]
#[ignore = "started by another test"]
fn a_process_that_ends() {
    let place = std::env::var("CRASH_PLACE").unwrap();
    let steps = std::env::var("CRASH_AT").unwrap().parse().unwrap();
    LEFT.store(steps, Ordering::SeqCst);
    let cloud = LocalCloud::open(Path::new(&place)).unwrap();
    for number in 0..CALLS {
        assert!(call(number, &cloud).status < 300, "call {number}");
        // Whoever called knows.
        let mut output = std::io::stdout();
        writeln!(output, "acknowledged").unwrap();
        output.flush().unwrap();
    }
    cloud.settle().unwrap();
    LEFT.store(0, Ordering::SeqCst);
}

/// How many calls were acknowledged, and whether all was done before the process ended.
fn ended_after(steps: u32, place: &Path) -> (usize, bool) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "local::store::crashes::a_process_that_ends",
            "--ignored",
            "--nocapture",
        ])
        .env("CRASH_PLACE", place)
        .env("CRASH_AT", steps.to_string())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    (said.matches("acknowledged").count(), output.status.success())
}

/// What is seen of a call when so many were acknowledged: done, not done, or either, where it was being answered.
#[track_caller]
fn check(acknowledged: usize, call: usize, is_done: bool) {
    if acknowledged != call {
        assert_eq!(
            is_done,
            acknowledged > call,
            "call {call}, when {acknowledged} were acknowledged"
        );
    }
}

#[test]
fn wherever_it_is_killed_what_was_acknowledged_is_there() {
    let mut kills = 0;
    loop {
        let place = tempfile::tempdir().unwrap();
        let (acknowledged, is_done) = ended_after(kills + 1, place.path());
        let cloud = LocalCloud::open(place.path()).unwrap();
        let object = |key: &str| {
            let answer = ask(&cloud, "s3", "GET", &format!("/bucket/{key}"), "");
            (answer.status == 200).then(|| String::from_utf8(answer.body).unwrap())
        };
        check(
            acknowledged,
            0,
            ask(&cloud, "s3", "GET", "/bucket", "").status == 200,
        );
        let stays = object("stays");
        assert!(
            matches!(stays.as_deref(), None | Some("one" | "two")),
            "{stays:?}"
        );
        check(acknowledged, 1, stays.is_some());
        check(acknowledged, 3, stays.as_deref() == Some("two"));
        match object("goes").as_deref() {
            Some("some") => assert!((2..=6).contains(&acknowledged)),
            None => assert!(!(3..=5).contains(&acknowledged)),
            other => panic!("{other:?}"),
        }
        let stacks = cloud.stacks();
        let status = stacks.first().map(|stack| stack.status.as_str());
        match acknowledged {
            4 => assert!(matches!(status, None | Some("REVIEW_IN_PROGRESS"))),
            5 => assert!(matches!(status, Some("REVIEW_IN_PROGRESS" | "CREATE_COMPLETE"))),
            6 => assert_eq!(status, Some("CREATE_COMPLETE")),
            7 => assert!(matches!(status, None | Some("CREATE_COMPLETE"))),
            // Before it was begun, and when it is gone.
            _ => assert_eq!(status, None),
        }
        // Nothing is left that was half written, and the next goes on.
        drop(cloud);
        let again = LocalCloud::open(place.path()).unwrap();
        assert!(ask(&again, "s3", "PUT", "/another", "").status < 300);
        if is_done {
            assert_eq!(acknowledged, CALLS);
            break;
        }
        kills += 1;
    }
    assert!(kills > 40, "{kills}");
}
