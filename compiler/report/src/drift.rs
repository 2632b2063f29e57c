//! What others did since the last apply, rolled up as changes are: one line for 512 that are the same but for their
//! keys, what the plan does about it, and the commands that choose otherwise. Must not know formats.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use tonnage_base::{Symbol, quantity::group_thousands};
use tonnage_graph::{Node, ValueId, Values, secret::HIDDEN};
use tonnage_plan::{Action, Change, Choice, Drift, DriftedProperty, Opens, Plan, PropertyDiff};

use crate::{
    alarms::{Alarm, Risk},
    inside::{self, Line},
    values, words,
};

/// Characters of a value.
const TEXT: usize = 200;
/// Whoever is not named in the files.
pub const STRANGER: &str = "stranger";
/// Characters of a value where it is one of several things on a line.
const SHORT: usize = 80;
/// Characters of a value of one of those that vary.
const EACH: usize = 40;
/// In place of a value that is not the same everywhere.
const VARIES: &str = "(varies)";
/// How many resources are named where what was done to them varies.
const NAMED: usize = 5;
/// Characters of an entry that lets somebody in: what it says must be read to its end.
const ENTRY: usize = 400;
/// Lines of what was done to properties that decide who gets in, and of all else.
const MOST_OPENED: usize = 100;
const MOST: usize = 24;

/// The same done to resources that are the same but for their keys.
#[derive(Clone, Debug)]
pub struct RolledDrift {
    /// The address without keys; the whole address where there is one.
    pub label: String,
    /// The resources.
    pub addresses: Vec<Symbol>,
    /// The native type.
    pub kind: Symbol,
    /// Where: `aws us-east-2`, each once.
    pub sites: BTreeSet<String>,
    /// The property; empty where the resource was deleted.
    pub path: String,
    /// Who did it: whom the files name for it, or a stranger.
    pub owner: &'static str,
    /// What the plan does about it.
    pub answer: Answer,
    /// As last applied.
    pub applied: String,
    /// As it is now.
    pub live: String,
    /// As it will be.
    pub planned: String,
    /// What they changed inside a long text.
    pub inside: Vec<Line>,
    /// Where it varies: what was done to the first of them by their keys, and how many there are more.
    pub each: Vec<String>,
    /// It decides who gets in, and may let in more than it did. Of these only what is wholly the same is one line.
    pub access: Option<Opens>,
    /// Of such a list what came (`+`) and what went (`-`); empty: it is no list.
    pub entries: Vec<String>,
    /// The author's line, where it is the same for all.
    pub place: Option<String>,
    /// What was done to the first of them can be written into the files.
    pub adopts: bool,
    /// What `-ignore-drift` takes, so that what was done to the first of them is left alone.
    pub leave: Option<String>,
}

/// What the plan does about what others did.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Answer {
    /// To a property.
    Property(Choice),
    /// To a property that it would leave alone, and that goes with what it replaces or deletes.
    Lost(Choice),
    /// Makes again what they deleted.
    MakesAgain,
}

impl Answer {
    /// Stable word for machines.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Property(choice) => choice.as_str(),
            Self::Lost(_) => "lost",
            Self::MakesAgain => "create",
        }
    }
}

/// Properties that are rolled up into one line: what is the same of all of them. What decides who gets in says all.
type Key = (String, Symbol, String, Answer, Option<[Option<String>; 2]>);

/// Rolls up the drift of a plan: what may let somebody in first, then conflicts, what is left alone last, else in the
/// order in which it was met.
pub fn roll_up(plan: &Plan) -> Vec<RolledDrift> {
    let changes: BTreeMap<Symbol, &Change> = plan.changes.iter().map(|change| (change.address, change)).collect();
    let mut rolled: IndexMap<Key, RolledDrift> = IndexMap::new();
    for drift in &plan.drift {
        let change = changes.get(&drift.address).copied();
        if drift.live.is_none() && change.is_some_and(|change| change.action == Action::Create) {
            merge(&mut rolled, deleted(drift, change), None);
        }
        for property in &drift.properties {
            let text = |side: Option<ValueId>| side.map(|id| plan.values.to_json(id));
            let whole = property.access.map(|_| [text(property.applied), text(property.live)]);
            merge(&mut rolled, changed(plan, drift, property, change), whole);
        }
    }
    let mut rolled: Vec<RolledDrift> = rolled.into_values().collect();
    for line in &mut rolled {
        line.adopts = line.addresses.first().is_some_and(|first| words::adopts(plan, *first, &line.path));
        if let [only] = line.addresses.as_slice() {
            line.label = only.as_str().to_owned();
        }
    }
    for line in &mut rolled {
        if [&line.applied, &line.live].into_iter().any(|side| side == VARIES) {
            let more = line.addresses.len().saturating_sub(NAMED);
            line.each.extend((more > 0).then(|| format!("… and {more} more: `-json` has all")));
        } else {
            line.each.clear();
        }
    }
    rolled.sort_by_key(|line| {
        let answer = match line.answer {
            Answer::Property(Choice::Overwrite) | Answer::Lost(_) => 0,
            Answer::MakesAgain | Answer::Property(Choice::Revert) => 1,
            Answer::Property(Choice::Leave | Choice::Accept | Choice::Ignore) => 2,
        };
        (line.access.is_none() || line.owner != STRANGER, line.access, answer)
    });
    rolled
}

