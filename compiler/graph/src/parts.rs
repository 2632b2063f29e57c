//! Bodies taken apart by what one of them sets, and put together again: what a service reports beside what it was told.
//! Must not know what a property means. Recursive: a store's reader bounds the nesting.

use tonnage_base::Symbol;

use crate::value::{Node, ValueId, Values};

impl Values {
    /// What a body says of what another sets, and what it says beside that. Maps are looked into where both have one; a
    /// list is one value.
    pub fn split(&mut self, set: ValueId, body: ValueId) -> (ValueId, ValueId) {
        let (mut within, mut beside) = (Vec::new(), Vec::new());
        for (key, value) in self.list_of(body) {
            match self.get(set, key) {
                None => beside.push((key, value)),
                Some(inner) if self.is_map(inner) && self.is_map(value) => {
                    let (inside, outside) = self.split(inner, value);
                    within.push((key, inside));
                    if self.entries(outside).len() > 0 {
                        beside.push((key, outside));
                    }
                }
                Some(_) => within.push((key, value)),
            }
        }
        (self.map_sorted(&within), self.map_sorted(&beside))
    }

    /// Both bodies in one; where both say something, the second counts.
    pub fn merge(&mut self, first: ValueId, second: ValueId) -> ValueId {
        let mut merged = self.list_of(first);
        for (key, value) in self.list_of(second) {
            match merged.iter_mut().find(|(known, _)| *known == key) {
                None => merged.push((key, value)),
                Some((_, before)) if self.is_map(*before) && self.is_map(value) => *before = self.merge(*before, value),
                Some((_, before)) => *before = value,
            }
        }
        self.map(&mut merged)
    }

    /// What two bodies both say, and say alike.
    pub fn common(&mut self, first: ValueId, second: ValueId) -> ValueId {
        let mut common = Vec::new();
        for (key, value) in self.list_of(first) {
            match self.get(second, key) {
                Some(other) if other == value => common.push((key, value)),
                Some(other) if self.is_map(other) && self.is_map(value) => {
                    let inside = self.common(value, other);
                    if self.entries(inside).len() > 0 {
                        common.push((key, inside));
                    }
                }
                _ => {}
            }
        }
        self.map_sorted(&common)
    }

    /// A body with another value at a place; none: with nothing there.
    pub fn put(&mut self, body: ValueId, path: &[Symbol], value: Option<ValueId>) -> ValueId {
        let Some((key, rest)) = path.split_first() else { return value.unwrap_or(body) };
        let mut entries = self.list_of(body);
        let inner = entries.iter().find(|(known, _)| known == key).map(|(_, inner)| *inner);
        entries.retain(|(known, _)| known != key);
        let value = match (rest.is_empty(), inner) {
            (true, _) => value,
            (false, None) if value.is_none() => None,
            (false, inner) => {
                let inner = inner.unwrap_or_else(|| self.map_sorted(&[]));
                let inner = self.put(inner, rest, value);
                Some(inner).filter(|inner| self.entries(*inner).len() > 0)
            }
        };
        entries.extend(value.map(|value| (*key, value)));
        self.map(&mut entries)
    }

    /// Whether nothing is said by a value: it is null, false, zero or empty, or holds nothing else.
    pub fn says_nothing(&self, id: ValueId) -> bool {
        match self.node(id) {
            Node::Null | Node::Bool(false) => true,
            Node::Number(text) => text == "0",
            Node::String(text) => text == "",
            Node::List(_) => self.items(id).iter().all(|&item| self.says_nothing(item)),
            Node::Map(_) => self.entries(id).all(|(_, value)| self.says_nothing(value)),
            Node::Bool(true) | Node::Reference(_) | Node::Join(_) | Node::Unknown(_) => false,
        }
    }

    fn list_of(&self, map: ValueId) -> Vec<(Symbol, ValueId)> {
        self.entries(map).collect()
    }

    fn is_map(&self, id: ValueId) -> bool {
        matches!(self.node(id), Node::Map(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<const N: usize>(values: &mut Values, texts: [&str; N]) -> [ValueId; N] {
        texts.map(|text| values.from_json(text).expect("JSON"))
    }

    #[test]
    fn what_is_taken_apart_is_whole_together() {
        let mut values = Values::new();
        let [set, body] =
            read(&mut values, [r#"{"A":1,"M":{"X":1},"L":[1]}"#, r#"{"A":2,"B":3,"M":{"X":1,"Y":2},"L":[1,2]}"#]);
        let (within, beside) = values.split(set, body);
        assert_eq!(values.to_json(within), r#"{"A":2,"L":[1,2],"M":{"X":1}}"#);
        assert_eq!(values.to_json(beside), r#"{"B":3,"M":{"Y":2}}"#);
        assert_eq!(values.merge(within, beside), body);
        let common = values.common(set, body);
        assert_eq!(values.to_json(common), r#"{"M":{"X":1}}"#);
    }

    #[test]
    fn a_value_is_put_at_its_place_and_leaves_no_empty_map_behind() {
        let mut values = Values::new();
        let [body, one] = read(&mut values, [r#"{"M":{"Y":2}}"#, "1"]);
        let path = ["M", "Y"].map(Symbol::new);
        let put = values.put(body, &path, Some(one));
        assert_eq!(values.to_json(put), r#"{"M":{"Y":1}}"#);
        let gone = values.put(body, &path, None);
        assert_eq!(values.to_json(gone), "{}");
        let [nothing] = read(&mut values, ["{}"]);
        assert_eq!(values.put(nothing, &path, None), nothing);
        let made = values.put(nothing, &path, Some(one));
        assert_eq!(values.to_json(made), r#"{"M":{"Y":1}}"#);
    }

    #[test]
    fn an_empty_value_says_nothing() {
        let mut values = Values::new();
        for text in ["null", "false", "0", "\"\"", "[]", "{}", r#"{"A":[],"B":{"C":false}}"#] {
            let [id] = read(&mut values, [text]);
            assert!(values.says_nothing(id), "{text}");
        }
        for text in ["true", "1", "\"x\"", "[true]", r#"{"$ref":"a"}"#] {
            let [id] = read(&mut values, [text]);
            assert!(!values.says_nothing(id), "{text}");
        }
    }
}
