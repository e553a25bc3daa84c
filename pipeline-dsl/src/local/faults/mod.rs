//! What goes wrong in a cloud, and the chance that chooses it.

pub(super) mod chosen;
pub(super) mod random;
