//! `sync`: a developer's account is brought up to date now.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use serde_json::json;

use crate::cli::alive::Alive;
use crate::cli::arguments::Sync;
use crate::cli::cloud::Cloud;
use crate::cli::exit::Exit;
use crate::cli::printer::Printer;
use crate::cli::view::causes::Causes;
use crate::cli::view::error::chain;
use crate::cli::view::names::counted;
use crate::cli::view::progress;
use crate::cli::wait::unless_stopped;
use crate::delivery::sync;
use crate::synth::Assembly;
use crate::team::Team;

pub(in crate::cli) fn run(
    team: &Team,
    assembly: &Assembly,
    arguments: &Sync,
    out: &Path,
    json: bool,
    printer: &Printer,
) -> Result<Exit, Box<dyn Error>> {
    let mut cloud = Cloud::of(&arguments.target, assembly, out, "sync", printer)?;
    cloud
        .options
        .selection
        .only
        .extend(arguments.developers.iter().cloned());
    let alive = Alive::of(team, &cloud)?;
    let synced = sync(assembly, Arc::clone(&cloud.aws), &cloud.options.selection);
    let progress = progress::quiet(printer);
    let synced = cloud.runtime.block_on(unless_stopped(synced, &cloud, &progress));
    let Some(synced) = synced.transpose()? else {
        return Ok(Exit::Interrupted);
    };
    alive.move_on();
    let mut success = true;
    let mut causes = Causes::default();
    for each in &synced {
        success &= each.failed == 0 && each.error.is_none();
        let name = each.developer;
        if json {
            let line = json!({
                "developer": name.as_str(),
                "brought": each.brought,
                "failed": each.failed,
                "error": each.error.as_ref().map(|error| chain(error)),
            });
            printer.output(&line.to_string());
            continue;
        }
        match &each.error {
            Some(error) => causes.add(name.as_str(), chain(error), error.help()),
            None => printer.output(&format!(
                "{name} has {}",
                counted(count(each.brought), "artifact")
            )),
        }
        if each.failed > 0 {
            printer.error(&format!(
                "error: {name}: {} could not be copied\n  help: `status` says why, `redrive` sends again what failed",
                counted(count(each.failed), "artifact")
            ));
        }
    }
    causes.print(printer);
    Ok(Exit::of(success))
}

/// More than can be counted here are not in any account.
fn count(artifacts: u64) -> usize {
    usize::try_from(artifacts).unwrap_or(usize::MAX)
}
