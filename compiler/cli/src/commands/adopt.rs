//! `tonnage adopt ADDRESS[.PROPERTY]`: what somebody else changed, written into the fleet files.

use std::path::Path;

use tonnage_driver::{Request, adopt::adopt, world::World};
use tonnage_report::style::Paint;

use super::common;
use crate::{arguments::Adopt, exit, io::Io, progress::Steps};

/// Further changes named one by one.
const SHOWN: usize = 5;

/// Finds the edits, shows them, and writes them unless it is a dry run.
pub fn run(args: &Adopt, folder: &Path, world: &dyn World, io: &mut Io) -> u8 {
    let settings = common::settings(folder, &args.fleet, Some(&args.clouds));
    let clients = common::clients(&settings, world);
    let cancel = io.cancel.clone();
    let steps = Steps::new(io);
    let made = common::block_on(async {
        common::watch_interrupt(&cancel);
        let request = Request {
            world,
            settings: &settings,
            connector: &clients,
            destroy: false,
            ahead: false,
            progress: &|text| steps.say(text),
            cancel: &cancel,
        };
        adopt(&request, &args.targets).await
    });
    steps.done();
    let adopted = match made {
        Ok(adopted) => adopted,
        Err(message) => return common::fail(io, &message),
    };
    if adopted.diagnostics.iter().any(|d| d.is_error()) {
        common::report(&adopted.diagnostics, &adopted.sources, args.fleet.json(), io);
        return exit::ERROR;
    }
    if !args.dry_run {
        let files: Vec<_> = adopted.files.iter().map(|(name, _, after)| (folder.join(name), after.as_str())).collect();
        if let Err(reason) = world.write_all(&files) {
            return common::fail(io, &reason);
        }
    }
    let diff = |(name, before, after): &(String, String, String)| tonnage_syntax::unified_diff(name, before, after);
    if args.fleet.json() {
        let files = adopted.files.iter().map(|file| serde_json::json!({"file": file.0, "diff": diff(file)}));
        let taken = adopted
            .taken
            .iter()
            .map(|(what, desired, live)| serde_json::json!({"property": what, "file_said": desired, "live": live}));
        let out = serde_json::json!({
            "adopted": taken.collect::<Vec<_>>(), "files": files.collect::<Vec<_>>(),
            "further_changes": adopted.further, "written": !args.dry_run,
        });
        io.print(&format!("{out:#}\n"));
        return exit::OK;
    }
    for (what, desired, live) in &adopted.taken {
        io.print(&format!("{what}  {desired} → {live}\n"));
    }
    if args.diff || args.dry_run {
        let style = io.style();
        for line in adopted.files.iter().map(diff).collect::<String>().lines() {
            let paint = match line.as_bytes() {
                [b'+', ..] => Paint::Add,
                [b'-', ..] => Paint::Remove,
                _ => Paint::Dim,
            };
            io.print(&format!("{}\n", style.paint(paint, line)));
        }
    }
    for change in adopted.further.iter().take(SHOWN) {
        io.print(&format!("the plan then changes {change}, which follows from the same lines\n"));
    }
    if adopted.further.len() > SHOWN {
        io.print(&format!("… and {} more: `tonnage plan` shows all\n", adopted.further.len() - SHOWN));
    }
    let names: Vec<&str> = adopted.files.iter().map(|(name, ..)| name.as_str()).collect();
    io.print(&match args.dry_run {
        true => format!("Nothing written (-dry-run): {} would change.\n", names.join(", ")),
        false => format!("Written to {}.\n", names.join(", ")),
    });
    exit::OK
}
