//! What somebody has done to resources behind CloudFormation's back, and how CloudFormation finds it.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html>

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::resources::unique_id;
use super::stack_operations::Page;
use crate::cloudformation::ResourceKind;
use crate::local::cloud::contents::ResourceView;
use crate::local::cloud::local_cloud::LocalCloud;
use crate::local::http::request::Request;
use crate::local::http::response::{ApiError, Xml};
use crate::local::stacks::properties::Properties;
use crate::local::stacks::stack::{Stack, StackResource};
use crate::local::state::State;

/// What was done to a resource.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::local) enum Drift {
    /// Its properties were changed; CloudFormation expects these.
    Changed(Properties),
    /// It was deleted.
    Gone,
}

impl StackResource {
    /// The properties that CloudFormation gave it.
    pub(in crate::local) fn expected(&self) -> &Properties {
        match &self.drift {
            Some(Drift::Changed(expected)) => expected,
            Some(Drift::Gone) | None => &self.properties,
        }
    }

    /// Whether somebody has deleted it.
    pub(in crate::local) fn is_gone(&self) -> bool {
        self.drift == Some(Drift::Gone)
    }

    fn drift_status(&self) -> &'static str {
        match &self.drift {
            Some(Drift::Gone) => "DELETED",
            Some(Drift::Changed(expected)) if *expected != self.properties => "MODIFIED",
            Some(Drift::Changed(_)) | None => "IN_SYNC",
        }
    }
}

impl LocalCloud {
    /// Changes the properties of resources behind CloudFormation's back, as somebody with a console does: by type. So many
    /// resources were changed.
    pub fn change_properties(&self, mut change: impl FnMut(&str, &mut Value)) -> usize {
        self.change_each(|resource, properties| change(&resource.resource_type, properties))
    }

    /// The same of resources as they are.
    pub fn change_each(&self, mut change: impl FnMut(&ResourceView, &mut Value)) -> usize {
        let mut state = self.lock();
        let mut changed = 0;
        for stack in state.stacks.values_mut().filter(|stack| !stack.is_deleted()) {
            let views: Vec<ResourceView> = ResourceView::of_stack(stack).collect();
            for view in views {
                let Some(resource) = stack.resources.get_mut(&view.logical_id) else {
                    continue;
                };
                let mut after = (*view.properties).clone();
                change(&view, &mut after);
                if after != *view.properties {
                    changed += 1;
                    let before = std::mem::replace(&mut resource.properties, Properties::of(&after));
                    resource.drift.get_or_insert(Drift::Changed(before));
                }
            }
        }
        changed
    }

    /// Deletes resources behind CloudFormation's back. So many were deleted.
    pub fn delete_each(&self, mut goes: impl FnMut(&ResourceView) -> bool) -> usize {
        let mut state = self.lock();
        let mut deleted = 0;
        for stack in state.stacks.values_mut().filter(|stack| !stack.is_deleted()) {
            let views: Vec<ResourceView> = ResourceView::of_stack(stack).collect();
            for view in views.iter().filter(|view| goes(view)) {
                if let Some(resource) = stack.resources.get_mut(&view.logical_id) {
                    resource.drift = Some(Drift::Gone);
                    deleted += 1;
                }
            }
        }
        deleted
    }
}

pub(in crate::local) fn detect_stack_drift(state: &mut State, request: &Request) -> Result<Xml, ApiError> {
    let id = state.found(request, request.require("StackName")?)?;
    let stack = state.stack(&id)?;
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html#drift-considerations
    let states = [
        "CREATE_COMPLETE",
        "UPDATE_COMPLETE",
        "UPDATE_ROLLBACK_COMPLETE",
        "UPDATE_ROLLBACK_FAILED",
    ];
    if !states.contains(&stack.status.as_str()) {
        let message = format!(
            "Drift detection cannot be performed on stack [{}] while stack is in [{}] state",
            stack.id, stack.status
        );
        return Err(ApiError::validation(message));
    }
    let at = state.clock.tick();
    let detection = unique_id(&[&id.0, &at.to_timestamp()]);
    state.detections.insert(detection.clone(), id);
    Ok(Xml::Fields(vec![("StackDriftDetectionId", Xml::text(detection))]))
}

