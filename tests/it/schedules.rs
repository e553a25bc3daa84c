//! Deployments under everything that can go wrong: a seed chooses programs, faults, a second deployer and a kill. Time is
//! simulated, so that thousands take seconds. `SCHEDULES=10000` runs as many; `SCHEDULE=4711` one again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use pipeline_dsl::deploy::{
    Access, DestroyOptions, Destruction, Event, Observer, Options, Outcome, PerAccount, Summary, deploy,
};
use pipeline_dsl::local::{Faults, LocalCloud, StackView};
use pipeline_dsl::synth::{Assembly, AssemblyStack, StackId};
use serde_json::{Value, json};

use crate::simulated;

/// Numbers from a seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

struct Quiet;

impl Observer for Quiet {
    fn observe(&self, _: &Event<'_>) {}
}

/// A small program: a handful of stacks in two accounts, which take values from each other.
fn program(chance: &mut Chance, changed: u64) -> Arc<Assembly> {
    let count = 2 + chance.below(4);
    let mut stacks = Vec::new();
    let mut templates = BTreeMap::new();
    for number in 0..count {
        let account = ["111111111111", "222222222222"][usize::try_from(chance.below(2)).unwrap()];
        let needs: BTreeSet<u64> = (0..chance.below(3))
            .filter(|_| number > 0)
            .map(|_| chance.below(number))
            .collect();
        // A bit of the second program's number says whether this stack differs in it.
        let version = u64::from(changed >> number & 1 == 1);
        let mut parameters = serde_json::Map::new();
        let mut declared = serde_json::Map::new();
        let mut taken = String::new();
        for needed in &needs {
            let name = format!("Taken{needed}");
            let stack: &Value = &stacks[usize::try_from(*needed).unwrap()];
            parameters.insert(
                name.clone(),
                json!({"output": {"stack": stack["id"], "output": "TopicArn"}}),
            );
            declared.insert(name.clone(), json!({"Type": "String"}));
            taken += &format!("${{{name}}}");
        }
        let mut template = json!({
            "Parameters": declared,
            "Resources": {
                "Topic": {"Type": "AWS::SNS::Topic", "Properties": {
                    "TopicName": format!("topic-{number}"),
                    "DisplayName": {"Fn::Sub": format!("version {version} {taken}")},
                }},
                "Queue": {"Type": "AWS::SQS::Queue", "DependsOn": "Topic", "Properties": {
                    "QueueName": format!("queue-{number}"),
                    "MessageRetentionPeriod": 600 + version,
                }},
            },
            "Outputs": {"TopicArn": {"Value": {"Ref": "Topic"}}},
        });
        if version == 1 && number % 2 == 0 {
            template["Resources"]["More"] = json!({"Type": "AWS::SQS::Queue", "Properties": {}});
        }
        let digest = format!("{:064x}", number * 2 + version);
        template["Outputs"]["TemplateDigest"] = json!({"Value": digest});
        templates.insert(digest.clone(), template.to_string());
        stacks.push(json!({
            "id": format!("{account}/us-east-1/stack-{number}"),
            "stackName": format!("stack-{number}"),
            "account": account,
            "region": "us-east-1",
            "template": digest,
            "parameters": parameters,
            "dependsOn": needs.iter().map(|needed| stacks[usize::try_from(*needed).unwrap()]["id"].clone()).collect::<Vec<_>>(),
            "capabilities": [],
            "tags": {"pipeline-dsl:team": "acme"},
        }));
    }
    let manifest = json!({
        "version": 1,
        "team": "acme",
        "buildAccount": "111111111111",
        "primaryRegion": "us-east-1",
        "stacks": stacks,
    });
    let assembly = Assembly::from_manifest(&manifest.to_string(), |digest| {
        Ok(templates[digest.as_str()].clone())
    });
    Arc::new(assembly.unwrap())
}

async fn run(assembly: &Arc<Assembly>, cloud: &LocalCloud) -> Summary {
    run_with(assembly, cloud, Access::AccountKeys).await
}

async fn run_with(assembly: &Arc<Assembly>, cloud: &LocalCloud, access: Access) -> Summary {
    let aws = Arc::new(simulated::aws(cloud, access));
    let deployed = deploy(Arc::clone(assembly), aws, Options::default(), Arc::new(Quiet));
    deployed.await.unwrap()
}

/// Destroys everything; the answer says whether it is gone.
async fn destroy(assembly: &Arc<Assembly>, cloud: &LocalCloud) -> Summary {
    let aws = Arc::new(simulated::aws(cloud, Access::AccountKeys));
    let found = Destruction::of(assembly, aws, Options::default(), Arc::new(Quiet)).await;
    match found {
        Ok(destruction) => destruction.run(DestroyOptions::default()).await,
        // Nothing was done, and it was said why.
        Err(error) => {
            assert!(std::error::Error::source(&error).is_some(), "{error}");
            Summary::default()
        }
    }
}

fn view<'a>(views: &'a [StackView], stack: &AssemblyStack) -> Option<&'a StackView> {
    views.iter().find(|view| {
        view.name == stack.stack_name
            && view.account == stack.account.as_str()
            && view.region == stack.region.as_str()
    })
}

