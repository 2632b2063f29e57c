//! Chains of changes from the property that begins them to what they end in: a description edit replaces a group, which
//! replaces a file system. Must not know formats.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use indexmap::IndexMap;
use tonnage_base::{Symbol, quantity::group_thousands};
use tonnage_graph::is_inside;
use tonnage_plan::{Action, Change, Effect, EffectKind, Plan, Reason};

use crate::{
    risks::{self, Nodes},
    words,
};

/// A chain, or several that do the same by one line: addresses are what theirs have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cascade {
    /// How many chains it is.
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
/// As many links of a chain as a sentence holds.
const TOLD: usize = 8;
/// As many of them from its end.
const ENDS: usize = 3;

/// The chains of a plan that replace something beside what they begin with, what hurts most first; and how many more
/// there are.
pub fn cascades(plan: &Plan) -> (Vec<Cascade>, usize) {
    let by_address: BTreeMap<Symbol, &Change> = plan.changes.iter().map(|change| (change.address, change)).collect();
    let mut followed: BTreeSet<Symbol> = BTreeSet::new();
    for change in &plan.changes {
        followed.extend(sources(change).filter(|_| hurts(change)).map(|(from, _)| from));
    }
    let shapes = risks::Shapes::of(plan);
    let mut chains: Vec<Chain<'_>> = Vec::new();
    // Each end, back to its beginning. What others follow is in the middle of a chain.
    for end in plan.changes.iter().filter(|change| hurts(change) && !followed.contains(&change.address)) {
        let mut links: Vec<(&Change, String)> = Vec::new();
        let mut at = end;
        let mut seen = BTreeSet::new();
        while let Some((before, through)) = sources(at).next().filter(|_| seen.insert(at.address)) {
            links.push((at, through.to_owned()));
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
        links.push((at, property.clone()));
        links.reverse();
        chains.push(Chain { property, place, links });
    }
    let mut on_the_way = on_the_way(&chains).into_iter();
    chains.retain(|_| !on_the_way.next().unwrap_or_default());
    let mut found: IndexMap<Vec<Alike>, Vec<Chain<'_>>> = IndexMap::new();
    for chain in chains {
        let alike = chain.links.iter().map(|(change, through)| Alike {
            // by what is written once for many pools they are one, and by what each of its own has they are not
            block: if chain.place.is_empty() { words::without_keys(change.address.as_str()) } else { String::new() },
            kind: change.kind,
            action: change.action,
            through: format!("{} {}", words::without_keys(through), chain.place),
            loses: losses(change, through).map(|effect| effect.kind).collect(),
        });
        found.entry(alike.collect()).or_default().push(chain);
    }
    let mut all: Vec<(u8, Cascade)> = found
        .into_values()
        .map(|chains| {
            let rank = chains.iter().flat_map(|chain| &chain.links).map(|(change, _)| risks::rank(change)).min();
            (rank.unwrap_or(u8::MAX), together(&shapes, &chains))
        })
        .collect();
    all.sort_by_key(|(rank, _)| *rank);
    let more = all.len().saturating_sub(SHOWN);
    (all.into_iter().take(SHOWN).map(|(_, cascade)| cascade).collect(), more)
}

/// Which chains end on the way of another, that goes on and tells them too.
fn on_the_way(chains: &[Chain<'_>]) -> Vec<bool> {
    let mut ordered: Vec<(usize, &Chain<'_>)> = chains.iter().enumerate().collect();
    ordered.sort_by(|(_, a), (_, b)| a.addresses().cmp(b.addresses()));
    let mut found = vec![false; chains.len()];
    // in this order a chain stands right before one that goes on from it
    for pair in ordered.windows(2) {
        let [(at, chain), (_, next)] = pair else { continue };
        let goes_on =
            chain.links.len() < next.links.len() && chain.addresses().eq(next.addresses().take(chain.links.len()));
        if let Some(found) = found.get_mut(*at) {
            *found = goes_on;
        }
    }
    found
}

/// From what begins it to what it ends in, each with the property by which it refers to the one before.
struct Chain<'p> {
    property: String,
    place: String,
    links: Vec<(&'p Change, String)>,
}

impl Chain<'_> {
    fn addresses(&self) -> impl Iterator<Item = Symbol> {
        self.links.iter().map(|(change, _)| change.address)
    }
}

/// What links of chains have in common that are told as one.
#[derive(PartialEq, Eq, Hash)]
struct Alike {
    block: String,
    kind: Symbol,
    action: Action,
    through: String,
    loses: Vec<EffectKind>,
}

/// Chains that are alike, as one: what is lost is summed up.
fn together(shapes: &risks::Shapes<'_>, chains: &[Chain<'_>]) -> Cascade {
    let first = chains.first();
    let links = first.map_or(&[][..], |chain| &chain.links).iter().enumerate().map(|(at, (change, through))| {
        let mut changes: Vec<&Change> =
            chains.iter().filter_map(|chain| chain.links.get(at)).map(|(change, _)| *change).collect();
        // several may begin in one
        changes.sort_by_key(|change| change.address);
        changes.dedup_by_key(|change| change.address);
        Link {
            address: words::common(changes.iter().map(|change| change.address.as_str())),
            kind: change.kind,
            action: change.action,
            through: through.clone(),
            loses: loses(shapes, &changes, through),
        }
    });
    Cascade {
        count: chains.len() as u64,
        property: first.map_or_else(String::new, |chain| chain.property.clone()),
        place: first.map_or_else(String::new, |chain| chain.place.clone()),
        links: links.collect(),
    }
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

/// What of a change is said in a chain: what the property by which it is in the chain does, or its replacement.
fn losses<'c>(change: &'c Change, through: &'c str) -> impl Iterator<Item = &'c Effect> {
    use EffectKind::{DataLost, LeftBehind, MayStop, Released, Rolls, StayOld, Stops};
    let told = [Stops, Rolls, MayStop, Released, DataLost, LeftBehind, StayOld];
    let by_it = move |effect: &&Effect| {
        let by = effect.property.as_deref().filter(|_| !change.action.is_replace());
        by.is_none_or(|by| is_inside(by, through) || is_inside(through, by))
    };
    change.effects.iter().filter(move |effect| told.contains(&effect.kind)).filter(by_it)
}

/// What is lost or stops with changes that do the same.
fn loses(shapes: &risks::Shapes<'_>, changes: &[&Change], through: &str) -> String {
    let mut sums: IndexMap<EffectKind, (Nodes, Option<u64>)> = IndexMap::new();
    for (change, effect) in
        changes.iter().flat_map(|change| losses(change, through).map(move |effect| (*change, effect)))
    {
        let (nodes, gib) = sums.entry(effect.kind).or_insert((Nodes::default(), Some(0)));
        nodes.add(shapes.nodes(change, effect));
        *gib = gib.zip(effect.gib).map(|(sum, more)| sum.saturating_add(more));
    }
    let said = sums.into_iter().map(|(kind, (nodes, gib))| match kind {
        EffectKind::MayStop => format!("up to {} may stop", nodes.words()),
        EffectKind::Released => format!("{} given back", nodes.words()),
        EffectKind::DataLost => {
            gib.map_or_else(|| "its data is lost".to_owned(), |gib| format!("{} is lost", words::gibibytes(gib)))
        }
        EffectKind::LeftBehind => gib.map_or_else(
            || "its data stays in the old one".to_owned(),
            |gib| format!("{} stay in the old one", words::gibibytes(gib)),
        ),
        EffectKind::StayOld => format!("{} stay on the old version", nodes.words()),
        _ => format!("{} stop", nodes.words()),
    });
    said.collect::<Vec<_>>().join(", ")
}

impl Cascade {
    /// `GroupDescription on resource.sg replaces it, which replaces resource.files (through SecurityGroupIds): 500 TiB
    /// is lost`. Of a long one how it begins and how it ends.
    pub fn words(&self) -> String {
        let mut text = String::new();
        let between = if self.links.len() > TOLD { TOLD - ENDS..self.links.len() - ENDS } else { 0..0 };
        for (position, link) in self.links.iter().enumerate() {
            if between.contains(&position) {
                if position == between.start {
                    text.push_str(&self.skipped(between.clone()));
                }
                continue;
            }
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

    /// What is said in the place of links between the first and the last.
    fn skipped(&self, between: Range<usize>) -> String {
        let links = self.links.get(between).unwrap_or_default();
        let hurt = links.iter().filter(|link| !link.loses.is_empty()).count();
        let hurt = if hurt > 0 { format!(", {} with losses", group_thousands(hurt as u64)) } else { String::new() };
        format!(", and so on for {} more{hurt}", group_thousands(links.len() as u64))
    }
}

#[cfg(test)]
mod tests {
    use tonnage_graph::{Site, Values};
    use tonnage_plan::UnitId;

    use super::*;

    /// Each is replaced because that before it is.
    fn chain(length: usize) -> Vec<Change> {
        let address = |at: usize| Symbol::new(&format!("resource.r{at:06}"));
        let one = |at: usize| Change {
            address: address(at),
            previous_address: None,
            kind: Symbol::new("T::Net"),
            action: Action::ReplaceCreateFirst,
            reasons: vec![match at.checked_sub(1) {
                Some(before) => Reason::Cascade { from: address(before), property: "Net".to_owned() },
                None => Reason::CreateOnly { property: "Cidr".to_owned() },
            }],
            diffs: Vec::new(),
            site: Site { cloud: Symbol::new("aws"), region: Symbol::new("east") },
            unit: UnitId(0),
            local_name: address(at),
            physical_id: None,
            before: None,
            after: None,
            holds_before: None,
            asked_before: None,
            older: Vec::new(),
            holds_after: None,
            effects: Vec::new(),
            declared: None,
        };
        (0..length).map(one).collect()
    }

    fn told(changes: Vec<Change>) -> Vec<String> {
        let day = tonnage_base::quantity::parse_date("2026-11-22").expect("a day");
        let mut plan = Plan::new(Symbol::new("f"), day, Values::new());
        plan.changes = changes;
        cascades(&plan).0.iter().map(Cascade::words).collect()
    }

    #[test]
    fn a_chain_is_told_once_and_in_a_sentence_however_long_it_is() {
        let short = "Cidr of resource.r000000 replaces it, which replaces resource.r000001 (through Net), which replaces \
                     resource.r000002 (through Net)";
        assert_eq!(told(chain(3)), [short]);
        assert_eq!(told(chain(8))[0].matches("which replaces").count(), 7);
        let long = told(chain(100_000));
        let end = "which replaces resource.r000004 (through Net), and so on for 99,992 more, which replaces resource.r099997 \
                   (through Net), which replaces resource.r099998 (through Net), which replaces resource.r099999 (through Net)";
        assert!(long.len() == 1 && long[0].starts_with(short) && long[0].ends_with(end), "{long:?}");
    }

    /// What only changes in the middle of a chain hurts nobody, so what it follows looks like the end of another.
    #[test]
    fn one_that_goes_on_tells_the_one_that_ends_on_its_way() {
        let mut changes = chain(4);
        changes[2].action = Action::Update;
        let words = told(changes);
        assert!(words.len() == 1 && words[0].contains("which changes resource.r000002"), "{words:?}");
    }
}
