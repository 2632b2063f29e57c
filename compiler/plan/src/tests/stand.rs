//! What stays keeps what it stands on; what is used is not changed as if nobody used it; what comes finds its place
//! taken.

use super::{Row, Sky, error, lines, row};
use tonnage_graph::Disposal;

fn land(cidr: &str) -> Row {
    row("a.net.land", "T::Land", &format!(r#"{{"Cidr":"{cidr}"}}"#))
}

fn field(at: &str, cidr: &str) -> Row {
    row(at, "T::Field", &format!(r#"{{"Land":{{"$ref":"a.net.land"}},"Cidr":"{cidr}"}}"#))
}

/// Nodes in a field, in another unit.
fn nodes(count: u32) -> Row {
    let mut nodes = row("p.p.nodes", "T::Nodes", r#"{"Note":{"$ref":"a.net.field"}}"#);
    nodes.nodes = Some(count);
    nodes
}

fn settled(rows: &[Row]) -> Sky {
    let mut sky = Sky::default();
    sky.settle(rows);
    sky
}

#[test]
fn nodes_that_run_on_keep_what_they_stand_on() {
    let rows = |cidr: &str, inside: &str| [land(cidr), field("a.net.field", inside), nodes(2)];
    let sky = settled(&rows("10.0.0.0/16", "10.0.0.0/24"));
    let plan = sky.plan(&rows("10.1.0.0/16", "10.1.0.0/24")).unwrap();
    assert!(
        plan.changes.iter().filter(|change| change.action.is_replace()).all(crate::Change::keeps_old),
        "{:?}",
        lines(&plan)
    );
    assert_eq!(plan.counts().forget, 2);
    let kept = plan.units.iter().flat_map(|unit| &unit.members).filter(|member| member.retain_on_replace);
    assert_eq!(kept.count(), 2, "the cloud is told to keep them");
}

#[test]
fn what_nobody_stands_on_goes_with_its_replacement() {
    let rows = |cidr: &str, inside: &str| [land(cidr), field("a.net.field", inside)];
    let sky = settled(&rows("10.0.0.0/16", "10.0.0.0/24"));
    let plan = sky.plan(&rows("10.1.0.0/16", "10.1.0.0/24")).unwrap();
    assert_eq!((plan.counts().forget, plan.counts().destroy), (0, 2), "{:?}", lines(&plan));
}

#[test]
fn what_is_kept_keeps_what_it_refers_to() {
    let mut kept = row("a.net.kept", "T::Named", r#"{"Other":{"$ref":"a.net.field"},"Path":"/"}"#);
    kept.lifecycle.on_delete = Disposal::Retain;
    let sky = settled(&[land("10.0.0.0/16"), field("a.net.field", "10.0.0.0/24"), kept]);
    let plan = sky.plan(&[]).unwrap();
    let told = lines(&plan);
    assert!(told.iter().all(|line| line.starts_with("forget")), "{told:?}");
}

#[test]
fn what_the_service_refuses_is_refused_first_and_only_where_it_is_used() {
    let rows = |note: &str, count: usize| {
        let land = row("a.net.land", "T::Land", &format!(r#"{{"Cidr":"10.0.0.0/16","Note":"{note}"}}"#));
        let of_nodes = vec![nodes(2); count];
        [vec![land, field("a.net.field", "10.0.0.0/24")], of_nodes].concat()
    };
    let problem = error(settled(&rows("a", 1)).plan(&rows("b", 1)));
    assert_eq!(problem.code.id, "T0634");
    assert!(problem.message.contains(r#"Note can't go from "a" to "b": fixed"#), "{}", problem.message);
    assert_eq!(problem.help.as_deref(), Some("make another"));
    settled(&rows("a", 0)).plan(&rows("b", 0)).unwrap();
}

#[test]
fn what_comes_finds_its_range_taken_until_what_leaves_has_gone() {
    let rows = |at: &str, cidr: &str| [land("10.0.0.0/16"), field(at, cidr)];
    let sky = settled(&rows("a.net.first", "10.0.0.0/24"));
    let problem = error(sky.plan(&rows("a.net.second", "10.0.0.128/25")));
    assert_eq!(problem.code.id, "T0635");
    let help = problem.help.unwrap_or_default();
    assert!(help.contains("moved {\n  from = a.net.first\n  to   = a.net.second\n}"), "{help}");
    sky.plan(&rows("a.net.second", "10.0.1.0/24")).unwrap();
    let problem = error(sky.plan(&rows("a.net.first", "10.0.0.0/23")));
    assert_eq!(problem.code.id, "T0633", "its own range is taken too");
    sky.plan(&rows("a.net.first", "10.0.1.0/24")).unwrap();
}
