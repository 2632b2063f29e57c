//! What a change does to nodes that run, to capacity that is paid for and to data: a row for each fact, the first one
//! that holds wins. The rows are data (`stdlib/effects/`), handed in as text.
//!
//! Must not know: any particular type, resources of a graph. What is true of a change is asked through [`Situation`].

use std::collections::BTreeMap;

use tonnage_base::Symbol;

use crate::condition::{Condition, Situation};
use crate::path::{PathStep, Pattern};
use crate::table;

/// Facts about changes, by native type.
#[derive(Debug, Default)]
pub struct Effects {
    rows: BTreeMap<Symbol, Vec<Row>>,
    /// By type: the properties that say how many nodes it is to have; the first that is there counts.
    sizes: BTreeMap<Symbol, Vec<Pattern>>,
    /// By type: the properties that say how many nodes it may have at most.
    bounds: BTreeMap<Symbol, Vec<Pattern>>,
    /// By type: a range of addresses, and what it lies in.
    ranges: BTreeMap<Symbol, Vec<Box<[Pattern]>>>,
}

/// What is done to a resource.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Occasion {
    /// It is made.
    Create,
    /// It is changed in place.
    Update,
    /// Another one takes its place.
    Replace,
    /// It is deleted.
    Delete,
    /// Its nodes, which stayed on an old version, are brought to the new one: the words say how.
    BringOver,
    /// It is refused, or undoes something: the words say what can be done in its place.
    Instead,
    /// It is deleted, and nodes of its block come in another zone.
    Moves,
    /// Nodes that were asked for do not run: the words say what is to be known of them.
    NotFull,
}

/// What happens to running nodes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OnNodes {
    /// Nothing.
    Nothing,
    /// The service refuses the change, and the unit fails.
    Refused,
    /// Nothing stops, but a reviewer has to know the words.
    Note,
    /// Nothing stops now. Nodes stop by themselves later: the words say when.
    Ends,
    /// They stay as they are; nodes that start later are other ones.
    Later,
    /// They are stopped and replaced in batches.
    Rolling,
    /// They stop. Where a number goes down: as many as it goes down by.
    Stop,
    /// Some may stop; how many, nobody knows before.
    MayStop,
    /// They run on, and what they could reach or do they can no longer.
    LosesAccess,
    /// The resource that holds them is replaced.
    Replaces,
}

/// What happens to what is paid for or stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OnHoldings {
    /// Reserved capacity is given back; it may not be had again.
    Released,
    /// Paid capacity stays paid, with nothing in it.
    Idle,
    /// What exists once is needed twice while both are there.
    Twice,
    /// Stored data is lost.
    Lost(Option<Size>),
    /// Stored data stays in the old one, which is kept; the new one is empty.
    Behind(Option<Size>),
}

/// A property that says how much data there is, and how many GiB one of it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Size(pub Pattern, pub u64);

/// How many nodes a service takes down at a time: a number, or a share of them in percent.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Batch {
    said: Said,
    percent: bool,
}

/// Where a number stands.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Said {
    /// In the table: what the service does where nobody says.
    Here(u64),
    Property {
        place: Pattern,
        beside: bool,
    },
}

/// One fact.
#[derive(Debug)]
pub struct Row {
    occasion: Option<Occasion>,
    /// None: the resource as a whole.
    properties: Vec<Pattern>,
    condition: Vec<Condition>,
    /// Running nodes.
    pub nodes: OnNodes,
    /// How many of them at a time; the first that is there counts.
    batches: Vec<Batch>,
    /// Capacity and data.
    pub holdings: Vec<OnHoldings>,
    /// In words, to follow what is counted.
    pub words: String,
    /// Where it is written.
    pub source: String,
}

const HEADER: [&str; 8] = ["type", "change", "property", "condition", "nodes", "holdings", "words", "source"];

