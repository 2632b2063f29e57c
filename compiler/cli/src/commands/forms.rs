//! The forms in which a plan is shown: one on standard output, any number into files. Must not know where the plan comes
//! from.

use std::path::Path;

use tonnage_driver::world::World;
use tonnage_plan::Plan;
use tonnage_report::{PlanView, json, markdown, page, sarif, text};

use crate::{arguments::Forms, io::Io};

type Render = fn(&PlanView<'_>) -> String;

/// Writes the files that are asked for and prints the plan: in the one form that names no file, else as text. Errors in
/// words.
pub fn show(
    plan: &Plan,
    forms: &Forms,
    as_json: bool,
    folder: &Path,
    world: &dyn World,
    io: &mut Io,
) -> Result<(), String> {
    let view = PlanView::of(plan);
    let all: [(&Option<Option<std::path::PathBuf>>, Render); 4] = [
        (&forms.md, markdown::plan),
        (&forms.summary, markdown::summary),
        (&forms.html, page::plan),
        (&forms.sarif, |view| format!("{:#}\n", sarif::plan(view))),
    ];
    for (form, render) in all {
        if let Some(Some(path)) = form {
            world
                .write(&folder.join(path), &render(&view))
                .map_err(|reason| format!("{} can't be written: {reason}", path.display()))?;
            io.say(&format!("wrote {}\n", path.display()));
        }
    }
    match all.iter().find(|(form, _)| matches!(form, Some(None))) {
        Some((_, render)) => io.print(&render(&view)),
        None if as_json => io.print(&format!("{:#}\n", json::plan(&view))),
        None => io.page(&text::plan(&view, io.style())),
    }
    Ok(())
}

/// Prints a plan before it is applied: as text or JSON, never through a pager, since a question follows.
pub fn print(plan: &Plan, as_json: bool, io: &mut Io) {
    let view = PlanView::of(plan);
    io.print(&if as_json { format!("{:#}\n", json::plan(&view)) } else { text::plan(&view, io.style()) });
}
