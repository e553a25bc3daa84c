//! What becomes of a call, where faults are chosen.

use crate::local::faults::chosen::FaultState;
use crate::local::http::answer::Answer;
use crate::local::http::asked::Asked;
use crate::local::http::call::Call;
use crate::local::http::response::ApiError;
use crate::local::stacks::execution::{Execution, Kind};
use crate::local::stacks::stack::{Stack, StackArn};
use crate::local::stacks::status::StackStatus;
use crate::local::state::State;

/// What becomes of a call.
pub(crate) enum Fate {
    Answered,
    Instead(Answer),
    NotReceived,
    AnswerLost,
    Twice,
    NeverAnswered { received: bool },
}

impl State {
    /// What becomes of a call; before it, somebody else may act.
    pub(crate) fn fate(&mut self, call: &Call) -> Fate {
        let Some(mut state) = self.faults.take() else {
            return Fate::Answered;
        };
        let fate = self.fate_by(&mut state, call);
        self.faults = Some(state);
        fate
    }

    fn fate_by(&mut self, state: &mut FaultState, call: &Call) -> Fate {
        if state.killed {
            return Fate::NeverAnswered { received: false };
        }
        state.calls += 1;
        if state.faults.killed_at == Some(state.calls) {
            state.killed = true;
            if let Some(waker) = state.waker.take() {
                waker.wake();
            }
            let received = state.draw("killed").is_multiple_of(2);
            return Fate::NeverAnswered { received };
        }
        let subject = self.subject(call);
        let faults = state.faults;
        if state.happens(&format!("others {subject}"), faults.others) {
            self.interfere(call);
        }
        let mut happens = |what: &str, rate: u16| state.happens(&format!("{what} {subject}"), rate);
        if happens("throttled", faults.throttled) {
            let error = ApiError::new("Throttling", "Rate exceeded");
            return Fate::Instead(Answer::of_error(&error));
        }
        if happens("failed", faults.failed) {
            return Fate::Instead(Answer::of_error(&ApiError::internal(
                "We encountered an internal error",
            )));
        }
        if happens("expired", faults.expired) {
            let error = ApiError::denied(
                "ExpiredToken",
                "The security token included in the request is expired",
            );
            return Fate::Instead(Answer::of_error(&error));
        }
        if happens("not received", faults.not_received) {
            return Fate::NotReceived;
        }
        if happens("answer lost", faults.answer_lost) {
            return Fate::AnswerLost;
        }
        if happens("never answered", faults.never_answered) {
            let received = state.draw("received").is_multiple_of(2);
            return Fate::NeverAnswered { received };
        }
        if happens("twice", faults.twice) {
            return Fate::Twice;
        }
        Fate::Answered
    }

    /// What a call is about: the action, and the stack. Names of change sets are another each time.
    fn subject(&self, call: &Call) -> String {
        let about = Asked::of(call);
        let stack = self.stack_of(call).and_then(|id| self.shared.stacks.get(&id));
        let stack = stack.map_or(about.stack, |stack| stack.name.clone());
        format!("{} {}/{}/{stack}", about.action, about.account, about.region)
    }

    /// The stack that a call is about, where it is there.
    fn stack_of(&self, call: &Call) -> Option<StackArn> {
        let asked = Asked::of(call);
        let about = |stack: &&Stack| {
            stack.account == asked.account
                && stack.region == asked.region
                && !stack.is_deleted()
                && (stack.name == asked.stack || stack.change_sets.values().any(|one| one.id == asked.stack))
        };
        self.shared
            .stacks
            .values()
            .find(about)
            .map(|stack| stack.id.clone())
    }

    /// Somebody else changes the stack that a call is about, to what it is already: it is busy for a while.
    fn interfere(&mut self, call: &Call) {
        let at = self.shared.clock.tick();
        let Some(stack) = self.stack_of(call).and_then(|id| self.shared.stacks.get_mut(&id)) else {
            return;
        };
        if !matches!(
            stack.status,
            StackStatus::CreateComplete | StackStatus::UpdateComplete
        ) || stack.delayed.is_some()
        {
            return;
        }
        let Some(deployed) = stack.deployed.clone() else {
            return;
        };
        let token = Some("somebody-else".to_owned());
        let mut execution = Execution::new(Kind::Update, deployed, stack, token);
        execution.idle = 3;
        stack.execution = Some(execution);
        stack.updated = Some(at);
        stack.change_sets.clear();
        stack.turn(
            at,
            StackStatus::UpdateInProgress,
            Some("User Initiated".to_owned()),
        );
    }
}
