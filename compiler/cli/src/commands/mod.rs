//! One command, one file. Each takes its arguments and gives an exit code.

mod ack;
mod adopt;
mod apply;
mod common;
mod completions;
mod diff;
mod explain;
mod fmt;
mod forms;
mod graph;
mod init;
mod lsp;
mod plan;
mod show;
mod test;
mod timeline;
mod unlock;
mod validate;
mod version;
mod why;

use tonnage_driver::world::World;

use crate::{
    arguments::{Arguments, Command, file_of},
    io::Io,
};

/// Runs the command that was asked for.
pub fn dispatch(arguments: Arguments, world: &dyn World, io: &mut Io) -> u8 {
    let folder = arguments.chdir;
    if let Some(form) = arguments.command.only_printed()
        && let Some(file) = file_of(form)
    {
        let message = format!("-json={} is for plan, show, diff and timeline: here -json prints", file.display());
        return common::fail(io, &message);
    }
    match arguments.command {
        Command::Init(args) => init::run(&args, &folder, world, io),
        Command::Validate(args) => validate::run(&args, &folder, world, io),
        Command::Fmt(args) => fmt::run(&args, &folder, world, io),
        Command::Plan(args) => plan::run(&args, &folder, world, io),
        Command::Diff(args) => diff::run(&args, &folder, world, io),
        Command::Apply(args) => apply::run(&args, &folder, false, world, io),
        Command::Destroy(args) => apply::run(&args, &folder, true, world, io),
        Command::Show(args) => show::run(&args, &folder, world, io),
        Command::Graph(args) => graph::run(&args, &folder, world, io),
        Command::Explain(args) => explain::run(&args, io),
        Command::Test(args) => test::run(&args, &folder, world, io),
        Command::Timeline(args) => timeline::run(&args, &folder, world, io),
        Command::Why(args) => why::run(&args, &folder, world, io),
        Command::Adopt(args) => adopt::run(&args, &folder, world, io),
        Command::Unlock(args) => unlock::run(&args, &folder, world, io),
        Command::Version(args) => version::run(&args, io),
        Command::Completions(args) => completions::run(&args, io),
        Command::Lsp(args) => lsp::run(&args, &folder, world, io),
    }
}
