//! What is not looked into is as if it had been: a plan in which units rest is the plan in which none does, whatever
//! was edited in the file or in the cloud, and an apply loses nothing of them.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use crate::dice::{Dice, every};
use crate::machine::{NO_CHANGES, Ran, done, files, fills_in, run};

/// Makes nothing, and speaks of all of `p`: what is spoken of does not rest.
const SPOKEN_OF: &str = "\nresource \"AWS::SSM::Parameter\" \"probe\" {\n  when = length(keys(resource.p)) < 0\n  body = {\n    Type  = \"String\"\n    Value = \"never\"\n  }\n}\n";

/// A large family, as one revision of a file has it.
#[derive(Clone)]
struct Large {
    members: usize,
    /// One of so many says something else; 0: none.
    other: usize,
    /// What the others say.
    words: &'static str,
    keys: &'static str,
    retain: bool,
    beside: usize,
    /// One of so many has no description.
    bare: usize,
}

impl Large {
    fn text(&self) -> String {
        let Self { members, other, words, keys, retain, beside, bare } = self;
        let mut text = String::from(
            "fleet \"rest\" {\n  language = 1\n}\n\ncloud \"aws\" {\n  account = \"111122223333\"\n  regions = [\"us-east-2\"]\n}\n",
        );
        for n in 0..*beside {
            let _ = write!(
                text,
                "\nresource \"AWS::SSM::Parameter\" \"beside{n}\" {{\n  body = {{\n    Type  = \"String\"\n    Value = \"{n}\"\n  }}\n}}\n"
            );
        }
        let other = if *other == 0 { *members + 1 } else { *other };
        let lifecycle = if *retain { "\n  lifecycle {\n    on_delete = \"retain\"\n  }\n" } else { "" };
        let _ = write!(
            text,
            "\nresource \"AWS::SSM::Parameter\" \"p\" {{\n  for_each = {{ for i in range({members}) : format(\"{keys}\", i) => i }}\n{lifecycle}\n  body = {{\n    \
             Type        = \"String\"\n    Value       = \"{words} \\\"${{each.value}}\\\"\"\n    Description = each.value % {bare} == 1 ? null : each.value % \
             {other} == {other} - 1 ? \"another\" : \"one é\"\n    Tags        = {{ team = \"t\", index = each.key }}\n  }}\n}}\n"
        );
        text
    }
}

/// Another revision.
fn edited(large: &Large, dice: &mut Dice) -> Large {
    let mut next = large.clone();
    match dice.below(9) {
        0 => {}
        1 => next.other = dice.below(400),
        2 => next.members = 250 + dice.below(150),
        3 => next.words = "other words",
        4 => next.keys = "q%04d",
        5 => next.retain = !next.retain,
        6 => next.beside = dice.below(4),
        7 => next.bare = 60 + dice.below(300),
        _ => next.members += 1,
    }
    next
}

/// What somebody did in the cloud behind our back.
fn hurt(folder: &Path, dice: &mut Dice) -> Result<(), String> {
    let units: Vec<_> = files(&folder.join(".tonnage/embedded/aws/units"));
    let (path, bytes) = dice.pick(&units);
    let mut unit: Value = serde_json::from_slice(bytes).map_err(|e| e.to_string())?;
    let resources = unit["resources"].as_array_mut().ok_or("a unit without resources")?;
    let at = dice.below(resources.len());
    match dice.below(6) {
        // of what no file sets: another value, or none where there was one
        4 => resources[at]["beside"] = serde_json::json!({"DataType": "aws:ec2:image"}),
        5 => drop(resources[at].as_object_mut().and_then(|resource| resource.remove("beside"))),
        0 => {
            let mut body = resources[at]["applied"].clone();
            body["Value"] = Value::from("somebody was here");
            resources[at]["actual"] = body;
        }
        1 => {
            resources[at]["physical_id"] = Value::Null;
            resources[at]["deleted"] = Value::from(true);
        }
        2 => drop(resources.remove(at)),
        // the same address in a second unit
        _ => {
            let copy = resources[at].clone();
            let (other, bytes) = dice.pick(&units);
            if other == path {
                return Ok(());
            }
            let mut second: Value = serde_json::from_slice(bytes).map_err(|e| e.to_string())?;
            second["resources"].as_array_mut().ok_or("a unit without resources")?.push(copy);
            return std::fs::write(other, second.to_string()).map_err(|e| e.to_string());
        }
    }
    std::fs::write(path, unit.to_string()).map_err(|e| e.to_string())
}

