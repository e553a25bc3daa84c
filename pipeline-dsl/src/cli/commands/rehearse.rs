//! `rehearse`: one build, played through every account of the local cloud.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::cli::arguments::{Deploy, Rehearse};
use crate::cli::cloud::{Background, open_local};
use crate::cli::exit::Exit;
use crate::cli::printer::Printer;
use crate::cli::python::Python;
use crate::cli::stop::Stops;
use crate::cli::view::rehearsal;
use crate::cli::wait::stop_playing;
use crate::local::{Functions, LocalCloud};
use crate::rehearsal::{Rehearsal, Scenario, Twin};
use crate::synth::Assembly;
use crate::team::Team;

pub(in crate::cli) fn run(
    team: &Team,
    assembly: &Assembly,
    arguments: &Rehearse,
    out: &Path,
    json: bool,
    printer: &Printer,
) -> Result<Exit, Box<dyn Error>> {
    let runtime = Background::start()?;
    let stops = Stops::listen(runtime.handle());
    let open = || open_local(out, "rehearse", printer, &runtime, &stops);
    let mut cloud = open()?;
    if !stands(&cloud, assembly) {
        // The deployment uses the same directory.
        drop(cloud);
        let exit = super::deploy::run(team, assembly.clone(), &Deploy::local(), out, false, printer)?;
        if exit != Exit::Done {
            return Ok(exit);
        }
        cloud = open()?;
    }
    let scenario = Scenario {
        by: arguments.by.clone(),
        while_held: arguments.while_held,
        fail: arguments.fail.clone(),
        account_down: arguments.account_down.clone(),
        late_event: arguments.late_event,
        twice: arguments.twice,
        approve: arguments.approve,
        seed: arguments.seed,
        ..Scenario::build(&arguments.service)
    };
    let view = rehearsal::observer(json, printer);
    let functions = functions(arguments, assembly, &cloud, printer);
    let stopped = stop_playing(runtime.handle(), &stops, printer);
    let rehearsal = Rehearsal::of(team, &cloud, functions, &view)?.stopped_by(&stopped);
    let report = rehearsal.play(&scenario)?;
    view.finish(&report);
    if stopped.load(Ordering::Relaxed) {
        return Ok(Exit::Interrupted);
    }
    let success = report.denied().next().is_none() && report.failed().next().is_none();
    Ok(Exit::of(success))
}

/// Whether every stack of the team is there.
fn stands(cloud: &LocalCloud, assembly: &Assembly) -> bool {
    let there: BTreeSet<String> = cloud
        .stacks()
        .into_iter()
        .filter(|stack| stack.status.ends_with("_COMPLETE") && !stack.outputs.is_empty())
        .map(|stack| format!("{}/{}/{}", stack.account, stack.region, stack.name))
        .collect();
    let mut stacks = assembly.stacks().iter();
    stacks.all(|stack| there.contains(stack.id.as_str()))
}

/// Who runs the subscriber: Python where there is one, else its twin.
fn functions(
    arguments: &Rehearse,
    assembly: &Assembly,
    cloud: &LocalCloud,
    printer: &Printer,
) -> Arc<dyn Functions> {
    if arguments.without_python {
        return Arc::new(Twin);
    }
    if let Some(python) = Python::start(&arguments.python, assembly, cloud) {
        return Arc::new(python);
    }
    let python = arguments.python.display();
    printer.error(&format!(
        "`{python}` with boto3 is not here: the subscriber's twin in Rust runs in its place"
    ));
    Arc::new(Twin)
}
