//! The functions of the language: one table, in which each has its parameters, a line of documentation and an example
//! that is tested. Names and behaviour follow Terraform's where it has them. Nothing here does IO.
//!
//! Must not know spans or diagnostics: a function says what is wrong and with which argument.

mod collections;
mod conversions;
mod dates;
mod encoding;
mod format;
mod hashing;
mod lists;
mod networks;
mod numbers;
mod patterns;
mod quantities;
mod secrets;
mod sets;
#[cfg(test)]
mod tests;
mod text;

pub use encoding::{from_json, to_json};

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use rustc_hash::FxBuildHasher;
use tonnage_base::{Decimal, Symbol};

use crate::{evaluate::MAX_ITEMS, scope::Namespace, value::Value};

/// A function.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// As it is called.
    pub name: &'static str,
    /// In order.
    pub parameters: &'static [Parameter],
    /// Any number more of these.
    pub variadic: Option<Parameter>,
    /// One line.
    pub doc: &'static str,
    /// A call.
    pub example: &'static str,
    /// What the example gives.
    pub result: &'static str,
    optional: usize,
    pub(crate) secrets: Secrets,
    pub(crate) run: Run,
}

/// What becomes of sensitive arguments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Secrets {
    /// They are laid open, with everything in them, and the result is sensitive.
    Opened,
    /// The same for an argument as a whole; elements that are sensitive are moved as they are.
    Moved,
    /// The function asks about sensitivity itself.
    Untouched,
}

/// A parameter.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name, for messages.
    pub name: &'static str,
    /// Its type.
    pub kind: Kind,
}

/// The type of a parameter; arguments are converted to it before the function sees them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Anything, null and what is known only after apply included.
    Any,
    /// Text.
    Text,
    /// A number.
    Number,
    /// A whole number that fits 64 bits.
    Whole,
    /// True or false.
    Bool,
    /// A list.
    List,
    /// A map, or an object taken as one.
    Map,
}

impl Kind {
    /// With its article.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Any => "any value",
            Self::Text => "text",
            Self::Number => "a number",
            Self::Whole => "a whole number",
            Self::Bool => "true or false",
            Self::List => "a list",
            Self::Map => "a map",
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Run {
    Plain(fn(&mut Arguments<'_>) -> Result<Value, Fault>),
    /// Its arguments may fail: the evaluator's.
    Try,
    /// Likewise.
    Can,
}

/// What went wrong in a function; numbers are positions of arguments.
#[derive(Debug)]
pub(crate) enum Fault {
    /// An argument's value is not accepted.
    Refused(usize, String),
    /// Something inside an argument is of the wrong type.
    Type(usize, String),
    /// Something inside an argument is null; what.
    Null(usize, &'static str),
    /// It can't be known before apply; why.
    Unknown(Symbol),
    /// A number does not fit.
    OutOfRange,
    /// The result would be larger than this limit.
    TooLarge(usize),
    /// No steps are left.
    Steps,
    /// Something inside an argument failed before.
    Invalid,
}

/// The arguments of one call, of the types of the parameters.
pub(crate) struct Arguments<'a> {
    pub(crate) values: Vec<Value>,
    pub(crate) steps: &'a mut u64,
    /// The day the fleet is read for.
    pub(crate) day: Option<tonnage_base::Date>,
}

impl Arguments<'_> {
    fn len(&self) -> usize {
        self.values.len()
    }
    /// The argument, null where it was not given.
    fn value(&self, at: usize) -> &Value {
        self.values.get(at).unwrap_or(&Value::Null)
    }
    fn text(&self, at: usize) -> &str {
        match self.values.get(at) {
            Some(Value::String(text)) => text,
            _ => "",
        }
    }
    fn number(&self, at: usize) -> Decimal {
        match self.values.get(at) {
            Some(Value::Number(number)) => *number,
            _ => Decimal::ZERO,
        }
    }
    fn whole(&self, at: usize) -> i64 {
        i64::try_from(self.number(at)).unwrap_or(0)
    }
    fn list(&self, at: usize) -> Arc<[Value]> {
        match self.values.get(at) {
            Some(Value::List(items)) => Arc::clone(items),
            _ => Arc::from([]),
        }
    }
    fn map(&self, at: usize) -> Arc<std::collections::BTreeMap<Symbol, Value>> {
        match self.values.get(at) {
            Some(Value::Map(map)) => Arc::clone(map),
            _ => Arc::default(),
        }
    }
    /// Takes steps for work that grows with the arguments.
    fn spend(&mut self, steps: usize) -> Result<(), Fault> {
        let left = self.steps.checked_sub(steps as u64).ok_or(Fault::Steps)?;
        *self.steps = left;
        Ok(())
    }
    /// Takes steps for a list about to be made, and bounds it.
    fn spend_items(&mut self, items: usize) -> Result<(), Fault> {
        if items > MAX_ITEMS {
            return Err(Fault::TooLarge(MAX_ITEMS));
        }
        self.spend(items)
    }
}

impl Parameter {
    const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind }
    }
}

