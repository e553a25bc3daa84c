//! `destroy`: deletes stacks, in reverse order.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use super::Printer;
use super::arguments::Destroy;
use super::cloud::Cloud;
use super::exit::Exit;
use super::stop::unless_stopped;
use super::view::{progress, summary};
use crate::deploy::{DestroyOptions, Destruction};
use crate::synth::Assembly;

/// So many stacks are named before the question; of more, only their number.
const NAMED: usize = 30;

pub(super) fn run(
    assembly: &Assembly,
    arguments: &Destroy,
    out: &Path,
    json: bool,
    printer: &Printer,
) -> Result<Exit, Box<dyn Error>> {
    let cloud = Cloud::of(&arguments.target, assembly, out, "destroy", printer)?;
    let progress = progress::observer(json, printer);
    let observer = Arc::clone(&progress) as _;
    let found = Destruction::of(assembly, Arc::clone(&cloud.aws), cloud.options.clone(), observer);
    let destruction = cloud.runtime.block_on(found)?;
    if !arguments.yes {
        let count = destruction.stacks().len();
        for stack in destruction.stacks().take(NAMED) {
            printer.error(&format!("destroys {stack}"));
        }
        if count > NAMED {
            printer.error(&format!("and {} more", count - NAMED));
        }
        let data = match arguments.delete_data {
            true => "their buckets and keys go too: THE DATA IS LOST",
            false => "their buckets and keys stay",
        };
        let question = format!("Destroy {count} stacks in {}? ({data})", cloud.name);
        match printer.ask(&question) {
            Some(true) => {}
            Some(false) => {
                printer.error("nothing was destroyed");
                return Ok(Exit::Failed);
            }
            None => {
                printer.error("error: nobody can be asked here\n  help: look at what is listed, then destroy with `--yes`");
                return Ok(Exit::Failed);
            }
        }
    }
    let interrupt = cloud.options.interrupt.clone();
    let work = destruction.run(DestroyOptions {
        delete_data: arguments.delete_data,
    });
    let ended = cloud
        .runtime
        .block_on(unless_stopped(work, &interrupt, &progress, printer));
    let Some(ended) = ended else {
        cloud.runtime.shutdown_background();
        return Ok(Exit::Interrupted);
    };
    progress.finish();
    summary::print(&ended, summary::Work::Destruction, cloud.name, json, printer);
    Ok(match interrupt.is_stopped() && !ended.is_success() {
        true => Exit::Interrupted,
        false => Exit::of(ended.is_success()),
    })
}
