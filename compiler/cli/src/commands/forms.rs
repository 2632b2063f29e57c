//! The forms in which something is shown: one on standard output, any number into files. Must not know where it comes
//! from.

use std::path::Path;

use tonnage_driver::world::World;
use tonnage_plan::Plan;
use tonnage_report::{PlanView, json, markdown, page, sarif, text};

use crate::{
    arguments::{Form, Forms, file_of, is_printed},
    io::Io,
};

/// A form, by the name of its flag.
pub type Named<'a> = (&'static str, &'a Form);

/// Those of a plan.
pub const fn of_plan<'a>(forms: &'a Forms, json: &'a Form) -> [Named<'a>; 5] {
    [
        ("-md", &forms.md),
        ("-summary", &forms.summary),
        ("-html", &forms.html),
        ("-sarif", &forms.sarif),
        ("-json", json),
    ]
}

/// The one that goes to standard output; none: none does. Errors in words where several do.
pub fn printed(all: &[Named<'_>]) -> Result<Option<&'static str>, String> {
    let mut printed = all.iter().filter(|(_, form)| is_printed(form)).map(|(name, _)| *name);
    match (printed.next(), printed.next()) {
        (Some(one), Some(other)) => {
            Err(format!("{one} and {other} both go to standard output: write one into a file, {one}=FILE"))
        }
        (one, _) => Ok(one),
    }
}

/// Writes the files that are asked for, and prints the form that names none; whether there is one. Errors in words.
pub fn write(
    all: &[Named<'_>],
    render: impl Fn(&str) -> String,
    folder: &Path,
    world: &dyn World,
    io: &mut Io,
) -> Result<bool, String> {
    for (name, form) in all {
        if let Some(path) = file_of(form) {
            world
                .write(&folder.join(path), &render(name))
                .map_err(|reason| format!("{} can't be written: {reason}", path.display()))?;
            io.say(&format!("wrote {}\n", path.display()));
        }
    }
    let printed = printed(all)?;
    if let Some(name) = printed {
        io.print(&render(name));
    }
    Ok(printed.is_some())
}

/// Shows a plan: in the form that goes to standard output, else as text, and in files.
pub fn show(
    plan: &Plan,
    forms: &Forms,
    as_json: &Form,
    folder: &Path,
    world: &dyn World,
    io: &mut Io,
) -> Result<(), String> {
    let view = PlanView::of(plan);
    let render = |name: &str| match name {
        "-md" => markdown::plan(&view),
        "-summary" => markdown::summary(&view),
        "-html" => page::plan(&view),
        "-sarif" => format!("{:#}\n", sarif::plan(&view, &world.within_repository(folder))),
        _ => format!("{:#}\n", json::plan(&view)),
    };
    if !write(&of_plan(forms, as_json), render, folder, world, io)? {
        io.page(&text::plan(&view, io.style()));
    }
    Ok(())
}

/// Prints a plan before it is applied: never through a pager, since a question follows.
pub fn print(plan: &Plan, io: &mut Io) {
    io.print(&text::plan(&PlanView::of(plan), io.style()));
}
