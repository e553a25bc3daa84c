//! A deployment while it runs: a live view on a terminal, a line for each stack in a pipe, JSON for machines.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use super::error::chain;
use crate::cli::printer::Printer;
use crate::cli::printer::visible;
use crate::deploy::{Event, Observer, Outcome, Status};
use crate::synth::StackId;

/// As many running stacks are shown at once; more would not fit on a screen.
const LINES: usize = 12;
/// Of a larger team only failures leave a line on a terminal: the bar and the summary count the rest.
const NAMED: usize = 40;

/// The observer that suits where the output goes.
pub(crate) fn observer(json: bool, printer: &Printer) -> Arc<Progress> {
    let view = match (json, printer.is_interactive()) {
        (true, _) => View::Json,
        (false, true) => View::Live(Live::new()),
        (false, false) => View::Plain,
    };
    Arc::new(Progress {
        view,
        printer: printer.clone(),
        running: Mutex::default(),
        begun: Mutex::default(),
    })
}

/// Shows events.
pub(crate) struct Progress {
    view: View,
    printer: Printer,
    /// The stacks that CloudFormation is at work on.
    running: Mutex<BTreeMap<String, Instant>>,
    /// The stacks that are worked on.
    begun: Mutex<BTreeMap<String, Instant>>,
}

/// Shows only what is said.
pub(crate) fn quiet(printer: &Printer) -> Arc<Progress> {
    Arc::new(Progress {
        view: View::Quiet,
        printer: printer.clone(),
        running: Mutex::default(),
        begun: Mutex::default(),
    })
}

/// Shows nothing.
pub(crate) struct Unseen;

impl Observer for Unseen {
    fn observe(&self, _: &Event<'_>) {}
}

enum View {
    Live(Live),
    Plain,
    Json,
    Quiet,
}

impl Progress {
    /// Says something without disturbing what is drawn.
    pub(crate) fn say(&self, text: &str) {
        match &self.view {
            // The terminal may be gone; the deployment is not.
            View::Live(live) => drop(live.screen.println(text)),
            View::Plain | View::Json | View::Quiet => self.printer.error(text),
        }
    }

    /// The stacks that CloudFormation is at work on.
    pub(crate) fn running(&self) -> Vec<String> {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.keys().cloned().collect()
    }

    /// Says in a pipe that something is still going on, where nothing moves otherwise.
    pub(crate) fn still(&self) {
        let View::Plain = self.view else { return };
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        let (what, stacks) = if running.is_empty() {
            ("waiting for", &begun)
        } else {
            ("changing", &running)
        };
        let longest = stacks.iter().max_by_key(|(_, since)| since.elapsed());
        if let Some((stack, since)) = longest {
            let more = match stacks.len() {
                1 => String::new(),
                several => format!(" and {} more", several - 1),
            };
            let lasting = duration(since.elapsed()).replace(" in ", " for ");
            self.printer
                .error(&format!("still {what} {stack}{lasting}{more}"));
        }
    }

    fn keep_running(&self, event: &Event<'_>) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Started { stack } => {
                begun.insert(stack.to_string(), Instant::now());
            }
            Event::Changing { stack, .. } => {
                running.entry(stack.to_string()).or_insert_with(Instant::now);
            }
            Event::Finished { stack, .. } | Event::Failed { stack, .. } => {
                running.remove(stack.as_str());
                begun.remove(stack.as_str());
            }
            _ => {}
        }
    }

    /// Clears what is drawn.
    pub(crate) fn finish(&self) {
        if let View::Live(live) = &self.view {
            live.finish();
        }
    }
}

impl Observer for Progress {
    fn observe(&self, event: &Event<'_>) {
        self.keep_running(event);
        match &self.view {
            View::Live(live) => live.observe(event),
            View::Plain => {
                if let Some(line) = plain(event) {
                    self.printer.error(&line);
                }
            }
            View::Json => {
                self.printer.output(&json_line(event));
            }
            View::Quiet => {}
        }
    }
}

/// What is worth a line that stays: unchanged stacks are counted in the summary, failures stand there.
fn plain(event: &Event<'_>) -> Option<String> {
    match event {
        Event::Finished { stack, outcome, took } => {
            if *outcome == Outcome::Unchanged {
                return None;
            }
            Some(format!("{} {stack}{}", outcome.as_str(), duration(*took)))
        }
        Event::Failed { stack, .. } => Some(format!("failed  {stack}")),
        Event::Waiting {
            stack,
            status,
            since,
            by,
        } => Some(waiting(stack, status, since, by)),
        Event::Mending { stack, status, how } => Some(format!("{stack} is in {status}: {how} first")),
        _ => None,
    }
}

