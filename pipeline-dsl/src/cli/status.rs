//! `status`: who is current, and who is behind.

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use super::Printer;
use super::arguments::Status;
use super::cloud::Cloud;
use super::exit::Exit;
use super::view::status as view;
use crate::deploy::delivery_status;
use crate::synth::Assembly;

pub(super) fn run(
    assembly: &Assembly,
    arguments: &Status,
    out: &Path,
    json: bool,
    printer: &Printer,
) -> Result<Exit, Box<dyn Error>> {
    loop {
        // What others have done to the local cloud since is seen, too.
        let cloud = Cloud::of(&arguments.target, assembly, out, "status", printer)?;
        let asked = delivery_status(assembly, cloud.aws, &cloud.options.selection);
        let status = cloud.runtime.block_on(asked)?;
        match json {
            true => printer.output(&view::json(&status)),
            false => view::print(&status, printer),
        }
        let Some(seconds) = arguments.watch else {
            return Ok(Exit::of(status.is_current()));
        };
        // Others can use the local cloud meanwhile.
        drop(cloud.local);
        let stopped = cloud.runtime.block_on(async {
            tokio::select! {
                stopped = tokio::signal::ctrl_c() => stopped.map(|()| true),
                () = tokio::time::sleep(Duration::from_secs(seconds)) => Ok(false),
            }
        })?;
        if stopped {
            return Ok(Exit::of(status.is_current()));
        }
    }
}
