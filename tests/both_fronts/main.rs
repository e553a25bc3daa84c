//! Random teams, each written twice: as input of `team!` and as calls. One program is made of all of them, compiled once,
//! and run: both assemblies of each team must be the same, to the byte.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::format_collect,
    clippy::format_push_string,
    unreachable_pub,
    reason = "tests"
)]

mod by_hand;
mod by_macro;
mod plan;

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

const TEAMS: usize = 24;

/// What the programs of all teams share.
const HEAD: &str = r#"
use pipeline_dsl::prelude::*;
use pipeline_dsl::synth::synth;

fn pipeline<S>(service: Service<S>, github: Connection) -> Pipeline<NotReleased, S> {
    let name = service.name();
    let (pipeline, bundle) = Pipeline::from_artifact(service, Artifact::key(format!("{name}.zip")));
    pipeline
        .built_by(CodeBuild::of(Repository::new(github, repository_name!("acme/service"))))
        .stack(Stack::named(name.as_str()).template(bundle.file("template.yaml")))
        .permissions(Permissions::new().allow(actions!["sns:CreateTopic"], resource_arns!["*"]))
}

fn same(by_macro: Result<Team>, by_hand: Result<Team>) {
    let assembly = |team: Result<Team>| synth(&team.unwrap()).unwrap();
    let (by_macro, by_hand) = (assembly(by_macro), assembly(by_hand));
    assert_eq!(by_macro.manifest(), by_hand.manifest());
    assert_eq!(by_macro.templates(), by_hand.templates());
}
"#;

#[test]
fn both_fronts_make_the_same_assembly() {
    let mut runner = TestRunner::default();
    let mut program = HEAD.to_owned();
    let mut calls = String::new();
    for number in 0..TEAMS {
        let plan = plan::plan().new_tree(&mut runner).unwrap().current();
        let (by_macro, by_hand) = (by_macro::program(&plan), by_hand::program(&plan));
        program += &format!(
            "\n/// {plan:?}\nmod team_{number} {{\nuse pipeline_dsl::prelude::*;\n\n{by_macro}\n{by_hand}}}\n"
        );
        calls += &format!("    same(team_{number}::by_macro(), team_{number}::by_hand());\n");
    }
    program += &format!("\nfn main() {{\n{calls}}}\n");
    // It stays there, to be looked at after a failure.
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("both_fronts.rs");
    fs::write(&path, program).unwrap();
    trybuild::TestCases::new().pass(path);
}