impl Function {
    const fn new(
        name: &'static str,
        parameters: &'static [Parameter],
        doc: &'static str,
        example: &'static str,
        result: &'static str,
        run: fn(&mut Arguments<'_>) -> Result<Value, Fault>,
    ) -> Self {
        Self {
            name,
            parameters,
            variadic: None,
            doc,
            example,
            result,
            optional: 0,
            secrets: Secrets::Opened,
            run: Run::Plain(run),
        }
    }
    /// The last so many parameters may be left out.
    const fn optional(mut self, count: usize) -> Self {
        self.optional = count;
        self
    }
    /// It looks at no element, only moves them.
    const fn moving(mut self) -> Self {
        self.secrets = Secrets::Moved;
        self
    }
    const fn variadic(mut self, parameter: Parameter) -> Self {
        self.variadic = Some(parameter);
        self
    }
    /// How many arguments it needs.
    pub fn required(&self) -> usize {
        self.parameters.len().saturating_sub(self.optional)
    }
    /// `lookup(map, key, default?)`.
    pub fn signature(&self) -> String {
        let required = self.required();
        let mut names: Vec<String> = self
            .parameters
            .iter()
            .enumerate()
            .map(|(at, p)| if at < required { p.name.to_owned() } else { format!("{}?", p.name) })
            .collect();
        names.extend(self.variadic.map(|p| format!("{}...", p.name)));
        format!("{}({})", self.name, names.join(", "))
    }
}

static TABLE: LazyLock<HashMap<Symbol, Function, FxBuildHasher>> =
    LazyLock::new(|| all().map(|function| (Symbol::new(function.name), *function)).collect());

/// The function of this name.
pub fn find(name: Symbol) -> Option<&'static Function> {
    TABLE.get(&name)
}

/// All functions, by subject.
pub const SUBJECTS: &[(&str, &[&[Function]])] = &[
    ("numbers", &[numbers::TABLE]),
    ("text", &[text::TABLE, format::TABLE, patterns::TABLE]),
    ("collections", &[collections::TABLE, lists::TABLE, sets::TABLE]),
    ("quantities", &[quantities::TABLE]),
    ("dates", &[dates::TABLE]),
    ("encoding", &[encoding::TABLE]),
    ("hashes", &[hashing::TABLE]),
    ("networks", &[networks::TABLE]),
    ("secrets", &[secrets::TABLE]),
    ("types and failures", &[conversions::TABLE]),
];

/// All functions, by subject.
pub fn all() -> impl Iterator<Item = &'static Function> {
    SUBJECTS.iter().flat_map(|(_, tables)| tables.iter()).flat_map(|table| table.iter())
}

/// Functions that people coming from Terraform look for, and what to write instead.
pub(crate) const FOREIGN: &[(&str, &str)] = &[
    ("file", "nothing is read from disk while a fleet is evaluated: write the text in the file, as a heredoc"),
    ("templatefile", "nothing is read from disk while a fleet is evaluated: write the template as a heredoc"),
    ("fileexists", "nothing is read from disk while a fleet is evaluated"),
    ("filebase64", "nothing is read from disk while a fleet is evaluated"),
    ("fileset", "nothing is read from disk while a fleet is evaluated"),
    ("abspath", "a fleet means the same wherever it is kept: it knows no paths"),
    ("pathexpand", "a fleet means the same wherever it is kept: it knows no paths"),
    ("dirname", "a fleet means the same wherever it is kept: it knows no paths"),
    ("basename", "a fleet means the same wherever it is kept: take `element(split(\"/\", path), -1)`"),
    ("timestamp", "the same files give the same plan: `as_of()` is the day they are read for"),
    ("plantimestamp", "the same files give the same plan: `as_of()` is the day they are read for"),
    ("uuid", "the same files give the same plan: `uuidv5(namespace, name)` makes the same one each time"),
    ("bcrypt", "the same files give the same plan, and a salt is random: keep the hash in a secret store"),
    (
        "rsadecrypt",
        "secrets stay in the cloud's secret store: refer to one with `secret(\"aws-secretsmanager://name#key\")`",
    ),
    ("defaults", "write `optional(TYPE, DEFAULT)` in the type of the variable"),
    ("list", "write `[a, b]`"),
    ("map", "write `{ key = value }`"),
];

/// A namespace's members as a map.
pub(crate) fn entries(object: &dyn Namespace) -> Value {
    let entries = object.names().into_iter().filter_map(|name| object.get(name).map(|value| (name, value)));
    Value::Map(Arc::new(entries.collect()))
}

/// The elements of a list argument as text.
fn texts(items: &[Value], at: usize) -> Result<Vec<Arc<str>>, Fault> {
    items.iter().map(|item| element(item, item.as_text(), at, "text")).collect()
}

/// The conversion of an element of a list argument, or what is wrong with it.
fn element<T>(
    value: &Value,
    converted: Result<T, crate::value::Mismatch>,
    at: usize,
    wanted: &str,
) -> Result<T, Fault> {
    use crate::value::Mismatch;
    converted.map_err(|why| match why {
        Mismatch::Null => Fault::Null(at, "an element"),
        Mismatch::Unknown(why) => Fault::Unknown(why),
        Mismatch::Invalid => Fault::Invalid,
        Mismatch::OutOfRange => Fault::OutOfRange,
        Mismatch::Type => Fault::Type(at, format!("each element is {wanted}, and one is {}", value.describe())),
    })
}
