//! `deploy`: to AWS, or to the local cloud.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use super::destroy::{named, of_services};
use crate::cli::arguments::Deploy;
use crate::cli::arrival;
use crate::cli::cloud::{Cloud, refused};
use crate::cli::exit::Exit;
use crate::cli::printer::Printer;
use crate::cli::view::names::{counted, first_of};
use crate::cli::view::{plan as plan_view, progress, summary};
use crate::cli::wait::{unless_left, unless_stopped};
use crate::deploy::{Plan, Pruning, deploy, plan};
use crate::synth::Assembly;
use crate::team::Team;

pub(in crate::cli) fn run(
    team: &Team,
    assembly: Assembly,
    arguments: &Deploy,
    out: &Path,
    json: bool,
    printer: &Printer,
) -> Result<Exit, Box<dyn Error>> {
    let cloud = Cloud::of(&arguments.target, &assembly, out, "deploy", printer)?;
    let assembly = Arc::new(assembly);
    let progress = progress::observer(json, printer);
    let mut pruning = None;
    if arguments.prune {
        let observer = Arc::clone(&progress) as _;
        let found = Pruning::of(
            Arc::clone(&assembly),
            Arc::clone(&cloud.aws),
            cloud.options.clone(),
            observer,
        );
        let found = cloud.runtime.block_on(unless_stopped(found, &cloud, &progress));
        let Some(found) = found else {
            return Ok(Exit::Interrupted);
        };
        let found = found?;
        if !arguments.yes
            && found.stacks().len() > 0
            && let Some(exit) = not_to_prune(&found, &cloud, printer)
        {
            return Ok(exit);
        }
        pruning = Some(found);
    }
    if arguments.require_approval && !arguments.yes {
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
        if let Some(exit) = not_approved(&planned, &cloud, printer) {
            return Ok(exit);
        }
    }
    let interrupt = cloud.options.interrupt.clone();
    let (aws, options) = (Arc::clone(&cloud.aws), cloud.options.clone());
    let observer = Arc::clone(&progress) as _;
    let ended = cloud.runtime.block_on(async {
        let work = async {
            if let Some(pruning) = pruning {
                let (pruned, deployed) = pruning.run().await?;
                return Ok((Some(pruned), deployed));
            }
            let deployed = deploy(Arc::clone(&assembly), aws, options, observer).await?;
            Ok::<_, Box<dyn Error>>((None, deployed))
        };
        unless_left(work, &cloud, &progress, printer).await
    });
    let Some(ended) = ended else {
        return Ok(Exit::Interrupted);
    };
    progress.finish();
    let (pruned, deployed) = ended?;
    let mut success = deployed.is_success();
    if let Some(pruned) = &pruned {
        success &= pruned.is_success();
        if !pruned.is_empty() {
            summary::print(pruned, summary::Work::Pruning, cloud.name, json, printer);
        }
    }
    summary::print(&deployed, summary::Work::Deployment, cloud.name, json, printer);
    arrival::fill(team, &cloud, printer, json)?;
    if success {
        arrival::welcome(&assembly, &cloud, &deployed, printer, json);
    }
    Ok(if interrupt.is_stopped() && !success {
        Exit::Interrupted
    } else {
        Exit::of(success)
    })
}

/// Asks whether what the program does not name any more is to go. How the command ends, if it is not.
fn not_to_prune(pruning: &Pruning, cloud: &Cloud, printer: &Printer) -> Option<Exit> {
    let count = pruning.stacks().len();
    named(pruning.stacks(), &pruning.services().collect(), printer);
    let stacks = counted(count, "stack");
    let question = format!(
        "Destroy {stacks} in {}? (their buckets and keys stay{})",
        cloud.name,
        of_services(pruning.services().len())
    );
    refused(
        cloud.ask(&question, printer),
        "the stacks above are to be destroyed",
        "look at what is listed, then deploy with `--prune --yes`",
        "nothing was destroyed or deployed",
        printer,
    )
}

/// Asks about the changes of who may do what; without any, there is nothing to ask. How the command ends, if they are not to be.
fn not_approved(planned: &Plan, cloud: &Cloud, printer: &Printer) -> Option<Exit> {
    let unknown: Vec<&str> = planned
        .unknown_changes()
        .map(|plan| plan.stack.as_str())
        .collect();
    if planned.security_changes().next().is_none() && unknown.is_empty() {
        return None;
    }
    let security = plan_view::security(planned, printer.is_verbose());
    if !security.is_empty() {
        printer.error(&security);
    }
    if !unknown.is_empty() {
        printer.error(&format!(
            "not known yet, because it is busy or blocked: what changes in {}",
            first_of(&unknown, 3)
        ));
    }
    refused(
        cloud.ask("Deploy these changes?", printer),
        "the changes above decide who may do what",
        "look at `plan`, then deploy with `--yes`",
        "nothing was deployed",
        printer,
    )
}
