//! What a deployment would do.

pub(crate) mod assembly;
mod comparison;
pub(crate) mod guards;
mod leaving;
pub(crate) mod permissions;
pub(crate) mod planned;
pub(crate) mod reasons;
mod same_permissions;
pub(crate) mod values;
