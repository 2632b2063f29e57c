//! Numbers and lists as sentences need them. Must not know what is counted.

use tonnage_base::{
    Decimal, Symbol,
    quantity::{group_decimal, group_thousands},
};

/// `1 node`, `1,024 nodes`.
pub fn count(number: u64, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {thing}{plural}", group_thousands(number))
}

/// A quotient that is not whole, with as few decimals as show that it is not: `56.9`.
pub fn inexact(from: u64, by: u64) -> String {
    let exact = Decimal::from(from).checked_div(Decimal::from(by)).unwrap_or_default();
    let short = (1..28).map(|decimals| exact.round_dp(decimals)).find(|rounded| !rounded.is_integer());
    group_decimal(short.unwrap_or(exact).normalize())
}

/// `a`, `a and b`, `a, b and c`; beyond six, how many more.
pub fn listed(names: &[Symbol]) -> String {
    const MOST: usize = 6;
    let shown: Vec<&str> = names.iter().take(MOST).map(|name| name.as_str()).collect();
    match shown.split_last() {
        None => String::new(),
        Some((only, [])) => (*only).to_owned(),
        Some(_) if names.len() > MOST => format!("{} and {} more", shown.join(", "), names.len() - MOST),
        Some((last, head)) => format!("{} and {last}", head.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotient_never_looks_whole_when_it_is_not() {
        assert_eq!(inexact(4096, 72), "56.9");
        assert_eq!(inexact(4103, 72), "56.99");
        assert_eq!(inexact(72_000_001, 72), "1,000,000.01");
        assert_eq!(inexact(100_001, 10_000), "10.0001");
        assert_eq!(inexact(1, 0), "0");
    }

    #[test]
    fn lists_and_counts_read_as_sentences() {
        let names: Vec<Symbol> = ["a", "b", "c", "d", "e", "f", "g", "h"].into_iter().map(Symbol::new).collect();
        assert_eq!(listed(&names[..0]), "");
        assert_eq!(listed(&names[..1]), "a");
        assert_eq!(listed(&names[..3]), "a, b and c");
        assert_eq!(listed(&names), "a, b, c, d, e, f and 2 more");
        assert_eq!(count(1, "node"), "1 node");
        assert_eq!(count(1024, "node"), "1,024 nodes");
    }
}
