//! AWS's limits: what could be refused on deployment is refused here, by name.

mod parameters;
mod pipelines;
mod policies;
mod quotas;
mod templates;

use super::assembly::Assembly;
use crate::cloudformation::Stack;
use crate::constructs::Design;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::Partition;

/// Checks every stack as it is written, and what accounts get altogether. What AWS allows on request is a warning.
pub(super) fn design(
    design: &Design,
    partition: Partition,
    found: &mut Diagnostics,
    warnings: &mut Diagnostics,
) {
    for stack in design.stacks.values() {
        templates::check(stack, found);
        policies::check(stack, partition, found);
        policies::check_patterns(stack, partition, found, warnings);
        pipelines::check(stack, found);
    }
    quotas::check(design, found, warnings);
}

/// Checks what is known only of the whole.
pub(super) fn assembly(assembly: &Assembly, found: &mut Diagnostics) {
    templates::check_sizes(assembly, found);
    parameters::check(assembly, found);
}

/// A limit that is passed.
fn over(stack: &Stack, what: &str, count: usize, limit: usize, page: &str) -> Diagnostic {
    let message = format!(
        "{what} of stack `{}`: {count}, and AWS allows {limit}",
        stack.key()
    );
    Diagnostic::new("synth::limit", message).note(page.to_owned())
}
