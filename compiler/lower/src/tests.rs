//! Lowering, from fleet files to the graph, with the standard library. One `lower` per feature.

mod aws;
mod origins;
mod pages;
mod resources;
mod rest;
mod sizes;

use tonnage_base::{Code, Date, Diagnostic, SourceMap, Symbol};
use tonnage_graph::{Node, Resource, Standing, ValueId, Values};
use tonnage_lang::Intent;
use tonnage_place::{Availability, Placement, PriceBook};
use tonnage_schema::{Effects, Schemas};
use tonnage_syntax::Module;

use crate::{Inputs, Lowered};

/// A fleet, lowered.
struct World {
    sources: SourceMap,
    intent: Intent,
    placement: Placement,
    lowered: Lowered,
    values: Values,
    diagnostics: Vec<Diagnostic>,
}

fn module(sources: &mut SourceMap, files: &[(&str, &str)]) -> Module {
    let mut module = Module::default();
    for (name, text) in files {
        let id = sources.add(*name, *text);
        let (file, found) = tonnage_syntax::parse(id, text);
        assert!(found.is_empty(), "{name}: {found:#?}");
        module.files.push(file.into());
    }
    module
}

/// Everything up to the graph. Panics where an earlier phase finds an error.
fn lower(text: &str) -> World {
    try_lower(text).unwrap_or_else(|found| panic!("{found:#?}"))
}

/// The same; errors of earlier phases are the result.
fn try_lower(text: &str) -> Result<World, Vec<Diagnostic>> {
    lower_beside(text, None)
}

/// The same beside what stands.
fn lower_beside(text: &str, standing: Option<&mut dyn Standing>) -> Result<World, Vec<Diagnostic>> {
    let mut sources = SourceMap::default();
    let standard: Vec<(&str, &str)> = tonnage_stdlib::fleet_sources().iter().map(|s| (s.name, s.text)).collect();
    let standard = module(&mut sources, &standard);
    let fleet = module(&mut sources, &[("main.fleet.hcl", text)]);
    let as_of = Date::constant(2026, 11, 22);
    let inputs = tonnage_lang::Inputs {
        fleet: &fleet,
        modules: &[],
        tests: &Default::default(),
        standard_library: &standard,
        variables: &[],
        as_of,
    };
    let (intent, found) = tonnage_lang::analyze(&inputs);
    let intent = intent.ok_or(found)?;
    let prices = PriceBook::from_csv(tonnage_stdlib::prices_csv()).unwrap();
    let availability = Availability::default();
    let inputs = tonnage_place::Inputs { intent: &intent, prices: &prices, availability: &availability, as_of };
    let (placement, found) = tonnage_place::place(&inputs);
    if tonnage_base::diagnostic::has_errors(&found) {
        return Err(found);
    }
    let schemas = Schemas::load_all(&tonnage_stdlib::schemas_json());
    let mut values = Values::new();
    let effects = Effects::load(tonnage_stdlib::effects_csv().iter().map(|table| table.text)).unwrap();
    let inputs = Inputs { intent: &intent, placement: &placement, schemas: &schemas, effects: &effects };
    let (lowered, diagnostics) =
        crate::lower_beside(&inputs, &mut values, standing.map(|standing| -> &mut dyn Standing { standing }));
    Ok(World { sources, intent, placement, lowered, values, diagnostics })
}

impl World {
    /// Without anything wrong.
    fn right(self) -> Self {
        assert!(self.diagnostics.is_empty(), "{:#?}", self.diagnostics);
        self
    }

    fn addresses(&self) -> Vec<&'static str> {
        self.lowered.graph.iter().map(|(_, resource)| resource.address.as_str()).collect()
    }

    fn resource(&self, address: &str) -> &Resource {
        let id = self.lowered.graph.find(Symbol::new(address));
        let id = id.unwrap_or_else(|| panic!("no {address} among {:#?}", self.addresses()));
        &self.lowered.graph[id]
    }

    /// The value at a path, as text.
    fn text(&self, address: &str, path: &str) -> String {
        self.find(address, path).map_or("absent".to_owned(), |id| self.show(id))
    }

    fn find(&self, address: &str, path: &str) -> Option<ValueId> {
        crate::path::parse(path).into_iter().try_fold(self.resource(address).body, |id, step| match step {
            crate::path::Segment::Key(key) => self.values.get(id, key),
            crate::path::Segment::Index(index) => self.values.items(id).get(index).copied(),
            crate::path::Segment::Any => None,
        })
    }

    fn show(&self, id: ValueId) -> String {
        let all = |ids: &[ValueId]| ids.iter().map(|&id| self.show(id)).collect::<Vec<_>>().join(", ");
        match self.values.node(id) {
            Node::Null => "null".to_owned(),
            Node::Bool(value) => value.to_string(),
            Node::Number(text) => text.to_string(),
            Node::String(text) => format!("{:?}", text.as_str()),
            Node::List(_) => format!("[{}]", all(self.values.items(id))),
            Node::Join(_) => format!("join({})", all(self.values.items(id))),
            Node::Reference(r) | Node::Unknown(r) => match r.attribute {
                None => format!("ref({})", r.address),
                Some(attribute) => format!("{attribute}({})", r.address),
            },
            Node::Map(_) => {
                let entries: Vec<_> =
                    self.values.entries(id).map(|(key, value)| format!("{key} = {}", self.show(value))).collect();
                format!("{{{}}}", entries.join(", "))
            }
        }
    }

    /// The only diagnostic, which has this code; its text at the primary place.
    fn only(&self, code: Code) -> (&Diagnostic, &str) {
        let [only] = self.diagnostics.as_slice() else { panic!("{:#?}", self.diagnostics) };
        assert_eq!(only.code, code, "{only:#?}");
        (only, self.sources.text(only.primary.as_ref().unwrap().span))
    }
}

/// One AWS cloud with one region.
const CLOUD: &str = r#"
fleet "demo" {
  language = 1
}
cloud "aws" {
  account = "111122223333"
  regions = ["us-east-2"]
}
image "node" {
  aws = { ami = "ami-0f3c8e2d41b7a9650" }
}
"#;

/// [`CLOUD`] and more.
fn fleet(more: &str) -> String {
    format!("{CLOUD}\n{more}")
}
