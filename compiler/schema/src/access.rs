//! Properties that decide who gets in. The rows are data (`stdlib/schema/access.csv`), handed in as text.
//!
//! Must not know: any particular type, values.

use std::collections::BTreeMap;

use tonnage_base::Symbol;

use crate::path::{PathStep, Pattern};
use crate::table;

/// When a change of such a property lets more in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wider {
    /// With an entry that was not there.
    More,
    /// When it is turned on.
    On,
    /// When it is turned off.
    Off,
    /// That is for the reader to see.
    Any,
}

/// The properties, by native type.
#[derive(Debug, Default)]
pub struct Access {
    rows: BTreeMap<Symbol, Vec<(Pattern, Wider)>>,
}

const HEADER: [&str; 4] = ["type", "property", "wider", "source"];

impl Access {
    /// Reads the table: CSV with lines of comment that begin with `#`, and the header `type,property,wider,source`.
    /// Errors in words, with the line.
    pub fn load(rows: &str) -> Result<Self, String> {
        let mut access = Self::default();
        table::each(rows, HEADER, |cells| {
            let [kind, places, wider, _] = cells;
            let wider = match wider {
                "more" => Some(Wider::More),
                "on" => Some(Wider::On),
                "off" => Some(Wider::Off),
                "any" => Some(Wider::Any),
                _ => None,
            };
            let Some(wider) = wider.filter(|_| cells.iter().all(|cell| !cell.is_empty())) else {
                return Err("a cell is empty, or says no way in which it is wider".to_owned());
            };
            let places = places.split_whitespace().map(|place| (Pattern::parse(place), wider));
            access.rows.entry(Symbol::new(kind)).or_default().extend(places);
            Ok(())
        })?;
        Ok(access)
    }

    /// Whether the property at a path of a type, or something inside it, decides who gets in, and when more do. The
    /// first row that it lies in says; of what only lies inside the reader sees.
    pub fn of(&self, kind: Symbol, path: &[PathStep]) -> Option<Wider> {
        let rows = self.rows.get(&kind)?;
        let inside = || rows.iter().any(|(place, _)| place.is_inside(path));
        rows.iter().find(|(place, _)| place.covers(path)).map(|row| row.1).or_else(|| inside().then_some(Wider::Any))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Schemas;

    #[test]
    fn every_row_is_of_a_property_that_there_is() {
        let access = Access::load(tonnage_stdlib::access_csv().text).expect("the table");
        let schemas = Schemas::load_all(&tonnage_stdlib::schemas_json());
        for (kind, rows) in &access.rows {
            let known = schemas.get(*kind).unwrap_or_else(|| panic!("{kind} is not known"));
            for (place, _) in rows {
                let steps = place.steps().iter().map(|step| step.map_or(PathStep::Index(0), PathStep::Key));
                let path: Vec<PathStep> = steps.collect();
                assert!(known.property(&path).is_some(), "{kind} has no {place}");
            }
        }
        assert!(access.rows.len() > 20);
    }

    #[test]
    fn what_lies_in_a_row_or_around_one_decides_who_gets_in() {
        let access = Access::load("type,property,wider,source\nT,A/B,off,t\nT,C,more,t\n").expect("a table");
        let of = |path: &[PathStep]| access.of(Symbol::new("T"), path);
        assert_eq!(of(&["A".into(), "B".into()]), Some(Wider::Off));
        assert_eq!(of(&["C".into(), PathStep::Index(1), "X".into()]), Some(Wider::More));
        assert_eq!(of(&["A".into()]), Some(Wider::Any));
        assert_eq!(of(&["A".into(), "C".into()]), None);
        assert!(Access::load("type,property,wider,source\nT,A,up,t\n").is_err());
        assert!(Access::load("type,wider\n").is_err());
    }
}
