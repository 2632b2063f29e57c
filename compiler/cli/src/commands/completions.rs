//! `tonnage completions SHELL`.

use clap::CommandFactory as _;

use crate::{
    arguments::{Arguments, Completions},
    exit,
    io::Io,
};

/// Prints a completion script.
pub fn run(args: &Completions, io: &mut Io) -> u8 {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Arguments::command(), "tonnage", &mut script);
    io.print(&String::from_utf8_lossy(&script));
    exit::OK
}
