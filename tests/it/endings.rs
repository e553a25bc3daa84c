//! Every deployment ends, and says how, whatever AWS answers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use pipeline_dsl::delivery::redrive;
use pipeline_dsl::deploy::{
    Access, Aws, Destruction, Event, Observer, Options, Outcome, PlannedAction, Selection, Summary, deploy,
    plan,
};
use pipeline_dsl::local::LocalCloud;
use pipeline_dsl::synth::{Assembly, synth};
use serde_json::json;

use crate::peer::{self, Asked, Deed};
use crate::simulated;

struct Quiet;

impl Observer for Quiet {
    fn observe(&self, _: &Event<'_>) {}
}

/// A program of one stack, in one of several versions.
fn program(version: u32) -> Arc<Assembly> {
    let digest = format!("{version:064x}");
    let template = json!({
        "Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"MessageRetentionPeriod": 600 + version}}},
        "Outputs": {"TemplateDigest": {"Value": digest}},
    });
    let manifest = json!({
        "version": 1,
        "team": "acme",
        "buildAccount": "111111111111",
        "primaryRegion": "us-east-1",
        "stacks": [{
            "id": "111111111111/us-east-1/only",
            "stackName": "only",
            "account": "111111111111",
            "region": "us-east-1",
            "template": digest,
            "parameters": {},
            "dependsOn": [],
            "capabilities": [],
            "tags": {"pipeline-dsl:team": "acme"},
        }],
    });
    let assembly = Assembly::from_manifest(&manifest.to_string(), |_| Ok(template.to_string()));
    Arc::new(assembly.unwrap())
}

/// Deploys a version by a peer; how it ended.
fn deployed(version: u32, aws: impl FnOnce() -> Arc<Aws>) -> Summary {
    simulated::block_on(async {
        let deployed = deploy(program(version), aws(), Options::default(), Arc::new(Quiet));
        deployed.await.unwrap()
    })
}

fn through<F>(cloud: &LocalCloud, does: F) -> Arc<Aws>
where
    F: Fn(&Asked) -> Deed + Send + Sync + 'static,
{
    let client = peer::client(cloud, does);
    Arc::new(simulated::aws_through(client, Access::AccountKeys))
}

/// An AWS that forgets no change set, and whose stacks never say when they were changed last.
#[derive(Default)]
struct Keeping {
    /// Every name that a change set was asked for by.
    names: Mutex<Vec<String>>,
    known: Mutex<BTreeSet<String>>,
}

impl Keeping {
    fn does(&self, asked: &Asked) -> Deed {
        match asked.action.as_str() {
            "CreateChangeSet" => {
                let name = asked.change_set.clone();
                self.names.lock().unwrap().push(name.clone());
                if self.known.lock().unwrap().insert(name) {
                    Deed::Pass
                } else {
                    refuse("AlreadyExistsException", "ChangeSet already exists")
                }
            }
            "DescribeStacks" => Deed::Change(Box::new(|body| without_times(&body))),
            _ => Deed::Pass,
        }
    }
}

fn refuse(code: &str, message: &str) -> Deed {
    Deed::answer(
        400,
        format!(
            "<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
        ),
    )
}

fn without_times(body: &str) -> String {
    let mut left = String::new();
    let mut rest = body;
    while let Some((before, behind)) = rest.split_once("<LastUpdatedTime>") {
        left += before;
        rest = behind.split_once("</LastUpdatedTime>").unwrap().1;
    }
    left + rest
}

#[test]
fn names_of_change_sets_never_come_again() {
    let cloud = LocalCloud::in_memory();
    let keeping = Arc::new(Keeping::default());
    for (version, outcome) in [
        (1, Outcome::Created),
        (2, Outcome::Updated),
        (1, Outcome::Updated),
        (2, Outcome::Updated),
        (2, Outcome::Unchanged),
    ] {
        let does = Arc::clone(&keeping);
        let summary = deployed(version, || through(&cloud, move |asked: &Asked| does.does(asked)));
        assert!(summary.is_success(), "{:?}", summary.failed);
        assert_eq!(summary.count(outcome), 1);
    }
    let names = keeping.names.lock().unwrap();
    assert_eq!(names.len(), 4);
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), 4, "{names:?}");
}

