//! What a change does beside what it says: to nodes that run, capacity that is paid for, data that is stored. The facts
//! are the standard library's; what has none is not known, and said to be. Must not know any type, nor how it is shown.

use tonnage_base::{Market, Range, Symbol};
use tonnage_graph::{Holds, Node, Resource, ValueId, Values};
use tonnage_schema::{
    Effects, PathStep, Pattern, Situation,
    effects::{Occasion, OnHoldings, OnNodes, Row, Size},
    path,
};

use crate::change::{Action, Change, Effect, EffectKind, PropertyDiff, Reason, stopping};
use crate::inputs::{Inputs, Reserved};
use crate::opening;
use crate::stand::{Around, IN_USE};

/// The word of the facts for nodes in reserved capacity that has not ended.
const RESERVED: &str = "reserved";

/// What is known of a change when its effects are looked up.
pub struct Case<'a> {
    /// Where the bodies lie.
    pub values: &'a Values,
    /// The body that the conditions speak of: afterwards, or now where nothing comes after.
    pub body: Option<ValueId>,
    /// What stands beside the properties, by its name: JSON text.
    pub beside: &'a [(&'static str, &'a str)],
    /// Words that hold.
    pub words: Vec<&'static str>,
}

impl<'a> Case<'a> {
    /// Of a body, whatever it is of.
    pub const fn of_body(values: &'a Values, body: ValueId) -> Self {
        Self { values, body: Some(body), beside: &[], words: Vec::new() }
    }

    /// Of a resource as it is, with nothing done to it.
    pub fn standing(values: &'a Values, resource: &Resource) -> Self {
        let is_reserved = resource.holds_now().is_some_and(in_reserved);
        Self {
            values,
            body: Some(resource.body),
            beside: &[],
            words: is_reserved.then_some(RESERVED).into_iter().collect(),
        }
    }
}

fn in_reserved(holds: Holds) -> bool {
    holds.market == Market::Reserved && !holds.reserves_only
}

impl Situation for Case<'_> {
    fn is(&self, word: &str) -> bool {
        self.words.contains(&word)
    }

    fn property(&self, place: &Pattern) -> Option<String> {
        text(self.values, self.body?, place)
    }

    fn beside(&self, place: &Pattern) -> Option<String> {
        let (first, inner) = place.steps().split_first()?;
        let (_, json) = self.beside.iter().find(|(name, _)| first.is_some_and(|first| first == *name))?;
        let whole: serde_json::Value = serde_json::from_str(json).ok()?;
        let at = inner.iter().try_fold(&whole, |at, step| at.get((*step)?.as_str()))?;
        match at {
            serde_json::Value::Null => None,
            serde_json::Value::String(text) => Some(text.clone()),
            serde_json::Value::Bool(_) | serde_json::Value::Number(_) => Some(at.to_string()),
            serde_json::Value::Array(_) | serde_json::Value::Object(_) => Some(String::new()),
        }
    }
}

/// The text of a property; empty for a list or a map; none where it is absent.
pub fn text(values: &Values, body: ValueId, place: &Pattern) -> Option<String> {
    let mut at = body;
    for step in place.steps() {
        at = values.get(at, (*step)?)?;
    }
    (values.node(at) != Node::Null).then(|| values.scalar(at).unwrap_or_default().to_owned())
}

/// How many nodes a body of a type says that there are to be; none: it does not say, or the table does not know where.
pub fn size(rows: &Effects, values: &Values, kind: Symbol, body: ValueId) -> Option<u64> {
    rows.sizes(kind).iter().find_map(|place| text(values, body, place)?.parse().ok())
}

/// How many nodes there can be where others have a say in it: no more than a body of a type allows.
pub fn within(rows: &Effects, values: &Values, kind: Symbol, body: ValueId, nodes: u32) -> u32 {
    let most = rows.bounds(kind).iter().find_map(|place| text(values, body, place)?.parse().ok());
    most.map_or(nodes, |most| nodes.min(most))
}

