//! `destroy`: deletes stacks, in reverse order.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use crate::cli::arguments::Destroy;
use crate::cli::cloud::{Cloud, refused};
use crate::cli::exit::Exit;
use crate::cli::printer::Printer;
use crate::cli::view::names::counted;
use crate::cli::view::{progress, summary};
use crate::cli::wait::{unless_left, unless_stopped};
use crate::deploy::{DestroyOptions, Destruction};
use crate::synth::{Assembly, StackId};

/// So many stacks are named before the question; of more, only their number.
const NAMED: usize = 30;

pub(in crate::cli) fn run(
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
    let found = cloud.runtime.block_on(unless_stopped(found, &cloud, &progress));
    let Some(destruction) = found.transpose()? else {
        return Ok(Exit::Interrupted);
    };
    if !arguments.yes {
        named(destruction.stacks(), &destruction.services().collect(), printer);
        let data = if arguments.delete_data {
            "their buckets and keys go too: THE DATA IS LOST"
        } else {
            "their buckets and keys stay"
        };
        let stacks = counted(destruction.stacks().len(), "stack");
        let of_services = of_services(destruction.services().len());
        let question = format!("Destroy {stacks} in {}? ({data}{of_services})", cloud.name);
        let refused = refused(
            cloud.ask(&question, printer),
            "the stacks above are to be destroyed",
            "look at what is listed, then destroy with `--yes`",
            "nothing was destroyed",
            printer,
        );
        if let Some(exit) = refused {
            return Ok(exit);
        }
    }
    let interrupt = cloud.options.interrupt.clone();
    let work = destruction.run(DestroyOptions {
        delete_data: arguments.delete_data,
    });
    let ended = cloud
        .runtime
        .block_on(unless_left(work, &cloud, &progress, printer));
    let Some(ended) = ended else {
        return Ok(Exit::Interrupted);
    };
    progress.finish();
    summary::print(&ended, summary::Work::Destruction, cloud.name, json, printer);
    Ok(if interrupt.is_stopped() && !ended.is_success() {
        Exit::Interrupted
    } else {
        Exit::of(ended.is_success())
    })
}

/// Names what is to go, before the question, and which of it pipelines of services have deployed.
pub(in crate::cli) fn named<'a>(
    stacks: impl ExactSizeIterator<Item = &'a StackId>,
    services: &BTreeSet<&StackId>,
    printer: &Printer,
) {
    let count = stacks.len();
    for stack in stacks.take(NAMED) {
        let by = if services.contains(stack) {
            ", which a pipeline has deployed"
        } else {
            ""
        };
        printer.error(&format!("destroys {stack}{by}"));
    }
    if count > NAMED {
        printer.error(&format!("and {} more", count - NAMED));
    }
}

/// What the question says of the data in stacks that pipelines have deployed.
pub(in crate::cli) fn of_services(count: usize) -> String {
    match count {
        0 => String::new(),
        count => format!(
            "; {} that pipelines have deployed lose what their templates do not retain",
            counted(count, "stack")
        ),
    }
}
