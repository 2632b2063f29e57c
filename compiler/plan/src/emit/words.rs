//! A body as JSON in a cloud's own words for references and for text with references in it. Must not know those words.

use serde_json::{Map, Value};
use tonnage_base::{Code, Symbol, codes::cloud};
use tonnage_graph::json::write_text;
use tonnage_graph::{Node, Reference, Resource, ValueId, Values};
use tonnage_schema::{PathStep, path};

use super::Problem;
use super::named::{Named, Target};
use crate::model::Member;

/// A piece of text with references in it.
#[derive(Clone, Copy, Debug)]
pub enum Piece<'u> {
    /// As it stands.
    Text(Symbol),
    /// What a reference stands for.
    Target(Target<'u>),
}

/// What a cloud writes for what JSON has no word for.
pub trait Words<'u> {
    /// Plain text.
    fn text(&self, text: &str) -> Value {
        Value::from(text)
    }
    /// What a reference stands for.
    fn target(&self, target: Target<'u>) -> Value;
    /// What a secret is written as; none: it can't be given to the cloud, which would show it.
    fn secret(&self, reference: Reference) -> Option<Piece<'u>>;
    /// Text put together.
    fn join(&self, pieces: &[Piece<'u>]) -> Value;
}

/// Writes the body of one member.
pub struct Writer<'a, 'u> {
    named: &'a Named<'u>,
    words: &'a dyn Words<'u>,
    member: &'u Member,
    /// Members of the same unit that it refers to, repeats kept.
    pub uses: Vec<Symbol>,
    /// What is wrong.
    pub problems: Vec<Problem>,
    at: Vec<PathStep>,
}

impl<'a, 'u> Writer<'a, 'u> {
    /// For one member.
    pub fn new(named: &'a Named<'u>, words: &'a dyn Words<'u>, member: &'u Member) -> Self {
        Self { named, words, member, uses: Vec::new(), problems: Vec::new(), at: Vec::new() }
    }

    /// The properties of a body.
    pub fn body(&mut self, body: ValueId) -> Map<String, Value> {
        match self.value(body) {
            Value::Object(map) => map,
            _ => Map::new(),
        }
    }

    /// Recursive: a store's reader bounds the nesting.
    fn value(&mut self, id: ValueId) -> Value {
        let values = &self.named.values;
        match values.node(id) {
            Node::Null => {
                let what = format!("has a null in a list, which no cloud takes: `{}`", path::display(&self.at));
                self.problem(cloud::T0774, &what, "leave the element out: `[for x in list : x if x != null]`");
                Value::Null
            }
            Node::Bool(value) => Value::from(value),
            Node::Number(text) => serde_json::from_str(text.as_str()).unwrap_or_else(|_| Value::from(text.as_str())),
            Node::String(text) => self.words.text(text.as_str()),
            Node::List(_) => {
                let items = (0..).zip(values.items(id));
                items.map(|(index, &item)| self.inside(PathStep::Index(index), item)).collect()
            }
            Node::Map(_) => {
                let entries = values.entries(id);
                let entries = entries.map(|(key, entry)| (key.to_string(), self.inside(PathStep::Key(key), entry)));
                entries.collect::<Map<_, _>>().into()
            }
            Node::Reference(reference) | Node::Unknown(reference) => match self.piece(reference) {
                Some(Piece::Text(text)) => self.words.text(text.as_str()),
                Some(Piece::Target(target)) => self.words.target(target),
                None => Value::Null,
            },
            Node::Join(_) => {
                let mut pieces = Vec::new();
                for &part in values.items(id) {
                    match values.node(part) {
                        Node::String(text) => pieces.push(Piece::Text(text)),
                        Node::Reference(reference) | Node::Unknown(reference) => {
                            pieces.extend(self.piece(reference));
                        }
                        _ => {}
                    }
                }
                self.words.join(&pieces)
            }
        }
    }

    fn inside(&mut self, step: PathStep, id: ValueId) -> Value {
        self.at.push(step);
        let value = self.value(id);
        self.at.pop();
        value
    }

    fn piece(&mut self, reference: Reference) -> Option<Piece<'u>> {
        if reference.secret().is_none() {
            return self.target(reference).map(Piece::Target);
        }
        let written = self.words.secret(reference);
        if written.is_none() {
            let what = format!("holds the secret `{}`, which its cloud can't be given", reference.address);
            let help = "keep it in the cloud's own store, and write `secret(\"…\")` with its address there";
            self.problem(cloud::T0771, &what, help);
        }
        written
    }

    fn target(&mut self, reference: Reference) -> Option<Target<'u>> {
        let target = self.named.target(reference);
        match target {
            Some(Target::Member(member, _)) => self.uses.push(member.address),
            Some(Target::Parameter(_)) => {}
            None => {
                let attribute = reference.attribute.map(|a| format!(".att.{a}")).unwrap_or_default();
                let what = format!(
                    "refers to `{}{attribute}`, which is neither in its unit nor among the unit's parameters",
                    reference.address
                );
                let help = "this is a mistake of the compiler: please report it with the plan";
                self.problem(cloud::T0771, &what, help);
            }
        }
        target
    }

    fn problem(&mut self, code: Code, what: &str, help: &str) {
        self.problems.push(Problem::of(self.member, code, what, help));
    }
}

