//! What lets everybody in, or allows everything. The rows are data (`stdlib/schema/open.csv`), handed in as text.
//!
//! Must not know: any particular type, values: whoever has them says which texts stand at a name.

use std::collections::BTreeMap;

use tonnage_base::Symbol;

use crate::path::Pattern;
use crate::table;

/// Entries that are open, by native type.
#[derive(Debug, Default)]
pub struct Open {
    rows: BTreeMap<Symbol, Vec<Row>>,
}

/// An entry that is open where all of it holds.
#[derive(Debug)]
pub struct Row {
    /// Where entries stand; none: the properties as a whole are one.
    pub entry: Option<Pattern>,
    /// Everything is allowed by it; otherwise everybody gets in.
    pub all: bool,
    terms: Vec<Term>,
}

/// What holds of a name inside an entry.
#[derive(Debug)]
struct Term {
    name: Vec<Symbol>,
    test: Test,
}

#[derive(Debug)]
enum Test {
    IsThere,
    IsNotThere,
    Is(String),
    IsNot(String),
    Ends(String),
}

const HEADER: [&str; 5] = ["type", "entry", "if", "opens", "source"];

impl Open {
    /// Reads the table: CSV with lines of comment that begin with `#`, and the header `type,entry,if,opens,source`.
    /// Errors in words, with the line.
    pub fn load(rows: &str) -> Result<Self, String> {
        let mut open = Self::default();
        table::each(rows, HEADER, |cells| {
            let [kind, entry, terms, opens, _] = cells;
            if cells.iter().any(|cell| cell.is_empty()) || !["to", "all"].contains(&opens) {
                return Err("a cell is empty, or does not say what is open".to_owned());
            }
            let entry = (entry != ".").then(|| Pattern::parse(entry));
            let terms = terms.split_whitespace().map(Term::parse).collect();
            open.rows.entry(Symbol::new(kind)).or_default().push(Row { entry, all: opens == "all", terms });
            Ok(())
        })?;
        Ok(open)
    }

    /// The rows of a type.
    pub fn of(&self, kind: Symbol) -> &[Row] {
        self.rows.get(&kind).map_or(&[], Vec::as_slice)
    }
}

impl Row {
    /// What opens the properties as a whole, where they are the entry: the first name that it speaks of.
    pub fn first(&self) -> Option<Symbol> {
        self.terms.first()?.name.first().copied()
    }

    /// Whether an entry is open. `texts` gives what stands at a name in it, each element of a list; what is no text as
    /// an empty one; nothing where nothing is.
    pub fn holds(&self, texts: impl Fn(&[Symbol]) -> Vec<String>) -> bool {
        self.terms.iter().all(|term| {
            let found = texts(&term.name);
            let any = |wanted: &dyn Fn(&str) -> bool| found.iter().any(|text| wanted(text));
            match &term.test {
                Test::IsThere => !found.is_empty(),
                Test::IsNotThere => found.is_empty(),
                Test::Is(value) => any(&|text| text.eq_ignore_ascii_case(value)),
                Test::IsNot(value) => !any(&|text| text.eq_ignore_ascii_case(value)),
                Test::Ends(end) => any(&|text| text.ends_with(end)),
            }
        })
    }
}

impl Term {
    fn parse(text: &str) -> Self {
        let (name, test) = if let Some(name) = text.strip_prefix('!') {
            (name, Test::IsNotThere)
        } else if let Some((name, value)) = text.split_once("!=") {
            (name, Test::IsNot(value.to_owned()))
        } else if let Some((name, value)) = text.split_once('=') {
            (name, Test::Is(value.to_owned()))
        } else if let Some((name, end)) = text.split_once('~') {
            (name, Test::Ends(end.to_owned()))
        } else {
            (text, Test::IsThere)
        };
        Self { name: name.split('.').map(Symbol::new).collect(), test }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PathStep, Schemas};

    #[test]
    fn every_row_is_of_a_property_that_there_is() {
        let open = Open::load(tonnage_stdlib::open_csv().text).expect("the table");
        let schemas = Schemas::load_all(&tonnage_stdlib::schemas_json());
        for (kind, rows) in &open.rows {
            let known = schemas.get(*kind).unwrap_or_else(|| panic!("{kind} is not known"));
            for row in rows {
                let steps = row.entry.iter().flat_map(|entry| entry.steps());
                let entry: Vec<PathStep> = steps.map(|step| step.map_or(PathStep::Index(0), PathStep::Key)).collect();
                for term in &row.terms {
                    let inside = term.name.iter().copied().map(PathStep::Key);
                    let path: Vec<PathStep> = entry.iter().copied().chain(inside).collect();
                    assert!(known.property(&path).is_some(), "{kind} has no {}", crate::path::display(&path));
                }
            }
        }
        assert!(open.rows.len() > 10);
    }

    #[test]
    fn all_that_a_row_says_must_hold() {
        let table = "type,entry,if,opens,source\nT,A/*,Effect=Allow !If Who.Id=* From!=here At~/0 Port,to,t\n";
        let open = Open::load(table).expect("a table");
        let [row] = open.of(Symbol::new("T")) else { panic!("one row") };
        let of = |said: &[(&str, &str)]| {
            row.holds(|name| {
                let name = name.iter().map(|step| step.as_str()).collect::<Vec<_>>().join(".");
                said.iter().filter(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned()).collect()
            })
        };
        let all = [("Effect", "allow"), ("Who.Id", "me"), ("Who.Id", "*"), ("At", "0.0.0.0/0"), ("Port", "")];
        assert!(of(&all));
        for left_out in ["Effect", "Who.Id", "At", "Port"] {
            assert!(!of(&all.iter().copied().filter(|(name, _)| *name != left_out).collect::<Vec<_>>()), "{left_out}");
        }
        for more in [("If", "x"), ("From", "here")] {
            assert!(!of(&[&all[..], &[more]].concat()), "{more:?}");
        }
        assert!(Open::load("type,entry,if,opens,source\nT,A,B,up,t\n").is_err());
    }
}
