//! Tables of facts: CSV under a fixed header, with lines of comment that begin with `#`. Must not know what a table is
//! about.

/// Hands over the cells of each row, without the spaces around them. Errors in words: what is wrong with the table, or
/// with a row, with its line.
pub fn each<const COLUMNS: usize>(
    table: &str,
    header: [&str; COLUMNS],
    mut take: impl FnMut([&str; COLUMNS]) -> Result<(), String>,
) -> Result<(), String> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).trim(csv::Trim::All).from_reader(table.as_bytes());
    if reader.headers().map_err(|error| error.to_string())?.iter().ne(header) {
        return Err(format!("the header is not `{}`", header.join(",")));
    }
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let line = record.position().map_or(0, csv::Position::line);
        let cells = std::array::from_fn(|at| record.get(at).unwrap_or_default());
        take(cells).map_err(|why| format!("line {line}: {why}"))?;
    }
    Ok(())
}
