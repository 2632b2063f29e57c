//! What of a fleet's files is written otherwise than it was, and which line of it is behind a property. Must not know
//! what any line means, nor how it is shown.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use tonnage_base::{FileId, SourceMap, Span, Symbol};
use tonnage_lang::{
    Intent,
    intent::Moved,
    provenance::{Start, author_steps, block_steps, holds},
    written::{Edited, Written, block_of, edited, is_promise, written},
};
use tonnage_lower::{Lowered, instance::without_keys, path::Segment};
use tonnage_plan::{change::Origin, model::Term};

use crate::{check::Checked, why};

/// The files of a fleet, and what of them is edited.
pub struct Edits<'a> {
    checked: &'a Checked,
    sources: &'a SourceMap,
    written: Vec<Written>,
    edited: Vec<Edited>,
    /// Where those of them stand that are there, by their beginnings: positions among them.
    places: BTreeMap<(FileId, u32), usize>,
    /// Blocks of which something was there before and still is.
    stay: BTreeSet<String>,
    /// Names of those that a change of the plan was found to come from.
    told: RefCell<BTreeSet<String>>,
    /// What was found of instances of one resource, by address without keys and path.
    alike: RefCell<BTreeMap<(String, String), Alike>>,
}

/// The line behind a property of several instances.
#[derive(Default)]
struct Alike {
    /// Of how many it was looked for.
    instances: u32,
    /// Of all of them.
    origin: Option<Origin>,
    /// They have lines of their own.
    is_apart: bool,
    /// What these are edits of, where they have: `local.teams`.
    roots: BTreeSet<String>,
}

/// Of as many instances of one resource the line is looked for; of all others it is what these have in common, or the
/// first that decides it. Each has to be found among all.
const EACH: u32 = 16;

/// So many edits are named beside one property.
const NAMED: usize = 3;

impl<'a> Edits<'a> {
    /// What is edited since `last` was written; nothing where that is not known.
    pub fn since(
        last: &BTreeMap<String, String>,
        checked: &'a Checked,
        sources: &'a SourceMap,
        intent: &Intent,
        moved: &[Moved],
    ) -> Self {
        let written = written(&checked.texts(), intent, &|span| text(sources, span));
        let edited = if last.is_empty() { Vec::new() } else { edited(&written, last, moved) };
        let there = edited.iter().enumerate().filter_map(|(at, edited)| Some((edited.after.as_ref()?.span, at)));
        let places = there.map(|(span, at)| ((span.file, span.lo), at)).collect();
        let new: BTreeSet<&str> = edited.iter().filter(|of| of.before.is_none()).map(|of| of.name.as_str()).collect();
        let stay = written.iter().filter(|written| !new.contains(written.name.as_str()));
        let stay = stay.map(|written| block_of(&written.name)).collect();
        Self { checked, sources, written, edited, places, stay, told: RefCell::default(), alike: RefCell::default() }
    }

    /// What is written, by names: for whoever asks later.
    pub fn written(&self) -> BTreeMap<String, String> {
        self.written.iter().map(|written| (written.name.clone(), written.kept())).collect()
    }

    /// Whether what stands at a place is held against what was written there: secrets are not.
    pub fn is_written(&self, at: Span) -> bool {
        self.written.iter().any(|written| holds(written.span, at) || holds(at, written.span))
    }

    /// Terms that a plan changes: promises that are written otherwise, and whatever else is, in a block that was there
    /// and stays, and no change of the plan comes from. What says the same in other words is none, nor is what others
    /// did already. `others` are the addresses of what comes or goes, and of what somebody else changed.
    pub fn terms(&self, intent: &Intent, others: impl Iterator<Item = Symbol>) -> Vec<Term> {
        let told = self.told.borrow();
        let with_others = self.in_blocks(intent, others);
        // of more instances than were looked at, what they are made from is told by the first of them
        let alike = self.alike.borrow();
        let more = alike.values().filter(|alike| alike.instances >= EACH && alike.is_apart);
        let roots: BTreeSet<&str> = more.flat_map(|alike| &alike.roots).map(String::as_str).collect();
        let is_one = |edited: &&Edited| {
            let block = block_of(&edited.name);
            let stays = self.stay.contains(&block);
            match (edited.is_promise(), edited.is_term()) {
                // with a block that comes or goes everything in it does
                (true, _) => !told.contains(&edited.name) && (edited.before.is_some() || stays || is_promise(&block)),
                (false, true) => true,
                (false, false) => {
                    let is_told = [&told, &with_others].into_iter().any(|of| of.contains(&edited.name))
                        || roots.iter().any(|root| is_in(&edited.name, root));
                    stays && !is_told && !is_for_people(edited)
                }
            }
        };
        let terms = self.edited.iter().filter(is_one).filter(|Edited { before, after, .. }| {
            !before.as_ref().zip(after.as_ref()).is_some_and(|(before, after)| after.says(before, intent))
        });
        let told = terms.map(|Edited { name, before, after }| Term {
            name: name.clone(),
            // of what is long only a digest was kept
            before: before.as_ref().map(|text| if text.starts_with('#') { "…".to_owned() } else { text.clone() }),
            after: after.as_ref().map(|written| written.text.clone()),
            place: after.as_ref().map_or_else(String::new, |written| self.sources.place(written.span)),
        });
        told.collect()
    }

