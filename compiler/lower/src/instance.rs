//! One use of a lowering: what it is applied to, what its names stand for, where its resources go. Must not evaluate.

use tonnage_base::{Span, Symbol};
use tonnage_graph::Site;
use tonnage_lang::intent::{Lowering, ResourceDecl, ScopeId};
use tonnage_syntax::tree::{Expr, Ident};

use crate::{names::Roots, path::Segment};

/// Where the author decided what a name of a lowering stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fact {
    /// The path from the root name: `["self", "nodes"]`.
    pub path: Vec<Symbol>,
    /// The author's text: an expression, or the head of a block.
    pub span: Span,
    /// The part of it that is meant: of a block the way to an attribute, of an expression the way into its value.
    pub inside: Vec<Segment>,
    /// What is written there: `size.gpus`.
    pub name: String,
    /// What is asked of what it is about is asked of it, by the same names.
    pub leads: bool,
    /// It is only the block in which something more telling might have been written.
    pub block: bool,
    /// It is about something beside this, which decides it only where that takes more or less than before.
    pub beside: bool,
    /// The block it stands in, by address, where that is not the one that is lowered.
    pub of: Option<Symbol>,
    /// It was placed there: whatever placement reads may have decided it.
    pub placed: bool,
}

impl Fact {
    /// `path` with its parts joined by points.
    pub fn new(path: &str, span: Span, name: impl Into<String>) -> Self {
        Self {
            path: path.split('.').map(Symbol::new).collect(),
            span,
            inside: Vec::new(),
            name: name.into(),
            leads: false,
            block: false,
            beside: false,
            of: None,
            placed: false,
        }
    }

    /// The block in which something more telling might have been written. What is asked of it by the names of its
    /// attributes is found there.
    pub fn block(path: &str, span: Span, name: impl Into<String>) -> Self {
        Self { block: true, leads: true, ..Self::new(path, span, name) }
    }

    /// The part of it that is meant.
    #[must_use]
    pub fn at(mut self, step: Segment) -> Self {
        self.inside.push(step);
        self
    }

    /// It stands in the block at an address.
    #[must_use]
    pub fn of(self, address: Symbol) -> Self {
        Self { of: Some(address), ..self }
    }
}

/// Whose resources they are.
#[derive(Clone, Copy, Debug)]
pub enum Source<'a> {
    /// The lowering at this position of the intent's lowerings.
    Lowering(usize, &'a Lowering),
    /// The `resource` blocks of the fleet, or of an instance of a module.
    Author(ScopeId, &'a [ResourceDecl]),
}

impl<'a> Source<'a> {
    /// What it makes.
    pub fn resources(self) -> &'a [ResourceDecl] {
        match self {
            Self::Lowering(_, lowering) => &lowering.resources,
            Self::Author(_, resources) => resources,
        }
    }
    /// Its own locals.
    pub fn locals(self) -> &'a [(Ident, Expr)] {
        match self {
            Self::Lowering(_, lowering) => &lowering.locals,
            Self::Author(..) => &[],
        }
    }
    /// What others may use.
    pub fn export(self) -> Option<&'a Expr> {
        match self {
            Self::Lowering(_, lowering) => lowering.export.as_ref(),
            Self::Author(..) => None,
        }
    }
}

/// One use of a lowering, or of the fleet's own resources.
#[derive(Clone, Debug)]
pub struct Instance<'a> {
    /// What addresses start with: `pool.chat.primary`.
    pub prefix: String,
    /// What keys start with: `use2-az1`.
    pub key: Option<Symbol>,
    /// What is cut into units together.
    pub scope: Symbol,
    /// Where; none where each resource says.
    pub site: Option<Site>,
    /// What is made.
    pub source: Source<'a>,
    /// What names stand for.
    pub roots: Roots,
    /// Where the author decided it, most telling first.
    pub facts: Vec<Fact>,
    /// The author's block; none where each resource is its own.
    pub declared: Option<Span>,
    /// Blocks for which something of its own is made, by the keys of that: of a zone the first pool in it.
    pub by_key: Vec<(Symbol, Span)>,
}

impl Instance<'_> {
    /// The block that asks for what is made for a key.
    pub fn asks_for(&self, key: Option<Symbol>) -> Option<Span> {
        let own = self.by_key.iter().find(|(known, _)| Some(*known) == key);
        own.map(|(_, span)| *span).or(self.declared)
    }
}

/// The address of a resource: `PREFIX.NAME`, `PREFIX.NAME["KEY"]`, `PREFIX.NAME["KEY/EACH"]`.
pub fn address(prefix: &str, name: Symbol, key: Option<Symbol>, each: Option<Symbol>) -> Symbol {
    let mut text = String::with_capacity(prefix.len() + 48);
    match each {
        Some(each) => Stem::new(prefix, name, key).write(each, &mut text),
        None => {
            text.push_str(&path(prefix, name));
            if let Some(key) = key {
                text.push_str("[\"");
                escape(key, &mut text);
                text.push_str("\"]");
            }
        }
    }
    Symbol::new(&text)
}

/// What the addresses of all resources of a `for_each` begin with: `PREFIX.NAME["`, `PREFIX.NAME["KEY/`.
#[derive(Clone, Debug)]
pub struct Stem(String);

impl Stem {
    /// Of a declaration, with the key of the place where there is one.
    pub fn new(prefix: &str, name: Symbol, key: Option<Symbol>) -> Self {
        let mut stem = path(prefix, name);
        stem.push_str("[\"");
        if let Some(key) = key {
            escape(key, &mut stem);
            stem.push('/');
        }
        Self(stem)
    }

    /// Appends the address of one index.
    pub fn write(&self, each: Symbol, out: &mut String) {
        out.push_str(&self.0);
        escape(each, out);
        out.push_str("\"]");
    }
}

/// An address without its keys: what instances have in common. Keys hold no brackets of their own.
pub fn without_keys(address: &str) -> String {
    address
        .split('[')
        .enumerate()
        .map(|(at, part)| if at == 0 { part } else { part.split_once(']').map_or("", |(_, rest)| rest) })
        .collect()
}

fn path(prefix: &str, name: Symbol) -> String {
    format!("{prefix}.{name}")
}

fn escape(key: Symbol, out: &mut String) {
    let text = key.as_str();
    if !text.contains(['"', '\\']) {
        return out.push_str(text);
    }
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_join_the_key_of_the_place_and_of_each() {
        let s = Symbol::new;
        assert_eq!(address("capacity.floor", s("reservation"), None, None).as_str(), "capacity.floor.reservation");
        assert_eq!(address("capacity.floor", s("r"), None, Some(s("1"))).as_str(), "capacity.floor.r[\"1\"]");
        let both = address("pool.chat.primary", s("nodes"), Some(s("use2-az1")), Some(s("001")));
        assert_eq!(both.as_str(), "pool.chat.primary.nodes[\"use2-az1/001\"]");
        assert_eq!(address("resource", s("a"), None, Some(s("x\"y\\"))).as_str(), r#"resource.a["x\"y\\"]"#);
    }
}
