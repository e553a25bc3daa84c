//! An AWS that answers anything its API allows: deployments, plans and destructions end within a bound of calls and of time, and
//! nothing is said to be done that is not. A seed chooses how it lies. `HOSTILE=10000` plays as many; `HOSTILE_SEED=4711` one again.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pipeline_dsl::deploy::{
    Access, Aws, DestroyOptions, Destruction, Event, Observer, Options, PlannedAction, Summary, deploy, plan,
};
use pipeline_dsl::local::{LocalCloud, StackView};
use pipeline_dsl::synth::Assembly;
use serde_json::json;

use crate::peer::{self, Asked, Deed};
use crate::simulated;

/// So many calls a command makes at most, for two stacks. Most are looks at one that does not move.
const CALLS: u64 = 30_000;
/// So long it takes at most. A stack may take sixteen times as long as nothing may happen in it, and two follow each other.
const LONGEST: Duration = Duration::from_mins(2 * 16 * 5 + 30);

struct Quiet;

impl Observer for Quiet {
    fn observe(&self, _: &Event<'_>) {}
}

fn options() -> Options {
    Options {
        stack_limit: Duration::from_mins(5),
        ..Options::default()
    }
}

/// Two stacks, of which the second takes a value of the first.
fn program(version: u32) -> Arc<Assembly> {
    let digest = |number: u32| format!("{:064x}", version * 10 + number);
    let stack = |number: u32, parameters: serde_json::Value, needs: Vec<&str>| {
        json!({
            "id": format!("111111111111/us-east-1/stack-{number}"),
            "stackName": format!("stack-{number}"),
            "account": "111111111111",
            "region": "us-east-1",
            "template": digest(number),
            "parameters": parameters,
            "dependsOn": needs,
            "capabilities": [],
            "tags": {"pipeline-dsl:team": "acme"},
        })
    };
    let first = "111111111111/us-east-1/stack-1";
    let taken = json!({"Taken": {"output": {"stack": first, "output": "Arn"}}});
    let manifest = json!({
        "version": 1,
        "team": "acme",
        "buildAccount": "111111111111",
        "primaryRegion": "us-east-1",
        "stacks": [stack(1, json!({}), vec![]), stack(2, taken, vec![first])],
    });
    let template = |number: u32| {
        let declared = match number {
            1 => json!({}),
            _ => json!({"Taken": {"Type": "String"}}),
        };
        json!({
            "Parameters": declared,
            "Resources": {
                "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"MessageRetentionPeriod": 600 + version}},
                "Bucket": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain", "Properties": {
                    "BucketName": format!("acme-hostile-{number}"),
                }},
            },
            "Outputs": {
                "TemplateDigest": {"Value": digest(number)},
                "Arn": {"Value": {"Fn::GetAtt": ["Queue", "Arn"]}},
            },
        })
        .to_string()
    };
    let templates = BTreeMap::from([1, 2].map(|number| (digest(number), template(number))));
    let read = |digest: &pipeline_dsl::synth::Digest| Ok(templates[digest.as_str()].clone());
    Arc::new(Assembly::from_manifest(&manifest.to_string(), read).unwrap())
}

/// Every way to lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Vice {
    /// An answer is one that was given before.
    Stale,
    /// A stack is in any state.
    Status,
    WithoutOutputs,
    WithoutTags,
    /// A change set exists already, or is not made though that is what is said.
    ChangeSetExists,
    ChangeSetForgotten,
    ChangeSetPending,
    ChangeSetEmpty,
    ChangeSetFailed,
    ChangeSetExecuted,
    ChangeSetObsolete,
    /// What was asked for is not done.
    NotExecuted,
    ExecutionRefused,
    NotDeleted,
    DeletionRefused,
    EndlessPages,
    SamePage,
    /// Events are those of somebody else, or new ones each time.
    EventsOfOthers,
    EventsWithoutEnd,
    NoEvents,
    Throttled,
    Failing,
    Closed,
    Expired,
    Conflicting,
    Nonsense,
}

const VICES: &[Vice] = &[
    Vice::Stale,
    Vice::Status,
    Vice::WithoutOutputs,
    Vice::WithoutTags,
    Vice::ChangeSetExists,
    Vice::ChangeSetForgotten,
    Vice::ChangeSetPending,
    Vice::ChangeSetEmpty,
    Vice::ChangeSetFailed,
    Vice::ChangeSetExecuted,
    Vice::ChangeSetObsolete,
    Vice::NotExecuted,
    Vice::ExecutionRefused,
    Vice::NotDeleted,
    Vice::DeletionRefused,
    Vice::EndlessPages,
    Vice::SamePage,
    Vice::EventsOfOthers,
    Vice::EventsWithoutEnd,
    Vice::NoEvents,
    Vice::Throttled,
    Vice::Failing,
    Vice::Closed,
    Vice::Expired,
    Vice::Conflicting,
    Vice::Nonsense,
];

