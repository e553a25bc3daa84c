//! A pipeline as a template declares it, read back.

use std::collections::BTreeMap;

use serde_json::Value;

use super::action::{PipelineAction, UnreadAction};

/// A pipeline, as it is read from properties without intrinsic functions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredPipeline {
    /// The role that it runs with, by its ARN.
    pub role: String,
    /// The buckets of its artifacts, by region.
    pub stores: BTreeMap<String, String>,
    /// Its stages, in their order.
    pub stages: Vec<DeclaredStage>,
}

/// A stage of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredStage {
    /// Its name.
    pub name: String,
    /// Its actions.
    pub actions: Vec<DeclaredAction>,
}

/// An action of a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredAction {
    /// Its name.
    pub name: String,
    /// Those of the same number run side by side.
    pub run_order: u64,
    /// The role that it runs with, by its ARN; without one, the pipeline's.
    pub role: Option<String>,
    /// The region that it acts in; without one, the pipeline's.
    pub region: Option<String>,
    /// The artifacts that it reads.
    pub inputs: Vec<String>,
    /// The artifacts that it makes.
    pub outputs: Vec<String>,
    /// What it does.
    pub does: PipelineAction<String>,
}

impl DeclaredPipeline {
    /// Reads the properties of a pipeline. What is not there is empty: CloudFormation refuses it.
    ///
    /// # Errors
    /// When it has an action that is never written here.
    pub fn read(properties: &Value) -> Result<Self, UnreadAction> {
        let stages = items(properties, "Stages").map(|stage| -> Result<_, UnreadAction> {
            let actions = items(stage, "Actions").map(DeclaredAction::read);
            Ok(DeclaredStage {
                name: text(stage, "Name").unwrap_or_default(),
                actions: actions.collect::<Result<_, _>>()?,
            })
        });
        let stores = items(properties, "ArtifactStores").filter_map(|store| {
            let location = store.pointer("/ArtifactStore/Location")?.as_str()?;
            Some((text(store, "Region")?, location.to_owned()))
        });
        Ok(Self {
            role: text(properties, "RoleArn").unwrap_or_default(),
            stores: stores.collect(),
            stages: stages.collect::<Result<_, _>>()?,
        })
    }

    /// Every action, in the order of stages.
    pub fn actions(&self) -> impl Iterator<Item = &DeclaredAction> {
        self.stages.iter().flat_map(|stage| &stage.actions)
    }

    /// An action, by its stage's name and its own.
    pub fn action(&self, stage: &str, action: &str) -> Option<&DeclaredAction> {
        let stage = self.stages.iter().find(|each| each.name == stage)?;
        stage.actions.iter().find(|each| each.name == action)
    }
}

impl DeclaredAction {
    fn read(declared: &Value) -> Result<Self, UnreadAction> {
        let artifacts = |name: &str| {
            let artifacts = items(declared, name);
            artifacts.filter_map(|artifact| text(artifact, "Name")).collect()
        };
        Ok(Self {
            name: text(declared, "Name").unwrap_or_default(),
            run_order: declared.get("RunOrder").and_then(Value::as_u64).unwrap_or(1),
            role: text(declared, "RoleArn"),
            region: text(declared, "Region"),
            inputs: artifacts("InputArtifacts"),
            outputs: artifacts("OutputArtifacts"),
            does: PipelineAction::read(declared)?,
        })
    }
}

fn items<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// A text that is there and not empty.
fn text(value: &Value, name: &str) -> Option<String> {
    let text = value.get(name)?.as_str()?;
    (!text.is_empty()).then(|| text.to_owned())
}
