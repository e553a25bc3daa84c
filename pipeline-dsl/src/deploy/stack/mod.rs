//! A stack's life: it is looked at, changed by a change set, followed to its end, mended where it is blocked.

pub(crate) mod adoption;
pub(crate) mod apply;
pub(crate) mod change;
pub(crate) mod course;
pub(crate) mod follow;
pub(crate) mod operation;
pub(crate) mod parameters;
pub(crate) mod propagation;
pub(crate) mod read;
pub(crate) mod remedy;
pub(crate) mod wait;
