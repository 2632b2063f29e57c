//! What fleets mean: names, instances, catalog, what is kept for later.

use tonnage_base::Symbol;

use super::{analyse, intent, with_cloud};
use crate::{
    Value,
    check::find_block,
    intent::{CapacityKind, GrantedSource},
};

const OWNED: &str = "  kind  = \"owned\"\n  cloud = cloud.aws\n  shape = \"p5en.48xlarge\"\n  nodes = 8\n";

#[test]
fn instances_of_capacities_and_pools_are_named_by_their_keys() {
    let intent = intent(&with_cloud(&format!(
        r#"
locals {{
  zones = {{ east = "use2-az1", west = "usw2-az1" }}
  names = [for c in capacity.floor : c.name]
}}
capacity "floor" {{
  for_each = local.zones
  zone     = each.value
{OWNED}
}}
pool "chat" {{
  for_each    = local.zones
  purpose     = "inference"
  accelerator = "nvidia-h200"
  labels      = {{ zone = each.key, n = 1 }}
  size {{
    nodes = 2
  }}
  option "x" {{
    cloud = cloud.aws
    buy {{
      capacity = [capacity.floor[each.key]]
    }}
  }}
}}
"#
    )));
    let names: Vec<&str> = intent.capacities.iter().map(|c| c.name.value.as_str()).collect();
    assert_eq!(names, [r#"floor["east"]"#, r#"floor["west"]"#]);
    let regions: Vec<&str> = intent.capacities.iter().map(|c| c.region.as_str()).collect();
    assert_eq!(regions, ["us-east-2", "us-west-2"], "the region is the one the zone lies in");
    for (pool, name) in intent.pools.iter().zip([r#"chat["east"]"#, r#"chat["west"]"#]) {
        assert_eq!(pool.name.value, name);
        let drawn = pool.options.first().and_then(|o| o.buy.capacity.first()).map(|at| at.value).unwrap();
        assert_eq!(intent.capacities[drawn].name.value.as_str(), name.replace("chat", "floor"));
        assert_eq!(pool.labels.get(&Symbol::new("n")).map(|s| s.as_str()), Some("1"));
    }
    let Some(Value::List(names)) = intent.root().globals.locals.get(&Symbol::new("names")) else { panic!("a list") };
    assert!(matches!(names.first(), Some(Value::String(name)) if **name == *r#"floor["east"]"#));
}

#[test]
fn the_order_of_blocks_means_nothing() {
    let network = |name: &str| format!("network \"{name}\" {{\n  cidr = \"10.0.0.0/16\"\n}}\n");
    let capacity = |name: &str| format!("capacity \"{name}\" {{\n  zone = \"use2-az1\"\n{OWNED}}}\n");
    let output = |name: &str| format!("output \"{name}\" {{\n  value = capacity.{name}.name\n}}\n");
    for names in [["a", "b"], ["b", "a"]] {
        let text: String = names.iter().map(|n| [network(n), capacity(n), output(n)].concat()).collect();
        let intent = intent(&with_cloud(&text));
        let all = [
            intent.networks.iter().map(|n| n.name.value.as_str()).collect::<Vec<_>>(),
            intent.capacities.iter().map(|c| c.name.value.as_str()).collect(),
            intent.root().outputs.iter().map(|o| o.name.value.as_str()).collect(),
        ];
        assert_eq!(all, [["a", "b"]; 3], "written {names:?}");
    }
}

#[test]
fn a_list_of_ids_shares_the_nodes() {
    let intent = intent(&with_cloud(
        r#"
capacity "blocks" {
  kind  = "granted"
  cloud = cloud.aws
  zone  = "use2-az1"
  shape = "p6-b200.48xlarge"
  nodes = 523
  ids   = ["cr-1", "cr-2"]
  window {
    start = "2027-01-11"
    end   = "2027-04-11"
  }
}
output "used" {
  value = capacity.blocks
}
"#,
    ));
    let capacity = intent.capacities.iter().next().unwrap();
    let CapacityKind::Granted { product, source: GrantedSource::Ids(ids) } = &capacity.kind else { panic!("granted") };
    assert_eq!(*product, "capacity_block", "granted with a window is a capacity block");
    let nodes: Vec<u32> = ids.iter().map(|(_, nodes)| *nodes).collect();
    assert_eq!(nodes, [262, 261], "the first ones take the remainder");
}

#[test]
fn what_the_catalog_does_not_know_reads_as_null() {
    let intent = intent(&with_cloud(
        r#"
accelerator "acme-1" {
  title = "Acme 1"
}
shape "acme.large" {
  cloud        = "aws"
  accelerator  = "acme-1"
  accelerators = 4
  wheels       = 3
}
region "aws/us-east-2" {
  zones = ["use2-az7"]
}
"#,
    ));
    let shape = intent.catalog.shapes.iter().find(|s| s.name == "acme.large").unwrap();
    let Value::Map(value) = &shape.value else { panic!("a map") };
    assert!(matches!(value.get(&Symbol::new("vcpus")), Some(Value::Null)));
    assert!(matches!(value.get(&Symbol::new("wheels")), Some(Value::Number(n)) if *n == 3.into()));
    assert!(matches!(value.get(&Symbol::new("name")), Some(Value::String(name)) if &**name == "acme.large"));
    for attribute in find_block("shape").unwrap().attributes {
        assert!(value.contains_key(&Symbol::new(attribute.name)), "{}", attribute.name);
    }
    let regions: Vec<_> = intent.catalog.regions.iter().filter(|r| r.name == "us-east-2").collect();
    assert_eq!(regions.len(), 1, "a fleet's own region takes the place of the standard library's");
    assert_eq!(regions.first().map(|r| r.zones.len()), Some(1));
}

#[test]
fn the_whole_standard_library_is_read() {
    let intent = intent("fleet \"demo\" {\n  language = 1\n  catalog = \"2026-11-22\"\n  ledger = \"file:x\"\n}\n");
    assert!(intent.catalog.shapes.len() >= 42);
    assert!(intent.catalog.regions.len() >= 135);
    assert!(intent.lowerings.iter().any(|l| l.kind.value == "pool" && l.cloud.value == "aws"));
    assert_eq!(intent.fleet.catalog.map(|at| at.value.to_string()).as_deref(), Some("2026-11-22"));
    let p5 = intent.catalog.shapes.iter().find(|s| s.name == "p5en.48xlarge").unwrap();
    assert_eq!(
        (p5.accelerators, p5.cloud.as_str(), p5.accelerator.map_or("", Symbol::as_str)),
        (8, "aws", "nvidia-h200")
    );
}

#[test]
fn a_fleets_own_lowering_comes_first() {
    let intent = intent(&with_cloud("lowering \"pool\" \"aws\" {\n  locals {\n    a = 1\n  }\n}\n"));
    let pool: Vec<usize> = intent
        .lowerings
        .iter()
        .filter(|l| l.kind.value == "pool" && l.cloud.value == "aws")
        .map(|l| l.resources.len())
        .collect();
    assert_eq!(pool.first(), Some(&0));
    assert!(pool.len() >= 2);
}

#[test]
fn resources_outputs_and_renames_are_kept() {
    let intent = intent(&with_cloud(
        r#"
resource "AWS::S3::Bucket" "corpus" {
  cloud      = cloud.aws
  region     = "us-east-2"
  when       = true
  for_each   = { a = 1 }
  depends_on = [resource.other]
  body = {
    Name = each.key
  }
  lifecycle {
    on_delete  = "retain"
    on_replace = "retain"
    order      = "delete_first"
    ignore     = ["Tags"]
  }
}
resource "AWS::S3::Bucket" "other" {
}
output "arn" {
  value       = resource.corpus["a"].att.Arn
  description = "The bucket"
}
moved {
  from = resource.old["a b"].inner[0]
  to   = resource.other
}
moved {
  from = "pool.chat.primary.nodes[\"001\"]"
  to   = "resource.corpus[\"a\"]"
}
"#,
    ));
    let [corpus, other] = &*intent.root().resources else { panic!("two") };
    assert!(corpus.body.is_some() && corpus.when.is_some() && corpus.for_each.is_some() && corpus.region.is_some());
    assert!(corpus.lifecycle.retain_on_delete && corpus.lifecycle.retain_on_replace && corpus.lifecycle.delete_first);
    assert_eq!(corpus.lifecycle.ignore, [Symbol::new("Tags")]);
    assert!(!other.lifecycle.retain_on_delete);
    assert_eq!(intent.root().outputs.first().and_then(|o| o.description).map(|d| d.as_str()), Some("The bucket"));
    let moved: Vec<(&str, &str)> = intent.moved.iter().map(|m| (m.from.value.as_str(), m.to.value.as_str())).collect();
    assert_eq!(
        moved,
        [
            (r#"resource.old["a b"].inner[0]"#, "resource.other"),
            (r#"pool.chat.primary.nodes["001"]"#, r#"resource.corpus["a"]"#)
        ]
    );
}

#[test]
fn clouds_in_their_own_words() {
    let intent = intent(
        r#"
fleet "demo" {
  language = 1
}
cloud "azure" {
  subscription = "0"
  regions      = ["eastus2"]
}
cloud "research" {
  kind     = "google"
  project  = "frontier"
  regions  = ["us-central1"]
  endpoint = "http://127.0.0.1:1"
}
"#,
    );
    let clouds: Vec<(&str, &str, &str)> = intent
        .clouds
        .iter()
        .map(|c| (c.name.value.as_str(), c.kind.as_str(), c.account.map_or("", |a| a.value.as_str())))
        .collect();
    assert_eq!(clouds, [("azure", "azure", "0"), ("research", "google", "frontier")]);
}

#[test]
fn suggestions_are_mends() {
    let (_, diagnostics, map, _) = analyse(
        &with_cloud(
            "pool \"a\" {\n  purpose     = \"trainng\"\n  accelerator = \"nvidia-h20\"\n  size {\n    gpus = 8\n  }\n  option \"x\" {\n    cloud = \"aws\"\n  }\n}\n",
        ),
        &[],
    );
    let mends: Vec<(&str, &str)> = diagnostics
        .iter()
        .filter_map(|d| d.suggestions.first())
        .map(|s| (map.text(s.span), s.replacement.as_str()))
        .collect();
    assert_eq!(
        mends,
        [("\"trainng\"", "\"training\""), ("\"nvidia-h20\"", "\"nvidia-h200\""), ("\"aws\"", "cloud.aws")]
    );
}

#[test]
fn the_table_has_a_line_for_everything() {
    fn walk(spec: &crate::check::BlockSpec) {
        assert!(spec.doc.ends_with('.'), "{}", spec.kind);
        for attribute in spec.attributes {
            assert!(attribute.doc.ends_with('.'), "{}.{}", spec.kind, attribute.name);
            assert!(!attribute.expects.describe().is_empty());
        }
        spec.blocks.iter().for_each(walk);
    }
    crate::schema_table().iter().for_each(walk);
}