/// Whether a body of a type that could say how many nodes there are to be leaves that to others.
pub fn leaves_size(rows: &Effects, values: &Values, kind: Symbol, body: ValueId) -> bool {
    let places = rows.sizes(kind);
    !places.is_empty() && places.iter().all(|place| text(values, body, place).is_none())
}

/// What a change does.
pub fn effects(inputs: &Inputs<'_>, values: &Values, around: &Around, change: &Change) -> Vec<Effect> {
    let beside = beside(inputs, change.address);
    let occasion = match change.action {
        Action::Create => Occasion::Create,
        // What is imported changes as anything else does: it may be running.
        Action::Update | Action::Import => Occasion::Update,
        Action::Delete => Occasion::Delete,
        Action::ReplaceDeleteFirst | Action::ReplaceCreateFirst => Occasion::Replace,
        Action::Forget | Action::Move | Action::NoOp => return Vec::new(),
    };
    let mut case = Case {
        values,
        body: if occasion == Occasion::Delete { change.before } else { change.after },
        beside: beside.as_slice(),
        words: words(inputs, change),
    };
    if occasion == Occasion::Update && around.is_used(change.address) {
        case.words.push(IN_USE);
    }
    let rows = inputs.effects;
    let mut found = Found { rows, around, change, values, effects: Vec::new() };
    match occasion {
        Occasion::Update => {
            let shared = case.words.clone();
            for diff in change.diffs.iter().filter(|diff| !own(&diff.path)) {
                let difference = Difference::of(values, diff);
                case.words = shared.clone();
                case.words.extend(words_of(values, diff.before, diff.after));
                case.words.extend(followed(around, change, &diff.path));
                let path = path::parse(&diff.path);
                match rows.find(change.kind, occasion, &path, &case) {
                    Some(row) => {
                        found.add(row, Some(diff), found.down(diff, &difference));
                        if row.nodes == OnNodes::Later {
                            let over = rows.find(change.kind, Occasion::BringOver, &path, &case);
                            found.bring_over(over);
                        } else if row.nodes == OnNodes::Rolling {
                            found.in_batches(row, &case);
                        } else if row.nodes == OnNodes::Refused
                            && let Some(row) = rows.find(change.kind, Occasion::Instead, &path, &case)
                        {
                            found.instead(row);
                        }
                    }
                    None if change.holds_before.is_some() || rows.concerns_nodes(change.kind) => {
                        found.unknown(&diff.path);
                    }
                    None => {}
                }
            }
        }
        _ => {
            let forced = change.diffs.iter().filter(|diff| occasion == Occasion::Replace && diff.forces_replacement);
            let of_property = forced
                .filter_map(|diff| Some((rows.find(change.kind, occasion, &path::parse(&diff.path), &case)?, diff)));
            let mut any = false;
            for (row, diff) in of_property {
                found.add(row, Some(diff), None);
                any = true;
            }
            let forced = change.diffs.iter().filter(|diff| occasion == Occasion::Replace && diff.forces_replacement);
            let ways: Vec<&Row> = forced
                .filter_map(|diff| rows.find(change.kind, Occasion::Instead, &path::parse(&diff.path), &case))
                .collect();
            match rows.find(change.kind, occasion, &[] as &[PathStep], &case) {
                _ if any => {}
                Some(row) => found.add(row, None, None),
                None if occasion != Occasion::Create && !case.is("retained") => found.by_what_it_holds(),
                None => {}
            }
            for row in ways {
                found.instead(row);
            }
            // Another one is made: what ends its nodes later does so as if it were the first.
            if occasion == Occasion::Replace
                && let Some(row) = rows.find(change.kind, Occasion::Create, &[] as &[PathStep], &case)
                && row.nodes == OnNodes::Ends
            {
                found.add(row, None, None);
            }
            if occasion == Occasion::Delete && around.moves(change) {
                let row = rows.find(change.kind, Occasion::Moves, &[] as &[PathStep], &case);
                row.into_iter().for_each(|row| found.add(row, None, None));
            }
        }
    }
    if change.reasons.contains(&Reason::Deleted) && rows.is_store(change.kind) {
        found.gone(inputs);
    }
    found.effects.extend(opening::effects(inputs.access, inputs.open, values, change));
    // What goes for good is not replaced, and what stops does not stay on an old version.
    let gone = found.effects.iter().find(|effect| effect.kind == EffectKind::Stops).and_then(|effect| effect.nodes);
    found.lessen(EffectKind::Rolls, gone.unwrap_or(0));
    let stopped = stopping(&found.effects).unwrap_or(0);
    found.lessen(EffectKind::StayOld, stopped);
    found.effects.sort_by_key(|effect| effect.kind);
    found.effects
}

