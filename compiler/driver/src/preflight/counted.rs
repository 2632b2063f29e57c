//! What services allow at most: groups in a region, resources in a stack, instances in a reservation, letters in a
//! name. A limit that the standard library does not have is not known. Must not know any limit.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use tonnage_base::Symbol;
use tonnage_cloud::{Answer, Fact, Question};
use tonnage_graph::{Resource, Site};
use tonnage_plan::{Action, Check, Evidence, UnitId, UnitOperation};
use tonnage_schema::{Condition, Pattern};

use super::{Asked, Planned};
use crate::{
    limits::{self, Row},
    tables,
};

/// What is counted against which limit.
#[derive(Debug)]
pub(super) struct Rule {
    pub provider: Symbol,
    pub limit: String,
    pub scope: Scope,
    /// The type whose resources are counted; none: units are.
    pub kind: Option<Symbol>,
    pub property: Option<Pattern>,
    pub condition: Option<Condition>,
    pub unit: String,
    /// Service and code of the account's own quota.
    pub quota: Option<(Symbol, Symbol)>,
    /// The limit; none: the catalog has none.
    pub known: Option<Row>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Scope {
    Region,
    Each,
    RegionUnits,
    Members,
    Name,
}

/// What was counted by one rule at one site.
#[derive(Default)]
struct Tally {
    /// In all, or of the largest.
    needed: u64,
    /// Of what is there now: what is counted together and does not grow was allowed.
    before: u64,
    /// The largest; none where all are counted together.
    largest: Option<Symbol>,
    /// How many are over the limit.
    over: u64,
}

/// The rules of the standard library. One with a scope that is not known is left out; a test sees that there is none.
pub(super) fn rules() -> &'static [Rule] {
    static RULES: OnceLock<Vec<Rule>> = OnceLock::new();
    RULES.get_or_init(|| tables::rows(tonnage_stdlib::counted_csv().text).iter().filter_map(rule).collect())
}

fn rule(row: &csv::StringRecord) -> Option<Rule> {
    let cell = |at: usize| row.get(at).filter(|text| !text.is_empty());
    let (provider, service, limit) = (cell(0)?, cell(1)?, cell(2)?);
    Some(Rule {
        provider: Symbol::new(provider),
        limit: limit.to_owned(),
        scope: match cell(3)? {
            "region" => Scope::Region,
            "each" => Scope::Each,
            "region_units" => Scope::RegionUnits,
            "members" => Scope::Members,
            "name" => Scope::Name,
            _ => return None,
        },
        kind: cell(4).map(Symbol::new),
        property: tables::pattern(cell(5)),
        condition: tables::condition(cell(6)),
        unit: cell(7)?.to_owned(),
        quota: cell(8).zip(cell(9)).map(|(service, code)| (Symbol::new(service), Symbol::new(code))),
        known: limits::row(provider, service, limit),
    })
}

/// A row for each rule and site of which no cloud is asked.
pub fn rows(planned: &Planned<'_>) -> Vec<Evidence> {
    let counted = count(planned).into_iter().filter(|(rule, ..)| rule.quota.is_none());
    counted.map(|(rule, site, tally)| judge(rule, site, &tally)).collect()
}

