//! Accelerators, shapes and regions: blocks of the standard library and of the fleet, made into one catalog. A fleet's
//! own entry takes the place of the standard library's.
//!
//! Must not know any machine, region or price: only how their blocks are written.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use tonnage_base::{At, Diagnostic, Symbol, codes::lang as codes};
use tonnage_syntax::tree::Block;

use crate::{
    check::find_block,
    context::Context,
    intent::{Accelerator, Catalog, Region, RegionId, Shape, ShapeId},
    read::Reader,
    resolve::names::FleetScope,
    value::Value,
};

/// The catalog, and where in it a name is.
#[derive(Debug, Default)]
pub(crate) struct Index {
    pub catalog: Catalog,
    accelerators: FxHashMap<Symbol, usize>,
    shapes: FxHashMap<Symbol, ShapeId>,
    regions: FxHashMap<(Symbol, Symbol), RegionId>,
    /// By kind of cloud and zone id. Some clouds number their zones: one id, many regions.
    zones: FxHashMap<(Symbol, Symbol), Vec<RegionId>>,
}

impl Index {
    pub fn shape(&self, name: Symbol) -> Option<(ShapeId, &Shape)> {
        let id = *self.shapes.get(&name)?;
        self.catalog.shapes.get(id).map(|shape| (id, shape))
    }

    pub fn region(&self, cloud: Symbol, name: Symbol) -> Option<(RegionId, &Region)> {
        let id = *self.regions.get(&(cloud, name))?;
        self.catalog.regions.get(id).map(|region| (id, region))
    }

    /// Regions that have a zone of this id.
    pub fn zone(&self, cloud: Symbol, zone: Symbol) -> &[RegionId] {
        self.zones.get(&(cloud, zone)).map_or(&[], Vec::as_slice)
    }

    /// All zones of a region that an author may name, local zones included, by name.
    pub fn zones_of(&self, cloud: Symbol, region: RegionId) -> Vec<&'static str> {
        let of =
            |((kind, _), regions): &(&(Symbol, Symbol), &Vec<RegionId>)| *kind == cloud && regions.contains(&region);
        let mut names: Vec<&str> = self.zones.iter().filter(of).map(|((_, zone), _)| zone.as_str()).collect();
        names.sort_unstable();
        names
    }

    pub fn has_accelerator(&self, name: Symbol) -> bool {
        self.accelerators.contains_key(&name)
    }

    /// An accelerator that is not in the catalog.
    pub fn unknown_accelerator(&self, written: At<Symbol>, cx: &mut Context) {
        let wrong = Diagnostic::error(
            codes::T0234,
            written.span,
            format!("the catalog has no accelerator `{}`", written.value),
        );
        let names = self.catalog.accelerators.iter().map(|a| a.name.as_str());
        let wrong = cx.did_you_mean_quoted(wrong, written, names, "declare it with an `accelerator` block");
        cx.push(wrong);
    }

    /// A shape that is not in the catalog.
    pub fn unknown_shape(&self, written: At<Symbol>, cx: &mut Context) {
        let wrong =
            Diagnostic::error(codes::T0233, written.span, format!("the catalog has no shape `{}`", written.value));
        let names = self.catalog.shapes.iter().map(|s| s.name.as_str());
        let wrong = cx.did_you_mean_quoted(wrong, written, names, "declare it with a `shape` block");
        cx.push(wrong);
    }

    /// A region that the catalog does not know of that kind of cloud.
    pub fn unknown_region(&self, cloud: Symbol, written: At<Symbol>, cx: &mut Context) {
        let wrong = Diagnostic::error(
            codes::T0230,
            written.span,
            format!("the catalog has no region `{}` of {cloud}", written.value),
        );
        let names = self.catalog.regions.iter().filter(|r| r.cloud == cloud).map(|r| r.name.as_str());
        let help = format!("declare it with a `region \"{cloud}/{}\"` block", written.value);
        let wrong = cx.did_you_mean_quoted(wrong, written, names, &help);
        cx.push(wrong);
    }
}

/// Makes the catalog. `own` are the fleet's blocks, evaluated with its names.
pub(crate) fn build<'m>(
    standard: impl Iterator<Item = &'m Block>,
    own: &[&'m Block],
    scope: &FleetScope,
    cx: &mut Context,
) -> Index {
    let mut entries = Entries::default();
    let nothing = FleetScope::none();
    for block in standard {
        entries.add(block, false, cx);
    }
    for block in own {
        entries.add(block, true, cx);
    }
    let mut index = Index::default();
    for &(block, own) in &entries.list {
        if block.kind.name == "accelerator" {
            let Some(spec) = find_block("accelerator") else { continue };
            let mut reader = Reader::new(block, spec, if own { scope } else { &nothing });
            if let (Some(label), Some(title)) = (block.labels.first(), reader.text("title", cx)) {
                index.accelerators.insert(label.name, index.catalog.accelerators.len());
                let accelerator = Accelerator { name: label.name, title: title.value, span: block.header };
                index.catalog.accelerators.push(accelerator);
            }
        }
    }
    for &(block, own) in &entries.list {
        let scope = if own { scope } else { &nothing };
        match block.kind.name.as_str() {
            "shape" => {
                if let Some(shape) = shape(block, scope, &index, cx) {
                    let name = shape.name;
                    let id = index.catalog.shapes.push(shape);
                    index.shapes.insert(name, id);
                }
            }
            "region" => {
                if let Some((region, local_zones)) = region(block, scope, cx) {
                    let (cloud, name) = (region.cloud, region.name);
                    let zones: Vec<Symbol> = region.zones.iter().copied().chain(local_zones).collect();
                    let id = index.catalog.regions.push(region);
                    index.regions.insert((cloud, name), id);
                    for zone in zones {
                        index.zones.entry((cloud, zone)).or_default().push(id);
                    }
                }
            }
            _ => {}
        }
    }
    index
}

