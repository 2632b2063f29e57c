//! What is known of catalog entries, as Markdown: numbers of a shape, prices, where it is offered. Must not know any
//! entry.

use tonnage_base::{Market, Symbol};
use tonnage_driver::compile;
use tonnage_lang::{
    Value,
    intent::{Accelerator, Catalog, Region, Shape},
};

use crate::site::CatalogName;

/// Rows of a table of prices.
const MOST_PRICES: usize = 8;

/// About a name of the catalog; none where it is not in it.
pub fn of(catalog: &Catalog, what: CatalogName, name: Symbol) -> Option<String> {
    match what {
        CatalogName::Accelerator => {
            catalog.accelerators.iter().find(|a| a.name == name).map(|found| accelerator(catalog, found))
        }
        CatalogName::Shape => catalog.shapes.iter().find(|s| s.name == name).map(shape),
        CatalogName::Region => {
            let regions: Vec<String> =
                catalog.regions.iter().filter(|r| r.name == name).map(|found| region(catalog, found)).collect();
            (!regions.is_empty()).then(|| regions.join("\n\n---\n\n"))
        }
        CatalogName::Zone => {
            let regions = catalog.regions.iter().filter(|region| region.zones.contains(&name));
            let regions: Vec<String> = regions.map(|r| format!("`{}` of {}", r.name, r.cloud)).collect();
            (!regions.is_empty()).then(|| format!("**{name}**\n\na zone of {}", regions.join(", ")))
        }
    }
}

fn accelerator(catalog: &Catalog, found: &Accelerator) -> String {
    let mut text = format!("**{}** (`{}`)\n", found.title, found.name);
    let shapes = catalog.shapes.iter().filter(|shape| shape.accelerator == Some(found.name));
    let rows: Vec<String> = shapes.map(|s| format!("| `{}` | {} | {} |", s.name, s.cloud, s.accelerators)).collect();
    if !rows.is_empty() {
        text.push_str("\n| shape | cloud | GPUs |\n|---|---|---|\n");
        text.push_str(&rows.join("\n"));
    }
    text
}

/// What is written in an entry, one line for each.
fn listed(value: &Value) -> String {
    let Value::Map(map) = value else { return String::new() };
    let lines = map.iter().filter(|(name, value)| **name != "name" && !matches!(value, Value::Null));
    lines.map(|(name, value)| format!("- `{name}` {value}\n")).collect()
}

/// `8 × nvidia-h100`, or the CPUs of a shape that has no GPUs.
fn holds(shape: &Shape, quote: &str) -> String {
    match (shape.accelerator, shape.vcpus) {
        (Some(model), _) => format!("{} × {quote}{model}{quote}", shape.accelerators),
        (None, Some(vcpus)) => format!("{vcpus} vCPUs"),
        (None, None) => "CPUs only".to_owned(),
    }
}

fn shape(found: &Shape) -> String {
    let mut text = format!("**{}** of {}: {}\n\n", found.name, found.cloud, holds(found, "`"));
    text.push_str(&listed(&found.value));
    text.push_str(&prices(found));
    text
}

fn prices(shape: &Shape) -> String {
    let Ok(book) = compile::prices() else { return String::new() };
    let price = |region, market| {
        let zones = book.zones(shape.cloud, shape.name, region);
        let own = std::iter::once(Symbol::new("")).chain(zones);
        let all = own.filter_map(|zone| book.price(shape.cloud, shape.name, region, zone, market));
        all.min_by_key(|money| money.amount).map(|money| format!("{} {}", money.amount.normalize(), money.currency))
    };
    let rows = shape.offered_in.iter().filter_map(|&region| {
        let (list, spot) = (price(region, Market::OnDemand), price(region, Market::Spot));
        let shown = |price: Option<String>| price.unwrap_or_else(|| "not known".to_owned());
        (list.is_some() || spot.is_some()).then(|| format!("| `{region}` | {} | {} |", shown(list), shown(spot)))
    });
    let rows: Vec<String> = rows.collect();
    if rows.is_empty() {
        return "\nNo price is known for it.\n".to_owned();
    }
    let more = rows.len().saturating_sub(MOST_PRICES);
    let head: Vec<String> = rows.into_iter().take(MOST_PRICES).collect();
    let rest = if more > 0 { format!("\n\n{more} more regions have prices.") } else { String::new() };
    format!("\n| a node and hour, lowest | on demand | spot |\n|---|---|---|\n{}{rest}\n", head.join("\n"))
}

fn region(catalog: &Catalog, found: &Region) -> String {
    let mut text = format!("**{}** of {}\n\n{}", found.name, found.cloud, listed(&found.value));
    let offered =
        catalog.shapes.iter().filter(|shape| shape.cloud == found.cloud && shape.offered_in.contains(&found.name));
    let offered: Vec<String> = offered.map(|shape| format!("`{}`", shape.name)).collect();
    if !offered.is_empty() {
        text.push_str(&format!("\nShapes offered: {}\n", offered.join(", ")));
    }
    text
}

/// Names for completion, each with a few words.
pub fn names(catalog: &Catalog, what: CatalogName, cloud: Option<Symbol>) -> Vec<(Symbol, String)> {
    let fits = |of: Symbol| cloud.is_none_or(|cloud| cloud == of);
    let mut names: Vec<(Symbol, String)> = match what {
        CatalogName::Accelerator => catalog.accelerators.iter().map(|a| (a.name, a.title.to_string())).collect(),
        CatalogName::Shape => {
            let shapes = catalog.shapes.iter().filter(|shape| fits(shape.cloud));
            shapes.map(|s| (s.name, format!("{}: {}", s.cloud, holds(s, "")))).collect()
        }
        CatalogName::Region => {
            let regions = catalog.regions.iter().filter(|region| fits(region.cloud));
            regions.map(|r| (r.name, format!("{}, {}", r.cloud, r.country.map_or("", Symbol::as_str)))).collect()
        }
        CatalogName::Zone => {
            let regions = catalog.regions.iter().filter(|region| fits(region.cloud));
            let zones =
                regions.flat_map(|r| r.zones.iter().map(move |zone| (*zone, format!("{}: {}", r.cloud, r.name))));
            zones.collect()
        }
    };
    names.sort();
    names.dedup_by_key(|(name, _)| *name);
    names
}
