//! Lambda: functions, which somebody outside runs.

pub(super) mod functions;
