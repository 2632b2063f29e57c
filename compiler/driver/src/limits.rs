//! Limits of a cloud's services and of its units, from the standard library's table. Must not hold a number.

use tonnage_plan::Limits;

/// Rows of the table for one kind of cloud: provider, service, and the limits for resources, bytes, parameters and outputs.
/// An empty one: the service has no such limit.
struct Rows {
    provider: &'static str,
    service: &'static str,
    limits: [&'static str; 4],
}

/// A CloudFormation stack whose template is sent inline; a deployment; a batch of requests.
const KINDS: [Rows; 3] = [
    Rows {
        provider: "aws",
        service: "cloudformation",
        limits: [
            "resources per template",
            "template body in request, bytes",
            "parameters per template",
            "outputs per template",
        ],
    },
    Rows {
        provider: "azure",
        service: "arm",
        limits: ["resources per template incl. copy", "template size, bytes", "parameters", "outputs"],
    },
    Rows { provider: "google", service: "compute", limits: ["calls in one batch request", "", "", ""] },
];

/// The limits of a unit on a kind of cloud. Errors in words where the table lacks a row.
pub fn of(kind: &str) -> Result<Limits, String> {
    let Some(rows) = KINDS.iter().find(|rows| rows.provider == kind) else {
        return Err(format!("nothing is known of the limits of a cloud of kind `{kind}`"));
    };
    let find = |name: &str| match name {
        "" => Ok(usize::MAX),
        _ => row(rows.provider, rows.service, name)
            .and_then(|row| usize::try_from(row.value?).ok())
            .ok_or_else(|| format!("std:catalog/limits.csv lacks `{name}` of {kind}")),
    };
    let [resources, bytes, parameters, outputs] = rows.limits;
    Ok(Limits {
        resources: find(resources)?,
        bytes: find(bytes)?,
        parameters: find(parameters)?,
        outputs: find(outputs)?,
    })
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
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .flexible(true)
        .from_reader(tonnage_stdlib::limits_csv().as_bytes());
    let mut rows = reader.records().filter_map(Result::ok);
    let found = rows.find(|row| row.iter().take(3).eq([provider, service, limit]))?;
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
