//! What stands as it is asked for is not made; what anybody speaks of, and what differs in anything, is.

use std::collections::BTreeMap;

use tonnage_graph::{Disposal, Place, Standing, Wanted};

use super::{World, fleet, lower, lower_beside};

/// Resources by address, each with its unit and what was applied; `open` counts those of each unit not found yet.
struct Fake {
    all: BTreeMap<String, (u32, String)>,
    open: BTreeMap<u32, usize>,
    wanted: Vec<Wanted>,
}

impl Fake {
    /// What a fleet makes, two in a unit.
    fn of(world: &World) -> Self {
        let mut fake = Self { all: BTreeMap::new(), open: BTreeMap::new(), wanted: Vec::new() };
        for (unit, (_, resource)) in world.lowered.graph.iter().enumerate().map(|(n, r)| (n as u32 / 2, r)) {
            fake.all.insert(resource.address.to_string(), (unit, world.values.to_json(resource.body)));
            *fake.open.entry(unit).or_default() += 1;
        }
        fake
    }
}

impl Standing for Fake {
    fn may_rest(&self, kind: tonnage_base::Symbol) -> bool {
        kind == "AWS::SSM::Parameter"
    }
    fn hold(&mut self, address: &str, wanted: Wanted, says: &mut dyn FnMut(&str) -> bool) -> Option<Place> {
        self.wanted.push(wanted);
        let (unit, applied) = self.all.get(address)?;
        says(applied).then(|| {
            *self.open.get_mut(unit).unwrap() -= 1;
            Place(*unit)
        })
    }
    fn rests(&self, place: Place) -> bool {
        self.open.get(&place.0) == Some(&0)
    }
}

/// Six parameters, of which the numbers say what is in them.
fn six(body: &str, more: &str) -> String {
    fleet(&format!(
        r#"
resource "AWS::SSM::Parameter" "p" {{
  for_each = {{ a = 1, b = 2, c = 3, d = 4, e = 5, f = 6 }}
  body = {{
    Type  = "String"
    {body}
  }}
}}
{more}
"#
    ))
}

const PLAIN: &str = r#"Value = "v \"${each.value}\"""#;

/// The keys of those that are made, where the fleet of `first` stands.
fn made(first: &str, then: &str) -> String {
    let mut standing = Fake::of(&lower(first).right());
    let world = lower_beside(then, Some(&mut standing)).unwrap().right();
    let keys = world.addresses().into_iter().filter_map(|a| a.strip_prefix("resource.p[\"")?.strip_suffix("\"]"));
    keys.collect()
}

#[test]
fn what_stands_as_asked_for_is_not_made_but_for_the_first() {
    // a and b are in one unit
    assert_eq!(made(&six(PLAIN, ""), &six(PLAIN, "")), "ab");
}

#[test]
fn one_that_differs_wakes_those_of_its_unit() {
    let other = r#"Value = each.key == "d" ? "other" : "v \"${each.value}\"""#;
    assert_eq!(made(&six(PLAIN, ""), &six(other, "")), "abcd");
    let everything = r#"Value = "w${each.value}""#;
    assert_eq!(made(&six(PLAIN, ""), &six(everything, "")), "abcdef");
}

#[test]
fn an_absent_property_is_absent_in_the_text_too() {
    let some = r#"
    Value       = each.key
    Description = each.value > 3 ? "late" : null"#;
    // d, e and f are of another form than a, whose body was checked
    assert_eq!(made(&six(some, ""), &six(some, "")), "abcdef");
    let none = r#"
    Value       = each.key
    Description = each.value > 9 ? "late" : null"#;
    assert_eq!(made(&six(none, ""), &six(none, "")), "ab");
}

#[test]
fn what_others_speak_of_is_made() {
    let user = r#"
resource "AWS::SSM::Parameter" "user" {
  body = {
    Type  = "String"
    Value = resource.p["e"].ref
  }
}
"#;
    assert_eq!(made(&six(PLAIN, user), &six(PLAIN, user)), "abcdef");
    let all = r#"
output "all" {
  value = resource.p["e"].ref
}
"#;
    assert_eq!(made(&six(PLAIN, all), &six(PLAIN, all)), "abcdef");
}

#[test]
fn what_may_not_be_any_text_is_made() {
    let tier = r#"
    Value = "v"
    Tier  = each.value > 0 ? "Standard" : "Advanced""#;
    assert_eq!(made(&six(tier, ""), &six(tier, "")), "abcdef");
}

#[test]
fn what_is_wrong_is_said_once_and_as_ever() {
    let wrong = r#"Value = "v ${each.value / (each.value - 3)}""#;
    let mut standing = Fake::of(&lower(&six(PLAIN, "")).right());
    let world = lower_beside(&six(wrong, ""), Some(&mut standing)).unwrap();
    let alone = lower(&six(wrong, ""));
    assert_eq!(world.diagnostics, alone.diagnostics);
    assert_eq!(world.diagnostics.len(), 1, "{:#?}", world.diagnostics);
}

#[test]
fn it_is_said_where_it_is_to_be_and_what_becomes_of_it() {
    let kept = six(&format!("{PLAIN}\n  }}\n  lifecycle {{\n    on_delete = \"retain\""), "");
    let mut standing = Fake::of(&lower(&six(PLAIN, "")).right());
    let _world = lower_beside(&kept, Some(&mut standing)).unwrap().right();
    assert_eq!(standing.wanted.len(), 5);
    assert!(standing.wanted.iter().all(|wanted| wanted.on_delete == Disposal::Retain
        && wanted.kind == "AWS::SSM::Parameter"
        && wanted.site.region == "us-east-2"));
}