pub(in crate::local) fn describe_drift_detection(state: &State, request: &Request) -> Result<Xml, ApiError> {
    let detection = request.require("StackDriftDetectionId")?;
    let Some(id) = state.detections.get(detection) else {
        return Err(ApiError::validation(format!(
            "{detection} is not a drift detection"
        )));
    };
    let stack = state.stack(id)?;
    let drifted = looked_at(stack)
        .filter(|(_, resource)| resource.drift_status() != "IN_SYNC")
        .count();
    let status = if drifted == 0 { "IN_SYNC" } else { "DRIFTED" };
    Ok(Xml::Fields(vec![
        ("StackId", Xml::text(&id.0)),
        ("StackDriftDetectionId", Xml::text(detection)),
        ("StackDriftStatus", Xml::text(status)),
        ("DetectionStatus", Xml::text("DETECTION_COMPLETE")),
        ("DriftedStackResourceCount", Xml::text(drifted.to_string())),
        ("Timestamp", Xml::text(state.clock.now().to_timestamp())),
    ]))
}

pub(in crate::local) fn describe_resource_drifts(state: &State, request: &Request) -> Result<Xml, ApiError> {
    let id = state.found(request, request.require("StackName")?)?;
    let stack = state.stack(&id)?;
    let all: Vec<_> = looked_at(stack).collect();
    let page = Page::of(request, all.len())?;
    let at = state.clock.now().to_timestamp();
    let shown = all
        .into_iter()
        .skip(page.start())
        .take(super::stack_operations::PAGE);
    let drifts = shown.map(|(logical_id, resource)| {
        let mut fields = vec![
            ("StackId", Xml::text(&id.0)),
            ("LogicalResourceId", Xml::text(logical_id)),
            ("PhysicalResourceId", Xml::text(&resource.physical_id)),
            ("ResourceType", Xml::text(&resource.resource_type)),
            ("StackResourceDriftStatus", Xml::text(resource.drift_status())),
            ("Timestamp", Xml::text(&at)),
        ];
        // Of what is deleted there are none.
        if !resource.is_gone() {
            let expected = Xml::text(resource.expected().value().to_string());
            fields.push(("ExpectedProperties", expected));
            let actual = resource.properties.value().to_string();
            fields.push(("ActualProperties", Xml::text(actual)));
        }
        Xml::Fields(fields)
    });
    Ok(page.answer("StackResourceDrifts", drifts.collect()))
}

fn looked_at(stack: &Stack) -> impl Iterator<Item = (&String, &StackResource)> {
    let is_read = |resource: &StackResource| {
        let kind = ResourceKind::named(&resource.resource_type);
        kind.is_some_and(|kind| kind.facts().drift_is_detected)
    };
    stack
        .resources
        .iter()
        .filter(move |(_, resource)| is_read(resource))
}

impl State {
    /// The policy that stands on a topic or a queue: the last resource that put one there.
    pub(in crate::local) fn policy_on(&self, kind: ResourceKind, list: &str, of: &str) -> Option<Value> {
        let stacks = self.stacks.values().filter(|stack| !stack.is_deleted());
        let policies = stacks
            .flat_map(|stack| stack.resources.values())
            .filter(|resource| resource.resource_type == kind.name() && !resource.is_gone());
        let named = |properties: &Value| {
            let named = properties.get(list).and_then(Value::as_array);
            named.is_some_and(|named| named.iter().any(|one| one.as_str() == Some(of)))
        };
        let mut properties = policies.map(|resource| resource.properties.value());
        properties.find(named)?.get("PolicyDocument").cloned()
    }
}