/// That a stack is gone is not among them: nobody but AWS can tell.
const STATUSES: &[&str] = &[
    "CREATE_COMPLETE",
    "CREATE_FAILED",
    "CREATE_IN_PROGRESS",
    "DELETE_FAILED",
    "DELETE_IN_PROGRESS",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_FAILED",
    "REVIEW_IN_PROGRESS",
    "ROLLBACK_COMPLETE",
    "ROLLBACK_FAILED",
    "ROLLBACK_IN_PROGRESS",
    "UPDATE_COMPLETE",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_FAILED",
    "UPDATE_IN_PROGRESS",
    "UPDATE_ROLLBACK_COMPLETE",
    "UPDATE_ROLLBACK_FAILED",
    "UPDATE_ROLLBACK_IN_PROGRESS",
];

/// How one AWS lies, and what it said so far.
#[derive(Debug)]
struct Liar {
    chance: u64,
    /// Each with how many of a hundred answers it spoils.
    vices: Vec<(Vice, u64)>,
    said: BTreeMap<(String, String), Vec<String>>,
    calls: u64,
}

impl Liar {
    fn of_seed(seed: u64) -> Self {
        let mut liar = Self {
            chance: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1),
            vices: Vec::new(),
            said: BTreeMap::new(),
            calls: 0,
        };
        for _ in 0..=liar.below(3) {
            let vice = VICES[usize::try_from(liar.below(VICES.len() as u64)).unwrap()];
            let share = [5, 30, 70, 100][usize::try_from(liar.below(4)).unwrap()];
            liar.vices.push((vice, share));
        }
        liar
    }

    fn below(&mut self, end: u64) -> u64 {
        self.chance = self
            .chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.chance >> 33) % end
    }

    fn does(liar: &Arc<Mutex<Self>>, asked: &Asked) -> Deed {
        let mut this = liar.lock().unwrap();
        this.calls += 1;
        let vices = this.vices.clone();
        for (vice, share) in vices {
            if this.below(100) < share
                && let Some(deed) = this.deed(vice, asked)
            {
                return deed;
            }
        }
        let (liar, key) = (Arc::clone(liar), (asked.action.clone(), asked.stack.clone()));
        Deed::Change(Box::new(move |body| {
            let mut this = liar.lock().unwrap();
            this.said.entry(key.clone()).or_default().push(body.clone());
            this.spoilt(&key.0, body)
        }))
    }

    /// What it answers without asking anybody.
    fn deed(&mut self, vice: Vice, asked: &Asked) -> Option<Deed> {
        let action = asked.action.as_str();
        Some(match (vice, action) {
            (Vice::Stale, action) if action.starts_with("Describe") || action.starts_with("List") => {
                let key = (asked.action.clone(), asked.stack.clone());
                let known = self.said.get(&key)?.len() as u64;
                let which = usize::try_from(self.below(known)).unwrap();
                Deed::answer(200, self.said.get(&key)?.get(which)?.clone())
            }
            (Vice::ChangeSetExists, "CreateChangeSet") => {
                refuse("AlreadyExistsException", "it already exists")
            }
            (Vice::ChangeSetForgotten, "CreateChangeSet") => result(
                action,
                "<Id>arn:aws:cloudformation:us-east-1:111111111111:changeSet/none/1</Id>",
            ),
            (Vice::ChangeSetPending, "DescribeChangeSet") => {
                result(action, "<Status>CREATE_PENDING</Status>")
            }
            (Vice::ChangeSetEmpty, "DescribeChangeSet") => result(
                action,
                "<Status>FAILED</Status><StatusReason>The submitted information didn't contain changes.</StatusReason>",
            ),
            (Vice::ChangeSetFailed, "DescribeChangeSet") => result(
                action,
                "<Status>FAILED</Status><StatusReason>the stack is in UPDATE_IN_PROGRESS</StatusReason>",
            ),
            (Vice::ChangeSetExecuted, "DescribeChangeSet") => result(
                action,
                "<Status>CREATE_COMPLETE</Status><ExecutionStatus>EXECUTE_COMPLETE</ExecutionStatus>",
            ),
            (Vice::ChangeSetObsolete, "DescribeChangeSet") => result(
                action,
                "<Status>CREATE_COMPLETE</Status><ExecutionStatus>OBSOLETE</ExecutionStatus>",
            ),
            (Vice::NotExecuted, "ExecuteChangeSet")
            | (Vice::NotDeleted, "DeleteStack" | "RollbackStack" | "ContinueUpdateRollback") => {
                result(action, "")
            }
            (Vice::ExecutionRefused, "ExecuteChangeSet") => refuse("InvalidChangeSetStatus", "not now"),
            (Vice::DeletionRefused, "DeleteStack") => {
                refuse("ValidationError", "the stack is in DELETE_IN_PROGRESS state")
            }
            (Vice::EndlessPages, "ListStackResources" | "ListChangeSets" | "DescribeStackEvents") => {
                let token = self.below(u64::from(u32::MAX));
                result(action, &format!("<NextToken>{token}</NextToken>"))
            }
            (Vice::SamePage, "ListStackResources" | "ListChangeSets" | "DescribeStackEvents") => {
                result(action, "<NextToken>again</NextToken>")
            }
            (Vice::EventsOfOthers, "DescribeStackEvents") => result(action, &event(0, "somebody")),
            (Vice::EventsWithoutEnd, "DescribeStackEvents") => {
                let number = self.below(u64::from(u32::MAX));
                result(action, &event(number, "pipeline-dsl-1-a-1"))
            }
            (Vice::NoEvents, "DescribeStackEvents") => result(action, "<StackEvents></StackEvents>"),
            (Vice::Throttled, _) => refuse("Throttling", "Rate exceeded"),
            (Vice::Failing, _) => Deed::answer(
                503,
                "<ErrorResponse><Error><Code>ServiceUnavailable</Code></Error></ErrorResponse>",
            ),
            (Vice::Closed, _) => Deed::Close,
            (Vice::Expired, _) => refuse("ExpiredToken", "The security token is expired"),
            (Vice::Conflicting, _) => refuse("OperationInProgressException", "somebody else is at it"),
            (Vice::Nonsense, _) => Deed::answer(200, "<Nonsense/>"),
            _ => return None,
        })
    }

    /// An honest answer with something wrong in it.
    fn spoilt(&mut self, action: &str, mut body: String) -> String {
        if action != "DescribeStacks" {
            return body;
        }
        for (vice, share) in self.vices.clone() {
            if self.below(100) >= share {
                continue;
            }
            body = match vice {
                Vice::Status => {
                    let status = STATUSES[usize::try_from(self.below(STATUSES.len() as u64)).unwrap()];
                    with(&body, "StackStatus", Some(status))
                }
                Vice::WithoutOutputs => with(&body, "Outputs", None),
                Vice::WithoutTags => with(&body, "Tags", None),
                _ => body,
            };
        }
        body
    }
}

