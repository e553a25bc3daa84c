//! How a deployment ended.

use serde_json::json;

use super::error::chain;
use crate::cli::Printer;
use crate::deploy::{Outcome, Summary};

pub(crate) fn print(summary: &Summary, place: &str, as_json: bool, printer: &Printer) {
    let [created, updated, unchanged] =
        [Outcome::Created, Outcome::Updated, Outcome::Unchanged].map(|outcome| summary.count(outcome));
    let (failed, skipped) = (summary.failed.len(), summary.skipped.len());
    if as_json {
        let counts = json!({
            "event": "summary",
            "created": created,
            "updated": updated,
            "unchanged": unchanged,
            "failed": failed,
            "skipped": skipped,
        });
        printer.output(&counts.to_string());
        return;
    }
    for failure in &summary.failed {
        printer.error(&format!("error: {}: {}", failure.stack, chain(&failure.error)));
    }
    for (stack, because) in &summary.skipped {
        printer.error(&format!("skipped: {stack}, which needs {because}"));
    }
    let all = summary.done.len() + failed + skipped;
    if unchanged == all {
        printer.error(&format!(
            "nothing to do: all {all} stacks in {place} are as the program says"
        ));
        return;
    }
    let counts = [
        (created, "created"),
        (updated, "updated"),
        (unchanged, "unchanged"),
        (failed, "failed"),
        (skipped, "skipped"),
    ];
    let counts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let verb = if summary.is_success() {
        "deployed"
    } else {
        "stopped deploying"
    };
    printer.error(&format!("{verb} {all} stacks to {place}: {}", counts.join(", ")));
}
