//! What a check found: each fault with what follows from it and the mend, then what was looked at.

use serde_json::json;

use super::causes::Causes;
use super::diagnostic;
use super::error::chain;
use super::names::{counted, first_of, place};
use crate::check::{Checked, Fault};
use crate::cli::printer::Printer;
use crate::delivery::{DeliveryStatus, Probed};
use crate::deploy::Ready;
use crate::diagnostic::Diagnostic;
use crate::synth::Assembly;

/// As many stacks are named that have the same fault.
const NAMED: usize = 4;

/// So much of what is never reached is told.
const UNREACHED: usize = 5;

/// Something that does not move as it should: in which account, what, and the mend.
pub(crate) struct Stuck {
    place: String,
    what: String,
    mend: String,
}

/// What was found altogether.
pub(crate) struct Found<'a> {
    pub(crate) checked: &'a Checked,
    pub(crate) stuck: &'a [Stuck],
    /// How many developers a probe reached, where one was put.
    pub(crate) reached: Option<usize>,
}

/// Whom a probe did not reach.
pub(crate) fn lost(probed: &Probed, assembly: &Assembly) -> Vec<Stuck> {
    let team = assembly.team();
    let missing = probed.missing.iter().map(|developer| Stuck {
        place: developer.to_string(),
        what: format!("probe `{}` did not arrive", probed.key),
        mend: format!(
            "see, in this order: the metric FailedInvocations of rule `{team}-artifacts` and queue `{team}-undelivered-events` in the \
             build account; queue `{team}-dead-letters` and log group /aws/lambda/{team}-subscriber-… in the developer's"
        ),
    });
    let failed = probed.failed.iter().map(|(place, error)| Stuck {
        place: place.clone(),
        what: format!("the probe could not be followed: {}", chain(error)),
        mend: error
            .help()
            .unwrap_or_else(|| "see what the credentials there may do, or pass `--no-probe`".to_owned()),
    });
    missing.chain(failed).collect()
}

/// CloudFormation's texts name the status of a stack that it could not create.
fn mend_of_stage(error: &str) -> &'static str {
    let names = |status: &str| error.contains(status) && !error.contains(&format!("UPDATE_{status}"));
    if names("ROLLBACK_COMPLETE") || names("ROLLBACK_FAILED") || names("CREATE_FAILED") {
        "mend why the stack could not be created, then `redrive`: it deletes the stack and starts the pipeline again"
    } else {
        "mend what it says, then retry the stage in CodePipeline"
    }
}

/// What waits or failed, though all policies may be right.
pub(crate) fn stuck(status: &DeliveryStatus) -> Vec<Stuck> {
    let letters = status.dead_letters.iter().map(|letter| Stuck {
        place: place(letter.developer),
        what: format!(
            "{} could not be delivered: {}",
            letter.artifact.as_deref().unwrap_or("something"),
            letter.reason
        ),
        mend: "`redrive` sends it again".to_owned(),
    });
    let stages = status.pipelines.iter().flat_map(|pipeline| {
        let failed = pipeline
            .stages
            .iter()
            .filter(|stage| stage.status.as_deref() == Some("Failed"));
        failed.map(|stage| Stuck {
            place: place(pipeline.developer),
            what: format!(
                "stage `{}` of pipeline `{}` failed: {}",
                stage.name,
                pipeline.pipeline,
                stage.error.as_deref().unwrap_or("CodePipeline does not say why")
            ),
            mend: mend_of_stage(stage.error.as_deref().unwrap_or_default()).to_owned(),
        })
    });
    let silent = status.unanswered.iter().map(|each| Stuck {
        place: each.place.clone(),
        what: format!("does not answer: {}", chain(&each.error)),
        mend: "see what the credentials there may do".to_owned(),
    });
    letters.chain(stages).chain(silent).collect()
}

