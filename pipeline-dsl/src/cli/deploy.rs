//! `deploy`: to AWS, or to the local cloud.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use super::Printer;
use super::arguments::Deploy;
use super::arrival;
use super::cloud::Cloud;
use super::exit::Exit;
use super::stop::unless_stopped;
use super::view::names::first_of;
use super::view::{plan as plan_view, progress, summary};
use crate::deploy::{Plan, deploy, deploy_and_prune, plan};
use crate::synth::Assembly;
use crate::team::Team;

pub(super) fn run(
    team: &Team,
    assembly: Assembly,
    arguments: &Deploy,
    out: &Path,
    json: bool,
    printer: &Printer,
) -> Result<Exit, Box<dyn Error>> {
    let cloud = Cloud::of(&arguments.target, &assembly, out, "deploy", printer)?;
    let assembly = Arc::new(assembly);
    if arguments.require_approval && !arguments.yes {
        let quiet = Arc::new(progress::Quiet);
        let planned = plan(
            Arc::clone(&assembly),
            Arc::clone(&cloud.aws),
            cloud.options.clone(),
            quiet,
        );
        let planned = cloud.runtime.block_on(planned)?;
        if !approved(&planned, printer) {
            return Ok(Exit::Failed);
        }
    }
    let progress = progress::observer(json, printer);
    let interrupt = cloud.options.interrupt.clone();
    let (aws, options) = (Arc::clone(&cloud.aws), cloud.options.clone());
    let observer = Arc::clone(&progress) as _;
    let ended = cloud.runtime.block_on(async {
        let work = async {
            let assembly = Arc::clone(&assembly);
            if arguments.prune {
                let (pruned, deployed) = deploy_and_prune(assembly, aws, options, observer).await?;
                return Ok((Some(pruned), deployed));
            }
            let deployed = deploy(assembly, aws, options, observer).await?;
            Ok::<_, Box<dyn Error>>((None, deployed))
        };
        unless_stopped(work, &interrupt, &progress, printer).await
    });
    let Some(ended) = ended else {
        // What the runtime still does is of no use to anybody.
        cloud.runtime.shutdown_background();
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
    Ok(match interrupt.is_stopped() && !success {
        true => Exit::Interrupted,
        false => Exit::of(success),
    })
}

/// Asks about the changes of who may do what; without any, there is nothing to ask.
fn approved(planned: &Plan, printer: &Printer) -> bool {
    let unknown: Vec<&str> = planned
        .unknown_changes()
        .map(|plan| plan.stack.as_str())
        .collect();
    if planned.security_changes().next().is_none() && unknown.is_empty() {
        return true;
    }
    let security = plan_view::security(planned);
    if !security.is_empty() {
        printer.error(&security);
    }
    if !unknown.is_empty() {
        printer.error(&format!(
            "not known yet, because it is busy or blocked: what changes in {}",
            first_of(&unknown, 3)
        ));
    }
    match printer.ask("Deploy these changes?") {
        Some(true) => true,
        Some(false) => {
            printer.error("nothing was deployed");
            false
        }
        None => {
            printer.error(
                "error: the changes above decide who may do what, and nobody can be asked here\n  help: look at `plan`, \
                 then deploy with `--yes`",
            );
            false
        }
    }
}