/// What nobody that the files name did: a reviewer must not take its undoing for the author's change, nor overlook whom
/// it lets in.
pub(crate) fn alarms(rolled: &[RolledDrift]) -> Vec<Alarm> {
    let by_strangers: Vec<&RolledDrift> = rolled.iter().filter(|line| line.owner == STRANGER).collect();
    let (opened, other): (Vec<&RolledDrift>, Vec<&RolledDrift>) =
        by_strangers.iter().copied().partition(|line| line.access.is_some());
    let lines = |of: &[&RolledDrift]| -> Vec<(String, String)> {
        of.iter().map(|line| (words::without_keys(&line.label), line.words())).collect()
    };
    let mut found = Vec::new();
    if !opened.is_empty() {
        let did = match (has(&opened, Opens::Wider), has(&opened, Opens::Otherwise)) {
            (true, false) => "widened",
            (true, true) => "widened or changed",
            _ => "changed",
        };
        let properties = opened.iter().map(|line| line.addresses.len() as u64).sum();
        let properties =
            if properties == 1 { String::new() } else { format!(" in {} places", group_thousands(properties)) };
        let headline = format!("access {did} by a stranger{properties}");
        found.push(Alarm {
            most: MOST_OPENED,
            ..Alarm::about("access", Risk::Some, headline, lines(&opened)).standing()
        });
    }
    found.extend(counted(&by_strangers, lines(&other)).map(|alarm| Alarm { most: MOST, ..alarm }));
    found
}

fn has(lines: &[&RolledDrift], access: Opens) -> bool {
    lines.iter().any(|line| line.access == Some(access))
}

/// All of it counted, and what is said of some of it.
fn counted(by_strangers: &[&RolledDrift], lines: Vec<(String, String)>) -> Option<Alarm> {
    let count = |wanted: fn(&Answer) -> bool| {
        let lines = by_strangers.iter().filter(|line| wanted(&line.answer));
        lines.map(|line| line.addresses.len() as u64).sum::<u64>()
    };
    let changed = count(|answer| *answer != Answer::MakesAgain);
    let left = count(|answer| matches!(answer, Answer::Property(choice) if choice.leaves()));
    let lost = count(|answer| matches!(answer, Answer::Lost(_)));
    let deleted = count(|answer| *answer == Answer::MakesAgain);
    let mut parts = Vec::new();
    if changed > 0 {
        let drifted = if changed == 1 {
            "1 property drifted".to_owned()
        } else {
            format!("{} properties drifted", group_thousands(changed))
        };
        let some = |count: u64, what: &str| match count {
            0 => String::new(),
            _ if count == changed => format!(", {what}"),
            _ => format!(", {} of them {what}", group_thousands(count)),
        };
        parts.push(format!("{drifted}{}{}", some(lost, "lost with what is replaced"), some(left, "left alone")));
    }
    if deleted > 0 {
        parts.push(format!("{} deleted outside the files", words::count(deleted, "resource")));
    }
    let risk = if left == changed && deleted == 0 { Risk::None } else { Risk::Some };
    (!parts.is_empty()).then(|| Alarm::about("drift", risk, parts.join(" · "), lines).standing())
}

fn deleted(drift: &Drift, change: Option<&Change>) -> RolledDrift {
    RolledDrift {
        path: String::new(),
        answer: Answer::MakesAgain,
        applied: "(there)".to_owned(),
        live: "(deleted)".to_owned(),
        planned: "(made again)".to_owned(),
        place: change.and_then(|change| change.declared.clone()),
        ..empty(drift)
    }
}

