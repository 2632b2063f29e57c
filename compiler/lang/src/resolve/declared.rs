//! What a fleet declares: blocks by kind and name, duplicates found.
//!
//! Must not know what a block's attributes mean.

use rustc_hash::{FxHashMap, FxHashSet};
use tonnage_base::{Diagnostic, Symbol, codes::lang as codes};
use tonnage_syntax::tree::{Attribute, Block, Ident, Module};

use crate::{
    check::{self, LabelRule},
    context::Context,
};

/// A family of declared things that expressions refer to by `family.name`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(missing_docs, reason = "their names say it")]
pub enum Family {
    Variable,
    Local,
    Cloud,
    Capacity,
    Image,
    Network,
    Storage,
    Commitment,
    Cidr,
    Module,
    Lookup,
    Pool,
    Resource,
}

impl Family {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Variable,
        Self::Local,
        Self::Cloud,
        Self::Capacity,
        Self::Image,
        Self::Network,
        Self::Storage,
        Self::Commitment,
        Self::Cidr,
        Self::Module,
        Self::Lookup,
        Self::Pool,
        Self::Resource,
    ];

    /// Families whose members are known by their names alone before placement: what refers to one refers to the thing.
    pub const THINGS: [Self; 5] = [Self::Capacity, Self::Image, Self::Network, Self::Storage, Self::Commitment];

    /// The family that a root name stands for.
    pub fn of_root(root: Symbol) -> Option<Self> {
        Self::ALL.into_iter().find(|family| root == family.root())
    }

    /// The family that a kind of block declares one of; `locals` declare many.
    pub fn of_block(kind: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|family| *family != Self::Local && family.block() == kind)
    }

    /// The root name in expressions.
    pub const fn root(self) -> &'static str {
        match self {
            Self::Variable => "var",
            Self::Local => "local",
            _ => self.block(),
        }
    }

    /// The kind of block that declares one.
    pub const fn block(self) -> &'static str {
        match self {
            Self::Variable => "variable",
            Self::Local => "locals",
            Self::Cloud => "cloud",
            Self::Capacity => "capacity",
            Self::Image => "image",
            Self::Network => "network",
            Self::Storage => "storage",
            Self::Commitment => "commitment",
            Self::Cidr => "cidr",
            Self::Module => "module",
            Self::Lookup => "lookup",
            Self::Pool => "pool",
            Self::Resource => "resource",
        }
    }

    /// One of them, in words.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Local => "local",
            _ => self.block(),
        }
    }
}

/// One declared thing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Declared<'m> {
    pub name: Ident,
    pub source: Source<'m>,
}

/// What declares it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source<'m> {
    Block(&'m Block),
    Local(&'m Attribute),
}

impl<'m> Source<'m> {
    pub fn block(self) -> Option<&'m Block> {
        match self {
            Self::Block(block) => Some(block),
            Self::Local(_) => None,
        }
    }
}

/// The things of one family: in the order of their names where it is placed in turn, for the order of files and blocks
/// means nothing; else in source order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Members<'m> {
    pub list: Vec<Declared<'m>>,
    pub by_name: FxHashMap<Symbol, usize>,
}

impl<'m> Members<'m> {
    pub fn get(&self, name: Symbol) -> Option<&Declared<'m>> {
        self.by_name.get(&name).and_then(|&position| self.list.get(position))
    }
    fn sort(&mut self) {
        self.list.sort_by_key(|declared| declared.name.name);
        self.by_name = self.list.iter().enumerate().map(|(at, declared)| (declared.name.name, at)).collect();
    }
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.list.iter().map(|d| d.name.name.as_str())
    }
    pub fn blocks(&self) -> impl Iterator<Item = (Ident, &'m Block)> + '_ {
        self.list.iter().filter_map(|d| d.source.block().map(|block| (d.name, block)))
    }
}

