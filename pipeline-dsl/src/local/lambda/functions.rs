//! Lambda, as far as somebody outside runs the functions.
//! <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>

use std::collections::BTreeMap;

use serde_json::Value;

use crate::local::http::response::ApiError;

/// What came of running a function.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Invocation {
    /// What it returned.
    pub returned: Value,
    /// The lines that it logged.
    pub log: Vec<String>,
}

/// A function that failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{raised}")]
pub struct Failure {
    /// What it raised.
    pub raised: String,
    /// The lines that it logged before.
    pub log: Vec<String>,
}

impl Failure {
    /// A failure of a function that logged nothing.
    pub fn raised(raised: impl Into<String>) -> Self {
        Self {
            raised: raised.into(),
            log: Vec::new(),
        }
    }
}

/// A function that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Function {
    /// Its ARN.
    pub arn: String,
    /// The role that it runs with.
    pub role: String,
    /// Its source.
    pub source: String,
    /// Its environment.
    pub environment: BTreeMap<String, String>,
}

pub(crate) fn nobody_runs_them() -> ApiError {
    ApiError::new("ServiceUnavailableException", "functions are not run here")
}
