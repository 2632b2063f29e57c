//! What a reviewer must learn from a plan, computed once and written by every format. Must not know formats.

use std::collections::BTreeMap;

use tonnage_base::{Decimal, Market, Symbol, quantity::Money};
use tonnage_graph::{Holds, Site};
use tonnage_plan::{
    Action, Choice, Plan, UnitOperation,
    model::{Counts, Place, ShapeFacts},
};

use crate::{
    cascade::{Cascade, cascades},
    drift::{self, Answer, RolledDrift},
    risks::Risks,
    roll_up::{RolledUp, roll_up},
    words,
};

/// A plan, counted and rolled up.
pub struct PlanView<'p> {
    /// The plan itself.
    pub plan: &'p Plan,
    /// Its digest: `sha256:…`.
    pub digest: String,
    /// Resources by action.
    pub counts: Counts,
    /// Resources replaced (each is also one to add and one to destroy).
    pub replaced: usize,
    /// Resources whose address changes and nothing else.
    pub moved: usize,
    /// GPUs of running nodes that the plan stops: groups deleted, replaced, shrunk or replaced in batches.
    pub gpus_stopped: u64,
    /// What it puts at risk, in all.
    pub risks: Risks,
    /// Chains of replacements, from the property that begins them.
    pub cascades: Vec<Cascade>,
    /// Chains that are left out.
    pub cascades_left_out: usize,
    /// Changes, what hurts first.
    pub changes: Vec<RolledUp<'p>>,
    /// What others did since the last apply, that the plan undoes or leaves alone.
    pub drift: Vec<RolledDrift>,
    /// GPUs, nodes and money, before and after.
    pub totals: Totals,
    /// GPUs and nodes at each site where there are any or something changes.
    pub sites: Vec<SiteTotals<'p>>,
}

/// Before and after of one site.
#[derive(Clone, Debug)]
pub struct SiteTotals<'p> {
    /// The site.
    pub site: Site,
    /// Where it lies; none: not known.
    pub place: Option<&'p Place>,
    /// GPUs that run, before and after.
    pub gpus: (u64, u64),
    /// Nodes that run, before and after.
    pub nodes: (u64, u64),
    /// Resources that change.
    pub changes: usize,
}

/// Before and after of the whole fleet.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    /// GPUs by model: title, before, after.
    pub gpus: Vec<(String, u64, u64)>,
    /// Running nodes.
    pub nodes: (u64, u64),
    /// Those of them that have CPUs only.
    pub cpu_nodes: (u64, u64),
    /// On-demand list price of all running nodes, for one hour.
    pub list: Amounts,
    /// What is paid beside contracts already signed: nodes on demand and spot, and reservations Tonnage owns; one hour.
    pub new_spend: Amounts,
}

/// Money before and after, and nodes whose price is not known (they are not in the money).
#[derive(Clone, Copy, Debug, Default)]
pub struct Amounts {
    /// Before.
    pub before: Decimal,
    /// Afterwards.
    pub after: Decimal,
    /// Nodes without a price before.
    pub unknown_before: u64,
    /// Nodes without a price afterwards.
    pub unknown_after: u64,
}

impl<'p> PlanView<'p> {
    /// Counts and rolls up.
    pub fn of(plan: &'p Plan) -> Self {
        let risks = Risks::of(plan);
        let (cascades, cascades_left_out) = cascades(plan);
        let count = |wanted: fn(Action) -> bool| plan.changes.iter().filter(|c| wanted(c.action)).count();
        Self {
            plan,
            digest: plan.digest(),
            counts: plan.counts(),
            replaced: count(|a| matches!(a, Action::ReplaceDeleteFirst | Action::ReplaceCreateFirst)),
            moved: count(|a| a == Action::Move),
            gpus_stopped: risks.stopped.gpus,
            risks,
            cascades,
            cascades_left_out,
            changes: roll_up(plan),
            drift: drift::roll_up(plan),
            totals: totals(plan),
            sites: sites(plan),
        }
    }

