//! Chains of changes from the property that begins them to what they end in: a description edit replaces a group, which
//! replaces a file system. Must not know formats.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use tonnage_base::Symbol;
use tonnage_plan::{Action, Change, EffectKind, Plan, Reason};

use crate::{risks, words};

/// A chain; addresses are without their keys where several chains are the same but for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cascade {
    /// How many chains are the same but for their keys.
    pub count: u64,
    /// The property whose change begins it.
    pub property: String,
    /// The author's line that decides it; empty where it is not known.
    pub place: String,
    /// From what begins it to what it ends in.
    pub links: Vec<Link>,
}

/// A resource in a chain.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Link {
    /// The resource.
    pub address: String,
    /// Its native type.
    pub kind: Symbol,
    /// What happens to it.
    pub action: Action,
    /// The property by which it refers to the one before; of the first one, the property that changes.
    pub through: String,
    /// What is lost or stops with it, in words; empty where nothing is.
    pub loses: String,
}

/// As many chains as there are lines for them.
const SHOWN: usize = 12;

/// The chains of a plan that replace something beside what they begin with, what hurts most first; and how many more
/// there are.
pub fn cascades(plan: &Plan) -> (Vec<Cascade>, usize) {
    let by_address: BTreeMap<Symbol, &Change> = plan.changes.iter().map(|change| (change.address, change)).collect();
    let mut followed: BTreeSet<Symbol> = BTreeSet::new();
    for change in &plan.changes {
        followed.extend(sources(change).filter(|_| hurts(change)).map(|(from, _)| from));
    }
    let shapes = risks::Shapes::of(plan);
    let mut found: IndexMap<Vec<Link>, (u8, Cascade)> = IndexMap::new();
    // Each end, back to its beginning. What others follow is in the middle of a chain.
    for end in plan.changes.iter().filter(|change| hurts(change) && !followed.contains(&change.address)) {
        let mut links = Vec::new();
        let mut at = end;
        let mut seen = BTreeSet::new();
        while let Some((before, through)) = sources(at).next().filter(|_| seen.insert(at.address)) {
            links.push(link(&shapes, at, through.to_owned()));
            match by_address.get(&before) {
                Some(change) => at = change,
                None => break,
            }
        }
        // An edit in place that only leaves nodes on an old version is said of those nodes.
        let replaces = at.action.is_replace() || end.action.is_replace();
        let Some(property) = root(at).filter(|_| !links.is_empty() && replaces) else { continue };
        let origin = at.diffs.iter().find(|diff| diff.path == property).and_then(|diff| diff.origin.as_ref());
        let place = origin.map_or_else(String::new, |origin| origin.place.clone());
        links.push(link(&shapes, at, property.clone()));
        links.reverse();
        let rank = links.iter().filter_map(|link| by_address.get(&Symbol::new(&link.address))).map(|c| risks::rank(c));
        let rank = rank.min().unwrap_or(u8::MAX);
        let mut alike = links.clone();
        for link in &mut alike {
            link.address = words::without_keys(&link.address);
        }
        match found.get_mut(&alike) {
            Some((worst, cascade)) => {
                cascade.count += 1;
                cascade.links.clone_from(&alike);
                *worst = rank.min(*worst);
            }
            None => {
                found.insert(alike, (rank, Cascade { count: 1, property, place, links }));
            }
        }
    }
    let mut all: Vec<(u8, Cascade)> = found.into_values().collect();
    all.sort_by_key(|(rank, _)| *rank);
    let more = all.len().saturating_sub(SHOWN);
    (all.into_iter().take(SHOWN).map(|(_, cascade)| cascade).collect(), more)
}

/// What a change follows, each with the property by which it does.
fn sources(change: &Change) -> impl Iterator<Item = (Symbol, &str)> {
    change.reasons.iter().filter_map(|reason| match reason {
        Reason::Cascade { from, property } | Reason::Follows { from, property } => Some((*from, property.as_str())),
        _ => None,
    })
}

/// Whether a chain that ends here is worth a line: something goes, or stops, or stays behind.
fn hurts(change: &Change) -> bool {
    change.action.is_replace() || change.effects.iter().any(|effect| effect.kind != EffectKind::Note)
}

/// The property by which a change begins a chain.
fn root(change: &Change) -> Option<String> {
    change.reasons.iter().find_map(|reason| match reason {
        Reason::CreateOnly { property } => Some(property.clone()),
        Reason::Missing => Some(String::new()),
        Reason::Changed => change.diffs.first().map(|diff| diff.path.clone()),
        _ => None,
    })
}

fn link(shapes: &risks::Shapes<'_>, change: &Change, through: String) -> Link {
    let loses = change.effects.iter().filter_map(|effect| match effect.kind {
        EffectKind::Stops | EffectKind::Rolls => Some(format!("{} stop", shapes.nodes(change, effect).words())),
        EffectKind::MayStop => Some(format!("up to {} may stop", shapes.nodes(change, effect).words())),
        EffectKind::Released => Some(format!("{} given back", shapes.nodes(change, effect).words())),
        EffectKind::DataLost => Some(
            effect
                .gib
                .map_or_else(|| "its data is lost".to_owned(), |gib| format!("{} is lost", words::gibibytes(gib))),
        ),
        EffectKind::LeftBehind => Some(effect.gib.map_or_else(
            || "its data stays in the old one".to_owned(),
            |gib| format!("{} stay in the old one", words::gibibytes(gib)),
        )),
        EffectKind::StayOld => Some(format!("{} stay on the old version", shapes.nodes(change, effect).words())),
        _ => None,
    });
    Link {
        address: change.address.as_str().to_owned(),
        kind: change.kind,
        action: change.action,
        through,
        loses: loses.collect::<Vec<_>>().join(", "),
    }
}

impl Cascade {
    /// `GroupDescription on resource.sg replaces it, which replaces resource.files (through SecurityGroupIds): 500 TiB is
    /// lost`.
    pub fn words(&self) -> String {
        let mut text = String::new();
        for (position, link) in self.links.iter().enumerate() {
            let verb = if link.action.is_replace() { "replaces" } else { "changes" };
            if position == 0 {
                let times = if self.count > 1 { format!("{}× ", self.count) } else { String::new() };
                text = if link.through.is_empty() {
                    format!("{times}{} is not there and is made again", link.address)
                } else {
                    format!("{times}{} of {} {verb} it", link.through, link.address)
                };
            } else {
                text.push_str(&format!(", which {verb} {} (through {})", link.address, link.through));
            }
            if !link.loses.is_empty() {
                text.push_str(&format!(": {}", link.loses));
            }
        }
        if !self.place.is_empty() {
            text.push_str(&format!(" ({})", self.place));
        }
        text
    }
}
