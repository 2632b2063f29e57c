//! Names of units, and names inside units. Must not know what they name.
//!
//! Clouds allow letters and digits inside a unit, and dashes in a unit's name. A name is as much of the address as
//! fits, for people, and a hash of the whole address, so that two never meet.

use sha2::{Digest, Sha256};
use tonnage_base::Symbol;
use tonnage_graph::{Reference, Site};

/// Longest readable part of a name inside a unit.
const READABLE: usize = 80;
/// Longest name of a unit without its number: the shortest limit of any cloud is 64 for the whole, that of Azure's
/// deployments.
const BASE: usize = 56;
/// Digits of a hash.
const DIGITS: usize = 10;

/// The author's block that an address comes from, without keys: `module.east.pool.chat` of
/// `module.east["a"].pool.chat.primary.nodes["z/001"]`.
pub fn block(address: &str) -> String {
    without_keys(instance(address))
}

/// The same with its keys: one instance of it. `module.east["a"].pool.chat`.
pub fn instance(address: &str) -> &str {
    let (mut at, mut word, mut steps, mut wanted) = (0, 0, 0, 2);
    while let Some(end) = address.get(at..).and_then(|rest| rest.find(['.', '['])).map(|end| at + end) {
        let (name, rest) = (address.get(word..end).unwrap_or_default(), address.get(end..).unwrap_or_default());
        if rest.starts_with('[') {
            // inside a key a dot is a letter
            let Some(close) = rest.find("\"]") else { break };
            at = end + close + 2;
            continue;
        }
        if steps % 2 == 0 && name == "module" {
            wanted += 2;
        }
        steps += 1;
        if steps == wanted {
            return address.get(..end).unwrap_or(address);
        }
        (at, word) = (end + 1, end + 1);
    }
    address
}

/// Where the part of an address that begins at `from` ends: at a dot that is in no key.
pub fn step(address: &str, from: usize) -> usize {
    let mut inside = false;
    let rest = address.get(from..).unwrap_or_default();
    let end = rest.bytes().position(|byte| {
        match byte {
            b'[' => inside = true,
            b']' => inside = false,
            _ => {}
        }
        byte == b'.' && !inside
    });
    end.map_or(address.len(), |end| from + end)
}

