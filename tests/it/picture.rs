//! Pictures of the example team, and of a large one.

use pipeline_dsl::picture::Picture;
use pipeline_dsl::prelude::*;
use pipeline_dsl::synth::synth;

fn picture(team: Result<Team>) -> Picture {
    let team = team.unwrap();
    let assembly = synth(&team).unwrap();
    Picture::of(&team, &assembly)
}

#[test]
fn of_the_team() {
    let picture = picture(crate::team::team());
    insta::assert_snapshot!("team.mermaid", picture.mermaid());
    insta::assert_snapshot!("team.dot", picture.dot());
    insta::assert_snapshot!("team.svg", picture.svg());
}

#[test]
fn the_readme_shows_the_current_one() {
    let readme = include_str!("../../README.md");
    assert!(readme.contains(&picture(crate::team::team()).mermaid()));
}

#[test]
fn the_page_fetches_nothing() {
    let page = picture(crate::team::team()).html();
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
    let picture = picture(crate::fleet::fleet(200, 5));
    let (drawing, page) = (picture.svg(), picture.html());
    assert!(drawing.contains("200 developer accounts"));
    assert!(drawing.contains("and 194 more, listed below"));
    assert!(!drawing.contains("500000000150"));
    assert!(page.contains("500000000150"));
    assert!(picture.mermaid().contains("200 developer accounts"));
    // The drawing does not grow with the developers.
    assert!(drawing.len() < 30_000, "{}", drawing.len());
}