    /// Whether nothing is going to happen.
    pub fn is_empty(&self) -> bool {
        !self.plan.has_changes()
    }

    /// `Plan: 3 to add, 1 to change, 0 to destroy.`: exact, since tools match it.
    pub fn summary(&self) -> String {
        if self.is_empty() {
            return "No changes. Your infrastructure matches the configuration.".to_owned();
        }
        let c = self.counts;
        let import = if c.import > 0 { format!("{} to import, ", c.import) } else { String::new() };
        let forget = if c.forget > 0 { format!(", {} to forget", c.forget) } else { String::new() };
        format!("Plan: {import}{} to add, {} to change, {} to destroy{forget}.", c.add, c.change, c.destroy)
    }

    /// What is to be said beside everything else: the notes of the plan, and how drift that it puts back is left alone.
    pub fn notes(&self) -> Vec<&str> {
        let put_back = self.drift.iter().any(|line| line.answer == Answer::Property(Choice::Revert));
        let way = "note: drift is put back; `-ignore-drift ADDRESS.PROPERTY` leaves it as it is";
        self.plan.notes.iter().map(String::as_str).chain(put_back.then_some(way)).collect()
    }

    /// What the plan does, in one line, what hurts first.
    pub fn headline(&self) -> String {
        if self.is_empty() {
            return "no changes".to_owned();
        }
        let gpus = |pick: fn(&(String, u64, u64)) -> u64| self.totals.gpus.iter().map(pick).sum::<u64>();
        let (before, after) = (gpus(|g| g.1), gpus(|g| g.2));
        let stopped = format!("{} stopped", words::count(self.gpus_stopped, "GPU"));
        let mut parts = Vec::new();
        if self.gpus_stopped > 0 {
            parts.push(stopped.clone());
        }
        parts.extend(self.risks.headline());
        let fallen = self.plan.placements.iter().filter_map(|pool| pool.falls_back.as_ref());
        let leaving = fallen.clone().filter(|fallen| fallen.leaves_cloud).count();
        let staying = fallen.count() - leaving;
        for (count, words) in [(leaving, "to another cloud"), (staying, "in its cloud")] {
            if count > 0 {
                let verb = if count == 1 { "falls back" } else { "fall back" };
                parts.push(format!("{} {verb} {words}", words::count(count as u64, "pool")));
            }
        }
        let replaced = self.replaced;
        if replaced > 0 {
            parts.push(format!("{} replaced", words::count(replaced as u64, "resource")));
        }
        if self.counts.destroy > replaced {
            parts.push(format!("{} destroyed", words::count((self.counts.destroy - replaced) as u64, "resource")));
        }
        if after > before {
            parts.push(format!("{} added", words::count(after - before, "GPU")));
        }
        let (before, after) = self.totals.cpu_nodes;
        if after > before {
            parts.push(format!("{} added", words::count(after - before, "CPU node")));
        }
        if self.counts.add > replaced {
            parts.push(format!("{} created", words::count((self.counts.add - replaced) as u64, "resource")));
        }
        if self.counts.change > 0 {
            parts.push(format!("{} updated", words::count(self.counts.change as u64, "resource")));
        }
        if self.counts.import > 0 {
            parts.push(format!("{} imported", words::count(self.counts.import as u64, "resource")));
        }
        if self.counts.forget > 0 {
            parts.push(format!("{} kept but no longer managed", words::count(self.counts.forget as u64, "resource")));
        }
        if self.moved > 0 {
            parts.push(format!("{} renamed", words::count(self.moved as u64, "resource")));
        }
        if self.gpus_stopped == 0 && self.risks.is_sure() {
            parts.push(stopped);
        }
        parts.join(" · ")
    }

