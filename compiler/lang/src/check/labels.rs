//! The labels of a block: how many, and what may stand in them.

use tonnage_base::{Diagnostic, codes::lang as codes};
use tonnage_syntax::tree::{Block, Ident};

use super::{
    blocks::CLOUD_KINDS,
    table::{BlockSpec, LabelRule},
};
use crate::context::Context;

/// Longest name of a fleet: it is a part of stack names, which clouds keep short.
const FLEET_NAME_LENGTH: usize = 32;

pub(super) fn check_labels(block: &Block, spec: &BlockSpec, cx: &mut Context) {
    if block.labels.len() != spec.labels.len() {
        let expected = match spec.labels.len() {
            0 => "no label".to_owned(),
            1 => "one label".to_owned(),
            n => format!("{n} labels"),
        };
        let found = match block.labels.len() {
            0 => "none".to_owned(),
            n => n.to_string(),
        };
        cx.push(
            Diagnostic::error(codes::T0207, block.header, format!("`{}` takes {expected}, found {found}", spec.kind))
                .with_help(format!("write `{} {{ … }}`", spec.heading())),
        );
    }
    for (label, rule) in block.labels.iter().zip(spec.labels) {
        check_label(label, spec, rule.rule, cx);
    }
}

fn check_label(label: &Ident, spec: &BlockSpec, rule: LabelRule, cx: &mut Context) {
    let text = label.name.as_str();
    let problem = match rule {
        LabelRule::Identifier if !is_identifier(text) => {
            "use letters, digits, `_` and `-`, starting with a letter or `_`: expressions refer to it by this name"
        }
        LabelRule::FleetName if !is_fleet_name(text) => {
            "use letters, digits and dashes, starting with a letter, at most 32: it becomes a part of stack names"
        }
        LabelRule::RegionPath if !is_region_path(text) => {
            "write the kind of cloud, a slash, and the region as that cloud calls it"
        }
        LabelRule::Free if text.trim().is_empty() => "it must not be empty",
        _ => return,
    };
    cx.push(
        Diagnostic::error(codes::T0208, label.span, format!("`{text}` can't be the name of a `{}` block", spec.kind))
            .with_help(problem),
    );
}

/// A name that expressions can refer to.
pub fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && chars.all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

fn is_fleet_name(text: &str) -> bool {
    text.len() <= FLEET_NAME_LENGTH
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

fn is_region_path(text: &str) -> bool {
    text.split_once('/').is_some_and(|(cloud, name)| CLOUD_KINDS.contains(&cloud) && !name.is_empty())
}