fn refuse(code: &str, message: &str) -> Deed {
    let error = format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>");
    Deed::answer(400, format!("<ErrorResponse>{error}</ErrorResponse>"))
}

fn result(action: &str, inside: &str) -> Deed {
    Deed::answer(
        200,
        format!("<{action}Response><{action}Result>{inside}</{action}Result></{action}Response>"),
    )
}

fn event(number: u64, token: &str) -> String {
    format!(
        "<StackEvents><member><EventId>{number}</EventId><LogicalResourceId>Queue</LogicalResourceId>\
         <ResourceType>AWS::SQS::Queue</ResourceType><ResourceStatus>UPDATE_IN_PROGRESS</ResourceStatus>\
         <ClientRequestToken>{token}</ClientRequestToken></member></StackEvents>"
    )
}

/// The text with another value in every element of this name, or without them.
fn with(body: &str, name: &str, value: Option<&str>) -> String {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let (mut left, mut rest) = (String::new(), body);
    while let Some((before, behind)) = rest.split_once(&open) {
        left += before;
        if let Some(value) = value {
            left += &format!("{open}{value}{close}");
        }
        rest = behind.split_once(&close).map_or("", |(_, rest)| rest);
    }
    left + rest
}

fn honest(cloud: &LocalCloud) -> Arc<Aws> {
    Arc::new(simulated::aws(cloud, Access::AccountKeys))
}

/// An AWS that lies, and how it does.
fn lying(cloud: &LocalCloud, seed: u64) -> (Arc<Aws>, Arc<Mutex<Liar>>) {
    let liar = Arc::new(Mutex::new(Liar::of_seed(seed)));
    let lies = Arc::clone(&liar);
    let client = peer::client(cloud, move |asked: &Asked| Liar::does(&lies, asked));
    (
        Arc::new(simulated::aws_through(client, Access::AccountKeys)),
        liar,
    )
}

fn view<'a>(views: &'a [StackView], id: &str) -> Option<&'a StackView> {
    let name = id.rsplit('/').next().unwrap();
    views.iter().find(|view| view.name == name)
}

