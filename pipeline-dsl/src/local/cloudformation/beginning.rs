//! How an execution begins: at once, or a little later than its call was answered.

use crate::local::stacks::execution::Execution;
use crate::local::stacks::execution::Kind;
use crate::local::stacks::stack::{Delayed, StackArn};
use crate::local::stacks::status::StackStatus;
use crate::local::state::State;

impl State {
    /// Begins an execution, unless a fault delays it.
    pub(crate) fn begin_soon(&mut self, id: &StackArn, execution: Execution) {
        let looks = self.delay(id);
        if looks == 0 {
            self.begin(id, execution);
        } else if let Some(stack) = self.shared.stacks.get_mut(id) {
            stack.delayed = Some(Delayed { execution, looks });
        }
    }

    /// A look at a stack whose execution is delayed.
    pub(crate) fn look_at_delayed(&mut self, id: &StackArn) {
        let Some(stack) = self.shared.stacks.get_mut(id) else {
            return;
        };
        let Some(mut delayed) = stack.delayed.take() else {
            return;
        };
        if delayed.looks > 0 {
            delayed.looks -= 1;
            stack.delayed = Some(delayed);
        } else {
            self.begin(id, delayed.execution);
        }
    }

    fn begin(&mut self, id: &StackArn, execution: Execution) {
        let at = self.shared.clock.tick();
        let Some(stack) = self.shared.stacks.get_mut(id) else {
            return;
        };
        let status = match execution.kind {
            Kind::Create => StackStatus::CreateInProgress,
            Kind::Update | Kind::RollBackCreate | Kind::RollBackUpdate | Kind::Delete => {
                StackStatus::UpdateInProgress
            }
        };
        match execution.kind {
            // A new stack shows its tags and parameters from the first moment, whatever becomes of it.
            Kind::Create => stack.deployed = Some(execution.wanted.clone()),
            Kind::Update | Kind::RollBackCreate | Kind::RollBackUpdate | Kind::Delete => {
                stack.updated = Some(at);
            }
        }
        stack.execution = Some(execution);
        stack.change_sets.clear();
        stack.turn(at, status, Some("User Initiated".to_owned()));
        self.slow_down(id);
    }
}
