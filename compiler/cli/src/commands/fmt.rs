//! `tonnage fmt`: fleet files in the canonical layout.

use std::path::{Path, PathBuf};

use tonnage_base::SourceMap;
use tonnage_driver::world::World;
use tonnage_report::diagnostics;

use crate::{arguments::Fmt, exit, io::Io};

/// Some file would change.
const WOULD_CHANGE: u8 = 3;

/// Formats files, folders or standard input.
pub fn run(args: &Fmt, folder: &Path, world: &dyn World, io: &mut Io) -> u8 {
    if args.paths.iter().any(|path| path == Path::new("-")) {
        return standard_input(args, io);
    }
    let mut files = Vec::new();
    let roots = if args.paths.is_empty() { vec![folder.to_path_buf()] } else { args.paths.clone() };
    for root in roots {
        let path = if root == folder { root } else { folder.join(root) };
        if let Err(message) = find(world, &path, args.recursive, &mut files) {
            io.say(&format!("error: {message}\n"));
            return exit::ERROR;
        }
    }
    let mut changed = Vec::new();
    let mut failed = false;
    for file in files {
        let shown = file.strip_prefix(folder).unwrap_or(&file).display().to_string();
        let text = match world.read(&file) {
            Ok(text) => text,
            Err(reason) => {
                io.say(&format!("error: {shown} can't be read: {reason}\n"));
                failed = true;
                continue;
            }
        };
        let Some(formatted) = format(&shown, &text, io) else {
            failed = true;
            continue;
        };
        if formatted == text {
            continue;
        }
        if args.diff {
            io.print(&difference(&shown, &text, &formatted));
        }
        if args.write
            && !args.check
            && let Err(reason) = world.write(&file, &formatted)
        {
            io.say(&format!("error: {shown} can't be written: {reason}\n"));
            failed = true;
        }
        changed.push(shown);
    }
    if args.json {
        io.print(&format!("{}\n", serde_json::json!({"changed": changed, "failed": failed})));
    } else if args.list {
        let lines: String = changed.iter().map(|name| format!("{name}\n")).collect();
        io.print(&lines);
    }
    if failed {
        exit::ERROR
    } else if args.check && !changed.is_empty() {
        WOULD_CHANGE
    } else {
        exit::OK
    }
}

fn standard_input(args: &Fmt, io: &mut Io) -> u8 {
    let text = match io.all() {
        Ok(text) => text,
        Err(reason) => {
            io.say(&format!("error: standard input can't be read: {reason}\n"));
            return exit::ERROR;
        }
    };
    let Some(formatted) = format("<stdin>", &text, io) else { return exit::ERROR };
    if args.diff {
        io.print(&difference("<stdin>", &text, &formatted));
    } else if !args.check {
        io.print(&formatted);
    }
    if args.check && formatted != text { WOULD_CHANGE } else { exit::OK }
}

fn format(name: &str, text: &str, io: &mut Io) -> Option<String> {
    let mut sources = SourceMap::default();
    let id = sources.add(name, text);
    match tonnage_syntax::format(id, text) {
        Ok(formatted) => Some(formatted),
        Err(found) => {
            let drawn = diagnostics::draw(&found, &sources, io.error_style());
            io.say(&drawn);
            None
        }
    }
}

fn difference(name: &str, before: &str, after: &str) -> String {
    similar::TextDiff::from_lines(before, after)
        .unified_diff()
        .context_radius(3)
        .header(&format!("{name} (as it is)"), &format!("{name} (formatted)"))
        .to_string()
}

/// Fleet files under a path, folders walked with a list of what is left rather than by recursion.
fn find(world: &dyn World, path: &Path, recursive: bool, files: &mut Vec<PathBuf>) -> Result<(), String> {
    if path.to_string_lossy().ends_with(".hcl") {
        files.push(path.to_path_buf());
        return Ok(());
    }
    let mut left = vec![path.to_path_buf()];
    while let Some(folder) = left.pop() {
        let found = world.list(&folder).map_err(|reason| format!("{} can't be read: {reason}", folder.display()))?;
        files.extend(found.into_iter().filter(|f| {
            let name = f.to_string_lossy();
            name.ends_with(".fleet.hcl") || name.ends_with(".fleettest.hcl")
        }));
        if recursive {
            let mut folders = world.folders(&folder);
            folders.reverse();
            left.extend(
                folders
                    .into_iter()
                    .filter(|f| f.file_name().is_some_and(|n| !n.to_string_lossy().starts_with('.') && n != "target")),
            );
        }
    }
    Ok(())
}
