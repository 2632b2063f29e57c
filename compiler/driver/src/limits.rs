//! Limits of a cloud's services and of its units, from the standard library's tables. Must not hold a number.

use tonnage_plan::Limits;

use crate::tables;

/// The limits of a unit on a kind of cloud. Errors in words where the tables lack a row.
pub fn of(kind: &str) -> Result<Limits, String> {
    let units = tables::rows(tonnage_stdlib::units_csv().text);
    let Some(unit) = units.iter().find(|unit| unit.get(0) == Some(kind)) else {
        return Err(format!("nothing is known of the limits of a cloud of kind `{kind}`"));
    };
    let service = unit.get(1).unwrap_or_default();
    let find = |at: usize| match unit.get(at).unwrap_or_default() {
        "" => Ok(usize::MAX),
        name => row(kind, service, name)
            .and_then(|row| usize::try_from(row.value?).ok())
            .ok_or_else(|| format!("std:catalog/limits.csv lacks `{name}` of {kind}")),
    };
    Ok(Limits { resources: find(2)?, bytes: find(3)?, parameters: find(4)?, outputs: find(5)? })
}

/// One row of the table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The number; none: it differs for each account.
    pub value: Option<u64>,
    /// Whether the provider raises it for who asks.
    pub raisable: bool,
    /// Where it is written.
    pub source: String,
}

/// A row of the table; none: it is not known.
pub fn row(provider: &str, service: &str, limit: &str) -> Option<Row> {
    let rows = tables::rows(tonnage_stdlib::limits_csv());
    let found = rows.iter().find(|row| row.iter().take(3).eq([provider, service, limit]))?;
    Some(Row {
        value: found.get(3).and_then(|value| value.parse().ok()),
        raisable: found.get(4) == Some("raisable"),
        source: found.get(5).unwrap_or_default().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_table_has_every_limit_of_a_unit() {
        let limits = |kind: &str| {
            let limits = super::of(kind).expect("all rows");
            (limits.resources, limits.bytes, limits.parameters, limits.outputs)
        };
        assert_eq!(limits("aws"), (500, 51_200, 200, 200));
        assert_eq!(limits("azure"), (800, 4_194_304, 256, 64));
        assert_eq!(limits("google"), (1_000, usize::MAX, usize::MAX, usize::MAX));
        assert!(super::of("moon").is_err());
    }
}
