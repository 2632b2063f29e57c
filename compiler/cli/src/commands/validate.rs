//! `tonnage validate`: everything that can be found without a cloud.

use std::path::Path;

use tonnage_driver::{check, compile, guards, world::World};
use tonnage_graph::Values;
use tonnage_report::diagnostics;

use super::common;
use crate::{arguments::Validate, exit, io::Io};

/// Checks the files, places and lowers with nothing known of availability.
pub fn run(args: &Validate, folder: &Path, world: &dyn World, io: &mut Io) -> u8 {
    let settings = common::settings(folder, &args.fleet, None);
    let mut checked = check(world, &settings);
    if let (Some(intent), Some(as_of)) = (&checked.intent, checked.as_of) {
        let (mut found, mut values) = (Vec::new(), Values::new());
        if let Some(compiled) = compile::compile(intent, &Default::default(), as_of, &[], &mut values, &mut found) {
            found.extend(guards::mistakes(intent, compiled, values, &checked.sources));
        }
        checked.diagnostics.extend(found);
        check::sort(&mut checked.diagnostics);
    }
    let errors = checked.diagnostics.iter().any(tonnage_base::Diagnostic::is_error);
    if args.short {
        let text = diagnostics::short(&checked.diagnostics, &checked.sources);
        io.print(&text);
    } else {
        common::report(&checked.diagnostics, &checked.sources, args.fleet.json(), io);
        if !errors && !args.fleet.json() {
            io.print("Success! The fleet is valid.\n");
        }
    }
    if errors { exit::ERROR } else { exit::OK }
}
