//! What must not compile, and what it says. `TRYBUILD=overwrite cargo test -p pipeline-dsl-macros --test ui`, then read the difference.

#[test]
fn refused() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("../tests/ui/*/fail/*.rs");
}

/// Apart from the others, so that those are only checked, as editors do it.
#[test]
fn accepted() {
    let cases = trybuild::TestCases::new();
    cases.pass("../tests/ui/*/pass/*.rs");
}
