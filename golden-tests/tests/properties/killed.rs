//! An apply killed at every operation, through the command line: the lock is left behind and names its owner, `unlock`
//! releases it, and the next apply ends what was begun. Nothing is made twice.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::machine::{done, list, run, text};

const FLEET: &str = r#"
fleet "drawn" {
  language = 1
}

cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}

image "serving" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  image       = image.serving

  size {
    nodes = 2
  }

  option "primary" {
    cloud  = cloud.aws
    region = "us-east-2"
    zones  = ["use2-az1"]
  }
}
"#;

/// The later revision: what is there is changed, replaced, deleted and added to.
fn later() -> String {
    FLEET
        .replace("ami-0f3c8e2d41b7a9650", "ami-0b7d4f1e92c3a5860")
        .replace("nodes = 2", "nodes = 3\n    group_nodes = 1")
}

fn meta(folder: &Path) -> Value {
    let path = folder.join(".tonnage/embedded/aws/meta.json");
    std::fs::read_to_string(path).ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

fn creations(folder: &Path) -> u64 {
    meta(folder)["creations"].as_u64().unwrap_or(0)
}

fn ids(folder: &Path) -> Result<BTreeSet<String>, String> {
    let shown = done(folder, &["show", "--embedded", "-json"])?.json()?;
    Ok(list(&shown, "/resources").iter().map(|r| text(r, "/physical_id").to_owned()).collect())
}

fn crash_at(folder: &Path, operation: Option<u64>) {
    let path = folder.join(".tonnage/embedded/scenario.json");
    std::fs::create_dir_all(folder.join(".tonnage/embedded")).expect("a folder");
    let text = operation.map_or("{}".to_owned(), |n| format!("{{ \"crash_at\": {n} }}"));
    std::fs::write(path, text).expect("a file");
}

/// What is left when a process is killed: no record, no word of how it failed, and a lock that nobody released.
fn as_if_killed(ledger: &Path) {
    for folder in ["journal", "records", "lock"] {
        for (path, bytes) in crate::machine::files(&ledger.join(folder)) {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if text.contains("\"what\":\"failed\"") || text.contains("\"outcome\":\"failed\"") {
                std::fs::remove_file(path).expect("a file to remove");
            } else if folder == "lock" {
                std::fs::write(path, text.replace("\"released\"", "\"held\"")).expect("a file");
            }
        }
    }
}

/// Applies, killed at every operation in turn, until one goes through. The number of operations.
fn survive(start: &Path, words: &[&str]) -> Result<u64, String> {
    let whole = tempfile::tempdir().expect("a temporary folder");
    tonnage_golden_tests::copy(start, whole.path());
    crash_at(whole.path(), None);
    let (began, made) = (meta(start)["operations"].as_u64().unwrap_or(0), creations(start));
    done(whole.path(), words)?;
    let (expected, wanted) = (ids(whole.path())?.len(), creations(whole.path()) - made);
    let operations = meta(whole.path())["operations"].as_u64().unwrap_or(0) - began;
    for n in 1..=operations {
        let copy = tempfile::tempdir().expect("a temporary folder");
        let folder = copy.path();
        tonnage_golden_tests::copy(start, folder);
        crash_at(folder, Some(began + n));
        let at = |text: String| format!("killed at {n} of {operations}: {text}");
        let killed = run(folder, words);
        if killed.code != Some(1) {
            return Err(at(killed.everything()));
        }
        as_if_killed(&folder.join(".tonnage/embedded/ledger"));
        crash_at(folder, None);
        let locked = run(folder, words);
        let found = &locked.err;
        let id = found.split("tonnage unlock ").nth(1).and_then(|rest| rest.split(['`', ' ', '\n']).next());
        match id {
            Some(id) if locked.code == Some(1) => {
                done(folder, &["unlock", "--embedded", id]).map_err(at)?;
            }
            // It was killed after all was done: nobody needs the lock.
            None if locked.is_no_changes() && n == operations => {}
            _ => return Err(at(locked.everything())),
        }
        done(folder, words).map_err(at)?;
        let then = done(folder, &["plan", "--embedded"]).map_err(at)?;
        if !then.is_no_changes() {
            return Err(at(then.everything()));
        }
        if (ids(folder).map_err(at)?.len(), creations(folder) - made) != (expected, wanted) {
            let now = (ids(folder).map_err(at)?.len(), creations(folder) - made);
            return Err(at(format!("{now:?} live and made, {expected} and {wanted} without a crash")));
        }
    }
    Ok(operations)
}

#[test]
fn killed_at_every_operation_and_run_again() {
    let empty = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(empty.path().join("a.fleet.hcl"), FLEET).expect("a file");
    let words = &["apply", "--embedded", "-auto-approve"];
    let there = tempfile::tempdir().expect("a temporary folder");
    tonnage_golden_tests::copy(empty.path(), there.path());
    done(there.path(), words).expect("an apply");
    let gone = tempfile::tempdir().expect("a temporary folder");
    tonnage_golden_tests::copy(there.path(), gone.path());
    std::fs::write(there.path().join("a.fleet.hcl"), later()).expect("a file");
    // Without the pool its units leave.
    let pool = FLEET.find("pool \"chat\"").expect("a pool");
    std::fs::write(gone.path().join("a.fleet.hcl"), &FLEET[..pool]).expect("a file");
    std::thread::scope(|scope| {
        let first = scope.spawn(|| survive(empty.path(), words).expect("the first apply"));
        let update = survive(there.path(), words).expect("an update");
        let delete = survive(gone.path(), words).expect("a deletion");
        let create = first.join().expect("no panic");
        assert!(create > 10 && update > 4 && delete > 10, "{create} {update} {delete} operations");
    });
}
