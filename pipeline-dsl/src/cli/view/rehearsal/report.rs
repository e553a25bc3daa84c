//! What a rehearsal came to, for people.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::clock::clock;
use crate::cli::view::diagnostic;
use crate::cli::view::names::first_of;
use crate::rehearsal::{Arrival, Currency, Outcome, Report};

/// As many accounts have a row of their own; of a larger team those that are alike share one.
const ROWS: usize = 24;
/// As many accounts are named in a row that they share.
const NAMED: usize = 4;

/// One word, and how many versions behind.
pub(super) fn currency(currency: Currency) -> (&'static str, Option<usize>) {
    match currency {
        Currency::Current => ("current", None),
        Currency::Behind(versions) => ("behind", Some(versions)),
        Currency::Own => ("own", None),
        Currency::Nothing => ("nothing", None),
    }
}

/// The table, then what was denied, what failed and what waits.
pub(super) fn report(report: &Report) -> String {
    let mut text = format!("after {} of simulated time:\n", clock(report.took));
    let rows = if report.arrivals.len() <= ROWS {
        report.arrivals.iter().map(row).collect()
    } else {
        folded(&report.arrivals)
    };
    let width = |column: fn(&Row) -> &String| {
        rows.iter()
            .map(|row| column(row).chars().count())
            .max()
            .unwrap_or(0)
    };
    let (place, artifact, has) = (
        width(|row| &row.place),
        width(|row| &row.artifact),
        width(|row| &row.has),
    );
    for row in &rows {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "  {:<place$}  {:<artifact$}  {:<has$}  {}",
            row.place, row.artifact, row.has, row.deployed
        );
    }
    let mut denied: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for step in report.denied() {
        if let Outcome::Denied(denial) = &step.outcome {
            let explained = diagnostic::plain(&denial.proved.diagnostic());
            let entry = denied.entry(denial.to_string());
            entry.or_insert((0, explained)).0 += 1;
        }
    }
    for (times, explained) in denied.values() {
        let _ = write!(text, "\n{}", explained.trim_end());
        let _ = match times {
            1 => writeln!(text),
            times => writeln!(text, "\n  ({times} times)"),
        };
    }
    let mut failed: BTreeMap<(String, String), Vec<&str>> = BTreeMap::new();
    for step in report.failed() {
        let reason = step.outcome.reason().unwrap_or_default();
        failed
            .entry((step.what.clone(), reason))
            .or_default()
            .push(&step.place);
    }
    for ((what, reason), places) in failed {
        let _ = writeln!(text, "failed: {}: {what}: {reason}", first_of(&places, NAMED));
    }
    for step in report.waiting() {
        let reason = step.outcome.reason().unwrap_or_default();
        let _ = writeln!(text, "waits: {}: {} {reason}", step.place, step.what);
    }
    if report.waiting().next().is_some() {
        text.push_str("  help: `--approve` approves it\n");
    }
    text
}

struct Row {
    place: String,
    artifact: String,
    has: String,
    deployed: String,
}

fn row(arrival: &Arrival) -> Row {
    Row {
        place: arrival.place.clone(),
        artifact: arrival.artifact.clone(),
        has: has(arrival),
        deployed: arrival.deployed.map_or_else(
            || "not deployed to the end".to_owned(),
            |at| format!("deployed at +{}", clock(at)),
        ),
    }
}

fn has(arrival: &Arrival) -> String {
    match arrival.currency {
        Currency::Current => "current".to_owned(),
        Currency::Behind(versions) => format!("{versions} behind"),
        Currency::Own => "own build".to_owned(),
        Currency::Nothing => "nothing".to_owned(),
    }
}

/// One row for all that have the same of an artifact.
fn folded(arrivals: &[Arrival]) -> Vec<Row> {
    let mut alike: BTreeMap<(bool, &str, String, bool), Vec<&Arrival>> = BTreeMap::new();
    for arrival in arrivals {
        let developer = arrival.place != "build account";
        let key = (
            developer,
            arrival.artifact.as_str(),
            has(arrival),
            arrival.deployed.is_some(),
        );
        alike.entry(key).or_default().push(arrival);
    }
    let rows = alike.into_values().map(|alike| {
        let places: Vec<&str> = alike.iter().map(|arrival| arrival.place.as_str()).collect();
        let times = alike.iter().filter_map(|arrival| arrival.deployed);
        let deployed = match (times.clone().min(), times.max()) {
            (Some(first), Some(last)) if first == last => format!("deployed at +{}", clock(first)),
            (Some(first), Some(last)) => format!("deployed from +{} to +{}", clock(first), clock(last)),
            _ => "not deployed to the end".to_owned(),
        };
        let first = alike.first().copied();
        Row {
            place: first_of(&places, NAMED),
            artifact: first.map(|first| first.artifact.clone()).unwrap_or_default(),
            has: first.map(has).unwrap_or_default(),
            deployed,
        }
    });
    rows.collect()
}
