//! How a deployment ended: what was done in one line, and before it what was not, with what to do.

use indexmap::IndexMap;
use serde_json::json;

use super::causes::Causes;
use super::error::chain;
use super::names::{counted, first_of};
use crate::cli::printer::Printer;
use crate::cloudformation::ResourceKind;
use crate::deploy::{Outcome, Summary};

/// As many stacks are named for one reason.
const NAMED: usize = 8;

/// What ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    Deployment,
    Destruction,
    /// The destruction of what the program does not name any more.
    Pruning,
}

const OUTCOMES: [Outcome; 4] = [
    Outcome::Created,
    Outcome::Updated,
    Outcome::Deleted,
    Outcome::Unchanged,
];

pub(crate) fn print(summary: &Summary, work: Work, place: &str, as_json: bool, printer: &Printer) {
    if as_json {
        printer.output(&json_line(summary, work));
        return;
    }
    failures(summary, printer);
    retained(summary, printer);
    let all = summary.len();
    let unchanged = summary.count(Outcome::Unchanged);
    if unchanged == all {
        printer.error(&match work {
            Work::Deployment => format!("nothing to do: all {all} stacks in {place} are as the program says"),
            Work::Destruction | Work::Pruning => format!("nothing to do: none of {all} stacks is in {place}"),
        });
        return;
    }
    let counts = OUTCOMES.map(|outcome| {
        // Of what is to go, what was not there is not unchanged.
        let said = match (work, outcome) {
            (Work::Destruction | Work::Pruning, Outcome::Unchanged) => "not there",
            _ => outcome.as_str(),
        };
        (summary.count(outcome), said)
    });
    let undone = [
        (summary.failed.len(), "failed"),
        (summary.skipped.len(), "skipped"),
        (summary.not_begun.len(), "not begun"),
    ];
    let counts: Vec<String> = counts
        .iter()
        .chain(&undone)
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let verb = match (work, summary.is_success()) {
        (Work::Deployment, true) => "deployed",
        (Work::Deployment, false) => "stopped deploying",
        (Work::Destruction, true) => "destroyed",
        (Work::Pruning, true) => "pruned",
        (Work::Destruction | Work::Pruning, false) => "stopped destroying",
    };
    let preposition = if work == Work::Deployment { "to" } else { "in" };
    printer.error(&format!(
        "{verb} {all} stacks {preposition} {place}: {}",
        counts.join(", ")
    ));
}

/// The same failure of many stacks is one message.
fn failures(summary: &Summary, printer: &Printer) {
    let mut causes = Causes::default();
    for failure in &summary.failed {
        causes.add(
            failure.stack.as_str(),
            chain(&failure.error),
            failure.error.help(),
        );
    }
    causes.print(printer);
    let mut skipped: IndexMap<&str, Vec<&str>> = IndexMap::new();
    for (stack, because) in &summary.skipped {
        skipped.entry(because.as_str()).or_default().push(stack.as_str());
    }
    for (because, stacks) in &skipped {
        let verb = if stacks.len() == 1 { "waits" } else { "wait" };
        printer.error(&format!(
            "skipped: {}, which {verb} for {because}",
            first_of(stacks, NAMED)
        ));
    }
    if !summary.not_begun.is_empty() {
        let stacks: Vec<&str> = summary
            .not_begun
            .iter()
            .map(crate::synth::StackId::as_str)
            .collect();
        printer.error(&format!(
            "not begun: {}; run again to go on from here",
            first_of(&stacks, NAMED)
        ));
    }
}

/// What deleted stacks have retained, with what it costs.
fn retained(summary: &Summary, printer: &Printer) {
    for (stack, resources) in summary.retained.iter().take(NAMED) {
        for resource in resources {
            printer.error(&format!(
                "retained from {stack}: {} {}{}",
                resource.resource_type,
                resource.physical_id,
                cost(&resource.resource_type)
            ));
        }
    }
    let more = summary.retained.len().saturating_sub(NAMED);
    if more > 0 {
        printer.error(&format!(
            "and resources of {}, which `--json` names",
            counted(more, "stack")
        ));
    }
}

/// What a retained resource of the team costs.
///
/// <https://aws.amazon.com/kms/pricing/>, <https://aws.amazon.com/s3/pricing/>
fn cost(resource_type: &str) -> &'static str {
    let kind = ResourceKind::named(resource_type);
    if kind == Some(ResourceKind::Key) {
        ", which costs 1 USD a month until it is deleted"
    } else if kind == Some(ResourceKind::Bucket) {
        ", which costs what is stored in it"
    } else {
        ""
    }
}

fn json_line(summary: &Summary, work: Work) -> String {
    let [created, updated, deleted, unchanged] = OUTCOMES.map(|outcome| summary.count(outcome));
    let failures: Vec<_> = summary
        .failed
        .iter()
        .map(|failure| json!({"stack": failure.stack, "error": chain(&failure.error), "help": failure.error.help()}))
        .collect();
    let retained: Vec<_> = summary
        .retained
        .iter()
        .flat_map(|(stack, resources)| resources.iter().map(move |resource| (stack, resource)))
        .map(|(stack, resource)| {
            json!({"stack": stack, "type": resource.resource_type, "physicalId": resource.physical_id})
        })
        .collect();
    let work = match work {
        Work::Deployment => "deploy",
        Work::Destruction => "destroy",
        Work::Pruning => "prune",
    };
    json!({
        "event": "summary",
        "work": work,
        "created": created,
        "updated": updated,
        "deleted": deleted,
        "unchanged": unchanged,
        "failed": summary.failed.len(),
        "skipped": summary.skipped.len(),
        "notBegun": summary.not_begun.len(),
        "failures": failures,
        "retained": retained,
    })
    .to_string()
}
