//! Templates: text with `${…}` and `%{…}` in it. Must not know names.

use tonnage_base::{Diagnostic, Span, codes::lang as codes};
use tonnage_syntax::tree::{Expr, TemplatePart};

use super::{Evaluator, MAX_TEXT};
use crate::{
    scope::Scope,
    value::{TextBuilder, Value},
};

impl Evaluator {
    pub(super) fn template(&mut self, parts: &[TemplatePart], span: Span, scope: &dyn Scope) -> Value {
        // `"${x}"` is x itself, whatever its type.
        if let [TemplatePart::Value(expr)] = parts {
            return self.eval(expr, scope);
        }
        let mut text = TextBuilder::new();
        let before = self.decided;
        self.template_parts(parts, &mut text, span, scope);
        if self.decided != before {
            text.taint();
        }
        text.finish()
    }

    fn template_parts(&mut self, parts: &[TemplatePart], text: &mut TextBuilder, span: Span, scope: &dyn Scope) {
        for part in parts {
            match part {
                TemplatePart::Text(piece) => text.push_str(piece.as_str()),
                TemplatePart::Value(expr) => {
                    let value = self.eval(expr, scope);
                    if !text.push(&value) {
                        text.fail();
                        self.not_text(&value, expr);
                    }
                }
                TemplatePart::If { condition, then, otherwise } => match self.decide(condition, scope) {
                    Some(true) => self.template_parts(then, text, span, scope),
                    Some(false) => self.template_parts(otherwise, text, span, scope),
                    None => text.fail(),
                },
                TemplatePart::For { key, value, collection, body } => {
                    let walked = self.walk(*key, *value, collection, scope, |this, frame, _| {
                        this.template_parts(body, text, span, frame);
                        text.len() <= MAX_TEXT
                    });
                    if let Err(instead) = walked
                        && !text.push(&instead)
                    {
                        text.fail();
                    }
                }
            }
            if !self.fits(text.len(), MAX_TEXT, span) {
                text.fail();
                return;
            }
        }
    }

    fn not_text(&mut self, value: &Value, expr: &Expr) {
        let diagnostic = match value {
            Value::Null => Diagnostic::error(codes::T0304, expr.span, "this is null, and can't be put into text")
                .with_help("say what to write instead: `coalesce(x, \"none\")`"),
            Value::List(_) => not_text(value, expr.span)
                .with_help("join its elements with `join(\", \", x)`, or write all of it with `jsonencode(x)`"),
            Value::Map(_) => {
                not_text(value, expr.span).with_help("pick an attribute of it, or write all of it with `jsonencode(x)`")
            }
            _ => not_text(value, expr.span).with_help("pick an attribute of it, such as `.name`"),
        };
        self.fail(diagnostic);
    }
}

fn not_text(value: &Value, span: Span) -> Diagnostic {
    let message = format!("this is {}, and can't be put into text", value.describe());
    Diagnostic::error(codes::T0317, span, message)
}