/// An address without the keys of its parts.
pub fn without_keys(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    let mut rest = address;
    while let Some((before, (_, behind))) =
        rest.split_once("[\"").and_then(|(before, key)| Some((before, key.split_once("\"]")?)))
    {
        out.push_str(before);
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// `<fleet>-<scope>`, dots and other characters as dashes. `told_apart` adds a hash of the scope: another scope has the
/// same letters.
pub fn unit_base(fleet: Symbol, scope: Symbol, told_apart: bool) -> String {
    let mut base = String::new();
    for part in [fleet, scope] {
        for character in part.as_str().chars() {
            match character {
                c if c.is_ascii_alphanumeric() => base.push(c),
                _ if base.ends_with('-') || base.is_empty() => {}
                _ => base.push('-'),
            }
        }
        if !base.ends_with('-') {
            base.push('-');
        }
    }
    base.truncate(base.trim_end_matches('-').len());
    if !base.starts_with(|c: char| c.is_ascii_alphabetic()) {
        base.insert(0, 'u');
    }
    if told_apart || base.len() > BASE {
        base.truncate(BASE - DIGITS - 1);
        base.truncate(base.trim_end_matches('-').len());
        base.push('-');
        base.push_str(&hash(&[scope.as_str()]));
    }
    base
}

/// The number of a unit with this base; none where the name has another.
pub fn unit_number(name: Symbol, base: &str) -> Option<u32> {
    name.as_str().strip_prefix(base)?.strip_prefix('-')?.parse().ok().filter(|&n| n > 0)
}

/// The name of a resource inside its unit.
pub fn local(address: Symbol, kind: Symbol, site: Site) -> Symbol {
    let mut name = readable(address.as_str(), READABLE);
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        name.insert(0, 'R');
    }
    name.push_str(&hash(&[address.as_str(), kind.as_str(), site.cloud.as_str(), site.region.as_str()]));
    Symbol::new(&name)
}

/// The name under which a unit takes a value.
pub fn parameter(reference: Reference) -> Symbol {
    carried('P', reference)
}

/// The name under which a unit gives a value.
pub fn output(reference: Reference) -> Symbol {
    carried('O', reference)
}

fn carried(letter: char, reference: Reference) -> Symbol {
    let attribute = reference.attribute.map_or("", Symbol::as_str);
    let mut name = String::from(letter);
    name.push_str(&readable(reference.address.as_str(), READABLE));
    name.push_str(&readable(attribute, READABLE));
    name.push_str(&hash(&[
        reference.address.as_str(),
        if reference.attribute.is_some() { "." } else { "" },
        attribute,
    ]));
    Symbol::new(&name)
}

/// The letters and digits of a text, each word with a capital; the end of it where it is too long.
fn readable(text: &str, longest: usize) -> String {
    let mut out = String::new();
    let mut fresh = true;
    for character in text.chars() {
        if character.is_ascii_alphanumeric() {
            out.push(if fresh { character.to_ascii_uppercase() } else { character });
            fresh = false;
        } else {
            fresh = true;
        }
    }
    out.split_off(out.len().saturating_sub(longest))
}

/// Ten hexadecimal digits.
fn hash(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    }
    let mut digits = hex::encode(hasher.finalize());
    digits.truncate(DIGITS);
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn s(text: &str) -> Symbol {
        Symbol::new(text)
    }

    #[test]
    fn an_address_comes_from_a_block() {
        let of = |address: &str| block(address);
        assert_eq!(of(r#"pool.chat.primary.nodes["use2-az1/001"]"#), "pool.chat");
        assert_eq!(of(r#"module.east["a.b"].pool.chat["x"].only.nodes["z"]"#), "module.east.pool.chat");
        assert_eq!(of(r#"resource.nodes["d"]"#), "resource.nodes");
        assert_eq!(of("resource.vpc"), "resource.vpc");
        assert_eq!(of("module.a.module.b.resource.vpc"), "module.a.module.b.resource.vpc");
        assert_eq!(of("odd["), "odd[");
        let nested = r#"module.east["a.b"].pool.chat["x"].only.nodes["z"]"#;
        assert_eq!(instance(nested), r#"module.east["a.b"].pool.chat["x"]"#);
    }

    #[test]
    fn bases_read_well_and_stay_within_limits() {
        assert_eq!(unit_base(s("serving"), s("pool.chat"), false), "serving-pool-chat");
        assert_eq!(unit_base(s("serving"), s("pool.chat[\"a b\"]"), false), "serving-pool-chat-a-b");
        assert_eq!(unit_base(s("7"), s("é"), false), "u7");
        let long = "x".repeat(300);
        let (a, b) = (unit_base(s("f"), s(&long), false), unit_base(s("f"), s(&format!("{long}y")), false));
        assert_ne!(a, b);
        assert!(a.len() <= BASE && b.len() <= BASE);
        assert_ne!(unit_base(s("f"), s("a.b"), true), unit_base(s("f"), s("a-b"), true));
    }

    #[test]
    fn numbers_belong_to_their_base_only() {
        assert_eq!(unit_number(s("f-pool-a-12"), "f-pool-a"), Some(12));
        assert_eq!(unit_number(s("f-pool-a-12"), "f-pool"), None);
        assert_eq!(unit_number(s("f-pool-a-0"), "f-pool-a"), None);
    }

    #[test]
    fn names_inside_units_are_letters_and_digits_and_never_meet() {
        let site = Site { cloud: s("aws"), region: s("r") };
        let name = local(s("pool.chat.primary.nodes[\"use2-az1/001\"]"), s("T"), site);
        assert!(name.as_str().starts_with("PoolChatPrimaryNodesUse2Az1001"), "{name}");
        let all = [
            name,
            local(s("pool.chat.primary.nodes[\"use2-az1-001\"]"), s("T"), site),
            local(s("pool.chat.primary.nodes[\"use2-az1/001\"]"), s("U"), site),
            parameter(Reference { address: s("a.b"), attribute: None }),
            parameter(Reference { address: s("a"), attribute: Some(s("b")) }),
            output(Reference { address: s("a"), attribute: Some(s("b")) }),
            local(s(&"9".repeat(400)), s("T"), site),
        ];
        for (i, a) in all.iter().enumerate() {
            assert!(a.as_str().len() <= 255 && a.as_str().chars().all(|c| c.is_ascii_alphanumeric()), "{a}");
            assert!(a.as_str().starts_with(|c: char| c.is_ascii_alphabetic()), "{a}");
            assert!(all[i + 1..].iter().all(|b| a != b), "{a}");
        }
    }
}
