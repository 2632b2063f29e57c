//! What an update does to one resource, by the embedded cloud's own reading of the facts. It does not ask the planner,
//! so that the two can disagree and a test can see it. Must not know what was decided for other resources.

use tonnage_base::Symbol;
use tonnage_graph::{Node, Reference, ValueId, Values};
use tonnage_plan::effects::{Case, words_of};
use tonnage_plan::opinion::Answer;
use tonnage_schema::effects::{Occasion, OnNodes};
use tonnage_schema::{PathStep, Replacement, ResourceType, path};

use super::Facts;

/// What happens to a resource.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Decision {
    /// Nothing.
    Same,
    /// It is changed in place. `rolls`: its nodes are replaced in batches.
    Update { rolls: bool },
    /// A new one takes its place, because of this property.
    Replace { property: String },
}

/// A place that differs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Changed {
    /// Where.
    pub path: Vec<PathStep>,
    /// Whether that replaces the resource. `Maybe`: the service decides by what nobody here knows.
    pub recreates: Answer,
    /// Before.
    pub before: Option<ValueId>,
    /// Afterwards.
    pub after: Option<ValueId>,
    /// Its nodes are replaced in batches for it.
    rolls: bool,
    /// Its nodes stay as they are, and those that start later are other ones.
    pub later: bool,
}

impl Decision {
    /// What differs, decided.
    pub fn of(changed: &[Changed]) -> Self {
        match changed.iter().find(|changed| changed.recreates == Answer::Yes) {
            Some(changed) => Self::Replace { property: path::display(&changed.path) },
            None if changed.is_empty() => Self::Same,
            None => Self::Update { rolls: changed.iter().any(|changed| changed.rolls) },
        }
    }
}

/// Two bodies of one kind.
pub(super) struct Comparison<'a> {
    pub facts: &'a Facts,
    pub values: &'a Values,
    /// How the service is to bring a change to running nodes: JSON text.
    pub update_policy: Option<Symbol>,
    /// Whether a reference stands for another value than before.
    pub moved: &'a dyn Fn(Reference) -> bool,
    /// What a reference stands for: the same value written out is no change.
    pub now: &'a dyn Fn(Reference) -> Option<&'a str>,
}

