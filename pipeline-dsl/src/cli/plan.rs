//! `plan`: what a deployment would do.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use super::Printer;
use super::arguments::Plan;
use super::cloud::Cloud;
use super::exit::Exit;
use super::view::{plan as view, progress};
use crate::deploy::plan;
use crate::synth::Assembly;

pub(super) fn run(
    assembly: Assembly,
    arguments: &Plan,
    out: &Path,
    json: bool,
    printer: &Printer,
) -> Result<Exit, Box<dyn Error>> {
    let cloud = Cloud::of(&arguments.target, &assembly, out)?;
    let quiet = Arc::new(progress::Quiet);
    let planned = plan(Arc::new(assembly), cloud.aws, cloud.options, quiet);
    let planned = cloud.runtime.block_on(planned)?;
    match json {
        true => printer.output(&view::json(&planned)),
        false => view::print(&planned, cloud.name, printer),
    }
    Ok(if planned.is_blocked() || !planned.unsearched.is_empty() {
        Exit::Failed
    } else if planned.is_empty() {
        Exit::Done
    } else {
        Exit::Changes
    })
}
