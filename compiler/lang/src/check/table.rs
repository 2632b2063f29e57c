//! The one table of blocks: which exist, which attributes and nested blocks they have, of what type, in one line each.
//! Checking, `explain`, documentation and completion read it. Must not know how a value is evaluated.

use super::blocks;

/// A kind of block.
#[derive(Debug)]
pub struct BlockSpec {
    /// `pool`, `option`, …
    pub kind: &'static str,
    /// The labels it must have, in order.
    pub labels: &'static [LabelSpec],
    /// One line.
    pub doc: &'static str,
    /// Its attributes.
    pub attributes: &'static [AttributeSpec],
    /// Blocks inside it.
    pub blocks: &'static [BlockSpec],
    /// How many times it stands in the block around it.
    pub times: Times,
    /// Attributes that are not in the table are allowed.
    pub open: bool,
    /// Its order among blocks of its kind means something.
    pub ordered: bool,
    /// A promise: nothing in it asks a cloud for anything, and plans tell of it when it is written otherwise.
    pub promise: bool,
}

/// A label of a block.
#[derive(Clone, Copy, Debug)]
pub struct LabelSpec {
    /// `NAME`, `TYPE`, …
    pub name: &'static str,
    /// What may stand there.
    pub rule: LabelRule,
}

/// What may stand in a label.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LabelRule {
    /// Letters, digits, `_` and `-`, starting with a letter or `_`: it is referred to in expressions.
    Identifier,
    /// Letters, digits and dashes, starting with a letter, at most 32: it is part of stack names.
    FleetName,
    /// `CLOUD/REGION`.
    RegionPath,
    /// Anything but nothing.
    Free,
}

/// How many times a block stands in the one around it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Times {
    /// Once at most.
    Optional,
    /// Exactly once.
    Required,
    /// Any number of times.
    Any,
    /// At least once.
    Some,
}

/// An attribute of a block.
#[derive(Clone, Copy, Debug)]
pub struct AttributeSpec {
    /// `accelerator`, …
    pub name: &'static str,
    /// What its value must be.
    pub expects: Expects,
    /// Whether it must be there.
    pub required: bool,
    /// One line.
    pub doc: &'static str,
    /// A promise, as a block may be one.
    pub promise: bool,
}

