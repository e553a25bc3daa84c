//! A cloud while it runs: tasks one after the other, each of which plans others.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::agenda::Agenda;
use super::circumstances::Circumstances;
use super::execution::{Execution, Lane};
use super::landscape::Landscape;
use super::latency::Jitter;
use super::place::Place;
use super::step::{Outcome, Step};
use super::surroundings::Surroundings;
use super::task::{Run, Task};
use crate::local::cloud::contents::ResourceView;
use crate::local::cloud::local_cloud::{Functions, LocalCloud};
use crate::local::iam::authorizer::Authorizer;

/// A cloud while it runs.
#[derive(Debug)]
pub(crate) struct RunningCloud<S: Surroundings> {
    pub(super) cloud: LocalCloud,
    pub(super) landscape: Landscape,
    pub(super) surroundings: S,
    pub(super) circumstances: Circumstances,
    pub(super) jitter: Jitter,
    pub(super) agenda: Agenda<Task<S::Task, S::Denial>>,
    /// The cloud's own time when it began to run.
    pub(super) began: u64,
    steps: Vec<Step<S::Denial>>,
    pub(super) executions: Vec<Execution>,
    pub(super) lanes: BTreeMap<String, Lane>,
    /// How many objects each step has put into buckets that announce them.
    pub(super) announced: Vec<(usize, usize)>,
}

/// What was done next.
#[derive(Debug)]
pub(crate) enum Proceeded<Outside> {
    /// Something that the cloud does by itself.
    Inside,
    /// Nothing yet: this happens outside of the cloud, and is due.
    Outside(Outside),
}

impl<S: Surroundings> RunningCloud<S> {
    /// A cloud with these resources begins to run: what is created, published and started from now on moves on.
    pub(crate) fn of(
        cloud: &LocalCloud,
        resources: &[ResourceView],
        authorizer: Arc<dyn Authorizer>,
        functions: Arc<dyn Functions>,
        surroundings: S,
    ) -> Self {
        cloud.set_authorizer(Some(authorizer));
        cloud.set_functions(Some(functions));
        // What was before is not asked for again.
        cloud.created_objects();
        cloud.published_messages();
        cloud.started_pipelines();
        Self {
            cloud: cloud.clone(),
            landscape: Landscape::of(resources),
            surroundings,
            circumstances: Circumstances::default(),
            jitter: Jitter::of(None),
            agenda: Agenda::new(),
            began: cloud.now(),
            steps: Vec::new(),
            executions: Vec::new(),
            lanes: BTreeMap::new(),
            announced: Vec::new(),
        }
    }

    /// Sets what is out of the ordinary, and how times differ.
    pub(crate) fn set_circumstances(&mut self, circumstances: Circumstances, jitter: Jitter) {
        self.circumstances = circumstances;
        self.jitter = jitter;
    }

    pub(crate) fn cloud(&self) -> &LocalCloud {
        &self.cloud
    }

    pub(crate) fn landscape(&self) -> &Landscape {
        &self.landscape
    }

    pub(crate) fn surroundings(&self) -> &S {
        &self.surroundings
    }

    /// Seconds of simulated time since it began to run.
    pub(crate) fn now(&self) -> u64 {
        self.agenda.now()
    }

    /// The cloud's own time when it began to run, in seconds.
    pub(crate) fn began(&self) -> u64 {
        self.began
    }

    /// About as many seconds, by the jitter.
    pub(crate) fn around(&mut self, seconds: u64) -> u64 {
        self.jitter.around(seconds)
    }

    /// Plans something that happens outside, for a moment.
    pub(crate) fn at(&mut self, moment: u64, task: S::Task) {
        self.agenda.at(moment, Task::Outside(task));
    }

    /// Plans something that happens outside, so many seconds from now.
    pub(crate) fn after(&mut self, seconds: u64, task: S::Task) {
        self.agenda.after(seconds, Task::Outside(task));
    }

    /// Plans that a function runs on an event, now.
    pub(crate) fn run_on(&mut self, function: &str, event: serde_json::Value, about: &str, parent: usize) {
        let run = Run {
            function: function.to_owned(),
            about: about.to_owned(),
            event,
            failures: 0,
            parent,
        };
        self.agenda.after(0, Task::Run(run));
    }

    /// When an account answers again that does not answer now.
    pub(crate) fn down_until(&self, account: &str) -> Option<u64> {
        self.circumstances.down_until(account, self.agenda.now())
    }

    /// Does the next task, at its time; nothing, when nothing moves any more.
    pub(crate) fn proceed(&mut self) -> Option<Proceeded<S::Task>> {
        let task = self.agenda.next()?;
        self.cloud.wait_until(self.began + self.agenda.now());
        if let Some(until) = self.postponed(&task) {
            self.agenda.at(until, task);
            return Some(Proceeded::Inside);
        }
        match task {
            Task::Outside(task) => return Some(Proceeded::Outside(task)),
            Task::Event(event) => self.route(&event),
            Task::Deliver(delivery) => self.deliver(delivery),
            Task::Run(run) => self.run_function(run),
            Task::Start { pipeline, parent } => self.start(&pipeline, parent),
            Task::Perform(performance) => self.perform(performance),
            Task::Finish(performance, outcome) => self.finish(&performance, outcome),
        }
        Some(Proceeded::Inside)
    }

