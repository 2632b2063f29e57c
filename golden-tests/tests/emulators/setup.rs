//! A machine without Python, or with an old one: the tests say so and fail, they are not passed over.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::testbed;

/// Runs the setup on a machine that has these programs only, and `python3` where it is given.
fn set_up(python: Option<&str>) -> testbed::Ended {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = std::env::var_os("PATH").expect("a PATH");
    let find = |name: &str| -> PathBuf {
        let found = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
        found.unwrap_or_else(|| panic!("no {name} on the PATH"))
    };
    for name in ["bash", "dirname", "cmp", "cp", "mkdir", "sh"] {
        symlink(find(name), folder.path().join(name)).expect("a link");
    }
    if let Some(script) = python {
        let file = folder.path().join("python3");
        std::fs::write(&file, script).expect("a written file");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).expect("an executable file");
    }
    let setup = Path::new(env!("CARGO_MANIFEST_DIR")).join("testbed/setup.sh");
    let mut command = Command::new(find("bash"));
    command.arg(setup).arg(folder.path().join("bed")).env("PATH", folder.path());
    testbed::run(&mut command, Duration::from_secs(30))
}

fn check(python: Option<&str>, expected: &str) {
    let said = set_up(python);
    assert_eq!(said.status.code(), Some(1), "{}", said.err);
    assert!(said.err.contains(expected), "{}", said.err);
    assert_eq!(said.err.trim().lines().count(), 1, "{}", said.err);
}

#[test]
fn a_machine_that_can_not_run_these_tests_is_told_why() {
    check(
        None,
        "the emulator and editor tests need python3 (3.10 or later) with the venv module; it is not on the PATH",
    );
    let old = "#!/bin/sh\n[ \"$1\" = --version ] && echo Python 3.8.1\nexit 1\n";
    check(Some(old), "3.10 or later; the one on the PATH is Python 3.8.1");
    let bare = "#!/bin/sh\n[ \"$1\" = -m ] && exit 1\nexit 0\n";
    check(Some(bare), "the package python3-venv is missing");
}
