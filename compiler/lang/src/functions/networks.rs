//! Functions of IPv4 address ranges. Must not know spans, or any network.

use std::net::Ipv4Addr;

use tonnage_base::Range;

use super::{Arguments, Fault, Function, Kind, Parameter};
use crate::value::Value;

const PREFIX: Parameter = Parameter::new("prefix", Kind::Text);
const NEWBITS: Parameter = Parameter::new("newbits", Kind::Whole);

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "cidrcontains",
        &[PREFIX, Parameter::new("inside", Kind::Text)],
        "Whether an address or a range lies wholly inside a range.",
        "cidrcontains(\"10.0.0.0/8\", \"10.1.0.0/16\")",
        "true",
        |a| {
            let outer = range(a, 0)?;
            let inner = match a.text(1).parse::<Ipv4Addr>() {
                Ok(address) => made(u32::from(address), 32),
                Err(_) => range(a, 1)?,
            };
            Ok(Value::Bool(outer.covers(inner)))
        },
    ),
    Function::new(
        "cidrhost",
        &[PREFIX, Parameter::new("number", Kind::Whole)],
        "An address of a range by its number; -1 is the last.",
        "cidrhost(\"10.12.112.0/20\", 16)",
        "\"10.12.112.16\"",
        cidrhost,
    ),
    Function::new(
        "cidrnetmask",
        &[PREFIX],
        "The mask of a range.",
        "cidrnetmask(\"172.16.0.0/12\")",
        "\"255.240.0.0\"",
        |a| Ok(Value::string(&Ipv4Addr::from(range(a, 0)?.mask()).to_string())),
    ),
    Function::new(
        "cidrsubnet",
        &[PREFIX, NEWBITS, Parameter::new("number", Kind::Whole)],
        "A smaller range inside a range, by its number, with so many bits more in its prefix.",
        "cidrsubnet(\"172.16.0.0/12\", 4, 2)",
        "\"172.18.0.0/16\"",
        cidrsubnet,
    ),
    Function::new(
        "cidrsubnets",
        &[PREFIX],
        "Smaller ranges one after another inside a range, each with so many bits more in its prefix.",
        "cidrsubnets(\"10.1.0.0/16\", 4, 4, 8)",
        "[\"10.1.0.0/20\", \"10.1.16.0/20\", \"10.1.32.0/24\"]",
        cidrsubnets,
    )
    .variadic(NEWBITS),
];

fn range(a: &Arguments<'_>, at: usize) -> Result<Range, Fault> {
    let text = a.text(at);
    match Range::parse(text) {
        Some(range) => Ok(range),
        None if text.contains(':') => {
            Err(Fault::Refused(at, format!("{} is an IPv6 range, and only IPv4 is understood", a.value(at))))
        }
        None => {
            let message = format!("{} is not an address range; one is written `10.0.0.0/16`", a.value(at));
            Err(Fault::Refused(at, message))
        }
    }
}

/// A range of which the bits are known to be no more than 32.
fn made(base: u32, bits: u32) -> Range {
    Range::around(base, bits).unwrap_or_else(|| unreachable!("bits are checked"))
}

fn show(range: Range) -> Value {
    Value::string(&range.to_string())
}

fn longer(range: Range, newbits: i64, at: usize) -> Result<u32, Fault> {
    u32::try_from(newbits)
        .ok()
        .and_then(|newbits| range.bits().checked_add(newbits))
        .filter(|bits| *bits <= 32)
        .ok_or_else(|| {
            Fault::Refused(
                at,
                format!("a prefix has at most 32 bits: 0 to {} more fit, not {newbits}", 32 - range.bits()),
            )
        })
}

fn cidrhost(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let (range, number) = (range(a, 0)?, a.whole(1));
    let size = i64::try_from(range.size()).unwrap_or(i64::MAX);
    let from_start = if number < 0 { number.saturating_add(size) } else { number };
    let offset = u32::try_from(from_start).ok().filter(|_| from_start < size);
    let offset = offset.ok_or_else(|| {
        Fault::Refused(1, format!("{} has {size} addresses, and none is number {number}", a.value(0)))
    })?;
    Ok(Value::string(&Ipv4Addr::from(range.base() | offset).to_string()))
}

fn cidrsubnet(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let (range, newbits, number) = (range(a, 0)?, a.whole(1), a.whole(2));
    let bits = longer(range, newbits, 1)?;
    let count = 1_i64 << (bits - range.bits());
    let number = u64::try_from(number).ok().filter(|_| number < count).ok_or_else(|| {
        Fault::Refused(2, format!("{newbits} bits more make {count} ranges, and none is number {number}"))
    })?;
    let offset = number * made(0, bits).size();
    Ok(show(made(range.base() | u32::try_from(offset).unwrap_or(0), bits)))
}

fn cidrsubnets(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let range = range(a, 0)?;
    let mut next = 0_u64;
    let mut ranges = Vec::with_capacity(a.len());
    for at in 1..a.len() {
        let bits = longer(range, a.whole(at), at)?;
        let size = made(0, bits).size();
        // A range starts at a multiple of its size.
        let start = next.div_ceil(size) * size;
        if start + size > range.size() {
            return Err(Fault::Refused(at, format!("{} has no room left for a /{bits}", a.value(0))));
        }
        ranges.push(show(made(range.base() | u32::try_from(start).unwrap_or(0), bits)));
        next = start + size;
    }
    Ok(Value::list(ranges))
}
