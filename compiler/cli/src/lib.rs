//! The command line: arguments in, one command run, an exit code out. One file for each command.
//!
//! Must not analyse or render anything itself: `driver` does the work, `report` the words.

mod arguments;
mod clouds;
mod commands;
mod exit;
mod habits;
mod io;
mod pager;
mod progress;

use clap::{
    Parser as _,
    error::{ContextKind, ContextValue, ErrorKind},
};

pub use io::Io;
pub use tonnage_cloud::Cancel;
pub use tonnage_driver::world::{Machine, World};

/// Runs the program. Results go to `io.out`, progress and errors to `io.err`.
pub fn run(arguments: &[std::ffi::OsString], world: &dyn World, io: &mut Io) -> u8 {
    let normalised = arguments::normalise(arguments);
    let parsed = match arguments::Arguments::try_parse_from(normalised) {
        Ok(parsed) => parsed,
        Err(mut error) => {
            let said = |kind| match error.get(kind) {
                Some(ContextValue::String(text)) => text.as_str(),
                _ => "",
            };
            let way = match error.kind() {
                ErrorKind::UnknownArgument => habits::way(said(ContextKind::InvalidArg)),
                ErrorKind::InvalidSubcommand => habits::instead(said(ContextKind::InvalidSubcommand)),
                _ => None,
            };
            if let Some(way) = way {
                error.remove(ContextKind::SuggestedArg);
                error.remove(ContextKind::SuggestedSubcommand);
                error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![way.into()]));
            }
            let wanted = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            let text = if io.colour { error.render().ansi().to_string() } else { error.render().to_string() };
            if wanted {
                io.print(&text);
                return exit::OK;
            }
            io.say(&text);
            return exit::ERROR;
        }
    };
    if parsed.no_color || world.variable("NO_COLOR").is_some_and(|v| !v.is_empty()) {
        io.colour = false;
    }
    if !parsed.no_pager && io.out_is_terminal {
        io.pager = pager::command(world);
    }
    match commands::dispatch(parsed, world, io) {
        exit::OK if io.unwritten.is_some() => exit::ERROR,
        code => code,
    }
}
