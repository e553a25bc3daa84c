//! A rehearsal while it runs: a live tree on a terminal, a log in a pipe, JSON for machines.

mod clock;
mod report;
mod tree;

use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use crate::cli::printer::Printer;
use crate::rehearsal::{Observer, Report, Step};
use clock::clock;
use report::report;
use tree::tree;

/// How often the tree is drawn anew.
const FRAME: Duration = Duration::from_millis(80);
/// As much of the tree is shown while it grows: its end.
const LINES: usize = 24;

/// Shows a rehearsal.
pub(crate) struct View {
    kind: Kind,
    printer: Printer,
}

enum Kind {
    Live(Mutex<Live>),
    Plain,
    Json,
}

struct Live {
    steps: Vec<Step>,
    bar: ProgressBar,
    drawn: Instant,
}

/// The view that suits where the output goes.
pub(crate) fn observer(json: bool, printer: &Printer) -> View {
    let kind = match (json, printer.is_interactive()) {
        (true, _) => Kind::Json,
        (false, true) => Kind::Live(Mutex::new(Live::new())),
        (false, false) => Kind::Plain,
    };
    View {
        kind,
        printer: printer.clone(),
    }
}

impl Live {
    fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{msg}") {
            bar.set_style(style);
        }
        Self {
            steps: Vec::new(),
            bar,
            drawn: Instant::now(),
        }
    }

    fn add(&mut self, step: &Step) {
        self.steps.push(step.clone());
        if self.drawn.elapsed() < FRAME {
            return;
        }
        let lines = tree(&self.steps);
        let from = lines.len().saturating_sub(LINES);
        self.bar
            .set_message(lines.get(from..).unwrap_or_default().join("\n"));
        self.drawn = Instant::now();
    }
}

impl Observer for View {
    fn happened(&self, step: &Step) {
        match &self.kind {
            Kind::Live(live) => live.lock().unwrap_or_else(PoisonError::into_inner).add(step),
            Kind::Plain => self.printer.output(&line(step)),
            Kind::Json => self.printer.output(&json_line(step)),
        }
    }
}

impl View {
    /// Shows what it came to.
    pub(crate) fn finish(&self, ended: &Report) {
        match &self.kind {
            Kind::Live(live) => {
                let live = live.lock().unwrap_or_else(PoisonError::into_inner);
                live.bar.finish_and_clear();
                self.printer.output(&tree(&ended.steps).join("\n"));
                self.printer.output("");
                self.printer.output(&report(ended));
            }
            Kind::Plain => {
                self.printer.output("");
                self.printer.output(&report(ended));
            }
            Kind::Json => {
                let arrivals = ended.arrivals.iter().map(|arrival| {
                    let (currency, behind) = report::currency(arrival.currency);
                    json!({
                        "place": arrival.place,
                        "artifact": arrival.artifact,
                        "has": currency,
                        "behind": behind,
                        "version": arrival.version,
                        "deployedAfter": arrival.deployed,
                    })
                });
                let line = json!({
                    "event": "report",
                    "arrivals": arrivals.collect::<Vec<_>>(),
                    "took": ended.took,
                    "denied": ended.denied().count(),
                    "failed": ended.failed().count(),
                    "waiting": ended.waiting().count(),
                });
                self.printer.output(&line.to_string());
            }
        }
    }
}

/// `+00:02:05  alice          copies orders/orders.zip (3s)`
fn line(step: &Step) -> String {
    let mut line = format!("+{}  {:<14} {}", clock(step.at), step.place, step.what);
    if step.took > 0 {
        // Writing to a string cannot fail.
        let _ = write!(line, " ({}s)", step.took);
    }
    if let Some(reason) = step.outcome.reason() {
        let _ = write!(line, ": {}: {reason}", step.outcome.word());
    }
    line
}

fn json_line(step: &Step) -> String {
    json!({
        "event": "step",
        "number": step.number,
        "parent": step.parent,
        "at": step.at,
        "took": step.took,
        "place": step.place,
        "account": step.account,
        "region": step.region,
        "what": step.what,
        "outcome": step.outcome.word(),
        "reason": step.outcome.reason(),
    })
    .to_string()
}