/// What is kept of a member beside its body, so that it is found again and counted: address, nodes, what happens to it.
pub fn kept(member: &Member) -> Map<String, Value> {
    let mut kept = Map::new();
    kept.insert("address".to_owned(), member.address.as_str().into());
    kept.insert("local".to_owned(), member.local_name.as_str().into());
    if let Some(holds) = member.holds {
        let mut nodes = Map::new();
        nodes.insert("shape".to_owned(), holds.shape.as_str().into());
        nodes.insert("nodes".to_owned(), holds.nodes.into());
        nodes.insert("market".to_owned(), holds.market.as_str().into());
        if let Some(zone) = holds.zone {
            nodes.insert("zone".to_owned(), zone.as_str().into());
        }
        if holds.reserves_only {
            nodes.insert("reservesOnly".to_owned(), true.into());
        }
        kept.insert("holds".to_owned(), nodes.into());
    }
    for (word, set) in [
        ("retainOnDelete", member.retain_on_delete),
        ("retainOnReplace", member.retain_on_replace),
        ("deleteFirst", member.delete_first),
    ] {
        if set {
            kept.insert(word.to_owned(), true.into());
        }
    }
    if !member.depends_on.is_empty() {
        let waits: Value = member.depends_on.iter().map(|address| Value::from(address.as_str())).collect();
        kept.insert("dependsOn".to_owned(), waits);
    }
    kept
}

/// Where the value of a parameter comes from: `["address", "attribute"]`.
pub fn origin(reference: Reference) -> Value {
    let attribute = reference.attribute.map(|a| Value::from(a.as_str()));
    std::iter::once(Value::from(reference.address.as_str())).chain(attribute).collect()
}

/// An upper bound of the bytes that a resource adds to a document. A reference takes `reference` bytes beside its text,
/// which is written up to five times: declared as a parameter, explained, used where it stands, in a name, and waited
/// for.
pub fn size_bound(resource: &Resource, values: &Values, reference: usize, fixed: usize) -> usize {
    let mut out = String::new();
    values.write_json(resource.body, &mut out);
    let mut names = String::new();
    write_text(resource.address.as_str(), &mut names);
    let waits: usize = resource.depends_on.iter().map(|other| other.as_str().len() + 4).sum();
    let waited = resource.depends_on.iter().map(|other| other.as_str().len());
    let referred = values.references(resource.body);
    let texts = referred.iter().map(|r| r.address.as_str().len() + r.attribute.map_or(0, |a| a.as_str().len()));
    let references: usize = texts.chain(waited).map(|text| 5 * text + reference).sum();
    // A text that begins with a bracket is written with one more; no other text grows.
    out.len() + out.matches("\"[").count() + 6 * names.len() + waits + references + fixed
}
