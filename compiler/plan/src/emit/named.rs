//! Members made ready for clouds in which every resource has a name: in order, each after what it waits for, and named.
//! Must not know any cloud.
//!
//! A name is made of the member's name inside its unit, which is kept for ever, and of a digest of everything that can
//! be set at creation only. So a resource that has to be replaced has another name than the one it replaces, and the
//! two can stand side by side; and one that is changed in place keeps its name.

use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};
use tonnage_base::{Symbol, codes::cloud};
use tonnage_graph::dag::Dag;
use tonnage_graph::json::write_text;
use tonnage_graph::{Node, Reference, ResourceId, ValueId, Values};
use tonnage_schema::{PathStep, Replacement, ResourceType, Schemas};

use super::Problem;
use crate::model::{Member, Unit};

/// The property by which an author names a resource.
const NAME: &str = "name";
/// Longest name: the shortest limit of any type is 63.
const LONGEST: usize = 63;
/// Letters left of a name inside a unit, so that a digest and a cloud's own hash of parameters fit after it.
const READABLE: usize = 36;
/// Digits of a hash.
const DIGITS: usize = 10;

/// What a resource is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// The name, or what it begins with.
    pub text: String,
    /// Parameters of the unit whose values are part of the name, in order: a hash of them comes after the text.
    pub of: Vec<Symbol>,
}

/// A member, ready to be written.
#[derive(Clone, Copy, Debug)]
pub struct Ready<'u> {
    /// The member.
    pub member: &'u Member,
    /// Its body, in the store of [`Named`].
    pub body: ValueId,
}

/// The members of a unit, read, ordered and named.
#[derive(Debug)]
pub struct Named<'u> {
    /// Where the bodies are.
    pub values: Values,
    /// Each after what it waits for.
    pub members: Vec<Ready<'u>>,
    names: FxHashMap<Symbol, Name>,
    locals: FxHashMap<Symbol, Ready<'u>>,
    parameters: FxHashMap<Reference, Symbol>,
}

/// Where a reference leads in a unit.
#[derive(Clone, Copy, Debug)]
pub enum Target<'u> {
    /// To a member, perhaps to an attribute of it.
    Member(&'u Member, Option<Symbol>),
    /// To a parameter.
    Parameter(Symbol),
}

impl<'u> Named<'u> {
    /// Reads the bodies of a unit.
    pub fn new(fleet: Symbol, unit: &'u Unit, schemas: &Schemas) -> Result<Self, Vec<Problem>> {
        let mut values = Values::new();
        let mut problems = Vec::new();
        let mut bodies = Vec::with_capacity(unit.members.len());
        for member in &unit.members {
            let body = values.from_json(&member.body).unwrap_or_else(|error| {
                let what = format!("has a body that can't be read: {error}");
                problems.push(Problem::of(member, cloud::T0774, &what, MISTAKE));
                values.map(&mut [])
            });
            bodies.push(body);
        }
        let mut named = Self {
            values,
            members: Vec::new(),
            names: FxHashMap::default(),
            locals: unit.members.iter().zip(&bodies).map(|(m, &body)| (m.address, Ready { member: m, body })).collect(),
            parameters: unit.parameters.iter().map(|p| (p.reference, p.name)).collect(),
        };
        for position in order(unit, &bodies, &named.values) {
            let (Some(member), Some(&body)) = (unit.members.get(position), bodies.get(position)) else { continue };
            match named.name(fleet, member, body, schemas.get(member.kind)) {
                Ok(name) => {
                    named.names.insert(member.address, name);
                }
                Err(found) => problems.push(found),
            }
            named.members.push(Ready { member, body });
        }
        if problems.is_empty() { Ok(named) } else { Err(problems) }
    }

    /// What a member of the unit is called.
    pub fn name_of(&self, address: Symbol) -> Name {
        self.names.get(&address).cloned().unwrap_or_default()
    }

    /// The member of an address.
    pub fn member(&self, address: Symbol) -> Option<Ready<'u>> {
        self.locals.get(&address).copied()
    }

    /// Where a reference leads; none: nowhere in this unit.
    pub fn target(&self, reference: Reference) -> Option<Target<'u>> {
        match self.member(reference.address) {
            Some(ready) => Some(Target::Member(ready.member, reference.attribute)),
            None => self.parameters.get(&reference).copied().map(Target::Parameter),
        }
    }

    fn name(
        &self,
        fleet: Symbol,
        member: &Member,
        body: ValueId,
        facts: Option<&ResourceType>,
    ) -> Result<Name, Problem> {
        if let Some(given) = self.values.get(body, Symbol::new(NAME)) {
            return match self.values.node(given) {
                Node::String(text) => Ok(Name { text: text.to_string(), of: Vec::new() }),
                _ => Err(Problem::of(
                    member,
                    cloud::T0774,
                    "has a name that is known only after apply",
                    "write the name as text, or leave it out: one is made from the address",
                )),
            };
        }
        let mut fixed = Fixed { named: self, facts, text: String::new(), of: Vec::new() };
        fixed.part(body, &mut Vec::new(), false);
        let mut hash = Sha256::new();
        for part in [fleet.as_str(), member.local_name.as_str(), member.kind.as_str(), &fixed.text] {
            hash.update(part);
            hash.update([0]);
        }
        let mut digits = hex::encode(hash.finalize());
        digits.truncate(DIGITS);
        let text = format!("{}-{digits}", readable(member.local_name));
        debug_assert!(text.len() <= LONGEST, "{text}");
        Ok(Name { text, of: fixed.of })
    }
}

