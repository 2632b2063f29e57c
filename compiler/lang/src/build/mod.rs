//! What the blocks of a fleet mean: clouds, networks, images, capacities, pools, resources; rules that span attributes.
//!
//! Must not know where anything will be placed.

mod capacity;
mod commitment;
mod guards;
mod identity;
mod policy;
mod pool;
mod resource;
mod rollout;
mod site;
mod size;
mod split;
mod storage;
mod test;
mod things;

use rustc_hash::FxHashMap;
use tonnage_base::{Date, Diagnostic, IndexVec, Symbol, codes::lang as codes};
use tonnage_syntax::{Module, tree::Block};

use crate::{
    catalog::Index,
    check::find_block,
    context::Context,
    intent::{
        Capacity, CapacityId, Cloud, CloudId, Commitment, CommitmentId, Fleet, Image, ImageId, Intent, Lowering,
        Network, NetworkId, Policy, Pool, PoolId, ScopeId, Storage, StorageId, Test,
    },
    read::Reader,
    resolve::{
        Resolved,
        declared::Family,
        each,
        names::{self, FleetScope},
    },
};

pub(crate) use identity::looked_up;
pub(crate) use resource::lowering;

/// What is built so far. Later things refer to earlier ones by name.
pub(crate) struct Builder<'a, 'm> {
    /// The fleet itself, then the instances of its modules.
    all: &'a [Resolved<'m>],
    /// The one being built.
    resolved: &'a Resolved<'m>,
    scope: ScopeId,
    index: Index,
    clouds: IndexVec<CloudId, Cloud>,
    cloud_ids: FxHashMap<Symbol, CloudId>,
    networks: IndexVec<NetworkId, Network>,
    network_ids: FxHashMap<Symbol, NetworkId>,
    images: IndexVec<ImageId, Image>,
    image_ids: FxHashMap<Symbol, ImageId>,
    commitments: IndexVec<CommitmentId, Commitment>,
    commitment_ids: FxHashMap<Symbol, CommitmentId>,
    storages: IndexVec<StorageId, Storage>,
    storage_ids: FxHashMap<Symbol, StorageId>,
    capacities: IndexVec<CapacityId, Capacity>,
    capacity_ids: FxHashMap<Symbol, CapacityId>,
    pools: IndexVec<PoolId, Pool>,
    policies: Vec<Policy>,
    tests: Vec<Test>,
}

