//! What the compiler keeps: each file of `tests/ui` breaks one promise and must not compile, for that reason.
//!
//! The promise is the file's first line; the compiler's message beside it is part of the test, so that a case
//! cannot fail for a reason of its own. The messages are those of one compiler, so the suite runs only with
//! `cargo test --features _ui_test --test ui`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{fs, path::Path};

#[test]
fn promises_that_the_compiler_keeps() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*.rs");
    cases.pass("tests/ui/kept/*.rs");
}

#[test]
fn every_case_says_its_promise_and_has_its_message() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let mut broken = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue;
        }
        let has = |extension: &str| path.with_extension(extension).is_file();
        assert!(has("rs") && has("stderr"), "{} stands alone", path.display());
        if path.extension().is_some_and(|extension| extension == "rs") {
            let case = fs::read_to_string(&path).unwrap();
            let promise = case.lines().next().and_then(|line| line.strip_prefix("//! "));
            assert!(promise.is_some_and(|promise| promise.ends_with('.')), "{}", path.display());
            broken += 1;
        }
    }
    assert!(broken >= 75, "cases are gone: {broken} are left");
}
