//! Executions of pipelines go from stage to stage, one in each, the newest overtaking those that wait.
//! <https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html>

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::cloudformation::types::codepipeline::DeclaredAction;
use crate::local::cloud::contents::ObjectView;
use crate::local::codepipeline::{ActionState, ExecutionStatus, PipelineState, StageState};
use crate::local::runtime::execution::{Execution, Lane};
use crate::local::runtime::landscape::{Pipeline, PipelineSource};
use crate::local::runtime::latency;
use crate::local::runtime::place::Place;
use crate::local::runtime::running_cloud::RunningCloud;
use crate::local::runtime::step::Outcome;
use crate::local::runtime::surroundings::Surroundings;
use crate::local::runtime::task::{Performance, Task};
use crate::local::store::durable::digest;

impl<S: Surroundings> RunningCloud<S> {
    /// Goes on with executions of the pipelines of these names that waited for an approval when the cloud stopped.
    pub(crate) fn resume(&mut self, names: &[String]) {
        let pipelines = self.landscape.pipelines.values();
        let of_services = pipelines
            .filter(|pipeline| names.contains(&pipeline.name))
            .cloned();
        for pipeline in of_services.collect::<Vec<_>>() {
            let Some(known) = self.cloud.pipeline_state(&pipeline.arn) else {
                continue;
            };
            self.lane(&pipeline.arn).state = known.clone();
            let mut stages = known.stages.iter().enumerate();
            if let Some((position, waiting)) =
                stages.find(|(_, stage)| stage.status == ExecutionStatus::InProgress)
            {
                let sources = self.sources_of(&pipeline, &known, &waiting.execution);
                let declared = pipeline.declared.stages.get(position);
                let actions = declared.into_iter().flat_map(|declared| &declared.actions);
                let done = actions.filter(|action| {
                    let mut seen = waiting.actions.iter();
                    seen.any(|seen| seen.name == action.name && seen.status == ExecutionStatus::Succeeded)
                });
                let done = done.map(|action| action.run_order).max().unwrap_or_default();
                self.go_on_from_before(&pipeline, (position, done), waiting.execution.clone(), sources);
            }
        }
    }

    fn go_on_from_before(
        &mut self,
        pipeline: &Pipeline,
        (stage, done): (usize, u64),
        id: String,
        sources: BTreeMap<String, ObjectView>,
    ) {
        let what = format!("{} waits from before", pipeline.name);
        let parent = self.step(None, &pipeline.place, what, 0, Outcome::Done);
        self.executions.push(Execution {
            id,
            pipeline: pipeline.arn.clone(),
            sources,
            stage,
            parent,
            running: 0,
            failed: false,
            done_at: None,
        });
        let execution = self.executions.len() - 1;
        self.lane(&pipeline.arn).inside.insert(stage, execution);
        self.go_on(execution, done);
    }

    /// The revisions that an execution began with, if its source stage has not seen another since.
    fn sources_of(
        &self,
        pipeline: &Pipeline,
        known: &PipelineState,
        execution: &str,
    ) -> BTreeMap<String, ObjectView> {
        let mut sources = BTreeMap::new();
        let seen = known.stages.first().filter(|stage| stage.execution == execution);
        for source in pipeline.sources() {
            let seen = seen.and_then(|stage| stage.actions.iter().find(|seen| seen.name == source.action));
            let revision = seen.and_then(|seen| seen.revision.as_deref());
            let object = self.cloud.object(source.bucket, source.key, revision);
            if let (Some(object), Some(output)) = (object, source.output) {
                sources.insert(output.to_owned(), object);
            }
        }
        sources
    }

    fn lane(&mut self, pipeline: &str) -> &mut Lane {
        self.lanes.entry(pipeline.to_owned()).or_default()
    }

    fn pipeline_of(&self, execution: usize) -> Option<Pipeline> {
        let execution = self.executions.get(execution)?;
        self.landscape.pipelines.get(&execution.pipeline).cloned()
    }

