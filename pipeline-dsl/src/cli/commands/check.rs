//! `check`: whether what is deployed is what the program says, hop by hop.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::check::{check, connections};
use crate::cli::alive::Alive;
use crate::cli::arguments::Check;
use crate::cli::cloud::Cloud;
use crate::cli::exit::Exit;
use crate::cli::printer::Printer;
use crate::cli::view::check as view;
use crate::cli::view::progress::{self, Progress};
use crate::cli::wait::{unless_left, unless_stopped};
use crate::delivery::{ProbeOptions, Probed, delivery_status, probe};
use crate::deploy::{inspect, readiness};
use crate::synth::Assembly;
use crate::team::Team;

/// EventBridge, SNS and a function that starts take seconds; SNS tries a function again after some.
const PATIENCE: Duration = Duration::from_mins(2);

pub(in crate::cli) fn run(
    team: &Team,
    assembly: &Assembly,
    arguments: &Check,
    out: &Path,
    json: bool,
    printer: &Printer,
) -> Result<Exit, Box<dyn Error>> {
    let cloud = Cloud::of(&arguments.target, assembly, out, "check", printer)?;
    if arguments.before {
        return look_ahead(team, assembly, &cloud, json, printer);
    }
    if !json && cloud.local.is_none() {
        printer.error("comparing what stands with the program: this takes a minute or two");
    }
    let progress = progress::quiet(printer);
    let inspected = inspect(assembly, Arc::clone(&cloud.aws), &cloud.options);
    let inspected = cloud
        .runtime
        .block_on(unless_stopped(inspected, &cloud, &progress));
    let Some(inspected) = inspected.transpose()? else {
        return Ok(Exit::Interrupted);
    };
    let checked = check(team, assembly, &inspected)?;
    let (mut stuck, mut reached) = (Vec::new(), None);
    // Nothing moves between stacks of which some are missing.
    if checked.faults.iter().all(|fault| fault.resource.is_some()) {
        if !arguments.no_probe {
            // Stopped, it is not followed any further, and removed.
            let probed = follow_probe(team, assembly, &cloud, &progress, printer)?;
            let Some(probed) = probed.filter(|_| !cloud.options.interrupt.is_stopped()) else {
                return Ok(Exit::Interrupted);
            };
            stuck.extend(view::lost(&probed, assembly));
            reached = Some(probed.arrived.len());
        }
        // Afterwards: where a probe could not be delivered, a queue says why.
        let selection = &cloud.options.selection;
        let status = delivery_status(assembly, Arc::clone(&cloud.aws), selection);
        let status = cloud.runtime.block_on(unless_stopped(status, &cloud, &progress));
        let Some(status) = status.transpose()? else {
            return Ok(Exit::Interrupted);
        };
        stuck.extend(view::stuck(&status));
    }
    let found = view::Found {
        checked: &checked,
        stuck: &stuck,
        reached,
    };
    if json {
        view::json(&found, printer);
    } else {
        view::print(&found, printer);
    }
    Ok(Exit::of(checked.is_right() && stuck.is_empty()))
}

/// What must be there before anything is deployed.
fn look_ahead(
    team: &Team,
    assembly: &Assembly,
    cloud: &Cloud,
    json: bool,
    printer: &Printer,
) -> Result<Exit, Box<dyn Error>> {
    let connections = connections(team);
    let organization = team.world.organization.as_ref();
    let ready = readiness(
        assembly,
        Arc::clone(&cloud.aws),
        &cloud.options,
        connections,
        organization,
    );
    let progress = progress::quiet(printer);
    let ready = cloud.runtime.block_on(unless_stopped(ready, cloud, &progress));
    let Some(ready) = ready.transpose()? else {
        return Ok(Exit::Interrupted);
    };
    if json {
        view::ready_json(&ready, printer);
    } else {
        view::ready(&ready, printer);
    }
    Ok(Exit::of(ready.iter().all(|each| each.found.is_ok())))
}

/// On the local cloud, somebody has to run the subscribers.
fn follow_probe(
    team: &Team,
    assembly: &Assembly,
    cloud: &Cloud,
    progress: &Progress,
    printer: &Printer,
) -> Result<Option<Probed>, Box<dyn Error>> {
    let alive = Alive::of(team, cloud)?;
    let options = ProbeOptions {
        timeout: match cloud.local {
            // What has not come by then never comes.
            Some(_) => Duration::ZERO,
            None => PATIENCE,
        },
        pause: cloud.options.poll_interval,
        interrupt: cloud.options.interrupt.clone(),
    };
    let aws = Arc::clone(&cloud.aws);
    let meanwhile = || alive.move_on();
    let probed = probe(assembly, aws, &cloud.options.selection, &options, meanwhile);
    let probed = unless_left(probed, cloud, progress, printer);
    Ok(cloud.runtime.block_on(probed).transpose()?)
}
