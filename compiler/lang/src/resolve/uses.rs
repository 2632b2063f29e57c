//! Which names an expression refers to, found without evaluating it. Must not know which of them exist.

use tonnage_base::{Span, Symbol};
use tonnage_syntax::tree::{Expr, ExprKind, Ident, ObjectKey, SplatStep, TemplatePart};

/// A root name, with the first step after it where that is a name known now.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Use {
    /// `var`, `cloud`, `each`, …
    pub root: Symbol,
    /// `x` of `var.x` and of `var["x"]`.
    pub member: Option<Ident>,
    /// `out` of `module.east.out` and of `module.east["a"].out`.
    pub next: Option<Ident>,
    /// The member was written in brackets: evaluation says whether it exists.
    pub indexed: bool,
    /// The root alone.
    pub root_span: Span,
    /// The root, with the member.
    pub span: Span,
}

/// Collects uses in source order, over as many expressions as it is given. Variables bound by `for` are left out.
#[derive(Debug, Default)]
pub(crate) struct Finder {
    pub found: Vec<Use>,
    /// Names of functions that are called.
    pub calls: Vec<Ident>,
    bound: Vec<Symbol>,
}

impl Finder {
    /// One expression. Depth is bounded by the parser.
    pub fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Null | ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::String(_) | ExprKind::Invalid => {}
            ExprKind::Template(parts) => self.parts(parts),
            ExprKind::List(items) => items.iter().for_each(|item| self.expr(item)),
            ExprKind::Object(items) => {
                for item in items {
                    if let ObjectKey::Expr(key) = &item.key {
                        self.expr(key);
                    }
                    self.expr(&item.value);
                }
            }
            ExprKind::Variable(name) => self.add(*name, expr.span, None, false, expr.span),
            ExprKind::Attribute(base, member) => match base.kind {
                ExprKind::Variable(root) => self.add(root, base.span, Some(*member), false, base.span.to(member.span)),
                _ => {
                    let inner = self.found.len();
                    self.expr(base);
                    let leading = self.found.get_mut(inner).filter(|used| used.span.lo == base.span.lo);
                    if let Some(used) = leading.filter(|used| used.member.is_some()) {
                        used.next.get_or_insert(*member);
                    }
                }
            },
            ExprKind::Index(base, index) => {
                match (&base.kind, &index.kind) {
                    (ExprKind::Variable(root), ExprKind::String(name)) => {
                        self.add(*root, base.span, Some(Ident { name: *name, span: index.span }), true, expr.span);
                    }
                    _ => self.expr(base),
                }
                self.expr(index);
            }
            ExprKind::Splat(base, steps) => {
                self.expr(base);
                for step in steps {
                    if let SplatStep::Index(index) = step {
                        self.expr(index);
                    }
                }
            }
            ExprKind::Call { name, arguments, .. } => {
                self.calls.push(*name);
                arguments.iter().for_each(|argument| self.expr(argument));
            }
            ExprKind::Unary(_, operand) | ExprKind::Paren(operand) => self.expr(operand),
            ExprKind::Binary(left, _, right) => {
                self.expr(left);
                self.expr(right);
            }
            ExprKind::Conditional(condition, then, otherwise) => {
                self.expr(condition);
                self.expr(then);
                self.expr(otherwise);
            }
            ExprKind::For(each) => {
                self.expr(&each.collection);
                let outer = self.bound.len();
                self.bind(each.key, each.value);
                for inner in each.key_expr.iter().chain([&each.value_expr]).chain(&each.condition) {
                    self.expr(inner);
                }
                self.bound.truncate(outer);
            }
        }
    }

    fn parts(&mut self, parts: &[TemplatePart]) {
        for part in parts {
            match part {
                TemplatePart::Text(_) => {}
                TemplatePart::Value(value) => self.expr(value),
                TemplatePart::If { condition, then, otherwise } => {
                    self.expr(condition);
                    self.parts(then);
                    self.parts(otherwise);
                }
                TemplatePart::For { key, value, collection, body } => {
                    self.expr(collection);
                    let outer = self.bound.len();
                    self.bind(*key, *value);
                    self.parts(body);
                    self.bound.truncate(outer);
                }
            }
        }
    }

    fn bind(&mut self, key: Option<Ident>, value: Ident) {
        self.bound.extend(key.map(|k| k.name));
        self.bound.push(value.name);
    }

    /// Forgets what was found.
    pub fn clear(&mut self) {
        self.found.clear();
        self.calls.clear();
    }

    fn add(&mut self, root: Symbol, root_span: Span, member: Option<Ident>, indexed: bool, span: Span) {
        if !self.bound.contains(&root) {
            self.found.push(Use { root, root_span, member, next: None, indexed, span });
        }
    }
}
