//! Limits of a cloud's units, from the standard library's table. Must not hold a number.

use tonnage_plan::Limits;

/// Rows of the table: provider, service, and the limits for resources, bytes, parameters and outputs.
const CLOUDFORMATION: [&str; 6] = [
    "aws",
    "cloudformation",
    "resources per template",
    "template body in request, bytes",
    "parameters per template",
    "outputs per template",
];

/// The limits of a CloudFormation stack whose template is sent inline. Errors in words where the table lacks a row.
pub fn cloudformation() -> Result<Limits, String> {
    let [provider, service, resources, bytes, parameters, outputs] = CLOUDFORMATION;
    let find =
        |name: &str| row(provider, service, name).ok_or_else(|| format!("std:catalog/limits.csv lacks `{name}`"));
    Ok(Limits {
        resources: find(resources)?,
        bytes: find(bytes)?,
        parameters: find(parameters)?,
        outputs: find(outputs)?,
    })
}

fn row(provider: &str, service: &str, limit: &str) -> Option<usize> {
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .flexible(true)
        .from_reader(tonnage_stdlib::limits_csv().as_bytes());
    reader
        .records()
        .filter_map(Result::ok)
        .find(|r| r.get(0) == Some(provider) && r.get(1) == Some(service) && r.get(2) == Some(limit))
        .and_then(|r| r.get(3).and_then(|value| value.parse().ok()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_table_has_every_limit_of_a_stack() {
        let limits = super::cloudformation().expect("all rows");
        assert_eq!((limits.resources, limits.bytes), (500, 51_200));
        assert_eq!((limits.parameters, limits.outputs), (200, 200));
    }
}