impl Effects {
    /// Reads tables: CSV with lines of comment that begin with `#`, and the header
    /// `type,change,property,condition,nodes,holdings,words,source`. Errors in words, with the line.
    pub fn load<'t>(tables: impl IntoIterator<Item = &'t str>) -> Result<Self, String> {
        let mut effects = Self::default();
        for rows in tables {
            table::each(rows, HEADER, |cells| {
                let [kind, change, places, ..] = cells;
                let kind = Symbol::new(kind);
                let places = || places.split_whitespace().map(Pattern::parse);
                match change {
                    "range" => effects.ranges.entry(kind).or_default().push(places().collect()),
                    "size" => effects.sizes.entry(kind).or_default().extend(places()),
                    "most" => effects.bounds.entry(kind).or_default().extend(places()),
                    _ => effects.rows.entry(kind).or_default().push(row(cells)?),
                }
                Ok(())
            })?;
        }
        Ok(effects)
    }

    /// The fact about a change of the value at `path`; an empty path is the resource as a whole.
    pub fn find(&self, kind: Symbol, occasion: Occasion, path: &[PathStep], situation: &dyn Situation) -> Option<&Row> {
        self.of(kind).iter().find(|row| {
            row.occasion == Some(occasion) && row.covers(path) && row.condition.iter().all(|term| term.holds(situation))
        })
    }

    /// Whether a change in place of the value at `path` replaces the resource, where that depends on something: none
    /// where the table does not say on what.
    pub fn replaces(&self, kind: Symbol, path: &[PathStep], situation: &dyn Situation) -> Option<bool> {
        let decides = |row: &Row| row.nodes == OnNodes::Replaces && row.covers(path);
        self.of(kind).iter().any(decides).then(|| {
            self.find(kind, Occasion::Update, path, situation).is_some_and(|row| row.nodes == OnNodes::Replaces)
        })
    }

    /// Whether what is done to a type can do something to running nodes: then a property of which there is no row is
    /// not known to be harmless.
    pub fn concerns_nodes(&self, kind: Symbol) -> bool {
        self.of(kind).iter().any(|row| {
            matches!(
                row.nodes,
                OnNodes::Later | OnNodes::Rolling | OnNodes::Stop | OnNodes::MayStop | OnNodes::Replaces
            )
        })
    }

    /// Whether something of a type holds data that a change can take away.
    pub fn holds_data(&self, kind: Symbol) -> bool {
        let mut holdings = self.of(kind).iter().flat_map(|row| &row.holdings);
        holdings.any(|holding| matches!(holding, OnHoldings::Lost(_) | OnHoldings::Behind(_)))
    }

    /// Whether something of a type is a place for data: what it holds stays where it is when another takes its place.
    pub fn is_store(&self, kind: Symbol) -> bool {
        let mut holdings = self.of(kind).iter().flat_map(|row| &row.holdings);
        holdings.any(|holding| matches!(holding, OnHoldings::Behind(_)))
    }

    /// The types of such places.
    pub fn stores(&self) -> impl Iterator<Item = Symbol> {
        self.rows.keys().copied().filter(|kind| self.is_store(*kind))
    }

    /// The properties that say how much data something of a type holds.
    pub fn data_sizes(&self, kind: Symbol) -> impl Iterator<Item = &Size> {
        let holdings = self.of(kind).iter().flat_map(|row| &row.holdings);
        holdings.filter_map(|holding| match holding {
            OnHoldings::Lost(size) | OnHoldings::Behind(size) => size.as_ref(),
            OnHoldings::Released | OnHoldings::Idle | OnHoldings::Twice => None,
        })
    }

    /// How nodes of a type that stayed on an old version are brought to the new one once that is asked for, in words;
    /// none: the table does not say.
    pub fn bring_over(&self, kind: Symbol, situation: &dyn Situation) -> Option<&str> {
        let holds = |row: &&Row| row.condition.iter().all(|term| term.holds(situation));
        let row = self.of(kind).iter().filter(|row| row.occasion == Some(Occasion::BringOver)).find(holds)?;
        Some(row.words.split_once("; later ").map_or(row.words.as_str(), |(_, later)| later))
    }

    /// Names that there can be only one of, beside the type's identifier: each is one or more properties.
    pub fn names(&self, kind: Symbol) -> impl Iterator<Item = &[Pattern]> {
        self.of(kind).iter().filter(|row| row.occasion.is_none()).map(|row| row.properties.as_slice())
    }

    /// Ranges of addresses of a type: the range, then what it lies in. No two in one of these may meet.
    pub fn ranges(&self, kind: Symbol) -> impl Iterator<Item = (&Pattern, &[Pattern])> {
        self.ranges.get(&kind).into_iter().flatten().filter_map(|places| places.split_first())
    }

    /// All of them, with the type each is of.
    pub fn all_ranges(&self) -> impl Iterator<Item = (Symbol, &Pattern)> {
        self.ranges.iter().flat_map(|(kind, all)| all.iter().flatten().map(|place| (*kind, place)))
    }

    /// Whether some fact about a type depends on this word.
    pub fn asks(&self, kind: Symbol, word: &str) -> bool {
        self.of(kind).iter().flat_map(|row| &row.condition).any(|condition| condition.asks(word))
    }

    /// The properties of a type that say how many nodes it is to have; the first that is there counts.
    pub fn sizes(&self, kind: Symbol) -> &[Pattern] {
        self.sizes.get(&kind).map_or(&[], Vec::as_slice)
    }

    /// The properties of a type that say how many nodes it may have at most; the first that is there counts.
    pub fn bounds(&self, kind: Symbol) -> &[Pattern] {
        self.bounds.get(&kind).map_or(&[], Vec::as_slice)
    }

    /// Whether a property says how many nodes there are, or may be at most: of those that run, as many as are above it
    /// are too many.
    pub fn limits_nodes(&self, kind: Symbol, path: &[PathStep]) -> bool {
        self.sizes(kind).iter().chain(self.bounds(kind)).any(|place| place.is(path))
    }

    /// All properties that say a number of nodes, with the type each is of.
    pub fn all_sizes(&self) -> impl Iterator<Item = (Symbol, &Pattern)> {
        self.sizes.iter().chain(&self.bounds).flat_map(|(kind, places)| places.iter().map(|place| (*kind, place)))
    }

    /// All rows, with the type each is of.
    pub fn rows(&self) -> impl Iterator<Item = (Symbol, &Row)> {
        self.rows.iter().flat_map(|(kind, rows)| rows.iter().map(|row| (*kind, row)))
    }

    fn of(&self, kind: Symbol) -> &[Row] {
        self.rows.get(&kind).map_or(&[], Vec::as_slice)
    }
}

