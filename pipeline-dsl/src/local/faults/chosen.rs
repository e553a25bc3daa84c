//! What goes wrong in a cloud: chosen by a seed, the same for the same seed and the same calls.

use std::collections::BTreeMap;

use super::random::Random;

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

/// What has gone wrong so far.
#[derive(Debug, Default)]
pub(crate) struct FaultState {
    pub(crate) faults: Faults,
    pub(crate) calls: u64,
    happened: u32,
    /// How often each choice was made: the order of calls of different stacks makes no difference.
    choices: BTreeMap<String, u64>,
    pub(crate) killed: bool,
    pub(crate) waker: Option<std::task::Waker>,
}

impl FaultState {
    pub(crate) fn new(faults: Faults) -> Self {
        Self {
            faults,
            ..Self::default()
        }
    }

    /// Whether something of this rate happens.
    pub(crate) fn happens(&mut self, what: &str, rate: u16) -> bool {
        if rate == 0 || self.happened >= self.faults.most {
            return false;
        }
        let drawn = self.draw(what) % 1_000 < u64::from(rate);
        self.happened += u32::from(drawn);
        drawn
    }

    pub(crate) fn draw(&mut self, what: &str) -> u64 {
        let count = self.choices.entry(what.to_owned()).or_default();
        *count += 1;
        Random::of(self.faults.seed, what, *count).next()
    }
}
