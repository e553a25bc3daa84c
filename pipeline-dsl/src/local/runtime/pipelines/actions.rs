//! The actions of pipelines: sources, approvals, change sets.

use std::collections::BTreeMap;

use serde_json::Value;

use super::artifact_file::{self, artifact_file};
use super::stack_change::{self, Prepared};
use crate::cloudformation::types::codepipeline::{
    ChangeSet, CreateChangeSet, DeclaredAction, PipelineAction, S3Deploy, S3Source,
};

use crate::local::runtime::landscape::Pipeline;
use crate::local::runtime::latency;
use crate::local::runtime::running_cloud::RunningCloud;
use crate::local::runtime::step::Outcome;
use crate::local::runtime::surroundings::Surroundings;
use crate::local::runtime::task::{Performance, Task};

impl<S: Surroundings> RunningCloud<S> {
    /// Does what an action does, and plans its end.
    pub(in crate::local::runtime) fn perform(&mut self, performance: Performance) {
        let execution = self.executions.get(performance.execution);
        let pipeline = execution.and_then(|execution| self.landscape.pipelines.get(&execution.pipeline));
        let Some(pipeline) = pipeline.cloned() else {
            return;
        };
        let took = self.jitter.around(latency::of(&performance.action.does));
        let denied =
            self.surroundings
                .denied_action(&pipeline.arn, &performance.stage, &performance.action.name);
        let (took, outcome) = match denied {
            Some(denied) => (0, Outcome::denied(denied)),
            None => (took, self.act(&performance, &pipeline)),
        };
        let took = if matches!(outcome, Outcome::Waits(_)) {
            0
        } else {
            took
        };
        self.agenda.after(took, Task::Finish(performance, outcome));
    }

    fn act(&mut self, performance: &Performance, pipeline: &Pipeline) -> Outcome<S::Denial> {
        match &performance.action.does {
            PipelineAction::S3Source(source) => self.take_source(performance, source, pipeline),
            PipelineAction::Approval(_) => self.ask_for_approval(),
            PipelineAction::CreateChangeSet(create) => self
                .failing(performance, pipeline)
                .unwrap_or_else(|| self.create_change_set(performance, create, pipeline)),
            PipelineAction::ExecuteChangeSet(change_set) => self
                .failing(performance, pipeline)
                .unwrap_or_else(|| self.execute_change_set(performance, change_set, pipeline)),
            PipelineAction::S3Deploy(deploy) => self
                .failing(performance, pipeline)
                .unwrap_or_else(|| self.extract(performance, deploy)),
            PipelineAction::ConnectionSource(_) | PipelineAction::CodeBuild(_) => {
                let provider = performance.action.does.type_id().provider;
                Outcome::Kept(format!("{provider} does nothing in the local cloud"))
            }
        }
    }

    fn ask_for_approval(&self) -> Outcome<S::Denial> {
        if self.circumstances.approves {
            Outcome::Done
        } else {
            Outcome::Waits("for somebody's approval".to_owned())
        }
    }

    /// The failure of a stage that is to fail.
    fn failing(&self, performance: &Performance, pipeline: &Pipeline) -> Option<Outcome<S::Denial>> {
        let stage = (pipeline.place.account.clone(), performance.stage.clone());
        let reason = self.circumstances.failing_stages.get(&stage)?;
        Some(Outcome::Staged(reason.clone()))
    }

    /// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html>
    fn take_source(
        &mut self,
        performance: &Performance,
        source: &S3Source<String>,
        pipeline: &Pipeline,
    ) -> Outcome<S::Denial> {
        let S3Source { bucket, key } = source;
        let Some(object) = self.cloud.object(bucket, key, None) else {
            return Outcome::Failed(format!("there is no object {key} in {bucket} yet"));
        };
        let (Some(output), Some(execution)) = (
            performance.action.outputs.first(),
            self.executions.get_mut(performance.execution),
        ) else {
            return Outcome::Done;
        };
        let kept = stored_key(pipeline, output, &execution.id);
        let content = object.content.clone();
        execution.sources.insert(output.clone(), object);
        self.store(pipeline, &pipeline.place.region, &kept, content)
    }

    /// Puts an artifact into the pipeline's store in a region.
    fn store(&self, pipeline: &Pipeline, region: &str, key: &str, content: Vec<u8>) -> Outcome<S::Denial> {
        let Some(store) = pipeline.declared.stores.get(region) else {
            return Outcome::Failed(format!("the pipeline has no artifact store in {region}"));
        };
        if self.cloud.object(store, key, None).is_some() {
            return Outcome::Done;
        }
        match self.cloud.put_object(store, key, content, &BTreeMap::new()) {
            Ok(_) => Outcome::Done,
            Err(refused) => Outcome::Failed(refused.to_string()),
        }
    }

