//! `tonnage diff`: what two revisions of the fleet's files ask for, compared without asking any cloud.

use std::path::{Path, PathBuf};

use tonnage_driver::{
    Settings,
    difference::{Side, Wrong, difference},
    load::fleet_files,
    revision::Revision,
    world::World,
};
use tonnage_report::difference as report;

use super::{common, forms};
use crate::{arguments::Diff, exit, io::Io, progress::Steps};

/// Where one side is read from.
enum Place<'w> {
    Folder(PathBuf),
    Revision(Revision<'w>),
}

/// Why there is nothing to compare.
pub enum Failed {
    /// In words.
    Words(String),
    /// What is wrong with one side.
    Wrong(Wrong),
}

impl Failed {
    /// Says it; the exit code.
    pub fn say(self, json: bool, io: &mut Io) -> u8 {
        match self {
            Self::Words(message) => common::fail(io, &message),
            Self::Wrong(wrong) => {
                if !json {
                    io.say(&format!("error: {} can't be planned, so there is nothing to compare\n\n", wrong.side));
                }
                common::report(&wrong.diagnostics, &wrong.sources, json, io);
                exit::ERROR
            }
        }
    }
}

/// Compares BASE with HEAD, or with the files as they are.
pub fn run(args: &Diff, folder: &Path, world: &dyn World, io: &mut Io) -> u8 {
    let all = [("-md", &args.md), ("-json", &args.fleet.json)];
    if let Err(message) = forms::printed(&all) {
        return common::fail(io, &message);
    }
    let settings = common::settings(folder, &args.fleet, None);
    let made = match between(&args.base, args.head.as_deref(), &settings, world, io) {
        Ok(made) => made,
        Err(failed) => return failed.say(args.fleet.json(), io),
    };
    let render = |name: &str| match name {
        "-md" => report::markdown(&made),
        _ => format!("{:#}\n", report::json(&made)),
    };
    match forms::write(&all, render, folder, world, io) {
        Ok(true) => {}
        Ok(false) => io.print(&report::text(&made, io.style())),
        Err(message) => return common::fail(io, &message),
    }
    if args.detailed_exitcode && !made.is_empty() { exit::CHANGES } else { exit::OK }
}

/// What differs between BASE and HEAD, or the files as they are.
pub fn between(
    base: &str,
    head: Option<&str>,
    settings: &Settings,
    world: &dyn World,
    io: &Io,
) -> Result<report::Difference, Failed> {
    let folder = &settings.folder;
    let base_place = place(base, folder, world)?;
    let head_place = head.map_or_else(|| Ok(Place::Folder(folder.clone())), |head| place(head, folder, world))?;
    let of = |place: &Place<'_>| match place {
        Place::Folder(folder) => Settings { folder: folder.clone(), ..settings.clone() },
        Place::Revision(_) => settings.clone(),
    };
    let (base_settings, head_settings) = (of(&base_place), of(&head_place));
    let base = side(base, &base_place, &base_settings, world);
    let head = side(head.unwrap_or("the files here"), &head_place, &head_settings, world);
    let steps = Steps::new(io);
    let made = difference(&base, &head, &|text| steps.say(text)).map_err(Failed::Wrong);
    steps.done();
    made
}

/// A folder with fleet files in it, taken from the fleet's; else a revision.
fn place<'w>(name: &str, folder: &Path, world: &'w dyn World) -> Result<Place<'w>, Failed> {
    let other = folder.join(name);
    if fleet_files(world, &other).is_ok_and(|files| !files.is_empty()) {
        return Ok(Place::Folder(other));
    }
    Revision::read(world, folder, name).map(Place::Revision).map_err(|reason| {
        Failed::Words(format!(
            "`{name}` is neither a folder with fleet files nor a revision that can be read: {reason}"
        ))
    })
}

fn side<'a>(name: &str, place: &'a Place<'_>, settings: &'a Settings, world: &'a dyn World) -> Side<'a> {
    let world = match place {
        Place::Folder(_) => world,
        Place::Revision(revision) => revision,
    };
    Side { name: name.to_owned(), world, settings }
}
