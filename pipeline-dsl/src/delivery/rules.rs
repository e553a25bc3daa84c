//! The rules of the team's stacks, with the targets that they deliver to: what is delivered again goes nowhere else, whatever
//! a letter says.

use serde_json::Value;

use super::templates::{resources, text};
use crate::cloudformation::ResourceKind;
use crate::cloudformation::references::references;
use crate::model::Arn;
use crate::synth::AssemblyStack;

/// A rule.
#[derive(Debug, Clone)]
pub(super) struct RuleSite {
    pub(super) arn: String,
    pub(super) targets: Vec<RuleTarget>,
}

/// What a rule delivers to.
#[derive(Debug, Clone)]
pub(super) struct RuleTarget {
    pub(super) arn: String,
    pub(super) receiver: Receiver,
    /// What is made of an event before it is delivered.
    pub(super) transformer: Option<Value>,
}

/// How a target takes an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Receiver {
    /// It is published.
    Topic,
    /// A pipeline of this name starts on it.
    Pipeline(String),
}

/// The rules of a stack.
pub(super) fn of_stack(stack: &AssemblyStack, template: &Value) -> Vec<RuleSite> {
    let arn = |service: &'static str, resource: &str| {
        Arn::regional(service, stack.region, stack.account, resource).to_string()
    };
    let rules = resources(template, ResourceKind::Rule).map(|(_, properties)| {
        let targets = properties.get("Targets").and_then(Value::as_array);
        let targets = targets.into_iter().flatten().filter_map(|target| {
            let (service, name, receiver) = received_by(template, target.get("Arn")?)?;
            Some(RuleTarget {
                arn: arn(service, &name),
                receiver,
                transformer: target.get("InputTransformer").cloned(),
            })
        });
        RuleSite {
            arn: arn("events", &format!("rule/{}", text(properties, "/Name"))),
            targets: targets.collect(),
        }
    });
    rules.collect()
}

/// Whom an ARN in a template is of: a topic or a pipeline of the same stack, by the service and its name.
fn received_by(template: &Value, arn: &Value) -> Option<(&'static str, String, Receiver)> {
    let named = |kind: ResourceKind, property: &str| {
        let referred = references(arn);
        let mut all = resources(template, kind);
        let (_, properties) = all.find(|(id, _)| referred.iter().any(|each| each.target == **id))?;
        Some(text(properties, property).to_owned())
    };
    if let Some(name) = named(ResourceKind::Topic, "/TopicName") {
        return Some(("sns", name, Receiver::Topic));
    }
    let name = named(ResourceKind::Pipeline, "/Name")?;
    Some(("codepipeline", name.clone(), Receiver::Pipeline(name)))
}
