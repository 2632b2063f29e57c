//! Properties that change though nobody changed them: those that a service moves by itself, and those in which it shows what
//! other resources say. The rows are data (`stdlib/schema/volatile.csv`), handed in as text.
//!
//! Must not know: any particular type, resources of a graph.

use std::collections::BTreeMap;

use tonnage_base::Symbol;

use crate::path::{PathStep, Pattern};

/// Who changes a property that nobody changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Changer {
    /// The service.
    Service,
    /// Resources of this type: the property shows what they are.
    Part(Symbol),
}

/// The properties, by native type.
#[derive(Debug, Default)]
pub struct Volatile {
    rows: BTreeMap<Symbol, Vec<(Pattern, Changer)>>,
}

const HEADER: [&str; 4] = ["type", "property", "by", "source"];

impl Volatile {
    /// Reads the table: CSV with lines of comment that begin with `#`, and the header `type,property,by,source`. Errors in
    /// words, with the line.
    pub fn load(table: &str) -> Result<Self, String> {
        let mut volatile = Self::default();
        let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(table.as_bytes());
        let header = reader.headers().map_err(|error| error.to_string())?;
        if header.iter().ne(HEADER) {
            return Err(format!("the header is not `{}`", HEADER.join(",")));
        }
        for record in reader.records() {
            let record = record.map_err(|error| error.to_string())?;
            let cell = |at: usize| record.get(at).unwrap_or_default().trim();
            let changer = match cell(2) {
                "service" => Changer::Service,
                part => Changer::Part(Symbol::new(part)),
            };
            if (0..HEADER.len()).any(|at| cell(at).is_empty()) {
                let line = record.position().map_or(0, csv::Position::line);
                return Err(format!("line {line}: a cell is empty"));
            }
            let places = cell(1).split_whitespace().map(|place| (Pattern::parse(place), changer));
            volatile.rows.entry(Symbol::new(cell(0))).or_default().extend(places);
        }
        Ok(volatile)
    }

    /// Who changes the property at a path, or something that it lies inside of.
    pub fn changers(&self, kind: Symbol, path: &[PathStep]) -> impl Iterator<Item = Changer> {
        let rows = self.rows.get(&kind).into_iter().flatten();
        rows.filter(|(place, _)| place.covers(path)).map(|(_, changer)| *changer)
    }

    /// All rows, with the type each is of.
    pub fn rows(&self) -> impl Iterator<Item = (Symbol, &Pattern, Changer)> {
        self.rows.iter().flat_map(|(kind, rows)| rows.iter().map(|(place, changer)| (*kind, place, *changer)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Schemas;

    #[test]
    fn every_row_is_of_a_property_that_there_is_and_that_is_not_read_only() {
        let volatile = Volatile::load(tonnage_stdlib::volatile_csv().text).expect("the table");
        let schemas = Schemas::load_all(&tonnage_stdlib::schemas_json());
        let mut rows = 0;
        for (kind, place, changer) in volatile.rows() {
            let known = schemas.get(kind).unwrap_or_else(|| panic!("{kind} is not known"));
            let path: Option<Vec<PathStep>> = place.steps().iter().map(|step| step.map(PathStep::Key)).collect();
            let path = path.expect("a place without `*`");
            assert!(known.property(&path).is_some(), "{kind} has no {place}");
            assert!(!known.read_only(&path), "{kind} {place} never shows anyway");
            if let Changer::Part(part) = changer {
                assert!(schemas.get(part).is_some(), "{part} is not known");
            }
            rows += 1;
        }
        assert!(rows > 10);
    }

    #[test]
    fn a_row_covers_what_lies_inside() {
        let table = "type,property,by,source\nT,A/B C,service,t\nT,D,P,t\n";
        let volatile = Volatile::load(table).expect("a table");
        let of = |path: &[PathStep]| volatile.changers(Symbol::new("T"), path).collect::<Vec<_>>();
        assert_eq!(of(&["A".into(), "B".into(), "X".into()]), [Changer::Service]);
        assert_eq!(of(&["D".into()]), [Changer::Part(Symbol::new("P"))]);
        assert!(of(&["A".into()]).is_empty());
        assert!(Volatile::load("type,property,by,source\nT,A,,t\n").is_err());
        assert!(Volatile::load("type,by\n").is_err());
    }
}