impl<'a, 'm> Builder<'a, 'm> {
    /// None where there is not even a fleet.
    pub fn new(all: &'a [Resolved<'m>], index: Index) -> Option<Self> {
        Some(Self {
            all,
            resolved: all.first()?,
            scope: ScopeId(0),
            index,
            clouds: IndexVec::new(),
            cloud_ids: FxHashMap::default(),
            networks: IndexVec::new(),
            network_ids: FxHashMap::default(),
            images: IndexVec::new(),
            image_ids: FxHashMap::default(),
            commitments: IndexVec::new(),
            commitment_ids: FxHashMap::default(),
            storages: IndexVec::new(),
            storage_ids: FxHashMap::default(),
            capacities: IndexVec::new(),
            capacity_ids: FxHashMap::default(),
            pools: IndexVec::new(),
            policies: Vec::new(),
            tests: Vec::new(),
        })
    }

    /// Does something for the fleet itself and for each instance of each module.
    fn everywhere(&mut self, cx: &mut Context, mut build: impl FnMut(&mut Self, &mut Context)) {
        for (scope, resolved) in (0u32..).zip(self.all) {
            (self.resolved, self.scope) = (resolved, ScopeId(scope));
            build(self, cx);
        }
        if let Some(root) = self.all.first() {
            (self.resolved, self.scope) = (root, ScopeId(0));
        }
    }

    /// What addresses of a thing begin with: `module.east.pool.train`.
    fn address(&self, family: Family, name: Symbol) -> Symbol {
        Symbol::new(&format!("{}{}.{name}", self.resolved.prefix, family.root()))
    }

    /// The name of a thing among those of all modules.
    fn key(&self, name: Symbol) -> Symbol {
        names::key(self.resolved.prefix, name)
    }

    /// Builds all there is. None where something could not be built.
    pub fn build(
        mut self,
        as_of: Date,
        standard: &Module,
        tests: &[&Block],
        lowerings: Vec<Lowering>,
        cx: &mut Context,
    ) -> Option<Intent> {
        let fleet = self.fleet(cx);
        self.clouds(cx);
        self.everywhere(cx, |all, cx| {
            all.networks(cx);
            all.images(cx);
            all.commitments(cx);
        });
        self.everywhere(cx, |all, cx| {
            all.storages(cx);
            all.capacities(cx);
        });
        self.everywhere(cx, |all, cx| all.pools(cx));
        self.everywhere(cx, |all, cx| all.policies(standard, cx));
        self.tests(tests, cx);
        let scopes = resource::scopes(self.all, cx);
        let (mut moved, mut imports, mut removed, mut lookups) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut owned = Vec::new();
        self.everywhere(cx, |all, cx| {
            moved.extend(identity::moved(all.resolved, cx));
            imports.extend(identity::imports(all.resolved, cx));
            removed.extend(identity::removed(all.resolved, cx));
            owned.extend(identity::owned(all.resolved, cx));
            lookups.extend(all.lookups(cx));
        });
        Some(Intent {
            as_of,
            fleet: fleet?,
            clouds: self.clouds,
            pools: self.pools,
            capacities: self.capacities,
            networks: self.networks,
            images: self.images,
            commitments: self.commitments,
            storages: self.storages,
            policies: self.policies,
            tests: self.tests,
            lookups,
            imports,
            removed,
            owned,
            moved,
            scopes,
            catalog: self.index.catalog,
            lowerings,
        })
    }

    fn fleet(&self, cx: &mut Context) -> Option<Fleet> {
        let fleets = &self.resolved.folder.declared.fleets;
        let Some((first, others)) = fleets.split_first() else {
            cx.push(
                Diagnostic::new(tonnage_base::Severity::Error, codes::T0223, "there is no `fleet` block")
                    .with_help("every fleet has one: `fleet \"NAME\" { language = 1 }`"),
            );
            return cx.incomplete();
        };
        for other in others {
            cx.push(
                Diagnostic::error(codes::T0224, other.header, "this is a second `fleet` block")
                    .with_label(first.header, "the first one")
                    .with_help("one folder is one fleet: put the second in a folder of its own"),
            );
        }
        let mut reader = self.reader(first, &self.resolved.scope)?;
        if let Some(edition) = reader.number("language", cx).filter(|edition| edition.value != 1.into()) {
            cx.push(
                Diagnostic::error(
                    codes::T0222,
                    edition.span,
                    format!("this version does not know edition {} of the language", edition.value.normalize()),
                )
                .with_help("it knows edition 1: write `language = 1`, or take a version of tonnage that knows it"),
            );
        }
        let catalog = reader.day("catalog", cx);
        let ledger = reader.text("ledger", cx);
        let name = first.labels.first()?;
        Some(Fleet { name: tonnage_base::At::new(name.name, name.span), catalog, ledger })
    }

    fn reader<'b>(&self, block: &'b Block, scope: &'b FleetScope) -> Option<Reader<'b>> {
        find_block(block.kind.name.as_str()).map(|spec| Reader::new(block, spec, scope))
    }

    fn declared_names(&self, family: Family) -> Vec<&'static str> {
        self.resolved.folder.declared.members(family).names().collect()
    }

    fn instances(
        &self,
        family: Family,
        cx: &mut Context,
    ) -> Vec<(tonnage_syntax::tree::Ident, &'m Block, each::Instance)> {
        let mut all = Vec::new();
        for (name, block) in self.resolved.folder.declared.members(family).blocks() {
            let entries = match block.body.attribute("for_each") {
                None => None,
                Some(_) if family != Family::Pool => match self.resolved.entries.get(&(family, name.name)) {
                    Some(entries) => Some(entries.clone()),
                    None => {
                        cx.incomplete = true;
                        continue;
                    }
                },
                Some(attribute) => match each::entries(&attribute.value, &self.resolved.scope, cx) {
                    Some(entries) => Some(entries),
                    None => continue,
                },
            };
            let instances = each::instances(name, entries.as_deref(), &self.resolved.scope);
            all.extend(instances.into_iter().map(|instance| (name, block, instance)));
        }
        all
    }
}
