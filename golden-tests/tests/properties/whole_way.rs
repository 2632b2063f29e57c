//! Plan, apply, plan again: nothing is left to do, whatever changes from one revision to the next. What the plan said
//! of a resource is what became of it, and nothing moves to another unit by itself.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::dice::{Dice, every};
use crate::fleet::Fleet;
use crate::foreseen;
use crate::machine::{done, fills_in, list, run, text};

/// What is live of a resource.
#[derive(Clone, Debug, PartialEq)]
struct There {
    id: String,
    unit: String,
    site: String,
}

fn live(folder: &Path) -> Result<BTreeMap<String, There>, String> {
    let shown = done(folder, &["show", "--embedded", "-json"])?.json()?;
    let rows = list(&shown, "/resources").iter().map(|r| {
        let there = There {
            id: text(r, "/physical_id").to_owned(),
            unit: text(r, "/unit").to_owned(),
            site: format!("{} {}", text(r, "/cloud"), text(r, "/region")),
        };
        (text(r, "/address").to_owned(), there)
    });
    Ok(rows.collect())
}

/// What the plan said is what became of every resource.
fn as_said(plan: &Value, before: &BTreeMap<String, There>, after: &BTreeMap<String, There>) -> Result<(), String> {
    let mut said: BTreeSet<&str> = BTreeSet::new();
    let mut gone: BTreeSet<&str> = BTreeSet::new();
    for change in list(plan, "/resource_changes") {
        let address = text(change, "/address");
        let old = change.get("previous_address").and_then(Value::as_str).unwrap_or(address);
        let actions: Vec<&str> = list(change, "/change/actions").iter().filter_map(Value::as_str).collect();
        let (was, is) = (before.get(old), after.get(address));
        let right = match actions.as_slice() {
            ["create"] => was.is_none_or(|was| was.id.is_empty()) && is.is_some_and(|is| !is.id.is_empty()),
            ["delete" | "forget"] => was.is_some(),
            ["update" | "no-op"] => was.zip(is).is_some_and(|(was, is)| was.id == is.id && was.unit == is.unit),
            ["delete", "create"] | ["create", "delete"] => was.zip(is).is_some_and(|(was, is)| was.id != is.id),
            _ => false,
        };
        if !right {
            return Err(format!("{address}: {actions:?} was said, it was {was:?} and is {is:?}"));
        }
        said.insert(address);
        gone.insert(old);
    }
    for (address, was) in before {
        if !gone.contains(address.as_str()) && after.get(address) != Some(was) {
            return Err(format!("{address}: nothing was said, it was {was:?} and is {:?}", after.get(address)));
        }
    }
    if let Some(address) = after.keys().find(|a| !before.contains_key(*a) && !said.contains(a.as_str())) {
        return Err(format!("{address} is there and nothing was said of it"));
    }
    for (address, is) in after {
        if let Some(was) = before.get(address)
            && was.site == is.site
            && was.unit != is.unit
        {
            return Err(format!("{address} went from {} to {}", was.unit, is.unit));
        }
    }
    Ok(())
}

/// Plans, checks, applies, and plans again. False: the plan says why it can't be.
fn bring_about(folder: &Path, saved: bool) -> Result<bool, String> {
    let plan = run(folder, &["plan", "--embedded", "-json", "-out=plan.tonnage"]);
    match plan.code {
        Some(0) => {}
        Some(1) => {
            let found = plan.json()?;
            let codes: Vec<&str> = list(&found, "/diagnostics").iter().map(|d| text(d, "/code")).collect();
            return if codes.is_empty() {
                Err(format!("an error without words\n{}", plan.everything()))
            } else {
                Ok(false)
            };
        }
        _ => return Err(plan.everything()),
    }
    let again = done(folder, &["plan", "--embedded", "-json"])?;
    if again.out != plan.out {
        return Err("two plans of the same differ".to_owned());
    }
    let plan = plan.json()?;
    foreseen::agrees(&folder.join("plan.tonnage"), &folder.join(".tonnage/embedded"))?;
    for form in [&["plan", "--embedded"][..], &["plan", "--embedded", "-md"]] {
        let words = done(folder, form)?.out;
        if !words.contains(text(&plan, "/summary")) {
            return Err(format!("no `{}` in\n{words}", text(&plan, "/summary")));
        }
    }
    let before = live(folder)?;
    if saved {
        done(folder, &["apply", "--embedded", "plan.tonnage"])?;
    } else {
        done(folder, &["apply", "--embedded", "-auto-approve"])?;
    }
    as_said(&plan, &before, &live(folder)?)?;
    let then = done(folder, &["plan", "--embedded", "-detailed-exitcode"])?;
    if then.is_no_changes() { Ok(true) } else { Err(format!("after an apply:\n{}", then.everything())) }
}

