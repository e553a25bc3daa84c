//! `status`: who is current, and who is behind.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::cli::arguments::Status;
use crate::cli::cloud::Cloud;
use crate::cli::exit::Exit;
use crate::cli::printer::Printer;
use crate::cli::view::{progress, status as view};
use crate::cli::wait::unless_stopped;
use crate::delivery::{DeliveryStatus, delivery_status};
use crate::synth::Assembly;

pub(in crate::cli) fn run(
    assembly: &Assembly,
    arguments: &Status,
    out: &Path,
    json: bool,
    printer: &Printer,
) -> Result<Exit, Box<dyn Error>> {
    let progress = progress::quiet(printer);
    loop {
        // What others have done to the local cloud since is seen, too.
        let cloud = Cloud::of(&arguments.target, assembly, out, "status", printer)?;
        let asked = delivery_status(assembly, Arc::clone(&cloud.aws), &cloud.options.selection);
        let asked = cloud.runtime.block_on(unless_stopped(asked, &cloud, &progress));
        let Some(status) = asked.transpose()? else {
            return Ok(Exit::Interrupted);
        };
        if json {
            printer.output(&view::json(&status));
        } else {
            view::print(&status, printer);
        }
        let Some(seconds) = arguments.watch else {
            return Ok(exit(&status));
        };
        // Others can use the local cloud meanwhile.
        let Cloud {
            local,
            runtime,
            stops,
            ..
        } = cloud;
        drop(local);
        let stopped = runtime.block_on(async {
            tokio::select! {
                () = stops.reach(1) => true,
                () = tokio::time::sleep(Duration::from_secs(seconds)) => false,
            }
        });
        if stopped || printer.lost().is_some() {
            return Ok(exit(&status));
        }
    }
}

/// What could not be read is not well, and what is not deployed is no failure.
fn exit(status: &DeliveryStatus) -> Exit {
    if !status.is_answered() {
        Exit::Failed
    } else if !status.is_deployed() {
        Exit::NotDeployed
    } else if !status.is_current() {
        Exit::Behind
    } else {
        Exit::Done
    }
}
