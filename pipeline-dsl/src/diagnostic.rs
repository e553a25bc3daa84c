//! What is wrong, where in the user's own source, and how to mend it: the one type of user-facing error.
//!
//! Checks collect every mistake they find into [`Diagnostics`]; nothing is printed here. The command
//! line renders them with the user's source lines underlined.

use std::fmt;
use std::panic::Location;

/// A place in the user's program, as `#[track_caller]` constructors record it.
pub type SourceLocation = &'static Location<'static>;

/// The file of a place, as it is named from the workspace: `examples/team.rs`, where rustc was given
/// `pipeline-dsl/../examples/team.rs`.
pub(crate) fn file_of(location: SourceLocation) -> String {
    from_workspace(location.file())
}

fn from_workspace(file: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in file.split('/') {
        match (part, parts.last()) {
            ("..", Some(&before)) if !matches!(before, "" | "..") => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// The place as rustc writes it: `examples/team.rs:40:9`.
pub(crate) fn written(location: SourceLocation) -> String {
    format!("{}:{}:{}", file_of(location), location.line(), location.column())
}

/// The result of anything that checks what the user wrote.
pub type Result<T, E = Diagnostics> = std::result::Result<T, E>;

/// One place that a diagnostic points at, with the words to put there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    location: SourceLocation,
    literal: Option<String>,
    text: String,
}

impl Label {
    /// Where the label points.
    pub fn location(&self) -> SourceLocation {
        self.location
    }

    /// The literal that it is about, an argument of the call at that place.
    pub fn literal(&self) -> Option<&str> {
        self.literal.as_deref()
    }

    /// What it says about that place.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// How serious a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Severity {
    /// Nothing is deployed until it is mended.
    Error,
    /// Something that may go wrong; nothing stops.
    Warning,
    /// Something else to do, which the program cannot see to.
    Note,
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        })
    }
}

/// One mistake, or one thing to know: a stable code, a sentence, the places it concerns and the mend.
///
/// ```
/// # use pipeline_dsl::diagnostic::Diagnostic;
/// let mistake = Diagnostic::new("team::empty-wave", "wave `test` has no environment")
///     .help("name at least one environment: `wave test = [qa];`");
/// assert_eq!(mistake.code(), "team::empty-wave");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    severity: Severity,
    code: &'static str,
    message: String,
    labels: Vec<Label>,
    notes: Vec<String>,
    help: Option<String>,
}

impl Diagnostic {
    /// A diagnostic with a stable `area::kebab-name` code and a one-line, lower-case message.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            labels: Vec::new(),
            notes: Vec::new(),
            help: None,
        }
    }

    /// As [`Diagnostic::new`], of something that stops nothing.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::new(code, message)
        }
    }

    /// The same as a remark: nothing is wrong with the program, and something else is to be done.
    #[must_use]
    pub fn as_note(mut self) -> Self {
        self.severity = Severity::Note;
        self
    }

    /// Points at a place; the first label is the primary one.
    #[must_use]
    pub fn at(mut self, location: SourceLocation, text: impl Into<String>) -> Self {
        self.labels.push(Label {
            location,
            literal: None,
            text: text.into(),
        });
        self
    }

    /// Points at a literal among the arguments of the call at a place; at the call where the literal is not written there.
    #[must_use]
    pub fn at_literal(
        mut self,
        location: SourceLocation,
        literal: impl Into<String>,
        text: impl Into<String>,
    ) -> Self {
        self.labels.push(Label {
            location,
            literal: Some(literal.into()),
            text: text.into(),
        });
        self
    }

    /// Adds a fact that explains the mistake, such as the AWS page that sets the limit.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Says how to mend it, with the line to write where there is one.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// How serious it is.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// The stable code, `area::kebab-name`.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// What is wrong, in one line.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The places it concerns, the primary one first.
    pub fn labels(&self) -> &[Label] {
        &self.labels
    }

    /// Facts that explain it.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// How to mend it.
    pub fn help_text(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}[{}]: {}", self.severity, self.code, self.message)?;
        for label in &self.labels {
            write!(formatter, "\n  --> {}: {}", written(label.location), label.text)?;
        }
        for note in &self.notes {
            write!(formatter, "\n  note: {note}")?;
        }
        if let Some(help) = &self.help {
            write!(formatter, "\n  help: {help}")?;
        }
        Ok(())
    }
}

/// Every mistake a check found; as an error value, at least one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// No mistake yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many were found.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Each of them, in the order found.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// The warnings, and the errors.
    pub fn split(self) -> (Self, Self) {
        let is_warning = |diagnostic: &Diagnostic| diagnostic.severity == Severity::Warning;
        let (warnings, errors) = self.0.into_iter().partition(is_warning);
        (Self(warnings), Self(errors))
    }

    /// `Ok(value)` when nothing was found.
    ///
    /// # Errors
    /// Everything that was found.
    pub fn or<T>(self, value: T) -> Result<T> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, diagnostics: I) {
        self.0.extend(diagnostics);
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, diagnostic) in self.0.iter().enumerate() {
            if position > 0 {
                writeln!(formatter)?;
            }
            write!(formatter, "{diagnostic}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

#[cfg(test)]
mod tests {
    use super::from_workspace;

    #[test]
    fn a_file_is_named_from_the_workspace() {
        for (given, named) in [
            ("src/main.rs", "src/main.rs"),
            ("pipeline-dsl/../examples/team.rs", "examples/team.rs"),
            (
                "pipeline-dsl/../tests/it/../../examples/team.rs",
                "examples/team.rs",
            ),
            // What is above the workspace cannot be named otherwise.
            ("../other/src/main.rs", "../other/src/main.rs"),
            ("/work/other/../src/main.rs", "/work/src/main.rs"),
            ("/../src/main.rs", "/../src/main.rs"),
        ] {
            assert_eq!(from_workspace(given), named);
        }
    }
}