fn changed(plan: &Plan, drift: &Drift, property: &DriftedProperty, change: Option<&Change>) -> RolledDrift {
    let room = if property.access.is_some() { ENTRY } else { TEXT };
    let show = |id| values::show(&plan.values, id, room);
    let (applied, live) = values::shown(&plan.values, (property.applied, property.live), room);
    let diff = change.and_then(|change| change.diffs.iter().find(|diff| diff.path == property.path));
    let origin = diff.and_then(|diff| diff.origin.as_ref()).map(|origin| origin.place.clone());
    let goes = change.is_some_and(|change| change.action.is_replace() || change.action == Action::Delete);
    let answer = match property.choice {
        choice if goes && choice.leaves() => Answer::Lost(choice),
        choice => Answer::Property(choice),
    };
    let left = matches!(answer, Answer::Property(choice) if choice.leaves());
    RolledDrift {
        path: property.path.clone(),
        owner: owner(property),
        answer,
        applied,
        live,
        planned: show(if left { property.live } else { property.desired }),
        inside: inside::inside(&plan.values, property.applied, property.live),
        each: vec![each(plan, drift.address, property)],
        access: property.access,
        leave: leaves(change.map_or(&[], |change| &change.diffs), &property.path),
        entries: property.access.map_or_else(Vec::new, |_| entries(&plan.values, property.applied, property.live)),
        place: origin.or_else(|| change.and_then(|change| change.declared.clone())),
        ..empty(drift)
    }
}

/// What was done to one of several, by its keys.
fn each(plan: &Plan, address: Symbol, property: &DriftedProperty) -> String {
    let (applied, live) = values::shown(&plan.values, (property.applied, property.live), EACH);
    format!("{}: {applied} → {live}", words::keys(address.as_str()))
}

/// Of a list what came and what went.
fn entries(values: &Values, applied: Option<ValueId>, live: Option<ValueId>) -> Vec<String> {
    let is_list = |id: ValueId| matches!(values.node(id), Node::List(_));
    if ![applied, live].into_iter().flatten().any(is_list) || ![applied, live].into_iter().flatten().all(is_list) {
        return Vec::new();
    }
    let [was, is] = [applied, live].map(|side| side.map_or(&[][..], |id| values.items(id)));
    let only = |of: &[ValueId], not: &[ValueId], sign: &str| -> Vec<String> {
        let only = of.iter().filter(|item| !not.contains(item));
        only.map(|&item| format!("{sign} {}", values::show(values, Some(item), ENTRY))).collect()
    };
    [only(is, was, "+"), only(was, is, "-")].concat()
}

/// Who changed a property: whom the files name for it, or a stranger.
pub fn owner(property: &DriftedProperty) -> &'static str {
    property.owner.map_or(STRANGER, Symbol::as_str)
}

/// Who changed a resource, where it was one for all that was changed; else a stranger.
pub fn owner_of_all(drift: &Drift) -> &'static str {
    let mut owners = drift.properties.iter().map(owner);
    owners.next().filter(|first| owners.all(|other| other == *first)).unwrap_or(STRANGER)
}

fn empty(drift: &Drift) -> RolledDrift {
    RolledDrift {
        label: words::without_keys(drift.address.as_str()),
        addresses: vec![drift.address],
        kind: drift.kind,
        sites: BTreeSet::from([format!("{} {}", drift.site.cloud, drift.site.region)]),
        path: String::new(),
        owner: STRANGER,
        answer: Answer::MakesAgain,
        applied: String::new(),
        live: String::new(),
        planned: String::new(),
        inside: Vec::new(),
        each: Vec::new(),
        access: None,
        entries: Vec::new(),
        place: None,
        adopts: false,
        leave: None,
    }
}

/// The path that `-ignore-drift` takes, so that drift at a path of a resource is left alone, beside all that differs in
/// it: a property is left as a whole, and not at all where the plan changes something else in it.
pub fn leaves(differs: &[PropertyDiff], path: &str) -> Option<String> {
    let top = |path: &str| path.split(['.', '[']).next().unwrap_or_default().to_owned();
    let beside = differs.iter().filter(|diff| top(&diff.path) == top(path));
    let beside: Vec<bool> = beside.map(|diff| diff.drift).collect();
    match beside.as_slice() {
        [] | [true] => Some(path.to_owned()),
        all => all.iter().all(|drift| *drift).then(|| top(path)),
    }
}

