//! Every code has a place and a mend, and the mend removes the mistake.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use pipeline_dsl::diagnostic::{Diagnostic, Diagnostics};
use pipeline_dsl::prelude::*;

use super::{at_synth, lints, proved, told};

/// A program that is wrong and the same program mended.
pub(super) struct Pair {
    pub(super) title: &'static str,
    pub(super) code: &'static str,
    /// What is said of the one that is wrong.
    pub(super) found: Diagnostics,
    /// What is said of the one that is mended.
    left: Diagnostics,
}

impl Pair {
    /// The mistake that the case is about.
    pub(super) fn mistake(&self) -> &Diagnostic {
        let mut found = self.found.iter();
        let mistake = found.find(|mistake| mistake.code() == self.code);
        mistake.unwrap_or_else(|| panic!("{}: {}", self.title, self.found))
    }
}

/// Those of all cases, each proved once.
pub(super) static PAIRS: LazyLock<Vec<Pair>> = LazyLock::new(pairs);

fn pairs() -> Vec<Pair> {
    let pair = |title, code, team: Result<Team>, mended: Result<Team>| Pair {
        title,
        code,
        found: told(team),
        left: told(mended),
    };
    let others = lints::OTHERS.iter().chain(proved::CASES);
    let cases = at_synth().into_iter().chain(others);
    let of_cases = cases.map(|case| pair(case.title, case.code, (case.team)(), (case.mended)()));
    let of_lints = lints::CASES.iter().map(|case| {
        let (team, mended) = ((case.team)().build(), (case.mended)().build());
        pair(case.title, case.code, team, mended)
    });
    of_cases.chain(of_lints).collect()
}

/// Codes without a case: those that no program is to blame for alone, and what is to be done about them.
pub(super) const WITHOUT_CASE: &[(&str, &str)] = &[
    ("proof::never-applies", A_DEFECT),
    ("proof::never-asked", A_DEFECT),
    (
        "proof::not-ours",
        "Nothing is wrong with the program: a policy that is not the team's decides too, such as that of a repository of \
         another account. Its help is the statement to add there.",
    ),
    ("synth::cycle", A_DEFECT),
    ("synth::defect", A_DEFECT),
    ("synth::stack-cycle", A_DEFECT),
    ("synth::unresolved-reference", A_DEFECT),
    (
        "team::no-codebuild",
        "It stands beside `team::no-codepipeline`, for no region has CodePipeline without CodeBuild, and is mended with it: \
         choose another region for the build account.",
    ),
];

const A_DEFECT: &str =
    "No program should be able to cause it: it is a defect of pipeline-dsl. Report it, with the program.";

/// What the smallest world of a case may have besides: a wave or an environment that its one pipeline does not use.
const UNUSED: [&str; 2] = ["team::environment-without-wave", "team::wave-without-release"];

#[test]
fn each_mend_removes_the_mistake() {
    for pair in PAIRS.iter() {
        let mistake = pair.mistake();
        assert!(!mistake.labels().is_empty(), "{mistake} points nowhere");
        // The rules of literals say it in one sentence with what is wrong: rustc shows nothing but that.
        let says_it = mistake.message().contains(": write ");
        assert!(
            says_it || mistake.help_text().is_some(),
            "{mistake} does not say what to do"
        );
        let is_left = |left: &&Diagnostic| left.code() == pair.code || !UNUSED.contains(&left.code());
        let left: Vec<&Diagnostic> = pair.left.iter().filter(is_left).collect();
        assert!(left.is_empty(), "{}, mended: {}", pair.title, pair.left);
    }
}

#[test]
fn every_code_has_a_case() {
    let lints = lints::CASES.iter().map(|case| case.code);
    let others = lints::OTHERS.iter().chain(proved::CASES).map(|case| case.code);
    let synth = at_synth().into_iter().map(|case| case.code);
    let cases: BTreeSet<String> = synth.chain(others).chain(lints).map(ToOwned::to_owned).collect();
    let excepted: BTreeSet<String> = WITHOUT_CASE.iter().map(|(code, _)| (*code).to_owned()).collect();
    let both: Vec<_> = cases.intersection(&excepted).collect();
    assert!(both.is_empty(), "{both:?} have cases");
    let known: BTreeSet<String> = cases.union(&excepted).cloned().collect();
    assert_eq!(known, codes_of_the_library());
}

/// Every code that stands in the library's sources, outside of its tests.
fn codes_of_the_library() -> BTreeSet<String> {
    let mut sources = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut sources);
    let mut codes = BTreeSet::new();
    for source in sources {
        let text = fs::read_to_string(source).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        let literals = code.split('"').filter(|literal| is_code(literal));
        codes.extend(literals.map(ToOwned::to_owned));
    }
    assert!(codes.len() > 100, "{codes:?}");
    codes
}

fn collect(directory: &Path, sources: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push(path);
        }
    }
}

fn is_code(literal: &str) -> bool {
    let Some((area, name)) = literal.split_once("::") else {
        return false;
    };
    let is_name = |c: char| c.is_ascii_lowercase() || c == '-';
    ["proof", "synth", "team"].contains(&area) && !name.is_empty() && name.chars().all(is_name)
}
