//! A fleet in a folder of its own, and Tonnage run on it as a person runs it. Must not know which emulator is there.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::testbed::{self, Ended, Process};

/// The line that says so.
pub const NO_CHANGES: &str = "No changes. Your infrastructure matches the configuration.";

/// Fleets are read for this day: windows of capacity come and go.
const DAY: &str = "-as-of=2026-11-22";
/// How long any one command may take.
const LIMIT: Duration = Duration::from_secs(150);

/// A fleet.
pub struct Fleet {
    folder: tempfile::TempDir,
    environment: Vec<(String, String)>,
}

/// An apply under way, killed when it is dropped.
pub struct Begun {
    /// It.
    pub process: Process,
    _fleet: Fleet,
}

/// How a command ended.
pub struct Said {
    /// Exit code.
    pub code: i32,
    /// Results.
    pub out: String,
    /// Progress and errors.
    pub err: String,
    /// How long it took.
    pub took: Duration,
    line: String,
}

impl Fleet {
    /// One of the fleets in `fleets/`, with its clouds at `endpoint`.
    pub fn new(name: &str, endpoint: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/emulators/fleets").join(name);
        Self::of(&folder, Some(endpoint.to_owned()))
    }

    /// A copy of the fleet in a folder; without an endpoint, for the embedded cloud.
    pub fn of(folder: &Path, endpoint: Option<String>) -> Self {
        let environment = endpoint.into_iter().map(|endpoint| ("AWS_ENDPOINT_URL".to_owned(), endpoint)).collect();
        let fleet = Self { folder: tempfile::tempdir().expect("a temporary folder"), environment };
        fleet.lay_over(folder);
        fleet
    }

    /// The same with a variable of the environment.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// One of its files, wherever the caller is.
    pub fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// Copies another folder's files over the fleet.
    pub fn lay_over(&self, folder: &Path) {
        copy(folder, self.folder.path());
    }

    /// The fleet's only file.
    pub fn file(&self) -> PathBuf {
        let mut files: Vec<PathBuf> = std::fs::read_dir(self.folder.path())
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.to_string_lossy().ends_with(".fleet.hcl"))
            .collect();
        assert_eq!(files.len(), 1, "one file: {files:?}");
        files.remove(0)
    }

    /// What gives its variables their values: its files of variables.
    pub fn values(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.folder.path()).expect("a folder");
        let names = files.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
        names.filter(|name| name.ends_with(".vars")).map(|name| format!("-var-file={name}")).collect()
    }

    /// Writes something else in a place that is there once.
    pub fn edit(&self, from: &str, to: &str) {
        let file = self.file();
        let text = std::fs::read_to_string(&file).expect("a file");
        assert_eq!(text.matches(from).count(), 1, "`{from}` is there once in\n{text}");
        std::fs::write(&file, text.replace(from, to)).expect("a written file");
    }

    /// Adds blocks.
    pub fn add(&self, blocks: &str) {
        let text = std::fs::read_to_string(self.file()).expect("a file");
        std::fs::write(self.file(), format!("{text}\n{blocks}\n")).expect("a written file");
    }

    /// Takes a top-level block away, by its first line.
    pub fn remove(&self, first_line: &str) {
        let text = std::fs::read_to_string(self.file()).expect("a file");
        let start = text.find(&format!("{first_line}\n")).unwrap_or_else(|| panic!("no `{first_line}` in\n{text}"));
        let (before, rest) = text.split_at(start);
        let (_, after) = rest.split_once("\n}\n").expect("the block's end");
        std::fs::write(self.file(), format!("{before}{after}")).expect("a written file");
    }

    /// Runs `tonnage WORDS` in the fleet's folder: any command that reads the fleet.
    pub fn tonnage(&self, words: &[&str]) -> Said {
        let mut command = self.command(words);
        let Ended { status, out, err, took } = testbed::run(&mut command, LIMIT);
        let said = Said { code: status.code().unwrap_or(-1), out, err, took, line: words.join(" ") };
        if std::env::var_os("SHOW").is_some() {
            eprintln!("{said}");
        }
        said
    }

    /// Begins to apply.
    pub fn begin(self) -> Begun {
        let process = Process::start(&mut self.command(&["apply", "-auto-approve", "-fill-wait=0s"]));
        Begun { process, _fleet: self }
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tonnage-under-test"));
        command.arg(format!("-chdir={}", self.folder.path().display())).args(words).arg(DAY);
        testbed::credentials(&mut command).env("COLUMNS", "200").envs(self.environment.iter().cloned());
        command
    }

    /// Applies without asking and without waiting for nodes, which no emulator starts.
    pub fn apply(&self) -> Said {
        self.tonnage(&["apply", "-auto-approve", "-fill-wait=0s"])
    }

    /// Plans, and checks that there is nothing to do.
    pub fn is_settled(&self) {
        let said = self.tonnage(&["plan", "-detailed-exitcode"]).code(0);
        assert!(said.out.lines().any(|line| line == NO_CHANGES), "{said}");
    }

    /// The plan's changes: address → actions, in Terraform's words.
    pub fn changes(&self) -> Vec<(String, String)> {
        let said = self.tonnage(&["plan", "-json"]).code(0);
        let plan: Value = serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}\n{said}"));
        let mut changes: Vec<(String, String)> = plan["resource_changes"]
            .as_array()
            .unwrap_or_else(|| panic!("{said}"))
            .iter()
            .map(|change| {
                let actions = change["change"]["actions"].as_array().expect("actions");
                let words: Vec<&str> = actions.iter().filter_map(Value::as_str).collect();
                (change["address"].as_str().expect("an address").to_owned(), words.join(" "))
            })
            .filter(|(_, actions)| actions != "no-op")
            .collect();
        changes.sort();
        changes
    }

    /// A saved plan.
    pub fn saved(&self, file: &str) -> Value {
        let text = std::fs::read_to_string(self.folder.path().join(file)).expect("a saved plan");
        serde_json::from_str(&text).expect("JSON")
    }
}

impl Said {
    /// Checks the exit code.
    pub fn code(self, expected: i32) -> Self {
        assert_eq!(self.code, expected, "{self}");
        self
    }

    /// Checks that all of these were said.
    pub fn says(self, words: &[&str]) -> Self {
        for word in words {
            assert!(self.out.contains(word) || self.err.contains(word), "nowhere: `{word}`\n{self}");
        }
        self
    }
}

impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { code, out, err, took, line } = self;
        write!(f, "$ tonnage {line}\n{out}--- standard error\n{err}--- exit code {code} after {took:?}\n")
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).unwrap_or_else(|error| panic!("{}: {error}", from.display())) {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        // What the embedded cloud is to be like, and what is left of trying an example out by hand.
        if entry.file_name() == ".tonnage" {
            continue;
        }
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a copy");
        }
    }
}
