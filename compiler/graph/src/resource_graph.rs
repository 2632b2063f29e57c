//! The graph: resources by id and by address. Must not know which of two graphs is desired and which live.

use tonnage_base::{IndexVec, Symbol, SymbolMap};

use crate::resource::{Resource, ResourceId};

/// Resources with unique addresses. Edges are the references in their bodies and `depends_on`; [`crate::Walk`] freezes
/// them.
#[derive(Clone, Debug, Default)]
pub struct ResourceGraph {
    resources: IndexVec<ResourceId, Resource>,
    by_address: SymbolMap<ResourceId>,
}

impl ResourceGraph {
    /// An empty graph.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a resource. Errors with the id of the one that has its address already.
    pub fn add(&mut self, resource: Resource) -> Result<ResourceId, ResourceId> {
        if let Some(taken) = self.by_address.get(resource.address) {
            return Err(taken);
        }
        let address = resource.address;
        let id = self.resources.push(resource);
        self.by_address.insert(address, id);
        Ok(id)
    }

    /// The resource at an address.
    pub fn find(&self, address: Symbol) -> Option<ResourceId> {
        self.by_address.get(address)
    }

    /// The resource of an id.
    pub fn get(&self, id: ResourceId) -> Option<&Resource> {
        self.resources.get(id)
    }

    /// The resource of an id, to be changed. Its address must stay.
    pub fn get_mut(&mut self, id: ResourceId) -> Option<&mut Resource> {
        if (id.0 as usize) < self.resources.len() { Some(&mut self.resources[id]) } else { None }
    }

    /// All, in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (ResourceId, &Resource)> {
        self.resources.iter_enumerated()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.resources.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.resources.is_empty()
    }
}

impl std::ops::Index<ResourceId> for ResourceGraph {
    type Output = Resource;
    fn index(&self, id: ResourceId) -> &Resource {
        &self.resources[id]
    }
}
