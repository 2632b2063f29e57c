//! Renames.

use super::{Sky, error, lines, row};

const NET: &str = r#"{"Cidr":"10.0.0.0/16","Name":"n"}"#;

fn live() -> Sky {
    let mut sky = Sky::default();
    sky.settle(&[
        row("pool.a.net", "T::Net", NET),
        row("pool.a.sub[\"k\"]", "T::Subnet", r#"{"Net":{"$ref":"pool.a.net"}}"#),
        row("pool.ab.net", "T::Net", NET),
    ]);
    sky
}

fn renamed(to: &str) -> [super::Row; 3] {
    [
        row(&format!("{to}.net"), "T::Net", NET),
        row(&format!("{to}.sub[\"k\"]"), "T::Subnet", &format!(r#"{{"Net":{{"$ref":{:?}}}}}"#, format!("{to}.net"))),
        row("pool.ab.net", "T::Net", NET),
    ]
}

fn moves(sky: &mut Sky, rules: &[(&str, &str)]) {
    sky.moved = rules.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
}

#[test]
fn a_rename_moves_everything_inside_and_nothing_else() {
    let mut sky = live();
    moves(&mut sky, &[("pool.a", "pool.b")]);
    let plan = sky.plan(&renamed("pool.b")).unwrap();
    assert_eq!(lines(&plan), ["move pool.b.net [moved]", "move pool.b.sub[\"k\"] [moved]"]);
    assert_eq!(plan.changes[0].previous_address.unwrap(), "pool.a.net");
    let counts = plan.counts();
    assert_eq!((counts.add, counts.change, counts.destroy), (0, 0, 0));
    assert!(plan.has_changes());
    let homes = sky.homes();
    sky.settle(&renamed("pool.b"));
    assert_eq!(sky.homes()["pool.b.net"], homes["pool.a.net"], "it stays in its unit");
}

#[test]
fn renames_follow_each_other_and_may_add_or_drop_a_key() {
    let mut sky = live();
    moves(&mut sky, &[("pool.a", "pool.b"), ("pool.b", "pool.c")]);
    assert_eq!(lines(&sky.plan(&renamed("pool.c")).unwrap()).len(), 2);
    moves(&mut sky, &[("pool.a", "pool.a[\"x\"]")]);
    let plan = sky.settle(&renamed("pool.a[\"x\"]"));
    assert_eq!(lines(&plan)[0], "move pool.a[\"x\"].net [moved]");
    moves(&mut sky, &[("pool.a", "pool.z")]);
    assert_eq!(lines(&sky.settle(&renamed("pool.z[\"x\"]")))[0], "move pool.z[\"x\"].net [moved]");
}

#[test]
fn a_rename_with_an_edit_is_an_update_that_names_both() {
    let mut sky = live();
    moves(&mut sky, &[("pool.a.net", "pool.a.vpc")]);
    let mut rows = renamed("pool.a");
    rows[0].address = "pool.a.vpc".to_owned();
    rows[0].body = NET.replace("\"n\"", "\"m\"");
    rows[1].body = rows[1].body.replace("pool.a.net", "pool.a.vpc");
    assert_eq!(lines(&sky.plan(&rows).unwrap()), ["update pool.a.vpc [changed, moved]; Name \"n\" → \"m\""]);
    sky.settle(&rows);
}

#[test]
fn who_refers_to_a_renamed_thing_knows_its_new_name() {
    let mut sky = live();
    let user = |name: &str| row("pool.user", "T::Group", &format!(r#"{{"Template":{{"$ref":"{name}.net"}}}}"#));
    let with = |name: &str| [&renamed(name)[..], &[user(name)]].concat();
    sky.settle(&with("pool.a"));
    moves(&mut sky, &[("pool.a", "pool.b")]);
    let plan = sky.plan(&with("pool.b")).unwrap();
    assert_eq!(lines(&plan), ["move pool.b.net [moved]", "move pool.b.sub[\"k\"] [moved]"]);
    assert_eq!(plan.steps.iter().map(|step| step.units.len()).sum::<usize>(), 2, "the user's unit too");
    // Afterwards nothing is left to do, though the rename is not declared any more.
    sky.settle(&with("pool.b"));
}

#[test]
fn what_leaves_under_a_rename_names_its_address_of_today() {
    let mut sky = live();
    moves(&mut sky, &[("pool.a", "pool.b")]);
    let [net, _, other] = renamed("pool.b");
    let plan = sky.plan(&[net, other]).unwrap();
    assert_eq!(lines(&plan), ["move pool.b.net [moved]", "delete pool.b.sub[\"k\"] [not_asked]"]);
    assert_eq!(plan.changes[1].previous_address.unwrap(), "pool.a.sub[\"k\"]");
}

#[test]
fn a_rename_done_already_says_nothing() {
    let mut sky = live();
    moves(&mut sky, &[("pool.old", "pool.gone")]);
    assert!(!sky.plan(&renamed("pool.a")).unwrap().has_changes());
}

#[test]
fn wrong_renames_are_refused() {
    let check = |rules: &[(&str, &str)], rows: &[super::Row], code: &str, part: &str| {
        let mut sky = live();
        moves(&mut sky, rules);
        let problem = error(sky.plan(rows));
        assert_eq!(problem.code.id, code);
        assert!(problem.message.contains(part), "{}", problem.message);
    };
    check(&[("pool.a", "pool.b")], &renamed("pool.a"), "T0602", "`pool.a` is moved but still declared");
    check(&[("pool.a", "pool.b")], &[], "T0603", "nothing is declared at `pool.b`");
    check(
        &[("pool.a", "pool.b"), ("pool.x", "pool.b")],
        &renamed("pool.b"),
        "T0604",
        "two things are moved to `pool.b`",
    );
    check(&[("pool.a", "pool.b"), ("pool.a", "pool.c")], &renamed("pool.b"), "T0604", "`pool.a` is moved twice");
    check(&[("pool.a", "pool.ab")], &renamed("pool.ab")[..2], "T0605", "`pool.a.net` can't be moved to `pool.ab.net`");
}

#[test]
fn what_has_the_name_of_what_is_renamed_in_its_key_moves_with_it() {
    let mut sky = Sky::default();
    let nodes = |pool: &str, key: &str| row(&format!("pool.{pool}.o.nodes[\"{key}\"]"), "T::Net", NET);
    sky.settle(&[row("capacity.floor.group", "T::Net", NET), nodes("a", "z/floor/001"), nodes("a", "z/floors/001")]);
    sky.moved = vec![("capacity.floor".to_owned(), "capacity.base".to_owned())];
    sky.keys = vec![("pool.b".to_owned(), "floor".to_owned(), "base".to_owned())];
    let group = row("capacity.base.group", "T::Net", NET);
    let plan = sky.plan(&[group.clone(), nodes("a", "z/floor/001"), nodes("a", "z/floors/001")]).unwrap();
    assert_eq!(lines(&plan), ["move capacity.base.group [moved]"], "in another pool it is another name");
    // the pool too has a new name, and what only begins alike stays
    sky.moved.push(("pool.a".to_owned(), "pool.b".to_owned()));
    let plan = sky.settle(&[group, nodes("b", "z/base/001"), nodes("b", "z/floors/001")]);
    assert!(lines(&plan).iter().all(|line| line.starts_with("move ")), "{:?}", lines(&plan));
}

/// Of how many keys nobody is asked whether they are the same: and nobody waits for that.
#[test]
fn thousands_that_are_renamed_are_not_compared_each_with_each() {
    let rows = |name: &str| -> Vec<super::Row> {
        (0..4_000).map(|key| row(&format!("resource.{name}[\"{key}\"]"), "T::Net", NET)).collect()
    };
    let mut sky = Sky::default();
    sky.settle(&rows("a"));
    let plan = sky.plan(&rows("b")).unwrap();
    assert!(plan.renames.moves.is_empty());
    assert_eq!((plan.counts().add, plan.counts().destroy), (4_000, 4_000));
    let few = |name: &str| rows(name).split_off(3_980);
    let mut sky = Sky::default();
    sky.settle(&few("a"));
    assert_eq!(sky.plan(&few("b")).unwrap().renames.moves.len(), 20);
}
