//! Ids by symbol. Must not know what is named, nor what the ids stand for.
//!
//! Symbols that are interned one after the other are mostly asked for one after the other. A hash map spreads them over
//! all of its memory; here sixty-four neighbours lie together, and a look-up is mostly in a line that the last one
//! fetched.

use std::marker::PhantomData;

use hashbrown::HashTable;

use crate::{Symbol, hash::spread, index::Idx};

const PAGE: u32 = 64;

/// Ids by symbol.
#[derive(Clone)]
pub struct SymbolMap<I> {
    /// Which page holds the symbols of a number divided by the size of a page.
    at: HashTable<(u32, u32)>,
    /// Ids more one; zero where there is none.
    pages: Vec<[u32; PAGE as usize]>,
    id: PhantomData<fn(I)>,
}

impl<I: Idx> SymbolMap<I> {
    /// An empty map.
    pub fn new() -> Self {
        Self { at: HashTable::new(), pages: Vec::new(), id: PhantomData }
    }

    /// The id of a symbol.
    pub fn get(&self, symbol: Symbol) -> Option<I> {
        let (number, place) = place(symbol);
        let &(_, page) = self.at.find(spread(number), |(other, _)| *other == number)?;
        let id = self.pages.get(page as usize)?.get(place)?.checked_sub(1)?;
        Some(I::from_index(id as usize))
    }

    /// Gives a symbol an id; it had none before.
    pub fn insert(&mut self, symbol: Symbol, id: I) {
        let (number, place) = place(symbol);
        let pages = &mut self.pages;
        let entry = self.at.entry(spread(number), |(other, _)| *other == number, |(other, _)| spread(*other));
        let &(_, page) = entry
            .or_insert_with(|| {
                pages.push([0; PAGE as usize]);
                (number, u32::try_from(pages.len() - 1).unwrap_or(u32::MAX))
            })
            .get();
        if let Some(slot) = self.pages.get_mut(page as usize).and_then(|page| page.get_mut(place)) {
            *slot = u32::try_from(id.index() + 1).unwrap_or(u32::MAX);
        }
    }
}

fn place(symbol: Symbol) -> (u32, usize) {
    let number = symbol.number();
    (number / PAGE, (number % PAGE) as usize)
}

impl<I: Idx> Default for SymbolMap<I> {
    fn default() -> Self {
        Self::new()
    }
}

impl<I> std::fmt::Debug for SymbolMap<I> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SymbolMap({} pages)", self.pages.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::typed_ids! { Thing }

    #[test]
    fn every_symbol_has_the_id_it_was_given_and_the_others_none() {
        let symbols: Vec<Symbol> = (0..1000).map(|n| Symbol::new(&format!("symbol map {n}"))).collect();
        let mut map = SymbolMap::new();
        for (n, symbol) in (0..).zip(&symbols).filter(|(n, _)| n % 3 == 0) {
            map.insert(*symbol, Thing(n));
        }
        for (n, symbol) in (0..).zip(&symbols) {
            assert_eq!(map.get(*symbol), (n % 3 == 0).then_some(Thing(n)));
        }
        map.insert(symbols[1], Thing(7));
        assert_eq!(map.get(symbols[1]), Some(Thing(7)));
    }
}
