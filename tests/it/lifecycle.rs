//! Everything around a deployment: plan, destroy, prune, what is chosen, what is stopped, and stacks that are blocked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pipeline_dsl::deploy::{
    Access, Aws, ChangeKind, DestroyOptions, Destruction, Event, Interrupt, Observer, Options, Outcome, Plan,
    PlannedAction, Selection, StackError, Summary, deploy, deploy_and_prune, plan,
};
use pipeline_dsl::local::{Asked, Faults, LocalCloud};
use pipeline_dsl::model::{Region, TeamName};
use pipeline_dsl::synth::{Assembly, synth};
use pipeline_dsl::team::{BuildAccount, Service, World};
use tokio::sync::Notify;

use crate::local_cloud::Client;
use crate::{sample, simulated};

struct Quiet;

impl Observer for Quiet {
    fn observe(&self, _: &Event<'_>) {}
}

fn options() -> Options {
    Options {
        poll_interval: Duration::from_micros(100),
        ..Options::default()
    }
}

fn aws(cloud: &LocalCloud) -> Arc<Aws> {
    let caller = sample::account("111111111111");
    Arc::new(Aws::through(cloud.http_client(), caller, Access::AccountKeys))
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().unwrap().block_on(future)
}

fn team(developers: usize) -> Arc<Assembly> {
    let world = sample::world().developers((0..developers).map(sample::developer));
    Arc::new(synth(&world.with(sample::pipeline()).build().unwrap()).unwrap())
}

fn deployed(assembly: &Arc<Assembly>, cloud: &LocalCloud, options: Options) -> Summary {
    block_on(deploy(Arc::clone(assembly), aws(cloud), options, Arc::new(Quiet))).unwrap()
}

fn planned(assembly: &Arc<Assembly>, cloud: &LocalCloud) -> Plan {
    block_on(plan(Arc::clone(assembly), aws(cloud), options(), Arc::new(Quiet))).unwrap()
}

fn destroyed(assembly: &Arc<Assembly>, cloud: &LocalCloud, options: Options, delete_data: bool) -> Summary {
    let destroy_options = DestroyOptions { delete_data };
    block_on(async {
        let found = Destruction::of(assembly, aws(cloud), options, Arc::new(Quiet)).await;
        found.unwrap().run(destroy_options).await
    })
}

fn selected(only: &[&str], exclude: &[&str]) -> Options {
    let names = |names: &[&str]| names.iter().map(ToString::to_string).collect();
    Options {
        selection: Selection {
            only: names(only),
            exclude: names(exclude),
        },
        ..options()
    }
}

#[track_caller]
fn succeeded(summary: &Summary) {
    assert!(summary.is_success(), "{:?} {:?}", summary.failed, summary.skipped);
}

fn actions(plan: &Plan) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for stack in &plan.stacks {
        *counts.entry(stack.action.as_str()).or_default() += 1;
    }
    counts
}

#[test]
fn a_plan_writes_nothing_and_says_what_the_deployment_does() {
    let cloud = LocalCloud::in_memory();
    let two = team(2);
    let stacks = two.stacks().len();
    cloud.remember_calls();
    let before = planned(&two, &cloud);
    assert_eq!(actions(&before), BTreeMap::from([("create", stacks)]));
    assert!(
        cloud.calls().iter().all(|call| !call.is_write()),
        "of what is new, CloudFormation need not be asked"
    );

    succeeded(&deployed(&two, &cloud, options()));
    assert!(planned(&two, &cloud).is_empty());

    let three = team(3);
    let plan = planned(&three, &cloud);
    assert_eq!(
        actions(&plan),
        BTreeMap::from([("create", 2), ("nothing", stacks - 1), ("update", 1)])
    );
    let update = plan
        .stacks
        .iter()
        .find(|plan| plan.action.as_str() == "update")
        .unwrap();
    assert_eq!(update.stack.as_str(), "111111111111/us-east-1/acme-build");
    let changed: Vec<(&str, ChangeKind, bool)> = update
        .changes
        .iter()
        .map(|change| (change.resource.as_str(), change.action, change.security))
        .collect();
    assert!(
        changed.contains(&("BuildBucketPolicy", ChangeKind::Modify, true)),
        "{changed:?}"
    );
    assert!(update.changes.iter().all(|change| !change.loses_data));
    // No change set is left behind, and the stack is as it was.
    let client = Client::new(&cloud, "111111111111", "us-east-1");
    assert_eq!(client.change_sets("acme-build"), 0);
    assert_eq!(client.status("acme-build").as_deref(), Some("CREATE_COMPLETE"));
}

