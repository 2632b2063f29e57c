//! `tonnage init`: a first fleet file, or a check that what is there is ready to plan.

use std::path::Path;

use tonnage_driver::{load, world::World};

use crate::{arguments::Init, exit, io::Io};

/// The quickstart example: what is written first is what the README shows.
const FIRST: &str = include_str!("../../../../examples/quickstart/quickstart.fleet.hcl");

/// Writes a first fleet file where there is none.
pub fn run(args: &Init, folder: &Path, world: &dyn World, io: &mut Io) -> u8 {
    let existing = load::fleet_files(world, folder).unwrap_or_default();
    let file = folder.join("fleet.fleet.hcl");
    let (created, text) = if existing.is_empty() {
        if let Err(reason) = world.write(&file, FIRST) {
            io.say(&format!("error: {} can't be written: {reason}\n", file.display()));
            return exit::ERROR;
        }
        (
            true,
            "Wrote fleet.fleet.hcl: a pool of four nodes on the embedded cloud's terms. Read it, change it, then\n\n    \
             tonnage plan --embedded     no account needed\n    tonnage plan                against your clouds\n"
                .to_owned(),
        )
    } else {
        (
            false,
            format!(
                "{} fleet file{} here; nothing to install: the standard library is part of the binary.\n\n    \
                 tonnage validate            checks them\n    tonnage plan --embedded     plans without an account\n",
                existing.len(),
                if existing.len() == 1 { "" } else { "s" }
            ),
        )
    };
    if args.json {
        io.print(&format!("{}\n", serde_json::json!({"created": created, "files": existing.len().max(1)})));
    } else {
        io.print(&text);
    }
    exit::OK
}
