//! What runs after an apply that did not come to its end, by what is known of each unit. Must not know formats, nor how
//! a unit is applied.

use std::collections::{BTreeMap, BTreeSet};

use tonnage_base::{Symbol, quantity::group_thousands};
use tonnage_graph::{Holds, Site};
use tonnage_plan::{Action, Plan, UnitId, names};

use crate::{gap::Running, words};

/// How far a unit has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reached {
    /// It is as it was before.
    Before,
    /// What comes into it may be there; what leaves it is still there.
    Between,
    /// It is as planned.
    After,
    /// Nobody knows.
    Unknown,
}

/// A pool: what ran, what runs now where, and the units of which nobody knows.
#[derive(Default)]
struct Pool {
    before: Running,
    now: BTreeMap<Site, Running>,
    unknown: BTreeSet<UnitId>,
    is_left: bool,
}

/// A line for each pool that ran before and is not as planned. `short`: groups that are not full, with the nodes that
/// run.
pub fn lines(plan: &Plan, reached: impl Fn(UnitId) -> Reached, short: &BTreeMap<Symbol, u32>) -> Vec<String> {
    let mut pools: BTreeMap<String, Pool> = BTreeMap::new();
    for held in &plan.held_before {
        let pool = pools.entry(names::block(held.owner.as_str())).or_default();
        let running = Running::of(plan, held.site, Some(held.holds), held.resources);
        pool.before.add(running);
        pool.now.entry(held.site).or_default().add(running);
    }
    for change in plan.changes.iter().filter(|change| change.action != Action::Forget) {
        let filled =
            |holds: Holds| Holds { nodes: short.get(&change.address).copied().unwrap_or(holds.nodes), ..holds };
        let before = Running::of(plan, change.site, change.holds_before, 1);
        let more = Running::of_all(plan, change.site, change.held_after().map(filled)).less(before);
        if more.nodes == 0 && change.holds_before == change.holds_after {
            continue;
        }
        let pool = pools.entry(names::block(change.address.as_str())).or_default();
        match reached(change.unit) {
            Reached::After => pool.now.entry(change.site).or_default().add(more),
            Reached::Before => pool.is_left = true,
            Reached::Between if more.nodes < 0 => pool.is_left = true,
            Reached::Between | Reached::Unknown => {
                pool.is_left = true;
                pool.unknown.insert(change.unit);
            }
        }
    }
    let left = pools.iter().filter(|(_, pool)| pool.is_left && pool.before.nodes > 0);
    left.map(|(name, pool)| format!("{name}: {}", pool.words(plan))).collect()
}

impl Pool {
    /// `16 of 16 GPUs still run in aws us-east-2`.
    fn words(&self, plan: &Plan) -> String {
        let is_gpus = self.before.gpus > 0;
        let count = |running: Running| u64::try_from(if is_gpus { running.gpus } else { running.nodes }).unwrap_or(0);
        let one = if is_gpus { "GPU" } else { "node" };
        let before = count(self.before);
        if !self.unknown.is_empty() {
            let units: Vec<&str> = self.unknown.iter().filter_map(|id| Some(plan.unit(*id)?.name.as_str())).collect();
            let all = words::count(before, one);
            return format!("cannot know how many run of {all}: how {} ended is not known", units.join(", "));
        }
        let there: Vec<(Site, u64)> =
            self.now.iter().map(|(site, running)| (*site, count(*running))).filter(|(_, number)| *number > 0).collect();
        let now: u64 = there.iter().map(|(_, number)| number).sum();
        let place = |site: &Site| format!("{} {}", site.cloud, site.region);
        let places = match there.as_slice() {
            [] => String::new(),
            [(only, _)] => format!(" in {}", place(only)),
            several => {
                let each: Vec<String> = several
                    .iter()
                    .map(|(site, number)| format!("{} in {}", group_thousands(*number), place(site)))
                    .collect();
                format!(": {}", each.join(", "))
            }
        };
        let runs = if now == before { "still run" } else { "run" };
        if now > before {
            return format!("{} run, {} before{places}", words::count(now, one), group_thousands(before));
        }
        format!("{} of {} {runs}{places}", group_thousands(now), words::count(before, one))
    }
}

