//! The `tonnage` binary: hands the machine it runs on to the library. Must not decide anything.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<std::ffi::OsString> = std::env::args_os().collect();
    let mut terminal = tonnage::Io::terminal();
    ExitCode::from(tonnage::run(&arguments, &tonnage::Machine, &mut terminal))
}
