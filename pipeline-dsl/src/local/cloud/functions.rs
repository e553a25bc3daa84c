//! Functions, which somebody outside runs.

use std::sync::{Arc, PoisonError};

use serde_json::Value;

use super::local_cloud::{Functions, LocalCloud};
use crate::local::lambda::functions::{Failure, Function, Invocation, nobody_runs_them};

impl LocalCloud {
    /// Lets somebody run the functions.
    pub fn set_functions(&self, functions: Option<Arc<dyn Functions>>) {
        *self.functions.lock().unwrap_or_else(PoisonError::into_inner) = functions;
    }

    /// The function of this ARN.
    pub fn function(&self, arn: &str) -> Option<Function> {
        let state = self.lock();
        let owner = state.shared.index.get(arn)?;
        let resource = state
            .shared
            .stacks
            .get(&owner.stack)?
            .resources
            .get(&owner.logical_id)?;
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
        let functions = self
            .functions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        match functions {
            Some(functions) => functions.invoke(self, &function, event),
            None => Err(Failure::raised(nobody_runs_them().message)),
        }
    }
}
