//! Which blocks, attributes and nested blocks may stand where: every body is held against the table.
//!
//! Must not know what a value means; rules that span two attributes are in `build`.

pub mod blocks;
pub(crate) mod foreign;
pub(crate) mod labels;
pub mod table;

use rustc_hash::FxHashMap;
use tonnage_base::{Diagnostic, Span, codes::lang as codes, suggest};
use tonnage_syntax::tree::{Attribute, Block, Body};

pub use table::{AttributeSpec, BlockSpec, Expects, LabelRule, LabelSpec, Times, find_block, schema_table};

use crate::context::Context;

/// Checks the top level of one file. Blocks of known kinds are checked to their leaves.
pub(crate) fn check_file(body: &Body, cx: &mut Context) {
    for attribute in &body.attributes {
        let name = attribute.key.name;
        let mut wrong =
            Diagnostic::error(codes::T0202, attribute.key.span, format!("`{name}` stands outside of any block"));
        if let Some(spec) = find_block(name.as_str()) {
            wrong = wrong.with_help(format!("`{name}` is a block: write `{} {{ … }}`, without `=`", spec.heading()));
        } else {
            wrong = wrong.with_help("a fleet file holds blocks only; a name for a value belongs in a `locals` block");
        }
        cx.push(wrong);
    }
    for block in &body.blocks {
        if find_block(block.kind.name.as_str()).is_none() {
            unknown_block(block, schema_table(), &[], None, cx);
        }
        if let Some(spec) = meant(block) {
            check_block(block, spec, cx);
        }
    }
}

/// The row of a top-level block. One whose kind is misspelled is taken as the kind that was meant, so that its name is
/// declared and one mistake is one error: that it is misspelled is said in any case.
pub(crate) fn meant(block: &Block) -> Option<&'static BlockSpec> {
    let name = block.kind.name.as_str();
    if foreign::is_block(name) {
        return None;
    }
    find_block(name).or_else(|| find_block(suggest::closest(name, schema_table().iter().map(|spec| spec.kind))?))
}

/// Checks the top level of a file of tests.
pub(crate) fn check_tests(body: &Body, cx: &mut Context) {
    for block in &body.blocks {
        match find_block("test").filter(|_| block.kind.name == "test") {
            Some(spec) => check_block(block, spec, cx),
            None => cx.push(
                Diagnostic::error(
                    codes::T0279,
                    block.kind.span,
                    format!("`{}` does not stand in a file of tests", block.kind.name),
                )
                .with_help("files that end in `.fleettest.hcl` hold `test` blocks; move it to a fleet file"),
            ),
        }
    }
}

/// Checks one block against its row of the table.
pub(crate) fn check_block(block: &Block, spec: &'static BlockSpec, cx: &mut Context) {
    labels::check_labels(block, spec, cx);
    check_attributes(&block.body, block.header, spec, cx);
    check_nested(block, spec, cx);
}

fn check_attributes(body: &Body, header: Span, spec: &'static BlockSpec, cx: &mut Context) {
    let mut missing: Vec<&AttributeSpec> = spec.attributes.iter().filter(|a| a.required).collect();
    for attribute in &body.attributes {
        let key = attribute.key;
        let meant = match spec.attribute(key.name.as_str()) {
            Some(found) => Some(found.name),
            None if spec.open => {
                // a free name may be like a known one that stands there too; else it is a slip for that one
                let absent = spec.attributes.iter().map(|a| a.name).filter(|name| body.attribute(name).is_none());
                suggest::closest(key.name.as_str(), absent).inspect(|_| unknown_attribute(attribute, spec, cx))
            }
            None => {
                unknown_attribute(attribute, spec, cx);
                let known = spec.attributes.iter().map(|a| a.name);
                foreign::renamed(key.name.as_str()).or_else(|| suggest::closest(key.name.as_str(), known))
            }
        };
        missing.retain(|a| Some(a.name) != meant);
    }
    for required in missing {
        cx.push(missing_attribute(header, spec, required));
    }
}

/// `size` has no `gpus`: what the reader says as well when the value is null.
pub(crate) fn missing_attribute(at: Span, spec: &BlockSpec, attribute: &AttributeSpec) -> Diagnostic {
    Diagnostic::error(codes::T0205, at, format!("this `{}` block has no `{}`", spec.kind, attribute.name))
        .with_help(format!("`{}` is needed: {}. {}", attribute.name, attribute.expects.describe(), attribute.doc))
}