/// What stands beside the properties of a resource, as the facts name it.
pub fn beside(inputs: &Inputs<'_>, address: Symbol) -> Option<(&'static str, &'static str)> {
    let desired = inputs.desired.find(address).and_then(|id| inputs.desired.get(id))?;
    desired.lifecycle.update_policy.map(|policy| ("update_policy", policy.as_str()))
}

/// Differences in what is kept beside the body do nothing in the cloud.
pub(crate) fn own(path: &str) -> bool {
    let first = path.split(['.', '[']).next().unwrap_or_default();
    path == "holds" || first == "update_policy" || first == "lifecycle"
}

fn words(inputs: &Inputs<'_>, change: &Change) -> Vec<&'static str> {
    let mut words = Vec::new();
    if change.keeps_old() {
        words.push("retained");
    }
    if change.action == Action::ReplaceCreateFirst {
        words.push("create_first");
    }
    // of what has ended nothing is paid any more
    if change.holds_before.is_some_and(in_reserved) && (inputs.reserved)(change.address) != Some(Reserved::Ended) {
        words.push(RESERVED);
    }
    words
}

/// A number that goes up or down.
struct Difference(Option<(i64, i64)>);

impl Difference {
    fn of(values: &Values, diff: &PropertyDiff) -> Self {
        let number = |id: Option<ValueId>| values.scalar(id?)?.parse::<i64>().ok();
        Self(number(diff.before).zip(number(diff.after)))
    }

    fn down(&self) -> Option<u64> {
        let (before, after) = self.0?;
        u64::try_from(before.checked_sub(after)?).ok().filter(|&by| by > 0)
    }

    fn after(&self) -> Option<u64> {
        u64::try_from(self.0?.1).ok()
    }
}

/// The words of the facts for what one value becomes: a number goes down or up, of a range of addresses nothing is
/// taken away.
pub fn words_of(values: &Values, before: Option<ValueId>, after: Option<ValueId>) -> Vec<&'static str> {
    let text = |id: Option<ValueId>| match values.node(id?) {
        Node::Number(text) | Node::String(text) => Some(text.as_str()),
        _ => None,
    };
    let mut words = Vec::new();
    if before.is_none() {
        words.push("added");
    } else if after.is_none() {
        words.push("removed");
    }
    let number = |text: Option<&str>| text?.parse::<i64>().ok();
    match number(text(before)).zip(number(text(after))).map(|(before, after)| after.cmp(&before)) {
        Some(std::cmp::Ordering::Less) => words.push("fewer"),
        Some(std::cmp::Ordering::Greater) => words.push("more"),
        _ => {}
    }
    let range = |text: Option<&str>| Range::parse(text?);
    if let Some(after) = range(text(after))
        && range(text(before)).map_or(before.is_none(), |before| after.covers(before))
    {
        words.push("wider");
    }
    words
}

/// `follows:TYPE` for each type that is replaced above the property.
fn followed(around: &Around, change: &Change, property: &str) -> impl Iterator<Item = &'static str> {
    let from = change.reasons.iter().find_map(|reason| match reason {
        Reason::Cascade { from, property: through } if through == property => Some(*from),
        _ => None,
    });
    let kinds = from.map(|from| around.follows(from)).unwrap_or_default();
    kinds.into_iter().map(|kind| Symbol::new(&format!("follows:{kind}")).as_str())
}