/// A stack that shows a topic, and one that takes it from there once the program says so.
fn giver_and_taker(taken: bool) -> Arc<Assembly> {
    let stack = |name: &str, digest: &str, parameters: serde_json::Value, needs: &[&str]| {
        serde_json::json!({
            "id": format!("111111111111/us-east-1/{name}"),
            "stackName": name,
            "account": "111111111111",
            "region": "us-east-1",
            "template": digest,
            "parameters": parameters,
            "dependsOn": needs,
            "capabilities": [],
            "tags": {"pipeline-dsl:team": "acme"},
        })
    };
    let giver = "111111111111/us-east-1/giver";
    let mut stacks = Vec::new();
    if taken {
        stacks.push(stack("giver", "a", serde_json::json!({}), &[]));
        let parameters = serde_json::json!({"Topic": {"output": {"stack": giver, "output": "Arn"}}});
        stacks.push(stack("taker", "b", parameters, &[giver]));
    } else {
        stacks.push(stack("taker", "c", serde_json::json!({}), &[]));
    }
    let manifest = serde_json::json!({
        "version": 1,
        "team": "acme",
        "buildAccount": "111111111111",
        "primaryRegion": "us-east-1",
        "stacks": stacks,
    });
    let template = |digest: &str| match digest {
        "a" => {
            let topic = serde_json::json!({"Type": "AWS::SNS::Topic", "Properties": {}});
            let outputs =
                serde_json::json!({"Arn": {"Value": {"Ref": "Given"}}, "TemplateDigest": {"Value": "a"}});
            serde_json::json!({"Resources": {"Given": topic}, "Outputs": outputs})
        }
        digest => {
            let name = match digest {
                "b" => serde_json::json!({"Ref": "Topic"}),
                _ => "nothing".into(),
            };
            let kept = serde_json::json!({"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": name}});
            let mut template = serde_json::json!({
                "Resources": {"Kept": kept, format!("Only{}", digest.to_uppercase()): {"Type": "AWS::SQS::Queue", "Properties": {}}},
                "Outputs": {"TemplateDigest": {"Value": digest}},
            });
            if digest == "b" {
                template["Parameters"] = serde_json::json!({"Topic": {"Type": "String"}});
            }
            template
        }
    };
    let assembly = Assembly::from_manifest(&manifest.to_string(), |digest| {
        Ok(template(digest.as_str()).to_string())
    });
    Arc::new(assembly.unwrap())
}

#[test]
fn a_stack_that_depends_on_what_is_not_there_yet_is_compared_by_its_template() {
    let cloud = LocalCloud::in_memory();
    succeeded(&deployed(&giver_and_taker(false), &cloud, options()));
    let after = giver_and_taker(true);
    let plan = planned(&after, &cloud);
    assert_eq!(plan.stacks[0].action.as_str(), "create");
    let taker = &plan.stacks[1];
    assert!(matches!(&taker.action, PlannedAction::UpdateAfter(giver) if giver.as_str().ends_with("/giver")));
    let changes: Vec<(&str, ChangeKind)> = taker
        .changes
        .iter()
        .map(|change| (change.resource.as_str(), change.action))
        .collect();
    assert_eq!(
        changes,
        [
            ("Kept", ChangeKind::Modify),
            ("OnlyB", ChangeKind::Add),
            ("OnlyC", ChangeKind::Remove)
        ]
    );
    // And that is what becomes of it.
    let summary = deployed(&after, &cloud, options());
    succeeded(&summary);
    assert_eq!(
        (summary.count(Outcome::Created), summary.count(Outcome::Updated)),
        (1, 1)
    );
}

