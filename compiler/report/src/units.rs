//! Units in the order in which they are applied, alike ones as one line: a reviewer reads what is done where, not the names
//! of five hundred stacks. Must not know formats.

use tonnage_base::quantity::group_thousands;
use tonnage_plan::{Plan, Unit, UnitOperation};

use crate::words;

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
    /// The names of the first and of the last one.
    names: (String, String),
}

impl Row {
    fn of(step: usize, unit: &Unit, between: bool) -> Self {
        let symbol = match unit.operation {
            UnitOperation::Create => "+",
            UnitOperation::Update => "~",
            UnitOperation::Delete => "-",
            UnitOperation::Keep => "=",
        };
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
            names: (name.clone(), name),
        }
    }

    /// `3 units, 1,200 resources`.
    pub fn words(&self) -> String {
        let units = (self.units > 1).then(|| format!("{} units", group_thousands(self.units)));
        let resources = (self.resources > 0).then(|| words::count(self.resources, "resource"));
        let leaving = self.between.then(|| "those that leave among them".to_owned());
        units.into_iter().chain(resources).chain(leaving).collect::<Vec<_>>().join(", ")
    }

    fn take(&mut self, other: Self) {
        self.units += other.units;
        self.resources += other.resources;
        self.names.1 = other.names.1;
        self.name = format!("{} … {}", self.names.0, self.names.1);
    }
}

/// Units of one step and site to which the same is done are one line: those of one scope, and if these are still too many,
/// all of them.
pub fn rows(plan: &Plan) -> Vec<Row> {
    let mut rows = Vec::new();
    for (at, step) in plan.steps.iter().enumerate() {
        let between = step.between.iter().map(|unit| (*unit, true));
        for (unit, between) in between.chain(step.units.iter().map(|unit| (*unit, false))) {
            rows.extend(plan.unit(unit).map(|unit| Row::of(at + 1, unit, between)));
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
