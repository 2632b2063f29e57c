//! What an update does to one resource, by the embedded cloud's own reading of the schema. It does not ask the planner, so
//! that the two can disagree and a test can see it. Must not know what was decided for other resources.

use tonnage_base::Symbol;
use tonnage_graph::{Node, Reference, ValueId, Values};
use tonnage_schema::{PathStep, Replacement, ResourceType, Schemas, path};

/// What happens to a resource.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Decision {
    /// Nothing.
    Same,
    /// It is changed in place. `conditional`: the service decides by other properties whether it replaces.
    Update { conditional: bool },
    /// A new one takes its place, because of this property.
    Replace { property: String },
}

/// Two bodies of one kind.
pub(super) struct Comparison<'a> {
    pub schemas: &'a Schemas,
    pub values: &'a Values,
    /// Whether a reference stands for another value than before.
    pub moved: &'a dyn Fn(Reference) -> bool,
    /// What a reference stands for: the same value written out is no change.
    pub now: &'a dyn Fn(Reference) -> Option<&'a str>,
}

impl Comparison<'_> {
    /// What changing `before` into `after` does to a resource of `kind`.
    pub fn decide(&self, kind: Symbol, before: ValueId, after: ValueId) -> Decision {
        let facts = self.schemas.get(kind);
        let mut paths = Vec::new();
        self.differences(facts, &mut Vec::new(), before, after, &mut paths);
        let mut conditional = false;
        for changed in &paths {
            match facts.map_or(Replacement::Never, |facts| facts.replacement(changed)) {
                Replacement::Always => return Decision::Replace { property: path::display(changed) },
                Replacement::Conditional => conditional = true,
                Replacement::Never => {}
            }
        }
        if paths.is_empty() { Decision::Same } else { Decision::Update { conditional } }
    }

    /// The innermost places that differ. The depth of values is bounded by their store.
    fn differences(
        &self,
        facts: Option<&ResourceType>,
        at: &mut Vec<PathStep>,
        before: ValueId,
        after: ValueId,
        found: &mut Vec<Vec<PathStep>>,
    ) {
        if before == after && !self.touched(after) {
            return;
        }
        match (self.values.node(before), self.values.node(after)) {
            (Node::Map(_), Node::Map(_)) => {
                let mut old = self.values.entries(before).peekable();
                let mut new = self.values.entries(after).peekable();
                loop {
                    let (key, pair) = match (old.peek().copied(), new.peek().copied()) {
                        (None, None) => break,
                        (Some((a, x)), Some((b, y))) if a == b => {
                            old.next();
                            new.next();
                            (a, Some((x, y)))
                        }
                        (Some((a, _)), Some((b, _))) if a < b => {
                            old.next();
                            (a, None)
                        }
                        (Some((a, _)), None) => {
                            old.next();
                            (a, None)
                        }
                        (_, Some((b, _))) => {
                            new.next();
                            (b, None)
                        }
                    };
                    at.push(PathStep::Key(key));
                    match pair {
                        Some((x, y)) => self.differences(facts, at, x, y, found),
                        None => found.push(at.clone()),
                    }
                    at.pop();
                }
            }
            (Node::List(_), Node::List(_)) => {
                let (old, new) = (self.values.items(before), self.values.items(after));
                if facts.is_some_and(|f| f.is_set(at)) {
                    let sorted = |items: &[ValueId]| {
                        let mut items = items.to_vec();
                        items.sort_unstable();
                        items
                    };
                    if sorted(old) != sorted(new) || self.touched(after) {
                        found.push(at.clone());
                    }
                } else if old.len() == new.len() {
                    for (index, (&x, &y)) in (0..).zip(old.iter().zip(new)) {
                        at.push(PathStep::Index(index));
                        self.differences(facts, at, x, y, found);
                        at.pop();
                    }
                } else {
                    found.push(at.clone());
                }
            }
            (Node::String(was), Node::Reference(is)) if (self.now)(is) == Some(was.as_str()) => {}
            _ => found.push(at.clone()),
        }
    }

    /// Whether a reference inside stands for another value than before.
    fn touched(&self, value: ValueId) -> bool {
        self.values.references(value).into_iter().any(self.moved)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACTS: &str = r#"{
"T::A::Net":{"p":{"Name":"s","Size":"i","Zones":{"a":"s","u":true},"Rules":{"a":"s"},"Spec":{"p":{"Image":"s","Type":"s"}}},"co":["Name","Spec/Type"],"cco":["Size"],"ro":["Id"]}
}"#;

    fn decide(before: &str, after: &str, moved: bool) -> Decision {
        let schemas = Schemas::load(FACTS);
        let mut values = Values::new();
        let before = values.from_json(before).expect("json");
        let after = values.from_json(after).expect("json");
        let comparison = Comparison { schemas: &schemas, values: &values, moved: &|_| moved, now: &|_| None };
        comparison.decide(Symbol::new("T::A::Net"), before, after)
    }

    fn replace(property: &str) -> Decision {
        Decision::Replace { property: property.to_owned() }
    }

    #[test]
    fn create_only_properties_replace_and_others_do_not() {
        let update = Decision::Update { conditional: false };
        assert_eq!(decide(r#"{"Name":"a"}"#, r#"{"Name":"a"}"#, true), Decision::Same);
        assert_eq!(decide(r#"{"Name":"a"}"#, r#"{"Name":"b"}"#, false), replace("Name"));
        assert_eq!(decide(r#"{"Name":"a"}"#, r#"{}"#, false), replace("Name"));
        assert_eq!(decide(r#"{"Rules":["a"]}"#, r#"{"Rules":["b"]}"#, false), update);
        assert_eq!(decide(r#"{"Rules":["a","b"]}"#, r#"{"Rules":["b","a"]}"#, false), update);
        assert_eq!(decide(r#"{"Zones":["a","b"]}"#, r#"{"Zones":["b","a"]}"#, false), Decision::Same);
        assert_eq!(decide(r#"{"Zones":["a","b"]}"#, r#"{"Zones":["b","c"]}"#, false), update);
        assert_eq!(decide(r#"{"Size":1}"#, r#"{"Size":2}"#, false), Decision::Update { conditional: true });
        assert_eq!(
            decide(r#"{"Spec":{"Image":"a","Type":"t"}}"#, r#"{"Spec":{"Image":"b","Type":"t"}}"#, false),
            update
        );
        assert_eq!(
            decide(r#"{"Spec":{"Image":"a","Type":"t"}}"#, r#"{"Spec":{"Image":"a","Type":"u"}}"#, false),
            replace("Spec.Type")
        );
    }

    #[test]
    fn a_reference_that_moved_is_a_change_where_it_stands() {
        let body = r#"{"Name":{"$join":["x-",{"$ref":"resource.a"}]},"Rules":["r"]}"#;
        assert_eq!(decide(body, body, false), Decision::Same);
        assert_eq!(decide(body, body, true), replace("Name"));
        let set = r#"{"Zones":[{"$ref":"resource.a"}]}"#;
        assert_eq!(decide(set, set, true), Decision::Update { conditional: false });
    }
}
