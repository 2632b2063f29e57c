//! A member's body, in CloudFormation's language. Must not know what surrounds it in the template.

use rustc_hash::FxHashMap;
use tonnage_base::{Code, Symbol, codes::cloud};
use tonnage_graph::json::write_text;
use tonnage_graph::{Node, Reference, ValueId, Values};
use tonnage_plan::emit::Problem;
use tonnage_plan::model::{Member, Unit};
use tonnage_schema::{PathStep, path};

use super::json::{push_comma, push_key};
use crate::functions::{self, GET_ATT, JOIN, Piece, REF, RESERVED, SUB, has_pseudo, is_pseudo, pieces};

/// The names that a template's bodies can use.
pub struct Names {
    locals: FxHashMap<Symbol, Symbol>,
    parameters: FxHashMap<Reference, Symbol>,
}

impl Names {
    /// Those of a unit.
    pub fn of(unit: &Unit) -> Self {
        Self {
            locals: unit.members.iter().map(|m| (m.address, m.local_name)).collect(),
            parameters: unit.parameters.iter().map(|p| (p.reference, p.name)).collect(),
        }
    }

    /// The local name of an address in this unit.
    pub fn local(&self, address: Symbol) -> Option<Symbol> {
        self.locals.get(&address).copied()
    }
}

/// What a body used, and what is wrong with it.
pub struct Body<'a> {
    names: &'a Names,
    member: &'a Member,
    values: &'a Values,
    /// Addresses of the same unit that it refers to.
    pub uses_local: Vec<Symbol>,
    /// Parameters that it refers to.
    pub uses_parameters: Vec<(Symbol, Reference)>,
    /// Secrets of the service's store that it refers to.
    pub uses_secrets: Vec<Symbol>,
    /// What is wrong.
    pub problems: Vec<Problem>,
    at: Vec<PathStep>,
}

/// A part of text.
#[derive(Clone, Copy)]
enum Part {
    Text(&'static str),
    Target(Target),
}

/// Where a reference leads in this template.
#[derive(Clone, Copy)]
enum Target {
    Name(Symbol),
    Attribute(Symbol, Symbol),
}

impl<'a> Body<'a> {
    /// For one member, whose body is in a store.
    pub const fn new(names: &'a Names, member: &'a Member, values: &'a Values) -> Self {
        Self {
            names,
            member,
            values,
            uses_local: Vec::new(),
            uses_parameters: Vec::new(),
            uses_secrets: Vec::new(),
            problems: Vec::new(),
            at: Vec::new(),
        }
    }

    /// Writes a value. Recursive: a store's reader bounds the nesting.
    pub fn value(&mut self, out: &mut String, id: ValueId) {
        match self.values.node(id) {
            Node::Null => {
                let what = format!("has a null in a list, which no cloud takes: `{}`", path::display(&self.at));
                self.problem(cloud::T0774, &what, "leave the element out: `[for x in list : x if x != null]`");
                out.push_str("null");
            }
            Node::Bool(b) => out.push_str(if b { "true" } else { "false" }),
            Node::Number(text) => out.push_str(text.as_str()),
            Node::String(text) => write_parts(out, &[Part::Text(text.as_str())]),
            Node::List(_) => {
                out.push('[');
                let mut first = true;
                for (index, &item) in (0..).zip(self.values.items(id)) {
                    push_comma(out, &mut first);
                    self.inside(out, PathStep::Index(index), item);
                }
                out.push(']');
            }
            Node::Map(_) => self.map(out, id),
            Node::Reference(reference) | Node::Unknown(reference) => {
                let part = self.reference(reference);
                write_parts(out, &[part]);
            }
            Node::Join(_) => {
                let parts: Vec<Part> = self.values.items(id).iter().filter_map(|&part| self.part(part)).collect();
                write_parts(out, &parts);
            }
        }
    }

    fn map(&mut self, out: &mut String, id: ValueId) {
        let entries = self.values.entries(id);
        let only = if entries.len() == 1 { self.values.entries(id).next() } else { None };
        if let Some((key, _)) = only
            && RESERVED.contains(&key.as_str())
        {
            let what = format!(
                "has in `{}` a map whose only key is `{key}`: CloudFormation would read it as a function",
                path::display(&self.at)
            );
            let help = "write a reference (`resource.NAME.ref`, `resource.NAME.att.Arn`), or a template such as `$${AWS::Region}`";
            self.problem(cloud::T0772, &what, help);
        }
        out.push('{');
        let mut first = true;
        for (key, value) in entries {
            push_key(out, &mut first, key.as_str());
            self.inside(out, PathStep::Key(key), value);
        }
        out.push('}');
    }

    fn inside(&mut self, out: &mut String, step: PathStep, id: ValueId) {
        self.at.push(step);
        self.value(out, id);
        self.at.pop();
    }

    fn part(&mut self, id: ValueId) -> Option<Part> {
        match self.values.node(id) {
            Node::String(text) => Some(Part::Text(text.as_str())),
            Node::Reference(reference) | Node::Unknown(reference) => Some(self.reference(reference)),
            _ => None,
        }
    }

