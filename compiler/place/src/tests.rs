//! Placement of small fleets, with the real standard library and its prices.
#![expect(clippy::indexing_slicing, reason = "tests")]

mod capacity;
mod examples;
mod growth;
mod known;
mod options;
mod pages;
mod sizes;
mod windows;

use std::sync::LazyLock;

use tonnage_base::{Date, Diagnostic, FileId, Symbol, diagnostic::has_errors};
use tonnage_lang::Intent;
use tonnage_syntax::Module;

use crate::{
    Availability, Inputs, Placement, PriceBook,
    availability::Free,
    placement::{PlacedPool, Rejection, Slice},
};

static STANDARD: LazyLock<Module> = LazyLock::new(|| {
    let mut module = Module::default();
    for (id, source) in (1000u32..).zip(tonnage_stdlib::fleet_sources()) {
        module.files.push(tonnage_syntax::parse(FileId(id), source.text).0.into());
    }
    module
});

static PRICES: LazyLock<PriceBook> = LazyLock::new(|| PriceBook::from_csv(tonnage_stdlib::prices_csv()).unwrap());

fn as_of() -> Date {
    Date::constant(2027, 1, 1)
}

/// What a fleet means.
fn intent(text: &str) -> Intent {
    let (file, found) = tonnage_syntax::parse(FileId(0), text);
    assert!(found.is_empty(), "{found:#?}\n{text}");
    let fleet = Module { files: vec![file.into()] };
    let inputs = tonnage_lang::Inputs {
        fleet: &fleet,
        modules: &[],
        tests: &Default::default(),
        standard_library: &STANDARD,
        variables: &[],
        as_of: as_of(),
    };
    let (intent, found) = tonnage_lang::analyze(&inputs);
    assert!(!has_errors(&found), "{found:#?}\n{text}");
    intent.unwrap()
}

struct World {
    intent: Intent,
    placement: Placement,
    said: Vec<Diagnostic>,
}

fn place_intent(intent: Intent, free: Vec<Free>) -> World {
    let availability = Availability { free, ..Availability::default() };
    let inputs = Inputs { intent: &intent, prices: &PRICES, availability: &availability, as_of: as_of() };
    let (placement, said) = crate::place(&inputs);
    assert_eq!(placement.pools.len(), intent.pools.len());
    for pool in &placement.pools {
        let mut keys: Vec<_> = pool.slices.iter().map(|s| (s.option, s.key)).collect();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), pool.slices.len(), "keys are unique within pool and option");
        for slice in &pool.slices {
            assert_eq!(slice.nodes, slice.groups.iter().map(|g| u64::from(g.nodes)).sum::<u64>(), "{slice:#?}");
            assert!(slice.nodes > 0 && slice.network < placement.networks.len());
        }
    }
    World { intent, placement, said }
}

/// Places a fleet of which everything else is as one likes: `fleet`, clouds and an image are added.
fn place_with(text: &str, free: Vec<Free>) -> World {
    place_intent(intent(&format!("{HEAD}{text}")), free)
}

fn place(text: &str) -> World {
    place_with(text, Vec::new())
}

const HEAD: &str = r#"
fleet "f" {
  language = 1
}
cloud "aws" {
  regions = ["us-east-2", "us-west-2", "us-east-1"]
}
cloud "google" {
  project = "p"
  regions = ["us-central1"]
}
image "i" {
  aws    = { ami = "ami-0f3c8e2d41b7a9650" }
  google = { family = "f", project = "p" }
}
"#;

/// A pool `p`.
fn pool(purpose: &str, accelerator: &str, size: &str, more: &str) -> String {
    named_pool("p", purpose, accelerator, size, more)
}

fn named_pool(name: &str, purpose: &str, accelerator: &str, size: &str, more: &str) -> String {
    let accelerator = if accelerator.starts_with('[') { accelerator.to_owned() } else { format!("\"{accelerator}\"") };
    let size = size.replace(", ", "\n    ");
    format!(
        "pool \"{name}\" {{\n  purpose = \"{purpose}\"\n  accelerator = {accelerator}\n  image = image.i\n  size {{\n    {size}\n  }}\n{more}\n}}\n"
    )
}

