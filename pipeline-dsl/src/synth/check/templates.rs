//! How much a template may hold.

use super::over;
use crate::cloudformation::{Stack, limits};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::synth::assembly::{Assembly, AssemblyStack};

const PAGE: &str =
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html";

pub(super) fn check(stack: &Stack, found: &mut Diagnostics) {
    let template = stack.template();
    for defect in stack.defects() {
        let message = format!("stack `{}`: {defect}", stack.key());
        found.push(
            Diagnostic::new("synth::defect", message)
                .help("this is a defect of pipeline-dsl: report it to its makers, with the program"),
        );
    }
    for (what, count, limit) in [
        ("the resources", template.resources().len(), limits::RESOURCES),
        ("the parameters", template.parameters().len(), limits::PARAMETERS),
        // One more tells the digest.
        ("the outputs", template.outputs().len() + 1, limits::OUTPUTS),
    ] {
        if count > limit {
            found.push(over(stack, what, count, limit, PAGE).help("divide the services between two teams"));
        }
    }
    let names = template
        .resources()
        .keys()
        .chain(template.parameters().keys())
        .chain(template.outputs().keys());
    for name in names.filter(|name| name.len() > limits::LOGICAL_ID) {
        let what = format!("the characters of `{name}`");
        let told = over(stack, &what, name.len(), limits::LOGICAL_ID, PAGE);
        found.push(told.help("give what it is named for a shorter name"));
    }
}

/// The templates that are too large, each with a stack that has it.
pub(super) fn too_large(assembly: &Assembly) -> impl Iterator<Item = (&AssemblyStack, Diagnostic)> {
    let templates = assembly.templates().iter();
    let too_large = templates.filter(|(_, template)| template.len() > limits::TEMPLATE_BYTES);
    too_large.filter_map(|(digest, template)| {
        let mut stacks = assembly.stacks().iter();
        let stack = stacks.find(|stack| stack.template == *digest)?;
        let message = format!(
            "the template of stack `{}` has {} bytes, and AWS allows {}",
            stack.stack_name,
            template.len(),
            limits::TEMPLATE_BYTES
        );
        let told = Diagnostic::new("synth::limit", message).note(PAGE);
        Some((stack, told.help("divide the services between two teams")))
    })
}
