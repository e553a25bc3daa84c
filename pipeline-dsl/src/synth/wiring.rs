//! What one stack imports, another must show: outputs are made from the imports, never by hand.

use crate::cloudformation::Import;
use crate::constructs::Design;

/// Adds to every stack the outputs that others import of it.
pub(super) fn provide_outputs(design: &mut Design) {
    let imports: Vec<Import> = design
        .stacks
        .values()
        .flat_map(|stack| stack.imports().iter().cloned())
        .collect();
    for stack in design.stacks.values_mut() {
        stack.provide(&imports);
    }
}