/// Everything a fleet declares.
#[derive(Debug)]
pub(crate) struct Declarations<'m> {
    families: [Members<'m>; Family::ALL.len()],
    roots: FxHashMap<Symbol, Family>,
    /// `fleet` blocks.
    pub fleets: Vec<&'m Block>,
    /// `output` blocks.
    pub outputs: Vec<(Ident, &'m Block)>,
    /// `moved` blocks.
    pub moved: Vec<&'m Block>,
    /// `accelerator`, `shape` and `region` blocks.
    pub catalog: Vec<&'m Block>,
    /// `lowering` blocks.
    pub lowerings: Vec<&'m Block>,
    /// `policy` blocks.
    pub policies: Vec<(Ident, &'m Block)>,
    /// `import` blocks.
    pub imports: Vec<&'m Block>,
    /// `removed` blocks.
    pub removed: Vec<&'m Block>,
    /// `owner` blocks.
    pub owners: Vec<&'m Block>,
    /// `test` blocks.
    pub tests: Vec<&'m Block>,
}

impl<'m> Declarations<'m> {
    pub fn of(module: &'m Module, cx: &mut Context) -> Self {
        let mut all = Self {
            families: Default::default(),
            roots: Family::ALL.into_iter().map(|f| (Symbol::new(f.root()), f)).collect(),
            fleets: Vec::new(),
            outputs: Vec::new(),
            moved: Vec::new(),
            catalog: Vec::new(),
            lowerings: Vec::new(),
            policies: Vec::new(),
            imports: Vec::new(),
            removed: Vec::new(),
            owners: Vec::new(),
            tests: Vec::new(),
        };
        let mut outputs = Members::default();
        let mut policies = Members::default();
        for block in module.files.iter().flat_map(|file| &file.body.blocks) {
            let Some(spec) = check::meant(block) else { continue };
            let kind = spec.kind;
            let name = name_of(block);
            match kind {
                "fleet" => all.fleets.push(block),
                "moved" => all.moved.push(block),
                "accelerator" | "shape" | "region" => all.catalog.push(block),
                "lowering" => all.lowerings.push(block),
                "import" => all.imports.push(block),
                "removed" => all.removed.push(block),
                "owner" => all.owners.push(block),
                "test" => all.tests.push(block),
                "policy" => {
                    if let Some(name) = name {
                        add(&mut policies, name, Source::Block(block), "policy", cx);
                    }
                }
                "locals" => {
                    // Twice in one block is said by the parser.
                    let mut here = FxHashSet::default();
                    for attribute in block.body.attributes.iter().filter(|a| here.insert(a.key.name)) {
                        add(
                            &mut all.families[Family::Local as usize],
                            attribute.key,
                            Source::Local(attribute),
                            "local",
                            cx,
                        );
                    }
                }
                "output" => {
                    if let Some(name) = name {
                        add(&mut outputs, name, Source::Block(block), "output", cx);
                    }
                }
                _ => {
                    if let (Some(family), Some(name)) = (Family::of_block(kind), name) {
                        add(&mut all.families[family as usize], name, Source::Block(block), family.noun(), cx);
                    }
                }
            }
        }
        // What takes from what others may take too does so by name.
        for family in Family::THINGS.into_iter().chain([Family::Cloud, Family::Module, Family::Lookup, Family::Pool]) {
            all.families[family as usize].sort();
        }
        outputs.sort();
        all.outputs = outputs.blocks().collect();
        policies.sort();
        all.policies = policies.blocks().collect();
        all.catalog.sort_by_key(|block| (block.kind.name, block.labels.first().map(|label| label.name)));
        all
    }

    pub fn members(&self, family: Family) -> &Members<'m> {
        &self.families[family as usize]
    }

    /// The clouds of the root are those of every module.
    pub fn with_clouds_of(mut self, root: &Self) -> Self {
        self.families[Family::Cloud as usize] = root.members(Family::Cloud).clone();
        self
    }

    /// The family a root name stands for.
    pub fn root(&self, name: Symbol) -> Option<Family> {
        self.roots.get(&name).copied()
    }
}

/// The name that expressions use for a block: the last label of its row in the table. A block with too few labels is
/// reported by the check.
pub(crate) fn name_of(block: &Block) -> Option<Ident> {
    let spec = check::meant(block)?;
    spec.labels.last().filter(|label| label.rule == LabelRule::Identifier)?;
    block.labels.get(spec.labels.len() - 1).copied()
}

fn add<'m>(members: &mut Members<'m>, name: Ident, source: Source<'m>, noun: &str, cx: &mut Context) {
    if let Some(first) = members.get(name.name) {
        let first = first.name.span;
        cx.push(
            Diagnostic::error(codes::T0211, name.span, format!("{noun} `{}` is declared twice", name.name))
                .with_label(first, "first declared here")
                .with_help("give one of them another name"),
        );
        return;
    }
    members.by_name.insert(name.name, members.list.len());
    members.list.push(Declared { name, source });
}
