//! `redrive`: what could not be delivered is sent again.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use serde_json::json;

use crate::cli::alive::Alive;
use crate::cli::arguments::Redrive;
use crate::cli::cloud::Cloud;
use crate::cli::exit::Exit;
use crate::cli::printer::Printer;
use crate::cli::view::causes::Causes;
use crate::cli::view::error::chain;
use crate::cli::view::names::{counted, place};
use crate::cli::view::progress;
use crate::cli::wait::unless_stopped;
use crate::delivery::{Redriven, redrive};
use crate::synth::Assembly;
use crate::team::Team;

pub(in crate::cli) fn run(
    team: &Team,
    assembly: &Assembly,
    arguments: &Redrive,
    out: &Path,
    json: bool,
    printer: &Printer,
) -> Result<Exit, Box<dyn Error>> {
    let cloud = Cloud::of(&arguments.target, assembly, out, "redrive", printer)?;
    let alive = Alive::of(team, &cloud)?;
    let sent = redrive(assembly, Arc::clone(&cloud.aws), &cloud.options.selection);
    let progress = progress::quiet(printer);
    let sent = cloud.runtime.block_on(unless_stopped(sent, &cloud, &progress));
    let Some(sent) = sent.transpose()? else {
        return Ok(Exit::Interrupted);
    };
    alive.move_on();
    let mut success = true;
    let mut causes = Causes::default();
    let (mut all, mut replaced) = (0, 0);
    for redriven in &sent {
        success &= redriven.refused.is_empty() && redriven.unreplaced.is_empty() && redriven.error.is_none();
        all += redriven.taken;
        replaced += redriven.replaced.len();
        if json {
            printer.output(&json_line(redriven));
        } else {
            print(redriven, &mut causes, printer);
        }
    }
    causes.print(printer);
    if !json {
        printer.error(&match (all, replaced, success) {
            (0, 0, true) => "nothing to send again".to_owned(),
            (all, 0, _) => format!("sent {all} again"),
            (0, replaced, _) => format!("deleted {} that could not be created", counted(replaced, "stack")),
            (all, replaced, _) => format!(
                "sent {all} again, deleted {} that could not be created",
                counted(replaced, "stack")
            ),
        });
    }
    Ok(Exit::of(success))
}

fn print(redriven: &Redriven, causes: &mut Causes, printer: &Printer) {
    let name = place(redriven.developer);
    if redriven.taken > 0 {
        printer.output(&format!("{name}: {} were taken", redriven.taken));
    }
    for stack in &redriven.replaced {
        printer.output(&format!(
            "{name}: stack {stack} could not be created: it is deleted, and its pipeline is started again"
        ));
    }
    for (place, error) in &redriven.unreplaced {
        causes.add(place.as_str(), chain(error), error.help());
    }
    for reason in &redriven.refused {
        printer.error(&format!(
            "error: {name}: one was refused again, and stays: {reason}"
        ));
    }
    if let Some(error) = &redriven.error {
        causes.add(name, chain(error), error.help());
    }
}

fn json_line(redriven: &Redriven) -> String {
    json!({
        "developer": redriven.developer.map(|name| name.to_string()),
        "taken": redriven.taken,
        "replaced": redriven.replaced,
        "unreplaced": redriven
            .unreplaced
            .iter()
            .map(|(place, error)| json!({"place": place, "error": chain(error)}))
            .collect::<Vec<_>>(),
        "refused": redriven.refused,
        "error": redriven.error.as_ref().map(|error| chain(error)),
    })
    .to_string()
}
