//! What a check found: each fault with what follows from it and the mend, then what was looked at.

use serde_json::json;

use super::diagnostic;
use super::error::chain;
use super::names::{counted, place};
use crate::check::{Checked, Fault};
use crate::cli::Printer;
use crate::deploy::DeliveryStatus;

/// So much of what is never reached is told.
const UNREACHED: usize = 5;

/// Something that does not move as it should: in which account, what, and the mend.
pub(crate) struct Stuck {
    place: String,
    what: String,
    mend: &'static str,
}

/// What waits or failed, though all policies may be right.
pub(crate) fn moving(status: &DeliveryStatus) -> Vec<Stuck> {
    let letters = status.dead_letters.iter().map(|letter| Stuck {
        place: place(letter.developer),
        what: format!(
            "{} could not be delivered: {}",
            letter.artifact.as_deref().unwrap_or("something"),
            letter.reason
        ),
        mend: "`redrive` sends it again",
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
            mend: "mend what it says, then retry the stage in CodePipeline",
        })
    });
    let silent = status.unanswered.iter().map(|each| Stuck {
        place: each.place.clone(),
        what: format!("does not answer: {}", chain(&each.error)),
        mend: "see what the credentials there may do",
    });
    letters.chain(stages).chain(silent).collect()
}

pub(crate) fn print(checked: &Checked, moving: &[Stuck], printer: &Printer) {
    for fault in &checked.faults {
        let stack = fault
            .stack
            .as_ref()
            .map_or_else(String::new, |stack| format!("{stack}: "));
        printer.error(&format!("error: {stack}{}", fault.what));
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
    for stuck in moving {
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
    let looked = format!(
        "{}, {}, {}",
        counted(checked.stacks, "stack"),
        counted(checked.resources, "resource"),
        counted(checked.right, "request"),
    );
    let faults = checked.faults.len() + moving.len();
    printer.output(&match faults {
        0 => format!("{looked}: all as the program says"),
        _ => format!("{looked} as they should be; {}", counted(faults, "fault")),
    });
}

pub(crate) fn json(checked: &Checked, moving: &[Stuck], printer: &Printer) {
    for fault in &checked.faults {
        printer.output(&of_fault(fault).to_string());
    }
    for stuck in moving {
        let object = json!({
            "check": "failed",
            "place": stuck.place,
            "what": stuck.what,
            "mend": stuck.mend,
        });
        printer.output(&object.to_string());
    }
    let summary = json!({
        "check": match checked.is_right() && moving.is_empty() {
            true => "passed",
            false => "faulty",
        },
        "stacks": checked.stacks,
        "resources": checked.resources,
        "requests": checked.right,
        "faults": checked.faults.len() + moving.len(),
        "notRead": checked.not_read,
    });
    printer.output(&summary.to_string());
}

fn of_fault(fault: &Fault) -> serde_json::Value {
    let wrong: Vec<&str> = fault.wrong.iter().map(|wrong| wrong.message()).collect();
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
