//! What is known before apply of what a plan needs: some of it follows from the plan and the standard library, the rest
//! is asked of its clouds, in bulk. What can't be read is never an error of the plan. Must not know any cloud.

mod addresses;
mod asked;
mod counted;
pub mod fallback;
mod spot;

use std::collections::{BTreeMap, btree_map::Entry};

use rustc_hash::FxHashSet;
use tonnage_base::{Date, Market, Symbol};
use tonnage_cloud::{Answer, Fact, Question};
use tonnage_graph::{Holds, ResourceGraph, Site};
use tonnage_lang::Intent;
use tonnage_place::Placement;
use tonnage_plan::{Change, EffectKind, Evidence, Plan, Starting, Times, Verdict, inputs::Narrow};

use crate::{
    money,
    plan::{Clouds, Request},
};

/// Types of which every resource is looked at here.
pub(crate) fn counted() -> FxHashSet<Symbol> {
    let counted = counted::rules().iter().filter_map(|rule| rule.kind);
    let subnets = addresses::subnets().into_iter().map(|subnets| subnets.kind);
    counted.chain(subnets).chain(addresses::interfaces().into_iter().map(|interfaces| interfaces.kind)).collect()
}

/// A plan, and what it was made from.
pub struct Planned<'a> {
    /// What the files mean.
    pub intent: &'a Intent,
    /// Where everything goes.
    pub placement: &'a Placement,
    /// What is to be there.
    pub desired: &'a ResourceGraph,
    /// What is there.
    pub live: &'a ResourceGraph,
    /// The plan; its store holds the bodies of both.
    pub plan: &'a Plan,
    /// The day it is for.
    pub as_of: Date,
}

/// A slice of a pool as addresses name it: `pool.chat.primary` and the slice's key.
type SliceKey<'a> = (&'a str, &'a str);

/// Nodes that start with the plan, or that it reserves, of one group or reservation.
struct Start<'a> {
    address: &'a str,
    /// The slice that they are of; none: they are of no pool.
    slice: Option<SliceKey<'a>>,
    site: Site,
    /// What starts.
    holds: Holds,
    /// The first step in which it does.
    step: usize,
}

impl Start<'_> {
    /// As far as a row is about them, each of them needing so much.
    fn needing(&self, each: u64) -> Starting {
        let slice = self.slice.map(|(option, slice)| Symbol::new(&format!("{option} {slice}")));
        Starting {
            owner: Symbol::new(money::owner(self.address)),
            slice: slice.unwrap_or_else(|| Symbol::new(self.address)),
            site: self.site,
            shape: self.holds.shape,
            nodes: self.holds.nodes.into(),
            each,
            reserves: self.holds.reserves_only,
        }
    }
}

/// What starts, each needing so much of what a row is about; groups of one slice together.
fn starting<'s>(starts: impl Iterator<Item = (&'s Start<'s>, u64)>) -> Vec<Starting> {
    let mut found: BTreeMap<(Symbol, Symbol, u64), Starting> = BTreeMap::new();
    for (start, each) in starts {
        let more = start.needing(each);
        match found.entry((more.slice, more.shape, each)) {
            Entry::Occupied(mut entry) => entry.get_mut().nodes += more.nodes,
            Entry::Vacant(entry) => _ = entry.insert(more),
        }
    }
    found.into_values().collect()
}

/// `pool.chat.primary.nodes["use2-az1/001"]` is of the slice `use2-az1` of `pool.chat.primary`.
fn slice_of(group: &str) -> Option<SliceKey<'_>> {
    let (path, key) = group.rsplit_once("[\"")?;
    let (slice, _) = key.strip_suffix("\"]")?.rsplit_once('/')?;
    let (option, _) = path.rsplit_once('.')?;
    Some((option, slice))
}

