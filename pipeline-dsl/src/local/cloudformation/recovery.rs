//! CloudFormation's actions on stacks that are blocked, or are to be protected.

use crate::local::http::request::Request;
use crate::local::http::response::{ApiError, Xml};
use crate::local::stacks::execution::Execution;
use crate::local::stacks::execution::Kind;
use crate::local::stacks::status::StackStatus;
use crate::local::state::State;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ContinueUpdateRollback.html>
pub(crate) fn continue_update_rollback(state: &mut State, request: &Request) -> Result<Xml, ApiError> {
    let id = state.found(request, request.require("StackName")?)?;
    let at = state.shared.clock.tick();
    let stack = state.stack_mut(&id)?;
    if stack.status != StackStatus::UpdateRollbackFailed {
        let message = format!(
            "Stack:{id} is in {} state and can not continue rollback.",
            stack.status
        );
        return Err(ApiError::validation(message));
    }
    let token = request.get("ClientRequestToken").map(str::to_owned);
    let Some(deployed) = stack.deployed.clone() else {
        return Err(ApiError::internal("the stack has nothing to go back to"));
    };
    let mut execution = Execution::new(Kind::RollBackUpdate, deployed, stack, token);
    // Where nobody knows what was there before, what is there stays.
    let before = stack.unfinished.take();
    execution.before = before.unwrap_or_else(|| stack.resources.clone());
    execution.skipped = request
        .list("ResourcesToSkip")
        .into_iter()
        .map(str::to_owned)
        .collect();
    stack.execution = Some(execution);
    stack.turn(
        at,
        StackStatus::UpdateRollbackInProgress,
        Some("User Initiated".to_owned()),
    );
    state.save(&id)?;
    Ok(Xml::Fields(Vec::new()))
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-protect-stacks.html>
pub(crate) fn update_termination_protection(state: &mut State, request: &Request) -> Result<Xml, ApiError> {
    let id = state.found(request, request.require("StackName")?)?;
    request.require("EnableTerminationProtection")?;
    state.stack_mut(&id)?.termination_protection = request.flag("EnableTerminationProtection");
    state.save(&id)?;
    Ok(Xml::Fields(vec![("StackId", Xml::text(id.0))]))
}
