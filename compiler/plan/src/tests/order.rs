//! Units, their values for each other, and steps.

use super::{Sky, lines, row, s};
use crate::SecretRules;
use crate::inputs::Condition;
use crate::model::{Giver, UnitOperation};

const NET: &str = r#"{"Cidr":"10.0.0.0/16"}"#;

fn names(plan: &crate::Plan) -> Vec<Vec<String>> {
    let unit = |id: &crate::UnitId| {
        let unit = plan.unit(*id).unwrap();
        format!("{:?} {}", unit.operation, unit.name)
    };
    plan.steps.iter().map(|step| step.units.iter().map(unit).collect()).collect()
}

#[test]
fn values_cross_units_as_parameters_from_outputs() {
    let mut sky = Sky::default();
    let rows = [
        row("network.n.net", "T::Net", NET),
        row(
            "pool.a.x",
            "T::Subnet",
            r#"{"Net":{"$ref":"network.n.net"},"Note":{"$join":["a",{"$ref":"network.n.net","$att":"Arn"}]}}"#,
        ),
        row("pool.held.y", "T::Subnet", r#"{"Net":{"$ref":"network.n.net"}}"#),
    ];
    let plan = sky.settle(&rows);
    assert_eq!(names(&plan), [vec!["Create f-network-n-1"], vec!["Create f-pool-a-1", "Create f-pool-held-1"]]);
    let [network, pool, held] = &plan.units[..] else { panic!("{}", plan.units.len()) };
    assert_eq!(network.outputs.len(), 2);
    assert_eq!(pool.parameters.len(), 2);
    let giver = Giver::Unit { unit: crate::UnitId(0), output: network.outputs[0].name };
    assert_eq!(pool.parameters[0].from, giver);
    assert!(held.hold && !pool.hold);
    assert!(network.expects.is_empty() && !network.document.is_empty());
}

#[test]
fn a_secret_is_asked_for_again_where_the_cloud_keeps_none() {
    let asked = |kept: bool, stored_are_parameters: bool| {
        let mut sky = Sky { secrets: Some(SecretRules { kept, stored_are_parameters }), ..Sky::default() };
        let rows = |note: &str| {
            let body = r#"{"Net":{"$ref":"store://v/n"},"Note":{"$join":["NOTE",{"$ref":"var.token","$att":"1"}]}}"#;
            [row("pool.a.x", "T::Subnet", &body.replace("NOTE", note))]
        };
        let givers = |plan: &crate::Plan| -> Vec<(String, Giver)> {
            let taken = plan.units[0].parameters.iter();
            taken.map(|parameter| (parameter.reference.address.to_string(), parameter.from)).collect()
        };
        let first = givers(&sky.settle(&rows("a")));
        let then = givers(&sky.plan(&rows("b")).unwrap());
        (first, then)
    };
    let token = |kept: bool| ("var.token".to_owned(), Giver::Secret { kept });
    assert_eq!(asked(true, false), (vec![token(false)], vec![token(true)]));
    assert_eq!(asked(false, false), (vec![token(false)], vec![token(false)]));
    let stored = ("store://v/n".to_owned(), Giver::Store);
    let both = vec![stored, token(false)];
    assert_eq!(asked(false, true), (both.clone(), both), "in the order of their addresses");
}

#[test]
fn a_unit_that_must_give_one_more_value_is_updated_and_a_note_says_why() {
    let mut sky = Sky::default();
    let mut rows = vec![row("network.n.net", "T::Net", NET), row("network.n.other", "T::Net", NET)];
    rows.push(row("pool.a.x", "T::Subnet", r#"{"Net":{"$ref":"network.n.net"}}"#));
    sky.settle(&rows);
    rows.push(row("pool.a.y", "T::Subnet", r#"{"Net":{"$ref":"network.n.other"}}"#));
    let (plan, diagnostics) = sky.plan_all(&rows);
    let plan = plan.unwrap();
    assert_eq!(lines(&plan), ["create pool.a.y [new]"]);
    assert_eq!(names(&plan), [["Update f-network-n-1"], ["Update f-pool-a-1"]]);
    assert_eq!(diagnostics.len(), 1);
    assert_eq!(diagnostics[0].code.id, "T0613");
    sky.settle(&rows);
    // With a third user of a value that is given already, the giver is left alone.
    rows.push(row("pool.b.z", "T::Subnet", r#"{"Net":{"$ref":"network.n.other"}}"#));
    let plan = sky.settle(&rows);
    assert_eq!(names(&plan), [["Create f-pool-b-1"]]);
    assert_eq!(plan.units[0].operation, UnitOperation::Keep);
    assert!(plan.units[0].members.is_empty() && plan.units[0].document.is_empty());
}

#[test]
fn what_leaves_goes_after_its_users() {
    let mut sky = Sky::default();
    let rows = [
        row("network.n.net", "T::Net", NET),
        row("network.n.old", "T::Net", NET),
        row("pool.a.x", "T::Subnet", r#"{"Net":"1","Note":{"$ref":"network.n.old"}}"#),
    ];
    sky.settle(&rows);
    let without = [rows[0].clone(), row("pool.a.x", "T::Subnet", r#"{"Net":"1"}"#)];
    let plan = sky.plan(&without).unwrap();
    assert_eq!(names(&plan), [["Update f-pool-a-1"], ["Update f-network-n-1"]]);
    sky.clone().settle(&without);
    let plan = sky.plan(&[]).unwrap();
    assert_eq!(names(&plan), [["Delete f-pool-a-1"], ["Delete f-network-n-1"]]);
}

#[test]
fn a_unit_that_gives_and_takes_away_changes_twice() {
    let mut sky = Sky::default();
    let old = [
        row("network.n.net", "T::Net", NET),
        row("network.n.old", "T::Subnet", r#"{"Net":{"$ref":"network.n.net"}}"#),
        row("pool.a.x", "T::Subnet", r#"{"Net":"1","Note":{"$ref":"network.n.old"}}"#),
    ];
    sky.settle(&old);
    let new = [
        row("network.n.net", "T::Net", NET),
        row("network.n.new", "T::Subnet", r#"{"Net":{"$ref":"network.n.net"}}"#),
        row("pool.a.x", "T::Subnet", r#"{"Net":"1","Note":{"$ref":"network.n.new"}}"#),
    ];
    let plan = sky.settle(&new);
    let named =
        |ids: &[crate::UnitId]| -> Vec<_> { ids.iter().map(|id| plan.unit(*id).unwrap().name.as_str()).collect() };
    let steps: Vec<_> = plan.steps.iter().map(|step| (named(&step.between), named(&step.units))).collect();
    assert_eq!(
        steps,
        [(vec!["f-network-n-1"], vec![]), (vec![], vec!["f-pool-a-1"]), (vec![], vec!["f-network-n-1"]),]
    );
    let network = plan.units.iter().find(|unit| unit.name == "f-network-n-1").unwrap();
    let between = network.between.as_deref().unwrap();
    let addresses: Vec<_> = between.members.iter().map(|member| member.address.as_str()).collect();
    assert_eq!(addresses, ["network.n.net", "network.n.new", "network.n.old"]);
    assert!(between.document.len() > network.document.len());
    assert_eq!((network.outputs.len(), between.outputs.len()), (1, 2), "both are in use in between");
    let back = crate::file::read(&crate::file::write(&plan)).unwrap();
    assert_eq!((&back.units, &back.steps), (&plan.units, &plan.steps));
}

#[test]
fn what_leaves_goes_after_users_that_stay_users_of_something_else() {
    let mut sky = Sky::default();
    let rows = [
        row("network.n.net", "T::Net", NET),
        row("network.n.old", "T::Net", NET),
        row("pool.a.x", "T::Subnet", r#"{"Net":{"$ref":"network.n.net"}}"#),
        row("pool.a.y", "T::Subnet", r#"{"Net":{"$ref":"network.n.old"}}"#),
    ];
    sky.settle(&rows);
    let without = [rows[0].clone(), rows[2].clone()];
    let plan = sky.clone().settle(&without);
    assert_eq!(names(&plan), [["Update f-pool-a-1"], ["Update f-network-n-1"]]);
    // Something new has to be there before it is used, and what is old as long as it is used.
    let mut more = without.to_vec();
    more.push(row("network.n.new", "T::Net", NET));
    more.push(row("pool.a.z", "T::Subnet", r#"{"Net":{"$ref":"network.n.new"}}"#));
    let plan = sky.settle(&more);
    assert_eq!(names(&plan), [vec![], vec!["Update f-pool-a-1"], vec!["Update f-network-n-1"]]);
    assert_eq!(plan.steps[0].between.len(), 1);
}

#[test]
fn an_output_is_given_until_nothing_live_takes_it() {
    let mut sky = Sky::default();
    let rows = [
        row("network.n.net", "T::Net", NET),
        row("pool.a.x", "T::Subnet", r#"{"Net":"1","Note":{"$ref":"network.n.net"}}"#),
    ];
    sky.settle(&rows);
    let edited = [
        row("network.n.net", "T::Net", r#"{"Cidr":"10.0.0.0/16","Name":"m"}"#),
        row("pool.a.x", "T::Subnet", r#"{"Net":"1"}"#),
    ];
    let plan = sky.settle(&edited);
    assert_eq!(plan.units[0].outputs.len(), 1, "its taker may be applied after it");
    let mut more = edited.to_vec();
    more.push(row("network.n.more", "T::Net", NET));
    assert_eq!(sky.settle(&more).units[0].outputs.len(), 0);
}

#[test]
fn depends_on_orders_units_and_stays_inside_them() {
    let mut sky = Sky::default();
    let mut rows = [row("a.a.x", "T::Net", NET), row("b.b.y", "T::Net", NET), row("a.a.z", "T::Net", NET)];
    rows[0].depends_on = vec!["b.b.y".into(), "a.a.z".into()];
    let plan = sky.settle(&rows);
    assert_eq!(names(&plan), [["Create f-b-b-1"], ["Create f-a-a-1"]]);
    let x = plan.units[0].members.iter().find(|member| member.address == "a.a.x").unwrap();
    assert_eq!(x.depends_on, [s("a.a.z")]);
}

#[test]
fn a_failed_creation_is_made_again_or_cleared_away() {
    let mut sky = Sky::default();
    sky.units.insert(("east".into(), "f-a-a-1".into()), (Vec::new(), Vec::new(), Condition::FailedCreate));
    let rows = [row("a.a.x", "T::Net", NET)];
    let plan = sky.plan(&rows).unwrap();
    assert_eq!(names(&plan), [["Create f-a-a-1"]]);
    assert_eq!(plan.units[0].expects, "f-f-a-a-1");
    let plan = sky.plan(&[]).unwrap();
    assert_eq!(names(&plan), [["Delete f-a-a-1"]]);
    assert!(plan.has_changes() && plan.changes.is_empty());
    sky.settle(&rows);
}

#[test]
fn a_place_that_no_cloud_block_names_is_an_error() {
    let mut sky = Sky::default();
    let mut rows = [row("a.a.x", "T::Net", NET)];
    sky.settle(&rows);
    rows[0].site.cloud = s("azure");
    let problem = super::error(sky.plan(&rows));
    // No golden case can show it: the whole text is compared here.
    assert_eq!(
        (problem.code.id, problem.message.as_str()),
        ("T0612", "no `cloud` block reaches azure/east, where `a.a.x` is to be made")
    );
    let help = "keep the `cloud \"azure\"` block until nothing of the fleet is in it";
    assert_eq!(problem.help.as_deref(), Some(help));
}
