//! `docs/misconfigurations.md`: made of the cases, and held to them. `UPDATE_CATALOGUE=1 cargo test --test it catalogue`
//! writes it anew.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// A row of the table.
struct Row {
    title: String,
    caught: &'static str,
    message: String,
    others: [String; 3],
}

const HEAD: &str = "\
# Misconfigurations

Every class of mistake that is known, where it is caught, and the words it is caught with. [Errors by their code](errors.md) shows for
each of those with a code what to write instead. This page is made of the tests (`tests/ui` and `tests/it/misconfiguration`), and a
test says whether it is current. The last three columns say what becomes of the same mistake elsewhere: in the scripts that this
replaces, with the CDK, and with Terraform.

*Caught by* says how: **literal**: a constant of rustc's that does not evaluate; **name**: rustc finds no such name, or finds it
twice; **type**: a value of the wrong kind or at the wrong time; **macro**: what `team!` sees between two declarations;
**lint**: a warning of rustc's; **synth**: before anything is deployed, offline, with the lines of the program; **warning**: as
that, but it stops nothing, and its help says how the program tells that it is meant; **proof**: as synth, of what all templates
together would allow; **deploy**: what only AWS can know. Elsewhere, *never* means that nobody says it, and *run* that it is first
seen when a pipeline runs.
";

#[test]
fn catalogue_is_current() {
    let fronts = [
        ("Declarations in `team!`", rustc("team")),
        ("Lists that it includes", rustc("included")),
        ("Pipelines, waves and stacks", rustc("builders")),
        ("Literals", rustc("literals")),
        ("Values known at run time", synth()),
        ("What may be meant", warnings()),
        ("What the templates would allow", proved()),
        ("The world outside", deploy()),
    ];
    // The same mistake at run time is no class of its own.
    let classes = fronts.iter().flat_map(|(_, rows)| rows);
    let total = classes
        .filter(|row| !row.title.ends_with(", at run time"))
        .count();
    let by_rustc: usize = fronts.iter().take(4).map(|(_, rows)| rows.len()).sum();
    assert!(
        total >= 60 && by_rustc >= 35,
        "{total} classes, {by_rustc} of them by rustc"
    );
    let mut page = format!("{HEAD}\n{total} classes; rustc catches {by_rustc} of them.\n");
    for (front, rows) in fronts {
        let columns =
            "| mistake | caught by | message | scripts | CDK | Terraform |\n|---|---|---|---|---|---|";
        write!(page, "\n## {front}\n\n{columns}\n").unwrap();
        for row in rows {
            let [scripts, cdk, terraform] = &row.others;
            let cells = [&row.title, row.caught, &row.message, scripts, cdk, terraform];
            let cells = cells.map(|cell| cell.replace('|', "\\|"));
            writeln!(page, "| {} |", cells.join(" | ")).unwrap();
        }
    }
    let path = root().join("docs/misconfigurations.md");
    if std::env::var_os("UPDATE_CATALOGUE").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        there == page,
        "docs/misconfigurations.md is not current: UPDATE_CATALOGUE=1 writes it anew"
    );
}

/// The compile errors of the README are those that users see.
#[test]
fn the_errors_of_the_readme_are_current() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let shown: Vec<&str> = readme
        .split("```text\n")
        .filter(|block| block.starts_with("error"))
        .map(|block| block.split("\n```").next().unwrap())
        .collect();
    assert_eq!(shown.len(), 3);
    let cases: Vec<String> = fs::read_dir(root().join("tests/ui/team/fail"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "stderr"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap();
            let place = format!("$WORKSPACE/tests/ui/team/fail/{name}.rs");
            fs::read_to_string(&path).unwrap().replace(&place, "src/main.rs")
        })
        .collect();
    for error in shown {
        assert!(cases.iter().any(|case| case.trim_end() == error), "{error}");
    }
}

pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The cases of one front that do not compile.
fn rustc(front: &str) -> Vec<Row> {
    let folder = root().join("tests/ui").join(front).join("fail");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    files.sort();
    files.iter().map(|path| of_file(path)).collect()
}

fn of_file(path: &Path) -> Row {
    let source = fs::read_to_string(path).unwrap();
    let header: Vec<&str> = source
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .collect();
    let field = |name: &str| {
        let prefix = format!(" {name}: ");
        let line = header.iter().find_map(|line| line.strip_prefix(prefix.as_str()));
        line.unwrap_or_else(|| panic!("{} does not say what {name} do with it", path.display()))
            .to_owned()
    };
    let errors = fs::read_to_string(path.with_extension("stderr")).unwrap();
    let first = errors.lines().find(|line| line.starts_with("error")).unwrap();
    let (code, message) = first.split_once(": ").unwrap();
    let caught = match code {
        "error[E0080]" => "literal",
        "error[E0425]" | "error[E0428]" => "name",
        "error" if message.starts_with("unused") || message.starts_with("use of deprecated") => "lint",
        "error" => "macro",
        _ => "type",
    };
    Row {
        title: header.first().unwrap().trim().to_owned(),
        caught,
        message: message.replacen("evaluation panicked: ", "", 1),
        others: ["scripts", "cdk", "terraform"].map(field),
    }
}

fn synth() -> Vec<Row> {
    super::at_synth()
        .into_iter()
        .map(|case| {
            let found = super::mistakes((case.team)());
            Row {
                title: case.title.to_owned(),
                caught: "synth",
                message: found.iter().next().unwrap().message().to_owned(),
                others: case.others.map(ToOwned::to_owned),
            }
        })
        .collect()
}

fn warnings() -> Vec<Row> {
    let accepted = super::lints::CASES.iter().map(|case| {
        let told = super::told((case.team)().build());
        (case.title, told, case.others)
    });
    let others = super::lints::OTHERS.iter().map(|case| {
        let told = super::told((case.team)());
        (case.title, told, case.others)
    });
    let rows = accepted.chain(others).map(|(title, told, others)| Row {
        title: title.to_owned(),
        caught: "warning",
        message: told.iter().next().unwrap().message().to_owned(),
        others: others.map(ToOwned::to_owned),
    });
    rows.collect()
}

fn proved() -> Vec<Row> {
    let rows = super::proved::CASES.iter().map(|case| Row {
        title: case.title.to_owned(),
        caught: "proof",
        message: super::told((case.team)())
            .iter()
            .next()
            .unwrap()
            .message()
            .to_owned(),
        others: case.others.map(ToOwned::to_owned),
    });
    rows.collect()
}

fn deploy() -> Vec<Row> {
    super::deploy::CASES
        .iter()
        .map(|case| Row {
            title: case.title.to_owned(),
            caught: "deploy",
            message: (case.message)(),
            others: case.others.map(ToOwned::to_owned),
        })
        .collect()
}
