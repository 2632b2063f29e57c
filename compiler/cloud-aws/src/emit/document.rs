//! A whole template. Must not know how a body is written.
//!
//! CloudFormation sees a change only where a resource changes: an edit of `DeletionPolicy`, of the template's own
//! `Metadata` or of `Outputs` alone is "no changes". So whatever matters there is repeated in the `Metadata` of a
//! resource.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};
use sha2::{Digest, Sha256};
use tonnage_base::{Symbol, codes::cloud};
use tonnage_graph::json::write_text;
use tonnage_graph::{Node, Reference, Values};
use tonnage_plan::emit::Problem;
use tonnage_plan::model::{Giver, Member, Unit};

use super::METADATA_VERSION;
use super::body::{Body, Names};
use super::json::{push_comma, push_key};

/// Writes the template of a unit, or says everything that is wrong with it.
pub fn write(fleet: Symbol, unit: &Unit) -> Result<String, Vec<Problem>> {
    let mut problems = Vec::new();
    let names = Names::of(unit);
    let mut members: Vec<&Member> = unit.members.iter().collect();
    members.sort_by_key(|m| m.address);

    let mut out = String::from("{\"AWSTemplateFormatVersion\":\"2010-09-09\",");
    write_metadata(&mut out, fleet, unit);
    if !unit.parameters.is_empty() {
        out.push_str("\"Parameters\":{");
        let mut first = true;
        for parameter in &unit.parameters {
            push_key(&mut out, &mut first, parameter.name.as_str());
            out.push_str(match parameter.from {
                Giver::Unit { .. } => "{\"Type\":\"String\"}",
                Giver::Secret { .. } | Giver::Store => "{\"Type\":\"String\",\"NoEcho\":true}",
            });
        }
        out.push_str("},");
    }
    out.push_str("\"Resources\":{");
    let outputs = outputs_by_address(unit);
    let mut values = Values::new();
    let mut first = true;
    for member in members {
        push_key(&mut out, &mut first, member.local_name.as_str());
        let outputs = outputs.get(&member.address).map_or(&[][..], Vec::as_slice);
        write_member(&mut out, &names, member, outputs, &mut values, &mut problems);
    }
    out.push('}');
    write_outputs(&mut out, unit, &names);
    out.push('}');

    if problems.is_empty() { Ok(out) } else { Err(problems) }
}

fn write_metadata(out: &mut String, fleet: Symbol, unit: &Unit) {
    out.push_str("\"Metadata\":{\"Tonnage\":{\"Version\":");
    out.push_str(&METADATA_VERSION.to_string());
    out.push_str(",\"Fleet\":");
    write_text(fleet.as_str(), out);
    out.push_str(",\"Unit\":");
    write_text(unit.name.as_str(), out);
    if !unit.parameters.is_empty() {
        out.push_str(",\"Parameters\":{");
        let mut first = true;
        for parameter in &unit.parameters {
            push_key(out, &mut first, parameter.name.as_str());
            push_reference(out, parameter.reference);
        }
        out.push('}');
    }
    out.push_str("}},");
}

/// `["address"]` or `["address","Attribute"]`.
fn push_reference(out: &mut String, reference: Reference) {
    out.push('[');
    write_text(reference.address.as_str(), out);
    if let Some(attribute) = reference.attribute {
        out.push(',');
        write_text(attribute.as_str(), out);
    }
    out.push(']');
}

fn outputs_by_address(unit: &Unit) -> FxHashMap<Symbol, Vec<Symbol>> {
    let mut outputs: FxHashMap<Symbol, Vec<Symbol>> = FxHashMap::default();
    for output in &unit.outputs {
        outputs.entry(output.reference.address).or_default().push(output.name);
    }
    outputs
}

fn write_member(
    out: &mut String,
    names: &Names,
    member: &Member,
    outputs: &[Symbol],
    values: &mut Values,
    problems: &mut Vec<Problem>,
) {
    let mut properties = String::new();
    let read = values.from_json(&member.body);
    let mut body = Body::new(names, member, values);
    match read {
        Ok(id) if matches!(values.node(id), Node::Map(_)) => body.value(&mut properties, id),
        Ok(_) => problems.push(malformed(member, "has a body that is not a map")),
        Err(error) => problems.push(malformed(member, &format!("has a body that can't be read: {error}"))),
    }
    problems.append(&mut body.problems);

    out.push_str("{\"Type\":");
    write_text(member.kind.as_str(), out);
    if member.retain_on_delete || member.retain_on_replace {
        // One without the other leaves a way to lose it unsaid, so both are said.
        let word = |retain: bool| if retain { "Retain" } else { "Delete" };
        out.push_str(",\"DeletionPolicy\":\"");
        out.push_str(word(member.retain_on_delete));
        out.push_str("\",\"UpdateReplacePolicy\":\"");
        out.push_str(word(member.retain_on_replace));
        out.push('"');
    }
    if let Some(policy) = member.update_policy {
        out.push_str(",\"UpdatePolicy\":");
        out.push_str(policy.as_str());
    }
    // What a body refers to is waited for anyway; saying it twice is a finding of the linter.
    let implied: FxHashSet<Symbol> = body.uses_local.iter().copied().collect();
    let waits: Vec<Symbol> = member
        .depends_on
        .iter()
        .filter(|address| !implied.contains(address))
        .filter_map(|address| names.local(*address))
        .collect();
    if !waits.is_empty() {
        out.push_str(",\"DependsOn\":[");
        let mut first = true;
        for local in &waits {
            push_comma(out, &mut first);
            write_text(local.as_str(), out);
        }
        out.push(']');
    }
    let secrets: BTreeSet<Symbol> = body.uses_secrets.iter().copied().collect();
    write_kept(out, member, &waits, &body.uses_parameters, outputs, &secrets);
    if properties.len() > "{}".len() {
        out.push_str(",\"Properties\":");
        out.push_str(&properties);
    }
    out.push('}');
}

