//! `tonnage timeline`: the fleet at each milestone, and what it draws from its commitments.

use std::path::Path;

use tonnage_base::{Diagnostic, Severity, codes::driver as codes, diagnostic::has_errors};
use tonnage_driver::{check::check, contracts, plan::open_ledger, timeline, world::World};
use tonnage_report::timeline as report;

use super::common;
use crate::{arguments::TimelineArguments, exit, io::Io};

/// Reads the fleet for each day on which something may change, and shows it.
pub fn run(args: &TimelineArguments, folder: &Path, world: &dyn World, io: &mut Io) -> u8 {
    let mut settings = common::settings(folder, &args.fleet, None);
    settings.embedded.clone_from(&args.embedded);
    let checked = check(world, &settings);
    let Some(intent) = checked.intent.as_ref().filter(|_| !has_errors(&checked.diagnostics)) else {
        common::report(&checked.diagnostics, &checked.sources, args.fleet.json, io);
        return exit::ERROR;
    };
    let recorded = open_ledger(&settings, intent, world.now()).and_then(|ledger| {
        let told = common::block_on(contracts::recorded(&ledger, intent));
        let told = told.map_err(|message| Diagnostic::new(Severity::Error, codes::T0901, message))?;
        told.map_err(|error| error.diagnostic(world.now()))
    });
    let past = match recorded {
        Ok(past) => past,
        Err(error) => {
            common::report(&[error], &checked.sources, args.fleet.json, io);
            return exit::ERROR;
        }
    };
    let (made, found) = timeline::timeline(&checked, intent, &past, &|_| {});
    let Some(made) = made else {
        common::report(&found, &checked.sources, args.fleet.json, io);
        return exit::ERROR;
    };
    let svg = args.svg.as_ref().map(|path| (path, report::svg(&made)));
    let text = match &svg {
        Some((None, picture)) => picture.clone(),
        _ if args.fleet.json => format!("{:#}\n", report::json(&made)),
        _ if args.csv => report::csv(&made),
        _ => report::text(&made, io.style()),
    };
    if let Some((Some(path), picture)) = &svg
        && let Err(reason) = world.write(&folder.join(path), picture)
    {
        return common::fail(io, &format!("{} can't be written: {reason}", path.display()));
    }
    io.print(&text);
    exit::OK
}
