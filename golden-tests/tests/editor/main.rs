//! `tonnage lsp` driven by an editor's client that is not ours: a process, spoken to over its standard streams by
//! pygls.
//!
//! They need Python 3.10 or newer, and make the environment they use in `target/testbed-editor`. Where that can't be
//! done they fail. What is asked and expected stands in `testbed/editor/cases.py`.

#![expect(clippy::panic, reason = "a test ends by panicking")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

fn python() -> PathBuf {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    let make = || {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        let bed = package.join("../target/testbed-editor");
        let mut setup = Command::new("bash");
        setup.arg(package.join("testbed/setup.sh")).arg(&bed).arg(package.join("testbed/editor/requirements.txt"));
        let said = setup.output().unwrap_or_else(|error| panic!("bash: {error}"));
        assert!(said.status.success(), "the editor tests can't run: {}", String::from_utf8_lossy(&said.stderr).trim());
        bed.join("bin/python")
    };
    MADE.get_or_init(make).clone()
}

fn check(case: &str) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("testbed/editor/cases.py");
    let mut command = Command::new(python());
    command.arg("-B").arg(script).arg(case).env("TONNAGE", env!("CARGO_BIN_EXE_tonnage-under-test"));
    let said = command.output().unwrap_or_else(|error| panic!("{case}: {error}"));
    assert!(said.status.success(), "{case}\n{}", String::from_utf8_lossy(&said.stderr));
}

#[test]
fn diagnostics_as_you_type() {
    check("diagnostics_as_you_type");
}

#[test]
fn places_are_utf16_and_related_places_are_told() {
    check("places_are_utf16_and_related_places_are_told");
}

#[test]
fn what_is_said_is_taken_back() {
    check("what_is_said_is_taken_back");
}

#[test]
fn modules_and_tests_are_part_of_the_fleet() {
    check("modules_and_tests_are_part_of_the_fleet");
}

#[test]
fn words_are_explained() {
    check("words_are_explained");
}

#[test]
fn a_secret_is_not_shown() {
    check("a_secret_is_not_shown");
}

#[test]
fn everything_that_may_be_written_is_offered() {
    check("everything_that_may_be_written_is_offered");
}

#[test]
fn names_are_followed() {
    check("names_are_followed");
}

#[test]
fn a_rename_keeps_what_runs() {
    check("a_rename_keeps_what_runs");
}

#[test]
fn mends_are_offered_and_texts_are_laid_out() {
    check("mends_are_offered_and_texts_are_laid_out");
}

#[test]
fn nonsense_is_survived() {
    check("nonsense_is_survived");
}

#[test]
fn it_ends_as_it_should() {
    check("it_ends_as_it_should");
}