    pub(crate) fn start(&mut self, pipeline: &str, parent: usize) {
        let Some(pipeline) = self.landscape.pipelines.get(pipeline).cloned() else {
            return;
        };
        let what = format!("pipeline {} starts", pipeline.name);
        if let Some(denied) = self.surroundings.denied_to(&pipeline.arn) {
            self.step(Some(parent), &pipeline.place, what, 0, Outcome::denied(denied));
            return;
        }
        let step = self.step(Some(parent), &pipeline.place, what, latency::START, Outcome::Done);
        let number = self.executions.len();
        let id = execution_id(&format!("{} {number} {}", pipeline.arn, self.began));
        self.executions.push(Execution {
            id,
            pipeline: pipeline.arn,
            sources: BTreeMap::new(),
            stage: 0,
            parent: step,
            running: 0,
            failed: false,
            done_at: None,
        });
        self.arrive(number);
    }

    /// An execution comes to its next stage.
    fn arrive(&mut self, number: usize) {
        let Some(execution) = self.executions.get(number) else {
            return;
        };
        let (arn, stage) = (execution.pipeline.clone(), execution.stage);
        let lane = self.lane(&arn);
        if let Entry::Vacant(free) = lane.inside.entry(stage) {
            free.insert(number);
            self.enter(number);
            return;
        }
        let overtaken = lane.before.insert(stage, number);
        if let (Some(overtaken), Some(pipeline)) = (overtaken, self.pipeline_of(number)) {
            let parent = self.executions.get(overtaken).map(|execution| execution.parent);
            let name = pipeline
                .declared
                .stages
                .get(stage)
                .map_or("", |stage| stage.name.as_str());
            let what = format!("{} is overtaken before stage {name}", pipeline.name);
            let outcome = Outcome::Kept("a newer execution supersedes it".to_owned());
            self.step(parent, &pipeline.place, what, 0, outcome);
        }
    }

    fn enter(&mut self, number: usize) {
        let Some(pipeline) = self.pipeline_of(number) else {
            return;
        };
        let Some(execution) = self.executions.get(number) else {
            return;
        };
        let (stage, parent, id) = (execution.stage, execution.parent, execution.id.clone());
        let Some(declared) = pipeline.declared.stages.get(stage).cloned() else {
            return;
        };
        if stage > 0 {
            let what = format!("{}: stage {}", pipeline.name, declared.name);
            let step = self.step(Some(parent), &pipeline.place, what, 0, Outcome::Done);
            if let Some(execution) = self.executions.get_mut(number) {
                execution.parent = step;
            }
        }
        let told = &mut self.lane(&pipeline.arn).state;
        told.arn.clone_from(&pipeline.arn);
        while told.stages.len() <= stage {
            told.stages.push(StageState::default());
        }
        if let Some(seen) = told.stages.get_mut(stage) {
            *seen = StageState {
                name: declared.name,
                execution: id,
                status: ExecutionStatus::InProgress,
                actions: Vec::new(),
            };
        }
        self.go_on(number, 0);
    }

    /// Begins the actions that come next in the stage; without any, the stage is done.
    fn go_on(&mut self, number: usize, after: u64) {
        let (Some(pipeline), Some(execution)) = (self.pipeline_of(number), self.executions.get_mut(number))
        else {
            return;
        };
        let Some(stage) = pipeline.declared.stages.get(execution.stage) else {
            return;
        };
        let orders = stage.actions.iter().map(|action| action.run_order);
        let Some(order) = orders.filter(|order| *order > after).min() else {
            self.leave(number, ExecutionStatus::Succeeded);
            return;
        };
        let now = stage.actions.iter().filter(|action| action.run_order == order);
        let now: Vec<DeclaredAction> = now.cloned().collect();
        execution.running = now.len();
        let parent = execution.parent;
        for action in now {
            let performance = Performance {
                execution: number,
                stage: stage.name.clone(),
                action,
                parent,
            };
            self.agenda.after(0, Task::Perform(performance));
        }
    }

