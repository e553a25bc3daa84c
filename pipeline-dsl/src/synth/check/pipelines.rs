//! How much a pipeline may hold.

use std::collections::BTreeMap;

use serde_json::Value;

use super::origin::Origin;
use super::over;
use super::overrides::TooLong;
use crate::cloudformation::ResourceKind;
use crate::cloudformation::resolve::{Scope, resolve};
use crate::cloudformation::{Stack, limits};
use crate::constructs::ASSETS;
use crate::diagnostic::{Diagnostic, Diagnostics};

const PAGE: &str = "https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html";
const ACTION_PAGE: &str =
    "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html";

pub(super) fn check(stack: &Stack, found: &mut Diagnostics) {
    for stages in stages(stack) {
        pipeline(stack, stages, found);
    }
}

/// Notes how long the parameters are that the actions give to stacks.
pub(super) fn parameters<'a>(
    stack: &Stack,
    given: &LongestGiven<'_>,
    origin: Origin<'a>,
    too_long: &mut TooLong<'a>,
) {
    let actions = stages(stack).flatten().flat_map(|(_, actions)| actions);
    for configuration in actions.filter_map(|action| action.get("Configuration")) {
        let deployed = configuration.get("StackName").and_then(Value::as_str);
        let overrides = configuration.get("ParameterOverrides");
        let overrides = overrides.and_then(|overrides| resolve(overrides, given).ok());
        if let (Some(deployed), Some(Value::String(overrides))) = (deployed, overrides) {
            too_long.add(deployed, overrides.len(), origin);
        }
    }
}

/// The stages of a pipeline, each with its actions.
type Stages<'a> = Vec<(&'a str, &'a Vec<Value>)>;

/// Those of each pipeline of a stack.
fn stages(stack: &Stack) -> impl Iterator<Item = Stages<'_>> {
    let resources = stack.template().resources().values();
    let pipelines = resources.filter(|resource| resource.kind() == ResourceKind::Pipeline);
    pipelines.map(|pipeline| {
        let stages = pipeline.properties().get("Stages").and_then(Value::as_array);
        let named = stages
            .into_iter()
            .flatten()
            .filter_map(|stage| Some((stage.get("Name")?.as_str()?, stage.get("Actions")?.as_array()?)));
        named.collect()
    })
}

/// How long the parameters of a stack are at the most, of all accounts that it is in.
#[derive(Debug, Default)]
pub(super) struct LongestGiven<'a>(BTreeMap<&'a str, usize>);

impl<'a> LongestGiven<'a> {
    pub(super) fn add(&mut self, parameters: &'a [(String, String)]) {
        for (name, value) in parameters {
            let longest = self.0.entry(name).or_default();
            *longest = value.len().max(*longest);
        }
    }
}

/// Of what is not given but made, a name of common length.
const NAME: usize = 60;

impl Scope for LongestGiven<'_> {
    fn reference(&self, name: &str) -> Option<Value> {
        let length = self.0.get(name).copied().unwrap_or(NAME);
        Some(Value::from("a".repeat(length)))
    }

    fn attribute(&self, _: &str, _: &str) -> Option<Value> {
        Some(Value::from("a".repeat(NAME)))
    }

    fn condition(&self, _: &str) -> Option<bool> {
        Some(true)
    }
}

fn pipeline(stack: &Stack, stages: Stages<'_>, found: &mut Diagnostics) {
    if stages.len() > limits::PIPELINE_STAGES {
        let told = over(
            stack,
            "the stages of the pipeline",
            stages.len(),
            limits::PIPELINE_STAGES,
            PAGE,
        );
        found.push(told.help("release to fewer waves: one wave can have several environments"));
    }
    let actions = stages.iter().map(|(_, actions)| actions.len()).sum();
    if actions > limits::PIPELINE_ACTIONS {
        let told = over(
            stack,
            "the actions of the pipeline",
            actions,
            limits::PIPELINE_ACTIONS,
            PAGE,
        );
        found
            .push(told.help("divide the service: every stack takes two actions in each of its environments"));
    }
    for (name, actions) in stages {
        if actions.len() > limits::STAGE_ACTIONS {
            let what = format!("the actions of stage `{name}`");
            let mend = if name == ASSETS {
                "release the service to fewer regions: each takes an action"
            } else {
                "divide the service, or its wave if that has several environments: every stack of each takes two actions"
            };
            found.push(over(stack, &what, actions.len(), limits::STAGE_ACTIONS, PAGE).help(mend));
        }
        let mend = if name == ASSETS {
            "shorten the key of the archive"
        } else {
            "shorten the name of the environment or of the stack"
        };
        for action in actions {
            self::action(stack, action, mend, found);
        }
    }
}

fn action(stack: &Stack, action: &Value, mend: &str, found: &mut Diagnostics) {
    let name = action.get("Name").and_then(Value::as_str).unwrap_or_default();
    let allowed = |c: char| c.is_ascii_alphanumeric() || ".@-_".contains(c);
    if name.is_empty() || name.len() > limits::PIPELINE_NAME || !name.chars().all(allowed) {
        let message = format!(
            "action `{name}` of stack `{}` has a name of {} characters, and AWS allows {} letters, digits and \
             `.@-_`",
            stack.key(),
            name.len(),
            limits::PIPELINE_NAME
        );
        found.push(Diagnostic::new("synth::limit", message).note(PAGE).help(mend));
    }
    let inputs = action
        .get("InputArtifacts")
        .and_then(Value::as_array)
        .map_or(0, Vec::len);
    if inputs > limits::ACTION_INPUT_ARTIFACTS {
        let what = format!("the artifacts that action `{name}` reads");
        let told = over(stack, &what, inputs, limits::ACTION_INPUT_ARTIFACTS, ACTION_PAGE);
        found.push(told.help("put the files that the stack uses into fewer archives"));
    }
}