/// What the value of an attribute must be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expects {
    /// Text.
    Text,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A list of texts.
    Texts,
    /// A list of these words.
    Words(&'static [&'static str]),
    /// Text, or a list of texts.
    TextOrTexts,
    /// `true` or `false`.
    Bool,
    /// A number.
    Number,
    /// A whole number, 0 or more.
    Whole,
    /// A whole number, 1 or more.
    Count,
    /// A whole number of nodes, or `"rest"`.
    Amount,
    /// A number of nodes or a share of them: `"64 nodes"`, `"10%"`.
    Step,
    /// The identifier of something that exists: text, or the `ref` of a lookup.
    Identifier,
    /// A map of identifiers.
    Identifiers,
    /// A map of texts.
    Labels,
    /// A percentage such as `"2%"`.
    Percent,
    /// A day such as `"2027-01-11"`.
    Day,
    /// An amount of money such as `"52000 USD"`.
    Money,
    /// A duration such as `"21d"`.
    Duration,
    /// A price such as `"31.00 USD/node-hour"`.
    Rate,
    /// Bytes such as `"141 GB"`.
    Bytes,
    /// A number of Gbps, or a bandwidth such as `"3.2 Tbps"`.
    Bandwidth,
    /// An IPv4 range such as `"10.0.0.0/16"`.
    Cidr,
    /// A reference to a block of this kind: `cloud.aws`.
    Reference(&'static str),
    /// One reference, or a list of them.
    References(&'static str),
    /// A list of reservation ids, or a map from id to nodes.
    Ids,
    /// An address: `pool.a`.
    Address,
    /// A map or object.
    Object,
    /// A map, or a set of texts.
    Each,
    /// A type expression: `list(string)`.
    Type,
    /// Any value.
    Any,
}

impl Expects {
    /// As a message says it: `a whole number`.
    pub fn describe(self) -> String {
        match self {
            Self::Text => "a string".into(),
            Self::Word(words) => format!("one of {}", quoted(words)),
            Self::Texts => "a list of strings".into(),
            Self::Words(words) => format!("a list of {}", quoted(words)),
            Self::Step => "a number of nodes such as `\"64 nodes\"`, or a share such as `\"10%\"`".into(),
            Self::Identifier => "an identifier such as `\"vpc-…\"`, or `lookup.NAME.ref`".into(),
            Self::Identifiers => "a map of identifiers, by zone id".into(),
            Self::TextOrTexts => "a string or a list of strings".into(),
            Self::Bool => "`true` or `false`".into(),
            Self::Number => "a number".into(),
            Self::Whole => "a whole number".into(),
            Self::Count => "a whole number, 1 or more".into(),
            Self::Amount => "a whole number of nodes or `\"rest\"`".into(),
            Self::Labels => "a map of strings".into(),
            Self::Percent => "a percentage such as `\"2%\"`".into(),
            Self::Day => "a date such as `\"2027-01-11\"`".into(),
            Self::Money => "an amount of money such as `\"52000 USD\"`".into(),
            Self::Duration => "a duration such as `\"21d\"`".into(),
            Self::Rate => "a price such as `\"31.00 USD/node-hour\"`".into(),
            Self::Bytes => "a number of bytes such as `\"141 GB\"`".into(),
            Self::Bandwidth => "a number of Gbps, or a bandwidth such as `\"3.2 Tbps\"`".into(),
            Self::Cidr => "an IPv4 range such as `\"10.0.0.0/16\"`".into(),
            Self::Reference(kind) => format!("a reference to {} block", with_article(kind)),
            Self::References(kind) => format!("a reference to {} block, or a list of them", with_article(kind)),
            Self::Ids => "a list of reservation ids, or a map from id to nodes".into(),
            Self::Address => "an address such as `pool.chat`".into(),
            Self::Object => "an object".into(),
            Self::Each => "a map, or a set of strings".into(),
            Self::Type => "a type such as `list(string)`".into(),
            Self::Any => "any value".into(),
        }
    }
}

/// `a cloud`, `an image`, in back quotes.
fn with_article(kind: &str) -> String {
    format!("{} `{kind}`", if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" })
}

fn quoted(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`\"{word}\"`")).collect();
    quoted.join(", ")
}

/// An attribute.
pub(super) const fn attr(name: &'static str, expects: Expects, doc: &'static str) -> AttributeSpec {
    AttributeSpec { name, expects, required: false, doc, promise: false }
}

impl AttributeSpec {
    pub(super) const fn required(mut self) -> Self {
        self.required = true;
        self
    }
    pub(super) const fn promise(mut self) -> Self {
        self.promise = true;
        self
    }
}

impl BlockSpec {
    /// The attribute of this name.
    pub fn attribute(&self, name: &str) -> Option<&'static AttributeSpec> {
        self.attributes.iter().find(|a| a.name == name)
    }
    /// The nested block of this kind.
    pub fn block(&self, kind: &str) -> Option<&'static BlockSpec> {
        self.blocks.iter().find(|b| b.kind == kind)
    }
    /// How it is written: `pool "NAME"`.
    pub fn heading(&self) -> String {
        self.labels.iter().fold(self.kind.to_owned(), |text, label| format!("{text} \"{}\"", label.name))
    }
}

/// All top-level blocks of the language, in the order of the documentation.
pub fn schema_table() -> &'static [BlockSpec] {
    blocks::TOP_LEVEL
}

/// The top-level block of this kind.
pub fn find_block(kind: &str) -> Option<&'static BlockSpec> {
    schema_table().iter().find(|b| b.kind == kind)
}
