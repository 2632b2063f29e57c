//! Fleets that were hurt on the way: cut off, a word changed. Nothing panics and nothing is half understood.

use tonnage_base::{FileId, diagnostic::has_errors};
use tonnage_syntax::Module;

use super::as_of;
use crate::{Inputs, analyze, intent::Intent};

/// A fleet with a bit of everything.
const EVERYTHING: &str = r#"
fleet "demo" {
  language = 1
}
cloud "aws" {
  regions = ["us-east-2"]
}
variable "nodes" {
  type    = object({ n = optional(number, 2) })
  default = {}
  validation {
    condition = var.nodes.n > 1
    message   = "too few: ${var.nodes.n}"
  }
}
locals {
  zones = { for z in ["use2-az1", "use2-az2"] : z => var.nodes.n }
}
capacity "floor" {
  for_each = local.zones
  kind     = "granted"
  cloud    = cloud.aws
  zone     = each.key
  shape    = "p5en.48xlarge"
  nodes    = each.value
  ids      = { "cr-${each.key}" = each.value }
  window {
    start = "2027-01-01"
  }
}
pool "chat" {
  purpose     = "inference"
  accelerator = ["nvidia-h200"]
  size {
    gpus   = 16
    spares = "2%"
  }
  option "x" {
    cloud = cloud.aws
    buy {
      capacity  = [capacity.floor["use2-az1"], capacity.floor["use2-az2"]]
      max_price = "31.00 USD/node-hour"
      spot      = "rest"
    }
  }
}
moved {
  from = pool.old
  to   = pool.chat
}
accelerator "nvidia-h200" {
  title = "NVIDIA H200"
}
shape "p5en.48xlarge" {
  cloud        = "aws"
  accelerator  = "nvidia-h200"
  accelerators = 8
  memory       = "2048 GiB"
  offered_in   = ["us-east-2"]
}
region "aws/us-east-2" {
  zones = ["use2-az1", "use2-az2"]
}
lowering "network" "aws" {
  locals {
    a = 1
  }
  resource "AWS::EC2::VPC" "vpc" {
    body = { CidrBlock = "10.0.0.0/${local.a}" }
  }
  export = { vpc = resource.vpc.ref }
}
"#;

/// Analyses a text, whatever is in it. What can't be parsed must not panic; what can is understood wholly or not at
/// all.
fn analyse_hurt(text: &str) -> Option<Intent> {
    let (file, syntax) = tonnage_syntax::parse(FileId(0), text);
    let (fleet, standard_library) = (Module { files: vec![file.into()] }, Module::default());
    let inputs = Inputs {
        fleet: &fleet,
        modules: &[],
        tests: &Default::default(),
        standard_library: &standard_library,
        variables: &[],
        as_of: as_of(),
    };
    let (intent, diagnostics) = analyze(&inputs);
    if syntax.is_empty() {
        assert_eq!(intent.is_none(), has_errors(&diagnostics), "{diagnostics:#?}\n{text}");
    }
    intent
}

#[test]
fn a_file_cut_anywhere() {
    assert!(analyse_hurt(EVERYTHING).is_some_and(|intent| intent.pools.len() == 1));
    for cut in 0..EVERYTHING.len() {
        let (before, after) = EVERYTHING.split_at(cut);
        analyse_hurt(before);
        analyse_hurt(after);
    }
}

#[test]
fn a_word_changed_anywhere() {
    let starts = EVERYTHING.match_indices(char::is_alphanumeric).map(|(at, _)| at);
    for at in starts.filter(|at| !EVERYTHING.split_at(*at).0.ends_with(char::is_alphanumeric)) {
        let (before, after) = EVERYTHING.split_at(at);
        let after = after.trim_start_matches(char::is_alphanumeric);
        for other in
            ["null", "3", "x", "[]", "\"\"", "local.zones", "capacity.floor", "pool.chat.gpus", "local[each.key]"]
        {
            analyse_hurt(&format!("{before}{other}{after}"));
        }
    }
}
