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
use crate::deploy::{DestroyOptions, destroy, destroyed};
use crate::synth::Assembly;

/// So many stacks are named before the question; of more, only their number.
const NAMED: usize = 30;

pub(super) fn run(
    assembly: Assembly,
    arguments: &Destroy,
    out: &Path,
    json: bool,
    printer: &Printer,
) -> Result<Exit, Box<dyn Error>> {
    let cloud = Cloud::of(&arguments.target, &assembly, out)?;
    let assembly = Arc::new(assembly);
    if !arguments.yes {
        let quiet = Arc::new(progress::Quiet);
        let listed = destroyed(&assembly, Arc::clone(&cloud.aws), cloud.options.clone(), quiet);
        let listed = cloud.runtime.block_on(listed)?;
        for stack in listed.iter().take(NAMED) {
            printer.error(&format!("destroys {stack}"));
        }
        if listed.len() > NAMED {
            printer.error(&format!("and {} more", listed.len() - NAMED));
        }
        let data = match arguments.delete_data {
            true => "their buckets and keys go too: THE DATA IS LOST",
            false => "their buckets and keys stay",
        };
        let question = format!("Destroy {} stacks in {}? ({data})", listed.len(), cloud.name);
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
    let progress = progress::observer(json, printer);
    let interrupt = cloud.options.interrupt.clone();
    let options = DestroyOptions {
        delete_data: arguments.delete_data,
    };
    let observer = Arc::clone(&progress) as _;
    let work = destroy(
        assembly,
        Arc::clone(&cloud.aws),
        cloud.options.clone(),
        observer,
        options,
    );
    let ended = cloud
        .runtime
        .block_on(unless_stopped(work, &interrupt, &progress, printer));
    let Some(ended) = ended else {
        cloud.runtime.shutdown_background();
        return Ok(Exit::Interrupted);
    };
    progress.finish();
    let ended = ended?;
    summary::print(&ended, summary::Work::Destruction, cloud.name, json, printer);
    Ok(match interrupt.is_stopped() && !ended.is_success() {
        true => Exit::Interrupted,
        false => Exit::of(ended.is_success()),
    })
}