impl Row {
    /// The places it speaks of, those of its condition included.
    pub fn places(&self) -> impl Iterator<Item = &Pattern> {
        let asked = self.condition.iter().filter_map(Condition::place);
        let sizes = self.holdings.iter().filter_map(|holding| match holding {
            OnHoldings::Lost(size) | OnHoldings::Behind(size) => size.as_ref().map(|Size(place, _)| place),
            OnHoldings::Released | OnHoldings::Idle | OnHoldings::Twice => None,
        });
        let batches = self.batches.iter().filter_map(|batch| match &batch.said {
            Said::Property { place, beside: false } => Some(place),
            _ => None,
        });
        self.properties.iter().chain(asked).chain(sizes).chain(batches)
    }

    /// How many of so many nodes are down at once, at most; none: not known, or none is before another is there.
    pub fn batch(&self, nodes: u64, situation: &dyn Situation) -> Option<u64> {
        let (said, percent) =
            self.batches.iter().find_map(|batch| Some((batch.said.number(situation)?, batch.percent)))?;
        let batch = if percent { nodes.saturating_mul(said).div_ceil(100) } else { said };
        Some(batch.min(nodes)).filter(|batch| *batch > 0)
    }

    fn covers(&self, path: &[PathStep]) -> bool {
        if path.is_empty() { self.properties.is_empty() } else { self.properties.iter().any(|p| p.covers(path)) }
    }
}