#[cfg(test)]
mod tests {
    use tonnage_base::Market;
    use tonnage_plan::{Unit, UnitOperation, change::Change, money};

    use super::*;

    fn site(region: &str) -> Site {
        Site { cloud: Symbol::new("aws"), region: Symbol::new(region) }
    }

    fn holds(nodes: u32) -> Holds {
        Holds { shape: Symbol::new("p5"), nodes, market: Market::OnDemand, zone: None, reserves_only: false }
    }

    /// Four nodes leave unit 0 in the east, six come into unit 1 in the west.
    fn plan() -> Plan {
        let day = tonnage_base::quantity::parse_date("2026-11-22").expect("a day");
        let mut plan = Plan::new(Symbol::new("f"), day, tonnage_graph::Values::new());
        let change = |address: &str, region: &str, unit: u32, before: Option<Holds>, after: Option<Holds>| Change {
            address: Symbol::new(address),
            previous_address: None,
            kind: Symbol::new("T::Group"),
            action: if before.is_some() { Action::Delete } else { Action::Create },
            reasons: Vec::new(),
            diffs: Vec::new(),
            site: site(region),
            unit: UnitId(unit),
            local_name: Symbol::new("x"),
            physical_id: None,
            before: None,
            after: None,
            holds_before: before,
            asked_before: None,
            older: Vec::new(),
            holds_after: after,
            effects: Vec::new(),
            declared: None,
        };
        plan.changes = vec![
            change("pool.a.x.nodes", "east", 0, Some(holds(4)), None),
            change("pool.a.y.nodes", "west", 1, None, Some(holds(6))),
        ];
        plan.held_before = vec![money::Held {
            leaves: false,
            idle: None,
            outside: false,
            owner: Symbol::new("pool.a"),
            site: site("east"),
            holds: holds(4),
            resources: 1,
            paid: money::Paid::Market,
            list: None,
            cost: None,
            from: None,
            until: None,
            ended: None,
            later: Vec::new(),
        }];
        plan.units = ["east", "west"].map(unit).into();
        plan
    }

    fn unit(region: &str) -> Unit {
        Unit {
            name: Symbol::new(&format!("u-{region}")),
            site: site(region),
            operation: UnitOperation::Update,
            members: Vec::new(),
            document: String::new(),
            parameters: Vec::new(),
            outputs: Vec::new(),
            expects: String::new(),
            hold: false,
            when_held: Default::default(),
            ahead: Vec::new(),
            between: None,
            reverts: false,
        }
    }

    #[test]
    fn what_runs_follows_from_how_far_each_unit_has_come() {
        use Reached::{After, Before, Between, Unknown};
        let plan = plan();
        let said = |[east, west]: [Reached; 2]| {
            lines(&plan, |id| if id == UnitId(0) { east } else { west }, &BTreeMap::new()).join("\n")
        };
        assert_eq!(said([Before, Before]), "pool.a: 4 of 4 nodes still run in aws east");
        assert_eq!(said([Before, After]), "pool.a: 10 nodes run, 4 before: 4 in aws east, 6 in aws west");
        assert_eq!(said([After, Before]), "pool.a: 0 of 4 nodes run");
        assert_eq!(said([After, After]), "", "it is as planned");
        assert_eq!(said([Between, Before]), "pool.a: 4 of 4 nodes still run in aws east");
        let unknown =
            |unit: &str| format!("pool.a: cannot know how many run of 4 nodes: how {unit} ended is not known");
        assert_eq!(said([Before, Unknown]), unknown("u-west"));
        assert_eq!(said([Before, Between]), unknown("u-west"));
        let short = BTreeMap::from([(Symbol::new("pool.a.y.nodes"), 1)]);
        let held = lines(&plan, |id| if id == UnitId(0) { Before } else { After }, &short);
        assert_eq!(held, ["pool.a: 5 nodes run, 4 before: 4 in aws east, 1 in aws west"]);
    }
}
