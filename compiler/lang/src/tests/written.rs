//! What is written, and what of it is edited. Must not test what an edit does.

use std::collections::BTreeMap;

use tonnage_base::{SourceMap, Symbol};
use tonnage_syntax::Module;

use super::{STANDARD_LIBRARY, as_of, sources, with_cloud};
use crate::{
    Inputs, Intent, VariableSource, analyze,
    intent::Moved,
    provenance::Texts,
    written::{Written, block_of, edited, is_promise, written},
};

fn read(text: &str, given: &[(&str, &str)]) -> (Vec<Written>, Vec<Moved>) {
    let (written, intent) = read_with(text, given);
    (written, intent.moved)
}

fn read_with(text: &str, given: &[(&str, &str)]) -> (Vec<Written>, Intent) {
    let mut map: SourceMap = sources();
    let id = map.add("demo.fleet.hcl", text);
    let (file, syntax) = tonnage_syntax::parse(id, text);
    assert!(syntax.is_empty(), "{syntax:?}");
    let fleet = Module { files: vec![file.into()] };
    let given = given.iter().map(|(name, said)| (Symbol::new(name), VariableSource::CommandLine((*said).to_owned())));
    let variables: Vec<(Symbol, VariableSource)> = given.collect();
    let inputs = Inputs {
        fleet: &fleet,
        modules: &[],
        tests: &Default::default(),
        standard_library: &STANDARD_LIBRARY,
        variables: &variables,
        as_of: as_of(),
    };
    let (intent, found) = analyze(&inputs);
    let intent = intent.unwrap_or_else(|| panic!("{found:#?}"));
    let texts = Texts { fleet: &fleet, modules: &[], variables: &variables };
    (written(&texts, &intent, &|span| map.text(span).to_owned()), intent)
}

/// Names of what is edited, and whether it is of a term.
fn edits(before: &str, after: &str) -> Vec<(String, bool)> {
    let (was, _) = read(&with_cloud(before), &[]);
    let was: BTreeMap<String, String> = was.into_iter().map(|of| (of.name.clone(), of.kept())).collect();
    let (now, moved) = read(&with_cloud(after), &[]);
    edited(&now, &was, &moved).into_iter().map(|of| (of.name.clone(), of.is_term())).collect()
}

const POOL: &str = r#"
locals {
  most = "600 USD"
  nodes = 2
}

pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h200"
  size {
    nodes = local.nodes
  }
  option "a" {
    cloud = cloud.aws
    zones = ["use2-az1"]
  }
  budget {
    hourly = local.most
  }
}
"#;

#[test]
fn an_edit_is_found_where_it_is_and_layout_is_none() {
    let after = |from: &str, to: &str| edits(POOL, &POOL.replace(from, to));
    assert_eq!(after("nodes = 2", "nodes   =   3"), [("local.nodes".to_owned(), false)]);
    assert_eq!(after("nodes = 2", "nodes   =   2"), []);
    assert_eq!(
        after("\"600 USD\"", "\"700 USD\""),
        [("local.most".to_owned(), true)],
        "a budget takes its value from it"
    );
    assert_eq!(after("hourly = local.most", "hourly = \"9 USD\""), [("pool.chat.budget.hourly".to_owned(), true)]);
    let gone = after("  budget {\n    hourly = local.most\n  }\n", "");
    assert_eq!(gone, [("pool.chat.budget.hourly".to_owned(), true)], "the local says what it said");
}

#[test]
fn promises_are_those_of_the_table() {
    for (name, promise) in [
        ("pool.chat.budget.hourly", true),
        ("pool.chat.option.a.draw", true),
        ("pool.chat.option.draw.zones", false),
        ("pool.chat.option.a.moves.cost", true),
        ("pool.chat.size.gpus", false),
        ("pool.chat.rollout.on_capacity", true),
        ("pool.chat.rollout.step", false),
        ("pool.chat.option order", false),
        ("commitment.c.burn[\"2027\"]", true),
        ("sites/east/storage.corpus.protect.destroy", true),
        ("sites/east/storage.budget.size", false),
        ("region[\"aws/us-east-9\"].zones", false),
        ("local.budget.hourly", false),
    ] {
        assert_eq!(is_promise(name), promise, "{name}");
    }
    assert_eq!(block_of("sites/east/storage.corpus.protect.destroy"), "sites/east/storage.corpus");
    assert_eq!(block_of("local.teams.ads.nodes"), "local");
    assert_eq!(block_of("region[\"aws/us-east-9\"].zones"), "region[\"aws/us-east-9\"]");
}

#[test]
fn what_says_the_same_in_other_words_is_told_apart() {
    let (now, intent) = read_with(&with_cloud(POOL), &[]);
    let says = |name: &str, before: &str| {
        let written = now.iter().find(|written| written.name == name).unwrap_or_else(|| panic!("{name}"));
        written.says(before, &intent)
    };
    assert!(says("pool.chat.size.nodes", "2"), "a local of that value");
    assert!(says("local.nodes", "1 + 1"));
    assert!(!says("local.nodes", "3"));
    assert!(!says("pool.chat.size.nodes", "local.gone"), "what can't be read any more said something else");
    assert!(!says("pool.chat.option.a.cloud", "cloud.other"));
}

#[test]
fn what_is_renamed_is_what_it_was() {
    let renamed = POOL.replace("pool \"chat\"", "pool \"talk\"");
    let moved = format!("{renamed}\nmoved {{\n  from = pool.chat\n  to = pool.talk\n}}\n");
    assert_eq!(edits(POOL, &moved), []);
    assert!(edits(POOL, &renamed).len() > 6, "without `moved` all of it is new, and all of it is gone");
}

#[test]
fn secrets_and_resources_are_not_kept() {
    let text = with_cloud(
        r#"
variable "password" {
  sensitive = true
  default   = "hunter2"
}

variable "plain" {
  default = "a"
}

locals {
  other = sensitive("hunter3")
}

resource "AWS::S3::Bucket" "logs" {
  body = { Tags = [{ Key = "a", Value = "b" }] }
}
"#,
    );
    let (all, _) = read(&text, &[("plain", "given"), ("password", "hunter4")]);
    let names: Vec<&str> = all.iter().map(|of| of.name.as_str()).collect();
    assert!(names.contains(&"var.plain") && names.contains(&"variable.plain.default"), "{names:?}");
    for left_out in ["variable.password.default", "var.password", "local.other"] {
        assert!(!names.contains(&left_out), "{names:?}");
    }
    assert!(!names.iter().any(|name| name.starts_with("resource")), "{names:?}");
    assert!(!all.iter().any(|of| of.text.contains("hunter") || of.kept().contains("given")));
}