impl Said {
    fn number(&self, situation: &dyn Situation) -> Option<u64> {
        match self {
            Self::Here(number) => Some(*number),
            Self::Property { place, beside: true } => situation.beside(place)?.parse().ok(),
            Self::Property { place, beside: false } => situation.property(place)?.parse().ok(),
        }
    }
}

fn row(cells: [&str; HEADER.len()]) -> Result<Row, String> {
    let [_, change, properties, condition, nodes, holdings, words, source] = cells;
    let occasion = match change {
        "create" => Some(Occasion::Create),
        "update" => Some(Occasion::Update),
        "replace" => Some(Occasion::Replace),
        "delete" => Some(Occasion::Delete),
        "bring_over" => Some(Occasion::BringOver),
        "instead" => Some(Occasion::Instead),
        "moves" => Some(Occasion::Moves),
        "not_full" => Some(Occasion::NotFull),
        "name" => None,
        other => {
            return Err(format!(
                "`{other}` is not create, update, replace, delete, bring_over, instead, moves, not_full, name, range, size or most"
            ));
        }
    };
    let (nodes, batches) = nodes.split_once(':').unwrap_or((nodes, ""));
    let nodes = match nodes {
        "" => OnNodes::Nothing,
        "refused" => OnNodes::Refused,
        "note" => OnNodes::Note,
        "ends" => OnNodes::Ends,
        "later" => OnNodes::Later,
        "rolling" => OnNodes::Rolling,
        "stop" => OnNodes::Stop,
        "may_stop" => OnNodes::MayStop,
        "loses_access" => OnNodes::LosesAccess,
        "replaces" => OnNodes::Replaces,
        other => return Err(format!("`{other}` is nothing that happens to nodes")),
    };
    let row = Row {
        occasion,
        properties: properties.split_whitespace().map(Pattern::parse).collect(),
        condition: condition.split_whitespace().map(Condition::parse).collect(),
        nodes,
        batches: batches.split('|').filter(|batch| !batch.is_empty()).map(batch).collect::<Result<_, _>>()?,
        holdings: holdings.split_whitespace().map(holding).collect::<Result<_, _>>()?,
        words: words.to_owned(),
        source: source.to_owned(),
    };
    if row.source.is_empty() {
        return Err("it has no source".to_owned());
    }
    if row.nodes != OnNodes::Rolling && !row.batches.is_empty() {
        return Err("only `rolling` is done in batches".to_owned());
    }
    Ok(row)
}

fn batch(text: &str) -> Result<Batch, String> {
    let (number, percent) = text.strip_suffix('%').map_or((text, false), |share| (share, true));
    let place = |place, beside| Said::Property { place: Pattern::parse(place), beside };
    let said = match (number.strip_prefix('/'), number.strip_prefix('@'), number.parse()) {
        (Some(inside), ..) => place(inside, false),
        (_, Some(beside), _) => place(beside, true),
        (.., Ok(number)) => Said::Here(number),
        _ => return Err(format!("`{text}` is neither a number of nodes nor a property that says one")),
    };
    Ok(Batch { said, percent })
}

fn holding(text: &str) -> Result<OnHoldings, String> {
    let (word, size) = match text.split_once(':') {
        Some((word, size)) => {
            let (place, gib) = size.split_once('*').unwrap_or((size, "1"));
            let gib = gib.parse().map_err(|_| format!("`{gib}` is not a number of GiB"))?;
            (word, Some(Size(Pattern::parse(place), gib)))
        }
        None => (text, None),
    };
    match (word, size) {
        ("released", None) => Ok(OnHoldings::Released),
        ("idle", None) => Ok(OnHoldings::Idle),
        ("twice", None) => Ok(OnHoldings::Twice),
        ("lost", size) => Ok(OnHoldings::Lost(size)),
        ("behind", size) => Ok(OnHoldings::Behind(size)),
        _ => Err(format!("`{text}` is nothing that happens to capacity or data")),
    }
}

#[cfg(test)]
mod tests;
