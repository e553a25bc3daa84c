//! What could not be delivered: where it is kept, and who is told.

pub(super) mod alarm;
pub(super) mod notifications;
pub(super) mod undelivered;
