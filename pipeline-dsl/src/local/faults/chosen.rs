//! What goes wrong in a cloud: chosen by a seed, the same for the same seed and the same calls.

use std::collections::BTreeMap;

use super::random::Random;
use crate::local::front::routing::Answer;
use crate::local::http::call::Call;
use crate::local::http::response::ApiError;
use crate::local::stacks::preparation::{Execution, Kind};
use crate::local::stacks::stack::{Stack, StackArn};
use crate::local::state::State;

/// How often what goes wrong, in thousandths of the calls (or of the resources, or of the operations).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Faults {
    /// What decides.
    pub seed: u64,
    /// Calls that are refused because there are too many.
    pub throttled: u16,
    /// Calls that the server fails on.
    pub failed: u16,
    /// Calls that do not arrive.
    pub not_received: u16,
    /// Calls that take effect, and whose answer is lost.
    pub answer_lost: u16,
    /// Calls that are never answered; every other one takes effect.
    pub never_answered: u16,
    /// Calls that arrive twice.
    pub twice: u16,
    /// Calls for which the credentials have expired.
    pub expired: u16,
    /// Resources that cannot be made or changed.
    pub resources: u16,
    /// Resources that fail because a principal is not known yet.
    pub unknown_principals: u16,
    /// Resources that cannot be taken back or deleted.
    pub rollbacks: u16,
    /// Operations that take their time.
    pub slow: u16,
    /// Executions that begin later than they are answered.
    pub delayed: u16,
    /// Change sets that take their time.
    pub pending: u16,
    /// Calls before which somebody else begins to change the stack.
    pub others: u16,
    /// The call behind which the caller is killed.
    pub killed_at: Option<u64>,
    /// So much goes wrong altogether, and then nothing more.
    pub most: u32,
}

impl Faults {
    /// A mixture that the seed chooses: some clouds throttle, in others resources fail, in some everything happens.
    pub fn of_seed(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let mut rate = |most: u64| match random.below(3) {
            0 => 0,
            _ => u16::try_from(random.below(most)).unwrap_or_default(),
        };
        let mut faults = Self {
            seed,
            throttled: rate(250),
            failed: rate(120),
            not_received: rate(100),
            answer_lost: rate(150),
            never_answered: rate(30),
            twice: rate(80),
            expired: rate(60),
            resources: rate(350),
            unknown_principals: rate(100),
            rollbacks: rate(600),
            slow: rate(500),
            delayed: rate(300),
            pending: rate(300),
            others: rate(120),
            killed_at: None,
            most: 0,
        };
        faults.most = u32::try_from(random.below(90)).unwrap_or_default();
        faults.killed_at = (random.below(2) == 0).then(|| random.below(80));
        faults
    }
}

/// What becomes of a call.
pub(in crate::local) enum Fate {
    Answered,
    Instead(Answer),
    NotReceived,
    AnswerLost,
    Twice,
    NeverAnswered { received: bool },
}

/// What has gone wrong so far.
#[derive(Debug, Default)]
pub(in crate::local) struct FaultState {
    faults: Faults,
    calls: u64,
    happened: u32,
    /// How often each choice was made: the order of calls of different stacks makes no difference.
    choices: BTreeMap<String, u64>,
    pub(in crate::local) killed: bool,
    pub(in crate::local) waker: Option<std::task::Waker>,
}

impl FaultState {
    pub(in crate::local) fn new(faults: Faults) -> Self {
        Self {
            faults,
            ..Self::default()
        }
    }

    /// Whether something of this rate happens.
    fn happens(&mut self, what: &str, rate: u16) -> bool {
        if rate == 0 || self.happened >= self.faults.most {
            return false;
        }
        let drawn = self.draw(what) % 1_000 < u64::from(rate);
        self.happened += u32::from(drawn);
        drawn
    }

    fn draw(&mut self, what: &str) -> u64 {
        let count = self.choices.entry(what.to_owned()).or_default();
        *count += 1;
        Random::of(self.faults.seed, what, *count).next()
    }
}

impl State {
    /// What becomes of a call; before it, somebody else may act.
    pub(in crate::local) fn fate(&mut self, call: &Call) -> Fate {
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
        let about = crate::local::cloud::calls::Asked::of(call);
        let stack = self.stack_of(call).and_then(|id| self.stacks.get(&id));
        let stack = stack.map_or(about.stack, |stack| stack.name.clone());
        format!("{} {}/{}/{stack}", about.action, about.account, about.region)
    }

    /// The stack that a call is about, where it is there.
    fn stack_of(&self, call: &Call) -> Option<StackArn> {
        let asked = crate::local::cloud::calls::Asked::of(call);
        let about = |stack: &&Stack| {
            stack.account == asked.account
                && stack.region == asked.region
                && !stack.is_deleted()
                && (stack.name == asked.stack || stack.change_sets.values().any(|one| one.id == asked.stack))
        };
        self.stacks.values().find(about).map(|stack| stack.id.clone())
    }

    /// Somebody else changes the stack that a call is about, to what it is already: it is busy for a while.
    fn interfere(&mut self, call: &Call) {
        let at = self.clock.tick();
        let Some(stack) = self.stack_of(call).and_then(|id| self.stacks.get_mut(&id)) else {
            return;
        };
        if !matches!(stack.status.as_str(), "CREATE_COMPLETE" | "UPDATE_COMPLETE") || stack.delayed.is_some()
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
        stack.turn(at, "UPDATE_IN_PROGRESS", Some("User Initiated".to_owned()));
    }

    /// The reason for which a resource fails, if it does.
    pub(in crate::local) fn fault_of_resource(
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
    pub(in crate::local) fn slow_down(&mut self, id: &StackArn) {
        let Some(state) = self.faults.as_mut() else { return };
        let rate = state.faults.slow;
        if state.happens(&format!("slow {}", name_of(id)), rate) {
            let looks = u32::try_from(state.draw("looks") % 15).unwrap_or_default();
            if let Some(execution) = self.stacks.get_mut(id).and_then(|stack| stack.execution.as_mut()) {
                execution.idle += looks;
            }
        }
    }

    /// For so many looks an execution that was asked for has not begun.
    pub(in crate::local) fn delay(&mut self, id: &StackArn) -> u32 {
        let Some(state) = self.faults.as_mut() else {
            return 0;
        };
        let rate = state.faults.delayed;
        match state.happens(&format!("delayed {}", name_of(id)), rate) {
            true => u32::try_from(state.draw("looks") % 6).unwrap_or_default(),
            false => 0,
        }
    }

    /// A change set may take its time.
    pub(in crate::local) fn keep_pending(&mut self, id: &StackArn, change_set: &str) {
        let Some(state) = self.faults.as_mut() else { return };
        let rate = state.faults.pending;
        if state.happens(&format!("pending {}", name_of(id)), rate) {
            let drawn = state.draw("looks");
            // A few take so long that they are given up.
            let most = if drawn % 8 == 0 { 120 } else { 12 };
            let looks = u32::try_from(drawn / 8 % most).unwrap_or_default();
            let stack = self.stacks.get_mut(id);
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
