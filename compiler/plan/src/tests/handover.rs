//! What runs goes after its successors come, unless there is no room for both.

use tonnage_base::Market;
use tonnage_graph::Site;

use super::{Row, Sky, row, s, site};
use crate::inputs::Narrow;

/// A group of nodes in a region.
fn nodes(address: &str, region: &str, nodes: u32) -> Row {
    let site = Site { region: s(region), ..site() };
    Row { nodes: Some(nodes), site, ..row(address, "T::Nodes", r#"{"Kind":"a"}"#) }
}

fn reserved(row: Row) -> Row {
    Row { market: Market::Reserved, ..row }
}

/// The steps, and why what leaves goes first.
fn order(sky: &Sky, rows: &[Row]) -> (Vec<Vec<String>>, Vec<(String, String)>) {
    let plan = sky.plan(rows).unwrap();
    let named = |id: &crate::UnitId| {
        let unit = plan.unit(*id).unwrap();
        format!("{:?} {} {}", unit.operation, unit.name, unit.site.region)
    };
    let between = |id: &crate::UnitId| format!("between {}", named(id));
    let steps =
        plan.steps.iter().map(|step| step.between.iter().map(between).chain(step.units.iter().map(named)).collect());
    let why = plan.stops_first.iter().map(|of| (of.block.clone(), of.why.clone()));
    (steps.collect(), why.collect())
}

fn steps(said: &[&[&str]]) -> Vec<Vec<String>> {
    said.iter().map(|step| step.iter().map(|unit| (*unit).to_owned()).collect()).collect()
}

#[test]
fn what_runs_goes_after_its_successors_are_there() {
    let mut sky = Sky::default();
    sky.settle(&[nodes("pool.a.x", "east", 4), nodes("pool.b.x", "east", 2)]);
    let (moved, why) = order(&sky, &[nodes("pool.a.y", "west", 4), nodes("pool.b.x", "east", 2)]);
    assert_eq!(moved, steps(&[&["Create f-pool-a-1 west"], &["Delete f-pool-a-1 east"]]));
    assert_eq!(why, []);
    // a share that only shifts, and one that shrinks without a successor
    sky.settle(&[nodes("pool.a.x", "east", 4), nodes("pool.a.y", "west", 4), nodes("pool.b.x", "east", 2)]);
    let (moved, _) = order(&sky, &[nodes("pool.a.x", "east", 1), nodes("pool.a.y", "west", 7)]);
    let expected: [&[&str]; 2] = [&["Delete f-pool-b-1 east", "Update f-pool-a-1 west"], &["Update f-pool-a-1 east"]];
    assert_eq!(moved, steps(&expected));
}

#[test]
fn the_author_may_want_the_old_ones_to_go_first() {
    let mut sky = Sky::default();
    sky.settle(&[nodes("pool.a.x", "east", 4)]);
    let mut new = nodes("pool.a.y", "west", 4);
    new.lifecycle.order = tonnage_graph::ReplaceOrder::DeleteFirst;
    let (moved, why) = order(&sky, &[new]);
    assert_eq!(moved, steps(&[&["Delete f-pool-a-1 east"], &["Create f-pool-a-1 west"]]));
    assert_eq!(why, [("pool.a".to_owned(), "`order = \"delete_first\"` says so".to_owned())]);
}

#[test]
fn places_that_are_reserved_once_are_left_before_they_are_taken() {
    let mut sky = Sky { granted: 4, ..Sky::default() };
    sky.settle(&[reserved(nodes("pool.a.x", "east", 4)), nodes("pool.b.x", "west", 4)]);
    // b follows a, whose places it takes
    let follow = [nodes("pool.a.y", "north", 4), reserved(nodes("pool.b.y", "east", 4))];
    let (moved, why) = order(&sky, &follow);
    let chain: [&[&str]; 4] = [
        &["Create f-pool-a-1 north"],
        &["Delete f-pool-a-1 east"],
        &["Create f-pool-b-1 east"],
        &["Delete f-pool-b-1 west"],
    ];
    assert_eq!(moved, steps(&chain));
    let reason = "4 of p5 are reserved in east, and both would take 8";
    assert_eq!(why, [("pool.b".to_owned(), reason.to_owned())]);
    sky.granted = 8;
    assert_eq!(order(&sky, &follow).0.len(), 2, "there is room for both");
    // two change places: one of them has to go first, and the other need not
    let mut sky = Sky { granted: 4, ..Sky::default() };
    sky.settle(&[reserved(nodes("pool.a.x", "east", 4)), reserved(nodes("pool.b.x", "west", 4))]);
    let swap = [reserved(nodes("pool.a.y", "west", 4)), reserved(nodes("pool.b.y", "east", 4))];
    let (moved, why) = order(&sky, &swap);
    let swapped: [&[&str]; 4] = [
        &["Delete f-pool-b-1 west"],
        &["Create f-pool-a-1 west"],
        &["Delete f-pool-a-1 east"],
        &["Create f-pool-b-1 east"],
    ];
    assert_eq!(moved, steps(&swapped));
    let why: Vec<String> = why.into_iter().map(|(block, why)| format!("{block}: {why}")).collect();
    let full = |pool: &str, region: &str| format!("{pool}: 4 of p5 are reserved in {region}, and both would take 8");
    assert_eq!(why, [full("pool.a", "west"), full("pool.b", "east")]);
}

#[test]
fn what_a_cloud_takes_only_in_the_place_of_what_leaves_comes_afterwards() {
    let mut sky = Sky::default();
    sky.settle(&[nodes("pool.a.x", "east", 4)]);
    let why = "limit 8".to_owned();
    sky.narrow = vec![Narrow { site: site(), shapes: vec![s("p5")], market: Market::Spot, why: why.clone() }];
    let (moved, said) = order(&sky, &[nodes("pool.b.x", "east", 4)]);
    assert_eq!(moved, steps(&[&["Delete f-pool-a-1 east"], &["Create f-pool-b-1 east"]]));
    assert_eq!(said, [("pool.b".to_owned(), why)]);
}

#[test]
fn a_unit_that_gives_something_to_the_successors_of_its_nodes_changes_twice() {
    let mut sky = Sky::default();
    sky.settle(&[nodes("pool.a.x", "east", 4), row("pool.a.net", "T::Net", r#"{"Cidr":"1"}"#)]);
    let mut new = nodes("pool.a.y", "west", 4);
    new.body = r#"{"Kind":"a","Note":{"$ref":"pool.a.more"}}"#.to_owned();
    let rows = [row("pool.a.net", "T::Net", r#"{"Cidr":"1"}"#), row("pool.a.more", "T::Net", r#"{"Cidr":"2"}"#), new];
    let (moved, _) = order(&sky, &rows);
    let twice: [&[&str]; 3] =
        [&["between Update f-pool-a-1 east"], &["Create f-pool-a-1 west"], &["Update f-pool-a-1 east"]];
    assert_eq!(moved, steps(&twice));
}

#[test]
fn what_is_only_forgotten_runs_on_and_needs_no_successor() {
    let mut sky = Sky::default();
    let mut kept = nodes("pool.a.x", "east", 4);
    kept.lifecycle.on_delete = tonnage_graph::Disposal::Retain;
    sky.settle(&[kept]);
    let (moved, _) = order(&sky, &[nodes("pool.a.y", "west", 4)]);
    assert_eq!(moved.len(), 1, "side by side: {moved:?}");
}

#[test]
fn a_name_of_which_there_can_be_only_one_is_given_up_before_it_is_taken() {
    let mut sky = Sky::default();
    let named =
        |address: &str, name: &str| row(address, "T::Named", &format!(r#"{{"Name":"{name}","Other":"{name}"}}"#));
    sky.settle(&[named("pool.a.x", "n")]);
    let (moved, why) = order(&sky, &[named("pool.b.x", "n")]);
    assert_eq!(moved, steps(&[&["Delete f-pool-a-1 east"], &["Create f-pool-b-1 east"]]));
    assert_eq!(why, [("pool.b".to_owned(), "both are named \"n\"".to_owned())]);
    let (moved, _) = order(&sky, &[named("pool.b.x", "m")]);
    assert_eq!(moved.len(), 1, "side by side: {moved:?}");
    let elsewhere = Row { site: Site { region: s("west"), ..site() }, ..named("pool.b.x", "n") };
    assert_eq!(order(&sky, &[elsewhere]).0.len(), 1, "in another region there may be another one");
}

#[test]
fn in_one_unit_what_comes_is_made_first_and_waits_where_there_is_no_room_for_both() {
    let mut sky = Sky { granted: 4, ..Sky::default() };
    sky.settle(&[reserved(nodes("pool.a.x", "east", 4))]);
    let swapped = [reserved(nodes("pool.a.y", "east", 4))];
    let plan = sky.plan(&swapped).unwrap();
    let change = |address: &str| plan.changes.iter().find(|change| change.address == address).unwrap();
    let times = crate::Times::of(&plan);
    assert_eq!(plan.steps.len(), 1);
    let why: Vec<(&str, bool)> = plan.stops_first.iter().map(|of| (of.why.as_str(), of.within)).collect();
    assert_eq!(why, [("4 of p5 are reserved in east, and both would take 8", true)]);
    assert!(times.goes(change("pool.a.x")) < times.comes(change("pool.a.y")), "its nodes find no place before");
    sky.granted = 8;
    let plan = sky.plan(&swapped).unwrap();
    let change = |address: &str| plan.changes.iter().find(|change| change.address == address).unwrap();
    let times = crate::Times::of(&plan);
    assert_eq!(plan.stops_first, []);
    assert!(times.comes(change("pool.a.y")) < times.goes(change("pool.a.x")), "both run for a while");
}

#[test]
fn what_is_made_beside_a_reservation_that_is_kept_has_room() {
    let mut sky = Sky::default();
    let owned = |name: &str| {
        let mut row = reserved(nodes(&format!("capacity.{name}.reservation"), "east", 4));
        row.lifecycle.on_delete = tonnage_graph::Disposal::Retain;
        row
    };
    let of = |pool: &str, capacity: &str| {
        let mut row = reserved(nodes(&format!("pool.{pool}.x"), "east", 4));
        row.body = format!(r#"{{"Kind":"a","Note":{{"$ref":"capacity.{capacity}.reservation"}}}}"#);
        row
    };
    sky.settle(&[owned("floor"), of("a", "floor")]);
    let (_, why) = order(&sky, &[owned("base"), of("b", "base")]);
    assert_eq!(why, [], "the old one is kept while the new one is made");
}
