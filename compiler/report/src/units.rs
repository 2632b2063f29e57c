//! Units in the order in which they are applied, alike ones as one line: a reviewer reads what is done where, not the
//! names of five hundred stacks. Must not know formats.

use std::collections::{BTreeMap, BTreeSet};

use tonnage_base::quantity::group_thousands;
use tonnage_plan::{Action, EffectKind, Plan, Unit, UnitId, UnitOperation, model::WhenHeld};

use crate::{
    risks::{Nodes, Shapes},
    table::{Align, Table},
    words,
};

/// As many lines as are shown.
pub const SHOWN: usize = 12;

/// Units that are applied alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// In which step, from 1.
    pub step: usize,
    /// What is done.
    pub symbol: &'static str,
    /// The name; of several the first and the last one.
    pub name: String,
    /// `aws us-east-2`.
    pub place: String,
    /// How many units.
    pub units: u64,
    /// Resources in them.
    resources: u64,
    /// It is brought in between.
    between: bool,
    /// Nodes in them that are replaced in batches, and those of these that are down at once, at most.
    rolls: (Nodes, Nodes),
    /// The names of the first and of the last one.
    names: (String, String),
}

impl Row {
    fn of(step: usize, unit: &Unit, between: bool, symbol: &'static str) -> Self {
        let members = match &unit.between {
            Some(held) if between => held.members.len(),
            _ => unit.members.len(),
        };
        let name = unit.name.as_str().to_owned();
        Self {
            step,
            symbol,
            name: name.clone(),
            place: format!("{} {}", unit.site.cloud, unit.site.region),
            units: 1,
            resources: members as u64,
            between: between && unit.between.is_some(),
            rolls: Default::default(),
            names: (name.clone(), name),
        }
    }

    /// `3 units, 1,200 resources`, and how nodes in them are replaced.
    pub fn words(&self) -> String {
        let units = (self.units > 1).then(|| format!("{} units", group_thousands(self.units)));
        let resources = (self.resources > 0).then(|| words::count(self.resources, "resource"));
        let leaving = self.between.then(|| "those that leave among them".to_owned());
        let kept = (self.symbol == LET_GO).then(|| "what is in it stays".to_owned());
        let (rolls, at_once) = self.rolls;
        let rolls = (!rolls.is_none()).then(|| format!("{} replaced {}", rolls.words(), at_once.as_batches()));
        units.into_iter().chain(resources).chain(leaving).chain(kept).chain(rolls).collect::<Vec<_>>().join(", ")
    }

    fn take(&mut self, other: Self) {
        self.units += other.units;
        self.resources += other.resources;
        self.rolls.0.add(other.rolls.0);
        self.rolls.1.add(other.rolls.1);
        self.names.1 = other.names.1;
        self.name = format!("{} … {}", self.names.0, self.names.1);
    }
}

/// The symbol of a unit that goes while all that is in it stays.
const LET_GO: &str = ".";

/// What is done to units: one that is deleted is only let go where all that is in it stays.
struct Doing<'p> {
    plan: &'p Plan,
    let_go: BTreeSet<UnitId>,
}

impl<'p> Doing<'p> {
    fn of(plan: &'p Plan) -> Self {
        let of = |stays: bool| {
            let told = plan.changes.iter().filter(|change| change.action != Action::NoOp);
            told.filter(move |change| (change.action == Action::Forget) == stays).map(|change| change.unit)
        };
        let staying: BTreeSet<UnitId> = of(true).collect();
        Self { plan, let_go: &staying - &of(false).collect() }
    }

    fn symbol(&self, id: UnitId) -> &'static str {
        match self.plan.unit(id).map(|unit| unit.operation) {
            Some(UnitOperation::Create) => "+",
            Some(UnitOperation::Update) => "~",
            Some(UnitOperation::Delete) if self.let_go.contains(&id) => LET_GO,
            Some(UnitOperation::Delete) => "-",
            Some(UnitOperation::Keep) | None => "=",
        }
    }
}

/// `create 2 units, delete 1 unit in 3 steps`.
pub fn headline(plan: &Plan) -> String {
    let doing = Doing::of(plan);
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for id in (0..).zip(&plan.units).map(|(id, _)| UnitId(id)) {
        *counts.entry(doing.symbol(id)).or_default() += 1;
    }
    let verbs = [("+", "create"), ("~", "update"), ("-", "delete"), (LET_GO, "let go of")];
    let some = verbs.into_iter().filter_map(|(symbol, verb)| Some((verb, *counts.get(symbol)?)));
    let parts: Vec<String> = some.map(|(verb, count)| format!("{verb} {}", words::count(count, "unit"))).collect();
    format!("{} in {}", parts.join(", "), words::count(plan.steps.len() as u64, "step"))
}

