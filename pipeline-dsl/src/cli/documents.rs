//! What the documents say of the command line is made of its own help: `UPDATE_DOCUMENTS=1 cargo test --lib documents`
//! writes it anew.

use std::fs;
use std::path::{Path, PathBuf};

use clap::CommandFactory;

use super::arguments::Arguments;
use super::exit::CODES;

/// The part of a document between two comments of this name.
fn check(document: &str, part: &str, wanted: &str) {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(document);
    let text = fs::read_to_string(&path).unwrap();
    let (begin, end) = (
        format!("<!-- {part}: made by cli/documents.rs -->\n"),
        "<!-- end -->",
    );
    let (before, rest) = text.split_once(&begin).expect("the document has the part");
    let (there, after) = rest.split_once(end).expect("the part ends");
    if there == wanted {
        return;
    }
    assert!(
        std::env::var_os("UPDATE_DOCUMENTS").is_some(),
        "{document} does not say what `--help` says of {part}: run `UPDATE_DOCUMENTS=1 cargo test --lib documents`"
    );
    fs::write(&path, format!("{before}{begin}{wanted}{end}{after}")).unwrap();
}

/// A command and those below it, each as a row: its name and what it does.
fn rows(command: &clap::Command, above: &str, table: &mut String) {
    for below in command.get_subcommands() {
        let name = format!("{above}{}", below.get_name());
        if below.has_subcommands() {
            rows(below, &format!("{name} "), table);
        } else {
            let about = below.get_about().map(ToString::to_string).unwrap_or_default();
            table.extend(["| `", &name, "` | ", &about, " |\n"]);
        }
    }
}

#[test]
fn the_readme_lists_the_commands() {
    let arguments = Arguments::command();
    let about = arguments.get_long_about().map(ToString::to_string);
    let about = about.unwrap_or_default();
    let (_, without) = about
        .split_once("Without a command: ")
        .expect("it says what it does");
    let without = without.trim_end_matches('.');
    let mut table = format!(
        "| command | does |\n|---|---|\n| none | {} |\n",
        capitalized(without)
    );
    rows(&arguments, "", &mut table);
    check("README.md", "commands", &table);
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

#[test]
fn the_exit_codes_are_those_of_the_help() {
    let rows = CODES.lines().skip(1).map(|line| {
        let (code, meaning) = line
            .trim_start()
            .split_once("  ")
            .expect("a code and its meaning");
        format!("| {code} | {meaning} |\n")
    });
    let table = format!("| code | means |\n|---|---|\n{}", rows.collect::<String>());
    check("docs/deployment.md", "exit codes", &table);
}