    /// An action is over.
    pub(in crate::local::runtime) fn finish(
        &mut self,
        performance: &Performance,
        outcome: Outcome<S::Denial>,
    ) {
        let number = performance.execution;
        let Some(pipeline) = self.pipeline_of(number) else {
            return;
        };
        let took = match outcome {
            Outcome::Waits(_) => 0,
            _ => latency::of(&performance.action.does),
        };
        let what = format!("{}/{}", performance.stage, performance.action.name);
        let status = match &outcome {
            Outcome::Done | Outcome::Kept(_) => ExecutionStatus::Succeeded,
            Outcome::Waits(_) => ExecutionStatus::InProgress,
            Outcome::Retried(_) | Outcome::Failed(_) | Outcome::Staged(_) | Outcome::Denied(_) => {
                ExecutionStatus::Failed
            }
        };
        let error = outcome.reason().filter(|_| status == ExecutionStatus::Failed);
        self.note_action(performance, status, error);
        let place = Place {
            account: pipeline.account_of(&performance.action).to_owned(),
            region: pipeline.region_of(&performance.action).to_owned(),
        };
        self.step(Some(performance.parent), &place, what, took, outcome);
        let Some(execution) = self.executions.get_mut(number) else {
            return;
        };
        execution.running = execution.running.saturating_sub(1);
        match status {
            ExecutionStatus::Failed => execution.failed = true,
            ExecutionStatus::InProgress => {
                self.keep(&pipeline.arn);
                return;
            }
            ExecutionStatus::Succeeded => {}
        }
        if execution.running > 0 {
            return;
        }
        if execution.failed {
            self.leave(number, ExecutionStatus::Failed);
        } else {
            self.go_on(number, performance.action.run_order);
        }
    }

    fn note_action(&mut self, performance: &Performance, status: ExecutionStatus, error: Option<String>) {
        let Some(execution) = self.executions.get(performance.execution) else {
            return;
        };
        let (arn, stage) = (execution.pipeline.clone(), execution.stage);
        let output = performance.action.outputs.first();
        let source = output.and_then(|output| execution.sources.get(output));
        let seen = ActionState {
            name: performance.action.name.clone(),
            status,
            at: self.began + self.agenda.now(),
            error,
            revision: source
                .filter(|_| performance.action.does.s3_source().is_some())
                .map(|source| source.version_id.clone()),
        };
        if let Some(stage) = self.lane(&arn).state.stages.get_mut(stage) {
            stage.actions.retain(|action| action.name != seen.name);
            stage.actions.push(seen);
        }
    }

    /// An execution is through with its stage, or failed in it; the next may enter.
    fn leave(&mut self, number: usize, status: ExecutionStatus) {
        let Some(execution) = self.executions.get_mut(number) else {
            return;
        };
        let (arn, stage) = (execution.pipeline.clone(), execution.stage);
        execution.stage += 1;
        let lane = self.lane(&arn);
        if let Some(seen) = lane.state.stages.get_mut(stage) {
            seen.status = status;
        }
        lane.inside.remove(&stage);
        let next = lane.before.remove(&stage);
        self.keep(&arn);
        let more = self
            .pipeline_of(number)
            .is_some_and(|pipeline| stage + 1 < pipeline.declared.stages.len());
        let succeeded = status == ExecutionStatus::Succeeded;
        if succeeded && more {
            self.arrive(number);
        } else if succeeded {
            let now = self.agenda.now();
            if let Some(execution) = self.executions.get_mut(number) {
                execution.done_at = Some(now);
            }
        }
        if let Some(next) = next {
            self.lane(&arn).inside.insert(stage, next);
            self.enter(next);
        }
    }

    /// When an execution of a pipeline with this version of a source was through with all stages, in seconds since the cloud began
    /// to run; nothing, where none was.
    pub(crate) fn deployed_at(
        &self,
        pipeline: &Pipeline,
        source: PipelineSource<'_>,
        version: &str,
    ) -> Option<u64> {
        let output = source.output?;
        let executions = self.executions.iter().filter(|execution| {
            let is_through =
                execution.pipeline == pipeline.arn && execution.stage >= pipeline.declared.stages.len();
            let taken = execution.sources.get(output);
            is_through && taken.is_some_and(|taken| taken.version_id == version && taken.key == source.key)
        });
        executions.filter_map(|execution| execution.done_at).min()
    }

    fn keep(&mut self, pipeline: &str) {
        let state = self.lane(pipeline).state.clone();
        // What cannot be kept on disk is still right in memory, and said by the next command that reads it.
        let _ = self.cloud.set_pipeline_state(state);
    }
}

/// An id in the form of a UUID.
fn execution_id(what: &str) -> String {
    let digits = digest(what.as_bytes());
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default().to_owned();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}