/// Who is waited for, as far as it is known.
fn waiting(stack: &StackId, status: &Status, since: &str, by: &str) -> String {
    let mut line = format!("waiting for {stack}, which is in {status}");
    if !since.is_empty() {
        let _ = write!(line, " since {since}");
    }
    if !by.is_empty() {
        let _ = write!(line, " by {by}");
    }
    line
}

/// Seconds, where there are any.
fn duration(took: Duration) -> String {
    match took.as_secs() {
        0 => String::new(),
        seconds @ 1..60 => format!(" in {seconds}s"),
        seconds => format!(" in {}m{:02}s", seconds / 60, seconds % 60),
    }
}

fn json_line(event: &Event<'_>) -> String {
    let line = match event {
        Event::Planned { stacks } => json!({"event": "planned", "stacks": stacks}),
        Event::Started { stack } => json!({"event": "started", "stack": stack}),
        Event::Changing { stack, progress } => json!({
            "event": "resource",
            "stack": stack,
            "resource": progress.logical_id,
            "type": progress.resource_type,
            "status": progress.status,
            "reason": progress.reason,
        }),
        Event::Waiting {
            stack,
            status,
            since,
            by,
        } => json!({"event": "waiting", "stack": stack, "status": status.as_str(), "since": since, "by": by}),
        Event::Mending { stack, status, how } => {
            json!({"event": "mending", "stack": stack, "status": status.as_str(), "how": how})
        }
        Event::Finished { stack, outcome, took } => {
            let outcome = outcome.as_str();
            json!({"event": "finished", "stack": stack, "outcome": outcome, "seconds": took.as_secs_f64()})
        }
        Event::Failed { stack, error } => json!({"event": "failed", "stack": stack, "error": chain(error)}),
        Event::Skipped { stack, because } => json!({"event": "skipped", "stack": stack, "because": because}),
    };
    line.to_string()
}

/// One line for each stack that is being changed, under a bar for all of them.
struct Live {
    screen: MultiProgress,
    total: ProgressBar,
    running: Mutex<BTreeMap<String, ProgressBar>>,
}

impl Live {
    fn new() -> Self {
        let screen = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        let total = screen.add(ProgressBar::new(0));
        total.set_style(style("{bar:30} {pos}/{len} stacks  {elapsed}"));
        Self {
            screen,
            total,
            running: Mutex::default(),
        }
    }

    fn observe(&self, event: &Event<'_>) {
        match event {
            Event::Planned { stacks } => self.total.set_length(*stacks as u64),
            Event::Waiting {
                stack,
                status,
                since,
                by,
            } => {
                if let Some(line) = self.line(stack.as_str()) {
                    line.set_message(visible(&waiting(stack, status, since, by)).into_owned());
                }
            }
            Event::Changing { stack, progress } => {
                if let Some(line) = self.line(stack.as_str()) {
                    let text = format!(
                        "{stack}  {}/{}  {} {}",
                        progress.done, progress.of, progress.logical_id, progress.status
                    );
                    line.set_message(visible(&text).into_owned());
                }
            }
            Event::Mending { stack, .. } => {
                if let (Some(line), Some(text)) = (self.line(stack.as_str()), plain(event)) {
                    line.set_message(visible(&text).into_owned());
                }
            }
            Event::Finished { stack, .. } | Event::Failed { stack, .. } => {
                self.end(stack.as_str());
                self.total.inc(1);
                let few = self.total.length().is_some_and(|stacks| stacks <= NAMED as u64);
                let worth = few || matches!(event, Event::Failed { .. });
                if let Some(line) = plain(event).filter(|_| worth) {
                    // The terminal may be gone; the deployment is not.
                    let _ = self.screen.println(visible(&line));
                }
            }
            Event::Skipped { .. } => self.total.inc(1),
            Event::Started { .. } => {}
        }
    }

    /// The line of a stack, where there is room for one.
    fn line(&self, stack: &str) -> Option<ProgressBar> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = running.get(stack) {
            return Some(line.clone());
        }
        if running.len() >= LINES {
            return None;
        }
        let line = self.screen.insert_before(&self.total, ProgressBar::new_spinner());
        line.set_style(style("{spinner} {wide_msg}"));
        line.enable_steady_tick(Duration::from_millis(120));
        running.insert(stack.to_owned(), line.clone());
        Some(line)
    }

    fn end(&self, stack: &str) {
        let line = self
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(stack);
        if let Some(line) = line {
            line.finish_and_clear();
            self.screen.remove(&line);
        }
    }

    fn finish(&self) {
        self.total.finish_and_clear();
        // The terminal may be gone.
        let _ = self.screen.clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
