//! `tonnage timeline`: the fleet at each milestone, and what it draws from its commitments.

use std::path::Path;

use tonnage_base::diagnostic::has_errors;
use tonnage_driver::{check::check, contracts, plan::open_ledger, timeline, world::World};
use tonnage_report::timeline as report;

use super::{common, forms};
use crate::{arguments::TimelineArguments, exit, io::Io};

/// Reads the fleet for each day on which something may change, and shows it.
pub fn run(args: &TimelineArguments, folder: &Path, world: &dyn World, io: &mut Io) -> u8 {
    let all = [("-svg", &args.svg), ("-csv", &args.csv), ("-json", &args.fleet.json)];
    if let Err(message) = forms::printed(&all) {
        return common::fail(io, &message);
    }
    let mut settings = common::settings(folder, &args.fleet, None);
    settings.embedded.clone_from(&args.embedded);
    let checked = check(world, &settings);
    let Some(intent) = checked.intent.as_ref().filter(|_| !has_errors(&checked.diagnostics)) else {
        common::report(&checked.diagnostics, &checked.sources, args.fleet.json(), io);
        return exit::ERROR;
    };
    let clients = common::clients(&settings, world);
    let recorded = common::block_on(async {
        let ledger = open_ledger(&settings, intent, &clients, world.now()).await?;
        contracts::recorded(&ledger, intent).await.map_err(|error| error.diagnostic(world.now()))
    });
    let past = match recorded {
        Ok(Ok(past)) => past,
        Ok(Err(error)) => {
            common::report(&[error], &checked.sources, args.fleet.json(), io);
            return exit::ERROR;
        }
        Err(message) => return common::fail(io, &message),
    };
    let (made, found) = timeline::timeline(&checked, intent, &past, &|_| {});
    let Some(made) = made else {
        common::report(&found, &checked.sources, args.fleet.json(), io);
        return exit::ERROR;
    };
    let render = |name: &str| match name {
        "-svg" => report::svg(&made),
        "-csv" => report::csv(&made),
        _ => format!("{:#}\n", report::json(&made)),
    };
    match forms::write(&all, render, folder, world, io) {
        Ok(true) => {}
        Ok(false) => io.print(&report::text(&made, io.style())),
        Err(message) => return common::fail(io, &message),
    }
    exit::OK
}