fn is_as_wanted(view: &StackView, stack: &AssemblyStack) -> bool {
    view.outputs.get("TemplateDigest").map(String::as_str) == Some(stack.template.as_str())
        && !view.status.contains("ROLLBACK_IN")
        && !view.status.ends_with("FAILED")
}

/// What can be the matter here: faults of resources, and calls that fail for minutes.
const REASONS: &[&str] = &[
    "fault of ",
    "has not finished the change set",
    "(Throttling)",
    "(InternalFailure)",
    "(ExpiredToken)",
    "no answer in time",
    "connection was closed",
];

/// The summary tells the state: what is done is there, everything else has a reason.
fn check_summary(assembly: &Assembly, cloud: &LocalCloud, summary: &Summary) {
    let views = cloud.stacks();
    assert_eq!(summary.len(), assembly.stacks().len());
    let failed: BTreeSet<&str> = summary
        .failed
        .iter()
        .map(|failure| failure.stack.as_str())
        .collect();
    for (id, _) in &summary.done {
        let stack = assembly.stacks().iter().find(|stack| stack.id == *id).unwrap();
        let view = view(&views, stack).unwrap_or_else(|| panic!("{id} is done, and is not there"));
        assert!(is_as_wanted(view, stack), "{id} is done, and is {view:?}");
    }
    for failure in &summary.failed {
        let error = failure.error.to_string();
        assert!(
            REASONS.iter().any(|reason| error.contains(reason)),
            "{} failed without a reason: {error}",
            failure.stack
        );
    }
    for (_, because) in &summary.skipped {
        assert!(failed.contains(because.as_str()));
    }
    assert!(summary.not_begun.is_empty());
}

/// Nothing was begun before what it needs was as the program says.
fn check_order(assembly: &Assembly, cloud: &LocalCloud, since: u64) {
    let views = cloud.stacks();
    for stack in assembly.stacks() {
        let Some(view_of_stack) = view(&views, stack) else {
            continue;
        };
        let begun = view_of_stack.history.iter().filter(|turn| {
            turn.at > since
                && turn.token.starts_with("pipeline-dsl-")
                && ["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"].contains(&turn.status.as_str())
        });
        for turn in begun {
            for needed in &stack.depends_on {
                let needed = assembly
                    .stacks()
                    .iter()
                    .find(|stack| stack.id == *needed)
                    .unwrap();
                let needed = view(&views, needed).expect("what was needed is there");
                let before = needed
                    .history
                    .iter()
                    .rfind(|each| each.at < turn.at && !each.token.starts_with("somebody"));
                let status = before.map(|turn| turn.status.as_str());
                assert!(
                    matches!(
                        status,
                        Some("CREATE_COMPLETE" | "UPDATE_COMPLETE" | "UPDATE_ROLLBACK_COMPLETE")
                    ),
                    "{} was begun while {} was in {status:?}",
                    stack.id,
                    needed.name
                );
            }
        }
    }
}

/// Nothing was asked of the stacks that were as they should be from the beginning, but how they are.
fn check_untouched(assembly: &Assembly, before: &[StackView], cloud: &LocalCloud) {
    let after = cloud.stacks();
    for stack in assembly.stacks() {
        let (Some(was), Some(is)) = (view(before, stack), view(&after, stack)) else {
            continue;
        };
        if is_as_wanted(was, stack) && was.parameters == is.parameters && was.status.ends_with("COMPLETE") {
            let written = cloud.calls().into_iter().find(|call| {
                call.is_write() && call.stack == stack.stack_name && call.account == stack.account.as_str()
            });
            assert_eq!(written, None, "{} had not changed", stack.id);
        }
    }
}

/// A cloud with the first program of this shape in it: made once, and copied.
async fn deployed(shape: u64, first: &Arc<Assembly>) -> LocalCloud {
    static MADE: Mutex<BTreeMap<u64, LocalCloud>> = Mutex::new(BTreeMap::new());
    if let Some(cloud) = MADE.lock().unwrap().get(&shape) {
        return cloud.copy();
    }
    let cloud = LocalCloud::in_memory();
    assert!(run(first, &cloud).await.is_success());
    MADE.lock().unwrap().insert(shape, cloud.copy());
    cloud
}

/// What is said to be created or changed was, and what is said to be unchanged was not.
fn check_outcomes(assembly: &Assembly, cloud: &LocalCloud, since: u64, summary: &Summary) {
    let views = cloud.stacks();
    for (id, outcome) in &summary.done {
        let stack = assembly.stacks().iter().find(|stack| stack.id == *id).unwrap();
        let ours = view(&views, stack).unwrap().history.iter().filter(|turn| {
            turn.at > since
                && turn.token.starts_with("pipeline-dsl-")
                && turn.status.ends_with("E_IN_PROGRESS")
        });
        let began = ours.filter(|turn| turn.status != "DELETE_IN_PROGRESS").count() > 0;
        assert_eq!(
            began,
            *outcome != Outcome::Unchanged,
            "{id} is said to be {outcome:?}"
        );
    }
}

