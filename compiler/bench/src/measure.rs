//! Running a command in a process of its own and reading what it used. Must not know what is measured.

use std::{ffi::OsString, path::PathBuf, process::Command};

use nix::sys::resource::{UsageWho, getrusage};

/// What a run used.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    /// User and system time of all threads, in seconds.
    pub cpu_seconds: f64,
    /// Largest resident set, in megabytes (10^6 bytes).
    pub peak_megabytes: f64,
}

/// A command to run.
pub struct Run<'a> {
    /// In this folder.
    pub folder: PathBuf,
    /// These words.
    pub words: &'a [&'a str],
    /// It must end with one of these codes.
    pub expect: &'a [u8],
}

/// Runs it in a child process; none (with a message) where it does not end as expected.
pub fn run(run: &Run<'_>) -> Option<Figures> {
    let program = std::env::current_exe().ok()?;
    let output = Command::new(program)
        .arg("--run")
        .arg(format!("-chdir={}", run.folder.display()))
        .args(run.words)
        .output()
        .ok()?;
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).ok()?;
    if !report["code"].as_u64().is_some_and(|code| run.expect.iter().any(|&expected| u64::from(expected) == code)) {
        eprintln!(
            "{:?} ended with {}, not {:?}\n{}",
            run.words,
            report["code"],
            run.expect,
            String::from_utf8_lossy(&output.stderr)
        );
        return None;
    }
    Some(Figures { cpu_seconds: report["cpu_seconds"].as_f64()?, peak_megabytes: report["peak_megabytes"].as_f64()? })
}

/// In a child: runs the command on the streams of the process.
pub fn speak(words: &[String]) {
    let mut arguments = vec![OsString::from("tonnage")];
    arguments.extend(words.iter().map(OsString::from));
    std::process::exit(tonnage::run(&arguments, &tonnage::Machine, &mut tonnage::Io::terminal()).into());
}

/// In the child: runs the command with its output thrown away, and prints what it used.
pub fn child(words: &[String]) {
    let mut arguments = vec![OsString::from("tonnage")];
    arguments.extend(words.iter().map(OsString::from));
    let mut io = tonnage::Io {
        out: Box::new(std::io::sink()),
        err: Box::new(std::io::stderr()),
        input: Box::new(std::io::empty()),
        out_is_terminal: false,
        err_is_terminal: false,
        in_is_terminal: false,
        colour: false,
        width: 100,
        pager: None,
        cancel: tonnage::Cancel::default(),
        unwritten: None,
    };
    let code = tonnage::run(&arguments, &tonnage::Machine, &mut io);
    let Ok(usage) = getrusage(UsageWho::RUSAGE_SELF) else { return };
    let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    println!(
        "{}",
        serde_json::json!({
            "code": code,
            "cpu_seconds": seconds(usage.user_time()) + seconds(usage.system_time()),
            "peak_megabytes": usage.max_rss() as f64 * 1024.0 / 1e6,
        })
    );
}
