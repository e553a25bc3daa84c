//! `list`: the stacks in dependency order.

use crate::cli::printer::Printer;
use crate::synth::{Assembly, AssemblyStack};

pub(in crate::cli) fn run(assembly: &Assembly, as_json: bool, printer: &Printer) {
    if as_json {
        printer.output(&assembly.manifest());
        return;
    }
    let names = assembly.stacks().iter().map(|stack| stack.stack_name.len());
    let width = names.max().unwrap_or_default();
    let regions = assembly.stacks().iter().map(|stack| stack.region.as_str().len());
    let region_width = regions.max().unwrap_or_default();
    for (position, stack) in assembly.stacks().iter().enumerate() {
        let needs = needs(stack);
        let line = format!(
            "{:>4}  {}  {:<region_width$}  {:<width$}  {needs}",
            position + 1,
            stack.account,
            stack.region,
            stack.stack_name,
        );
        printer.output(line.trim_end());
    }
}

/// What a stack needs, as short as it is unmistakable: the name alone where it is of the same place.
fn needs(stack: &AssemblyStack) -> String {
    let here = format!("{}/{}/", stack.account, stack.region);
    let short = |id: &str| id.strip_prefix(&here).unwrap_or(id).to_owned();
    let needed: Vec<String> = stack.depends_on.iter().map(|id| short(id.as_str())).collect();
    if needed.is_empty() {
        String::new()
    } else {
        format!("needs {}", needed.join(", "))
    }
}
