//! Lambda: functions, which somebody outside runs.

pub(super) mod custom_request;
pub(super) mod functions;
