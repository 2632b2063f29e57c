//! Plans of address ranges: smaller ranges carved out of one, in the order written, so that a new one at the end moves
//! nothing. Must not know what sits in a range.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use tonnage_base::{At, Diagnostic, Range, Span, Symbol, codes::lang as codes};
use tonnage_syntax::tree::{Block, Ident};

use super::names::FleetScope;
use crate::{check::find_block, context::Context, read::Reader, scope::MapNamespace, value::Value};

/// Reads a range; says what is wrong with it.
pub(crate) fn range(written: At<Symbol>, cx: &mut Context) -> Option<Range> {
    let text = written.value.as_str();
    let wrong = |problem: String| Diagnostic::error(codes::T0240, written.span, problem);
    let Some(range) = Range::parse(text) else {
        cx.push(
            wrong(format!("`{text}` is not an IPv4 range"))
                .with_help("write an address and the number of its fixed bits, as in `\"10.0.0.0/16\"`"),
        );
        return cx.incomplete();
    };
    let address = text.split_once('/').and_then(|(address, _)| address.parse::<Ipv4Addr>().ok());
    if address.map(u32::from) != Some(range.base()) {
        cx.push(
            wrong(format!("`{text}` is not the start of its range"))
                .with_help(format!("the range that holds it is `\"{range}\"`"))
                .with_suggestion(written.span, format!("\"{range}\"")),
        );
        return cx.incomplete();
    }
    Some(range)
}

/// The ranges of a `cidr` block by name.
pub(super) fn plan(name: Ident, block: &Block, scope: &FleetScope, cx: &mut Context) -> Value {
    match carved(block, scope, cx) {
        Some(ranges) => MapNamespace::declared(Symbol::new("cidr"), name.name, ranges).into_value(),
        None => {
            cx.incomplete = true;
            Value::Invalid
        }
    }
}

fn carved(block: &Block, scope: &FleetScope, cx: &mut Context) -> Option<BTreeMap<Symbol, Value>> {
    let mut reader = Reader::new(block, find_block("cidr")?, scope);
    let whole = reader.text("range", cx)?;
    let all = range(whole, cx)?;
    let mut taken: Vec<Range> = Vec::new();
    for reserved in reader.texts("reserved", cx).unwrap_or_default() {
        taken.push(range(reserved, cx)?);
    }
    let mut found: BTreeMap<Symbol, Value> = BTreeMap::new();
    found.insert(Symbol::new("range"), Value::string(&all.to_string()));
    let mut spans: BTreeMap<Symbol, Span> = BTreeMap::new();
    let mut next = all.first();
    let mut failed = false;
    for mut part in reader.all_nested("carve") {
        let Some(label) = part.label() else { continue };
        let Some(bits) = part.whole32("prefix", cx) else {
            failed = true;
            continue;
        };
        if let Some(before) = spans.insert(label.name, label.span) {
            cx.push(
                Diagnostic::error(codes::T0211, label.span, format!("range `{}` is carved twice", label.name))
                    .with_label(before, "first carved here")
                    .with_help("give one of them another name"),
            );
            failed = true;
            continue;
        }
        let Some(fits) = carve(all, &taken, next, bits.value) else {
            let left = (all.bits()..=32).find(|bits| carve(all, &taken, next, *bits).is_some());
            let help = match left {
                Some(bits) => format!("the largest that still fits is a /{bits}: {} addresses", 1u64 << (32 - bits)),
                None => "nothing is left in it: take a larger range".to_owned(),
            };
            cx.push(
                Diagnostic::error(
                    codes::T0267,
                    bits.span,
                    format!("no /{} is left in {all} for `{}`", bits.value, label.name),
                )
                .with_label(whole.span, format!("{} addresses in all", all.size()))
                .with_help(help),
            );
            failed = true;
            continue;
        };
        next = fits.end();
        taken.push(fits);
        found.insert(label.name, Value::string(&fits.to_string()));
    }
    if failed { None } else { Some(found) }
}

/// The first range of that length at or after `from` that meets none of those taken.
fn carve(all: Range, taken: &[Range], from: u64, bits: u32) -> Option<Range> {
    if bits < all.bits() || bits > 32 {
        return None;
    }
    let size = 1u64 << (32 - bits);
    let mut start = from.div_ceil(size) * size;
    loop {
        let range = Range::around(u32::try_from(start).ok()?, bits)?;
        if range.end() > all.end() {
            return None;
        }
        match taken.iter().find(|other| other.meets(range)) {
            None => return Some(range),
            Some(other) => start = other.end().div_ceil(size) * size,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Range {
        Range::parse(text).expect("a range")
    }

    #[test]
    fn ranges_are_aligned_and_leave_out_what_is_taken() {
        let all = of("10.0.0.0/8");
        let show = |taken: &[&str], from: &str, bits| {
            let taken: Vec<Range> = taken.iter().map(|text| of(text)).collect();
            carve(all, &taken, of(from).first(), bits).map(|range| range.to_string())
        };
        assert_eq!(show(&[], "10.0.0.0/8", 16).as_deref(), Some("10.0.0.0/16"));
        assert_eq!(show(&[], "10.0.16.0/20", 16).as_deref(), Some("10.1.0.0/16"));
        assert_eq!(show(&["10.1.0.0/16"], "10.0.1.0/24", 16).as_deref(), Some("10.2.0.0/16"));
        assert_eq!(show(&["10.0.0.0/8"], "10.0.0.0/8", 16), None);
        assert_eq!(show(&[], "10.0.0.0/8", 7), None);
        assert_eq!(show(&[], "10.255.0.1/32", 16), None);
    }

    #[test]
    fn the_last_address_of_all_can_be_taken() {
        assert_eq!(
            carve(of("255.255.255.255/32"), &[], u64::from(u32::MAX), 32).map(|range| range.to_string()).as_deref(),
            Some("255.255.255.255/32")
        );
        assert_eq!(carve(of("0.0.0.0/0"), &[], 1 << 32, 32), None);
    }
}
