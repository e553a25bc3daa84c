//! How long a parameter's value may be, and how much of it the environment of a function can hold.

use crate::cloudformation::limits;
use crate::cloudformation::types::custom::Backfill;
use crate::constructs::HELD_KEYS_BYTES;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::synth::assembly::{AssemblyStack, ParameterValue};

pub(super) fn check(stack: &AssemblyStack, found: &mut Diagnostics) {
    if stack.stack_name.len() > limits::STACK_NAME {
        let message = format!(
            "the name of stack `{}` has {} characters, and AWS allows {}",
            stack.id,
            stack.stack_name.len(),
            limits::STACK_NAME
        );
        found.push(
            Diagnostic::new("synth::limit", message).help("give the team or the service a shorter name"),
        );
    }
    for (name, value) in &stack.parameters {
        if let ParameterValue::Value(value) = value {
            parameter(stack, name, value, found);
        }
    }
}

fn parameter(stack: &AssemblyStack, name: &str, value: &str, found: &mut Diagnostics) {
    if name == Backfill::HELD_KEYS {
        held(stack, value, found);
    } else if value.len() > limits::PARAMETER_VALUE {
        let message = format!(
            "parameter `{name}` of stack `{}` has {} bytes, and AWS allows {}",
            stack.id,
            value.len(),
            limits::PARAMETER_VALUE
        );
        found.push(
            Diagnostic::new("synth::limit", message)
                .note("https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html")
                .help("shorten what the program gives for it"),
        );
    }
}

/// The function of the account has them in its environment, beside other variables: less than a parameter may have.
fn held(stack: &AssemblyStack, keys: &str, found: &mut Diagnostics) {
    if keys.len() > HELD_KEYS_BYTES {
        let message = format!(
            "the keys of the {} artifacts that are held back in stack `{}` have {} bytes, and the environment of the \
             function there has room for {HELD_KEYS_BYTES}",
            keys.split(',').count(),
            stack.id,
            keys.len()
        );
        found.push(
            Diagnostic::new("synth::limit", message)
                .note("https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html")
                .help("hold fewer services back, or give their artifacts shorter keys"),
        );
    }
}
