//! What a deployment would do.

pub(crate) mod assembly;
pub(crate) mod planned;