impl Comparison<'_> {
    /// What differs between `before` and `after` of a resource of `kind`.
    pub fn changes(&self, kind: Symbol, before: ValueId, after: ValueId) -> Vec<Changed> {
        let facts = self.facts.schemas.get(kind);
        let mut paths = Vec::new();
        self.differences(facts, &mut Vec::new(), before, after, &mut paths);
        let beside = self.update_policy.map(|policy| ("update_policy", policy.as_str()));
        let case = |path: &[PathStep]| {
            let words = words_of(self.values, self.at(before, path), self.at(after, path));
            Case { values: self.values, body: Some(after), beside: beside.as_slice(), words }
        };
        let effects = &self.facts.effects;
        let recreates = |path: &[PathStep]| match facts.map_or(Replacement::Never, |facts| facts.replacement(path)) {
            Replacement::Always => Answer::Yes,
            Replacement::Never => Answer::No,
            // The facts may say on what it depends; of what lies inside they can't.
            Replacement::Conditional if facts.is_some_and(|facts| facts.conditional_create_only(path)) => {
                match effects.replaces(kind, path, &case(path)) {
                    Some(true) => Answer::Yes,
                    Some(false) => Answer::No,
                    None => Answer::Maybe,
                }
            }
            Replacement::Conditional => Answer::Maybe,
        };
        let on_nodes = |path: &[PathStep]| effects.find(kind, Occasion::Update, path, &case(path)).map(|row| row.nodes);
        let changed = paths.into_iter().map(|path| Changed {
            recreates: recreates(&path),
            before: self.at(before, &path),
            after: self.at(after, &path),
            rolls: on_nodes(&path) == Some(OnNodes::Rolling),
            later: on_nodes(&path) == Some(OnNodes::Later),
            path,
        });
        changed.collect()
    }

    /// The value at a place; none where nothing is.
    fn at(&self, body: ValueId, path: &[PathStep]) -> Option<ValueId> {
        path.iter().try_fold(body, |at, step| match step {
            PathStep::Key(key) => self.values.get(at, *key),
            PathStep::Index(index) => self.values.items(at).get(usize::try_from(*index).ok()?).copied(),
        })
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
    use std::sync::Arc;

    use tonnage_schema::{Effects, Schemas};

    use super::*;

    const FACTS: &str = r#"{
"T::A::Net":{"p":{"Name":"s","Size":"i","Zones":{"a":"s","u":true},"Rules":{"a":"s"},"Spec":{"p":{"Image":"s","Type":"s"}}},"co":["Name","Spec/Type"],"cco":["Size"],"ro":["Id"]}
}"#;

    fn decide(before: &str, after: &str, moved: bool) -> Decision {
        let facts = Facts { schemas: Arc::new(Schemas::load(FACTS)), ..Facts::default() };
        let mut values = Values::new();
        let before = values.from_json(before).expect("json");
        let after = values.from_json(after).expect("json");
        let comparison =
            Comparison { facts: &facts, values: &values, update_policy: None, moved: &|_| moved, now: &|_| None };
        Decision::of(&comparison.changes(Symbol::new("T::A::Net"), before, after))
    }

    fn replace(property: &str) -> Decision {
        Decision::Replace { property: property.to_owned() }
    }

    #[test]
    fn create_only_properties_replace_and_others_do_not() {
        let update = Decision::Update { rolls: false };
        assert_eq!(decide(r#"{"Name":"a"}"#, r#"{"Name":"a"}"#, true), Decision::Same);
        assert_eq!(decide(r#"{"Name":"a"}"#, r#"{"Name":"b"}"#, false), replace("Name"));
        assert_eq!(decide(r#"{"Name":"a"}"#, r#"{}"#, false), replace("Name"));
        assert_eq!(decide(r#"{"Rules":["a"]}"#, r#"{"Rules":["b"]}"#, false), update);
        assert_eq!(decide(r#"{"Rules":["a","b"]}"#, r#"{"Rules":["b","a"]}"#, false), update);
        assert_eq!(decide(r#"{"Zones":["a","b"]}"#, r#"{"Zones":["b","a"]}"#, false), Decision::Same);
        assert_eq!(decide(r#"{"Zones":["a","b"]}"#, r#"{"Zones":["b","c"]}"#, false), update);
        assert_eq!(decide(r#"{"Size":1}"#, r#"{"Size":2}"#, false), update, "the facts do not say when it replaces");
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
        assert_eq!(decide(set, set, true), Decision::Update { rolls: false });
    }

    #[test]
    fn a_condition_is_looked_up_in_the_facts() {
        let effects = "type,change,property,condition,nodes,holdings,words,source\n\
                       T::A::Net,update,Size,@update_policy/Replace=true,replaces,,,t\n\
                       T::A::Net,update,Size,@update_policy/Roll,rolling,,,t\n";
        let facts = Facts {
            schemas: Arc::new(Schemas::load(FACTS)),
            effects: Arc::new(Effects::load([effects]).expect("effects")),
        };
        let mut values = Values::new();
        let [before, after] = [r#"{"Size":1}"#, r#"{"Size":2}"#].map(|text| values.from_json(text).expect("json"));
        let decide = |policy: Option<&str>| {
            let update_policy = policy.map(Symbol::new);
            let comparison =
                Comparison { facts: &facts, values: &values, update_policy, moved: &|_| false, now: &|_| None };
            Decision::of(&comparison.changes(Symbol::new("T::A::Net"), before, after))
        };
        assert_eq!(decide(None), Decision::Update { rolls: false });
        assert_eq!(decide(Some(r#"{"Replace":true}"#)), replace("Size"));
        assert_eq!(decide(Some(r#"{"Replace":false,"Roll":{}}"#)), Decision::Update { rolls: true });
    }
}
