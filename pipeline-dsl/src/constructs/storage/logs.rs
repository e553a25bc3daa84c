//! Logs of builds and functions.

use crate::cloudformation::types::logs::LogGroup;
use crate::cloudformation::{Handle, Stack, Text};

/// How long they stay.
const RETENTION_DAYS: u32 = 90;

/// Adds a log group, which goes with its stack.
pub(in crate::constructs) fn add(
    stack: &mut Stack,
    logical_id: impl Into<String>,
    name: impl Into<Text>,
) -> Handle<LogGroup> {
    let log_group = stack.add(
        logical_id,
        &LogGroup {
            log_group_name: name.into(),
            retention_in_days: RETENTION_DAYS,
        },
    );
    stack.discard(&log_group);
    log_group
}
