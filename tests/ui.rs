//! What must not compile, and what it says. `TRYBUILD=overwrite cargo test -p pipeline-dsl-macros --test ui`, then read
//! the difference.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::Path;

/// The lists that cases include stand beside the `Cargo.toml` of the crate that trybuild makes.
fn place_included_files() {
    let crate_of_cases =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join("../tests/trybuild/pipeline-dsl-macros/included");
    fs::create_dir_all(&crate_of_cases).unwrap();
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/ui/included/files");
    for file in fs::read_dir(files).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), crate_of_cases.join(file.file_name())).unwrap();
    }
}

#[test]
fn refused() {
    place_included_files();
    let cases = trybuild::TestCases::new();
    cases.compile_fail("../tests/ui/*/fail/*.rs");
}

/// Apart from the others, so that those are only checked, as editors do it.
#[test]
fn accepted() {
    place_included_files();
    let cases = trybuild::TestCases::new();
    cases.pass("../tests/ui/*/pass/*.rs");
}
