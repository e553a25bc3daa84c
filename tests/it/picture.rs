//! Pictures of the example team, and of a large one.

use pipeline_dsl::prelude::*;

use crate::cli::program;

fn drawn(format: &str, team: fn() -> Result<Team>) -> String {
    let out = tempfile::tempdir().unwrap();
    let (code, output, error) = program(out.path(), &["graph", "--format", format], team);
    assert_eq!(code, 0, "{error}");
    match format {
        "html" => std::fs::read_to_string(out.path().join("index.html")).unwrap(),
        _ => output,
    }
}

fn large() -> Result<Team> {
    crate::fleet::fleet(200, 5)
}

#[test]
fn of_the_team() {
    for format in ["mermaid", "dot", "svg"] {
        insta::assert_snapshot!(format!("team.{format}"), drawn(format, crate::team::team));
    }
}

#[test]
fn the_readme_shows_the_current_one() {
    let readme = include_str!("../../README.md");
    assert!(readme.contains(&drawn("mermaid", crate::team::team)));
}

#[test]
fn the_page_fetches_nothing() {
    let page = drawn("html", crate::team::team);
    // The name of a language, which nobody fetches.
    let rest = page.replace("http://www.w3.org/2000/svg", "");
    for fetched in ["http:", "https:", "src=", "@import", "url("] {
        assert!(!rest.contains(fetched), "{fetched}");
    }
    for account in [
        "111111111111",
        "222222222222",
        "444444444444",
        "every developer's account",
    ] {
        assert!(page.contains(account), "{account}");
    }
    assert!(
        page.contains("AWS::IAM::Role"),
        "roles are there for whoever opens them"
    );
}

#[test]
fn a_large_team_is_folded_and_listed() {
    let (drawing, page) = (drawn("svg", large), drawn("html", large));
    assert!(drawing.contains("200 developer accounts"));
    assert!(drawing.contains("and 194 more, listed below"));
    assert!(!drawing.contains("500000000150"));
    assert!(page.contains("500000000150"));
    let chart = drawn("mermaid", large);
    assert!(chart.contains("200 developer accounts"));
    let lines: std::collections::BTreeSet<&str> = chart.lines().filter(|line| line.contains("--")).collect();
    assert_eq!(
        lines.len(),
        chart.lines().filter(|line| line.contains("--")).count(),
        "{chart}"
    );
    // The drawing does not grow with the developers.
    assert!(drawing.len() < 30_000, "{}", drawing.len());
}
