//! A stack's life: it is looked at, changed by a change set, followed to its end, mended where it is blocked.

pub(crate) mod applied;
pub(crate) mod apply;
pub(crate) mod attempts;
pub(crate) mod change;
pub(crate) mod decide;
pub(crate) mod follow;
pub(crate) mod look;
pub(crate) mod memory;
pub(crate) mod operation;
pub(crate) mod parameters;
pub(crate) mod propagation;
pub(crate) mod read;
pub(crate) mod resource_import;
pub(crate) mod wait;
pub(crate) mod watchdog;
pub(crate) mod work;