/// Blocks by kind and name; the fleet's own in the place of the standard library's.
#[derive(Default)]
struct Entries<'m> {
    list: Vec<(&'m Block, bool)>,
    positions: FxHashMap<(Symbol, Symbol), usize>,
}

impl<'m> Entries<'m> {
    fn add(&mut self, block: &'m Block, own: bool, cx: &mut Context) {
        let Some(label) = block.labels.first() else { return };
        let key = (block.kind.name, label.name);
        let Some(entry) = self.positions.get(&key).and_then(|&at| self.list.get_mut(at)) else {
            self.positions.insert(key, self.list.len());
            self.list.push((block, own));
            return;
        };
        if entry.1 == own {
            cx.push(
                Diagnostic::error(codes::T0211, label.span, format!("{} `{}` is declared twice", key.0, key.1))
                    .with_label(entry.0.header, "first declared here")
                    .with_help("keep one of them"),
            );
        } else {
            *entry = (block, own);
        }
    }
}

fn shape(block: &Block, scope: &FleetScope, index: &Index, cx: &mut Context) -> Option<Shape> {
    let label = block.labels.first()?;
    let mut reader = Reader::new(block, find_block("shape")?, scope);
    let mut value = reader.everything(cx);
    value.insert(Symbol::new("name"), Value::string(label.name.as_str()));
    for bytes in ["accelerator_memory", "memory", "local_nvme"] {
        reader.bytes(bytes, cx);
    }
    let cloud = reader.word("cloud", cx);
    let accelerator = reader.text("accelerator", cx);
    let accelerators = reader.whole32("accelerators", cx);
    if let Some(accelerator) = accelerator.filter(|a| !index.has_accelerator(a.value)) {
        index.unknown_accelerator(accelerator, cx);
    }
    if reader.span("accelerator").is_some() != reader.span("accelerators").is_some() {
        let (has, lacks) = match reader.span("accelerator") {
            Some(_) => ("accelerator", "accelerators"),
            None => ("accelerators", "accelerator"),
        };
        let at = reader.span(has).unwrap_or(block.header);
        cx.push(
            Diagnostic::error(codes::T0289, at, format!("this shape has `{has}` and no `{lacks}`"))
                .with_help("write the model and how many one node has, or neither where it has CPUs only"),
        );
        return cx.incomplete();
    }
    let names = |list: Option<Vec<At<Symbol>>>| list.unwrap_or_default().into_iter().map(|at| at.value).collect();
    let vcpus = reader.whole32("vcpus", cx).map(|at| at.value);
    let fabric = reader.text("fabric", cx).map(|at| at.value).filter(|fabric| *fabric != "none");
    let fabric_gbps = reader.number("fabric_gbps", cx).map(|at| at.value);
    let nvlink_domain_gpus = reader.whole32("nvlink_domain_gpus", cx).map(|at| at.value);
    let group_nodes = reader.whole32("group_nodes", cx).map(|at| at.value);
    let offered_in = names(reader.texts("offered_in", cx));
    let purchase = names(reader.texts("purchase", cx));
    Some(Shape {
        name: label.name,
        cloud: Symbol::new(cloud?.value),
        accelerator: accelerator.map(|at| at.value),
        accelerators: accelerators.map_or(0, |at| at.value),
        vcpus,
        arch: reader.text("arch", cx).map(|at| at.value),
        fabric,
        fabric_gbps,
        nvlink_domain_gpus,
        group_nodes,
        offered_in,
        purchase,
        value: Value::Map(Arc::new(value)),
        span: block.header,
    })
}

/// The region, and its local zones.
fn region(block: &Block, scope: &FleetScope, cx: &mut Context) -> Option<(Region, Vec<Symbol>)> {
    let (cloud, name) = block.labels.first()?.name.as_str().split_once('/')?;
    let mut reader = Reader::new(block, find_block("region")?, scope);
    let mut value = reader.everything(cx);
    value.insert(Symbol::new("name"), Value::string(name));
    value.insert(Symbol::new("cloud"), Value::string(cloud));
    let names = |list: Option<Vec<At<Symbol>>>| list.unwrap_or_default().into_iter().map(|at| at.value);
    let region = Region {
        cloud: Symbol::new(cloud),
        name: Symbol::new(name),
        country: reader.text("country", cx).map(|at| at.value),
        zones: names(reader.texts("zones", cx)).collect(),
        value: Value::Map(Arc::new(value)),
        span: block.header,
    };
    Some((region, names(reader.texts("local_zones", cx)).collect()))
}
