//! A panic in a task is an error of what the task was for; what is done was seen to be done.

use std::sync::Arc;

use pipeline_dsl::delivery::{delivery_status, developer_links, redrive, sync};
use pipeline_dsl::deploy::{
    Aws, DeployedTemplate, DestroyError, DestroyOptions, Destruction, Event, Observer, Options,
    PlannedAction, Selection, Summary, deploy, deploy_and_prune, deployed_templates, plan,
};
use pipeline_dsl::local::LocalCloud;
use pipeline_dsl::synth::{Assembly, AssemblyStack, StackId, synth};

use crate::peer::{self, Asked, Deed};
use crate::sample;

const PANICS: &str = "500000000001/us-east-1/acme-developer";
const WAITS: &str = "500000000001/us-east-1/acme-developer-service-orders";

struct Quiet;

impl Observer for Quiet {
    fn observe(&self, _: &Event<'_>) {}
}

fn options() -> Options {
    Options {
        poll_interval: std::time::Duration::from_micros(100),
        ..Options::default()
    }
}

fn team(developers: usize) -> Arc<Assembly> {
    let world = sample::world().developers((0..developers).map(sample::developer));
    Arc::new(synth(&world.with(sample::pipeline()).build().unwrap()).unwrap())
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().unwrap().block_on(future)
}

/// Everything passes but this call in the account of developer 1.
fn panics_at(cloud: &LocalCloud, action: &'static str) -> Arc<Aws> {
    peer::aws(cloud, move |asked: &Asked| {
        match asked.key == "500000000001"
            && asked.action == action
            && asked.stack != "acme-developer-service-orders"
        {
            true => Deed::Panic,
            false => Deed::Pass,
        }
    })
}

fn passes(cloud: &LocalCloud) -> Arc<Aws> {
    peer::aws(cloud, |_| Deed::Pass)
}

fn deployed(assembly: &Arc<Assembly>, aws: Arc<Aws>) -> Summary {
    block_on(deploy(Arc::clone(assembly), aws, options(), Arc::new(Quiet))).unwrap()
}

fn standing_cloud(assembly: &Arc<Assembly>) -> LocalCloud {
    let cloud = LocalCloud::in_memory();
    assert!(deployed(assembly, passes(&cloud)).is_success());
    cloud
}

#[track_caller]
fn is_defect(error: &dyn std::error::Error) {
    assert_eq!(error.to_string(), "a defect of this program: this cannot be");
}

/// One stack failed by a panic, one was skipped because of it, and no stack is missing.
#[track_caller]
fn one_failed_one_skipped(summary: &Summary, failed: &str, skipped: &str, all: usize) {
    assert!(!summary.is_success());
    assert_eq!(summary.len(), all);
    assert_eq!(summary.failed.len(), 1);
    assert_eq!(summary.failed[0].stack.as_str(), failed);
    is_defect(&summary.failed[0].error);
    assert!(summary.failed[0].error.help().unwrap().contains("report it"));
    let id = |id: &str| StackId::from(id);
    assert_eq!(summary.skipped, [(id(skipped), id(failed))]);
}

#[test]
fn in_a_deployment() {
    let assembly = team(2);
    for action in [
        "DescribeStacks",
        "CreateChangeSet",
        "ExecuteChangeSet",
        "DescribeStackEvents",
    ] {
        let cloud = LocalCloud::in_memory();
        let summary = deployed(&assembly, panics_at(&cloud, action));
        one_failed_one_skipped(&summary, PANICS, WAITS, assembly.stacks().len());
        assert!(deployed(&assembly, passes(&cloud)).is_success());
    }
}

#[test]
fn in_a_destruction() {
    let assembly = team(2);
    let cloud = standing_cloud(&assembly);
    let aws = peer::aws(&cloud, |asked: &Asked| {
        if asked.action == "DeleteStack" && asked.key == "500000000001" {
            Deed::Panic
        } else {
            Deed::Pass
        }
    });
    let summary = block_on(async {
        let found = Destruction::of(&assembly, aws, options(), Arc::new(Quiet)).await;
        found.unwrap().run(DestroyOptions::default()).await
    });
    assert_eq!(summary.len(), assembly.stacks().len());
    assert_eq!(summary.failed[0].stack.as_str(), WAITS);
    is_defect(&summary.failed[0].error);
    assert!(summary.skipped.iter().any(|(stack, _)| stack.as_str() == PANICS));
}

#[test]
fn in_the_search_for_orphans() {
    let assembly = team(2);
    let cloud = standing_cloud(&assembly);
    let aws = || {
        peer::aws(&cloud, |asked: &Asked| {
            if asked.action == "DescribeStacks" && asked.stack.is_empty() && asked.key == "500000000001" {
                Deed::Panic
            } else {
                Deed::Pass
            }
        })
    };
    let found = block_on(Destruction::of(&assembly, aws(), options(), Arc::new(Quiet)));
    let Err(DestroyError::Unsearched { place, source, .. }) = found else {
        panic!("{found:?}")
    };
    assert_eq!(place, "500000000001/us-east-1");
    is_defect(&source);
    let planned = block_on(plan(Arc::clone(&assembly), aws(), options(), Arc::new(Quiet))).unwrap();
    assert_eq!(planned.unsearched.len(), 1);
    is_defect(&planned.unsearched[0].1);
    let pruned = deploy_and_prune(Arc::clone(&assembly), aws(), options(), Arc::new(Quiet));
    assert!(matches!(block_on(pruned), Err(DestroyError::Unsearched { .. })));
}

#[test]
fn in_a_plan() {
    let cloud = standing_cloud(&team(2));
    let assembly = team(2);
    let aws = panics_at(&cloud, "DescribeStacks");
    let planned = block_on(plan(Arc::clone(&assembly), aws, options(), Arc::new(Quiet))).unwrap();
    assert!(planned.is_blocked());
    assert_eq!(planned.stacks.len(), assembly.stacks().len());
    let blocked = planned.stacks.iter().find(|stack| stack.stack.as_str() == PANICS);
    let PlannedAction::Blocked(error) = &blocked.unwrap().action else {
        panic!("{blocked:?}")
    };
    is_defect(error);
}

#[test]
fn while_subscriptions_end() {
    let three = team(3);
    let cloud = standing_cloud(&three);
    let aws = peer::aws(&cloud, |asked: &Asked| {
        if asked.action == "GetTemplate" && asked.key == "500000000002" {
            Deed::Panic
        } else {
            Deed::Pass
        }
    });
    // The deletion ends the subscription all the same.
    let pruned = deploy_and_prune(team(2), aws, options(), Arc::new(Quiet));
    let (pruned, deployed) = block_on(pruned).unwrap();
    assert!(pruned.is_success() && deployed.is_success());
    assert_eq!(pruned.len(), 2);
}

#[test]
fn in_a_look_at_deliveries() {
    let assembly = team(2);
    let cloud = standing_cloud(&assembly);
    let everything = Selection::all();
    let account = |key: &'static str| {
        peer::aws(
            &cloud,
            move |asked: &Asked| if asked.key == key { Deed::Panic } else { Deed::Pass },
        )
    };
    for (key, place) in [("500000000001", "dev-1"), ("111111111111", "build account")] {
        let status = block_on(delivery_status(&assembly, account(key), &everything)).unwrap();
        assert!(!status.is_current());
        let [unanswered] = status.unanswered.as_slice() else {
            panic!("{:?}", status.unanswered)
        };
        assert_eq!(unanswered.place, place);
        is_defect(&unanswered.error);
    }
    let redriven = block_on(redrive(&assembly, account("500000000001"), &everything)).unwrap();
    let errors: Vec<_> = redriven
        .iter()
        .filter_map(|redriven| redriven.error.as_ref())
        .collect();
    assert_eq!((redriven.len(), errors.len()), (3, 1));
    is_defect(errors[0]);
    let redriven = block_on(redrive(&assembly, account("111111111111"), &everything)).unwrap();
    is_defect(redriven[0].error.as_ref().unwrap());
    let synced = block_on(sync(&assembly, account("500000000001"), &everything)).unwrap();
    let failed = synced.iter().find(|synced| synced.developer.as_str() == "dev-1");
    is_defect(failed.unwrap().error.as_ref().unwrap());
    let developers = [sample::name("dev-0"), sample::name("dev-1")];
    let links = block_on(developer_links(&assembly, account("500000000001"), &developers));
    let buckets: Vec<bool> = links.iter().map(|links| links.builds.is_some()).collect();
    assert_eq!(buckets, [true, false]);
    let stacks: Vec<&AssemblyStack> = assembly.stacks().iter().collect();
    let stand = block_on(deployed_templates(&assembly, account("500000000001"), &stacks));
    for (stack, standing) in stand {
        let panicked = stack.as_str().starts_with("500000000001");
        assert_eq!(standing == DeployedTemplate::Unknown, panicked, "{stack}");
    }
}
