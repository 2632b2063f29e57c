//! What a cloud says, held against a plan: what differs is told, what is open and settled is not.

use super::*;
use crate::tests::{Sky, row, s};

const NODES: &str = r#"{"Kind":"k","Size":"4","Template":"one"}"#;

/// A plan that changes a group of nodes, with the answer of a cloud held against it.
fn check(after: &str, said: &[Foreseen]) -> SecondOpinion {
    let mut sky = Sky::default();
    sky.settle(&[row("p.p.n", "T::Nodes", NODES), row("p.p.gone", "T::Net", r#"{"Cidr":"1"}"#)]);
    let plan = sky.plan(&[row("p.p.n", "T::Nodes", after)]).unwrap();
    let id = plan.steps[0].units[0];
    let local = |address: &str| plan.changes.iter().find(|c| c.address == address).expect("a change").local_name;
    let held = ["p.p.n", "p.p.gone"].map(|name| Resident { address: s(name), local_name: local(name), kept: false });
    let named = |foreseen: &Foreseen| Foreseen { local_name: local(foreseen.local_name.as_str()), ..foreseen.clone() };
    let mut opinion = SecondOpinion::default();
    opinion.add(&plan, id, &held, &said.iter().map(named).collect::<Vec<_>>(), &crate::tests::schemas());
    opinion
}

fn says(name: &str, act: Act, replaced: Answer, causes: Vec<Cause>) -> Foreseen {
    Foreseen { local_name: s(name), act, replaced, kept: false, causes }
}

fn gone() -> Foreseen {
    says("p.p.gone", Act::Remove, Answer::No, Vec::new())
}

fn cause(path: &str, recreates: Answer, before: &str, after: &str) -> Cause {
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    Cause { path: path.to_owned(), recreates, certain: true, before: text(before), after: text(after) }
}

fn modifies(replaced: Answer, causes: Vec<Cause>) -> Foreseen {
    says("p.p.n", Act::Modify, replaced, causes)
}

const LARGER: &str = r#"{"Kind":"k","Size":"5","Template":"one"}"#;
const OTHER_TEMPLATE: &str = r#"{"Kind":"k","Size":"4","Template":"two"}"#;

#[test]
fn the_same_answer_is_counted_and_not_told() {
    let same = check(LARGER, &[modifies(Answer::No, vec![cause("Size", Answer::No, "4", "5")]), gone()]);
    assert_eq!(same, SecondOpinion { units: 1, changes: 2, ..SecondOpinion::default() });
    let nothing_told = check(LARGER, &[modifies(Answer::No, Vec::new()), gone()]);
    assert_eq!(nothing_told, same, "a cloud that names no property contradicts none");
}

#[test]
fn a_replacement_that_the_plan_does_not_know_is_told_with_its_cause() {
    let causes = vec![cause("Size", Answer::Yes, "4", "5"), cause("Note", Answer::No, "", "x")];
    let said = check(LARGER, &[modifies(Answer::Yes, causes), gone()]);
    let [found] = said.disagreements.as_slice() else { unreachable!("{said:?}") };
    assert_eq!((found.address, found.ours, found.theirs), (s("p.p.n"), Deed::Update, Deed::Replace));
    let [size] = found.properties.as_slice() else { unreachable!("what replaces it is the reason: {found:?}") };
    assert_eq!((size.path.as_str(), size.said_by, size.recreates), ("Size", SaidBy::Both, Answer::Yes));
    assert_eq!((size.before.as_deref(), size.after.as_deref()), (Some("4"), Some("5")));
}

#[test]
fn what_is_left_open_is_no_difference_where_the_facts_decide() {
    let open = |path: &str| vec![cause(path, Answer::Maybe, "", "")];
    let settled = check(OTHER_TEMPLATE, &[modifies(Answer::Maybe, open("Template")), gone()]);
    assert_eq!((settled.open, settled.disagreements.len()), (1, 0));
    let unknown = check(LARGER, &[modifies(Answer::Maybe, open("Size")), gone()]);
    assert_eq!(unknown.disagreements[0].theirs, Deed::MayReplace, "of Size our facts say that it never replaces");
    let replaced =
        check(r#"{"Kind":"other","Size":"4","Template":"one"}"#, &[modifies(Answer::Maybe, open("Kind")), gone()]);
    assert_eq!((replaced.open, replaced.disagreements.len()), (1, 0));
}

#[test]
fn what_only_one_of_them_changes_is_told() {
    let note = vec![cause("Size", Answer::No, "4", "5"), cause("Note", Answer::No, "a", "b")];
    let said = check(LARGER, &[modifies(Answer::No, note), gone()]);
    let only = |said: &SecondOpinion| -> Vec<(String, SaidBy)> {
        said.disagreements.iter().flat_map(|d| &d.properties).map(|p| (p.path.clone(), p.said_by)).collect()
    };
    assert_eq!(only(&said), [("Note".to_owned(), SaidBy::Cloud)]);
    let said = check(LARGER, &[modifies(Answer::No, vec![cause("Note", Answer::No, "a", "b")]), gone()]);
    assert_eq!(only(&said), [("Note".to_owned(), SaidBy::Cloud), ("Size".to_owned(), SaidBy::Plan)]);
    let said = check(LARGER, &[gone()]);
    assert_eq!(only(&said), [("Size".to_owned(), SaidBy::Plan)]);
    assert_eq!((said.disagreements[0].ours, said.disagreements[0].theirs), (Deed::Update, Deed::Nothing));
}

#[test]
fn another_value_is_told_with_ours() {
    let said = check(LARGER, &[modifies(Answer::No, vec![cause("Size", Answer::No, "4", "6")]), gone()]);
    let property = &said.disagreements[0].properties[0];
    assert_eq!((property.after.as_deref(), property.planned.as_deref()), (Some("6"), Some("5")));
}

#[test]
fn what_stays_or_goes_is_told_apart() {
    let kept = Foreseen { kept: true, ..gone() };
    let same = modifies(Answer::No, Vec::new());
    let said = check(LARGER, &[same.clone(), kept]);
    assert_eq!((said.disagreements[0].ours, said.disagreements[0].theirs), (Deed::Destroy, Deed::Forget));
    let said = check(LARGER, &[same]);
    assert_eq!((said.disagreements[0].ours, said.disagreements[0].theirs), (Deed::Destroy, Deed::Nothing));
}

#[test]
fn a_change_that_may_turn_out_to_be_none_is_open() {
    let uncertain = Cause { certain: false, ..cause("Template", Answer::Maybe, "", "") };
    let mut sky = Sky::default();
    sky.settle(&[row("p.p.n", "T::Nodes", NODES), row("p.p.m", "T::Nodes", NODES)]);
    let plan = sky.plan(&[row("p.p.n", "T::Nodes", NODES), row("p.p.m", "T::Nodes", LARGER)]).unwrap();
    let id = plan.steps[0].units[0];
    let member = |address: &str| plan.units[0].members.iter().find(|m| m.address == address).expect("one").local_name;
    let answer = |causes| {
        let mut opinion = SecondOpinion::default();
        let said = [
            Foreseen { local_name: member("p.p.m"), ..modifies(Answer::No, Vec::new()) },
            Foreseen { local_name: member("p.p.n"), ..modifies(Answer::Maybe, causes) },
        ];
        opinion.add(&plan, id, &[], &said, &crate::tests::schemas());
        opinion
    };
    assert_eq!((answer(vec![uncertain]).open, answer(vec![cause("", Answer::No, "", "")]).disagreements.len()), (1, 0));
    let certain = answer(vec![cause("Note", Answer::No, "a", "b")]);
    assert_eq!(certain.disagreements[0].address, s("p.p.n"), "it is found by its name inside the unit");
}

#[test]
fn worse_is_what_takes_away_more() {
    let found = |ours, theirs| Disagreement {
        site: Site { cloud: Symbol::new("c"), region: Symbol::new("r") },
        unit: Symbol::new("u"),
        address: Symbol::new("a"),
        ours,
        theirs,
        properties: Vec::new(),
    };
    for (ours, theirs) in
        [(Deed::Update, Deed::Replace), (Deed::Nothing, Deed::Destroy), (Deed::MayReplace, Deed::Replace)]
    {
        assert!(found(ours, theirs).is_worse() && !found(theirs, ours).is_worse(), "{ours:?} {theirs:?}");
    }
    assert!(!found(Deed::Nothing, Deed::Update).is_worse() && !found(Deed::Replace, Deed::Destroy).is_worse());
}
