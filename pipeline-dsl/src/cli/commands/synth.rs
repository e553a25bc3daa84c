//! `synth`: writes the assembly.

use std::path::Path;

use crate::cli::printer::Printer;
use crate::cli::proved::Proved;
use crate::synth::{Assembly, WriteError};

pub(in crate::cli) fn run(
    assembly: &Assembly,
    proved: &Proved,
    out: &Path,
    json: bool,
    printer: &Printer,
) -> Result<(), WriteError> {
    assembly.write(out)?;
    proved.remember();
    if json {
        return Ok(());
    }
    let before = if proved.is_remembered() {
        "; their access was proved before, and nothing has changed"
    } else {
        ""
    };
    printer.error(&format!(
        "synthesized {} stacks from {} templates into {}{before}",
        assembly.stacks().len(),
        assembly.templates().len(),
        out.join("").display()
    ));
    Ok(())
}