/// Everything of a body that can be set at creation only, as one text that does not change when something is renamed.
struct Fixed<'n, 'u> {
    named: &'n Named<'u>,
    facts: Option<&'n ResourceType>,
    text: String,
    of: Vec<Symbol>,
}

impl Fixed<'_, '_> {
    /// Recursive: a store's reader bounds the nesting. `inside`: what surrounds it can be set at creation only.
    fn part(&mut self, value: ValueId, path: &mut Vec<PathStep>, inside: bool) {
        let replacement = self.facts.map_or(Replacement::Never, |facts| facts.replacement(path));
        let fixed = inside || replacement == Replacement::Always;
        if !fixed && replacement == Replacement::Never && !path.is_empty() {
            return;
        }
        let values = &self.named.values;
        match values.node(value) {
            Node::Map(_) => {
                for (key, entry) in values.entries(value) {
                    path.push(PathStep::Key(key));
                    let before = self.text.len();
                    write_text(key.as_str(), &mut self.text);
                    let after = self.text.len();
                    self.part(entry, path, fixed);
                    // A key that leads to nothing fixed says nothing.
                    if self.text.len() == after {
                        self.text.truncate(before);
                    }
                    path.pop();
                }
            }
            Node::List(_) => {
                let mut items: Vec<String> = Vec::new();
                for (index, &item) in (0..).zip(values.items(value)) {
                    path.push(PathStep::Index(index));
                    let rest = std::mem::take(&mut self.text);
                    self.part(item, path, fixed);
                    items.push(std::mem::replace(&mut self.text, rest));
                    path.pop();
                }
                if self.facts.is_some_and(|facts| facts.is_set(path)) {
                    items.sort();
                }
                for item in items.iter().filter(|_| fixed) {
                    self.text.push('[');
                    self.text.push_str(item);
                }
            }
            Node::Join(_) => {
                for &part in values.items(value).iter().filter(|_| fixed) {
                    self.leaf(part);
                }
            }
            _ if fixed => self.leaf(value),
            _ => {}
        }
    }

    fn leaf(&mut self, value: ValueId) {
        match self.named.values.node(value) {
            Node::Reference(reference) | Node::Unknown(reference) => {
                self.text.push('$');
                self.text.push_str(reference.attribute.map_or("", Symbol::as_str));
                // Of a secret where it is, never a hash of what it is: a name is seen by everybody.
                if reference.secret().is_some() {
                    return self.text.push_str(reference.address.as_str());
                }
                match self.named.target(reference) {
                    Some(Target::Member(member, _)) => {
                        let name = self.named.name_of(member.address);
                        self.text.push_str(&name.text);
                        name.of.into_iter().for_each(|parameter| self.takes(parameter));
                    }
                    Some(Target::Parameter(parameter)) => self.takes(parameter),
                    None => {}
                }
            }
            _ => self.named.values.write_json(value, &mut self.text),
        }
    }

    fn takes(&mut self, parameter: Symbol) {
        if !self.of.contains(&parameter) {
            self.of.push(parameter);
        }
    }
}

/// `PoolChatPrimaryNodes` and ten digits as `pool-chat-primary-nodes`, the end of it where it is too long.
fn readable(local: Symbol) -> String {
    let mut out = String::new();
    let mut before = '-';
    for letter in local.as_str().chars().filter(char::is_ascii_alphanumeric) {
        if letter.is_ascii_uppercase() && before != '-' {
            out.push('-');
        }
        out.push(letter.to_ascii_lowercase());
        before = letter;
    }
    // The hash at its end comes again in the digest. A word that would be cut in two is left out.
    out.truncate(out.len().saturating_sub(DIGITS));
    let whole = out.len() <= READABLE;
    let cut = out.split_off(out.len().saturating_sub(READABLE));
    let text = match cut.split_once('-') {
        Some((_, words)) if !whole => words,
        _ => &cut,
    };
    let text = text.trim_start_matches(|letter: char| !letter.is_ascii_lowercase()).trim_end_matches('-');
    if text.is_empty() { "r".to_owned() } else { text.to_owned() }
}

/// Positions of the members, each after what it waits for. A plan has no circles; where there is one all the same, the
/// order is theirs.
fn order(unit: &Unit, bodies: &[ValueId], values: &Values) -> Vec<usize> {
    let by_address: FxHashMap<Symbol, u32> = (0..).zip(&unit.members).map(|(at, m)| (m.address, at)).collect();
    let mut edges: Vec<(ResourceId, ResourceId)> = Vec::new();
    for ((from, member), &body) in (0..).zip(&unit.members).zip(bodies) {
        let referred = values.references(body).into_iter().map(|reference| reference.address);
        let waited = referred.chain(member.depends_on.iter().copied());
        edges.extend(waited.filter_map(|a| by_address.get(&a)).map(|&to| (ResourceId(from), ResourceId(to))));
    }
    match Dag::new(unit.members.len(), edges) {
        Ok(dag) => dag.order().iter().map(|id| id.0 as usize).collect(),
        Err(_) => (0..unit.members.len()).collect(),
    }
}

const MISTAKE: &str = "this is a mistake of the compiler: please report it";

#[cfg(test)]
mod tests;