#[test]
fn what_is_destroyed_goes_in_reverse_order_and_data_stays_unless_told() {
    let cloud = LocalCloud::in_memory();
    let assembly = team(2);
    succeeded(&deployed(&assembly, &cloud, options()));
    let summary = destroyed(&assembly, &cloud, options(), false);
    succeeded(&summary);
    assert_eq!(summary.count(Outcome::Deleted), assembly.stacks().len());
    assert_eq!(cloud.stacks(), []);
    // The buckets are still there, with what is in them: the new stacks take them over.
    crate::local_cloud::put_object(&cloud, BUILDS, "orders/later.zip");
    let summary = deployed(&assembly, &cloud, options());
    succeeded(&summary);
    assert_eq!(summary.count(Outcome::Created), assembly.stacks().len());
    assert!(planned(&assembly, &cloud).is_empty());
    // And the next change is an ordinary one.
    succeeded(&deployed(&team(3), &cloud, options()));
}

const BUILDS: (&str, &str, &str) = (
    "111111111111",
    "us-east-1",
    "acme-build-111111111111-us-east-1-an",
);

#[test]
fn data_goes_too_when_told_and_everything_can_be_deployed_again() {
    let cloud = LocalCloud::in_memory();
    let assembly = team(2);
    succeeded(&deployed(&assembly, &cloud, options()));
    crate::local_cloud::put_object(&cloud, BUILDS, "orders/orders.zip");
    let summary = destroyed(&assembly, &cloud, options(), true);
    succeeded(&summary);
    assert_eq!(cloud.stacks(), []);
    succeeded(&deployed(&assembly, &cloud, options()));
}

/// Whatever fails on the way, no data stays behind that was to go.
#[test]
fn data_goes_though_calls_fail_on_the_way() {
    for seed in 0..40 {
        let cloud = LocalCloud::in_memory();
        let assembly = team(1);
        succeeded(&deployed(&assembly, &cloud, options()));
        crate::local_cloud::put_object(&cloud, BUILDS, "orders/orders.zip");
        let mut faults = Faults::of_seed(seed);
        (
            faults.failed,
            faults.throttled,
            faults.answer_lost,
            faults.expired,
        ) = (250, 250, 250, 100);
        (faults.resources, faults.rollbacks, faults.unknown_principals) = (0, 0, 0);
        (faults.killed_at, faults.most) = (None, 60);
        cloud.set_faults(Some(faults));
        simulated::block_on(async {
            for _ in 0..2 {
                let aws = Arc::new(simulated::aws(&cloud, Access::AccountKeys));
                let found = Destruction::of(&assembly, aws, Options::default(), Arc::new(Quiet)).await;
                if let Ok(destruction) = found {
                    destruction.run(DestroyOptions { delete_data: true }).await;
                }
                cloud.set_faults(None);
            }
        });
        assert_eq!(cloud.stacks(), [], "seed {seed}");
        let buckets = crate::local_cloud::buckets(&cloud, (BUILDS.0, BUILDS.1));
        assert_eq!(buckets, Vec::<String>::new(), "seed {seed}");
    }
}

