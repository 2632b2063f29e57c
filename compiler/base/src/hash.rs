//! Hashes that tables keep beside their entries, so that neither growing nor passing over another entry reads what it
//! stands for. Must not know what is hashed.

/// A hash in half of the room.
pub fn fold(hash: u64) -> u32 {
    (hash >> 32) as u32 ^ hash as u32
}

/// Spreads 32 kept bits over the 64 that a table looks at.
pub fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}
