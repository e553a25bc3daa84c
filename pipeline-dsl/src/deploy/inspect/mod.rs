//! What stands in the accounts, looked at without a change.

pub(crate) mod inspection;
pub(crate) mod readiness;
pub(crate) mod standing;