/// What is said to be done is.
fn check(assembly: &Assembly, cloud: &LocalCloud, summary: &Summary) {
    let views = cloud.stacks();
    assert_eq!(summary.len(), assembly.stacks().len());
    for (id, _) in &summary.done {
        let stack = assembly.stacks().iter().find(|stack| stack.id == *id).unwrap();
        let view = view(&views, id.as_str()).unwrap_or_else(|| panic!("{id} is said to be done"));
        let digest = view.outputs.get("TemplateDigest").map(String::as_str);
        assert_eq!(
            digest,
            Some(stack.template.as_str()),
            "{id} is said to be done: {view:?}"
        );
    }
}

#[track_caller]
fn check_bounds(begun: tokio::time::Instant, liar: &Arc<Mutex<Liar>>) -> u64 {
    let liar = liar.lock().unwrap();
    assert!(liar.calls < CALLS, "{} calls by {:?}", liar.calls, liar.vices);
    assert!(
        begun.elapsed() < LONGEST,
        "{:?} by {:?}",
        begun.elapsed(),
        liar.vices
    );
    liar.calls
}

async fn play(seed: u64) -> u64 {
    let (first, second) = (program(1), program(2));
    let cloud = LocalCloud::in_memory();
    if !seed.is_multiple_of(3) {
        let deployed = deploy(Arc::clone(&first), honest(&cloud), options(), Arc::new(Quiet));
        let deployed = deployed.await.unwrap();
        assert!(deployed.is_success(), "{:?}", deployed.failed);
    }
    let mut most = 0;

    let (begun, (aws, liar)) = (tokio::time::Instant::now(), lying(&cloud, seed));
    let before = cloud.stacks().len();
    let planned = plan(Arc::clone(&second), aws, options(), Arc::new(Quiet))
        .await
        .unwrap();
    most = most.max(check_bounds(begun, &liar));
    assert_eq!(planned.stacks.len(), 2);
    // Nothing is as the second program says.
    for stack in &planned.stacks {
        assert!(!matches!(stack.action, PlannedAction::Nothing) || liar.lock().unwrap().lies_of_changes());
    }
    assert!(cloud.stacks().len() <= before.max(2));

    let (begun, (aws, liar)) = (tokio::time::Instant::now(), lying(&cloud, seed));
    let deployed = deploy(Arc::clone(&second), aws, options(), Arc::new(Quiet))
        .await
        .unwrap();
    most = most.max(check_bounds(begun, &liar));
    check(&second, &cloud, &deployed);

    // Where AWS is honest again, running again finishes the job.
    cloud.settle().unwrap();
    let deployed = deploy(Arc::clone(&second), honest(&cloud), options(), Arc::new(Quiet))
        .await
        .unwrap();
    assert!(deployed.is_success(), "{:?}", deployed.failed);
    check(&second, &cloud, &deployed);

    let (begun, (aws, liar)) = (tokio::time::Instant::now(), lying(&cloud, seed));
    let found = Destruction::of(&second, aws, options(), Arc::new(Quiet)).await;
    if let Ok(destruction) = found {
        let delete_data = seed.is_multiple_of(2);
        let destroyed = destruction.run(DestroyOptions { delete_data }).await;
        let views = cloud.stacks();
        for (id, outcome) in &destroyed.done {
            assert_eq!(view(&views, id.as_str()), None, "{id} is said to be {outcome:?}");
        }
    }
    most.max(check_bounds(begun, &liar))
}

impl Liar {
    /// Whether it says that there is nothing to change.
    fn lies_of_changes(&self) -> bool {
        self.vices.iter().any(|(vice, _)| *vice == Vice::ChangeSetEmpty)
    }
}

#[test]
fn everything_ends_whatever_aws_says() {
    let number = |name: &str| {
        std::env::var(name)
            .ok()
            .and_then(|value| value.parse::<u64>().ok())
    };
    if let Some(seed) = number("HOSTILE_SEED") {
        println!("{:?}", Liar::of_seed(seed).vices);
        simulated::block_on(play(seed));
        return;
    }
    let seeds = number("HOSTILE").unwrap_or(300);
    let (next, most) = (AtomicU64::new(0), AtomicU64::new(0));
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds {
                        break;
                    }
                    let ended = std::panic::catch_unwind(|| simulated::block_on(play(seed)));
                    match ended {
                        Ok(calls) => drop(most.fetch_max(calls, Ordering::Relaxed)),
                        Err(_) => panic!("seed {seed} failed: HOSTILE_SEED={seed} plays it again"),
                    }
                }
            });
        }
    });
    println!("{} calls at most", most.load(Ordering::Relaxed));
}