    /// Three degrees: nothing stops; something is replaced, destroyed or not known; nodes stop, capacity or data is lost.
    pub fn risk(&self) -> Risk {
        let risks = &self.risks;
        if !risks.stopped.is_none() || risks.stores_lost > 0 || !risks.forfeited.is_empty() {
            Risk::High
        } else if self.counts.destroy > 0 || self.counts.forget > 0 || !risks.lines().is_empty() {
            Risk::Some
        } else {
            Risk::None
        }
    }

    /// Units by operation.
    pub fn units(&self, operation: UnitOperation) -> usize {
        self.plan.units.iter().filter(|u| u.operation == operation).count()
    }

    /// Rows of the table of GPUs and money: name, before, after, difference. Empty where the fleet has no nodes.
    pub fn rows(&self) -> Vec<[String; 4]> {
        let totals = &self.totals;
        if totals.gpus.is_empty() && totals.cpu_nodes == (0, 0) {
            return Vec::new();
        }
        let mut rows: Vec<[String; 4]> = totals
            .gpus
            .iter()
            .map(|(title, before, after)| {
                [
                    format!("{title} GPUs"),
                    tonnage_base::quantity::group_thousands(*before),
                    tonnage_base::quantity::group_thousands(*after),
                    words::delta(*before, *after),
                ]
            })
            .collect();
        let nodes = |name: &str, (before, after): (u64, u64)| {
            let said = tonnage_base::quantity::group_thousands;
            [name.to_owned(), said(before), said(after), words::delta(before, after)]
        };
        rows.push(nodes("nodes", totals.nodes));
        if totals.cpu_nodes != (0, 0) {
            rows.push(nodes("of them CPU nodes", totals.cpu_nodes));
        }
        rows.push(money_row("list price, 1 h", &totals.list, totals.nodes));
        rows.push(money_row("new spend, 1 h", &totals.new_spend, totals.nodes));
        rows.push(money_row("new spend, 30 d", &totals.new_spend.times(Decimal::from(720)), totals.nodes));
        rows
    }

    /// What the money in [`Self::rows`] leaves out, in words.
    pub fn unknown_prices(&self) -> Option<String> {
        let unknown = self.totals.list.unknown_after.max(self.totals.new_spend.unknown_after);
        (unknown > 0).then(|| {
            format!(
                "price unknown for {} of {}: not in the sums above",
                words::count(unknown, "node"),
                tonnage_base::quantity::group_thousands(self.totals.nodes.1.max(unknown))
            )
        })
    }
}

/// How dangerous a plan is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Risk {
    /// Nothing is taken away.
    None,
    /// Something is destroyed, replaced, given up or not known, but nothing stops or is lost for sure.
    Some,
    /// Running nodes stop, paid capacity or data is lost.
    High,
}

impl Amounts {
    fn times(self, factor: Decimal) -> Self {
        let times = |d: Decimal| d.checked_mul(factor).unwrap_or(Decimal::MAX);
        Self { before: times(self.before), after: times(self.after), ..self }
    }
}

fn money_row(name: &str, amounts: &Amounts, nodes: (u64, u64)) -> [String; 4] {
    let currency = Symbol::new("USD");
    let cell = |amount: Decimal, unknown: u64, nodes: u64| {
        if unknown > 0 && amount.is_zero() && nodes > 0 {
            "unknown".to_owned()
        } else {
            let plus = if unknown > 0 { " + unknown" } else { "" };
            format!("{}{plus}", Money { amount, currency }.short())
        }
    };
    let any_unknown = amounts.unknown_before + amounts.unknown_after > 0;
    [
        name.to_owned(),
        cell(amounts.before, amounts.unknown_before, nodes.0),
        cell(amounts.after, amounts.unknown_after, nodes.1),
        if any_unknown && amounts.before == amounts.after {
            "unknown".to_owned()
        } else {
            words::money_delta(amounts.before, amounts.after, currency)
        },
    ]
}