fn merge(rolled: &mut IndexMap<Key, RolledDrift>, line: RolledDrift, whole: Option<[Option<String>; 2]>) {
    let key = (line.label.clone(), line.kind, line.path.clone(), line.answer, whole);
    let Some(into) = rolled.get_mut(&key) else {
        rolled.insert(key, line);
        return;
    };
    if into.each.len() < NAMED {
        into.each.extend(line.each);
    }
    into.addresses.extend(line.addresses);
    into.sites.extend(line.sites);
    for (into, from) in
        [(&mut into.applied, line.applied), (&mut into.live, line.live), (&mut into.planned, line.planned)]
    {
        if *into != from {
            VARIES.clone_into(into);
        }
    }
    if into.inside != line.inside {
        into.inside.clear();
    }
    if into.place != line.place {
        into.place = None;
    }
}

impl RolledDrift {
    /// The property with its resource: `resource.vpc.Tags["team"]`.
    pub fn whole(&self) -> String {
        words::property(&self.label, &self.path)
    }

    /// What was done outside the files, and what becomes of it.
    fn words(&self) -> String {
        let whole = format!("{}{}", words::times(self.addresses.len()), self.whole());
        let did = match self.answer {
            Answer::MakesAgain => "was deleted outside the files".to_owned(),
            Answer::Property(_) | Answer::Lost(_) if !self.each.is_empty() => {
                format!("was changed outside the files: {}", self.each.join(", "))
            }
            Answer::Property(_) | Answer::Lost(_) if self.access.is_some() => {
                let did = if self.access == Some(Opens::Wider) { "was widened" } else { "was changed" };
                let inside = self.inside.iter().map(ToString::to_string);
                let what: Vec<String> = self.entries.iter().cloned().chain(inside).collect();
                match what.is_empty() {
                    true => format!("{did} outside the files, {} → {}", self.applied, self.live),
                    false => format!("{did} outside the files: {}", what.join(", ")),
                }
            }
            Answer::Property(_) | Answer::Lost(_) if !self.inside.is_empty() => {
                "was changed outside the files".to_owned()
            }
            Answer::Property(_) | Answer::Lost(_) => {
                let (applied, live) = values::pair(&self.applied, &self.live, SHORT);
                format!("was changed outside the files, {applied} → {live}")
            }
        };
        format!("{whole} {did}; {}", self.answer_in_words())
    }

    /// What the plan does about it, in words.
    pub const fn answer_in_words(&self) -> &'static str {
        match self.answer {
            Answer::Property(Choice::Revert) => "apply puts it back",
            Answer::Property(Choice::Overwrite) => "the file changed it too: what the file says will stand",
            Answer::Property(Choice::Ignore) => "it is left alone",
            Answer::Property(Choice::Leave) => "no file sets it, so apply leaves it",
            Answer::Property(Choice::Accept) => "no file sets it, and it is taken as it is from then on",
            Answer::Lost(Choice::Leave | Choice::Accept) => {
                "no file sets it, so it is lost: what replaces it comes without it"
            }
            Answer::Lost(_) => "it is lost: what replaces it comes as the file says",
            Answer::MakesAgain => "apply makes it again",
        }
    }

    /// What can be chosen instead, for the first of them: what for, and the command.
    pub fn ways_out(&self) -> Vec<(&'static str, String)> {
        self.addresses.first().map_or_else(Vec::new, |first| {
            let can = Can { answer: self.answer, adopts: self.adopts, leave: self.leave.as_deref() };
            ways_out(first.as_str(), &self.path, can, [&self.applied, &self.live])
        })
    }
}

/// What an answer leaves to choose.
#[derive(Clone, Copy)]
pub struct Can<'a> {
    /// The answer.
    pub answer: Answer,
    /// It can be written into the files.
    pub adopts: bool,
    /// What `-ignore-drift` takes, so that it is left alone; none: it can't be.
    pub leave: Option<&'a str>,
}

