//! How deeply a value nests. Values made one from another (locals that wrap locals) can nest deeper than any
//! expression; the evaluator bounds them with this. Must not recurse deeper than the bound asked about.

use std::collections::HashMap;
use std::sync::Arc;

use rustc_hash::FxBuildHasher;

use super::Value;

impl Value {
    /// Whether lists and maps nest deeper than `limit`. Looks at each distinct list or map at most `limit` times.
    pub fn nests_deeper_than(&self, limit: usize) -> bool {
        // Most values are small: look without remembering first.
        let mut looks = 2_000;
        match exceeds(self, limit, &mut looks) {
            Some(exceeds) => exceeds,
            None => self.nests_deeper_than_remembering(limit),
        }
    }

    fn nests_deeper_than_remembering(&self, limit: usize) -> bool {
        let mut stack: Vec<(&Self, usize)> = vec![(self, 0)];
        let mut seen: HashMap<usize, usize, FxBuildHasher> = HashMap::default();
        while let Some((value, depth)) = stack.pop() {
            let place = match value {
                Self::List(items) => Arc::as_ptr(items).cast::<u8>() as usize,
                Self::Map(map) => Arc::as_ptr(map) as usize,
                _ => continue,
            };
            if depth + 1 > limit {
                return true;
            }
            // A shared part is looked at again only when it lies deeper than before.
            if seen.get(&place).is_some_and(|&before| before > depth) {
                continue;
            }
            seen.insert(place, depth + 1);
            let nested = |v: &&Self| matches!(v, Self::List(_) | Self::Map(_));
            match value {
                Self::List(items) => stack.extend(items.iter().filter(nested).map(|v| (v, depth + 1))),
                Self::Map(map) => stack.extend(map.values().filter(nested).map(|v| (v, depth + 1))),
                _ => {}
            }
        }
        false
    }
}

/// The same for a value of few elements; none where `looks` do not suffice.
fn exceeds(value: &Value, limit: usize, looks: &mut usize) -> Option<bool> {
    let Some(below) = limit.checked_sub(1) else { return Some(matches!(value, Value::List(_) | Value::Map(_))) };
    let mut any = |item: &Value| match item {
        Value::List(_) | Value::Map(_) => {
            *looks = looks.checked_sub(1)?;
            exceeds(item, below, looks)
        }
        _ => Some(false),
    };
    match value {
        Value::List(items) => {
            for item in items.iter() {
                if any(item)? {
                    return Some(true);
                }
            }
        }
        Value::Map(map) => {
            for item in map.values() {
                if any(item)? {
                    return Some(true);
                }
            }
        }
        _ => {}
    }
    Some(false)
}
