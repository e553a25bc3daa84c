//! How long a parameter's value may be, and how much of it a filter policy can hold.

use crate::cloudformation::limits;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::synth::{Assembly, AssemblyStack, ParameterValue};

pub(super) fn check(assembly: &Assembly, found: &mut Diagnostics) {
    for stack in assembly.stacks() {
        if stack.stack_name.len() > limits::STACK_NAME {
            let message = format!(
                "the name of stack `{}` has {} characters, and AWS allows {}",
                stack.id,
                stack.stack_name.len(),
                limits::STACK_NAME
            );
            found.push(Diagnostic::new("synth::limit", message));
        }
        for (name, value) in &stack.parameters {
            if let ParameterValue::Value(value) = value {
                parameter(stack, name, value, found);
            }
        }
    }
}

fn parameter(stack: &AssemblyStack, name: &str, value: &str, found: &mut Diagnostics) {
    if value.len() > limits::PARAMETER_VALUE {
        let message = format!(
            "parameter `{name}` of stack `{}` has {} bytes, and AWS allows {}",
            stack.id,
            value.len(),
            limits::PARAMETER_VALUE
        );
        found.push(
            Diagnostic::new("synth::limit", message)
                .note(
                    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html",
                )
                .help("hold fewer services back, or give their artifacts shorter keys"),
        );
    }
    let held = value.split(',').count();
    if name == "HeldKeys" && held > limits::FILTER_POLICY_VALUES {
        let message = format!(
            "{held} artifacts are held back in stack `{}`, and a filter policy has room for {}",
            stack.id,
            limits::FILTER_POLICY_VALUES
        );
        found.push(
            Diagnostic::new("synth::limit", message)
                .note("https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html")
                .help("hold fewer services back"),
        );
    }
}