struct Found<'a> {
    rows: &'a Effects,
    around: &'a Around,
    change: &'a Change,
    values: &'a Values,
    effects: Vec<Effect>,
}

impl Found<'_> {
    /// Nodes that run now; for a reservation, that are reserved. Where its author does not say what it holds, what its
    /// properties say.
    fn nodes(&self) -> Option<u64> {
        let written = || size(self.rows, self.values, self.change.kind, self.change.before?);
        self.change.holds_before.map(|holds| u64::from(holds.nodes)).or_else(written)
    }

    /// By how many fewer nodes run, where the property counts nodes: of those that were never there none stops, and of
    /// those that run as many as are above what may be.
    fn down(&self, diff: &PropertyDiff, difference: &Difference) -> Option<u64> {
        let down = difference.down()?;
        let path = path::parse(&diff.path);
        let running = self.change.holds_before.filter(|holds| !holds.reserves_only).map(|holds| u64::from(holds.nodes));
        match (running, difference.after().filter(|_| self.rows.limits_nodes(self.change.kind, &path))) {
            (Some(running), Some(after)) => Some(down.min(running.saturating_sub(after))),
            _ => Some(down),
        }
    }

    fn add(&mut self, row: &Row, diff: Option<&PropertyDiff>, down: Option<u64>) {
        let kind = match row.nodes {
            OnNodes::Nothing => None,
            OnNodes::Refused => Some(EffectKind::Refused),
            OnNodes::Note => Some(EffectKind::Note),
            OnNodes::Ends => Some(EffectKind::Ends),
            OnNodes::Later => Some(EffectKind::StayOld),
            OnNodes::Rolling => Some(EffectKind::Rolls),
            OnNodes::Stop | OnNodes::Replaces => Some(EffectKind::Stops),
            OnNodes::MayStop => Some(EffectKind::MayStop),
            OnNodes::LosesAccess => Some(EffectKind::LosesAccess),
        };
        // No more can stop than run.
        let touched = match (down, self.nodes()) {
            (Some(down), Some(nodes)) => Some(down.min(nodes)),
            (down, nodes) => down.or(nodes),
        };
        let mut words = Some(row.words.as_str());
        if let Some(kind) = kind {
            let nodes = match kind {
                EffectKind::LosesAccess => Some(self.around.nodes_on(self.change.address)),
                kind if kind.is_of_nodes() => touched,
                _ => None,
            };
            self.push(kind, nodes, None, diff, words.take().unwrap_or_default());
        }
        for holding in &row.holdings {
            let (kind, nodes, gib) = match holding {
                OnHoldings::Released => (EffectKind::Released, touched, None),
                OnHoldings::Idle if row.nodes == OnNodes::MayStop => (EffectKind::MayIdle, touched, None),
                OnHoldings::Idle => (EffectKind::Idle, touched, None),
                OnHoldings::Twice => (EffectKind::Twice, self.change.holds_after.map(|h| u64::from(h.nodes)), None),
                OnHoldings::Lost(size) | OnHoldings::Behind(size) => {
                    let number = |place: &Pattern| text(self.values, self.change.before?, place)?.parse::<u64>().ok();
                    let gib = size.as_ref().and_then(|Size(place, gib)| number(place)?.checked_mul(*gib));
                    let lost = matches!(holding, OnHoldings::Lost(_));
                    (if lost { EffectKind::DataLost } else { EffectKind::LeftBehind }, None, gib)
                }
            };
            self.push(kind, nodes, gib, diff, words.take().unwrap_or_default());
        }
    }

    /// So many nodes are not among those of an effect.
    fn lessen(&mut self, kind: EffectKind, by: u64) {
        for effect in self.effects.iter_mut().filter(|effect| effect.kind == kind) {
            effect.nodes = effect.nodes.map(|nodes| nodes.saturating_sub(by));
            effect.batch = effect.batch.map(|batch| effect.nodes.map_or(batch, |nodes| batch.min(nodes)));
        }
        self.effects.retain(|effect| effect.kind != kind || effect.nodes != Some(0));
    }

    /// Says how what stays on an old version is brought over.
    fn bring_over(&mut self, row: Option<&Row>) {
        let left = self.effects.iter_mut().find(|effect| effect.kind == EffectKind::StayOld);
        if let (Some(left), Some(row)) = (left, row) {
            append(&mut left.way_out, &row.words);
        }
    }

    /// Says what can be done in place of what hurts most.
    fn instead(&mut self, row: &Row) {
        if let Some(worst) = self.effects.iter_mut().min_by_key(|effect| effect.kind) {
            append(&mut worst.way_out, &row.words);
        }
    }

    /// Says how many are replaced at a time: of what is replaced for two reasons, the most.
    fn in_batches(&mut self, row: &Row, case: &Case<'_>) {
        if let Some(rolls) = self.effects.iter_mut().find(|effect| effect.kind == EffectKind::Rolls) {
            let batch = rolls.nodes.and_then(|nodes| row.batch(nodes, case));
            rolls.batch = rolls.batch.max(batch);
        }
    }

    /// Of a type of which the table says nothing: what it holds is gone with it.
    fn by_what_it_holds(&mut self) {
        let Some(holds) = self.change.holds_before else { return };
        let kind = if holds.reserves_only { EffectKind::Released } else { EffectKind::Stops };
        self.push(kind, self.nodes(), None, None, "");
    }

    /// What others deleted is made again, empty: so much was in it when it was last applied.
    fn gone(&mut self, inputs: &Inputs<'_>) {
        let address = self.change.previous_address.unwrap_or(self.change.address);
        let there = inputs.live.find(address).and_then(|id| inputs.live.get(id));
        let applied = there.map(|there| there.live.as_ref().and_then(|live| live.applied).unwrap_or(there.body));
        let number = |place: &Pattern| text(self.values, applied?, place)?.parse::<u64>().ok();
        let gib = self.rows.data_sizes(self.change.kind).find_map(|Size(place, gib)| number(place)?.checked_mul(*gib));
        self.push(EffectKind::DataGone, None, gib, None, "");
    }

    fn unknown(&mut self, property: &str) {
        let nodes = self.nodes();
        if nodes == Some(0) {
            return;
        }
        match self.effects.iter_mut().find(|effect| effect.kind == EffectKind::Unknown) {
            Some(effect) => {
                if let Some(names) = &mut effect.property {
                    names.push_str(", ");
                    names.push_str(property);
                }
            }
            None => self.effects.push(Effect {
                kind: EffectKind::Unknown,
                nodes,
                gib: None,
                property: Some(property.to_owned()),
                batch: None,
                words: String::new(),
                way_out: String::new(),
            }),
        }
    }

    /// One effect of a kind for each change: what is touched twice stops once.
    fn push(
        &mut self,
        kind: EffectKind,
        nodes: Option<u64>,
        gib: Option<u64>,
        diff: Option<&PropertyDiff>,
        words: &str,
    ) {
        if kind.is_of_nodes() && nodes == Some(0) {
            return;
        }
        match self.effects.iter_mut().find(|effect| effect.kind == kind) {
            Some(effect) => {
                effect.nodes = effect.nodes.max(nodes);
                append(&mut effect.words, words);
            }
            None => self.effects.push(Effect {
                kind,
                nodes,
                gib,
                property: diff.map(|diff| diff.path.clone()),
                batch: None,
                words: words.to_owned(),
                way_out: String::new(),
            }),
        }
    }
}

/// Adds words to others that do not say them yet.
fn append(words: &mut String, more: &str) {
    if !more.is_empty() && !words.contains(more) {
        words.push_str(if words.is_empty() { "" } else { "; " });
        words.push_str(more);
    }
}
