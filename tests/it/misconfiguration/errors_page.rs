//! `docs/errors.md`: what to write instead, by code, of the sources of the cases. `UPDATE_CATALOGUE=1 cargo test --test it
//! misconfiguration` writes it anew.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

use super::catalogue::root;
use super::mends::{PAIRS, Pair, WITHOUT_CASE};

const HEAD: &str = "\
# Errors by their code

What each error and warning means in a program, and what to write instead. The first program of each gets that error, the second is
mended as the message says and does not: the tests (`tests/it/misconfiguration`) compile and run both. [The
catalogue](misconfigurations.md) has all mistakes in a table, with those that rustc finds.

In the programs `sample::world()` is a small team, `acme`: the build account `111111111111`, the environment `dev`, the wave `all` that
releases to it, and the service `orders`, whose pipeline is `sample::pipeline()`. What is called `of_…`, `with_…` or for what is done
(`with`, `of`, `built`, `uploaded`, `permitted`, `forked`, `spec`, `spec_of_two`, `updated_from`, `keyed`, `named`, `nesting`, `greeting`) is this team with what is given added to it;
`in_waves_of(n)` releases to 51 environments, n in each wave. `github()` and `own_github()` are connections of the build account and of
the developer's, `TABLE` and `TASKS` the ARNs of a table and of a role.
";

const SOURCES: [&str; 7] = [
    include_str!("build.rs"),
    include_str!("lints.rs"),
    include_str!("permissions.rs"),
    include_str!("pipeline.rs"),
    include_str!("proved.rs"),
    include_str!("self_update.rs"),
    include_str!("world.rs"),
];

#[test]
fn errors_page_is_current() {
    let mut sections: BTreeMap<&str, String> = BTreeMap::new();
    for pair in PAIRS.iter() {
        let section = sections.entry(pair.code).or_default();
        section.push_str(&told(pair));
    }
    for (code, why) in WITHOUT_CASE {
        sections.insert(code, format!("\n{why}\n"));
    }
    let mut page = HEAD.to_owned();
    for (code, section) in sections {
        write!(page, "\n## {code}\n{section}").unwrap();
    }
    let path = root().join("docs/errors.md");
    if std::env::var_os("UPDATE_CATALOGUE").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        there == page,
        "docs/errors.md is not current: UPDATE_CATALOGUE=1 writes it anew"
    );
}

/// What is said, and both programs.
fn told(pair: &Pair) -> String {
    let mistake = pair.mistake();
    let title = pair.title.trim_end_matches(", at run time");
    let help = mistake
        .help_text()
        .map_or_else(String::new, |help| format!("\n  help: {help}"));
    let [team, mended] = programs(pair.title);
    format!(
        "\n### {title}\n\n```text\n{}: {}{help}\n```\n\n```rust,ignore\n{team}\n```\n\nMended:\n\n```rust,ignore\n{mended}\n```\n",
        mistake.severity(),
        mistake.message()
    )
}

/// The sources of the two programs of a case.
fn programs(title: &str) -> [String; 2] {
    let heading = format!("title: \"{title}\",\n");
    let mut places = SOURCES
        .iter()
        .filter_map(|source| source.split_once(heading.as_str()));
    let (_, case) = places
        .next()
        .unwrap_or_else(|| panic!("no case is called {title}"));
    assert!(places.next().is_none(), "two cases are called {title}");
    ["team", "mended"].map(|field| {
        let (_, rest) = case.split_once(&format!("\n        {field}: || ")).unwrap();
        unindented(expression(rest))
    })
}

/// The expression that a text begins with: all before the comma that ends it.
fn expression(text: &str) -> &str {
    let mut depth = 0_usize;
    let mut letters = text.char_indices();
    while let Some((position, letter)) = letters.next() {
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => return &text[..position],
            // What stands in a string or a comment is not counted.
            '"' => while letters.next().is_some_and(|(_, letter)| letter != '"') {},
            '/' if text[position..].starts_with("//") => {
                while letters.next().is_some_and(|(_, letter)| letter != '\n') {}
            }
            _ => {}
        }
    }
    panic!("{text} is no expression with a comma behind it")
}

/// The lines as they would stand at the left, without the braces around a block: rustfmt indents fields by eight, and what is in
/// their blocks by twelve.
fn unindented(expression: &str) -> String {
    let block = expression
        .strip_prefix("{\n")
        .and_then(|block| block.strip_suffix('}'));
    let indent = if block.is_some() { 12 } else { 8 };
    let lines = block.unwrap_or(expression).trim_end().lines().map(|line| {
        let spaces = line.len() - line.trim_start().len();
        &line[spaces.min(indent)..]
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn an_expression_ends_at_its_comma() {
    for (text, ended) in [
        ("of(1, 2), b", "of(1, 2)"),
        ("of(\"),\", '1'), b", "of(\"),\", '1')"),
        (
            "{\n    // One, ).\n    of(1)\n}, b",
            "{\n    // One, ).\n    of(1)\n}",
        ),
    ] {
        assert_eq!(expression(text), ended);
    }
    let block = "{\n            one\n                .two()\n        }";
    assert_eq!(unindented(block), "one\n    .two()");
    assert_eq!(unindented("one\n            .two()"), "one\n    .two()");
}