/// What can be chosen instead of an answer: what for, and the command. What is hidden where it is live is in nobody's
/// file.
pub fn ways_out(
    address: &str,
    path: &str,
    Can { answer, adopts, leave }: Can<'_>,
    [applied, live]: [&str; 2],
) -> Vec<(&'static str, String)> {
    let keep = |purpose| (purpose, words::adopt(address, path));
    let mut ways = Vec::new();
    match answer {
        Answer::Property(Choice::Leave) => {
            ways.extend((adopts && live != values::NONE).then(|| keep("write it into the file")));
            ways.extend((applied != values::NONE).then(|| ("put it back", words::revert(address, path))));
            ways.push(("take it as it is", words::ignore(address, path)));
        }
        Answer::Property(Choice::Accept) => {}
        Answer::Lost(_) => ways.extend((adopts && live != values::NONE && live != HIDDEN).then(|| keep("keep it"))),
        Answer::Property(Choice::Revert) => {
            ways.extend((adopts && live != HIDDEN).then(|| keep("keep it")));
            ways.extend(leave.map(|path| ("leave it alone", words::ignore(address, path))));
        }
        Answer::Property(Choice::Overwrite | Choice::Ignore) => {
            ways.extend((adopts && live != HIDDEN).then(|| keep("keep it")));
        }
        Answer::MakesAgain => ways.extend(adopts.then(|| keep("leave it deleted"))),
    }
    ways
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonnage_graph::{Site, Values};

    #[test]
    fn what_is_left_alone_is_left_as_a_whole_or_not_at_all() {
        let diff = |path: &str, drift| PropertyDiff {
            path: path.to_owned(),
            before: None,
            after: None,
            forces_replacement: false,
            drift,
            conflict: false,
            applied: None,
            origin: None,
        };
        let of = |diffs: Vec<PropertyDiff>| leaves(&diffs, "Tags[\"x\"]");
        assert_eq!(of(vec![diff("Tags[\"x\"]", true), diff("Name", false)]).as_deref(), Some("Tags[\"x\"]"));
        assert_eq!(of(vec![diff("Tags[\"x\"]", true), diff("Tags[\"y\"]", true)]).as_deref(), Some("Tags"));
        assert_eq!(of(vec![diff("Tags[\"x\"]", true), diff("Tags[\"y\"]", false)]), None);
    }

    #[test]
    fn the_same_done_to_many_is_one_line_and_conflicts_come_first() {
        let mut values = Values::new();
        let [one, two, three] = ["1", "2", "3"].map(|text| Some(values.string(Symbol::new(text))));
        let empty = values.map(&mut Vec::new());
        let drift = |address: &str, live, choice| Drift {
            address: Symbol::new(address),
            kind: Symbol::new("T::A"),
            site: Site { cloud: Symbol::new("aws"), region: Symbol::new("r") },
            physical_id: None,
            unit: Symbol::new("u"),
            local_name: Symbol::new("n"),
            applied: empty,
            live: Some(empty),
            properties: vec![DriftedProperty {
                path: "P".to_owned(),
                applied: one,
                live,
                desired: one,
                choice,
                owner: None,
                access: None,
            }],
        };
        let day = tonnage_base::quantity::parse_date("2026-11-22").expect("a date");
        let mut plan = Plan::new(Symbol::new("f"), day, values);
        plan.drift = vec![
            drift("pool.a[\"x\"]", two, Choice::Ignore),
            drift("pool.a[\"x\"]", two, Choice::Revert),
            drift("pool.a[\"y\"]", three, Choice::Revert),
            drift("pool.b[\"y\"]", three, Choice::Overwrite),
        ];
        plan.adoptable.insert("pool.b[\"y\"].P".to_owned());
        let lines = roll_up(&plan);
        let said: Vec<_> =
            lines.iter().map(|l| (l.label.as_str(), l.addresses.len(), l.answer.as_str(), l.live.as_str())).collect();
        let expect = [
            ("pool.b[\"y\"]", 1, "overwrite", "\"3\""),
            ("pool.a", 2, "revert", "(varies)"),
            ("pool.a[\"x\"]", 1, "ignore", "\"2\""),
        ];
        assert_eq!(said, expect);
        assert_eq!(lines[1].each, [r#"x: "1" → "2""#, r#"y: "1" → "3""#], "what varies is told of each");
        assert_eq!(lines[2].planned, "\"2\"", "what is left alone stays");
        assert_eq!(lines[0].ways_out(), [("keep it", "tonnage adopt 'pool.b[\"y\"].P'".to_owned())]);
        let leave = "tonnage plan -ignore-drift 'pool.a[\"x\"].P'".to_owned();
        assert_eq!(lines[1].ways_out(), [("leave it alone", leave)], "no command is named that is refused");
    }
}
