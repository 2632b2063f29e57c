//! Addresses as text: what lies inside what. Must not know what has an address.

/// Whether an address, or a path of properties, is `of` or lies inside it.
pub fn is_inside(at: &str, of: &str) -> bool {
    at.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// An address, split at what the author wrote.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Parts<'a> {
    /// The author's block: `module.east.pool.chat["a"]`.
    pub block: &'a str,
    /// The kind of block: `pool`.
    pub kind: &'a str,
    /// Its name, with its keys: `chat["a"]`; empty where none follows.
    pub name: &'a str,
    /// What follows: `.primary.nodes["use2-az1/001"]`; a dot comes first.
    pub rest: &'a str,
}

impl<'a> Parts<'a> {
    /// Of any text.
    pub fn of(address: &'a str) -> Self {
        let mut from = 0;
        loop {
            // a kind and its name, or `module` and its name, after which more follows
            let kind = step(address, from);
            let end = step(address, kind + 1);
            let part = |from: usize, to: usize| address.get(from..to).unwrap_or_default();
            if part(from, kind) != "module" || end >= address.len() {
                return Self {
                    block: part(0, end),
                    kind: part(from, kind),
                    name: part(kind + 1, end),
                    rest: part(end, address.len()),
                };
            }
            from = end + 1;
        }
    }
}

/// The first part of an address, with its keys.
pub fn first(address: &str) -> &str {
    address.get(..step(address, 0)).unwrap_or_default()
}

/// Where the part of an address that begins at `from` ends: at a dot that is in no key.
fn step(address: &str, from: usize) -> usize {
    let mut inside = false;
    let rest = address.get(from..).unwrap_or_default();
    let end = rest.bytes().position(|byte| match byte {
        b'[' => {
            inside = true;
            false
        }
        b']' => {
            inside = false;
            false
        }
        byte => byte == b'.' && !inside,
    });
    end.map_or(address.len(), |end| from + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_a_kind_and_a_name_in_its_modules() {
        let parts = |address| {
            let Parts { block, kind, name, rest } = Parts::of(address);
            [block, kind, name, rest]
        };
        let inside = r#"module.east["a.b"].pool.chat["x.y"].a.nodes["use2-az1/001"]"#;
        let block = r#"module.east["a.b"].pool.chat["x.y"]"#;
        assert_eq!(parts(inside), [block, "pool", r#"chat["x.y"]"#, r#".a.nodes["use2-az1/001"]"#]);
        assert_eq!(parts("pool.chat"), ["pool.chat", "pool", "chat", ""]);
        assert_eq!(parts("module.east"), ["module.east", "module", "east", ""]);
        for odd in ["", "pool", "pool.", "module.", "module.a.", ".", "[", "é.ü"] {
            assert!(Parts::of(odd).block.len() <= odd.len(), "{odd}");
        }
    }

    #[test]
    fn a_name_that_goes_on_is_another_name() {
        for at in ["pool.a", "pool.a.b.nodes", "pool.a[\"k\"].b"] {
            assert!(is_inside(at, "pool.a"), "{at}");
        }
        assert!(!is_inside("pool.ab", "pool.a") && !is_inside("pool", "pool.a"));
    }
}
