//! Properties that change though nobody changed them: those that a service moves by itself, and those in which it shows
//! what other resources say. The rows are data (`stdlib/schema/volatile.csv`), handed in as text.
//!
//! Must not know: any particular type, resources of a graph.

use std::collections::BTreeMap;

use tonnage_base::Symbol;

use crate::path::{PathStep, Pattern};
use crate::table;

/// Who changes a property that nobody changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Changer {
    /// The service.
    Service,
    /// Resources of a type: the property shows what they write into it.
    Part(Part),
}

/// Resources that write into a property of another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// Their type.
    pub kind: Symbol,
    /// Which of their properties name the resource that they write into.
    pub targets: Vec<Symbol>,
    /// What they write.
    pub entry: Entry,
}

/// What a resource writes into a property of another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Entry {
    /// One value.
    Value(Said),
    /// A map.
    Map {
        /// Each of its own properties is in it, under the same name, but for those that name the other.
        own: bool,
        /// What is in it beside these.
        said: Vec<(Symbol, Said)>,
        /// What the service shows beside all that.
        beside: Vec<Symbol>,
    },
}

/// A value that a resource writes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Said {
    /// What it is identified by.
    Identifier,
    /// A property of it.
    Property(Symbol),
}

impl Said {
    fn read(text: &str) -> Self {
        if text.is_empty() { Self::Identifier } else { Self::Property(Symbol::new(text)) }
    }
}

impl Entry {
    fn read(text: &str) -> Self {
        if let Some(value) = text.strip_prefix('=') {
            return Self::Value(Said::read(value));
        }
        let (mut own, mut said, mut beside) = (false, Vec::new(), Vec::new());
        for word in text.split_whitespace() {
            match word.split_once('=') {
                Some((key, value)) => said.push((Symbol::new(key), Said::read(value))),
                None if word == "*" => own = true,
                None => beside.push(Symbol::new(word)),
            }
        }
        Self::Map { own, said, beside }
    }
}

/// The properties, by native type.
#[derive(Debug, Default)]
pub struct Volatile {
    rows: BTreeMap<Symbol, Vec<(Pattern, Changer)>>,
}

const HEADER: [&str; 6] = ["type", "property", "by", "target", "entry", "source"];

impl Volatile {
    /// Reads the table: CSV with lines of comment that begin with `#`, and the header
    /// `type,property,by,target,entry,source`. Errors in words, with the line.
    pub fn load(rows: &str) -> Result<Self, String> {
        let mut volatile = Self::default();
        table::each(rows, HEADER, |cells| {
            let [kind, places, by, targets, entry, source] = cells;
            let of_a_part = by != "service";
            let said = [kind, places, by, source].iter().all(|cell| !cell.is_empty());
            if !said || [targets, entry].iter().any(|cell| cell.is_empty() == of_a_part) {
                return Err("a cell is empty, or says what goes with a type alone".to_owned());
            }
            let changer = if of_a_part {
                let targets = targets.split_whitespace().map(Symbol::new).collect();
                Changer::Part(Part { kind: Symbol::new(by), targets, entry: Entry::read(entry) })
            } else {
                Changer::Service
            };
            let places = places.split_whitespace().map(|place| (Pattern::parse(place), changer.clone()));
            volatile.rows.entry(Symbol::new(kind)).or_default().extend(places);
            Ok(())
        })?;
        Ok(volatile)
    }

    /// Whether the service changes the property at a path, or something that it lies inside of, by itself.
    pub fn moves(&self, kind: Symbol, path: &[PathStep]) -> bool {
        self.of(kind).any(|(place, changer)| *changer == Changer::Service && place.covers(path))
    }

    /// The resources that write into the property at a path.
    pub fn parts(&self, kind: Symbol, path: &[PathStep]) -> impl Iterator<Item = &Part> {
        self.of(kind).filter(|(place, _)| place.is(path)).filter_map(|(_, changer)| match changer {
            Changer::Part(part) => Some(part),
            Changer::Service => None,
        })
    }

    /// All resources that write into properties of others.
    pub fn all_parts(&self) -> impl Iterator<Item = &Part> {
        self.rows().filter_map(|(.., changer)| match changer {
            Changer::Part(part) => Some(part),
            Changer::Service => None,
        })
    }

    fn of(&self, kind: Symbol) -> impl Iterator<Item = &(Pattern, Changer)> {
        self.rows.get(&kind).into_iter().flatten()
    }

    /// All rows, with the type each is of.
    pub fn rows(&self) -> impl Iterator<Item = (Symbol, &Pattern, &Changer)> {
        self.rows.iter().flat_map(|(kind, rows)| rows.iter().map(|(place, changer)| (*kind, place, changer)))
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
                let kind = schemas.get(part.kind).unwrap_or_else(|| panic!("{} is not known", part.kind));
                let mut named = part.targets.clone();
                let said: Vec<Said> = match &part.entry {
                    Entry::Value(said) => vec![*said],
                    Entry::Map { said, .. } => said.iter().map(|(_, said)| *said).collect(),
                };
                named.extend(said.into_iter().filter_map(|said| match said {
                    Said::Property(name) => Some(name),
                    Said::Identifier => None,
                }));
                for name in named {
                    assert!(kind.property(&[PathStep::Key(name)]).is_some(), "{} has no {name}", part.kind);
                }
            }
            rows += 1;
        }
        assert!(rows > 10);
    }

    #[test]
    fn a_row_covers_what_lies_inside() {
        let head = "type,property,by,target,entry,source\n";
        let table = format!("{head}T,A/B C,service,,,t\nT,D,P,To,* N= A=X B,t\nT,E,P,To,=,t\n");
        let volatile = Volatile::load(&table).expect("a table");
        let kind = Symbol::new("T");
        assert!(volatile.moves(kind, &["A".into(), "B".into(), "X".into()]));
        assert!(!volatile.moves(kind, &["A".into()]) && !volatile.moves(kind, &["D".into()]));
        let parts = |key: &str| volatile.parts(kind, &[key.into()]).collect::<Vec<_>>();
        let [name, it, there, beside] = ["N", "A", "X", "B"].map(Symbol::new);
        let said = vec![(name, Said::Identifier), (it, Said::Property(there))];
        let [only] = parts("D")[..] else { panic!("one") };
        assert_eq!(only.entry, Entry::Map { own: true, said, beside: vec![beside] });
        assert_eq!(parts("E").first().expect("one").entry, Entry::Value(Said::Identifier));
        assert!(parts("A").is_empty());
        assert!(Volatile::load(&format!("{head}T,A,,,,t\n")).is_err());
        assert!(Volatile::load(&format!("{head}T,A,P,To,,t\n")).is_err());
        assert!(Volatile::load(&format!("{head}T,A,service,To,=,t\n")).is_err());
        assert!(Volatile::load("type,by\n").is_err());
    }
}
