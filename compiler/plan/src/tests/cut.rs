//! The cut: limits hold, nothing moves, units never wait for each other in a circle.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{Row, Sky, error, row};
use crate::emit::Limits;
use crate::model::{Plan, UnitOperation};

fn limits() -> Limits {
    Limits { resources: 4, bytes: 4_000, parameters: 5, outputs: 5 }
}

/// A chain of scopes of which each may refer to those before, so that a cut without circles is possible.
fn fleet(shape: &[(u8, Vec<u8>)]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut known: Vec<(u8, String)> = Vec::new();
    for (n, (scope, refers)) in shape.iter().enumerate() {
        let scope = scope % 4;
        let before: Vec<&String> = known.iter().filter(|(s, _)| *s <= scope).map(|(_, a)| a).collect();
        let refs: Vec<String> = refers
            .iter()
            .filter(|_| !before.is_empty())
            .map(|r| format!(r#"{{"$ref":"{}"}}"#, before[*r as usize % before.len()]))
            .collect();
        let address = format!("pool.s{scope}.r{n:02}");
        rows.push(row(&address, "T::Group", &format!(r#"{{"Order":[{}],"Size":{n}}}"#, refs.join(","))));
        known.push((scope, address));
    }
    rows
}

/// Every limit holds, each resource is in one unit, each unit has one scope.
fn check_limits(plan: &Plan, rows: &[Row], homes: &BTreeMap<String, String>) {
    let limits = limits();
    for unit in plan.units.iter().filter(|unit| unit.operation != UnitOperation::Keep) {
        assert!(unit.members.len() <= limits.resources);
        assert!(unit.document.len() <= limits.bytes);
        assert!(unit.parameters.len() <= limits.parameters);
        assert!(unit.outputs.len() <= limits.outputs);
        assert!(unit.name.as_str().starts_with(|c: char| c.is_ascii_alphabetic()) && unit.name.as_str().len() <= 128);
        let scopes: BTreeSet<&str> =
            unit.members.iter().map(|m| m.address.as_str().rsplit_once('.').unwrap().0).collect();
        assert!(scopes.len() <= 1, "{scopes:?}");
    }
    assert_eq!(homes.len(), rows.len());
}

/// Where secrets are parameters, a unit takes as many as it may have and no more.
#[test]
fn secrets_are_cut_like_other_parameters() {
    let secrets = Some(crate::SecretRules { kept: false, stored_are_parameters: true });
    let limits = Limits { resources: 100, bytes: 100_000, parameters: 5, outputs: 5 };
    let mut sky = Sky { secrets, ..Sky::with_limits(limits) };
    let rows: Vec<Row> = (0..12)
        .map(|n| row(&format!("pool.a.r{n:02}"), "T::Subnet", &format!(r#"{{"Net":{{"$ref":"store://v/{n}"}}}}"#)))
        .collect();
    let plan = sky.settle(&rows);
    let taken: Vec<usize> = plan.units.iter().map(|unit| unit.parameters.len()).collect();
    assert_eq!(taken, [5, 5, 2]);
}

fn shapes(most: usize) -> impl Strategy<Value = Vec<(u8, Vec<u8>)>> {
    proptest::collection::vec((0u8..4, proptest::collection::vec(any::<u8>(), 0..3)), 1..most)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]
    #[test]
    fn growing_and_shrinking_never_moves_what_is_there(
        shape in shapes(30),
        more in shapes(20),
        drop in proptest::collection::vec(any::<bool>(), 50),
        edits in proptest::collection::vec(any::<u8>(), 0..4),
    ) {
        let mut sky = Sky::with_limits(limits());
        let first = fleet(&shape);
        let plan = sky.plan(&first).unwrap();
        // Applying checks that whatever a unit takes is given by one applied before: there is no circle.
        let applied = sky.settle(&first);
        prop_assert_eq!(plan.digest(), applied.digest());
        check_limits(&plan, &first, &sky.homes());
        let before = sky.homes();
        // More of everything: what is there stays. New ones may refer to old and new ones.
        let mut grown = shape.clone();
        grown.extend(more);
        let second = fleet(&grown);
        let plan = sky.plan(&second).unwrap();
        sky.settle(&second);
        check_limits(&plan, &second, &sky.homes());
        for (address, home) in &before {
            prop_assert_eq!(&sky.homes()[address], home);
        }
        // Some leave that nobody refers to: the others stay.
        let used: BTreeSet<String> = second.iter().flat_map(|r| {
            second.iter().filter(|o| r.body.contains(&format!("\"{}\"", o.address))).map(|o| o.address.clone()).collect::<Vec<_>>()
        }).collect();
        let third: Vec<Row> = second.iter().zip(drop.iter().cycle())
            .filter(|(row, drop)| !**drop || used.contains(&row.address)).map(|(row, _)| row.clone()).collect();
        let before = sky.homes();
        let plan = sky.settle(&third);
        check_limits(&plan, &third, &sky.homes());
        for (address, home) in sky.homes() {
            prop_assert_eq!(&home, &before[&address]);
        }
        // References out of units that are there can make units outgrow their limits or wait for each other: that is
        // said, and nothing else goes wrong.
        let mut edited = third.clone();
        let addresses: Vec<String> = third.iter().map(|row| row.address.clone()).collect();
        for (row, to) in edited.iter_mut().zip(&edits) {
            let to = &addresses[usize::from(*to) % addresses.len()];
            row.body = row.body.replace("\"Size\":", &format!("\"Deep\":{{\"$ref\":\"{to}\"}},\"Size\":1"));
        }
        match sky.plan(&edited) {
            Ok(plan) => {
                let mut sky = sky.clone();
                let before = sky.homes();
                sky.settle(&edited);
                check_limits(&plan, &edited, &sky.homes());
                prop_assert_eq!(sky.homes(), before);
            }
            Err(problems) => {
                let said = |p: &tonnage_base::Diagnostic| ["T0601", "T0608", "T0610", "T0613"].contains(&p.code.id);
                prop_assert!(problems.iter().all(said), "{:?}", problems);
            }
        }
        // And back: those that stayed still do.
        let stayed = sky.homes();
        sky.settle(&second);
        for (address, home) in &stayed {
            prop_assert_eq!(&sky.homes()[address], home);
        }
    }
}

#[test]
fn what_belongs_together_comes_together() {
    let mut sky = Sky::with_limits(limits());
    let mut rows = Vec::new();
    for n in 0..6 {
        rows.push(row(&format!("pool.a.t{n}"), "T::Net", r#"{"Cidr":"1"}"#));
        rows.push(row(&format!("pool.a.g{n}"), "T::Group", &format!(r#"{{"Template":{{"$ref":"pool.a.t{n}"}}}}"#)));
    }
    let plan = sky.settle(&rows);
    assert_eq!(plan.units.len(), 3);
    assert!(plan.units.iter().all(|unit| unit.parameters.is_empty()), "each group sits beside its template");
}

#[test]
fn a_resource_that_fits_nowhere_is_refused() {
    let sky = Sky::with_limits(limits());
    let large = row("pool.a.x", "T::Net", &format!(r#"{{"Name":"{}"}}"#, "x".repeat(4_000)));
    let problem = error(sky.plan(&[large]));
    assert_eq!(problem.code.id, "T0609");
    let mut rows: Vec<Row> = (0..6).map(|n| row(&format!("pool.a.r{n}"), "T::Net", "{}")).collect();
    let refs: Vec<String> = (0..6).map(|n| format!(r#"{{"$ref":"pool.a.r{n}"}}"#)).collect();
    rows.push(row("pool.b.x", "T::Group", &format!(r#"{{"Order":[{}]}}"#, refs.join(","))));
    assert_eq!(error(sky.plan(&rows)).code.id, "T0609");
}

#[test]
fn a_unit_that_grows_beyond_its_limits_is_refused() {
    let mut sky = Sky::with_limits(limits());
    let rows = |size: usize| -> Vec<Row> {
        (0..4)
            .map(|n| row(&format!("pool.a.r{n}"), "T::Net", &format!(r#"{{"Name":"{}"}}"#, "x".repeat(size))))
            .collect()
    };
    sky.settle(&rows(100));
    assert_eq!(sky.units.len(), 1);
    sky.settle(&rows(800));
    let problem = error(sky.plan(&rows(1_200)));
    assert_eq!(problem.code.id, "T0610");
    assert!(problem.message.contains("of 4000"), "{}", problem.message);
}

#[test]
fn units_that_would_wait_for_each_other_are_refused_with_the_circle() {
    let mut sky = Sky::default();
    let mut rows = [
        row("pool.a.x", "T::Net", r#"{"Name":"x"}"#),
        row("pool.a.y", "T::Net", r#"{"Name":"y"}"#),
        row("pool.b.z", "T::Net", r#"{"Name":{"$ref":"pool.a.x"}}"#),
    ];
    sky.settle(&rows);
    rows[1].body = r#"{"Name":{"$ref":"pool.b.z"}}"#.to_owned();
    let problem = error(sky.plan(&rows));
    assert_eq!(problem.code.id, "T0608");
    assert!(problem.message.contains("f-pool-b-1 → f-pool-a-1 → f-pool-b-1"), "{}", problem.message);
}

#[test]
fn new_resources_avoid_a_circle_by_a_unit_of_their_own() {
    let mut sky = Sky::default();
    let mut rows = vec![row("a.a.x", "T::Net", "{}"), row("b.b.y", "T::Net", r#"{"Name":{"$ref":"a.a.x"}}"#)];
    rows.push(row("a.a.z", "T::Net", r#"{"Name":{"$ref":"b.b.y"}}"#));
    let plan = sky.settle(&rows);
    assert_eq!(plan.steps.len(), 3);
    assert_eq!(sky.homes()["a.a.z"], "f-a-a-2");
}

#[test]
fn scopes_with_the_same_letters_have_units_of_their_own() {
    let mut sky = Sky::default();
    let mut rows = [row("p.x-y.r", "T::Net", "{}"), row("p.x_y.r", "T::Net", "{}")];
    sky.settle(&rows[..1]);
    assert_eq!(sky.homes()["p.x-y.r"], "f-p-x-y-1");
    sky.settle(&rows);
    assert_eq!(sky.homes()["p.x-y.r"], "f-p-x-y-1");
    assert!(sky.homes()["p.x_y.r"].starts_with("f-p-x-y-") && sky.units.len() == 2);
    rows[1].address = "p.x_y.s".into();
    sky.settle(&rows);
    assert_eq!(sky.units.len(), 2);
}