/// In one run, too: the stack is created, rolled back, deleted and created, by change sets of different names.
#[test]
fn nor_do_they_within_a_run() {
    let cloud = LocalCloud::in_memory();
    let keeping = Arc::new(Keeping::default());
    let does = Arc::clone(&keeping);
    let failed = Mutex::new(false);
    let summary = deployed(1, || {
        through(&cloud, move |asked: &Asked| {
            // Somebody was quicker with the stack, once.
            let first =
                asked.action == "ExecuteChangeSet" && !std::mem::replace(&mut *failed.lock().unwrap(), true);
            if first {
                refuse("ChangeSetNotFound", "ChangeSet does not exist")
            } else {
                does.does(asked)
            }
        })
    });
    assert!(summary.is_success(), "{:?}", summary.failed);
    let names = keeping.names.lock().unwrap();
    assert!(names.len() > 1);
    let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
    for name in names.iter() {
        *counts.entry(name).or_default() += 1;
    }
    assert!(counts.values().all(|count| *count == 1), "{counts:?}");
}

/// What the emulator fakecloud did: each change set exists already and was executed, and the stack never shows it.
#[test]
fn a_change_set_that_was_executed_before_is_not_asked_for_for_ever() {
    let cloud = LocalCloud::in_memory();
    assert!(deployed(1, || through(&cloud, |_: &Asked| Deed::Pass)).is_success());
    let calls = Arc::new(Mutex::new(0_u32));
    let counted = Arc::clone(&calls);
    let summary = deployed(2, || {
        through(&cloud, move |asked: &Asked| {
            *counted.lock().unwrap() += 1;
            match asked.action.as_str() {
                "CreateChangeSet" => refuse("AlreadyExistsException", "ChangeSet already exists"),
                "DescribeChangeSet" => Deed::answer(
                    200,
                    "<DescribeChangeSetResponse><DescribeChangeSetResult><ChangeSetId>arn:aws:x</ChangeSetId>\
                     <Status>CREATE_COMPLETE</Status><ExecutionStatus>EXECUTE_COMPLETE</ExecutionStatus>\
                     </DescribeChangeSetResult></DescribeChangeSetResponse>",
                ),
                _ => Deed::Pass,
            }
        })
    });
    assert_eq!(summary.failed.len(), 1);
    assert!(*calls.lock().unwrap() < 100, "{}", calls.lock().unwrap());
}

/// How many calls were made by a peer.
#[derive(Default)]
struct Counted(std::sync::atomic::AtomicU64);

impl Counted {
    fn count(&self) -> u64 {
        self.0.load(std::sync::atomic::Ordering::Relaxed)
    }

    fn one_more(&self) -> u64 {
        self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
    }
}

/// A page of a listing that names a next one: the same each time, or another.
fn page(asked: &Asked, number: Option<u64>) -> Deed {
    let token = number.map_or_else(|| "again".to_owned(), |number| format!("token-{number}"));
    let action = &asked.action;
    let told = format!(
        "<{action}Response><{action}Result><NextToken>{token}</NextToken></{action}Result></{action}Response>"
    );
    Deed::answer(200, told)
}

#[test]
fn listings_end_though_their_pages_do_not() {
    let cloud = LocalCloud::in_memory();
    assert!(deployed(1, || through(&cloud, |_: &Asked| Deed::Pass)).is_success());
    for repeats in [true, false] {
        let endless = |action: &'static str| {
            let counted = Arc::new(Counted::default());
            let counts = Arc::clone(&counted);
            let aws = through(&cloud, move |asked: &Asked| {
                let number = counts.one_more();
                let lists = action != "DescribeStacks" || asked.stack.is_empty();
                if asked.action == action && lists {
                    page(asked, (!repeats).then_some(number))
                } else {
                    Deed::Pass
                }
            });
            (aws, counted)
        };
        let expected = if repeats {
            "it names one that was read already"
        } else {
            "pages there are still more"
        };
        simulated::block_on(async {
            let (aws, counted) = endless("DescribeStacks");
            let found = Destruction::of(&program(1), aws, Options::default(), Arc::new(Quiet)).await;
            let error = std::error::Error::source(&found.unwrap_err())
                .unwrap()
                .to_string();
            assert!(error.contains(expected), "{error}");
            assert!(counted.count() < 500, "{}", counted.count());

            let (aws, counted) = endless("DescribeChangeSet");
            let planned = plan(program(2), aws, Options::default(), Arc::new(Quiet))
                .await
                .unwrap();
            let PlannedAction::Blocked(error) = &planned.stacks[0].action else {
                panic!("{:?}", planned.stacks)
            };
            assert!(error.to_string().contains(expected), "{error}");
            assert!(counted.count() < 500, "{}", counted.count());
        });
    }
}

