//! Reading is the inverse of writing, and nothing that somebody else wrote is lost silently.

use proptest::prelude::*;
use tonnage_plan::Emitter;
use tonnage_plan::model::Member;

use super::*;
use crate::emit::Templates;
use crate::emit::tests::{LIMITS, member, symbol, unit, units, written};

fn as_member(live: &LiveResource) -> Member {
    Member {
        address: live.at(),
        local_name: Symbol::new(&live.local_name),
        kind: live.kind,
        body: live.applied.clone(),
        depends_on: live.depends_on.clone(),
        retain_on_delete: live.retain_on_delete,
        retain_on_replace: live.retain_on_replace,
        delete_first: live.delete_first,
        update_policy: live.update_policy,
        holds: live.holds,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn what_is_written_is_read_back((_, _, unit) in units()) {
        let text = written(&Templates::new(symbol("serving"), LIMITS), &unit)?;
        let read = template(unit.name, &text).expect("our template");
        prop_assert_eq!(read.fleet, symbol("serving"));
        prop_assert_eq!(read.unit, unit.name);
        prop_assert_eq!(&read.gaps, &Vec::<String>::new());
        let members: Vec<Member> = read.resources.iter().map(as_member).collect();
        prop_assert_eq!(members, unit.members);
        let mut outputs: Vec<_> = unit.outputs.iter().map(|o| (o.name, o.reference)).collect();
        outputs.sort_by_key(|(name, _)| *name);
        prop_assert_eq!(read.outputs, outputs);
    }

    #[test]
    fn damage_never_panics((_, _, unit) in units(), at in any::<prop::sample::Index>(), byte in 0x20_u8..0x7f) {
        let mut bytes = written(&Templates::new(symbol("serving"), LIMITS), &unit)?.into_bytes();
        let at = at.index(bytes.len());
        if let Some(slot) = bytes.get_mut(at) {
            *slot = byte;
        }
        if let Ok(text) = String::from_utf8(bytes) {
            let _ = template(unit.name, &text);
        }
    }
}

/// In text a secret of the store is text too, which nothing has to put together; it is told from what an author wrote
/// so.
#[test]
fn a_secret_of_the_store_is_read_back_as_one() {
    let body = r#"{"Value":{"$join":["key=",{"$ref":"aws-secretsmanager://prod/api#key"}]}}"#;
    let unit = unit(vec![member("resource.key", "Key", "T::P", body)]);
    let text = Templates::new(symbol("serving"), LIMITS).document(&unit).expect("a template");
    assert!(text.contains(r#""Value":"key={{resolve:secretsmanager:prod/api:SecretString:key}}""#), "{text}");
    let read = template(unit.name, &text).expect("our template");
    assert_eq!(read.resources.iter().map(as_member).collect::<Vec<_>>(), unit.members);
}

fn ours(resources: &str) -> Template {
    let text =
        format!(r#"{{"Metadata":{{"Tonnage":{{"Version":1,"Fleet":"f","Unit":"u"}}}},"Resources":{resources}}}"#);
    template(symbol("stack"), &text).expect("ours")
}

#[test]
fn others_templates_are_not_ours() {
    for text in ["", "Resources:\n  A: {}", "[]", r#"{"Resources":{}}"#, r#"{"Metadata":{"Tonnage":1}}"#] {
        assert_eq!(template(symbol("s"), text).expect_err("not ours"), Unreadable::NotOurs, "{text}");
    }
}

#[test]
fn a_broken_template_says_why() {
    for text in [
        "{",
        r#"{"Metadata":{"Tonnage":{"Version":2,"Fleet":"f"}},"Resources":{}}"#,
        r#"{"Metadata":{"Tonnage":{"Version":1}}}"#,
    ] {
        assert!(matches!(template(symbol("s"), text), Err(Unreadable::Broken(_))), "{text}");
    }
}

#[test]
fn a_strangers_resource_is_shown_and_said() {
    let read = ours(
        r#"{"Theirs":{"Type":"AWS::S3::Bucket"},"Broken":{},"Ours":{"Type":"T","Metadata":{"Tonnage":{"Address":"a.b"}}}}"#,
    );
    let addresses: Vec<&str> = read.resources.iter().map(|r| &*r.address).collect();
    assert_eq!(addresses, ["a.b", "unmanaged[\"stack\"].Theirs"]);
    assert_eq!(read.gaps.len(), 2, "{:?}", read.gaps);
}

#[test]
fn functions_that_are_not_ours_stay_as_they_are_and_are_said() {
    let read = ours(
        r#"{"A":{"Type":"T","Metadata":{"Tonnage":{"Address":"a"}},"Properties":{
            "X":{"Ref":"Gone"},"Y":{"Fn::Sub":["${a}",{"a":"b"}]},"Z":{"Fn::If":["c","d","e"]},"R":{"Ref":"AWS::Region"}}}}"#,
    );
    let resource = read.resources.first().expect("one");
    assert_eq!(
        resource.applied,
        r#"{"R":"${AWS::Region}","X":{"Ref":"Gone"},"Y":{"Fn::Sub":["${a}",{"a":"b"}]},"Z":{"Fn::If":["c","d","e"]}}"#
    );
    assert_eq!(read.gaps.len(), 2, "{:?}", read.gaps);
}

#[test]
fn of_two_resources_of_one_address_none_is_lost() {
    let twin = r#"{"Type":"T","Metadata":{"Tonnage":{"Address":"a"}}}"#;
    let read = ours(&format!(r#"{{"A":{twin},"B":{twin}}}"#));
    let addresses: Vec<&str> = read.resources.iter().map(|r| &*r.address).collect();
    assert_eq!(addresses, ["a", "unmanaged[\"stack\"].B"]);
    assert_eq!(read.gaps.len(), 1);
}

#[test]
fn dotted_get_att_and_single_depends_on_of_a_hand_edit_are_understood() {
    let read = ours(
        r#"{"A":{"Type":"T","Metadata":{"Tonnage":{"Address":"a"}}},
            "B":{"Type":"T","DependsOn":"A","Metadata":{"Tonnage":{"Address":"b"}},"Properties":{"V":{"Fn::GetAtt":"A.Arn"}}}}"#,
    );
    let b = read.resources.get(1).expect("two");
    assert_eq!(b.applied, r#"{"V":{"$ref":"a","$att":"Arn"}}"#);
    assert_eq!(b.depends_on, [symbol("a")]);
}
