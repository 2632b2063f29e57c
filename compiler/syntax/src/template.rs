//! Templates: strip markers applied, heredocs dedented, line ends made one. Must not know where a value is used.

use hcl::edit::Span as _;
use hcl::edit::template::{Directive, Element, HeredocTemplate, StringTemplate, Strip, Template};
use tonnage_base::{Span, Symbol};

use crate::lower::Lowering;
use crate::tree::{ExprKind, TemplatePart};

/// How the text of a template is made from its literals.
struct Shape {
    heredoc: bool,
    /// Blanks to take off each line.
    indent: usize,
    /// Whether the next literal begins a line.
    line_start: bool,
}

impl Lowering<'_> {
    /// A quoted string with templates or escapes.
    pub(crate) fn quoted(&mut self, template: &StringTemplate, span: Span) -> ExprKind {
        let elements: Vec<&Element> = template.iter().collect();
        let mut shape = Shape { heredoc: false, indent: 0, line_start: false };
        let mut parts = Vec::new();
        self.elements(&elements, Strip::None, Strip::None, &mut shape, span, &mut parts);
        whole(parts)
    }

    /// A heredoc. `<<-` takes off the blanks that all its lines begin with, in nested directives too.
    pub(crate) fn heredoc(&mut self, heredoc: &HeredocTemplate, span: Span) -> ExprKind {
        let text = self.text.get(span.lo as usize..span.hi as usize).unwrap_or("");
        let elements: Vec<&Element> = heredoc.template.iter().collect();
        let mut indent = 0;
        if text.starts_with("<<-") {
            let (mut least, mut line_start) = (usize::MAX, true);
            self.least_indent(&elements, &mut least, &mut line_start, span);
            indent = if least == usize::MAX { 0 } else { least };
        }
        let mut shape = Shape { heredoc: true, indent, line_start: true };
        let mut parts = Vec::new();
        self.elements(&elements, Strip::None, Strip::None, &mut shape, span, &mut parts);
        whole(parts)
    }

    /// A heredoc's literal as written: markers unescaped, line ends made one.
    fn literal(&self, element: &hcl::edit::Spanned<String>, outer: Span) -> String {
        let span = self.span(element.span(), outer);
        let text = self.text.get(span.lo as usize..span.hi as usize).unwrap_or("");
        text.replace("\r\n", "\n").replace("$${", "${").replace("%%{", "%{")
    }

    /// The smallest indentation of lines that are not blank.
    fn least_indent(&self, elements: &[&Element], least: &mut usize, line_start: &mut bool, outer: Span) {
        for element in elements {
            if let Element::Literal(literal) = element {
                for line in self.literal(literal, outer).split_inclusive('\n') {
                    let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
                    if *line_start && !line.trim().is_empty() {
                        *least = (*least).min(blanks);
                    } else if *line_start && !line.ends_with('\n') {
                        *least = (*least).min(blanks); // Blanks before a template.
                    }
                    *line_start = line.ends_with('\n');
                }
                continue;
            }
            self.marker_indent(least, line_start);
            let Element::Directive(directive) = element else { continue };
            let inner: Vec<&Template> = match &**directive {
                Directive::If(of) => [Some(&of.if_expr.template), of.else_expr.as_ref().map(|e| &e.template)]
                    .into_iter()
                    .flatten()
                    .collect(),
                Directive::For(of) => vec![&of.for_expr.template],
            };
            for template in inner {
                let elements: Vec<&Element> = template.iter().collect();
                self.least_indent(&elements, least, line_start, outer);
                self.marker_indent(least, line_start);
            }
        }
    }

    /// A template at the very beginning of a line leaves nothing to take off.
    fn marker_indent(&self, least: &mut usize, line_start: &mut bool) {
        if *line_start {
            *least = 0;
        }
        *line_start = false;
    }

    /// The parts of `elements`, which stand between two markers with strips of their own.
    fn elements(
        &mut self,
        elements: &[&Element],
        before: Strip,
        after: Strip,
        shape: &mut Shape,
        outer: Span,
        parts: &mut Vec<TemplatePart>,
    ) {
        let mut left = before;
        for (i, element) in elements.iter().enumerate() {
            let right = elements.get(i + 1).map_or(after, |next| first_strip(next));
            match element {
                Element::Literal(literal) => {
                    let text = if shape.heredoc {
                        shape.dedent(&self.literal(literal, outer))
                    } else {
                        literal.as_str().to_owned()
                    };
                    let text = shape.strip(&text, left.strip_end(), right.strip_start());
                    if !text.is_empty() {
                        parts.push(TemplatePart::Text(Symbol::new(text)));
                    }
                }
                Element::Interpolation(interpolation) => {
                    shape.line_start = false;
                    let span = self.span(interpolation.span(), outer);
                    parts.push(TemplatePart::Value(self.expr(&interpolation.expr, span)));
                }
                Element::Directive(directive) => {
                    shape.line_start = false;
                    let span = self.span(directive.span(), outer);
                    let part = self.directive(directive, shape, span);
                    parts.push(part);
                }
            }
            left = last_strip(element);
        }
    }

    fn directive(&mut self, directive: &Directive, shape: &mut Shape, span: Span) -> TemplatePart {
        match directive {
            Directive::If(of) => {
                let end = of.endif_expr.strip;
                let middle = of.else_expr.as_ref().map_or(end, |e| e.strip);
                let condition = self.expr(&of.if_expr.cond_expr, span);
                let then = self.inner(&of.if_expr.template, of.if_expr.strip, middle, shape, span);
                let otherwise = match &of.else_expr {
                    Some(other) => self.inner(&other.template, other.strip, end, shape, span),
                    None => Vec::new(),
                };
                TemplatePart::If { condition, then, otherwise }
            }
            Directive::For(of) => {
                let intro = &of.for_expr;
                TemplatePart::For {
                    key: intro.key_var.as_ref().map(|name| self.ident(name, span)),
                    value: self.ident(&intro.value_var, span),
                    collection: self.expr(&intro.collection_expr, span),
                    body: self.inner(&intro.template, intro.strip, of.endfor_expr.strip, shape, span),
                }
            }
        }
    }

    fn inner(
        &mut self,
        template: &Template,
        before: Strip,
        after: Strip,
        shape: &mut Shape,
        outer: Span,
    ) -> Vec<TemplatePart> {
        let elements: Vec<&Element> = template.iter().collect();
        let mut parts = Vec::new();
        self.elements(&elements, before, after, shape, outer, &mut parts);
        shape.line_start = false;
        parts
    }
}

