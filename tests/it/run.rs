//! `run`: builds and pipelines that somebody starts.

use serde_json::Value;

use crate::builds_example;
use crate::cli::{program, temporary};

#[test]
fn a_build_is_started_and_goes_its_way() {
    let out = temporary();
    let team = builds_example::team;
    let (code, _, error) = program(out.path(), &["run", "web", "--local"], team);
    assert_eq!(code, 1, "nothing is deployed yet");
    assert!(error.contains("Project cannot be found"), "{error}");
    assert_eq!(program(out.path(), &["deploy", "--local"], team).0, 0);
    let (code, output, error) = program(out.path(), &["run", "web", "--local"], team);
    assert_eq!(code, 0, "{error}");
    assert!(
        output.starts_with("build account: build globex-web of web is started: globex-web:"),
        "{output}"
    );
    let (_, output, _) = program(out.path(), &["status", "--local", "--json"], team);
    let status: Value = serde_json::from_str(&output).unwrap();
    let bobs = status["artifacts"]
        .as_array()
        .unwrap()
        .iter()
        .find(|each| each["developer"] == "bob" && each["artifact"] == "web/web.zip");
    assert_eq!(bobs.unwrap()["has"], "current", "{output}");
}

#[test]
fn a_fork_is_built_in_the_developers_account() {
    let out = temporary();
    let team = builds_example::team;
    assert_eq!(program(out.path(), &["deploy", "--local"], team).0, 0);
    let alice = ["run", "web", "--developer", "alice", "--local", "--json"];
    let (code, output, error) = program(out.path(), &alice, team);
    assert_eq!(code, 0, "{error}");
    let started: Value = serde_json::from_str(&output).unwrap();
    assert_eq!(started["account"], "555555555555");
    assert_eq!(started["build"], "globex-web");
    let page = started["page"].as_str().unwrap();
    assert!(
        page.starts_with("https://us-east-1.console.aws.amazon.com/codesuite/codebuild/555555555555/projects/globex-web/build/globex-web%3A"),
        "{page}"
    );
}

/// Where another CI makes the artifacts, and where somebody wants to deploy once more what is there.
#[test]
fn a_pipeline_is_started_where_there_is_no_build_or_it_is_asked_for() {
    let out = temporary();
    let team = builds_example::team;
    assert_eq!(program(out.path(), &["deploy", "--local"], team).0, 0);
    for (arguments, told) in [
        (
            &["run", "search", "--local"][..],
            "pipeline globex-search of search is started",
        ),
        (
            &["run", "web", "--pipeline", "--local"],
            "pipeline globex-web of web is started",
        ),
        (
            &["run", "web", "--developer", "bob", "--local"],
            "bob: pipeline globex-web of web is started",
        ),
    ] {
        let (code, output, error) = program(out.path(), arguments, team);
        assert_eq!(code, 0, "{error}");
        assert!(output.contains(told), "{output}");
    }
}

#[test]
fn what_is_misspelt_is_told() {
    let out = temporary();
    let (code, _, error) = program(out.path(), &["run", "wep", "--local"], builds_example::team);
    assert_eq!(code, 1);
    assert!(
        error.contains("the team delivers no service `wep`; did you mean `web`?"),
        "{error}"
    );
    let arguments = ["run", "web", "--developer", "alize", "--local"];
    let (code, _, error) = program(out.path(), &arguments, builds_example::team);
    assert_eq!(code, 1);
    assert!(error.contains("did you mean `alice`?"), "{error}");
}
