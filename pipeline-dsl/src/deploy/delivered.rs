//! The stacks that the program's pipelines deploy, read off the assembly.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::cloudformation::foreseen::{Foreseen, Given};
use crate::cloudformation::types::codepipeline::DeclaredPipeline;
use crate::cloudformation::{Acts, ResourceKind};
use crate::synth::{Assembly, AssemblyStack, ParameterValue, StackId};

/// What the program's pipelines deploy, and with which roles.
#[derive(Debug, Default)]
pub(crate) struct Delivered {
    /// The stacks, each with the role that it is deployed with, by ARN.
    stacks: BTreeMap<StackId, String>,
    roles: BTreeSet<String>,
}

impl Delivered {
    pub(crate) fn of(assembly: &Assembly) -> Self {
        let mut delivered = Self::default();
        // Many stacks are made of one template.
        let mut templates: BTreeMap<&str, Value> = BTreeMap::new();
        for stack in assembly.stacks() {
            let digest = stack.template.as_str();
            let template = templates
                .entry(digest)
                .or_insert_with(|| serde_json::from_str(assembly.template(stack)).unwrap_or_default());
            delivered.add(stack, template);
        }
        delivered
    }

    fn add(&mut self, stack: &AssemblyStack, template: &Value) {
        // What only a deployment tells is in nothing that is looked at here.
        let given = |name: &str| match stack.parameters.get(name) {
            Some(ParameterValue::Value(value)) => Given::Value(value.clone()),
            Some(ParameterValue::Output { .. }) => Given::Value(String::new()),
            None => Given::Default,
        };
        let foreseen = Foreseen::of(template, stack.pseudo_parameters(), given);
        for resource in foreseen.resources() {
            let kind = ResourceKind::named(resource.resource_type);
            if !kind.is_some_and(|kind| matches!(kind.facts().acts, Acts::Deploys)) {
                continue;
            }
            let Some(pipeline) = foreseen
                .evaluated(resource.properties())
                .ok()
                .and_then(|properties| DeclaredPipeline::read(&properties).ok())
            else {
                continue;
            };
            for action in pipeline.actions() {
                let Some(change_set) = action.does.created_change_set() else {
                    continue;
                };
                let account = change_set.role.split(':').nth(4).unwrap_or_default();
                let region = action.region.as_deref().unwrap_or(stack.region.as_str());
                let id = format!("{account}/{region}/{}", change_set.change_set.stack);
                self.stacks
                    .insert(StackId::from(id.as_str()), change_set.role.clone());
                self.roles.insert(change_set.role.clone());
            }
        }
    }

    /// Whether a pipeline deploys it.
    pub(crate) fn has(&self, stack: &StackId) -> bool {
        self.stacks.contains_key(stack)
    }

    /// The role that a pipeline deploys it with.
    pub(crate) fn role_of(&self, stack: &StackId) -> Option<&str> {
        self.stacks.get(stack).map(String::as_str)
    }

    /// Whether a pipeline deploys with this role, and none this stack.
    pub(crate) fn has_abandoned(&self, stack: &StackId, role: Option<&str>) -> bool {
        !self.has(stack) && role.is_some_and(|role| self.roles.contains(role))
    }
}
