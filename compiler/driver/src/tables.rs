//! The standard library's tables, and the paths in them. Must not know what any table is about.

use tonnage_graph::{ValueId, Values};
use tonnage_plan::effects::Case;
use tonnage_schema::{Condition, Pattern};

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

/// A cell that holds a condition of a body; none where it is empty.
pub fn condition(cell: Option<&str>) -> Option<Condition> {
    cell.filter(|text| !text.is_empty()).map(Condition::parse)
}

/// Whether a condition holds of a body.
pub fn holds(condition: &Condition, values: &Values, body: ValueId) -> bool {
    condition.holds(&Case::of_body(values, body))
}

#[cfg(test)]
mod tests {
    use tonnage_stdlib as stdlib;

    /// A row that can't be read is passed over: here it is seen that there is none.
    #[test]
    fn every_row_of_every_table_is_read() {
        let tables = [
            stdlib::limits_csv(),
            stdlib::jurisdictions_csv(),
            stdlib::countries_csv(),
            stdlib::quotas_csv().text,
            stdlib::counted_csv().text,
            stdlib::subnets_csv().text,
            stdlib::interfaces_csv().text,
            stdlib::units_csv().text,
            stdlib::spot_csv().text,
            stdlib::ends_csv().text,
            stdlib::reserved_csv().text,
        ];
        for table in tables {
            let (read, written) = (super::rows(table), super::written(table));
            assert!(read.len() == written && written > 0, "{} of {written} rows are read of\n{table}", read.len());
        }
    }

    /// One that is short of a cell, as an editor leaves it.
    #[test]
    fn a_row_that_cannot_be_read_is_missed() {
        let table = "# of what\na,b\n1,2\n3\n";
        assert_eq!((super::rows(table).len(), super::written(table)), (1, 2));
    }
}
