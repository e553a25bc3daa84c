//! Walks what depends on each other, and does things side by side: nothing here knows of AWS.

pub(crate) mod boxed;
pub(crate) mod defect;
pub(crate) mod graph;
pub(crate) mod interrupt;
pub(crate) mod shared;
pub(crate) mod side_by_side;
pub(crate) mod slots;