pub(crate) fn print(found: &Found<'_>, printer: &Printer) {
    let Found {
        checked,
        stuck,
        reached,
    } = *found;
    let mut whole = Causes::default();
    for fault in checked.faults.iter().filter(|fault| fault.resource.is_none()) {
        if let Some(stack) = &fault.stack {
            whole.add(stack.to_string(), fault.what.clone(), Some(fault.mend.clone()));
        }
    }
    whole.print(printer);
    // The same done to many accounts is one error; what follows is told of the first.
    let mut alike: Vec<(&Fault, Vec<String>)> = Vec::new();
    for fault in checked
        .faults
        .iter()
        .filter(|fault| fault.resource.is_some() || fault.stack.is_none())
    {
        let same = |(other, _): &&mut (&Fault, Vec<String>)| {
            (&other.what, &other.differences) == (&fault.what, &fault.differences)
        };
        let stack = fault.stack.as_ref().map(ToString::to_string);
        match alike.iter_mut().find(same) {
            Some((_, stacks)) => stacks.extend(stack),
            None => alike.push((fault, stack.into_iter().collect())),
        }
    }
    for (fault, stacks) in alike {
        let stacks = if stacks.is_empty() {
            String::new()
        } else {
            format!("{}: ", first_of(&stacks, NAMED))
        };
        printer.error(&format!("error: {stacks}{}", fault.what));
        for difference in &fault.differences {
            printer.error(&format!("  {difference}"));
        }
        diagnostic::print_each(&fault.wrong, printer);
        for unreached in fault.unreached.iter().take(UNREACHED) {
            printer.error(&format!("  not reached: {unreached}"));
        }
        if let Some(more @ 1..) = fault.unreached.len().checked_sub(UNREACHED) {
            printer.error(&format!("  not reached: and {more} more"));
        }
        printer.error(&format!("  help: {}", fault.mend));
        printer.error("");
    }
    for stuck in stuck {
        printer.error(&format!("error: {}: {}", stuck.place, stuck.what));
        printer.error(&format!("  help: {}", stuck.mend));
        printer.error("");
    }
    if !checked.not_read.is_empty() {
        let types: Vec<&str> = checked.not_read.iter().map(String::as_str).collect();
        printer.error(&format!(
            "not looked at, and taken to be as their templates say: {}",
            types.join(", ")
        ));
    }
    let mut looked = format!(
        "{}, {}, {}",
        counted(checked.stacks, "stack"),
        counted(checked.resources, "resource"),
        counted(checked.right, "request"),
    );
    if let Some(reached) = reached {
        looked.push_str(", a probe to ");
        looked.push_str(&counted(reached, "developer"));
    }
    if checked.unseen > 0 {
        printer.error(&format!(
            "{} could not be looked at: nothing is proved of them",
            counted(checked.unseen, "stack")
        ));
    }
    let faults = checked.faults.len() + stuck.len();
    printer.output(&match faults {
        0 => format!("{looked}: all as the program says"),
        _ => format!("{looked} as they should be; {}", counted(faults, "fault")),
    });
}

pub(crate) fn json(found: &Found<'_>, printer: &Printer) {
    let Found {
        checked,
        stuck,
        reached,
    } = *found;
    for (hop, requests) in &checked.passed {
        let object = json!({"check": "passed", "hop": hop, "requests": requests});
        printer.output(&object.to_string());
    }
    for fault in &checked.faults {
        printer.output(&of_fault(fault).to_string());
    }
    for stuck in stuck {
        let object = json!({
            "check": "failed",
            "place": stuck.place,
            "what": stuck.what,
            "mend": stuck.mend,
        });
        printer.output(&object.to_string());
    }
    let summary = json!({
        "check": if checked.is_right() && stuck.is_empty() { "passed" } else { "faulty" },
        "stacks": checked.stacks,
        "unseen": checked.unseen,
        "resources": checked.resources,
        "requests": checked.right,
        "faults": checked.faults.len() + stuck.len(),
        "notRead": checked.not_read,
        "probeReached": reached,
    });
    printer.output(&summary.to_string());
}

fn of_fault(fault: &Fault) -> serde_json::Value {
    let wrong: Vec<&str> = fault.wrong.iter().map(Diagnostic::message).collect();
    json!({
        "check": "failed",
        "stack": fault.stack.as_ref().map(ToString::to_string),
        "resource": fault.resource,
        "what": fault.what,
        "differences": fault.differences,
        "wrong": wrong,
        "unreached": fault.unreached,
        "mend": fault.mend,
    })
}

/// What must be there before a deployment: what is in the way is an error, the rest a line each.
pub(crate) fn ready(all: &[Ready], printer: &Printer) {
    let mut obstacles = 0;
    for each in all {
        match &each.found {
            Ok(found) => printer.output(&format!("{}  {found}", each.subject)),
            Err(obstacle) => {
                obstacles += 1;
                printer.error(&format!("error: {}: {}", each.subject, chain(obstacle)));
                printer.error(&format!("  help: {}", obstacle.help()));
            }
        }
    }
    printer.error(&match obstacles {
        0 => "nothing of this stands in the way of `deploy`; not looked at: quotas".to_owned(),
        _ => format!("{} in the way of `deploy`", counted(obstacles, "obstacle")),
    });
}

pub(crate) fn ready_json(all: &[Ready], printer: &Printer) {
    for each in all {
        let object = match &each.found {
            Ok(found) => json!({"check": "passed", "subject": each.subject, "found": found}),
            Err(obstacle) => json!({
                "check": "failed",
                "subject": each.subject,
                "what": chain(obstacle),
                "mend": obstacle.help(),
            }),
        };
        printer.output(&object.to_string());
    }
}
