//! Plans of address ranges: smaller ranges carved out of one, in the order written, so that a new one at the end moves
//! nothing. Must not know what sits in a range.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use tonnage_base::{At, Diagnostic, Span, Symbol, codes::lang as codes};
use tonnage_syntax::tree::{Block, Ident};

use super::names::FleetScope;
use crate::{check::find_block, context::Context, read::Reader, scope::MapNamespace, value::Value};

/// An IPv4 range: its first address, and the number of its fixed bits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Range {
    base: u32,
    bits: u32,
}

impl Range {
    fn first(self) -> u64 {
        u64::from(self.base)
    }
    /// One more than the last address.
    fn end(self) -> u64 {
        self.first() + self.size()
    }
    /// How many addresses it has.
    pub fn size(self) -> u64 {
        1 << (32 - self.bits)
    }
    fn meets(self, other: Self) -> bool {
        self.first() < other.end() && other.first() < self.end()
    }
    fn show(self) -> String {
        format!("{}/{}", Ipv4Addr::from(self.base), self.bits)
    }
}

/// Reads a range; says what is wrong with it.
pub(crate) fn range(written: At<Symbol>, cx: &mut Context) -> Option<Range> {
    let text = written.value.as_str();
    let wrong = |problem: String| Diagnostic::error(codes::T0240, written.span, problem);
    let parts = text.split_once('/').and_then(|(address, bits)| {
        let address: Ipv4Addr = address.parse().ok()?;
        let bits: u32 = bits.parse().ok().filter(|bits| *bits <= 32)?;
        Some((u32::from(address), bits))
    });
    let Some((address, bits)) = parts else {
        cx.push(
            wrong(format!("`{text}` is not an IPv4 range"))
                .with_help("write an address and the number of its fixed bits, as in `\"10.0.0.0/16\"`"),
        );
        return cx.incomplete();
    };
    let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
    if address & !mask != 0 {
        let start = Range { base: address & mask, bits }.show();
        cx.push(
            wrong(format!("`{text}` is not the start of its range"))
                .with_help(format!("the range that holds it is `\"{start}\"`"))
                .with_suggestion(written.span, format!("\"{start}\"")),
        );
        return cx.incomplete();
    }
    Some(Range { base: address, bits })
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
    found.insert(Symbol::new("range"), Value::string(&all.show()));
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
            let left = (all.bits..=32).find(|bits| carve(all, &taken, next, *bits).is_some());
            let help = match left {
                Some(bits) => format!("the largest that still fits is a /{bits}: {} addresses", 1u64 << (32 - bits)),
                None => "nothing is left in it: take a larger range".to_owned(),
            };
            cx.push(
                Diagnostic::error(
                    codes::T0267,
                    bits.span,
                    format!("no /{} is left in {} for `{}`", bits.value, all.show(), label.name),
                )
                .with_label(whole.span, format!("{} addresses in all", all.size()))
                .with_help(help),
            );
            failed = true;
            continue;
        };
        next = fits.end();
        taken.push(fits);
        found.insert(label.name, Value::string(&fits.show()));
    }
    if failed { None } else { Some(found) }
}

/// The first range of that length at or after `from` that meets none of those taken.
fn carve(all: Range, taken: &[Range], from: u64, bits: u32) -> Option<Range> {
    if bits < all.bits || bits > 32 {
        return None;
    }
    let size = 1u64 << (32 - bits);
    let mut start = from.div_ceil(size) * size;
    loop {
        let range = Range { base: u32::try_from(start).ok()?, bits };
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
        let (address, bits) = text.split_once('/').unwrap_or_default();
        Range {
            base: u32::from(address.parse::<Ipv4Addr>().unwrap_or(Ipv4Addr::UNSPECIFIED)),
            bits: bits.parse().unwrap_or(32),
        }
    }

    #[test]
    fn ranges_are_aligned_and_leave_out_what_is_taken() {
        let all = of("10.0.0.0/8");
        let show = |taken: &[&str], from: &str, bits| {
            let taken: Vec<Range> = taken.iter().map(|text| of(text)).collect();
            carve(all, &taken, of(from).first(), bits).map(Range::show)
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
            carve(of("255.255.255.255/32"), &[], u64::from(u32::MAX), 32).map(Range::show).as_deref(),
            Some("255.255.255.255/32")
        );
        assert_eq!(carve(of("0.0.0.0/0"), &[], 1 << 32, 32), None);
    }
}
