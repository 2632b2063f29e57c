//! From the tree of `hcl::edit` to ours: spans moved to their place in the file, numbers exact, the rest dropped.
//!
//! Must not know tokens. The depth of what comes in is bounded by the parser, so this may recurse.

use std::ops::Range;

use hcl::edit::Span as _;
use hcl::edit::expr::{Expression, ForExpr as HclFor, ObjectKey as HclKey, Traversal, TraversalOperator};
use hcl::expr::{BinaryOperator, UnaryOperator};
use tonnage_base::{Diagnostic, FileId, Span, Symbol, codes::syntax as codes};

use crate::explain;
use crate::expr::{MAX_CHAIN, exact};
use crate::keys::Keys;
use crate::lex::offset;
use crate::tree::{BinaryOp, Expr, ExprKind, ForExpr, Ident, ObjectItem, ObjectKey, SplatStep, UnaryOp};

/// One value on its way.
pub(crate) struct Lowering<'a> {
    pub(crate) file: FileId,
    /// The whole file.
    pub(crate) text: &'a str,
    whole: Span,
    shift: usize,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl<'a> Lowering<'a> {
    /// For a value parsed from `whole`, with `shift` bytes put before it.
    pub(crate) fn new(file: FileId, text: &'a str, whole: Span, shift: usize) -> Self {
        Self { file, text, whole, shift, diagnostics: Vec::new() }
    }

    /// Our tree of it.
    pub(crate) fn run(mut self, parsed: &Expression) -> (Expr, Vec<Diagnostic>) {
        let inner = match parsed {
            Expression::Parenthesis(inner) if self.shift > 0 => inner.inner(),
            _ => parsed,
        };
        let expr = self.expr(inner, self.whole);
        (expr, self.diagnostics)
    }

    /// The place in the file of a range in what was parsed; `outer` where there is none.
    pub(crate) fn span(&self, range: Option<Range<usize>>, outer: Span) -> Span {
        let Some(range) = range else { return outer };
        let base = self.whole.lo as usize;
        let shifted = |at: usize| offset((base + at).saturating_sub(self.shift));
        Span::new(self.file, shifted(range.start), shifted(range.end))
    }

    pub(crate) fn ident(&self, ident: &hcl::edit::Decorated<hcl::edit::Ident>, outer: Span) -> Ident {
        Ident { name: Symbol::new(ident.as_str()), span: self.span(ident.span(), outer) }
    }

    fn boxed(&mut self, expr: &Expression, outer: Span) -> Box<Expr> {
        Box::new(self.expr(expr, outer))
    }

    /// An expression that stands somewhere in `outer`.
    pub(crate) fn expr(&mut self, expr: &Expression, outer: Span) -> Expr {
        let span = self.span(expr.span(), outer);
        let kind = match expr {
            Expression::Null(_) => ExprKind::Null,
            Expression::Bool(value) => ExprKind::Bool(*value.as_ref()),
            Expression::Number(_) => self.number(span),
            Expression::String(text) => ExprKind::String(Symbol::new(text.as_str())),
            Expression::Array(array) => ExprKind::List(array.iter().map(|e| self.expr(e, span)).collect()),
            Expression::Object(object) => ExprKind::Object(self.object(object, span)),
            Expression::StringTemplate(template) => self.quoted(template, span),
            Expression::HeredocTemplate(heredoc) => self.heredoc(heredoc, span),
            Expression::Parenthesis(inner) => ExprKind::Paren(self.boxed(inner.inner(), span)),
            Expression::Variable(name) => ExprKind::Variable(Symbol::new(name.as_str())),
            Expression::Conditional(c) => ExprKind::Conditional(
                self.boxed(&c.cond_expr, span),
                self.boxed(&c.true_expr, span),
                self.boxed(&c.false_expr, span),
            ),
            Expression::FuncCall(call) => {
                let mut name = self.ident(&call.name.name, span);
                if let Some(first) = call.name.namespace.first() {
                    let parts = call.name.namespace.iter().chain([&call.name.name]);
                    let full: Vec<&str> = parts.map(|part| part.as_str()).collect();
                    name =
                        Ident { name: Symbol::new(&full.join("::")), span: self.ident(first, span).span.to(name.span) };
                }
                let arguments = call.args.iter().map(|e| self.expr(e, span)).collect();
                ExprKind::Call { name, arguments, expand_last: call.args.expand_final() }
            }
            Expression::Traversal(traversal) => return self.traversal(traversal, span),
            Expression::UnaryOp(unary) => {
                let op = match unary.operator.as_ref() {
                    UnaryOperator::Neg => UnaryOp::Negate,
                    UnaryOperator::Not => UnaryOp::Not,
                };
                ExprKind::Unary(op, self.boxed(&unary.expr, span))
            }
            Expression::BinaryOp(binary) => {
                let op = binary_op(*binary.operator.as_ref());
                ExprKind::Binary(self.boxed(&binary.lhs_expr, span), op, self.boxed(&binary.rhs_expr, span))
            }
            Expression::ForExpr(of) => ExprKind::For(Box::new(self.for_expr(of, span))),
        };
        Expr { kind, span }
    }

    fn number(&mut self, span: Span) -> ExprKind {
        let text = self.text.get(span.lo as usize..span.hi as usize).unwrap_or("");
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest.rsplit(|c: char| c.is_whitespace() || c == '/').next().unwrap_or(rest)),
            None => (false, text),
        };
        match exact(digits) {
            Some(number) => ExprKind::Number(if negative { -number } else { number }),
            None => {
                self.diagnostics.push(explain::inexact(span, digits));
                ExprKind::Invalid
            }
        }
    }

    fn object(&mut self, object: &hcl::edit::expr::Object, outer: Span) -> Vec<ObjectItem> {
        let mut items: Vec<ObjectItem> = Vec::with_capacity(object.len());
        let mut seen = Keys::default();
        for (key, value) in object.iter() {
            let key = match key {
                HclKey::Ident(name) => ObjectKey::Name(self.ident(name, outer)),
                HclKey::Expression(expr) => match self.expr(expr, outer) {
                    Expr { kind: ExprKind::String(name), span } => ObjectKey::Name(Ident { name, span }),
                    expr => ObjectKey::Expr(expr),
                },
            };
            // `a` and `"a"` are one key, which the parser below does not see.
            if let ObjectKey::Name(name) = &key
                && let Some(first) = seen.add(*name, &items)
            {
                self.diagnostics.push(explain::key_twice(*name, first));
                continue;
            }
            items.push(ObjectItem { key, value: self.expr(value.expr(), outer) });
        }
        items
    }

    fn for_expr(&mut self, of: &HclFor, outer: Span) -> ForExpr {
        ForExpr {
            key: of.intro.key_var.as_ref().map(|name| self.ident(name, outer)),
            value: self.ident(&of.intro.value_var, outer),
            collection: self.expr(&of.intro.collection_expr, outer),
            key_expr: of.key_expr.as_ref().map(|key| self.expr(key, outer)),
            value_expr: self.expr(&of.value_expr, outer),
            group: of.grouping,
            condition: of.cond.as_ref().map(|condition| self.expr(&condition.expr, outer)),
        }
    }

    /// `a.b[0].c`, one step after the other. After a splat, steps are gathered into it.
    fn traversal(&mut self, traversal: &Traversal, span: Span) -> Expr {
        if traversal.operators.len() > MAX_CHAIN {
            self.diagnostics.push(explain::long_chain(span));
            return Expr { kind: ExprKind::Invalid, span };
        }
        let mut expr = self.expr(&traversal.expr, span.start());
        let start = span.lo;
        // The open splat: its steps, and whether it takes indexes too.
        let mut splat: Option<(Vec<SplatStep>, bool, Span)> = None;
        for operator in &traversal.operators {
            let place = self.span(operator.span(), span);
            let reach = Span::new(self.file, start, place.hi);
            let step = match operator.value() {
                TraversalOperator::GetAttr(name) => SplatStep::Attribute(self.ident(name, place)),
                TraversalOperator::Index(index) => SplatStep::Index(self.expr(index, place)),
                TraversalOperator::LegacyIndex(index) => {
                    let at = self.span(index.span(), place);
                    let kind = ExprKind::Number((*index.as_ref()).into());
                    SplatStep::Index(Expr { kind, span: at })
                }
                TraversalOperator::FullSplat(_) | TraversalOperator::AttrSplat(_) => {
                    if splat.is_some() {
                        self.diagnostics.push(
                            Diagnostic::error(codes::T0127, place, "a splat after a splat")
                                .at(place, "goes through what a splat gave")
                                .with_help("write the inner one as a `for`: `[for x in list : x.items[*].name]`"),
                        );
                        return Expr { kind: ExprKind::Invalid, span };
                    }
                    let full = matches!(operator.value(), TraversalOperator::FullSplat(_));
                    splat = Some((Vec::new(), full, reach));
                    continue;
                }
            };
            if let Some((steps, full, to)) = &mut splat {
                if *full || matches!(step, SplatStep::Attribute(_)) {
                    steps.push(step);
                    *to = reach;
                    continue;
                }
                // `list.*.name[0]` takes the first of the names.
                let (steps, _, to) = (std::mem::take(steps), *full, *to);
                expr = Expr { kind: ExprKind::Splat(Box::new(expr), steps), span: to };
                splat = None;
            }
            let kind = match step {
                SplatStep::Attribute(name) => ExprKind::Attribute(Box::new(expr), name),
                SplatStep::Index(index) => ExprKind::Index(Box::new(expr), Box::new(index)),
            };
            expr = Expr { kind, span: reach };
        }
        match splat {
            Some((steps, _, to)) => Expr { kind: ExprKind::Splat(Box::new(expr), steps), span: to },
            None => expr,
        }
    }
}

fn binary_op(op: BinaryOperator) -> BinaryOp {
    match op {
        BinaryOperator::Eq => BinaryOp::Equal,
        BinaryOperator::NotEq => BinaryOp::NotEqual,
        BinaryOperator::LessEq => BinaryOp::LessEqual,
        BinaryOperator::GreaterEq => BinaryOp::GreaterEqual,
        BinaryOperator::Less => BinaryOp::Less,
        BinaryOperator::Greater => BinaryOp::Greater,
        BinaryOperator::Plus => BinaryOp::Add,
        BinaryOperator::Minus => BinaryOp::Subtract,
        BinaryOperator::Mul => BinaryOp::Multiply,
        BinaryOperator::Div => BinaryOp::Divide,
        BinaryOperator::Mod => BinaryOp::Remainder,
        BinaryOperator::And => BinaryOp::And,
        BinaryOperator::Or => BinaryOp::Or,
    }
}
