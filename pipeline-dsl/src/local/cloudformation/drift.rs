//! What somebody has done to resources behind CloudFormation's back, and how CloudFormation finds it.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html>

use super::stack_operations::Page;
use crate::cloudformation::{ReadBack, ResourceKind};
use crate::local::http::ids::unique_id;
use crate::local::http::request::Request;
use crate::local::http::response::{ApiError, Xml};
use crate::local::stacks::resource::StackResource;
use crate::local::stacks::stack::Stack;
use crate::local::stacks::status::StackStatus;
use crate::local::state::State;

pub(crate) fn detect_stack_drift(state: &mut State, request: &Request) -> Result<Xml, ApiError> {
    let id = state.found(request, request.require("StackName")?)?;
    let stack = state.stack(&id)?;
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html#drift-considerations
    let states = [
        StackStatus::CreateComplete,
        StackStatus::UpdateComplete,
        StackStatus::UpdateRollbackComplete,
        StackStatus::UpdateRollbackFailed,
    ];
    if !states.contains(&stack.status) {
        let message = format!(
            "Drift detection cannot be performed on stack [{}] while stack is in [{}] state",
            stack.id, stack.status
        );
        return Err(ApiError::validation(message));
    }
    let at = state.shared.clock.tick();
    let detection = unique_id(&[&id.0, &at.to_timestamp()]);
    state.detections.insert(detection.clone(), id);
    Ok(Xml::Fields(vec![("StackDriftDetectionId", Xml::text(detection))]))
}

pub(crate) fn describe_drift_detection(state: &State, request: &Request) -> Result<Xml, ApiError> {
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
        ("Timestamp", Xml::text(state.shared.clock.now().to_timestamp())),
    ]))
}

pub(crate) fn describe_resource_drifts(state: &State, request: &Request) -> Result<Xml, ApiError> {
    let id = state.found(request, request.require("StackName")?)?;
    let stack = state.stack(&id)?;
    let all: Vec<_> = looked_at(stack).collect();
    let page = Page::of(request, all.len())?;
    let at = state.shared.clock.now().to_timestamp();
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
        kind.is_some_and(|kind| kind.facts().read_back == ReadBack::DriftDetection)
    };
    stack
        .resources
        .iter()
        .filter(move |(_, resource)| is_read(resource))
}
