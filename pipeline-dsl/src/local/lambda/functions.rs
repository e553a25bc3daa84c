//! Lambda, as far as somebody outside runs the functions.
//! <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::local::cloud::local_cloud::LocalCloud;
use crate::local::front::json::{refused, spoken};
use crate::local::front::routing::Answer;
use crate::local::http::call::Call;
use crate::local::http::credential::Credential;
use crate::local::http::response::ApiError;

/// Who runs the functions of this cloud.
pub trait Functions: fmt::Debug + Send + Sync {
    /// Runs a function on an event.
    ///
    /// # Errors
    /// When the function fails.
    fn invoke(&self, cloud: &LocalCloud, function: &Function, event: &Value) -> Result<Invocation, Failure>;
}

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

impl LocalCloud {
    /// Lets somebody run the functions.
    pub fn set_functions(&self, functions: Option<Arc<dyn Functions>>) {
        self.lock().functions = functions;
    }

    /// The function of this ARN.
    pub fn function(&self, arn: &str) -> Option<Function> {
        let state = self.lock();
        let owner = state.index.get(arn)?;
        let resource = state.stacks.get(&owner.stack)?.resources.get(&owner.logical_id)?;
        let properties = resource.properties.value();
        let text = |pointer: &str| properties.pointer(pointer).and_then(Value::as_str);
        let variables = properties.pointer("/Environment/Variables");
        let variables = variables.and_then(Value::as_object).into_iter().flatten();
        Some(Function {
            arn: arn.to_owned(),
            role: text("/Role")?.to_owned(),
            source: text("/Code/ZipFile")?.to_owned(),
            environment: variables
                .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
                .collect(),
        })
    }

    /// Runs a function on an event.
    ///
    /// # Errors
    /// When there is no such function, nobody runs functions here, or it fails.
    pub fn invoke(&self, arn: &str, event: &Value) -> Result<Invocation, Failure> {
        let function = self
            .function(arn)
            .ok_or_else(|| Failure::raised(format!("there is no function {arn}")))?;
        let functions = self.lock().functions.clone();
        match functions {
            Some(functions) => functions.invoke(self, &function, event),
            None => Err(Failure::raised(nobody_runs_them().message)),
        }
    }

    /// Answers a call that runs a function: the state is not locked meanwhile, for the function uses it.
    pub(in crate::local) fn answer_invocation(&self, call: &Call) -> Option<Answer> {
        let name = call
            .path
            .strip_prefix("/2015-03-31/functions/")?
            .strip_suffix("/invocations")?;
        let credential = Credential::of(call)
            .ok()
            .filter(|credential| credential.service == "lambda")?;
        let name = percent_encoding::percent_decode_str(name).decode_utf8_lossy();
        let partition = crate::local::stacks::scope::partition_of(&credential.region);
        let arn = match name.starts_with("arn:") {
            true => name.into_owned(),
            false => format!(
                "arn:{partition}:lambda:{}:{}:function:{name}",
                credential.region, credential.account
            ),
        };
        if arn.split(':').nth(4) != Some(credential.account.as_str()) {
            let message = format!(
                "User: arn:{partition}:iam::{}:root is not authorized to perform: lambda:InvokeFunction on resource: {arn} \
                 because no resource-based policy allows the lambda:InvokeFunction action",
                credential.account
            );
            return Some(refused(&ApiError::denied("AccessDeniedException", message)));
        }
        if self.function(&arn).is_none() {
            let error =
                ApiError::not_found("ResourceNotFoundException", format!("Function not found: {arn}"));
            return Some(refused(&error));
        }
        let event = serde_json::from_slice(&call.body).unwrap_or_default();
        Some(match self.invoke(&arn, &event) {
            Ok(invocation) => spoken(200, &invocation.returned),
            Err(failure) => {
                let error = serde_json::json!({"errorMessage": failure.raised, "errorType": "Error"});
                spoken(200, &error).with("x-amz-function-error", "Unhandled".to_owned())
            }
        })
    }
}

pub(in crate::local) fn nobody_runs_them() -> ApiError {
    ApiError::new("ServiceUnavailableException", "functions are not run here")
}
