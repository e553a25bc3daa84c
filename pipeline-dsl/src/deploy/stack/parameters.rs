//! Carries outputs of stacks that are there into the parameters of those that need them.

use std::collections::BTreeMap;

use super::applied::Left;
use crate::deploy::report::outcome::StackError;
use crate::synth::{AssemblyStack, ParameterValue, StackId};

/// The parameters of a stack whose values are known already.
pub(crate) fn known(stack: &AssemblyStack, outputs: &BTreeMap<StackId, Left>) -> BTreeMap<String, String> {
    let known = stack.parameters.iter().filter_map(|(name, value)| {
        let value = match value {
            ParameterValue::Value(value) => value,
            ParameterValue::Output { stack, output } => outputs.get(stack)?.outputs.get(output.as_ref())?,
        };
        Some((name.to_string(), value.clone()))
    });
    known.collect()
}

/// The parameters of a stack, now that those that it needs are there.
pub(crate) fn resolve(
    stack: &AssemblyStack,
    outputs: &BTreeMap<StackId, Left>,
) -> Result<BTreeMap<String, String>, StackError> {
    let mut values = BTreeMap::new();
    for (name, value) in &stack.parameters {
        let value = match value {
            ParameterValue::Value(value) => value.clone(),
            ParameterValue::Output { stack, output } => outputs
                .get(stack)
                .and_then(|left| left.outputs.get(output.as_ref()))
                .cloned()
                .ok_or_else(|| StackError::MissingOutput {
                    parameter: name.to_string(),
                    stack: stack.clone(),
                    output: output.to_string(),
                })?,
        };
        values.insert(name.to_string(), value);
    }
    Ok(values)
}
