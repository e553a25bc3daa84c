//! Who has what: what is wrong first and by name, what is alike in many accounts once.

use std::collections::BTreeMap;

use serde_json::json;

use super::causes::Causes;
use super::error::chain;
use super::names::{counted, first_of, place};
use crate::cli::printer::Printer;
use crate::delivery::{ArtifactStatus, Currency, DeliveryStatus, PipelineStatus, StageStatus};

/// As many accounts are named in a row that they share.
const NAMED: usize = 6;

pub(crate) fn print(status: &DeliveryStatus, printer: &Printer) {
    let rows = alike(
        status.artifacts.iter(),
        |each| (order(each), each.artifact.clone(), has(each)),
        |each| each.developer.to_string(),
    );
    let width = rows
        .iter()
        .map(|((_, artifact, _), _)| artifact.chars().count())
        .max();
    let width = width.unwrap_or_default();
    for ((_, artifact, has), developers) in &rows {
        printer.output(&format!(
            "{artifact:<width$}  {has}: {}",
            first_of(developers, NAMED)
        ));
    }
    for letter in &status.dead_letters {
        let artifact = letter.artifact.as_deref().unwrap_or("everything");
        printer.output(&format!(
            "{artifact:<width$}  failed: {}: {}",
            place(letter.developer),
            letter.reason
        ));
    }
    let rows = alike(
        status.pipelines.iter(),
        |each| (each.developer.is_some(), each.pipeline.clone(), stages(each)),
        |each| place(each.developer),
    );
    if !rows.is_empty() {
        printer.output("");
    }
    for ((_, pipeline, stages), places) in &rows {
        printer.output(&format!("{pipeline}  {stages}: {}", first_of(places, NAMED)));
    }
    let mut causes = Causes::default();
    for each in &status.unanswered {
        causes.add(each.place.clone(), chain(&each.error), each.error.help());
    }
    causes.print(printer);
    let behind = status.artifacts.iter().filter(|each| each.is_behind()).count();
    let total = match (behind, status.is_current()) {
        (_, true) => "everybody has what they should".to_owned(),
        _ if !status.is_answered() => "not everything could be read".to_owned(),
        _ if !status.is_deployed() => {
            "the team is not deployed, or not everywhere: `deploy` deploys it".to_owned()
        }
        (0, false) => "not everything is as it should be".to_owned(),
        (behind, false) => format!(
            "behind: {}\n  help: `sync <developer>` brings them now",
            counted(behind, "artifact")
        ),
    };
    printer.error(&total);
    if !status.dead_letters.is_empty() {
        printer.error("  help: `redrive` sends again what failed");
    }
}

/// Those that are alike share a row, in the order of the rows.
fn alike<'a, T: 'a, K: Ord>(
    all: impl Iterator<Item = &'a T>,
    key: impl Fn(&T) -> K,
    name: impl Fn(&T) -> String,
) -> Vec<(K, Vec<String>)> {
    let mut rows: BTreeMap<K, Vec<String>> = BTreeMap::new();
    for each in all {
        rows.entry(key(each)).or_default().push(name(each));
    }
    rows.into_iter().collect()
}

/// What is wrong comes first.
fn order(status: &ArtifactStatus) -> u8 {
    match (status.is_behind(), &status.currency) {
        (true, _) => 0,
        (_, Currency::Current) => 2,
        _ => 1,
    }
}

fn has(status: &ArtifactStatus) -> String {
    let has = match &status.currency {
        Currency::Current => "current".to_owned(),
        Currency::Behind { versions: 1, since } => format!("1 version behind since {since}"),
        Currency::Behind { versions, since } => format!("{versions} versions behind since {since}"),
        Currency::Own => "own build".to_owned(),
        Currency::Missing if status.held => "nothing here".to_owned(),
        Currency::Missing => "missing, though it was built".to_owned(),
        Currency::NeverBuilt => "never built".to_owned(),
    };
    if status.held { format!("held, {has}") } else { has }
}

/// `Source ✓  development ✓  test: waits for an approval since …`
fn stages(pipeline: &PipelineStatus) -> String {
    if pipeline.stages.is_empty() {
        return "not deployed".to_owned();
    }
    if pipeline.stages.iter().all(|stage| stage.status.is_none()) {
        return "has not run".to_owned();
    }
    let stages: Vec<String> = pipeline.stages.iter().map(stage).collect();
    stages.join(", ")
}

fn stage(stage: &StageStatus) -> String {
    let Some(status) = &stage.status else {
        return format!("{} not reached", stage.name);
    };
    let status = match status.as_str() {
        "InProgress" if stage.waits_for_approval => "waits for an approval",
        "InProgress" => "in progress",
        "Succeeded" => "succeeded",
        "Failed" => "failed",
        status => status,
    };
    match &stage.error {
        Some(error) => format!("{} {status} ({error})", stage.name),
        None => format!("{} {status}", stage.name),
    }
}

pub(crate) fn json(status: &DeliveryStatus) -> String {
    let artifacts = status.artifacts.iter().map(|each| {
        let (state, versions, since) = match &each.currency {
            Currency::Current => ("current", None, None),
            Currency::Behind { versions, since } => ("behind", Some(versions), Some(since)),
            Currency::Own => ("own", None, None),
            Currency::Missing => ("missing", None, None),
            Currency::NeverBuilt => ("neverBuilt", None, None),
        };
        json!({
            "developer": each.developer.as_str(),
            "artifact": each.artifact,
            "has": state,
            "behind": versions,
            "since": since,
            "held": each.held,
            "version": each.version,
        })
    });
    let letters = status.dead_letters.iter().map(|each| {
        json!({
            "developer": each.developer.map(|name| name.to_string()),
            "artifact": each.artifact,
            "reason": each.reason,
        })
    });
    let pipelines = status.pipelines.iter().map(|each| {
        let stages = each.stages.iter().map(|stage| {
            json!({
                "name": stage.name,
                "execution": stage.execution,
                "status": stage.status,
                "since": stage.since,
                "waitsForApproval": stage.waits_for_approval,
                "error": stage.error,
            })
        });
        json!({
            "developer": each.developer.map(|name| name.to_string()),
            "pipeline": each.pipeline,
            "stages": stages.collect::<Vec<_>>(),
        })
    });
    let unanswered = status.unanswered.iter();
    let unanswered = unanswered
        .map(|each| json!({"place": each.place, "error": chain(&each.error), "help": each.error.help()}));
    json!({
        "current": status.is_current(),
        "deployed": status.is_deployed(),
        "answered": status.is_answered(),
        "artifacts": artifacts.collect::<Vec<_>>(),
        "deadLetters": letters.collect::<Vec<_>>(),
        "pipelines": pipelines.collect::<Vec<_>>(),
        "unanswered": unanswered.collect::<Vec<_>>(),
    })
    .to_string()
}