    /// Edits in the blocks that made what stands at addresses, and in what these read.
    fn in_blocks(&self, intent: &Intent, addresses: impl Iterator<Item = Symbol>) -> BTreeSet<String> {
        let mut seen = BTreeSet::new();
        let mut found = BTreeSet::new();
        for address in addresses.filter(|_| !self.edited.is_empty()) {
            if !seen.insert(without_keys(address.as_str())) {
                continue;
            }
            let Some((name, steps)) = block_steps(&self.checked.texts(), intent, address.as_str()) else { continue };
            let is_behind = |written: &Written| {
                steps.iter().any(|step| holds(step.span, written.span) || holds(written.span, step.span))
            };
            let is_read = |name: &str| steps.iter().any(|step| is_in(name, &named(&step.text)));
            let of_it = self.edited.iter().filter(|edited| {
                is_in(&edited.name, &name) || edited.after.as_ref().map_or_else(|| is_read(&edited.name), is_behind)
            });
            found.extend(of_it.map(|edited| edited.name.clone()));
        }
        found
    }

    /// The line behind a property: of all that it takes its value from the nearest one that is edited, with the names
    /// of the others that are; and where none is, the first that decides it.
    pub fn behind(&self, intent: &Intent, lowered: &Lowered, address: Symbol, path: &str) -> Option<Origin> {
        let key = (without_keys(address.as_str()), path.to_owned());
        if let Some(alike) = self.alike.borrow().get(&key).filter(|alike| alike.instances >= EACH) {
            if !alike.is_apart {
                return alike.origin.clone();
            }
            let line = lowered.author_lines(intent, address, path)?.into_iter().next()?;
            return Some(Origin { place: self.sources.place(line.span), name: line.text });
        }
        let (origin, names) = self.looked_for(intent, lowered, address, path)?;
        let mut all = self.alike.borrow_mut();
        let alike = all.entry(key).or_default();
        alike.is_apart |= alike.instances > 0 && alike.origin != origin;
        alike.instances += 1;
        alike.origin.clone_from(&origin);
        let root = |name: &String| {
            let (kind, rest) = name.split_once('.').unwrap_or((name, ""));
            format!("{kind}.{}", rest.split(['.', '[']).next().unwrap_or_default())
        };
        alike.roots.extend(names.iter().map(root));
        self.told.borrow_mut().extend(names);
        origin
    }

    /// The same, and the names of all edits behind it.
    fn looked_for(
        &self,
        intent: &Intent,
        lowered: &Lowered,
        address: Symbol,
        path: &str,
    ) -> Option<(Option<Origin>, Vec<String>)> {
        let mut first = None;
        let mut found: Vec<Behind<'_>> = Vec::new();
        let mut far: Vec<Behind<'_>> = Vec::new();
        for line in lowered.author_lines(intent, address, path)? {
            let behind = why::behind(self.checked, intent, address, &line);
            let said = why::said(line.text, &line.inside, &behind.name);
            // of the head of a block alone it is not known what in it is behind a property
            let is_head = line.inside.contains(&Segment::Any);
            let mut all = if is_head { Vec::new() } else { self.at((behind.at, behind.is_part), &said, &behind.name) };
            // the line itself is the nearest one
            if all.is_empty() {
                all = behind
                    .steps
                    .iter()
                    .flat_map(|step| self.at((step.span, step.is_part), &step.text, &named(&step.text)))
                    .collect();
            }
            if line.is_far { &mut far } else { &mut found }.extend(all);
            first.get_or_insert(Origin { place: self.sources.place(behind.at), name: said });
            if self.edited.is_empty() {
                break;
            }
        }
        let told = found.iter().chain(&far).map(|behind| behind.edited.name.clone()).collect();
        if found.is_empty() {
            found = far;
        }
        // what is somewhere in an edited line may be as it was
        match found.iter().any(|behind| behind.is_whole) {
            true => found.retain(|behind| behind.is_whole),
            false => found.truncate(1),
        }
        let mut origins: Vec<Origin> = Vec::new();
        for Behind { origin, .. } in found {
            if !origins.iter().any(|known| known.place == origin.place || known.name == origin.name) {
                origins.push(origin);
            }
        }
        let names: Vec<&str> = origins.iter().take(NAMED).map(|origin| origin.name.as_str()).collect();
        let mut name = names.join(", ");
        let more = origins.len().saturating_sub(NAMED);
        if more > 0 {
            name.push_str(&format!(" and {more} more"));
        }
        Some((origins.into_iter().next().map(|nearest| Origin { name, ..nearest }).or(first), told))
    }

