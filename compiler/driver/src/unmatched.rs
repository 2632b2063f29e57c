//! Addresses that were named and match nothing that is there: they were hardly meant so. Must not know a plan's order.

use std::slice::from_ref;

use tonnage_base::{Diagnostic, Severity, Symbol, codes::driver as codes, suggest};
use tonnage_graph::{ResourceGraph, is_inside};
use tonnage_lang::Intent;
use tonnage_plan::{Action, Plan, Reason, identity, inputs::Removed};

use crate::settings::Settings;

/// Warns of `removed` blocks that keep nothing while something is destroyed, of `-ignore-drift` that leaves nothing
/// alone, and of `-revert-drift` that puts nothing back. A `removed` block that has done its work says nothing more.
pub fn warn(intent: &Intent, settings: &Settings, plan: &Plan, live: &ResourceGraph) -> Vec<Diagnostic> {
    if intent.removed.is_empty() && settings.ignore_drift.is_empty() && settings.revert_drift.is_empty() {
        return Vec::new();
    }
    let leaves =
        |change: &&tonnage_plan::Change| change.action == Action::Delete && change.reasons.contains(&Reason::Gone);
    let destroyed: Vec<&str> = plan.changes.iter().filter(leaves).map(|change| change.address.as_str()).collect();
    let there: Vec<Symbol> = live.iter().map(|(_, resource)| resource.address).collect();
    let mut found = Vec::new();
    for removed in intent.removed.iter().filter(|removed| !removed.from.value.as_str().starts_with("cloud.")) {
        let rule = Removed { from: removed.from.value, span: removed.from.span };
        if there.iter().any(|address| identity::removed(from_ref(&rule), *address).is_some()) {
            continue;
        }
        if let Some(address) = near(rule.from.as_str(), &destroyed) {
            let more = match destroyed.len() {
                1 => String::new(),
                all => format!(" and {} more", all - 1),
            };
            let message = format!(
                "`{}` keeps nothing: nothing of that address is there, and {address}{more} is destroyed",
                rule.from
            );
            found.push(
                Diagnostic::new(Severity::Warning, codes::T0916, message)
                    .at(rule.span, "matches nothing")
                    .with_help(format!("`removed {{ from = {address} }}` would keep that; without it nothing is kept")),
            );
        }
    }
    let drifted: Vec<Symbol> = plan.drift.iter().map(|drift| drift.address).collect();
    let names =
        |asked: &str, address: &Symbol| is_inside(address.as_str(), asked) || is_inside(asked, address.as_str());
    let unmatched = |asked: &str, message: String| {
        let warning = Diagnostic::new(Severity::Warning, codes::T0916, message);
        let addresses: Vec<&str> = there.iter().map(|address| address.as_str()).collect();
        let known = there.iter().any(|address| names(asked, address));
        match (drifted.as_slice(), near(asked, &addresses).filter(|_| !known)) {
            (_, Some(address)) => warning.with_help(format!("there is {address}; name it as the plan does")),
            ([], None) => warning.with_help("others changed nothing"),
            (some, None) => warning.with_help(format!("others changed {}", listed(some))),
        }
    };
    for asked in settings.ignore_drift.iter().filter(|asked| !there.iter().any(|address| names(asked, address))) {
        let message = format!("-ignore-drift {asked} leaves nothing alone: nothing of that address is there");
        found.push(unmatched(asked, message));
    }
    for asked in settings.revert_drift.iter().filter(|asked| !drifted.iter().any(|address| names(asked, address))) {
        let message = format!("-revert-drift {asked} puts nothing back: nothing of that address is changed by others");
        found.push(unmatched(asked, message));
    }
    found
}

/// The first of some addresses, and how many more there are.
fn listed(addresses: &[Symbol]) -> String {
    const NAMED: usize = 5;
    let named: Vec<&str> = addresses.iter().take(NAMED).map(|address| address.as_str()).collect();
    match addresses.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

/// The address that was likeliest meant: the closest, else the one that begins alike for longest.
fn near<'a>(written: &str, addresses: &[&'a str]) -> Option<&'a str> {
    let alike = |address: &str| written.chars().zip(address.chars()).take_while(|(a, b)| a == b).count();
    let closest = suggest::closest(written, addresses.iter().copied());
    closest.or_else(|| addresses.iter().copied().rev().max_by_key(|address| alike(address)))
}
