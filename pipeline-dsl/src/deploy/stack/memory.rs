//! What is remembered between two looks at a stack.

use super::applied::Applied;
use super::attempts::Attempts;
use super::operation::Operation;
use super::wait::Waiting;
use super::watchdog::Watchdog;
use crate::deploy::report::outcome::Outcome;
use crate::deploy::run::retry::Pace;
use crate::deploy::walk::interrupt::Begun;
use crate::synth::Digest;

/// A stack that has not moved by then, though it was to be changed, was not changed by us; in longest waits.
pub(crate) const GRACE: u32 = 6;
/// So often may somebody else be quicker.
pub(crate) const CONTENTION: u32 = 8;

/// What to do after a look.
pub(crate) enum Next {
    Done(Applied),
    /// Look again at once.
    Again,
    /// Look again after a while.
    Wait,
}

/// A change set that was asked for, whether or not the answer arrived.
pub(crate) struct AskedFor {
    pub(crate) wish: Digest,
    pub(crate) name: String,
}

/// What is known from earlier looks at a stack that is deployed.
pub(crate) struct Memory {
    /// A change set that was executed, or may have been.
    pub(crate) executed: Option<Operation>,
    /// The best that was done to the stack in this run.
    pub(crate) outcome: Outcome,
    pub(crate) attempts: Attempts,
    pub(crate) waiting: Waiting,
    pub(crate) propagation: u32,
    /// A change set that was asked for, and of which nothing is known yet.
    pub(crate) asked: Option<AskedFor>,
    /// So many came to nothing.
    pub(crate) change_sets: u32,
    pub(crate) contention: u32,
    /// Whether buckets that are there already are taken into the stack.
    pub(crate) imports_existing: bool,
    pub(crate) pace: Pace,
    pub(crate) watchdog: Watchdog,
    pub(crate) begun: Begun,
}
