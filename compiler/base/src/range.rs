//! Ranges of IPv4 addresses, as people write them. Must not know what sits in one.

use std::fmt;
use std::net::Ipv4Addr;

/// An IPv4 range: its first address, and the number of its fixed bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Range {
    base: u32,
    bits: u32,
}

impl Range {
    /// The range that an address lies in; none: there are no more than 32 bits.
    pub fn around(address: u32, bits: u32) -> Option<Self> {
        let mask = u32::MAX.checked_shl(32u32.checked_sub(bits)?).unwrap_or(0);
        Some(Self { base: address & mask, bits })
    }

    /// Reads `10.0.0.0/16`. An address inside stands for the range.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/')?;
        let address: Ipv4Addr = address.parse().ok()?;
        let digits = !bits.is_empty() && bits.bytes().all(|b| b.is_ascii_digit());
        Self::around(u32::from(address), if digits { bits.parse().ok()? } else { return None })
    }

    /// Its first address.
    pub const fn base(self) -> u32 {
        self.base
    }

    /// The same, to reckon with.
    pub const fn first(self) -> u64 {
        self.base as u64
    }

    /// One more than its last address.
    pub const fn end(self) -> u64 {
        self.first() + self.size()
    }

    /// How many bits are fixed.
    pub const fn bits(self) -> u32 {
        self.bits
    }

    /// The fixed bits of an address.
    pub fn mask(self) -> u32 {
        u32::MAX.checked_shl(32 - self.bits).unwrap_or(0)
    }

    /// How many addresses it has.
    pub const fn size(self) -> u64 {
        1 << (32 - self.bits)
    }

    /// Whether the other lies wholly inside.
    pub fn covers(self, other: Self) -> bool {
        other.bits >= self.bits && other.base & self.mask() == self.base
    }

    /// Whether they have an address in common.
    pub fn meets(self, other: Self) -> bool {
        self.covers(other) || other.covers(self)
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", Ipv4Addr::from(self.base), self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::Range;

    #[test]
    fn a_range_is_read_and_shown() {
        let of = |text: &str| Range::parse(text).map(|range| (range.to_string(), range.size()));
        assert_eq!(of("10.0.0.0/24"), Some(("10.0.0.0/24".to_owned(), 256)));
        assert_eq!(of("10.0.3.1/22"), Some(("10.0.0.0/22".to_owned(), 1024)));
        assert_eq!(of("0.0.0.0/0").map(|(_, size)| size), Some(1 << 32));
        assert_eq!(of("10.0.0.1/32").map(|(_, size)| size), Some(1));
        for text in ["10.0.0.0", "10.0.0/24", "fd00::/64", "10.0.0.0/33", "10.0.0.0/x", "10.0.0.0/+8", "10.0.0.0/"] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn ranges_cover_and_meet() {
        let [wide, inside, beside] =
            ["10.0.0.0/16", "10.0.128.0/17", "10.1.0.0/16"].map(|text| Range::parse(text).expect("a range"));
        assert!(wide.covers(inside) && wide.covers(wide) && !inside.covers(wide) && !wide.covers(beside));
        assert!(inside.meets(wide) && wide.meets(inside) && !wide.meets(beside));
    }
}