    /// Puts the files of an archive into a bucket.
    /// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3Deploy.html>
    fn extract(&self, performance: &Performance, deploy: &S3Deploy<String>) -> Outcome<S::Denial> {
        let artifact = performance.action.inputs.first().map_or("", String::as_str);
        let execution = self.executions.get(performance.execution);
        let Some(source) = execution.and_then(|execution| execution.sources.get(artifact)) else {
            return Outcome::Failed(format!("the execution has no artifact {artifact}"));
        };
        let Some(files) = artifact_file::files(&source.content) else {
            return Outcome::Failed(format!("{} is not a ZIP archive", source.key));
        };
        for (path, content) in files {
            let key = format!("{}/{path}", deploy.prefix);
            if let Err(refused) = self
                .cloud
                .put_object(&deploy.bucket, &key, content, &BTreeMap::new())
            {
                return Outcome::Failed(refused.to_string());
            }
        }
        Outcome::Done
    }

    /// <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html>
    fn create_change_set(
        &self,
        performance: &Performance,
        create: &CreateChangeSet<String>,
        pipeline: &Pipeline,
    ) -> Outcome<S::Denial> {
        let template = match self.file(performance, &create.template) {
            Ok(template) => template,
            Err(reason) => return Outcome::Failed(reason),
        };
        let overrides = match self.overrides(performance, create, pipeline) {
            Ok(overrides) => overrides,
            Err(failed) => return failed,
        };
        let change = change(&performance.action, &create.change_set, pipeline);
        match change.prepare(
            &self.cloud,
            &template,
            &overrides,
            &create.capabilities,
            &create.role,
        ) {
            Ok(_) => Outcome::Done,
            Err(reason) => Outcome::Failed(reason),
        }
    }

    fn execute_change_set(
        &self,
        performance: &Performance,
        change_set: &ChangeSet<String>,
        pipeline: &Pipeline,
    ) -> Outcome<S::Denial> {
        match change(&performance.action, change_set, pipeline).execute(&self.cloud) {
            Ok(Prepared::Changes) => Outcome::Done,
            Ok(Prepared::Nothing) => Outcome::Kept("the stack is so already".to_owned()),
            Err(reason) => Outcome::Failed(reason),
        }
    }

    /// A file of an artifact, `Artifact::file`.
    fn file(&self, performance: &Performance, path: &str) -> Result<String, String> {
        let (artifact, file) = path.split_once("::").unwrap_or((path, ""));
        let execution = self.executions.get(performance.execution);
        let source = execution.and_then(|execution| execution.sources.get(artifact));
        let source = source.ok_or_else(|| format!("the execution has no artifact {artifact}"))?;
        artifact_file(&source.content, file).ok_or_else(|| {
            format!(
                "{} has no file `{file}`: it was not made by a rehearsal",
                source.key
            )
        })
    }

    /// The parameters that the action gives; what it names by artifact is copied to the action's region.
    fn overrides(
        &self,
        performance: &Performance,
        create: &CreateChangeSet<String>,
        pipeline: &Pipeline,
    ) -> Result<Vec<(String, String)>, Outcome<S::Denial>> {
        let region = pipeline.region_of(&performance.action);
        let declared = create.parameter_overrides.as_deref().unwrap_or_default();
        let declared: Value = serde_json::from_str(declared).unwrap_or_default();
        let mut given = Vec::new();
        for (name, value) in declared.as_object().into_iter().flatten() {
            let Some(attribute) = value.get("Fn::GetArtifactAtt") else {
                given.push((name.clone(), value.as_str().unwrap_or_default().to_owned()));
                continue;
            };
            let part = |index| attribute.get(index).and_then(Value::as_str).unwrap_or_default();
            let (artifact, wanted) = (part(0), part(1));
            let execution = self.executions.get(performance.execution);
            let source = execution.and_then(|execution| Some((execution, execution.sources.get(artifact)?)));
            let Some((execution, source)) = source else {
                return Err(Outcome::Failed(format!(
                    "the execution has no artifact {artifact}"
                )));
            };
            let key = stored_key(pipeline, artifact, &execution.id);
            match self.store(pipeline, region, &key, source.content.clone()) {
                Outcome::Done => {}
                failed => return Err(failed),
            }
            let store = pipeline.declared.stores.get(region).cloned().unwrap_or_default();
            let value = if wanted == "BucketName" { store } else { key };
            given.push((name.clone(), value));
        }
        Ok(given)
    }
}

fn change<'a>(
    action: &'a DeclaredAction,
    change_set: &'a ChangeSet<String>,
    pipeline: &'a Pipeline,
) -> stack_change::Change<'a> {
    stack_change::Change {
        account: pipeline.account_of(action),
        region: pipeline.region_of(action),
        stack: &change_set.stack,
        named: &change_set.name,
    }
}

/// Where CodePipeline keeps an artifact of an execution.
fn stored_key(pipeline: &Pipeline, artifact: &str, execution: &str) -> String {
    let unique = execution.get(..7).unwrap_or(execution);
    format!("{}/{artifact}/{unique}", pipeline.name)
}