/// An option on AWS; `buy` holds attributes parted by semicolons.
fn option(name: &str, region: &str, attributes: &str, buy: &str) -> String {
    let buy = if buy.is_empty() {
        String::new()
    } else {
        format!("    buy {{\n      {}\n    }}\n", buy.replace("; ", "\n      "))
    };
    format!("  option \"{name}\" {{\n    cloud = cloud.aws\n    region = \"{region}\"\n    {attributes}\n{buy}  }}\n")
}

/// A capacity granted as a group.
fn group(name: &str, zone: &str, shape: &str, nodes: u32, window: Option<(&str, &str)>) -> String {
    let window = window.map_or_else(String::new, |(start, end)| {
        format!("  window {{\n    start = \"{start}\"\n    end = \"{end}\"\n  }}\n")
    });
    format!(
        "capacity \"{name}\" {{\n  kind = \"granted\"\n  cloud = cloud.aws\n  zone = \"{zone}\"\n  shape = \"{shape}\"\n  nodes = {nodes}\n  group = \"group/{name}\"\n{window}}}\n"
    )
}

/// A capacity granted by ids.
fn ids(name: &str, zone: &str, shape: &str, ids: &[(&str, u32)]) -> String {
    let nodes: u32 = ids.iter().map(|(_, n)| n).sum();
    let list: Vec<String> = ids.iter().map(|(id, n)| format!("\"{id}\" = {n}")).collect();
    format!(
        "capacity \"{name}\" {{\n  kind = \"granted\"\n  cloud = cloud.aws\n  zone = \"{zone}\"\n  shape = \"{shape}\"\n  nodes = {nodes}\n  ids = {{ {} }}\n}}\n",
        list.join(", ")
    )
}

const RDMA: &str = "  fabric {\n    kind = \"rdma\"\n  }\n";

fn free(region: &str, zone: Option<&str>, shape: &str, market: Option<&str>, nodes: u64) -> Free {
    Free {
        cloud: Symbol::new("aws"),
        region: Symbol::new(region),
        zone: zone.map(Symbol::new),
        shape: Symbol::new(shape),
        market: market.map(Symbol::new),
        reservation: None,
        nodes,
        source: zone.map_or("quota L-417A185B".to_owned(), |zone| format!("offered in {zone}")),
    }
}

impl World {
    fn right(self) -> Self {
        assert!(self.said.is_empty(), "{:#?}", self.said);
        self
    }
    fn pool(&self, name: &str) -> &PlacedPool {
        self.placement.pools.iter().find(|p| self.intent.pools[p.pool].name.value == name).unwrap()
    }
    fn p(&self) -> &PlacedPool {
        self.pool("p")
    }
    /// `option key nodes` of each slice of a pool.
    fn slices_of(&self, name: &str) -> Vec<String> {
        self.pool(name).slices.iter().map(|s| format!("{} {} {}", s.option, s.key, s.nodes)).collect()
    }
    fn slices(&self) -> Vec<String> {
        self.slices_of("p")
    }
    fn only(&self) -> &Slice {
        assert_eq!(self.p().slices.len(), 1, "{:?}", self.slices());
        &self.p().slices[0]
    }
    fn shape(&self, slice: &Slice) -> &'static str {
        self.intent.catalog.shapes[slice.shape].name.as_str()
    }
    fn rejected(&self, option: &str) -> &Rejection {
        self.p().rejected.iter().find(|r| r.option == option).unwrap_or_else(|| panic!("{option} is not rejected"))
    }
    /// `reason: text` of a rejected option.
    fn why(&self, option: &str) -> String {
        let rejected = self.rejected(option);
        format!("{}: {}", rejected.reason, rejected.text)
    }
    fn difference(&self, option: &str) -> Option<String> {
        self.rejected(option).price_difference.map(|money| money.amount.normalize().to_string())
    }
    /// The one thing said: `T0401: message`, and its labels.
    fn said(&self) -> (String, Vec<String>) {
        let [only] = self.said.as_slice() else { panic!("{:#?}", self.said) };
        (format!("{}: {}", only.code.id, only.message), only.secondary.iter().map(|l| l.text.clone()).collect())
    }
}