fn unknown_attribute(attribute: &Attribute, spec: &'static BlockSpec, cx: &mut Context) {
    let name = attribute.key.name.as_str();
    let span = attribute.key.span;
    let wrong =
        Diagnostic::error(codes::T0202, span, format!("`{name}` is not an attribute of `{}` blocks", spec.kind));
    if let Some(block) = spec.block(name) {
        cx.push(wrong.with_help(format!("`{name}` is a block: write `{} {{ … }}`, without `=`", block.heading())));
        return;
    }
    if let Some(foreign) = foreign::attribute(name, spec, span) {
        cx.push(foreign);
        return;
    }
    let names: Vec<&str> = spec.attributes.iter().map(|a| a.name).collect();
    let help = match spec.attribute("body") {
        _ if names.is_empty() => format!("`{}` blocks hold no attributes", spec.kind),
        Some(_) => format!("it has {}; native properties stand in `body = {{ … }}`", crate::context::listed(&names)),
        None => format!("it has {}", crate::context::listed(&names)),
    };
    let wrong = cx.did_you_mean(wrong, span, name, names.iter().copied());
    cx.push(if wrong.help.is_some() { wrong } else { wrong.with_help(help) });
}

fn check_nested(block: &Block, spec: &'static BlockSpec, cx: &mut Context) {
    let mut first: FxHashMap<&'static str, Span> = FxHashMap::default();
    for nested in &block.body.blocks {
        let Some(found) = spec.block(nested.kind.name.as_str()) else {
            unknown_block(nested, spec.blocks, spec.attributes, Some(spec.kind), cx);
            let known = spec.blocks.iter().map(|b| b.kind);
            if let Some(meant) = suggest::closest(nested.kind.name.as_str(), known).and_then(|kind| spec.block(kind)) {
                first.entry(meant.kind).or_insert(nested.header);
                check_block(nested, meant, cx);
            }
            continue;
        };
        let before = first.get(found.kind).copied();
        match before {
            Some(before) if matches!(found.times, Times::Optional | Times::Required) => {
                cx.push(
                    Diagnostic::error(
                        codes::T0209,
                        nested.header,
                        format!("this `{}` block has a second `{}` block", spec.kind, found.kind),
                    )
                    .with_label(before, "the first one")
                    .with_help("join the two"),
                );
            }
            _ => {
                first.entry(found.kind).or_insert(nested.header);
            }
        }
        check_block(nested, found, cx);
    }
    for needed in spec.blocks.iter().filter(|b| matches!(b.times, Times::Required | Times::Some)) {
        // written with `=`, which was said
        if !first.contains_key(needed.kind) && block.body.attribute(needed.kind).is_none() {
            cx.push(
                Diagnostic::error(
                    codes::T0206,
                    block.header,
                    format!("this `{}` block has no `{}` block", spec.kind, needed.kind),
                )
                .with_help(format!("write `{} {{ … }}` in it. {}", needed.heading(), needed.doc)),
            );
        }
    }
}

fn unknown_block(
    block: &Block,
    known: &'static [BlockSpec],
    attributes: &'static [AttributeSpec],
    inside: Option<&str>,
    cx: &mut Context,
) {
    let name = block.kind.name.as_str();
    let span = block.kind.span;
    let message = match inside {
        Some(inside) => format!("`{name}` is not a block of `{inside}` blocks"),
        None => format!("`{name}` is not a block of the fleet language"),
    };
    let wrong = Diagnostic::error(codes::T0201, span, message);
    if let Some(attribute) = attributes.iter().find(|a| a.name == name) {
        let help = format!("`{name}` is an attribute: write `{name} = …`, {}", attribute.expects.describe());
        cx.push(wrong.with_help(help));
        return;
    }
    if let Some(foreign) = foreign::block(name, inside, span) {
        cx.push(foreign);
        return;
    }
    let names: Vec<&str> = known.iter().map(|b| b.kind).collect();
    let candidates = names.iter().copied().chain(attributes.iter().map(|a| a.name));
    let wrong = cx.did_you_mean(wrong, span, name, candidates);
    let help = match (wrong.help.is_some(), inside) {
        (true, _) => None,
        (false, None) => Some(format!("blocks of the language are {}", crate::context::listed(&names))),
        (false, Some(inside)) if names.is_empty() => Some(format!("`{inside}` blocks hold attributes only")),
        (false, Some(inside)) => Some(format!("`{inside}` blocks may hold {}", crate::context::listed(&names))),
    };
    cx.push(match help {
        Some(help) => wrong.with_help(help),
        None => wrong,
    });
}
