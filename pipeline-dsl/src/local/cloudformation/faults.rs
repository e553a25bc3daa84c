//! Faults of resources and operations.

use crate::local::stacks::stack::{Stack, StackArn};
use crate::local::state::State;

impl State {
    /// The reason for which a resource fails, if it does.
    pub(crate) fn fault_of_resource(
        &mut self,
        stack: &Stack,
        logical_id: &str,
        verb: &str,
    ) -> Option<String> {
        let state = self.faults.as_mut()?;
        let rate = match verb {
            "ROLLBACK" | "DELETE" => state.faults.rollbacks,
            _ => state.faults.resources,
        };
        let unknown = state.faults.unknown_principals;
        if matches!(verb, "CREATE" | "UPDATE")
            && state.happens(&format!("principal of {logical_id}"), unknown)
        {
            return Some("Invalid principal in policy: \"fault of propagation\"".to_owned());
        }
        let what = format!(
            "{verb} {logical_id} {}/{}/{}",
            stack.account, stack.region, stack.name
        );
        state.happens(&what, rate).then(|| {
            format!(
                "Resource handler returned message: \"fault of {verb}\" (HandlerErrorCode: InternalFailure)"
            )
        })
    }

    /// An operation may take its time.
    pub(crate) fn slow_down(&mut self, id: &StackArn) {
        let Some(state) = self.faults.as_mut() else { return };
        let rate = state.faults.slow;
        if state.happens(&format!("slow {}", name_of(id)), rate) {
            let looks = u32::try_from(state.draw("looks") % 15).unwrap_or_default();
            if let Some(execution) = self
                .shared
                .stacks
                .get_mut(id)
                .and_then(|stack| stack.execution.as_mut())
            {
                execution.idle += looks;
            }
        }
    }

    /// For so many looks an execution that was asked for has not begun.
    pub(crate) fn delay(&mut self, id: &StackArn) -> u32 {
        let Some(state) = self.faults.as_mut() else {
            return 0;
        };
        let rate = state.faults.delayed;
        if state.happens(&format!("delayed {}", name_of(id)), rate) {
            u32::try_from(state.draw("looks") % 6).unwrap_or_default()
        } else {
            0
        }
    }

    /// A change set may take its time.
    pub(crate) fn keep_pending(&mut self, id: &StackArn, change_set: &str) {
        let Some(state) = self.faults.as_mut() else { return };
        let rate = state.faults.pending;
        if state.happens(&format!("pending {}", name_of(id)), rate) {
            let drawn = state.draw("looks");
            // A few take so long that they are given up.
            let most = if drawn % 8 == 0 { 120 } else { 12 };
            let looks = u32::try_from(drawn / 8 % most).unwrap_or_default();
            let stack = self.shared.stacks.get_mut(id);
            if let Some(change_set) = stack.and_then(|stack| stack.change_sets.get_mut(change_set)) {
                change_set.pending = looks;
            }
        }
    }
}

/// A stack's id without what is unique in it.
fn name_of(id: &StackArn) -> &str {
    id.0.rsplit_once('/').map_or("", |(name, _)| name)
}
