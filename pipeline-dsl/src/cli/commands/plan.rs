//! `plan`: what a deployment would do.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use crate::cli::arguments::Plan;
use crate::cli::cloud::Cloud;
use crate::cli::exit::Exit;
use crate::cli::foreign_stacks;
use crate::cli::printer::Printer;
use crate::cli::self_update;
use crate::cli::view::{plan as view, progress};
use crate::cli::wait::unless_left;
use crate::delivery::arriving;
use crate::deploy::plan;
use crate::synth::Assembly;
use crate::team::Team;

pub(in crate::cli) fn run(
    team: &Team,
    assembly: Assembly,
    arguments: &Plan,
    out: &Path,
    json: bool,
    printer: &Printer,
) -> Result<Exit, Box<dyn Error>> {
    let cloud = Cloud::of(&arguments.target, &assembly, out, "plan", printer)?;
    let progress = progress::quiet(printer);
    let assembly = Arc::new(assembly);
    let planned = plan(
        Arc::clone(&assembly),
        Arc::clone(&cloud.aws),
        cloud.options.clone(),
        Arc::new(progress::Unseen),
    );
    let planned = cloud
        .runtime
        .block_on(unless_left(planned, &cloud, &progress, printer));
    let planned = planned.transpose()?;
    let Some(planned) = planned.filter(|_| !cloud.options.interrupt.is_stopped()) else {
        return Ok(Exit::Interrupted);
    };
    let outlook = self_update::outlook(
        team,
        &assembly,
        &cloud,
        &arguments.target.role,
        &planned,
        &progress,
    )?;
    let Some(mut outlook) = outlook else {
        return Ok(Exit::Interrupted);
    };
    outlook.notes.extend(foreign_stacks::remarks(team, &planned));
    outlook.arriving = arriving(&assembly, &planned);
    if json {
        printer.output(&view::json(&planned, &outlook));
    } else {
        view::print(&planned, &outlook, cloud.name, printer);
    }
    if !outlook.refused.is_empty() {
        return Ok(Exit::Failed);
    }
    if let Some(file) = &arguments.variables {
        let written = std::fs::write(file, self_update::variables(&planned));
        written.map_err(|error| format!("could not write `{}`: {error}", file.display()))?;
    }
    Ok(if planned.is_blocked() || !planned.unsearched.is_empty() {
        Exit::Failed
    } else if planned.is_empty() {
        Exit::Done
    } else {
        Exit::Changes
    })
}