impl<'a> Planned<'a> {
    /// What starts or is reserved: what runs and stays needs nothing.
    fn starts(&self) -> Vec<Start<'a>> {
        let times = Times::of(self.plan);
        let start = |change: &'a Change| {
            let nodes = change.started() + change.reserved();
            let address = change.address.as_str();
            let holds = Holds { nodes: u32::try_from(nodes).unwrap_or(u32::MAX), ..change.holds_after? };
            let (slice, step) = (slice_of(address), times.comes(change).unwrap_or(0));
            (nodes > 0).then_some(Start { address, slice, site: change.site, holds, step })
        };
        self.plan.changes.iter().filter_map(start).collect()
    }

    /// Nodes that go and have no successor of their own, with the change and the step in which they do.
    fn leaving(&self) -> Vec<(&'a Change, Holds, usize)> {
        let times = Times::of(self.plan);
        let goes = |change: &'a Change| {
            let before = change.holds_before.filter(|holds| !holds.reserves_only)?;
            let after = change.holds_after.map_or(0, |holds| holds.nodes);
            let nodes = before.nodes.checked_sub(after).filter(|nodes| *nodes > 0)?;
            Some((change, Holds { nodes, ..before }, times.goes(change)?))
        };
        self.plan.changes.iter().filter_map(goes).collect()
    }

    /// Nodes that are still there while those that replace them start, with the changes that they belong to.
    fn overlap(&self) -> impl Iterator<Item = (&'a Change, Holds)> {
        let twice = |change: &&Change| change.effects.iter().any(|effect| effect.kind == EffectKind::Twice);
        self.plan.changes.iter().filter(twice).filter_map(|change| Some((change, change.holds_before?)))
    }

    /// The kind of a site's cloud: `aws`.
    fn provider(&self, site: Site) -> Option<Symbol> {
        self.intent.clouds.iter().find(|cloud| cloud.name.value == site.cloud).map(|cloud| cloud.kind)
    }
}

/// What an answer decides.
type Judge<'a> = dyn Fn(&Answer) -> Vec<Evidence> + Send + Sync + 'a;

/// A question for a cloud, and what the answer decides.
struct Asked<'a> {
    /// The name of the `cloud` block.
    cloud: Symbol,
    /// None: nobody has to be asked.
    question: Option<Question>,
    judge: Box<Judge<'a>>,
    /// What starts by it.
    starting: Vec<Starting>,
    /// The nodes that it is about, where those that leave make room for those that come.
    about: Option<About>,
}

/// Nodes of which all that are alike count together.
struct About {
    site: Site,
    shapes: Vec<Symbol>,
    market: Market,
}

/// All rows; and where there is room for old and new only one after the other.
pub async fn evidence(request: &Request<'_>, clouds: &Clouds, planned: &Planned<'_>) -> (Vec<Evidence>, Vec<Narrow>) {
    let starts = planned.starts();
    let mut questions = asked::questions(planned, &starts);
    questions.extend(counted::questions(planned));
    let answered = ask(request, clouds, &questions).await;
    let narrow =
        questions.iter().zip(&answered).flat_map(|(asked, rows)| rows.iter().filter_map(|row| narrow(asked, row)));
    let narrow = narrow.collect();
    let mut rows: Vec<Evidence> = answered.into_iter().flatten().collect();
    rows.extend(addresses::rows(planned, &starts));
    rows.extend(counted::rows(planned));
    rows.extend(spot::rows(planned, &starts));
    (rows, narrow)
}

/// What has no room only because old and new would both be there.
fn narrow(asked: &Asked<'_>, row: &Evidence) -> Option<Narrow> {
    let About { site, shapes, market } = asked.about.as_ref()?;
    let measure = row.measure.as_ref().filter(|measure| row.is_short() && measure.twice > 0)?;
    let available = measure.available?;
    let why = format!("the limit of {}, {}, is too low for both", row.subject, measure.count(available));
    let fits = measure.needed.saturating_sub(measure.twice) <= available;
    fits.then(|| Narrow { site: *site, shapes: shapes.clone(), market: *market, why })
}

