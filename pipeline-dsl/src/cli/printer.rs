//! The only code that prints.

use std::borrow::Cow;
use std::io::{IsTerminal, Write};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Where output goes: the process's streams, or memory in tests.
#[derive(Debug, Clone)]
pub struct Printer {
    sink: Sink,
    /// Whether progress may be drawn over.
    interactive: bool,
    color: bool,
    verbose: bool,
    /// Why the first output that was lost was lost.
    lost: Arc<OnceLock<String>>,
}

#[derive(Debug, Clone)]
enum Sink {
    Standard,
    Memory(Arc<Mutex<Printed>>),
}

/// What was printed, stream by stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Printed {
    /// What went to standard output.
    pub output: String,
    /// What went to standard error.
    pub error: String,
}

impl Printer {
    /// Prints to the process's streams. `NO_COLOR` is respected, and progress is drawn on terminals only.
    pub fn standard() -> Self {
        let interactive = std::io::stderr().is_terminal();
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self {
            sink: Sink::Standard,
            interactive: interactive && std::env::var_os("TERM").is_none_or(|term| term != "dumb"),
            color: interactive && wanted,
            verbose: false,
            lost: Arc::default(),
        }
    }

    /// Prints into memory, without color or progress.
    pub fn in_memory() -> Self {
        Self {
            sink: Sink::Memory(Arc::default()),
            interactive: false,
            color: false,
            verbose: false,
            lost: Arc::default(),
        }
    }

    /// What was printed into memory so far.
    pub fn printed(&self) -> Printed {
        match &self.sink {
            Sink::Standard => Printed::default(),
            Sink::Memory(printed) => printed.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }

    pub(super) fn is_interactive(&self) -> bool {
        self.interactive
    }

    /// The same, telling each of those that failed alike.
    pub(super) fn verbose(mut self, verbose: bool) -> Self {
        self.verbose = verbose;
        self
    }

    pub(super) fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// Why output was lost, if any was: a full disk, or a reader that has gone.
    pub(super) fn lost(&self) -> Option<&str> {
        self.lost.get().map(String::as_str)
    }

    pub(super) fn has_color(&self) -> bool {
        self.color
    }

    /// Whether somebody could answer a question.
    pub(super) fn can_ask(&self) -> bool {
        let standard = matches!(self.sink, Sink::Standard);
        standard && std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
    }

    /// Asks a question that is answered with yes or no, and waits for the answer.
    pub(super) fn ask(question: &str) -> bool {
        let mut terminal = std::io::stderr();
        let _ = write!(terminal, "{question} [y/N] ");
        let _ = terminal.flush();
        let mut answer = String::new();
        let _ = std::io::stdin().read_line(&mut answer);
        matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
    }

    /// What was asked for.
    pub(super) fn output(&self, text: &str) {
        let text = &visible(text.trim_end());
        match &self.sink {
            Sink::Standard => {
                let mut output = std::io::stdout();
                let written = writeln!(output, "{text}").and_then(|()| output.flush());
                // Whoever reads may have gone, as `head` does: that is no reason to panic, nor for the work to stop.
                if let Err(error) = written {
                    self.lost.get_or_init(|| error.to_string());
                }
            }
            Sink::Memory(printed) => {
                let mut printed = printed.lock().unwrap_or_else(PoisonError::into_inner);
                printed.output.extend([text, "\n"]);
            }
        }
    }

    /// Everything else.
    pub(super) fn error(&self, text: &str) {
        self.rendered(&visible(text));
    }

    /// Everything else, with colors of our own.
    pub(super) fn rendered(&self, text: &str) {
        let text = text.trim_end();
        match &self.sink {
            Sink::Standard => drop(writeln!(std::io::stderr(), "{text}")),
            Sink::Memory(printed) => {
                let mut printed = printed.lock().unwrap_or_else(PoisonError::into_inner);
                printed.error.extend([text, "\n"]);
            }
        }
    }
}

/// A text without what moves a terminal's cursor: names of stacks come from whoever answers as AWS.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    let hidden = |character: char| character.is_control() && !matches!(character, '\n' | '\t');
    if text.contains(hidden) {
        Cow::Owned(text.replace(hidden, ""))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::Printer;

    #[test]
    fn nothing_moves_the_cursor() {
        let printer = Printer::in_memory();
        printer.output("acme\u{1b}[2J-build\n  \tnext\r");
        printer.error("\u{9b}31m");
        let said = printer.printed();
        assert_eq!(said.output, "acme[2J-build\n  \tnext\n");
        assert_eq!(said.error, "31m\n");
    }
}
