//! The program as tests spawn it: in a process of its own, so that each test gives it an environment of its own. It is
//! the `tonnage` binary, which cargo builds for tests of its own package only. Must not decide anything.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<std::ffi::OsString> = std::env::args_os().collect();
    let mut terminal = tonnage::Io::terminal();
    ExitCode::from(tonnage::run(&arguments, &tonnage::Machine, &mut terminal))
}