fn sites(plan: &Plan) -> Vec<SiteTotals<'_>> {
    let mut sites: BTreeMap<Site, SiteTotals<'_>> = BTreeMap::new();
    let empty = |site: Site| SiteTotals {
        site,
        place: plan.places.iter().find(|place| place.site == site),
        gpus: (0, 0),
        nodes: (0, 0),
        changes: 0,
    };
    let held = plan.held_before.iter().map(|row| (false, row)).chain(plan.held_after.iter().map(|row| (true, row)));
    for (is_after, (site, holds, resources)) in held.filter(|(_, (_, holds, _))| !holds.reserves_only) {
        let at = sites.entry(*site).or_insert_with(|| empty(*site));
        let nodes = u64::from(holds.nodes).saturating_mul(*resources);
        let gpus = shape(plan, *site, holds.shape).map_or(0, |facts| u64::from(facts.gpus));
        let (running, have) =
            if is_after { (&mut at.nodes.1, &mut at.gpus.1) } else { (&mut at.nodes.0, &mut at.gpus.0) };
        *running += nodes;
        *have += nodes.saturating_mul(gpus);
    }
    for change in plan.changes.iter().filter(|change| change.action != Action::NoOp) {
        sites.entry(change.site).or_insert_with(|| empty(change.site)).changes += 1;
    }
    sites.into_values().collect()
}

fn shape(plan: &Plan, site: Site, shape: Symbol) -> Option<&ShapeFacts> {
    plan.shapes.iter().find(|facts| facts.site == site && facts.shape == shape)
}

fn totals(plan: &Plan) -> Totals {
    let mut totals = Totals::default();
    let mut gpus: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for (is_after, held) in [(false, &plan.held_before), (true, &plan.held_after)] {
        for (site, holds, resources) in held {
            count_held(plan, &mut totals, &mut gpus, is_after, *site, *holds, *resources);
        }
    }
    totals.gpus = gpus.into_iter().map(|(title, (before, after))| (title, before, after)).collect();
    totals
}

fn count_held(
    plan: &Plan,
    totals: &mut Totals,
    gpus: &mut BTreeMap<String, (u64, u64)>,
    is_after: bool,
    site: Site,
    holds: Holds,
    resources: u64,
) {
    let nodes = u64::from(holds.nodes).saturating_mul(resources);
    let facts = shape(plan, site, holds.shape);
    let on_demand = facts.and_then(|f| f.on_demand);
    if !holds.reserves_only {
        let add = |pair: &mut (u64, u64), more: u64| *(if is_after { &mut pair.1 } else { &mut pair.0 }) += more;
        add(&mut totals.nodes, nodes);
        match facts.map(|facts| (facts.accelerator, facts.gpus)) {
            Some((None, _)) => add(&mut totals.cpu_nodes, nodes),
            Some((Some(model), each)) => {
                add(gpus.entry(model.to_string()).or_default(), nodes.saturating_mul(u64::from(each)));
            }
            None => add(gpus.entry(holds.shape.to_string()).or_default(), 0),
        }
        totals.list.add(is_after, on_demand, nodes);
    }
    let paid = match (holds.reserves_only, holds.market) {
        (true, _) | (false, Market::OnDemand) => Some(on_demand),
        (false, Market::Spot) => Some(facts.and_then(|f| f.spot)),
        (false, Market::Reserved) => None,
    };
    if let Some(price) = paid {
        totals.new_spend.add(is_after, price, nodes);
    }
}

impl Amounts {
    fn add(&mut self, is_after: bool, price: Option<Money>, nodes: u64) {
        let (amount, unknown) = if is_after {
            (&mut self.after, &mut self.unknown_after)
        } else {
            (&mut self.before, &mut self.unknown_before)
        };
        match price.and_then(|p| p.amount.checked_mul(Decimal::from(nodes))) {
            Some(cost) => *amount = amount.checked_add(cost).unwrap_or(Decimal::MAX),
            None => *unknown += nodes,
        }
    }
}
