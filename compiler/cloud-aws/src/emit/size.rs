//! How large a template can get, before its names are known. Must not write anything.
//!
//! The bounds hold for names no longer than [`local_name_bound`] and [`parameter_name_bound`], and for outputs of the
//! identifier and of one attribute of a resource.

use tonnage_base::Symbol;
use tonnage_graph::{Disposal, Node, Reference, ReplaceOrder, Resource, ValueId, Values};

use super::json::text_len;
use crate::functions;

/// Longest attribute's name expected in an output.
const ATTRIBUTE: usize = 24;
/// Longest unit's name.
const UNIT: usize = 128;

/// Longest name inside a template that an address is given.
pub fn local_name_bound(address: Symbol) -> usize {
    (address.as_str().len().max(12) + 12).min(255)
}

/// Longest name of the parameter or output that carries a reference.
pub fn parameter_name_bound(reference: Reference) -> usize {
    (local_name_bound(reference.address) + reference.attribute.map_or(0, |a| a.as_str().len())).min(255)
}

/// Bytes of a template without resources.
pub fn base(fleet: Symbol) -> usize {
    r#"{"AWSTemplateFormatVersion":"2010-09-09","Metadata":{"Tonnage":{"Version":1,"Fleet":,"Unit":"","Parameters":{}}},"Parameters":{},"Resources":{},"Outputs":{}}"#
        .len()
        + text_len(fleet.as_str())
        + UNIT
}

/// Bytes that a resource adds, its parameters and outputs included.
pub fn resource(resource: &Resource, values: &Values) -> usize {
    let address = text_len(resource.address.as_str());
    let local = resource.live.as_ref().map_or(0, |live| live.local_name.len());
    let local = local_name_bound(resource.address).max(local);

    let mut size = r#""":{"Type":,"Metadata":{"Tonnage":{"Address":}},"Properties":},"#.len();
    size += local + text_len(resource.kind.as_str()) + address;
    if !resource.depends_on.is_empty() {
        size += r#","DependsOn":[],"DependsOn":[]"#.len();
        size += resource
            .depends_on
            .iter()
            .map(|&other| local_name_bound(other) + text_len(other.as_str()) + r#""","#.len() + 1)
            .sum::<usize>();
    }
    if let Some(holds) = resource.holds {
        size += r#","Holds":{"Shape":,"Zone":,"Nodes":4294967295,"Market":"on_demand","ReservesOnly":true}"#.len();
        size += text_len(holds.shape.as_str()) + holds.zone.map_or(0, |zone| text_len(zone.as_str()));
    }
    if resource.lifecycle.on_delete == Disposal::Retain || resource.lifecycle.on_replace == Disposal::Retain {
        size += r#","DeletionPolicy":"Retain","UpdateReplacePolicy":"Retain","Retain":"replace""#.len();
    }
    if let Some(policy) = resource.lifecycle.update_policy {
        size += r#","UpdatePolicy":,"UpdatePolicy":"01234567""#.len() + policy.as_str().len();
    }
    if resource.lifecycle.order == ReplaceOrder::DeleteFirst {
        size += r#","DeleteFirst":true"#.len();
    }

    let mut references = Vec::new();
    size += value(resource.body, values, &mut references);
    if !references.is_empty() {
        size += r#","Inputs":"01234567""#.len();
        references.sort_unstable();
        references.dedup();
        size += references.iter().map(|&reference| parameter(reference)).sum::<usize>();
        let secrets = references.iter().filter(|reference| reference.secret().is_some());
        size += secrets.map(|secret| r#","Secrets":[],"#.len() + text_len(secret.address.as_str())).sum::<usize>();
    }
    size + outputs(local)
}

/// `"Name":{"Type":"String"},` and `"Name":["address","Attribute"],`.
fn parameter(reference: Reference) -> usize {
    let hidden = if reference.secret().is_some() { r#","NoEcho":true"#.len() } else { 0 };
    r#""":{"Type":"String"},"":[,],"#.len()
        + hidden
        + 2 * parameter_name_bound(reference)
        + text_len(reference.address.as_str())
        + reference.attribute.map_or(0, |attribute| text_len(attribute.as_str()))
}

/// `"Name":{"Value":{"Ref":"Local"}},` and `"NameAttribute":{"Value":{"Fn::GetAtt":["Local","Attribute"]}},`, and their
/// digest in the metadata.
const fn outputs(local: usize) -> usize {
    r#""":{"Value":{"Ref":""}},"":{"Value":{"Fn::GetAtt":["",""]}},,"Outputs":"01234567""#.len()
        + 4 * local
        + 2 * ATTRIBUTE
}

fn value(id: ValueId, values: &Values, references: &mut Vec<Reference>) -> usize {
    match values.node(id) {
        Node::Null => 4,
        Node::Bool(_) => 5,
        Node::Number(text) => text.as_str().len(),
        Node::String(text) => text_size(text),
        Node::List(_) => 2 + values.items(id).iter().map(|&item| value(item, values, references) + 1).sum::<usize>(),
        Node::Map(_) => {
            2 + values
                .entries(id)
                .map(|(key, item)| text_len(key.as_str()) + 2 + value(item, values, references))
                .sum::<usize>()
        }
        Node::Reference(r) | Node::Unknown(r) => {
            references.push(r);
            reference(r)
        }
        Node::Join(_) => {
            // As `Fn::Join`: `Fn::Sub` of the same parts is shorter, but for what it has to quote.
            r#"{"Fn::Join":["",[]]}"#.len()
                + values.items(id).iter().map(|&part| value(part, values, references) + 1).sum::<usize>()
        }
    }
}

/// Text, with pseudo parameters as functions of their own in the worst case.
fn text_size(text: Symbol) -> usize {
    let text = text.as_str();
    let marks = text.matches("${").count();
    let function = if marks > 0 { r#"{"Fn::Join":["",[]]}"#.len() } else { 0 };
    text_len(text) + function + marks * r#""",{"Ref":""},"#.len()
}

/// As a name of this template or as a parameter, whichever is longer; a secret of the store as what is replaced by it.
fn reference(reference: Reference) -> usize {
    if let Some(text) = functions::resolve(reference) {
        return text_len(&text);
    }
    let name = parameter_name_bound(reference);
    match reference.attribute {
        None => r#"{"Ref":""}"#.len() + name,
        Some(attribute) => r#"{"Fn::GetAtt":["",]}"#.len() + name + text_len(attribute.as_str()),
    }
}