#[test]
fn a_developer_who_left_is_an_orphan_until_pruned() {
    let cloud = LocalCloud::in_memory();
    succeeded(&deployed(&team(3), &cloud, options()));
    let two = team(2);
    let own = [
        "500000000002/us-east-1/acme-developer-service-orders",
        "500000000002/us-east-1/acme-developer",
    ];
    let orphans = |plan: &Plan| {
        let orphans = plan.orphans.iter();
        orphans.map(|orphan| orphan.stack.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(orphans(&planned(&two, &cloud)), own);
    // Deployments without her do not forget her.
    succeeded(&deployed(&two, &cloud, options()));
    succeeded(&deployed(&two, &cloud, options()));
    assert_eq!(orphans(&planned(&two, &cloud)), own);
    cloud.remember_calls();
    let pruned = deploy_and_prune(Arc::clone(&two), aws(&cloud), options(), Arc::new(Quiet));
    let (pruned, summary) = block_on(pruned).unwrap();
    // The subscription ends before anything is deleted: nothing more arrives.
    let calls = cloud.calls();
    let first = |action: &str, stack: &str| {
        let mut calls = calls.iter();
        calls
            .position(|call| call.action == action && call.stack.contains(stack))
            .unwrap()
    };
    assert!(first("CreateChangeSet", "acme-developer") < first("DeleteStack", "acme-developer-service-"));
    succeeded(&pruned);
    succeeded(&summary);
    assert_eq!(pruned.count(Outcome::Deleted), 2);
    assert!(planned(&two, &cloud).is_empty());
    assert!(cloud.stacks().iter().all(|stack| stack.account != "500000000002"));
}

/// A team with these services.
fn services(names: &[&str]) -> Arc<Assembly> {
    let services: Vec<_> = names
        .iter()
        .map(|name| Service::new(sample::name(name)))
        .collect();
    let build = BuildAccount::new(sample::account("111111111111"), Region::UsEast1);
    let mut world = World::new(TeamName::new("acme"), build)
        .environment(sample::dev())
        .wave(sample::wave())
        .developer(sample::developer(0));
    for service in &services {
        world = world.service(*service);
    }
    let pipelines = services
        .into_iter()
        .map(|service| sample::pipeline_of(service).release(sample::wave()));
    Arc::new(synth(&world.with_all(pipelines).build().unwrap()).unwrap())
}

/// The role that a service is deployed with.
fn deployment_role(account: &str, service: &str) -> String {
    format!("arn:aws:iam::{account}:role/acme/delivery/deployment/acme-{service}-deployment-us-east-1")
}

/// When the deletion of a stack of an account was asked for, of all calls.
fn deletion(calls: &[Asked], account: &str, stack: &str) -> usize {
    let asked = |call: &Asked| {
        // By its id, once that is known.
        let is_it = call.stack == stack || call.stack.contains(&format!(":stack/{stack}/"));
        call.action == "DeleteStack" && call.account == account && is_it
    };
    calls
        .iter()
        .position(asked)
        .unwrap_or_else(|| panic!("{stack} was not deleted"))
}

/// What pipelines have deployed goes with the service, with the roles that it was deployed with; the later stack first, which may
/// need the earlier one.
#[test]
fn what_a_service_has_deployed_goes_before_its_roles() {
    let cloud = LocalCloud::in_memory();
    succeeded(&deployed(&services(&["orders", "billing"]), &cloud, options()));
    let (dev, own) = ("222222222222", "500000000000");
    for account in [dev, own] {
        let client = Client::new(&cloud, account, "us-east-1");
        client.created_with("billing", TOPIC, &deployment_role(account, "billing"));
        client.created_with("billing-more", OTHER_TOPIC, &deployment_role(account, "billing"));
        // Of a service that stays, and of nobody's.
        client.created_with("orders", THIRD_TOPIC, &deployment_role(account, "orders"));
    }
    let left = services(&["orders"]);
    cloud.remember_calls();
    let pruned = deploy_and_prune(Arc::clone(&left), aws(&cloud), options(), Arc::new(Quiet));
    let (pruned, summary) = block_on(pruned).unwrap();
    succeeded(&pruned);
    succeeded(&summary);
    let calls = cloud.calls();
    for (account, holder) in [
        (dev, "acme-target-billing"),
        (own, "acme-developer-service-billing"),
    ] {
        let order = ["billing-more", "billing", holder].map(|stack| deletion(&calls, account, stack));
        assert!(order.is_sorted(), "{account}: {order:?}");
        if account == dev {
            // No pipeline is there any more that could deploy it again.
            assert!(deletion(&calls, "111111111111", "acme-service-billing") < order[0]);
        }
        let client = Client::new(&cloud, account, "us-east-1");
        assert_eq!(client.status("orders").as_deref(), Some("CREATE_COMPLETE"));
    }
    assert!(planned(&left, &cloud).is_empty());
}

/// Of a developer who leaves nothing stays but what is retained, and that is named.
#[test]
fn a_developer_leaves_with_what_was_deployed_for_them() {
    let cloud = LocalCloud::in_memory();
    let assembly = services(&["orders"]);
    succeeded(&deployed(&assembly, &cloud, options()));
    let own = "500000000000";
    let client = Client::new(&cloud, own, "us-east-1");
    client.created_with("orders", TOPIC, &deployment_role(own, "orders"));
    let selected = selected(&["dev-0"], &[]);
    cloud.remember_calls();
    let destruction = Destruction::of(&assembly, aws(&cloud), selected, Arc::new(Quiet));
    let destruction = block_on(destruction).unwrap();
    let services: Vec<&str> = destruction.services().map(|stack| stack.as_str()).collect();
    assert_eq!(services, ["500000000000/us-east-1/orders"]);
    let summary = block_on(destruction.run(DestroyOptions::default()));
    succeeded(&summary);
    // The subscription ends first, so that nothing arrives that could be deployed again.
    let calls = cloud.calls();
    let unsubscribed = calls
        .iter()
        .position(|call| call.action == "ExecuteChangeSet" && call.account == own);
    assert!(unsubscribed.unwrap() < deletion(&calls, own, "orders"));
    let there: Vec<String> = cloud
        .stacks()
        .into_iter()
        .filter(|stack| stack.account == own)
        .map(|stack| stack.name)
        .collect();
    assert_eq!(there, Vec::<String>::new());
    let mut retained: Vec<&str> = summary
        .retained
        .iter()
        .flat_map(|(_, resources)| resources)
        .map(|resource| resource.resource_type.as_str())
        .collect();
    retained.sort_unstable();
    retained.dedup();
    assert_eq!(retained, ["AWS::KMS::Key", "AWS::S3::Bucket"]);
}

/// Wakes somebody after so many events.
struct AfterEvents(Mutex<usize>, Notify);

impl Observer for AfterEvents {
    fn observe(&self, _: &Event<'_>) {
        let mut left = self.0.lock().unwrap();
        *left = left.saturating_sub(1);
        if *left == 0 {
            self.1.notify_one();
        }
    }
}

/// Killed wherever it is, and begun again: nothing stays, and no stack loses its role.
#[test]
fn who_leaves_is_gone_wherever_the_first_try_was_killed() {
    let own = "500000000000";
    let assembly = services(&["orders", "billing"]);
    let mut killed = 0;
    for events in 1..14 {
        let cloud = LocalCloud::in_memory();
        succeeded(&deployed(&assembly, &cloud, options()));
        let client = Client::new(&cloud, own, "us-east-1");
        client.created_with("billing", TOPIC, &deployment_role(own, "billing"));
        client.created_with("orders", OTHER_TOPIC, &deployment_role(own, "orders"));
        let observer = Arc::new(AfterEvents(Mutex::new(events), Notify::new()));
        let destruction = |observer: Arc<dyn Observer>| {
            let selected = selected(&["dev-0"], &[]);
            Destruction::of(&assembly, aws(&cloud), selected, observer)
        };
        // Dropped, it does nothing more, as a process that is killed.
        let was_killed = block_on(async {
            let first = destruction(Arc::clone(&observer) as _).await.unwrap();
            tokio::select! {
                _ = first.run(DestroyOptions::default()) => false,
                () = observer.1.notified() => true,
            }
        });
        killed += usize::from(was_killed);
        let again = async {
            destruction(Arc::new(Quiet))
                .await
                .unwrap()
                .run(DestroyOptions::default())
                .await
        };
        succeeded(&block_on(again));
        let there: Vec<String> = cloud
            .stacks()
            .into_iter()
            .filter(|stack| stack.account == own)
            .map(|stack| stack.name)
            .collect();
        assert_eq!(there, Vec::<String>::new(), "killed after {events} events");
    }
    assert!(killed > 8, "{killed}");
}

/// What is protected stays, and with it the roles that it needs.
#[test]
fn what_is_protected_stays_with_its_roles() {
    let cloud = LocalCloud::in_memory();
    succeeded(&deployed(&services(&["orders", "billing"]), &cloud, options()));
    let own = "500000000000";
    let client = Client::new(&cloud, own, "us-east-1");
    client.created_with("billing", TOPIC, &deployment_role(own, "billing"));
    client.protect("billing");
    let left = services(&["orders"]);
    let prune = || {
        let pruned = deploy_and_prune(Arc::clone(&left), aws(&cloud), options(), Arc::new(Quiet));
        block_on(pruned).unwrap().0
    };
    let pruned = prune();
    let failed: Vec<&str> = pruned.failed.iter().map(|each| each.stack.as_str()).collect();
    assert_eq!(failed, ["500000000000/us-east-1/billing"]);
    assert!(
        pruned.failed[0]
            .error
            .to_string()
            .contains("termination protection")
    );
    let skipped: Vec<&str> = pruned.skipped.iter().map(|(stack, _)| stack.as_str()).collect();
    assert_eq!(skipped, ["500000000000/us-east-1/acme-developer-service-billing"]);
    client.unprotect("billing");
    succeeded(&prune());
}

#[test]
fn roles_are_pruned_after_the_pipelines_that_assume_them() {
    let cloud = LocalCloud::in_memory();
    succeeded(&deployed(&services(&["orders", "billing"]), &cloud, options()));
    let left = services(&["orders"]);
    cloud.remember_calls();
    let pruned = deploy_and_prune(left, aws(&cloud), options(), Arc::new(Quiet));
    let (pruned, _) = block_on(pruned).unwrap();
    succeeded(&pruned);
    let calls = cloud.calls();
    let pipeline = deletion(&calls, "111111111111", "acme-service-billing");
    let roles = deletion(&calls, "222222222222", "acme-target-billing");
    assert!(pipeline < roles);
}

/// As on AWS, where nothing can be done to such a stack without another role.
#[test]
fn a_stack_whose_role_is_gone_cannot_be_deleted() {
    let cloud = LocalCloud::in_memory();
    let assembly = services(&["orders"]);
    succeeded(&deployed(&assembly, &cloud, options()));
    let role = "arn:aws:iam::222222222222:role/acme/delivery/deployment/acme-orders-deployment-us-east-1";
    let client = Client::new(&cloud, "222222222222", "us-east-1");
    client.created_with("orders", TOPIC, role);
    // By hand, without looking at what has its roles.
    client.delete("acme-target-orders");
    let error = client.deletion_error("orders").unwrap();
    assert!(
        error.contains(&format!("Role {role} is invalid or cannot be assumed")),
        "{error}"
    );
}

#[test]
fn the_whole_team_goes_with_those_who_left() {
    let cloud = LocalCloud::in_memory();
    let three = team(3);
    succeeded(&deployed(&three, &cloud, options()));
    let summary = destroyed(&team(2), &cloud, options(), false);
    succeeded(&summary);
    assert_eq!(summary.count(Outcome::Deleted), three.stacks().len());
    assert_eq!(cloud.stacks(), []);
}

#[test]
fn only_what_is_chosen_and_what_it_needs() {
    let cloud = LocalCloud::in_memory();
    let assembly = team(2);
    let developer = assembly
        .stacks()
        .iter()
        .find_map(|stack| stack.developer)
        .unwrap()
        .to_string();
    let summary = deployed(&assembly, &cloud, selected(&[&developer], &[]));
    succeeded(&summary);
    let names: Vec<&str> = summary.done.iter().map(|(stack, _)| stack.as_str()).collect();
    assert_eq!(
        names,
        [
            "111111111111/us-east-1/acme-build",
            "500000000000/us-east-1/acme-developer",
            "500000000000/us-east-1/acme-developer-service-orders",
        ]
    );
    // What is left out is looked at, where others take values from it.
    let summary = deployed(&assembly, &cloud, selected(&[], &["acme-build"]));
    succeeded(&summary);
    assert_eq!(summary.len(), assembly.stacks().len() - 1);

    let unknown = deploy(
        Arc::clone(&assembly),
        aws(&cloud),
        selected(&["acme-bild"], &[]),
        Arc::new(Quiet),
    );
    let error = block_on(unknown).unwrap_err().to_string();
    assert_eq!(
        error,
        "there is no stack, developer or service `acme-bild`; did you mean `acme-build`?"
    );
}

#[test]
fn what_is_left_out_must_be_there() {
    let assembly = team(1);
    let summary = deployed(
        &assembly,
        &LocalCloud::in_memory(),
        selected(&[], &["acme-build"]),
    );
    assert!(!summary.is_success());
    assert!(matches!(summary.failed[0].error, StackError::LeftOut));
    assert_eq!(
        summary.failed[0].stack.as_str(),
        "111111111111/us-east-1/acme-build"
    );
}

/// Stops as soon as something is finished.
struct StopAfterOne(Interrupt);

impl Observer for StopAfterOne {
    fn observe(&self, event: &Event<'_>) {
        if let Event::Finished { .. } = event {
            self.0.stop();
        }
    }
}

#[test]
fn stopped_it_finishes_what_runs_and_begins_nothing_new() {
    let cloud = LocalCloud::in_memory();
    let assembly = team(2);
    let options = Options {
        concurrency: 1,
        ..options()
    };
    let observer = StopAfterOne(options.interrupt.clone());
    let stopped = deploy(Arc::clone(&assembly), aws(&cloud), options, Arc::new(observer));
    let summary = block_on(stopped).unwrap();
    assert!(!summary.is_success());
    assert_eq!((summary.failed.len(), summary.skipped.len()), (0, 0));
    assert_eq!(
        summary.done.len() + summary.not_begun.len(),
        assembly.stacks().len()
    );
    let there = cloud.stacks();
    assert_eq!(there.len(), summary.done.len());
    assert!(there.iter().all(|stack| stack.status == "CREATE_COMPLETE"));
    succeeded(&deployed(&assembly, &cloud, self::options()));
}

const OTHER_TOPIC: &str = r#"{"Resources": {"Other": {"Type": "AWS::SNS::Topic", "Properties": {}}}}"#;
const THIRD_TOPIC: &str = r#"{"Resources": {"Third": {"Type": "AWS::SNS::Topic", "Properties": {}}}}"#;
const TOPIC: &str = r#"{"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {}}}}"#;

#[test]
fn a_stack_in_review_is_taken_over_or_somebody_elses() {
    let cloud = LocalCloud::in_memory();
    let assembly = team(0);
    let client = Client::new(&cloud, "111111111111", "us-east-1");
    client.named_change_set("acme-build", "pipeline-dsl-of-a-killed-run", TOPIC);
    succeeded(&deployed(&assembly, &cloud, selected(&["acme-build"], &[])));

    let target = assembly
        .stacks()
        .iter()
        .find(|stack| stack.stack_name == "acme-target-orders")
        .unwrap();
    let client = Client::new(&cloud, target.account.as_str(), target.region.as_str());
    client.named_change_set("acme-target-orders", "of-somebody-else", TOPIC);
    let summary = deployed(&assembly, &cloud, options());
    let failure = summary.failed.iter().find(|failure| failure.stack == target.id);
    let error = &failure.expect("it is refused").error;
    assert!(
        error.to_string().contains("change set `of-somebody-else`"),
        "{error}"
    );
}

#[test]
fn what_is_protected_is_not_deleted() {
    let cloud = LocalCloud::in_memory();
    let assembly = team(0);
    succeeded(&deployed(&assembly, &cloud, options()));
    Client::new(&cloud, "111111111111", "us-east-1").protect("acme-service-orders");
    let summary = destroyed(&assembly, &cloud, options(), false);
    assert_eq!(summary.failed.len(), 1);
    let error = &summary.failed[0].error;
    assert!(
        error.to_string().contains("termination protection is on"),
        "{error}"
    );
    assert!(
        error
            .help()
            .unwrap()
            .contains("--no-enable-termination-protection --stack-name acme-service-orders")
    );
    assert!(!summary.skipped.is_empty(), "what it needs stays");
}

#[test]
fn a_busy_or_blocked_stack_is_planned_as_such() {
    let cloud = LocalCloud::in_memory();
    let assembly = team(0);
    Client::new(&cloud, "111111111111", "us-east-1").create("acme-build", TOPIC);
    let plan = planned(&assembly, &cloud);
    assert!(plan.is_blocked());
    let blocked = plan
        .stacks
        .iter()
        .find(|plan| plan.stack.as_str().ends_with("acme-build"))
        .unwrap();
    assert!(matches!(
        &blocked.action,
        PlannedAction::Blocked(StackError::NotOurs { .. })
    ));
}

/// An assembly of one stack with these resources.
fn of_resources(resources: &serde_json::Value) -> Arc<Assembly> {
    let mut template = serde_json::json!({"Resources": resources});
    let digest = format!("{:064x}", resources.to_string().len());
    template["Outputs"] = serde_json::json!({"TemplateDigest": {"Value": digest}});
    let manifest = serde_json::json!({
        "version": 1,
        "team": "acme",
        "buildAccount": "111111111111",
        "primaryRegion": "us-east-1",
        "stacks": [{
            "id": "111111111111/us-east-1/acme-data",
            "stackName": "acme-data",
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

#[test]
fn a_plan_is_loud_where_data_is_lost() {
    let cloud = LocalCloud::in_memory();
    let bucket =
        |name: &str| serde_json::json!({"Type": "AWS::S3::Bucket", "Properties": {"BucketName": name}});
    let queue = serde_json::json!({"Type": "AWS::SQS::Queue", "Properties": {}});
    let kept = serde_json::json!({"Type": "AWS::SQS::Queue", "DeletionPolicy": "Retain", "Properties": {}});
    let topic = serde_json::json!({"Type": "AWS::SNS::Topic", "Properties": {}});
    let before = of_resources(
        &serde_json::json!({"Bucket": bucket("first-of-acme"), "Queue": queue, "Kept": kept, "Old": topic}),
    );
    succeeded(&deployed(&before, &cloud, options()));
    let after = of_resources(&serde_json::json!({"Bucket": bucket("second-of-acme"), "New": topic}));
    let plan = planned(&after, &cloud);
    let changes: Vec<(&str, ChangeKind, bool)> = plan.stacks[0]
        .changes
        .iter()
        .map(|change| (change.resource.as_str(), change.action, change.loses_data))
        .collect();
    assert_eq!(
        changes,
        [
            ("Bucket", ChangeKind::Replace, true),
            ("Kept", ChangeKind::Retain, false),
            ("New", ChangeKind::Add, false),
            ("Old", ChangeKind::Remove, false),
            ("Queue", ChangeKind::Remove, true),
        ]
    );
}