/// Asks all clouds side by side; rows come by the question, in their order.
async fn ask(request: &Request<'_>, clouds: &Clouds, asked: &[Asked<'_>]) -> Vec<Vec<Evidence>> {
    let mut answers: Vec<Answer> = asked.iter().map(|_| Answer::unknown("its cloud was not asked", "")).collect();
    let each = clouds.iter().map(|(cloud, client)| {
        let mine = asked.iter().enumerate().filter(|(_, asked)| asked.cloud == *cloud);
        let (places, questions): (Vec<usize>, Vec<Question>) =
            mine.filter_map(|(place, asked)| Some((place, asked.question.clone()?))).unzip();
        async move {
            let answers = match questions.as_slice() {
                [] => Vec::new(),
                questions => client.preflight(questions, request.cancel).await,
            };
            (places, answers)
        }
    });
    for (places, answered) in futures::future::join_all(each).await {
        for (place, answer) in places.into_iter().zip(answered) {
            if let Some(slot) = answers.get_mut(place) {
                *slot = answer;
            }
        }
    }
    let judged = asked.iter().zip(&answers).map(|(asked, answer)| {
        let rows = (asked.judge)(answer).into_iter().map(|row| row.starting(&asked.starting));
        dated(rows.collect(), answer)
    });
    judged.collect()
}

/// Rows with the times of the answer that they were judged by. What is known without an answer has none.
fn dated(mut rows: Vec<Evidence>, answer: &Answer) -> Vec<Evidence> {
    let unread = matches!(answer.fact, Fact::Unknown(_));
    for row in rows.iter_mut().filter(|row| !unread || matches!(row.verdict, Verdict::CannotKnow(_))) {
        row.read_at.clone_from(&answer.read_at);
        row.good_until.clone_from(&answer.good_until);
    }
    rows
}

#[cfg(test)]
mod tests {
    use tonnage_base::Symbol;
    use tonnage_schema::{PathStep, Pattern, Schemas};

    use super::{addresses, counted};

    /// Whether a type has what a pattern speaks of, from `steps` on.
    fn has(schemas: &Schemas, kind: Symbol, place: &Pattern) -> bool {
        let path: Vec<PathStep> =
            place.steps().iter().map(|step| step.map_or(PathStep::Index(0), PathStep::Key)).collect();
        schemas.get(kind).is_some_and(|kind| kind.property(&path).is_some())
    }

    #[test]
    fn the_tables_speak_of_types_and_properties_that_there_are() {
        let schemas = crate::compile::schemas();
        let there = |kind: Symbol, place: &Pattern| assert!(has(&schemas, kind, place), "{kind} has no {place}");
        let rules = counted::rules();
        assert_eq!(rules.len(), crate::tables::written(tonnage_stdlib::counted_csv().text), "a row is not read");
        for rule in rules {
            let Some(kind) = rule.kind else { continue };
            assert!(schemas.get(kind).is_some(), "{kind} is not a type");
            rule.property
                .iter()
                .chain(rule.condition.as_ref().and_then(|c| c.place()))
                .for_each(|place| there(kind, place));
        }
        for subnets in addresses::subnets() {
            there(subnets.kind, &subnets.range);
            subnets.name.iter().for_each(|name| there(subnets.kind, name));
        }
        for interfaces in addresses::interfaces() {
            if let Some(first) = interfaces.list.first() {
                there(interfaces.kind, first);
            }
            if !interfaces.on_interface {
                there(interfaces.kind, &interfaces.subnet);
            }
        }
        let read = (addresses::subnets().len(), addresses::interfaces().len());
        let rows = crate::tables::written;
        assert_eq!(read, (rows(tonnage_stdlib::subnets_csv().text), rows(tonnage_stdlib::interfaces_csv().text)));
    }

    #[test]
    fn a_group_tells_its_slice() {
        assert_eq!(
            super::slice_of(r#"pool.chat.primary.nodes["use2-az1/001"]"#),
            Some(("pool.chat.primary", "use2-az1"))
        );
        let granted = super::slice_of(r#"module.m["a"].pool.chat.block.nodes["z/cr-1/001"]"#);
        assert_eq!(granted, Some((r#"module.m["a"].pool.chat.block"#, "z/cr-1")));
        assert_eq!(super::slice_of("resource.asg"), None);
    }
}
