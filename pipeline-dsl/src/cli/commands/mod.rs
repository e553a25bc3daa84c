//! The commands, each in a file of its name.

pub(super) mod check;
pub(super) mod deploy;
pub(super) mod destroy;
pub(super) mod graph;
pub(super) mod list;
pub(super) mod permissions;
pub(super) mod plan;
pub(super) mod redrive;
pub(super) mod rehearse;
pub(super) mod run;
pub(super) mod serve;
pub(super) mod status;
pub(super) mod sync;
pub(super) mod synth;
pub(super) mod verify;
