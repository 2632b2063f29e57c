//! The command line in process: a folder, words, and what came of it. Panics are caught and told. Must not know what is
//! tested.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::time::{Duration, Instant};

use serde_json::Value;
use tonnage::World as _;
use tonnage_golden_tests::{Fixed, in_process};

/// The end of a plan with nothing to do.
pub const NO_CHANGES: &str = "No changes. Your infrastructure matches the configuration.\n";

/// An apply that was killed at its very end left all that it made, and no record.
const UNRECORDED: &str = "note: cannot know where else the fleet stands: ";

/// The clock of every run, as a cloud takes it.
pub fn clock() -> tonnage_base::clock::Clock {
    Fixed::default().clock()
}

/// From now on the clouds of a folder set by themselves what nobody says, as services do.
pub fn fills_in(folder: &Path) {
    let defaults = serde_json::json!({"defaults": [
        {"kind": "AWS::SSM::Parameter", "set": {"DataType": "text"}},
        {"kind": "AWS::EC2::VPC", "set": {"EnableDnsSupport": true, "InstanceTenancy": "default", "VpcId": "vpc-0a1b2c3d"}},
        {"kind": "AWS::EC2::Subnet", "set": {"MapPublicIpOnLaunch": false, "PrivateDnsNameOptionsOnLaunch": {"HostnameType": "ip-name"}}},
        {"kind": "AWS::EC2::LaunchTemplate", "set": {"LaunchTemplateData": {"EbsOptimized": true, "MetadataOptions": {"HttpTokens": "optional"}}}},
        {"kind": "AWS::AutoScaling::AutoScalingGroup", "set": {"Cooldown": "300", "TerminationPolicies": ["Default"]}},
        {"kind": "AWS::EC2::SecurityGroup", "set": {"SecurityGroupEgress": [{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}]}},
        {"kind": "AWS::IAM::Role", "set": {"MaxSessionDuration": 3600, "Path": "/"}},
    ]});
    let embedded = folder.join(".tonnage/embedded");
    std::fs::create_dir_all(&embedded).expect("a folder");
    std::fs::write(embedded.join("scenario.json"), defaults.to_string()).expect("a file");
}

/// What a command did.
#[derive(Debug)]
pub struct Ran {
    /// None: it panicked, and `err` says how.
    pub code: Option<u8>,
    pub out: String,
    pub err: String,
    pub took: Duration,
}

impl Ran {
    pub fn everything(&self) -> String {
        format!("exit code {:?}\n{}\n--- standard error\n{}", self.code, self.out, self.err)
    }

    /// A plan that says there is nothing to do, and beside it nothing but the fleet's outputs and warnings; and what is
    /// no longer managed and costs on.
    pub fn is_no_changes(&self) -> bool {
        let Some(before) = self.out.strip_suffix(NO_CHANGES) else { return false };
        let mut costs_on = before.lines().filter(|line| line.trim_start().starts_with("billed on  ")).peekable();
        let is_headed = costs_on.peek().is_some();
        let said = |line: &str| {
            line.is_empty()
                || is_headed && (line == "Risks" || line.contains(": no changes") || line.starts_with("as of "))
                || line == "Outputs"
                || line.starts_with("  ")
                || line.contains(": warning[")
                || line.starts_with(UNRECORDED)
                || line.starts_with("note: ") && line.contains(" still run ")
        };
        before.lines().all(said)
    }

    pub fn json(&self) -> Result<Value, String> {
        serde_json::from_str(&self.out).map_err(|error| format!("not JSON: {error}\n{}", self.everything()))
    }
}

thread_local! {
    static PANIC: std::cell::RefCell<Option<String>> = const { std::cell::RefCell::new(None) };
}

/// Does something; where it panics, what it said.
pub fn caught<T>(act: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            PANIC.with(|slot| *slot.borrow_mut() = Some(info.to_string()));
            before(info);
        }));
    });
    catch_unwind(AssertUnwindSafe(act))
        .map_err(|_| PANIC.with(|slot| slot.borrow_mut().take()).unwrap_or_else(|| "a panic elsewhere".to_owned()))
}

/// Runs `tonnage` in a folder.
pub fn run(folder: &Path, words: &[&str]) -> Ran {
    let began = Instant::now();
    let said = caught(|| in_process(folder, words));
    let took = began.elapsed();
    match said {
        Ok(said) => Ran { code: Some(said.code), out: said.out, err: said.err, took },
        Err(err) => Ran { code: None, out: String::new(), err, took },
    }
}

/// As [`run`]; anything but exit code 0 is an error.
pub fn done(folder: &Path, words: &[&str]) -> Result<Ran, String> {
    let ran = run(folder, words);
    if ran.code == Some(0) { Ok(ran) } else { Err(format!("$ tonnage {}\n{}", words.join(" "), ran.everything())) }
}

/// All files below a folder with their bytes, sorted.
pub fn files(under: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![under.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = std::fs::read(&path).expect("a file");
                found.push((path, bytes));
            }
        }
    }
    found.sort();
    found
}

/// A text at a place such as `/change/actions`, `""` where there is none.
pub fn text<'a>(value: &'a Value, at: &str) -> &'a str {
    value.pointer(at).and_then(Value::as_str).unwrap_or_default()
}

/// The items of a list, none where there is none.
pub fn list<'a>(value: &'a Value, at: &str) -> &'a [Value] {
    value.pointer(at).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
