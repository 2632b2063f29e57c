//! What the embedded catalog must hold. Reads the files as text: the parser is another crate.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// A top-level block of the catalog: its label and its attributes as written.
struct Block {
    label: String,
    attributes: BTreeMap<String, String>,
}

/// The blocks of one kind. Relies on the catalog's own form: a block starts and ends at column 0.
fn blocks(kind: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut inside = false;
    for line in fleet_sources().iter().filter(|s| s.name.starts_with("std:catalog/")).flat_map(|s| s.text.lines()) {
        if let Some(label) = line.strip_prefix(kind).and_then(|rest| rest.strip_prefix(" \"")) {
            inside = true;
            found.push(Block { label: label.trim_end_matches("\" {").to_owned(), attributes: BTreeMap::new() });
        } else if line == "}" {
            inside = false;
        } else if inside && let Some((key, value)) = line.trim().split_once(" = ") {
            let attributes = &mut found.last_mut().unwrap().attributes;
            assert_eq!(attributes.insert(key.trim().to_owned(), value.to_owned()), None, "{key} is given twice");
        }
    }
    found
}

fn table(csv: &str) -> Vec<&str> {
    csv.lines().filter(|line| !line.starts_with('#')).skip(1).collect()
}

#[test]
fn sources_are_sorted_named_and_not_empty() {
    let names: Vec<_> = fleet_sources().iter().map(|s| s.name).collect();
    assert!(names.is_sorted());
    assert!(names.contains(&"std:catalog/shapes-aws.fleet.hcl"));
    assert!(fleet_sources().iter().all(|s| !s.text.trim().is_empty() && s.name.ends_with(".fleet.hcl")));
}

#[test]
fn every_shape_is_there_with_its_accelerator_and_source() {
    let accelerators: BTreeSet<_> = blocks("accelerator").into_iter().map(|b| b.label).collect();
    let shapes = blocks("shape");
    let model = |shape: &Block| shape.attributes.get("accelerator").map(|name| name.trim_matches('"').to_owned());
    assert_eq!(shapes.iter().filter(|shape| model(shape).is_some()).count(), 42);
    assert_eq!(shapes.iter().filter(|shape| model(shape).is_none()).count(), 13, "shapes of CPUs only");
    for shape in &shapes {
        match model(shape) {
            Some(name) => assert!(accelerators.contains(&name), "{}: no accelerator {name}", shape.label),
            None => assert!(shape.attributes.contains_key("vcpus"), "{}: neither GPUs nor vCPUs", shape.label),
        }
        assert!(shape.attributes.contains_key("source"), "{}: no source", shape.label);
        assert!(shape.attributes.values().all(|v| v != "\"\"" && v != "\" GB\""), "{}: empty is absent", shape.label);
    }
    let unused: Vec<_> =
        accelerators.iter().filter(|a| !shapes.iter().any(|s| model(s).as_ref() == Some(*a))).collect();
    assert!(unused.is_empty(), "accelerators without a shape: {unused:?}");
}

#[test]
fn interface_lists_are_as_long_as_the_network_guide_says() {
    let shapes = blocks("shape");
    let interfaces = |name: &str| {
        let shape = shapes.iter().find(|s| s.label == name).unwrap();
        let cards = shape.attributes["efa_only_cards"].trim_matches(['[', ']']);
        1 + cards.split(',').filter(|card| !card.trim().is_empty()).count()
    };
    assert_eq!(interfaces("p5.48xlarge"), 33);
    assert_eq!(interfaces("p5en.48xlarge"), 17);
    assert_eq!(interfaces("p6-b200.48xlarge"), 9);
    assert_eq!(interfaces("p6-b300.48xlarge"), 17);
    assert_eq!(interfaces("p6e-gb200.36xlarge"), 5);
    assert_eq!(interfaces("g6e.48xlarge"), 1);
    let b300 = shapes.iter().find(|s| s.label == "p6-b300.48xlarge").unwrap();
    assert!(b300.attributes["efa_only_cards"].starts_with("[1, "), "card 0 carries no EFA");
}

#[test]
fn every_region_is_there_and_local_zones_stand_apart() {
    let regions = blocks("region");
    // 136 places: 135 regions and the Dallas local zone, which belongs to one of them.
    assert_eq!(regions.len(), 135);
    let virginia = regions.iter().find(|r| r.label == "aws/us-east-1").unwrap();
    assert!(virginia.attributes["local_zones"].contains("use1-dfw2-az1"));
    assert!(!virginia.attributes["zones"].contains("dfw2"), "a local zone is used only where an author names it");
    for region in &regions {
        assert!(region.attributes.contains_key("source"), "{}: no source", region.label);
        let country = region.attributes["country"].trim_matches('"');
        assert!(country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase()), "{}", region.label);
        let row = table(countries_csv()).into_iter().any(|row| row.starts_with(&format!("{country},")));
        assert!(row, "{}: countries.csv has no row for {country}", region.label);
    }
    let labels: BTreeSet<_> = regions.iter().map(|r| &r.label).collect();
    assert_eq!(labels.len(), regions.len(), "a region is declared twice");
}

#[test]
fn prices_and_limits_are_dated_and_each_row_has_its_source() {
    for (csv, rows) in [(prices_csv(), 788), (limits_csv(), 80)] {
        assert!(csv.starts_with("# catalog 2026-11-22\n"));
        let table = table(csv);
        assert_eq!(table.len(), rows);
        for row in table {
            assert!(row.starts_with("aws,") || row.starts_with("azure,") || row.starts_with("google,"), "{row}");
            assert!(!row.ends_with(','), "no source: {row}");
        }
    }
}

#[test]
fn what_is_checked_before_apply_has_its_sources() {
    for source in [quotas_csv(), counted_csv(), subnets_csv(), interfaces_csv(), spot_csv(), ends_csv()] {
        assert!(source.text.starts_with("# catalog "), "{}", source.name);
        let rows = table(source.text);
        assert!(rows.len() > 2, "{}", source.name);
        for row in rows {
            assert!(row.starts_with("aws,") || row.starts_with("azure,") || row.starts_with("google,"), "{row}");
            assert!(!row.ends_with(','), "no source: {row}");
        }
    }
}

#[test]
fn schema_facts_are_compact() {
    for (cloud, json) in schemas_json() {
        assert!(json.starts_with("{\"source\":") && json.len() < 600_000, "{cloud}: {} bytes", json.len());
    }
}
