//! Logs of builds and functions.

/// How long they stay.
pub(in crate::constructs) const LOG_RETENTION_DAYS: u32 = 90;
