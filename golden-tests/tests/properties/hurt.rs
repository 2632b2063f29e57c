//! Hurt fleet files: whatever is done to a good one, the answer is a plan or an error that points into a file. No
//! panic, no hang.

use std::time::Duration;

use serde_json::Value;

use crate::corpus::fleets;
use crate::dice::{Dice, every};
use crate::machine::{list, run, text};
use crate::mutate::hurt;

/// Whether a range lies in its file.
fn inside(range: &Value, files: &[(String, Vec<u8>)]) -> Result<(), String> {
    let name = text(range, "/filename");
    let Some((_, bytes)) = files.iter().find(|(file, _)| file == name) else {
        return if name.starts_with("std:") { Ok(()) } else { Err(format!("a place in `{name}`, which is no file")) };
    };
    let number = |at: &str| range.pointer(at).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
    let (Some(start), Some(end)) = (number("/start/byte"), number("/end/byte")) else {
        return Err(format!("no bytes in {range}"));
    };
    let lines = bytes.iter().filter(|b| **b == b'\n').count() + 1;
    let line = number("/start/line").unwrap_or(0);
    if start <= end && end <= bytes.len() && (1..=lines).contains(&line) {
        Ok(())
    } else {
        Err(format!("{range} is not in a file of {} bytes and {lines} lines", bytes.len()))
    }
}

fn answered(files: &[(String, Vec<u8>)], words: &[&str]) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).expect("a file");
    }
    let mut ran = run(folder.path(), words);
    // A thousand groups are planned in more than a second where nothing is optimised.
    let large = cfg!(debug_assertions) && words.contains(&"plan");
    let limit = Duration::from_secs(if large { 10 } else { 1 });
    // Others are busy on this machine: slow is what is slow three times.
    for _ in 0..2 {
        if ran.took > limit {
            ran = run(folder.path(), words);
        }
    }
    if ran.took > limit {
        return Err(format!("took {:?}", ran.took));
    }
    match ran.code {
        Some(0) => Ok(()),
        Some(1) => {
            let found = ran.json()?;
            let errors: Vec<&Value> =
                list(&found, "/diagnostics").iter().filter(|d| text(d, "/severity") == "error").collect();
            if errors.is_empty() {
                return Err(format!("an error without words\n{}", ran.everything()));
            }
            let not_text = files.iter().any(|(_, bytes)| std::str::from_utf8(bytes).is_err());
            for error in errors {
                let Some(range) = error.get("range").filter(|range| !range.is_null()) else {
                    // What is of no place: a file that can't be read, a fleet that is not there.
                    if not_text || matches!(text(error, "/code"), "T0224" | "T0902" | "T0205" | "T0210" | "T0223") {
                        continue;
                    }
                    return Err(format!("no place: {error}"));
                };
                inside(range, files)?;
                for related in list(error, "/related") {
                    inside(&related["range"], files)?;
                }
            }
            Ok(())
        }
        _ => Err(ran.everything()),
    }
}

#[test]
fn any_hurt_file_is_answered() {
    let originals = fleets();
    assert!(originals.len() > 40, "{} fleets", originals.len());
    every(1_300, |seed| {
        let dice = &mut Dice::new(seed + 10_000);
        let mut files = dice.pick(&originals).clone();
        let which = dice.below(files.len());
        files[which].1 = hurt(&files[which].1, dice).bytes;
        let words: &[&str] = if seed % 4 == 0 { &["plan", "--embedded", "-json"] } else { &["validate", "-json"] };
        answered(&files, words).map_err(|wrong| {
            let text = String::from_utf8_lossy(&files[which].1).into_owned();
            let kept = std::env::var_os("SHOW").map(|_| text).unwrap_or_default();
            format!("{wrong}\n{kept}")
        })
    });
}

#[test]
fn any_hurt_file_is_formatted_or_refused() {
    let originals: Vec<(String, Vec<u8>)> = fleets().into_iter().flatten().collect();
    every(700, |seed| {
        let dice = &mut Dice::new(seed + 20_000);
        let bytes = hurt(&dice.pick(&originals).1, dice).bytes;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("a.fleet.hcl");
        std::fs::write(&file, &bytes).expect("a file");
        let ran = run(folder.path(), &["fmt"]);
        let after = std::fs::read(&file).expect("a file");
        let shown = || String::from_utf8_lossy(&bytes).into_owned();
        match ran.code {
            Some(0) => {
                let again = run(folder.path(), &["fmt", "-check"]);
                if again.code == Some(0) {
                    Ok(())
                } else {
                    Err(format!("twice is not once\n{}\n{}", again.everything(), shown()))
                }
            }
            Some(1) if after == bytes => Ok(()),
            Some(1) => Err(format!("an error, and the file was changed\n{}", shown())),
            _ => Err(format!("{}\n{}", ran.everything(), shown())),
        }
    });
}
