//! Reservations that an author wrote by their native type: what they hold, from when until when, and which nodes run in
//! them. Must not know any type: the standard library says where a body tells it.

use std::sync::OnceLock;

use tonnage_base::{Date, Market, Symbol};
use tonnage_graph::{Holds, Site, ValueId, Values};
use tonnage_lang::{
    Intent,
    intent::{Capacity, CapacityKind},
};
use tonnage_schema::{Condition, Pattern};

use crate::tables;

/// Where the bodies of a type say what they hold.
#[derive(Debug)]
struct Rule {
    kind: Symbol,
    shape: Pattern,
    nodes: Pattern,
    zone: Option<Pattern>,
    start: Option<Pattern>,
    end: Option<Pattern>,
    block: Option<Pattern>,
    open: Option<Condition>,
}

/// A reservation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reserved {
    /// What it holds.
    pub holds: Holds,
    /// The first day it is billed, where it says one.
    pub start: Option<Date>,
    /// The last.
    pub end: Option<Date>,
    /// Whether it costs what its machines cost on demand: a block has a price of its own, which no list has.
    pub is_listed: bool,
    /// Whether nodes run in it that do not name it.
    pub is_open: bool,
}

/// What a resource reserves, from its body; where its author says what it `holds`, that counts. None: it is no
/// reservation, or its size is not known yet.
pub fn read(values: &Values, kind: Symbol, body: ValueId, said: Option<Holds>) -> Option<Reserved> {
    let rule = rules().iter().find(|rule| rule.kind == kind)?;
    let text = |place: &Pattern| {
        let found = tables::all(values, body, place);
        found.first().and_then(|id| values.scalar(*id))
    };
    // a time begins with its day
    let day = |place: &Option<Pattern>| text(place.as_ref()?)?.get(..10)?.parse().ok();
    let told = || {
        Some(Holds {
            shape: Symbol::new(text(&rule.shape)?),
            nodes: text(&rule.nodes)?.parse().ok()?,
            market: Market::Reserved,
            zone: rule.zone.as_ref().and_then(text).map(Symbol::new),
            reserves_only: true,
        })
    };
    Some(Reserved {
        holds: said.filter(|holds| holds.reserves_only).or_else(told)?,
        start: day(&rule.start),
        end: day(&rule.end),
        is_listed: rule.block.as_ref().is_none_or(|block| tables::all(values, body, block).is_empty()),
        is_open: rule.open.as_ref().is_some_and(|open| tables::holds(open, values, body)),
    })
}

/// Nodes of granted capacity somewhere that can run on a day.
pub fn granted(intent: &Intent, site: Site, zone: Option<Symbol>, shape: Symbol, day: Date) -> u64 {
    let is_there = |capacity: &&Capacity| {
        let window = capacity.window.as_ref();
        let begun = window.and_then(|window| window.start).is_none_or(|start| start.value <= day);
        let goes_on = window.and_then(|window| window.end).is_none_or(|end| day <= end.value);
        let cloud = intent.clouds.get(capacity.cloud.value).map(|cloud| cloud.name.value);
        begun
            && goes_on
            && matches!(capacity.kind, CapacityKind::Granted { .. })
            && cloud == Some(site.cloud)
            && capacity.region == site.region
            && zone.is_none_or(|zone| zone == capacity.zone.value)
            && intent.catalog.shapes.get(capacity.shape.value).is_some_and(|of| of.name == shape)
    };
    intent.capacities.iter().filter(is_there).map(|capacity| u64::from(capacity.nodes.value)).sum()
}

fn rules() -> &'static [Rule] {
    static RULES: OnceLock<Vec<Rule>> = OnceLock::new();
    RULES.get_or_init(|| tables::rows(tonnage_stdlib::reserved_csv().text).iter().filter_map(rule).collect())
}

fn rule(row: &csv::StringRecord) -> Option<Rule> {
    let place = |at: usize| tables::pattern(row.get(at));
    Some(Rule {
        kind: Symbol::new(row.get(0)?),
        shape: place(1)?,
        nodes: place(2)?,
        zone: place(3),
        start: place(4),
        end: place(5),
        block: place(6),
        open: tables::condition(row.get(7)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_of_a_type_that_is_known() {
        let schemas = crate::compile::schemas();
        assert!(rules().len() == tables::written(tonnage_stdlib::reserved_csv().text) && rules().len() >= 4);
        for rule in rules() {
            assert!(schemas.get(rule.kind).is_some(), "{}", rule.kind);
        }
    }

    #[test]
    fn a_body_says_what_it_holds_and_what_its_author_says_counts() {
        let mut values = Values::new();
        let kind = Symbol::new("AWS::EC2::CapacityReservation");
        let text = r#"{"InstanceType": "p5.48xlarge", "InstanceCount": "16", "EndDate": "2026-12-31T23:59:59Z"}"#;
        let body = values.from_json(text).expect("a body");
        let found = read(&values, kind, body, None).expect("a reservation");
        assert_eq!((found.holds.shape.as_str(), found.holds.nodes, found.holds.zone), ("p5.48xlarge", 16, None));
        assert_eq!((found.end, found.is_listed, found.is_open), ("2026-12-31".parse().ok(), true, true));
        let said = Holds { nodes: 8, ..found.holds };
        assert_eq!(read(&values, kind, body, Some(said)).map(|of| of.holds.nodes), Some(8));
        let text = r#"{"InstanceType": "p5.48xlarge", "InstanceCount": {"$ref": "resource.a"}, "InstanceMatchCriteria": "targeted"}"#;
        let later = values.from_json(text).expect("a body");
        assert_eq!(read(&values, kind, later, None), None);
        assert_eq!(read(&values, Symbol::new("AWS::EC2::VPC"), body, None), None);
    }
}
