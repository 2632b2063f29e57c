//! Words of Terraform and of other languages, and what is written here instead. Must not know where they were found.

use tonnage_base::{Code, Diagnostic, Span, codes::lang as codes};

use super::BlockSpec;

/// A word, and the way out.
type Word = (&'static str, &'static str);

/// Top-level blocks.
const BLOCKS: &[Word] = &[
    ("provider", "where to build is said by a `cloud` block"),
    ("terraform", "the fleet's name and edition are said by a `fleet` block, its history's place by `ledger` in it"),
    ("data", "an existing object is named by a `lookup` block"),
    ("check", "what must hold is said by a `policy` block"),
    ("variables", "each variable is a `variable \"NAME\"` block of its own"),
    ("local", "locals stand together in a `locals` block"),
];

/// Blocks inside others.
const NESTED: &[Word] = &[
    ("dynamic", "write each block out; what there is once for each entry is a block with `for_each` of its own"),
    (
        "lifecycle",
        "what no plan may do stands in `protect`; how a native resource is replaced, in its `resource` block",
    ),
    ("provisioner", "nodes are set up by their image: write `image = image.NAME`"),
    ("connection", "nodes are set up by their image: write `image = image.NAME`"),
    ("timeouts", "leave it out: an operation takes as long as its cloud takes"),
];

/// Attributes.
const ATTRIBUTES: &[Word] = &[
    (
        "count",
        "write `for_each = toset([\"a\", \"b\"])`: an instance has a name, not a number; nodes are counted in `size`",
    ),
    ("depends_on", "leave it out: what refers to another waits for it"),
    ("provider", "write `cloud = cloud.NAME`"),
    ("providers", "leave it out: clouds are declared once for the whole fleet"),
    ("tags", "write `labels = { … }`: they become tags"),
    ("instance_type", "a machine shape is named by `shape`, in an `option` of a pool or in `capacity`"),
    ("machine_type", "a machine shape is named by `shape`, in an `option` of a pool or in `capacity`"),
    ("vm_size", "a machine shape is named by `shape`, in an `option` of a pool or in `capacity`"),
    ("instance_count", "write `size { nodes = … }`"),
    ("desired_capacity", "write `size { nodes = … }`"),
    ("availability_zone", "zones are named by id, in `zone` or `zones`"),
    ("availability_zones", "zones are named by id, in `zone` or `zones`"),
    ("location", "write `region = \"…\"`"),
    ("ami", "an image is declared by an `image` block: write `image = image.NAME`"),
    ("error_message", "write `message = \"…\"`"),
    ("prevent_destroy", "write `on_delete = \"retain\"`"),
    ("create_before_destroy", "write `order = \"create_first\"`"),
    ("ignore_changes", "write `ignore = [\"NAME\"]`, with the native names"),
];

/// Those of them whose value is written the same.
const RENAMED: &[(&str, &str)] =
    &[("error_message", "message"), ("ignore_changes", "ignore"), ("location", "region"), ("tags", "labels")];

/// What expressions begin with.
const NAMES: &[Word] = &[
    ("variable", "write `var.NAME`"),
    ("variables", "write `var.NAME`"),
    ("count", "instances are told apart by `each.key`, in a block with `for_each`"),
    ("path", "a fleet means the same wherever it is kept: it knows no paths"),
    ("terraform", "there are no workspaces: what differs is a `variable`"),
    ("data", "an existing object is `lookup.NAME`"),
    ("self", "write the value, or make it a local: `self` is known in lowerings only"),
];

/// Values that others write otherwise.
const VALUES: &[(&str, &str)] = &[
    ("none", "null"),
    ("nil", "null"),
    ("undefined", "null"),
    ("yes", "true"),
    ("on", "true"),
    ("no", "false"),
    ("off", "false"),
    ("true", "true"),
    ("false", "false"),
    ("null", "null"),
];

/// Types of variables.
const TYPES: &[(&str, &str)] = &[
    ("int", "number"),
    ("integer", "number"),
    ("float", "number"),
    ("double", "number"),
    ("str", "string"),
    ("text", "string"),
    ("boolean", "bool"),
    ("array", "list"),
    ("dict", "map"),
    ("struct", "object"),
];

fn find<'w>(words: &'w [(&'static str, &'static str)], word: &str) -> Option<&'w (&'static str, &'static str)> {
    words.iter().find(|(foreign, _)| *foreign == word)
}

fn told(code: Code, span: Span, message: String, (_, instead): &Word) -> Diagnostic {
    Diagnostic::error(code, span, message).with_help(*instead)
}

/// A block of Terraform, at the top level or inside another.
pub(crate) fn block(name: &str, inside: Option<&str>, span: Span) -> Option<Diagnostic> {
    let word = find(if inside.is_some() { NESTED } else { BLOCKS }, name)?;
    let message = match inside {
        Some(inside) => format!("`{inside}` blocks have no `{name}`, as Terraform has"),
        None => format!("`{name}` is a block of Terraform"),
    };
    Some(told(codes::T0295, span, message, word))
}

/// An attribute of Terraform.
pub(crate) fn attribute(name: &str, inside: &BlockSpec, span: Span) -> Option<Diagnostic> {
    let word = find(ATTRIBUTES, name)?;
    let error = told(codes::T0295, span, format!("`{}` blocks have no `{name}`, as Terraform has", inside.kind), word);
    Some(match renamed(name).filter(|meant| inside.attribute(meant).is_some()) {
        Some(meant) => error.with_suggestion(span, meant),
        None => error,
    })
}

/// The attribute that only has another name here.
pub(crate) fn renamed(name: &str) -> Option<&'static str> {
    find(RENAMED, name).map(|(_, meant)| *meant)
}

/// A name that expressions of Terraform begin with, or a value as other languages write it.
pub(crate) fn name(name: &str, span: Span) -> Option<Diagnostic> {
    if name == "each" {
        let message = "`each` is known inside a block with `for_each` only";
        let help = "write `for_each = toset([…])` in the block, or the value itself";
        return Some(Diagnostic::error(codes::T0296, span, message).with_help(help));
    }
    if let Some((_, value)) = find(VALUES, &name.to_lowercase()) {
        let message = format!("`{name}` is written `{value}` here");
        return Some(Diagnostic::error(codes::T0297, span, message).with_suggestion(span, *value));
    }
    let word = find(NAMES, name)?;
    let error = told(codes::T0295, span, format!("there is no `{name}` here, as Terraform has"), word);
    Some(if name.starts_with("variable") { error.with_suggestion(span, "var") } else { error })
}

/// The type that is meant.
pub(crate) fn type_name(word: &str) -> Option<&'static str> {
    find(TYPES, &word.to_lowercase()).map(|(_, meant)| *meant)
}

/// Whether it is a top-level block of Terraform: it is taken for no other.
pub(crate) fn is_block(name: &str) -> bool {
    find(BLOCKS, name).is_some()
}