fn destroyed(folder: &Path) -> Result<(), String> {
    done(folder, &["destroy", "--embedded", "-auto-approve"])?;
    let left = live(folder)?;
    if !left.is_empty() {
        return Err(format!("left after destroy: {left:?}"));
    }
    for cloud in ["aws", "second"] {
        let Ok(meta) = std::fs::read_to_string(folder.join(".tonnage/embedded").join(cloud).join("meta.json")) else {
            continue;
        };
        let meta: Value = serde_json::from_str(&meta).map_err(|error| error.to_string())?;
        // A replaced resource that another unit still uses is left behind, as the real service leaves it.
        let known = |why: &str| why == "retained" || why.starts_with("DependencyViolation");
        if let Some(left) = list(&meta, "/left_behind").iter().find(|left| !known(text(left, "/why"))) {
            return Err(format!("left behind: {left}"));
        }
    }
    let then = done(folder, &["destroy", "--embedded", "-auto-approve"])?;
    if then.is_no_changes() { Ok(()) } else { Err(format!("destroyed again:\n{}", then.everything())) }
}

#[test]
fn what_is_applied_needs_nothing_more() {
    let impossible = std::sync::atomic::AtomicU64::new(0);
    let revisions = std::sync::atomic::AtomicU64::new(0);
    let one = std::sync::atomic::Ordering::SeqCst;
    every(14, |seed| {
        let dice = &mut Dice::new(seed);
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path();
        if seed % 2 == 0 {
            fills_in(path);
        }
        let mut fleet = Fleet::draw(dice);
        let mut story = Vec::new();
        for revision in 0..3 {
            let before = fleet.clone();
            if revision > 0 {
                fleet.moved.clear();
                for _ in 0..=dice.below(3) {
                    story.push(format!("{revision}: {}", fleet.change(dice)));
                }
            }
            let text = fleet.text();
            std::fs::write(path.join("drawn.fleet.hcl"), &text).expect("a file");
            revisions.fetch_add(1, one);
            let saved = dice.chance(50);
            match bring_about(path, saved) {
                Ok(true) => {}
                Ok(false) => {
                    impossible.fetch_add(1, one);
                    fleet = before;
                    std::fs::write(path.join("drawn.fleet.hcl"), fleet.text()).expect("a file");
                }
                Err(wrong) => return Err(format!("{}\n{wrong}\n{}", story.join("\n"), shown(&text))),
            }
        }
        destroyed(path).map_err(|wrong| format!("{}\n{wrong}\n{}", story.join("\n"), shown(&fleet.text())))
    });
    let (impossible, revisions) = (impossible.into_inner(), revisions.into_inner());
    assert!(impossible * 4 <= revisions, "{impossible} of {revisions} revisions can't be placed: draw better ones");
}

fn shown(text: &str) -> String {
    if std::env::var_os("SHOW").is_some() { text.to_owned() } else { "(SHOW=1 shows the fleet)".to_owned() }
}

#[test]
fn growing_and_adding_move_nothing() {
    every(8, |seed| {
        let dice = &mut Dice::new(seed + 500);
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path();
        let mut fleet = Fleet::draw(dice);
        let mut names: Vec<BTreeMap<String, String>> = Vec::new();
        for revision in 0..3 {
            if revision > 0 {
                fleet.grow(dice);
            }
            std::fs::write(path.join("drawn.fleet.hcl"), fleet.text()).expect("a file");
            let ran = run(path, &["plan", "--embedded", "-json"]);
            if ran.code == Some(1) {
                return Ok(()); // can't be placed
            }
            let plan = ran.json()?;
            // What is planned into a unit goes there, and what is there stays.
            let planned = list(&plan, "/resource_changes").iter().filter(|c| text(c, "/change/actions/0") != "delete");
            let planned: BTreeMap<String, String> =
                planned.map(|c| (text(c, "/address").to_owned(), text(c, "/unit").to_owned())).collect();
            done(path, &["apply", "--embedded", "-auto-approve"])?;
            let there: BTreeMap<String, String> =
                live(path)?.into_iter().map(|(address, there)| (address, there.unit)).collect();
            if let Some((address, unit)) = planned.iter().find(|(a, unit)| there.get(*a).is_some_and(|u| u != *unit)) {
                return Err(format!("{address} was planned into {unit} and is in {:?}", there.get(address)));
            }
            for (address, unit) in names.iter().flatten() {
                if there.get(address).is_some_and(|now| now != unit) {
                    return Err(format!(
                        "{address} went from {unit} to {:?}\n{}",
                        there.get(address),
                        shown(&fleet.text())
                    ));
                }
            }
            names.push(there);
        }
        Ok(())
    });
}