/// A queue that gives letters for ever, new ones or always the same.
#[test]
fn a_queue_that_is_never_empty_is_left() {
    let assembly = synth(&crate::team::team().unwrap()).unwrap();
    let cloud = LocalCloud::in_memory();
    let deployment = deploy(
        Arc::new(assembly.clone()),
        peer::aws(&cloud, |_| Deed::Pass),
        Options {
            poll_interval: std::time::Duration::from_micros(100),
            ..Options::default()
        },
        Arc::new(Quiet),
    );
    let runtime = tokio::runtime::Runtime::new().unwrap();
    assert!(runtime.block_on(deployment).unwrap().is_success());
    for new in [false, true] {
        let counted = Arc::new(Counted::default());
        let counts = Arc::clone(&counted);
        let aws = peer::aws(&cloud, move |asked: &Asked| match asked.action.as_str() {
            "ReceiveMessage" => {
                let id = if new { counts.one_more() } else { 0 };
                let message = json!({"MessageId": id.to_string(), "ReceiptHandle": "x", "Body": "{}"});
                Deed::answer(200, json!({"Messages": [message]}).to_string())
            }
            _ => Deed::Pass,
        });
        let only = Selection {
            only: vec!["acme-build".to_owned()],
            ..Selection::all()
        };
        let sent = runtime.block_on(redrive(&assembly, aws, &only)).unwrap();
        let error = sent[0].error.as_ref().map(ToString::to_string);
        if new {
            assert_eq!(
                error.as_deref(),
                Some("10000 dead letters were looked at, and there are more")
            )
        } else {
            assert_eq!((error, sent[0].refused.len()), (None, 1))
        }
    }
}

/// Deploys a version by a peer, and stops when it is asked this: how it ended, and how long it took from then on.
fn stopped_at(
    cloud: &LocalCloud,
    action: &'static str,
    does: fn() -> Deed,
) -> (Summary, std::time::Duration) {
    let options = Options::default();
    let interrupt = options.interrupt.clone();
    let stopped = Arc::new(Mutex::new(None));
    let since = Arc::clone(&stopped);
    simulated::block_on(async {
        let aws = through(cloud, move |asked: &Asked| {
            if asked.action == action {
                since
                    .lock()
                    .unwrap()
                    .get_or_insert_with(tokio::time::Instant::now);
                interrupt.stop();
                does()
            } else {
                Deed::Pass
            }
        });
        let summary = deploy(program(1), aws, options, Arc::new(Quiet)).await.unwrap();
        let since = stopped.lock().unwrap().unwrap();
        (summary, since.elapsed())
    })
}

#[test]
fn stopped_before_anything_has_begun_it_leaves_and_takes_back_what_it_asked_for() {
    type Case = (&'static str, fn() -> Deed);
    let pending = || {
        Deed::answer(
            200,
            "<DescribeChangeSetResponse><DescribeChangeSetResult><Status>CREATE_PENDING</Status></DescribeChangeSetResult>\
             </DescribeChangeSetResponse>",
        )
    };
    let cases: [Case; 4] = [
        ("DescribeStacks", || Deed::Hang),
        ("CreateChangeSet", || Deed::Hang),
        ("DescribeChangeSet", || Deed::Hang),
        ("DescribeChangeSet", pending),
    ];
    for (action, does) in cases {
        let cloud = LocalCloud::in_memory();
        let (summary, took) = stopped_at(&cloud, action, does);
        assert_eq!(
            (summary.not_begun.len(), summary.len()),
            (1, 1),
            "{action}: {:?}",
            summary.failed
        );
        assert!(took.as_secs() < 5, "{action}: {took:?}");
        // What was asked for is on its way out.
        cloud.settle().unwrap();
        assert_eq!(cloud.stacks(), [], "{action}");
    }
}

#[test]
fn stopped_when_something_has_begun_it_finishes_it() {
    let cloud = LocalCloud::in_memory();
    let (summary, _) = stopped_at(&cloud, "ExecuteChangeSet", || Deed::Pass);
    assert!(summary.is_success(), "{:?}", summary.failed);
    assert_eq!(summary.count(Outcome::Created), 1);
    assert_eq!(cloud.stacks()[0].status, "CREATE_COMPLETE");
}
