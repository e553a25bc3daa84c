//! Mistakes as rustc shows them: the user's own lines, underlined.

use std::collections::BTreeMap;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

use crate::cli::printer::Printer;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity, SourceLocation, file_of};

/// Prints every mistake, and how many there are.
pub(crate) fn print(mistakes: &Diagnostics, printer: &Printer) {
    print_each(mistakes, printer);
    let count = mistakes.len();
    let noun = if count == 1 { "mistake" } else { "mistakes" };
    printer.error(&format!("error: the team has {count} {noun}"));
}

/// Prints every diagnostic, and nothing else.
pub(crate) fn print_each(diagnostics: &Diagnostics, printer: &Printer) {
    let renderer = if printer.has_color() {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let mut sources = Sources::default();
    for diagnostic in diagnostics {
        printer.rendered(&render(diagnostic, &renderer, &mut sources));
        printer.error("");
    }
}

/// A mistake as text, without color.
pub(crate) fn plain(mistake: &Diagnostic) -> String {
    render(mistake, &Renderer::plain(), &mut Sources::default())
}

fn render(mistake: &Diagnostic, renderer: &Renderer, sources: &mut Sources) -> String {
    let level = match mistake.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group = level
        .primary_title(mistake.message())
        .id(mistake.code())
        .elements(
            // The group begins empty: snippets, notes and help follow.
            std::iter::empty::<Origin<'_>>(),
        );
    for (position, label) in mistake.labels().iter().enumerate() {
        let location = label.location();
        let kind = match position {
            0 => AnnotationKind::Primary,
            _ => AnnotationKind::Context,
        };
        if let Some((source, span)) = sources.find(location, label.literal()) {
            let annotation = kind.span(span).label(label.text());
            let snippet = Snippet::source(source).path(file_of(location));
            group = group.element(snippet.annotation(annotation));
        } else {
            let origin = Origin::path(file_of(location))
                .line(location.line() as usize)
                .char_column(location.column() as usize);
            group = group.element(origin).element(Level::NOTE.message(label.text()));
        }
    }
    for note in mistake.notes() {
        group = group.element(Level::NOTE.message(note));
    }
    if let Some(help) = mistake.help_text() {
        group = group.element(Level::HELP.message(help));
    }
    renderer.render(&[group])
}

/// The user's files, each read once.
#[derive(Default)]
struct Sources(BTreeMap<&'static str, Option<String>>);

impl Sources {
    /// The text of the file, and in it the literal among the arguments of the call at the location, or the word at the
    /// location; none where the program is not run where it was compiled.
    fn find(&mut self, location: SourceLocation, literal: Option<&str>) -> Option<(String, Range<usize>)> {
        let text = self
            .0
            .entry(location.file())
            .or_insert_with(|| read(location.file()))
            .clone()?;
        let before: usize = text
            .split_inclusive('\n')
            .take((location.line() as usize).saturating_sub(1))
            .map(str::len)
            .sum();
        let line = text.get(before..)?.lines().next()?;
        let column = line
            .char_indices()
            .nth((location.column() as usize).saturating_sub(1))?
            .0;
        let rest = line.get(column..)?;
        let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
        let length = match rest.strip_prefix('"') {
            Some(literal) => literal.find('"').map_or(rest.len(), |end| end + 2),
            None => rest.find(|c| !is_word(c)).unwrap_or(rest.len()).max(1),
        };
        let start = before + column;
        let argument = literal.and_then(|literal| {
            let arguments = arguments(text.get(start..)?)?;
            let quoted = format!("\"{literal}\"");
            let position = start + arguments.start + text.get(start..)?.get(arguments)?.find(&quoted)?;
            Some(position..position + quoted.len())
        });
        Some((text, argument.unwrap_or(start..start + length)))
    }
}

/// A source file, whose path is relative to its workspace, from whichever directory inside the program is run.
fn read(file: &str) -> Option<String> {
    let here = std::env::current_dir().ok()?;
    let mut above = here.ancestors();
    above.find_map(|directory| std::fs::read_to_string(directory.join(file)).ok())
}

/// The arguments of the call that a text begins with.
fn arguments(call: &str) -> Option<Range<usize>> {
    let mut depth = 0_usize;
    let mut start = 0;
    for (position, letter) in call.char_indices() {
        match letter {
            '(' => {
                if depth == 0 {
                    start = position;
                }
                depth += 1;
            }
            ')' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(start..position);
                }
            }
            ';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}
