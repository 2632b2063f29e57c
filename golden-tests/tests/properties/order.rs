//! Order means nothing: blocks shuffled, split over files, and map keys in another order give the same plan, and the
//! same digest. Only the places differ, which say where something is written.

use serde_json::Value;

use crate::dice::{Dice, every};
use crate::fleet::Fleet;
use crate::machine::{run, text};
use crate::write::Writer;

/// Takes the places out of a plan.
fn without_places(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.remove("declared");
            map.remove("whence");
            for note in map.get_mut("notes").and_then(Value::as_array_mut).into_iter().flatten() {
                if let Some((_, words)) = note.as_str().and_then(|note| note.split_once(": ")) {
                    *note = Value::String(words.to_owned());
                }
            }
            // By place in the files, and so by what else stands there.
            if let Some(notes) = map.get_mut("notes").and_then(Value::as_array_mut) {
                notes.sort_by_key(Value::to_string);
            }
            map.values_mut().for_each(without_places);
        }
        Value::Array(items) => items.iter_mut().for_each(without_places),
        _ => {}
    }
}

/// The first place at which two plans differ.
fn difference(a: &Value, b: &Value, at: &str) -> Option<String> {
    match (a, b) {
        (Value::Object(x), Value::Object(y)) => {
            let keys: std::collections::BTreeSet<&String> = x.keys().chain(y.keys()).collect();
            keys.into_iter().find_map(|key| match (x.get(key), y.get(key)) {
                (Some(p), Some(q)) => difference(p, q, &format!("{at}/{key}")),
                (p, q) => Some(format!("{at}/{key}: {p:?} and {q:?}")),
            })
        }
        (Value::Array(x), Value::Array(y)) if x.len() == y.len() => {
            x.iter().zip(y).enumerate().find_map(|(n, (p, q))| difference(p, q, &format!("{at}/{n}")))
        }
        _ if a == b => None,
        _ => Some(format!("{at}: {a} and {b}")),
    }
}

#[test]
fn shuffled_and_split_is_the_same_plan() {
    every(16, |seed| {
        let dice = &mut Dice::new(seed + 1_000);
        let fleet = Fleet::draw(dice);
        let first = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(first.path().join("drawn.fleet.hcl"), fleet.text()).expect("a file");
        let plan = run(first.path(), &["plan", "--embedded", "-json"]);
        let codes = |plan: &Value| -> Vec<String> {
            let found = crate::machine::list(plan, "/diagnostics").iter();
            let mut codes: Vec<String> =
                found.map(|d| format!("{} {}", text(d, "/code"), text(d, "/summary"))).collect();
            codes.sort();
            codes
        };
        for _ in 0..2 {
            let other = tempfile::tempdir().expect("a temporary folder");
            let blocks = Writer { dice: Some(&mut *dice) }.blocks(&fleet);
            let mut files = ["", "", ""].map(str::to_owned);
            for block in blocks {
                files[dice.below(3)].push_str(&block);
            }
            for (file, text) in ["a", "m", "z"].iter().zip(&files) {
                std::fs::write(other.path().join(format!("{file}.fleet.hcl")), text).expect("a file");
            }
            let again = run(other.path(), &["plan", "--embedded", "-json"]);
            if plan.code != again.code {
                return Err(format!("{}\n{}", plan.everything(), again.everything()));
            }
            let (mut a, mut b) = (plan.json()?, again.json()?);
            if plan.code == Some(1) {
                if codes(&a) != codes(&b) {
                    return Err(format!("{:?}\n{:?}", codes(&a), codes(&b)));
                }
                continue;
            }
            without_places(&mut a);
            without_places(&mut b);
            let digest = text(&a, "/digest") == text(&b, "/digest");
            a["digest"] = Value::Null;
            b["digest"] = Value::Null;
            let found = difference(&a, &b, "").or_else(|| (!digest).then(|| "only the digest".to_owned()));
            if let Some(where_) = found {
                let shown = if std::env::var_os("SHOW").is_some() { files.join("\n# file\n") } else { String::new() };
                return Err(format!("{where_}\n{shown}"));
            }
        }
        Ok(())
    });
}