/// What clouds are asked: whether the account's own quota is another than the limit that the service begins with.
pub fn questions(planned: &Planned<'_>) -> Vec<Asked<'static>> {
    let asked = count(planned).into_iter().filter_map(|(rule, site, tally)| {
        let (service, code) = rule.quota?;
        let judged = move |answer: &Answer| match answer.fact {
            Fact::Quota { limit, used } => {
                let used = used.filter(|_| tally.largest.is_none());
                let others = used.map_or(0, |used| used.saturating_sub(tally.before));
                let needed = tally.needed.saturating_add(others);
                let source = format!("{}, {}", rule.limit, answer.source);
                let row = Evidence::judged(Check::Limit, subject(site, &tally), needed, limit, &rule.unit, source);
                vec![row.of_which(used, 0)]
            }
            _ => vec![judge(rule, site, &tally)],
        };
        let question = Question::Quota { region: site.region, service, code };
        let (question, judge) = (Some(question), Box::new(judged));
        Some(Asked { cloud: site.cloud, question, judge, starting: Vec::new(), about: None })
    });
    asked.collect()
}

fn subject(site: Site, tally: &Tally) -> String {
    let place = format!("{} {}", site.cloud, site.region);
    match (tally.largest, tally.over) {
        (None, _) => place,
        (Some(largest), 0 | 1) => largest.to_string(),
        (Some(largest), over) => format!("{largest} and {} more in {place}", over - 1),
    }
}

fn judge(rule: &Rule, site: Site, tally: &Tally) -> Evidence {
    let subject = subject(site, tally);
    match &rule.known {
        Some(Row { value: Some(limit), raisable, source }) => {
            let default = if *raisable { ", unless it was raised" } else { "" };
            let source = format!("{}{default} ({source})", rule.limit);
            Evidence::judged(Check::Limit, subject, tally.needed, *limit, &rule.unit, source)
        }
        Some(Row { value: None, source, .. }) => Evidence::unknown(
            Check::Limit,
            subject,
            format!("{}: it differs for each account", rule.limit),
            source.clone(),
        ),
        None => {
            let why = format!("the catalog has no limit of {}", rule.limit);
            Evidence::unknown(Check::Limit, subject, why, "std:catalog/limits.csv".to_owned())
        }
    }
}

/// All rules at all sites where there is something to count.
fn count(planned: &Planned<'_>) -> Vec<(&'static Rule, Site, Tally)> {
    let rules = rules();
    let mut by_kind: BTreeMap<Symbol, Vec<usize>> = BTreeMap::new();
    for (index, rule) in rules.iter().enumerate() {
        if let Some(kind) = rule.kind {
            by_kind.entry(kind).or_default().push(index);
        }
    }
    let mut tallies: BTreeMap<(usize, Site), Tally> = BTreeMap::new();
    for (_, resource) in planned.desired.iter() {
        for &index in by_kind.get(&resource.kind).into_iter().flatten() {
            let Some(rule) = rules.get(index).filter(|rule| rule.speaks_of(planned, resource)) else { continue };
            let tally = tallies.entry((index, resource.site)).or_default();
            let live = planned.live.find(resource.address).and_then(|id| planned.live.get(id));
            let before = live.map_or(0, |live| rule.amount(planned, live));
            match (rule.scope, rule.amount(planned, resource)) {
                (Scope::Region, _) => tally.needed += 1,
                (_, amount) if amount > before => tally.largest(rule, amount, resource.address),
                _ => {}
            }
        }
    }
    for (_, resource) in planned.live.iter() {
        for &index in by_kind.get(&resource.kind).into_iter().flatten() {
            if rules.get(index).is_some_and(|rule| rule.scope == Scope::Region)
                && let Some(tally) = tallies.get_mut(&(index, resource.site))
            {
                tally.before += 1;
            }
        }
    }
    let comes = planned.plan.changes.iter().filter(|change| matches!(change.action, Action::Create | Action::Import));
    let growing: BTreeSet<UnitId> = comes.map(|change| change.unit).collect();
    let units = planned.plan.units.iter().enumerate();
    for (index, unit) in units.filter(|(_, unit)| unit.operation != UnitOperation::Delete) {
        let grows = u32::try_from(index).is_ok_and(|index| growing.contains(&UnitId(index)));
        let Some(provider) = planned.provider(unit.site) else { continue };
        let of_units = rules.iter().enumerate().filter(|(_, rule)| rule.kind.is_none() && rule.provider == provider);
        let created = unit.operation == UnitOperation::Create;
        for (index, rule) in of_units {
            let tally = tallies.entry((index, unit.site)).or_default();
            match rule.scope {
                Scope::RegionUnits => {
                    tally.needed += 1;
                    tally.before += u64::from(!created);
                }
                Scope::Name if created => tally.largest(rule, unit.name.as_str().chars().count() as u64, unit.name),
                Scope::Members if grows => tally.largest(rule, unit.members.len() as u64, unit.name),
                _ => {}
            }
        }
    }
    let counted = tallies.into_iter().filter(|(_, tally)| tally.needed > tally.before);
    counted.filter_map(|((index, site), tally)| Some((rules.get(index)?, site, tally))).collect()
}

impl Rule {
    /// Whether its condition holds.
    fn speaks_of(&self, planned: &Planned<'_>, resource: &Resource) -> bool {
        self.condition.as_ref().is_none_or(|condition| tables::holds(condition, &planned.plan.values, resource.body))
    }

    /// The number that the property says; 0 where it says none.
    fn amount(&self, planned: &Planned<'_>, resource: &Resource) -> u64 {
        let values = &planned.plan.values;
        let found = self.property.iter().flat_map(|place| tables::all(values, resource.body, place));
        found.filter_map(|id| values.scalar(id)?.parse::<u64>().ok()).sum()
    }
}

impl Tally {
    fn largest(&mut self, rule: &Rule, amount: u64, name: Symbol) {
        let limit = rule.known.as_ref().and_then(|row| row.value);
        self.over += u64::from(limit.is_some_and(|limit| amount > limit));
        if amount > self.needed {
            self.needed = amount;
            self.largest = Some(name);
        }
    }
}