/// What CloudFormation keeps for us with a resource.
fn write_kept(
    out: &mut String,
    member: &Member,
    waits: &[Symbol],
    inputs: &[(Symbol, Reference)],
    outputs: &[Symbol],
    secrets: &BTreeSet<Symbol>,
) {
    out.push_str(",\"Metadata\":{\"Tonnage\":{\"Address\":");
    write_text(member.address.as_str(), out);
    if waits.len() != member.depends_on.len() {
        out.push_str(",\"DependsOn\":[");
        let mut first = true;
        for address in &member.depends_on {
            push_comma(out, &mut first);
            write_text(address.as_str(), out);
        }
        out.push(']');
    }
    if let Some(holds) = member.holds {
        out.push_str(",\"Holds\":{\"Shape\":");
        write_text(holds.shape.as_str(), out);
        if let Some(zone) = holds.zone {
            out.push_str(",\"Zone\":");
            write_text(zone.as_str(), out);
        }
        out.push_str(",\"Nodes\":");
        out.push_str(&holds.nodes.to_string());
        out.push_str(",\"Market\":");
        write_text(holds.market.as_str(), out);
        if holds.reserves_only {
            out.push_str(",\"ReservesOnly\":true");
        }
        out.push('}');
    }
    match (member.retain_on_delete, member.retain_on_replace) {
        (false, false) => {}
        (true, false) => out.push_str(",\"Retain\":\"delete\""),
        (false, true) => out.push_str(",\"Retain\":\"replace\""),
        (true, true) => out.push_str(",\"Retain\":\"always\""),
    }
    if member.delete_first {
        out.push_str(",\"DeleteFirst\":true");
    }
    // So that they are told from text that an author wrote in the same way.
    if !secrets.is_empty() {
        out.push_str(",\"Secrets\":[");
        let mut first = true;
        for address in secrets {
            push_comma(out, &mut first);
            write_text(address.as_str(), out);
        }
        out.push(']');
    }
    if let Some(policy) = member.update_policy {
        out.push_str(",\"UpdatePolicy\":\"");
        out.push_str(&digest(std::iter::once(policy.as_str().to_owned())));
        out.push('"');
    }
    if !inputs.is_empty() {
        out.push_str(",\"Inputs\":\"");
        out.push_str(&digest_of(inputs));
        out.push('"');
    }
    if !outputs.is_empty() {
        out.push_str(",\"Outputs\":\"");
        out.push_str(&digest(outputs.iter().map(|name| format!("{name}\0"))));
        out.push('"');
    }
    out.push_str("}}");
}

/// Changes when a parameter comes to mean something else.
fn digest_of(inputs: &[(Symbol, Reference)]) -> String {
    let sorted: BTreeSet<&(Symbol, Reference)> = inputs.iter().collect();
    digest(sorted.into_iter().map(|(name, reference)| {
        let attribute = reference.attribute.map_or("", Symbol::as_str);
        format!("{name}\0{}\0{attribute}\0", reference.address)
    }))
}

/// Eight hexadecimal digits.
fn digest(parts: impl Iterator<Item = String>) -> String {
    let mut hash = Sha256::new();
    parts.for_each(|part| hash.update(part));
    let mut digits = hex::encode(hash.finalize());
    digits.truncate(8);
    digits
}

fn write_outputs(out: &mut String, unit: &Unit, names: &Names) {
    if unit.outputs.is_empty() {
        return;
    }
    out.push_str(",\"Outputs\":{");
    let mut first = true;
    for output in &unit.outputs {
        // A plan gives values of what is in the unit only.
        let Some(local) = names.local(output.reference.address) else { continue };
        push_key(out, &mut first, output.name.as_str());
        match output.reference.attribute {
            None => {
                out.push_str("{\"Value\":{\"Ref\":");
                write_text(local.as_str(), out);
            }
            Some(attribute) => {
                out.push_str("{\"Value\":{\"Fn::GetAtt\":[");
                write_text(local.as_str(), out);
                out.push(',');
                write_text(attribute.as_str(), out);
                out.push(']');
            }
        }
        out.push_str("}}");
    }
    out.push('}');
}

fn malformed(member: &Member, what: &str) -> Problem {
    Problem::of(member, cloud::T0774, what, "this is a mistake of the compiler: please report it")
}
