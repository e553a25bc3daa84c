//! `synth`: writes the assembly.

use std::path::Path;

use super::Printer;
use crate::synth::{Assembly, WriteError};

pub(super) fn run(assembly: &Assembly, out: &Path, json: bool, printer: &Printer) -> Result<(), WriteError> {
    assembly.write(out)?;
    if json {
        return Ok(());
    }
    printer.error(&format!(
        "synthesized {} stacks from {} templates into {}",
        assembly.stacks().len(),
        assembly.templates().len(),
        out.join("").display()
    ));
    Ok(())
}
