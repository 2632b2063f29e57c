//! The standard library's tables, and the paths in them. Must not know what any table is about.

use tonnage_graph::{Node, ValueId, Values};
use tonnage_schema::Pattern;

/// The rows of a table.
pub fn rows(table: &str) -> Vec<csv::StringRecord> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(table.as_bytes());
    reader.records().filter_map(Result::ok).collect()
}

/// As many rows as somebody wrote, whether or not they can be read.
#[cfg(test)]
pub fn written(table: &str) -> usize {
    let rows = table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).count();
    rows.saturating_sub(1)
}

/// A cell that holds a path; none where it is empty.
pub fn pattern(cell: Option<&str>) -> Option<Pattern> {
    cell.filter(|text| !text.is_empty()).map(Pattern::parse)
}

/// Every value at a place of a body, `*` standing for each element.
pub fn all(values: &Values, body: ValueId, place: &Pattern) -> Vec<ValueId> {
    let mut at = vec![body];
    for step in place.steps() {
        at = at
            .into_iter()
            .flat_map(|id| match step {
                Some(key) => values.get(id, *key).into_iter().collect::<Vec<_>>(),
                None => values.items(id).to_vec(),
            })
            .collect();
    }
    at
}

/// The text of a scalar.
pub fn text(values: &Values, id: ValueId) -> Option<String> {
    match values.node(id) {
        Node::Bool(value) => Some(value.to_string()),
        Node::Number(text) | Node::String(text) => Some(text.as_str().to_owned()),
        _ => None,
    }
}

/// `/A/B=v`, or `!/A/B=v`, of a body.
#[derive(Clone, Debug)]
pub struct Condition {
    negated: bool,
    place: Pattern,
    value: String,
}

impl Condition {
    /// A cell that holds one; none where it is empty.
    pub fn parse(cell: Option<&str>) -> Option<Self> {
        let text = cell.filter(|text| !text.is_empty())?;
        let (negated, text) = text.strip_prefix('!').map_or((false, text), |rest| (true, rest));
        let (place, value) = text.strip_prefix('/').unwrap_or(text).split_once('=')?;
        Some(Self { negated, place: Pattern::parse(place), value: value.to_owned() })
    }

    /// Whether it holds.
    pub fn holds(&self, values: &Values, body: ValueId) -> bool {
        let found = all(values, body, &self.place).into_iter().filter_map(|id| text(values, id));
        found.into_iter().any(|text| text == self.value) != self.negated
    }

    /// Where it looks.
    #[cfg(test)]
    pub const fn place(&self) -> &Pattern {
        &self.place
    }
}