    /// In an account that is down nothing happens until it is up again; but SNS is told, and tries again.
    fn postponed(&self, task: &Task<S::Task, S::Denial>) -> Option<u64> {
        let account = match task {
            Task::Event(event) => &self.landscape.buckets.get(&event.created.bucket)?.place.account,
            Task::Run(run) => &self.landscape.functions.get(&run.function)?.account,
            Task::Start { pipeline, .. } => &self.landscape.pipelines.get(pipeline)?.place.account,
            Task::Perform(performance) | Task::Finish(performance, _) => {
                let pipeline = &self.executions.get(performance.execution)?.pipeline;
                &self.landscape.pipelines.get(pipeline)?.place.account
            }
            // The caller knows which account that is.
            Task::Outside(_) | Task::Deliver(_) => return None,
        };
        self.down_until(account)
    }

    /// Remembers that something happened; the step's number.
    pub(crate) fn step(
        &mut self,
        parent: Option<usize>,
        place: &Place,
        what: impl Into<String>,
        took: u64,
        outcome: Outcome<S::Denial>,
    ) -> usize {
        let number = self.steps.len();
        let step = Step {
            number,
            parent,
            at: self.agenda.now(),
            took,
            place: self.surroundings.place_name(place),
            account: place.account.clone(),
            region: place.region.clone(),
            what: what.into(),
            outcome,
        };
        self.surroundings.happened(&step);
        self.steps.push(step);
        number
    }

    /// Everything that happened, in order.
    pub(crate) fn take_steps(&mut self) -> Vec<Step<S::Denial>> {
        std::mem::take(&mut self.steps)
    }

    /// How many objects each step has put into buckets that announce them.
    pub(crate) fn take_announced(&mut self) -> Vec<(usize, usize)> {
        std::mem::take(&mut self.announced)
    }
}

impl<S: Surroundings> Drop for RunningCloud<S> {
    /// The cloud is left as it was found: nobody decides, nobody runs functions.
    fn drop(&mut self) {
        self.cloud.set_authorizer(None);
        self.cloud.set_functions(None);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fmt;
    use std::sync::Arc;

    use serde_json::{Value, json};

    use super::{Proceeded, RunningCloud};
    use crate::local::codepipeline::ExecutionStatus;
    use crate::local::iam::authorizer::Authorizer;
    use crate::local::lambda::functions::{Failure, Function, Invocation};
    use crate::local::runtime::{Circumstances, Denied, Jitter, Outcome, Place, Step, Surroundings};
    use crate::local::{Functions, LocalCloud};
    use crate::policy::Request;

    /// Everything is allowed, and no function does anything.
    #[derive(Debug)]
    struct Open;

    #[derive(Debug, Clone)]
    struct Never;

    impl fmt::Display for Never {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("never")
        }
    }

