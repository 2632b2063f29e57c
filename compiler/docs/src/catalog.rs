//! Accelerators, machine shapes, regions and ready policies, from the standard library as the compiler reads it. What
//! is not known is left empty, never zero.

use std::fmt::Write as _;

use tonnage_base::{Date, Decimal, SourceMap, Symbol, quantity::group_thousands};
use tonnage_lang::{Value, analyze};
use tonnage_syntax::{Module, parse};

use crate::cell;

/// The smallest fleet: the catalog is the same for all.
const FLEET: &str = "fleet \"catalog\" {\n  language = 1\n}\n";

pub fn page() -> String {
    let mut sources = SourceMap::default();
    let mut standard = Module::default();
    for source in tonnage_stdlib::fleet_sources() {
        let id = sources.add(source.name, source.text);
        standard.files.push(parse(id, source.text).0.into());
    }
    let fleet = Module { files: vec![parse(sources.add("catalog.fleet.hcl", FLEET), FLEET).0.into()] };
    let inputs = tonnage_lang::Inputs {
        fleet: &fleet,
        modules: &[],
        tests: &Default::default(),
        standard_library: &standard,
        variables: &[],
        as_of: Date::constant(2027, 1, 1),
    };
    let Some(intent) = analyze(&inputs).0 else { return String::new() };
    let catalog = &intent.catalog;
    let mut out = String::from(
        "# Catalog\n\nFacts with their sources stand in `stdlib/catalog/`; a fleet may add its own `accelerator`, `shape` and `region` blocks. \
         An empty cell is not known, never zero.\n\n## Accelerators\n\n| name | is |\n|---|---|\n",
    );
    for accelerator in &catalog.accelerators {
        let _ = writeln!(out, "| `{}` | {} |", accelerator.name, cell(accelerator.title.as_str()));
    }
    for cloud in ["aws", "azure", "google"] {
        let _ = writeln!(
            out,
            "\n## Shapes of {cloud}\n\n| shape | accelerators | vCPUs | memory | fabric | Gbps | NVLink domain | is sold |\n|---|---|--:|--:|---|--:|--:|---|"
        );
        for shape in catalog.shapes.iter().filter(|shape| shape.cloud.as_str() == cloud) {
            let number = |n: Option<u32>| n.map_or_else(String::new, |n| group_thousands(u64::from(n)));
            let gpus =
                shape.accelerator.map_or_else(String::new, |model| format!("{} × `{model}`", shape.accelerators));
            let _ = writeln!(
                out,
                "| `{}` | {gpus} | {} | {} | {} | {} | {} | {} |",
                shape.name,
                number(shape.vcpus),
                text(&shape.value, "memory"),
                shape.fabric.map_or("", Symbol::as_str),
                shape.fabric_gbps.map_or_else(String::new, |gbps: Decimal| gbps.normalize().to_string()),
                number(shape.nvlink_domain_gpus),
                shape.purchase.iter().map(|way| way.as_str()).collect::<Vec<_>>().join(", ")
            );
        }
        let _ =
            writeln!(out, "\n## Regions of {cloud}\n\n| region | place | country | zones known |\n|---|---|---|--:|");
        for region in catalog.regions.iter().filter(|region| region.cloud.as_str() == cloud) {
            let zones = if region.zones.is_empty() { String::new() } else { region.zones.len().to_string() };
            let _ = writeln!(
                out,
                "| `{}` | {} | {} | {zones} |",
                region.name,
                cell(&text(&region.value, "place")),
                region.country.map_or("", Symbol::as_str)
            );
        }
    }
    out.push_str("\n## Policies ready to use\n\n`policy \"NAME\" { use = \"…\"  with = { … } }`, one attribute per line.\n\n| policy | says | takes |\n|---|---|---|\n");
    for block in standard.files.iter().flat_map(|file| file.body.blocks_of("policy")) {
        let written =
            |name: &str| block.body.attribute(name).map_or_else(String::new, |a| sources.text(a.value.span).to_owned());
        let name = block.labels.first().map_or("", |label| label.name.as_str());
        let description = written("description").trim_matches('"').replace("\\\"", "\"");
        let takes = written("parameters");
        let takes = if takes.is_empty() { String::new() } else { format!("`{}`", cell(&takes)) };
        let _ = writeln!(out, "| `{name}` | {} | {takes} |", cell(&description));
    }
    out
}

/// An attribute as it is written; empty where it is not known.
fn text(value: &Value, name: &str) -> String {
    let Value::Map(map) = value else { return String::new() };
    match map.get(&Symbol::new(name)) {
        Some(Value::String(text)) => text.to_string(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string().trim_matches('"').to_owned(),
    }
}
