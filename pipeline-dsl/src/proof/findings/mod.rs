//! What has to be told of statements by themselves.

pub(super) mod assumptions;
pub(super) mod least_privilege;
pub(super) mod unasked;