    /// What stands for a reference: a name of this template, or what the service replaces by a secret of its store.
    fn reference(&mut self, reference: Reference) -> Part {
        match functions::resolve(reference) {
            Some(text) => {
                self.uses_secrets.push(reference.address);
                Part::Text(Symbol::new(&text).as_str())
            }
            None => Part::Target(self.target(reference)),
        }
    }

    /// Where a reference leads. A reference that leads nowhere is a problem, and is written as its address.
    fn target(&mut self, reference: Reference) -> Target {
        let address = reference.address;
        if let Some(local) = self.names.local(address) {
            self.uses_local.push(address);
            return reference.attribute.map_or(Target::Name(local), |attribute| Target::Attribute(local, attribute));
        }
        if let Some(&parameter) = self.names.parameters.get(&reference) {
            self.uses_parameters.push((parameter, reference));
            return Target::Name(parameter);
        }
        let wanted = reference.attribute.map_or_else(|| address.to_string(), |a| format!("{address}.att.{a}"));
        self.problem(
            cloud::T0771,
            &format!("refers to `{wanted}`, which is neither in its unit nor among the unit's parameters"),
            "this is a mistake of the compiler: please report it with the plan",
        );
        Target::Name(address)
    }

    fn problem(&mut self, code: Code, what: &str, help: &str) {
        self.problems.push(Problem::of(self.member, code, what, help));
    }
}

/// Writes text: as it stands where nothing in it is to be replaced, or as `Fn::Sub`, or where that can't quote it as
/// `Fn::Join`.
fn write_parts(out: &mut String, parts: &[Part]) {
    if let [Part::Target(target)] = parts {
        return write_target(out, *target);
    }
    let text = |part: &Part| match part {
        Part::Text(text) => Some(*text),
        Part::Target(_) => None,
    };
    if let Some(text) = parts.iter().map(text).collect::<Option<String>>()
        && !has_pseudo(&text)
    {
        return write_text(&text, out);
    }
    let quotable = parts.iter().all(|part| match part {
        Part::Text(text) => pieces(text).all(|piece| !matches!(piece, Piece::Wild(_))) && !text.ends_with('$'),
        Part::Target(_) => true,
    });
    if quotable { write_sub(out, parts) } else { write_join(out, parts) }
}

fn write_target(out: &mut String, target: Target) {
    let mut first = true;
    out.push('{');
    match target {
        Target::Name(name) => {
            push_key(out, &mut first, REF);
            write_text(name.as_str(), out);
        }
        Target::Attribute(name, attribute) => {
            push_key(out, &mut first, GET_ATT);
            out.push('[');
            write_text(name.as_str(), out);
            out.push(',');
            write_text(attribute.as_str(), out);
            out.push(']');
        }
    }
    out.push('}');
}

fn write_sub(out: &mut String, parts: &[Part]) {
    let mut text = String::new();
    for part in parts {
        match part {
            Part::Text(t) => pieces(t).for_each(|piece| match piece {
                Piece::Plain(t) | Piece::Wild(t) => text.push_str(t),
                Piece::Braced(name) => {
                    text.push_str(if is_pseudo(name) { "${" } else { "${!" });
                    text.push_str(name);
                    text.push('}');
                }
            }),
            Part::Target(Target::Name(name)) => text.push_str(&format!("${{{name}}}")),
            Part::Target(Target::Attribute(name, attribute)) => text.push_str(&format!("${{{name}.{attribute}}}")),
        }
    }
    let mut first = true;
    out.push('{');
    push_key(out, &mut first, SUB);
    write_text(&text, out);
    out.push('}');
}

fn write_join(out: &mut String, parts: &[Part]) {
    let mut first = true;
    out.push('{');
    push_key(out, &mut first, JOIN);
    out.push_str("[\"\",[");
    let mut first = true;
    let mut pending = String::new();
    let flush = |out: &mut String, pending: &mut String, first: &mut bool| {
        if !pending.is_empty() {
            push_comma(out, first);
            write_text(pending, out);
            pending.clear();
        }
    };
    for part in parts {
        match part {
            Part::Text(text) => {
                for piece in pieces(text) {
                    match piece {
                        Piece::Plain(t) | Piece::Wild(t) => pending.push_str(t),
                        Piece::Braced(name) if is_pseudo(name) => {
                            flush(out, &mut pending, &mut first);
                            push_comma(out, &mut first);
                            write_target(out, Target::Name(Symbol::new(name)));
                        }
                        Piece::Braced(name) => {
                            pending.push_str("${");
                            pending.push_str(name);
                            pending.push('}');
                        }
                    }
                }
            }
            Part::Target(target) => {
                flush(out, &mut pending, &mut first);
                push_comma(out, &mut first);
                write_target(out, *target);
            }
        }
    }
    flush(out, &mut pending, &mut first);
    out.push_str("]]}");
}
