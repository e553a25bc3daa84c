//! What stands in the accounts, looked at without a change.

pub(crate) mod deployed_template;
pub(crate) mod drift;
pub(crate) mod readiness;