    impl Denied for Never {
        fn action(&self) -> &'static str {
            "never"
        }
    }

    impl Authorizer for Open {
        fn authorize(&self, _: &Request) -> Result<(), String> {
            Ok(())
        }
    }

    impl Functions for Open {
        fn invoke(&self, _: &LocalCloud, _: &Function, _: &Value) -> Result<Invocation, Failure> {
            Ok(Invocation::default())
        }
    }

    impl Surroundings for Open {
        type Denial = Never;
        type Task = &'static str;

        fn denied_to(&self, _: &str) -> Option<Never> {
            None
        }

        fn denied_dead_letter(&self, _: &str, _: &str) -> Option<Never> {
            None
        }

        fn denied_start(&self, _: &str) -> Option<Never> {
            None
        }

        fn denied_action(&self, _: &str, _: &str, _: &str) -> Option<Never> {
            None
        }

        fn denied_meanwhile(&self) -> Option<Never> {
            None
        }

        fn invocation(&self, about: &str) -> String {
            about.to_owned()
        }

        fn invoked(&self, about: &str, _: &Invocation) -> (String, Outcome<Never>) {
            (about.to_owned(), Outcome::Done)
        }

        fn place_name(&self, place: &Place) -> String {
            place.account.clone()
        }

        fn happened(&self, _: &Step<Never>) {}
    }

    const PIPELINE: &str = "arn:aws:codepipeline:us-east-1:111111111111:orders";

    /// A bucket that announces its objects, the rule that sees them, and the pipeline that the rule starts.
    fn template() -> Value {
        let role = |service: &str| {
            json!({"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}],
            }}})
        };
        let source = json!({
            "Name": "source",
            "ActionTypeId": {"Category": "Source", "Owner": "AWS", "Provider": "S3", "Version": "1"},
            "Configuration": {"S3Bucket": "builds", "S3ObjectKey": "orders.zip", "PollForSourceChanges": "false"},
            "OutputArtifacts": [{"Name": "Orders"}],
            "RunOrder": 1,
        });
        let approval = json!({
            "Name": "approve",
            "ActionTypeId": {"Category": "Approval", "Owner": "AWS", "Provider": "Manual", "Version": "1"},
            "Configuration": {"NotificationArn": "arn:aws:sns:us-east-1:111111111111:approvals", "CustomData": "look"},
            "RunOrder": 1,
        });
        json!({"Resources": {
            "Builds": {"Type": "AWS::S3::Bucket", "Properties": {
                "BucketName": "builds",
                "VersioningConfiguration": {"Status": "Enabled"},
                "NotificationConfiguration": {"EventBridgeConfiguration": {"EventBridgeEnabled": true}},
            }},
            "Store": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "store"}},
            "PipelineRole": role("codepipeline.amazonaws.com"),
            "RuleRole": role("events.amazonaws.com"),
            "Pipeline": {"Type": "AWS::CodePipeline::Pipeline", "Properties": {
                "Name": "orders",
                "RoleArn": {"Fn::GetAtt": ["PipelineRole", "Arn"]},
                "ArtifactStores": [
                    {"Region": "us-east-1", "ArtifactStore": {"Type": "S3", "Location": {"Ref": "Store"}}},
                ],
                "Stages": [{"Name": "Source", "Actions": [source]}, {"Name": "Release", "Actions": [approval]}],
            }},
            "Rule": {"Type": "AWS::Events::Rule", "Properties": {
                "EventPattern": {"source": ["aws.s3"], "detail": {"object": {"key": ["orders.zip"]}}},
                "Targets": [
                    {"Id": "pipeline", "Arn": PIPELINE, "RoleArn": {"Fn::GetAtt": ["RuleRole", "Arn"]}},
                ],
            }},
        }})
    }

    fn deployed() -> LocalCloud {
        let cloud = LocalCloud::in_memory();
        let call = |action: &str, more: &str| {
            let credential = "Credential=111111111111/20260101/us-east-1/cloudformation/aws4_request";
            let body = format!("Action={action}&StackName=orders&ChangeSetName=first&{more}");
            let headers = [("authorization", credential)];
            let answer = cloud.answer("POST", "http://localhost/", headers, body.as_bytes());
            String::from_utf8_lossy(&answer.body).into_owned()
        };
        let template: String = form_urlencoded::byte_serialize(template().to_string().as_bytes()).collect();
        let made = call(
            "CreateChangeSet",
            &format!("ChangeSetType=CREATE&Capabilities.member.1=CAPABILITY_IAM&TemplateBody={template}"),
        );
        assert!(made.contains("<Id>"), "{made}");
        call("ExecuteChangeSet", "");
        let mut described = String::new();
        for _ in 0..100 {
            described = call("DescribeStacks", "");
            if described.contains("CREATE_COMPLETE") {
                return cloud;
            }
        }
        panic!("{described}\n{}", call("DescribeStackEvents", ""))
    }

    fn running(cloud: &LocalCloud) -> RunningCloud<Open> {
        RunningCloud::of(cloud, &cloud.resources(), Arc::new(Open), Arc::new(Open), Open)
    }

    fn statuses(cloud: &LocalCloud) -> Vec<ExecutionStatus> {
        let state = cloud.pipeline_state(PIPELINE).unwrap_or_default();
        state.stages.iter().map(|stage| stage.status).collect()
    }

    /// What is put into the bucket goes through the pipeline, without anybody who knows of pipelines; and what waits for an
    /// approval when the cloud stops is gone on with when it runs again.
    #[test]
    fn an_object_goes_through_the_pipeline() {
        let cloud = deployed();
        let mut run = running(&cloud);
        run.at(5, "a build");
        let mut outside = Vec::new();
        while let Some(proceeded) = run.proceed() {
            if let Proceeded::Outside(task) = proceeded {
                outside.push((run.now(), task));
                let content = b"orders".to_vec();
                cloud
                    .put_object("builds", "orders.zip", content, &BTreeMap::new())
                    .unwrap();
                let place = Place::of_arn(PIPELINE);
                let step = run.step(None, &place, "an object arrives", 0, Outcome::Done);
                run.announce(step, false);
            }
        }
        assert_eq!(outside, [(5, "a build")]);
        let waits = [ExecutionStatus::Succeeded, ExecutionStatus::InProgress];
        assert_eq!(statuses(&cloud), waits);
        assert_eq!(
            cloud.keys("store").len(),
            1,
            "the source is in the pipeline's own store"
        );
        drop(run);

        let mut run = running(&cloud);
        let approves = Circumstances {
            approves: true,
            ..Circumstances::default()
        };
        run.set_circumstances(approves, Jitter::of(None));
        run.resume(&["orders".to_owned()]);
        while run.proceed().is_some() {}
        assert_eq!(statuses(&cloud), [ExecutionStatus::Succeeded; 2]);
    }
}
