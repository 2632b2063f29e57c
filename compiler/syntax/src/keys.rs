//! Finding the key of an object that is written twice, without a table where there are few. Must not know values.

use std::collections::HashMap;

use tonnage_base::{Span, Symbol};

use crate::tree::{Ident, ObjectItem, ObjectKey};

/// Items from which on a table is kept.
const MANY: usize = 16;

/// The keys met so far.
#[derive(Default)]
pub(crate) struct Keys {
    table: HashMap<Symbol, Span>,
}

impl Keys {
    /// Where `key` was set before, among `items`.
    pub(crate) fn add(&mut self, key: Ident, items: &[ObjectItem]) -> Option<Span> {
        let named = |item: &ObjectItem| if let ObjectKey::Name(name) = &item.key { Some(*name) } else { None };
        if items.len() < MANY {
            return items.iter().filter_map(named).find(|name| name.name == key.name).map(|name| name.span);
        }
        if self.table.is_empty() {
            self.table.extend(items.iter().filter_map(named).map(|name| (name.name, name.span)));
        }
        match self.table.entry(key.name) {
            std::collections::hash_map::Entry::Occupied(first) => Some(*first.get()),
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(key.span);
                None
            }
        }
    }
}
