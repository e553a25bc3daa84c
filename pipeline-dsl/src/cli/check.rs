//! `check`: whether what is deployed is what the program says, hop by hop.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use super::Printer;
use super::arguments::Check;
use super::cloud::Cloud;
use super::exit::Exit;
use super::view::check as view;
use crate::check::check;
use crate::deploy::{delivery_status, inspect};
use crate::synth::Assembly;
use crate::team::Team;

pub(super) fn run(
    team: &Team,
    assembly: &Assembly,
    arguments: &Check,
    out: &Path,
    json: bool,
    printer: &Printer,
) -> Result<Exit, Box<dyn Error>> {
    let cloud = Cloud::of(&arguments.target, assembly, out, "check", printer)?;
    if !json {
        printer.error(&format!(
            "comparing what stands in {} with the program; on AWS, this takes a minute or two",
            cloud.name
        ));
    }
    let inspected = cloud
        .runtime
        .block_on(inspect(assembly, Arc::clone(&cloud.aws), &cloud.options))?;
    let checked = check(team, assembly, &inspected)?;
    let status = cloud.runtime.block_on(delivery_status(
        assembly,
        Arc::clone(&cloud.aws),
        &cloud.options.selection,
    ))?;
    let moving = view::moving(&status);
    match json {
        true => view::json(&checked, &moving, printer),
        false => view::print(&checked, &moving, printer),
    }
    Ok(Exit::of(checked.is_right() && moving.is_empty()))
}