/// When apply waits and where it stops, a sentence each.
pub fn pauses(plan: &Plan) -> Vec<&'static str> {
    let mut said = Vec::new();
    if plan.steps.len() > 1 {
        said.push(
            "A step begins when all of the one before is done; apply stops after a step in which something fails.",
        );
    }
    let held = |when| plan.units.iter().any(|unit| unit.hold && unit.when_held == when && brings(unit));
    let ways = [
        (
            WhenHeld::Stop,
            "Where fewer nodes come than are asked for, those are kept, and apply stops for somebody to decide.",
        ),
        (
            WhenHeld::Retry,
            "Where fewer nodes come than are asked for, those are kept, and the rest is asked for again while apply waits.",
        ),
        (
            WhenHeld::FallBack,
            "Where fewer nodes come than are asked for, those are kept, apply stops, and the next plan falls back.",
        ),
    ];
    said.extend(ways.into_iter().filter(|(when, _)| held(*when)).map(|(_, words)| words));
    said
}

/// Whether nodes may come with what is done to a unit.
fn brings(unit: &Unit) -> bool {
    let is_done = matches!(unit.operation, UnitOperation::Create | UnitOperation::Update);
    is_done && unit.members.iter().any(|member| member.holds.is_some_and(|holds| !holds.reserves_only))
}

/// Units of one step and site to which the same is done are one line: those of one scope, and if these are still too
/// many, all of them.
pub fn rows(plan: &Plan) -> Vec<Row> {
    let doing = Doing::of(plan);
    let shapes = Shapes::of(plan);
    let mut rolls: BTreeMap<UnitId, (Nodes, Nodes)> = BTreeMap::new();
    for change in &plan.changes {
        for effect in change.effects.iter().filter(|effect| effect.kind == EffectKind::Rolls) {
            let (all, at_once) = rolls.entry(change.unit).or_default();
            all.add(shapes.nodes(change, effect));
            at_once.add(shapes.at_once(change, effect));
        }
    }
    let mut rows = Vec::new();
    for (at, step) in plan.steps.iter().enumerate() {
        let between = step.between.iter().map(|unit| (*unit, true));
        for (id, between) in between.chain(step.units.iter().map(|unit| (*unit, false))) {
            let Some(unit) = plan.unit(id) else { continue };
            let mut row = Row::of(at + 1, unit, between, doing.symbol(id));
            if !row.between {
                row.rolls = rolls.get(&id).copied().unwrap_or_default();
            }
            rows.push(row);
        }
    }
    // `golden-pool-chat-1` and `golden-pool-chat-2` are of one scope
    let scope = |row: &Row| row.names.0.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    for of_all in [false, true] {
        if rows.len() > SHOWN {
            rows = together(rows, |row| if of_all { String::new() } else { scope(row) });
        }
    }
    rows
}

/// The order of apply as a table, as many lines as are shown; and how many more there are.
pub fn table(plan: &Plan) -> (Table, usize) {
    let rows = rows(plan);
    let mut table = Table::new(&[Align::Right, Align::Left, Align::Left, Align::Left]);
    for row in rows.iter().take(SHOWN) {
        table.row([format!("{}.", row.step), format!("{} {}", row.symbol, row.name), row.place.clone(), row.words()]);
    }
    (table, rows.len().saturating_sub(SHOWN))
}

/// Rows that follow each other, are done alike and have the same key are one.
fn together(rows: Vec<Row>, key: impl Fn(&Row) -> String) -> Vec<Row> {
    let mut out: Vec<Row> = Vec::new();
    for row in rows {
        let alike = |other: &&mut Row| {
            (other.step, other.symbol, &other.place, other.between) == (row.step, row.symbol, &row.place, row.between)
                && key(other) == key(&row)
        };
        match out.last_mut().filter(alike) {
            Some(last) => last.take(row),
            None => out.push(row),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(step: usize, name: &str, place: &str) -> Row {
        Row {
            step,
            symbol: "+",
            name: name.to_owned(),
            place: place.to_owned(),
            units: 1,
            resources: 4,
            between: false,
            rolls: Default::default(),
            names: (name.to_owned(), name.to_owned()),
        }
    }

    #[test]
    fn units_of_one_step_and_site_are_one_line() {
        let rows = vec![
            row(1, "f-a-1", "aws r"),
            row(1, "f-a-2", "aws r"),
            row(1, "f-b-1", "aws r"),
            row(2, "f-a-3", "aws r"),
        ];
        let by_scope = together(rows.clone(), |row| row.names.0.trim_end_matches(char::is_numeric).to_owned());
        let told: Vec<String> = by_scope.iter().map(|row| format!("{} {}", row.name, row.words())).collect();
        assert_eq!(told, ["f-a-1 … f-a-2 2 units, 8 resources", "f-b-1 4 resources", "f-a-3 4 resources"]);
        let all = together(rows, |_| String::new());
        assert_eq!(all.iter().map(|row| (row.step, row.units)).collect::<Vec<_>>(), [(1, 3), (2, 1)]);
    }
}
