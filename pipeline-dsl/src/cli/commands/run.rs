//! `run`: a build or a pipeline that somebody starts by hand.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use serde_json::json;

use crate::cli::alive::Alive;
use crate::cli::arguments::Run;
use crate::cli::cloud::Cloud;
use crate::cli::exit::Exit;
use crate::cli::printer::Printer;
use crate::cli::view::names::place;
use crate::cli::view::progress;
use crate::cli::wait::unless_stopped;
use crate::delivery::{Runnable, RunnableKind, runnables, start};
use crate::model::Name;
use crate::rehearsal::{Scenario, ScenarioError, developer_named, service_named};
use crate::synth::Assembly;
use crate::team::{Developer, Team};

pub(in crate::cli) fn run(
    team: &Team,
    assembly: &Assembly,
    arguments: &Run,
    out: &Path,
    as_json: bool,
    printer: &Printer,
) -> Result<Exit, Box<dyn Error>> {
    let (service, developer) = named(team, arguments)?;
    let runnable = chosen(assembly, service, developer, arguments.pipeline)?;
    let kind = runnable.kind;
    let cloud = Cloud::of(&arguments.target, assembly, out, "run", printer)?;
    let alive = Alive::of(team, &cloud)?;
    let progress = progress::quiet(printer);
    let started = start(Arc::clone(&cloud.aws), runnable);
    let started = cloud.runtime.block_on(unless_stopped(started, &cloud, &progress));
    let Some(started) = started else {
        return Ok(Exit::Interrupted);
    };
    let started = started.map_err(|error| match error.help() {
        Some(help) => format!("{error}\n  help: {help}"),
        None => error.to_string(),
    })?;
    let what = match kind {
        RunnableKind::Build => "build",
        RunnableKind::Pipeline => "pipeline",
    };
    if as_json {
        let Runnable {
            account,
            region,
            name,
            ..
        } = &started.runnable;
        let started = json!({
            "service": service,
            "developer": developer,
            "account": account,
            "region": region,
            what: name,
            "id": started.id,
            "page": started.page(),
        });
        printer.output(&started.to_string());
    } else {
        printer.output(&format!(
            "{}: {what} {} of {service} is started: {}",
            place(developer),
            started.runnable.name,
            started.id
        ));
        if cloud.local.is_none() {
            printer.output(&format!("  {}", started.page()));
        }
    }
    // In AWS it goes on by itself.
    match kind {
        RunnableKind::Build => alive.build(&Scenario {
            by: developer.map(|name| name.to_string()),
            ..Scenario::build(service.to_string())
        }),
        RunnableKind::Pipeline => alive.move_on(),
    }
    Ok(Exit::Done)
}

/// The service and the developer that are meant.
fn named(team: &Team, arguments: &Run) -> Result<(Name, Option<Name>), ScenarioError> {
    let service = service_named(team, &arguments.service)?;
    let developer = arguments.developer.as_deref();
    let developer = developer.map(|name| developer_named(team, name)).transpose()?;
    Ok((service, developer.map(Developer::name)))
}

fn chosen(
    assembly: &Assembly,
    service: Name,
    developer: Option<Name>,
    pipeline: bool,
) -> Result<Runnable, Box<dyn Error>> {
    let found = runnables(assembly, service, developer);
    let of_kind = |kind| found.iter().find(|each| each.kind == kind).cloned();
    let pipeline_of_service = of_kind(RunnableKind::Pipeline);
    let runnable = if pipeline {
        pipeline_of_service
    } else {
        of_kind(RunnableKind::Build).or(pipeline_of_service)
    };
    runnable.ok_or_else(|| {
        let place = place(developer);
        format!("nothing of service `{service}` runs in the account of {place}").into()
    })
}
