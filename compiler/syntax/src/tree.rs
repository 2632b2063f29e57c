//! The syntax tree of fleet files: blocks, attributes, expressions, each with its span.
//!
//! Must not know what any block or name means.

use std::sync::Arc;

use tonnage_base::{Decimal, FileId, Span, Symbol};

/// All files of a fleet (or of the standard library), parsed.
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// In the order given. Shared: an editor hands the same trees in again and again.
    pub files: Vec<Arc<File>>,
}

/// One parsed file.
#[derive(Clone, Debug)]
pub struct File {
    /// Which.
    pub id: FileId,
    /// Its top level, as far as it could be parsed.
    pub body: Body,
}

/// Attributes and blocks, each list in source order.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// `name = value`.
    pub attributes: Vec<Attribute>,
    /// `kind "label" { … }`.
    pub blocks: Vec<Block>,
}

/// A name with its place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ident {
    /// The name.
    pub name: Symbol,
    /// Where.
    pub span: Span,
}

/// `key = value`.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// The name.
    pub key: Ident,
    /// The expression.
    pub value: Expr,
    /// The whole attribute.
    pub span: Span,
}

/// `kind "label" "label" { … }`.
#[derive(Clone, Debug)]
pub struct Block {
    /// `pool`, `cloud`, …
    pub kind: Ident,
    /// Labels without their quotes; spans with them.
    pub labels: Vec<Ident>,
    /// What is inside the braces.
    pub body: Body,
    /// The whole block.
    pub span: Span,
    /// Kind and labels, without the body: what a diagnostic about the whole block points at.
    pub header: Span,
}

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its text.
    pub span: Span,
}

/// The kinds of expression of HCL.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A number, exact.
    Number(Decimal),
    /// A quoted string or heredoc without interpolation, escapes resolved.
    String(Symbol),
    /// A quoted string or heredoc with `${…}` or `%{…}`.
    Template(Vec<TemplatePart>),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `{ a = b }`, in source order.
    Object(Vec<ObjectItem>),
    /// A bare name: `var`, `pool`, a `for` variable.
    Variable(Symbol),
    /// `base.name`.
    Attribute(Box<Expr>, Ident),
    /// `base[index]`, and the legacy `base.0`.
    Index(Box<Expr>, Box<Expr>),
    /// `base[*]…` and `base.*…`: the steps after it apply to each element.
    Splat(Box<Expr>, Vec<SplatStep>),
    /// `name(arguments)`, with `…` after the last argument.
    Call {
        /// The function; `a::b` in one name.
        name: Ident,
        /// In order.
        arguments: Vec<Expr>,
        /// The last argument is a list of arguments.
        expand_last: bool,
    },
    /// `-a`, `!a`.
    Unary(UnaryOp, Box<Expr>),
    /// `a + b`.
    Binary(Box<Expr>, BinaryOp, Box<Expr>),
    /// `condition ? then : otherwise`.
    Conditional(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `[for …]` and `{for …}`.
    For(Box<ForExpr>),
    /// `(a)`.
    Paren(Box<Expr>),
    /// What could not be parsed; a diagnostic was already given.
    Invalid,
}

/// A step after a splat.
#[derive(Clone, Debug)]
pub enum SplatStep {
    /// `.name`.
    Attribute(Ident),
    /// `[index]`.
    Index(Expr),
}

/// One `key = value` of an object.
#[derive(Clone, Debug)]
pub struct ObjectItem {
    /// A literal key, or an expression to be evaluated.
    pub key: ObjectKey,
    /// The value.
    pub value: Expr,
}

/// An object's key.
#[derive(Clone, Debug)]
pub enum ObjectKey {
    /// `name =` or `"name" =`.
    Name(Ident),
    /// `(expression) =` or a template.
    Expr(Expr),
}

/// A part of a template.
#[derive(Clone, Debug)]
pub enum TemplatePart {
    /// Text as it stands, strip markers (`~`) already applied.
    Text(Symbol),
    /// `${…}`.
    Value(Expr),
    /// `%{ if … }…%{ else }…%{ endif }`.
    If {
        /// Decides.
        condition: Expr,
        /// Where it holds.
        then: Vec<TemplatePart>,
        /// Where it does not; empty without `else`.
        otherwise: Vec<TemplatePart>,
    },
    /// `%{ for k, v in … }…%{ endfor }`.
    For {
        /// The first of two variables.
        key: Option<Ident>,
        /// The only or second variable.
        value: Ident,
        /// What is walked.
        collection: Expr,
        /// For each element.
        body: Vec<TemplatePart>,
    },
}

/// `for key, value in collection : key_expr => value_expr... if condition`.
#[derive(Clone, Debug)]
pub struct ForExpr {
    /// The first of two variables.
    pub key: Option<Ident>,
    /// The only or second variable.
    pub value: Ident,
    /// What is walked.
    pub collection: Expr,
    /// Present for `{for …}`.
    pub key_expr: Option<Expr>,
    /// Each element.
    pub value_expr: Expr,
    /// `...` after the value: group values by key.
    pub group: bool,
    /// `if …`.
    pub condition: Option<Expr>,
}

/// Prefix operators.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "their names say it")]
pub enum UnaryOp {
    Negate,
    Not,
}

/// Infix operators.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "their names say it")]
pub enum BinaryOp {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    And,
    Or,
}

impl Body {
    /// The attribute of this name, if written.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|a| a.key.name == name)
    }
    /// The blocks of this kind.
    pub fn blocks_of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Block> {
        self.blocks.iter().filter(move |b| b.kind.name == kind)
    }
}
