//! Addresses as text: what lies inside what. Must not know what has an address.

/// Whether an address, or a path of properties, is `of` or lies inside it.
pub fn is_inside(at: &str, of: &str) -> bool {
    at.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_goes_on_is_another_name() {
        for at in ["pool.a", "pool.a.b.nodes", "pool.a[\"k\"].b"] {
            assert!(is_inside(at, "pool.a"), "{at}");
        }
        assert!(!is_inside("pool.ab", "pool.a") && !is_inside("pool", "pool.a"));
    }
}
