//! `tonnage graph`: what needs what, of the fleet or of a saved plan, as DOT, Mermaid or SVG.

use std::path::Path;

use tonnage_driver::{check, compile, world::World};
use tonnage_graph::Values;
use tonnage_report::{
    PlanView,
    graph::{self, Picture},
};

use super::common;
use crate::{
    arguments::{Drawing, Graph},
    exit,
    io::Io,
};

/// Prints the picture, rolled up unless every instance is wanted.
pub fn run(args: &Graph, folder: &Path, world: &dyn World, io: &mut Io) -> u8 {
    let made = match &args.plan {
        Some(path) => of_plan(args, folder, path, world, io),
        None => of_fleet(args, folder, world, io),
    };
    let (picture, title) = match made {
        Ok(made) => made,
        Err(code) => return code,
    };
    let text = match args.format {
        _ if args.fleet.json() => format!("{:#}\n", picture.json()),
        Drawing::Dot => graph::dot(&picture),
        Drawing::Mermaid => graph::mermaid(&picture),
        Drawing::Svg => graph::svg(&picture, &title),
    };
    io.print(&text);
    exit::OK
}

fn of_plan(args: &Graph, folder: &Path, path: &Path, world: &dyn World, io: &mut Io) -> Result<(Picture, String), u8> {
    let saved = common::saved(&folder.join(path), path, args.fleet.json(), world, io)?;
    let view = PlanView::of(&saved);
    Ok((Picture::of_plan(&view, args.instances), format!("{}: {}", saved.fleet, view.headline())))
}

fn of_fleet(args: &Graph, folder: &Path, world: &dyn World, io: &mut Io) -> Result<(Picture, String), u8> {
    let settings = common::settings(folder, &args.fleet, None);
    let checked = check(world, &settings);
    let mut found = checked.diagnostics;
    let mut store = Values::new();
    let compiled = match (&checked.intent, checked.as_of) {
        (Some(intent), Some(as_of)) => {
            compile::compile(intent, &Default::default(), as_of, &[], &mut store, &mut found)
                .map(|compiled| (compiled, intent.fleet.name.value))
        }
        _ => None,
    };
    let Some((compiled, name)) = compiled else {
        common::report(&found, &checked.sources, args.fleet.json(), io);
        return Err(exit::ERROR);
    };
    let picture = Picture::of_graph(&compiled.lowered.graph, &store, args.instances);
    Ok((picture, format!("{name}: what needs what")))
}