fn plan(folder: &Path, text: &str) -> Ran {
    std::fs::write(folder.join("a.fleet.hcl"), text).expect("a file");
    run(folder, &["plan", "--embedded", "-json"])
}

/// The addresses of all that is live, each once.
fn live(folder: &Path) -> Vec<String> {
    let mut all: Vec<String> = files(&folder.join(".tonnage/embedded/aws/units"))
        .iter()
        .flat_map(|(_, bytes)| {
            let unit: Value = serde_json::from_slice(bytes).expect("a unit");
            let addresses = unit["resources"].as_array().into_iter().flatten();
            addresses.map(|resource| resource["address"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
        })
        .collect();
    all.sort();
    all.dedup();
    all
}

#[test]
fn a_plan_in_which_units_rest_is_the_plan_in_which_none_does() {
    every(24, |seed| {
        let dice = &mut Dice::new(seed + 90_000);
        let folder = tempfile::tempdir().expect("a temporary folder");
        let folder = folder.path();
        let mut large =
            Large { members: 320, other: 0, words: "words", keys: "k%03d", retain: false, beside: 1, bare: 90 };
        std::fs::write(folder.join("a.fleet.hcl"), large.text()).expect("a file");
        if dice.chance(60) {
            fills_in(folder);
        }
        done(folder, &["apply", "--embedded", "-auto-approve"])?;
        for _ in 0..3 {
            large = edited(&large, dice);
            if dice.chance(40) {
                hurt(folder, dice)?;
            }
            let whole = plan(folder, &(large.text() + SPOKEN_OF));
            let resting = plan(folder, &large.text());
            if (whole.code, &whole.out, &whole.err) != (resting.code, &resting.out, &resting.err) {
                return Err(format!(
                    "{}\nlooked into: {}\nresting: {}",
                    large.text(),
                    whole.everything(),
                    resting.everything()
                ));
            }
            if whole.code != Some(0) {
                return Ok(());
            }
            done(folder, &["apply", "--embedded", "-auto-approve"])?;
            let after = run(folder, &["plan", "--embedded"]);
            if !after.out.ends_with(NO_CHANGES) {
                return Err(format!("{}\nafter an apply: {}", large.text(), after.everything()));
            }
            let members = live(folder).iter().filter(|address| address.starts_with("resource.p[")).count();
            if members != large.members {
                return Err(format!("{} of {} are there", members, large.members));
            }
        }
        Ok(())
    });
}

/// What is given into a module is spoken of there, by its address alone.
#[test]
fn what_a_module_is_given_is_found() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    let large =
        Large { members: 320, other: 0, words: "words", keys: "k%03d", retain: false, beside: 0, bare: 400 }.text();
    let call = "\nmodule \"user\" {\n  source = \"./user\"\n  name   = resource.p[\"k150\"].ref\n}\n";
    let module = "variable \"name\" {\n  type = any\n}\n\nresource \"AWS::SSM::Parameter\" \"user\" {\n  body = {\n    Type  = \"String\"\n    \
                  Value = var.name\n  }\n}\n";
    std::fs::create_dir(folder.join("user")).expect("a folder");
    std::fs::write(folder.join("user/user.fleet.hcl"), module).expect("a file");
    std::fs::write(folder.join("a.fleet.hcl"), &large).expect("a file");
    done(folder, &["apply", "--embedded", "-auto-approve"]).expect("an apply");
    std::fs::write(folder.join("a.fleet.hcl"), large + call).expect("a file");
    done(folder, &["apply", "--embedded", "-auto-approve"]).expect("an apply");
    let after = done(folder, &["plan", "--embedded"]).expect("a plan");
    assert!(after.is_no_changes(), "{}", after.everything());
}
