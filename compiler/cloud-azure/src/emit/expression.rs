//! References and text in ARM's template language. Must not know what surrounds them.

use serde_json::Value;
use tonnage_base::Symbol;
use tonnage_graph::Reference;
use tonnage_plan::emit::named::{Name, Named, Target};
use tonnage_plan::emit::words::{Piece, Words};
use tonnage_plan::model::Member;
use tonnage_schema::Schemas;

use super::document::PARENT;

/// The words of one template.
pub struct Expressions<'a, 'u> {
    pub named: &'a Named<'u>,
    pub schemas: &'a Schemas,
}

impl<'u> Words<'u> for Expressions<'_, 'u> {
    fn text(&self, text: &str) -> Value {
        // A text that begins with a bracket is an expression, one that begins with two is text that begins with one.
        if text.starts_with('[') { Value::from(format!("[{text}")) } else { Value::from(text) }
    }

    fn target(&self, target: Target<'u>) -> Value {
        Value::from(format!("[{}]", self.expression(target)))
    }

    /// A parameter that is not shown.
    fn secret(&self, reference: Reference) -> Option<Piece<'u>> {
        self.named.target(reference).map(Piece::Target)
    }

    fn join(&self, pieces: &[Piece<'u>]) -> Value {
        let parts: Vec<String> = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => quoted(text.as_str()),
                Piece::Target(target) => self.expression(*target),
            })
            .collect();
        Value::from(format!("[concat({})]", parts.join(", ")))
    }
}

impl Expressions<'_, '_> {
    fn expression(&self, target: Target<'_>) -> String {
        match target {
            Target::Parameter(name) => format!("parameters('{name}')"),
            Target::Member(member, None) => self.resource_id(member),
            Target::Member(member, Some(attribute)) => match attribute.as_str() {
                "id" => self.resource_id(member),
                "name" => name(&self.named.name_of(member.address)),
                other => {
                    let version = version(self.schemas, member.kind).map_or("", Symbol::as_str);
                    format!("reference({}, '{version}', 'Full').{other}", self.resource_id(member))
                }
            },
        }
    }

    /// `resourceId('Microsoft.X/a/b', 'parent', 'name')`.
    pub fn resource_id(&self, member: &Member) -> String {
        let kind = quoted(member.kind.as_str());
        let own = name(&self.named.name_of(member.address));
        match self.parent(member) {
            Some(parent) => format!("resourceId({kind}, {parent}, {own})"),
            None => format!("resourceId({kind}, {own})"),
        }
    }

    /// A resource's name as ARM wants it: with its parent's, where it has one.
    pub fn full_name(&self, member: &Member) -> String {
        let own = self.named.name_of(member.address);
        match self.parent(member) {
            Some(parent) => format!("[concat({parent}, '/', {})]", name(&own)),
            None if own.of.is_empty() => own.text,
            None => format!("[{}]", name(&own)),
        }
    }

    /// The name of the resource that it is a part of.
    fn parent(&self, member: &Member) -> Option<String> {
        let body = self.named.member(member.address)?.body;
        let parent = self.named.values.get(body, Symbol::new(PARENT))?;
        let reference = self.named.values.references(parent).into_iter().next()?;
        Some(match self.named.target(reference)? {
            Target::Member(parent, _) => name(&self.named.name_of(parent.address)),
            // Identifiers end with the name.
            Target::Parameter(parameter) => format!("last(split(parameters('{parameter}'), '/'))"),
        })
    }
}

/// A name as an expression. What of it is known only when it is applied is hashed by ARM itself.
fn name(name: &Name) -> String {
    if name.of.is_empty() {
        return quoted(&name.text);
    }
    let of: Vec<String> = name.of.iter().map(|parameter| format!("parameters('{parameter}')")).collect();
    format!("concat({}, uniqueString({}))", quoted(&format!("{}-", name.text)), of.join(", "))
}

/// The version of the API with which resources of a type are made.
pub fn version(schemas: &Schemas, kind: Symbol) -> Option<Symbol> {
    schemas.get(kind).and_then(|facts| facts.making().version)
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