    /// Where a part of what is written at a place comes from: of all that it takes its value from the nearest line that
    /// is edited, and where none is, its own.
    pub fn nearest(&self, intent: &Intent, address: &str, (at, inside): (Span, &[Segment])) -> String {
        let behind = author_steps(&self.checked.texts(), intent, Start { address, at, inside });
        let own = self.at((behind.at, behind.is_part), "", &behind.name);
        let steps = behind.steps.iter();
        let further = steps.flat_map(|step| self.at((step.span, step.is_part), &step.text, &named(&step.text)));
        let nearest = own.into_iter().chain(further).next();
        nearest.map_or_else(|| self.sources.place(behind.at), |behind| behind.origin.place)
    }

    /// The edits at a place that is called `said`, or of what is named and is no longer there.
    fn at(&self, (at, is_part): (Span, bool), said: &str, name: &str) -> Vec<Behind<'_>> {
        let behind = |edited, span, is_whole, name: &str| {
            let origin = Origin { place: self.sources.place(span), name: name.to_owned() };
            Behind { edited, is_whole, origin }
        };
        let overlapping = self.places.range(..(at.file, at.lo)).next_back().into_iter();
        let overlapping = overlapping.chain(self.places.range((at.file, at.lo)..=(at.file, at.hi)));
        let there = overlapping.filter_map(|(_, edited)| self.edited.get(*edited)).filter_map(|edited| {
            let written = edited.after.as_ref()?;
            if holds(written.span, at) {
                return Some(behind(edited, at, written.span == at && !is_part, said));
            }
            // in a block or a list it is the line in it; a promise asks for nothing, unless it is the line itself
            let inside = holds(at, written.span) && !edited.is_promise();
            inside.then(|| behind(edited, written.span, true, why::short(&written.name)))
        });
        // by order of names
        let begin = self.edited.partition_point(|edited| edited.name.as_str() < name);
        let gone =
            self.edited.get(begin..).unwrap_or_default().iter().take_while(|edited| edited.name.starts_with(name));
        let gone = gone.filter(|edited| !name.is_empty() && edited.after.is_none() && is_in(&edited.name, name));
        let gone = gone.filter(|edited| !edited.is_promise());
        let gone =
            gone.map(|edited| behind(edited, at, true, &format!("{}, gone", why::short(self.whole(&edited.name)))));
        there.chain(gone).collect()
    }

    /// Of something that is gone the whole that is.
    fn whole<'n>(&self, name: &'n str) -> &'n str {
        let mut whole = name;
        while let Some(outer) = whole.rfind(['.', '[']).and_then(|at| whole.get(..at)) {
            let begin = self.written.partition_point(|written| written.name.as_str() < outer);
            let mut after = self.written.get(begin..).unwrap_or_default().iter();
            let mut after = after.by_ref().take_while(|written| written.name.starts_with(outer));
            if after.any(|written| is_in(&written.name, outer)) {
                break;
            }
            whole = outer;
        }
        whole
    }
}

/// An edit that a property comes from.
struct Behind<'e> {
    edited: &'e Edited,
    /// All of it is behind the property, as far as that can be told.
    is_whole: bool,
    origin: Origin,
}

/// What a step leads to, as it is named: `capacity.blocks` of `capacity blocks`.
fn named(step: &str) -> String {
    step.replacen(' ', ".", 1)
}

/// What stands in the files for people alone; or an input that comes or goes: whoever reads it says so.
fn is_for_people(edited: &Edited) -> bool {
    let within = edited.name.rsplit_once('/').map_or(edited.name.as_str(), |(_, within)| within);
    let is_input = ["local.", "variable.", "var.", "module."].iter().any(|of| within.starts_with(of));
    within.ends_with(".description") || (is_input && (edited.before.is_none() || edited.after.is_none()))
}

/// Whether a name is another, or of something in it.
fn is_in(name: &str, outer: &str) -> bool {
    !outer.is_empty() && name.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// What stands at a place, without comments.
fn text(sources: &SourceMap, span: Span) -> String {
    let text = sources.text(span);
    if !text.contains(['#', '/']) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for comment in tonnage_syntax::comments(span.file, text) {
        out.push_str(text.get(at..comment.span.lo as usize).unwrap_or_default());
        at = comment.span.hi as usize;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}