async fn schedule(seed: u64) {
    let mut chance = Chance(seed.wrapping_mul(0x9e37_79b9).wrapping_add(1));
    let shape = chance.below(64);
    let first = program(&mut Chance(shape), 0);
    let second = program(&mut Chance(shape), 1 + chance.below(31));
    let cloud = match chance.below(3) {
        0 => LocalCloud::in_memory(),
        _ => deployed(shape, &first).await,
    };
    let mut faults = Faults::of_seed(seed);
    for _ in 0..2 {
        let before = cloud.stacks();
        let since = before
            .iter()
            .flat_map(|stack| stack.history.iter().map(|turn| turn.at))
            .max()
            .unwrap_or_default();
        cloud.set_faults(Some(faults));
        cloud.remember_calls();
        let two = chance.below(6) == 0;
        // Sessions expire; keys that are accounts do not, but may be told so.
        let access = match chance.below(6) {
            0 => Access::Role(PerAccount::every("deployer")),
            _ => Access::AccountKeys,
        };
        let ended = tokio::select! {
            biased;
            () = cloud.killed() => None,
            summary = run_with(&second, &cloud, access), if !two => Some(vec![summary]),
            both = async { tokio::join!(run(&second, &cloud), run(&second, &cloud)) }, if two => Some(vec![both.0, both.1]),
        };
        if let Some(summaries) = &ended {
            for summary in summaries {
                check_summary(&second, &cloud, summary);
                // Whose a change was is not to be told where others are at it, or an answer came late.
                if !two && faults.others == 0 && faults.delayed == 0 {
                    check_outcomes(&second, &cloud, since, summary);
                }
            }
        }
        check_order(&second, &cloud, since);
        check_untouched(&second, &before, &cloud);
        if ended.is_some_and(|summaries| summaries.iter().all(Summary::is_success)) {
            break;
        }
        faults.seed = faults.seed.wrapping_add(1 << 40);
        faults.killed_at = faults.killed_at.filter(|_| chance.below(2) == 0);
    }
    // Where nothing goes wrong any more, running again finishes the job, and then there is nothing to do.
    cloud.set_faults(None);
    if faults.delayed > 0 {
        // What a killed run asked for may begin only now.
        cloud.settle().unwrap();
    }
    let summary = run(&second, &cloud).await;
    assert!(summary.is_success(), "{:?}", summary.failed);
    check_summary(&second, &cloud, &summary);
    cloud.remember_calls();
    let summary = run(&second, &cloud).await;
    assert_eq!(summary.count(Outcome::Unchanged), second.stacks().len());
    let calls = cloud.calls();
    assert_eq!(calls.len(), second.stacks().len(), "{calls:?}");
    assert!(calls.iter().all(|call| !call.is_write()));
    if seed.is_multiple_of(8) {
        destruction(&second, &cloud, faults).await;
    }
}

/// Whatever goes wrong while everything is destroyed, nothing goes before what needs it, and running again finishes the job.
async fn destruction(assembly: &Arc<Assembly>, cloud: &LocalCloud, mut faults: Faults) {
    faults.seed = !faults.seed;
    cloud.set_faults(Some(faults));
    let ended = tokio::select! {
        biased;
        () = cloud.killed() => None,
        summary = destroy(assembly, cloud) => Some(summary),
    };
    let views = cloud.stacks();
    for (id, _) in ended.iter().flat_map(|summary| &summary.done) {
        let stack = assembly.stacks().iter().find(|stack| stack.id == *id).unwrap();
        assert_eq!(view(&views, stack), None, "{id} is said to be gone");
    }
    for stack in assembly.stacks() {
        let gone = |needed: &StackId| {
            let needed = assembly
                .stacks()
                .iter()
                .find(|stack| stack.id == *needed)
                .unwrap();
            view(&views, needed).is_none_or(|view| view.status.starts_with("DELETE"))
        };
        let is_there = view(&views, stack).is_some();
        assert!(
            !(is_there && stack.depends_on.iter().any(gone)),
            "{} lost what it needs",
            stack.id
        );
    }
    cloud.set_faults(None);
    let summary = destroy(assembly, cloud).await;
    assert!(
        summary.is_success() && !summary.is_empty(),
        "{:?}",
        summary.failed
    );
    assert_eq!(cloud.stacks(), []);
}

fn simulate(seed: u64) {
    simulated::block_on(schedule(seed));
}

#[test]
fn every_schedule_ends_well() {
    let number = |name: &str| {
        std::env::var(name)
            .ok()
            .and_then(|value| value.parse::<u64>().ok())
    };
    if let Some(seed) = number("SCHEDULE") {
        return simulate(seed);
    }
    let schedules = number("SCHEDULES").unwrap_or(200);
    let next = AtomicU64::new(0);
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= schedules {
                        break;
                    }
                    let ended = std::panic::catch_unwind(|| simulate(seed));
                    assert!(
                        ended.is_ok(),
                        "schedule {seed} failed: SCHEDULE={seed} runs it again"
                    );
                }
            });
        }
    });
}