/// What an element does to the literal before it.
fn first_strip(element: &Element) -> Strip {
    match element {
        Element::Literal(_) => Strip::None,
        Element::Interpolation(interpolation) => interpolation.strip,
        Element::Directive(directive) => match &**directive {
            Directive::If(of) => of.if_expr.strip,
            Directive::For(of) => of.for_expr.strip,
        },
    }
}

/// What an element does to the literal after it.
fn last_strip(element: &Element) -> Strip {
    match element {
        Element::Literal(_) => Strip::None,
        Element::Interpolation(interpolation) => interpolation.strip,
        Element::Directive(directive) => match &**directive {
            Directive::If(of) => of.endif_expr.strip,
            Directive::For(of) => of.endfor_expr.strip,
        },
    }
}

impl Shape {
    fn dedent(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for line in text.split_inclusive('\n') {
            let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
            let off = if self.line_start { blanks.min(self.indent) } else { 0 };
            out.push_str(line.get(off..).unwrap_or(""));
            self.line_start = line.ends_with('\n');
        }
        out
    }

    /// `~` takes blanks and line ends; in a heredoc not more than up to the end of the line it stands in.
    fn strip<'t>(&self, mut text: &'t str, left: bool, right: bool) -> &'t str {
        if left {
            text = match text.split_once('\n') {
                Some((blank, rest)) if self.heredoc && blank.trim().is_empty() => rest,
                _ if self.heredoc => text.trim_start_matches(|c: char| c.is_whitespace() && c != '\n'),
                _ => text.trim_start(),
            };
        }
        if right {
            text = if self.heredoc {
                text.trim_end_matches(|c: char| c.is_whitespace() && c != '\n')
            } else {
                text.trim_end()
            };
        }
        text
    }
}

/// A template without interpolation is a string.
fn whole(parts: Vec<TemplatePart>) -> ExprKind {
    if parts.iter().all(|part| matches!(part, TemplatePart::Text(_))) {
        let texts = parts
            .iter()
            .filter_map(|part| if let TemplatePart::Text(text) = part { Some(text.as_str()) } else { None });
        return ExprKind::String(Symbol::new(&texts.collect::<String>()));
    }
    ExprKind::Template(parts)
}
