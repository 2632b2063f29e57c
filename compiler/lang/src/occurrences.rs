//! Where names are declared and where they are used, each with the very characters of the name: what an editor follows
//! and renames. Found without evaluating, by the rules of `resolve`.
//!
//! Must not know files or folders: a module's names are told apart by the caller.

use tonnage_base::{Span, Symbol};
use tonnage_syntax::tree::{Block, Body, Expr, ExprKind, Ident, ObjectKey};

use crate::{
    check,
    resolve::{
        declared::{self, Family},
        uses::{Finder, Use},
    },
};

pub use crate::check::labels::is_identifier;

/// What a name stands for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Target {
    /// A thing of this folder: `pool.chat`.
    Thing(Family, Symbol),
    /// A local or resource of one lowering alone; where the lowering begins.
    Inside(Span, Family, Symbol),
    /// An output of this folder.
    Output(Symbol),
    /// An input of a module that this folder calls: a variable over there.
    Input(Symbol, Symbol),
    /// An output of a module that this folder calls.
    Result(Symbol, Symbol),
}

/// A name where it is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Occurrence {
    /// What it stands for.
    pub target: Target,
    /// The name alone, without quotes.
    pub span: Span,
    /// It is declared here.
    pub declares: bool,
    /// It is what a thing was called before: it stays when the thing is renamed.
    pub former: bool,
}

/// All names of a body's blocks, in no particular order.
pub fn occurrences(body: &Body) -> Vec<Occurrence> {
    let mut walk = Walk { found: Vec::new(), lowering: None };
    for block in &body.blocks {
        walk.top(block);
    }
    walk.found
}

struct Walk {
    found: Vec<Occurrence>,
    /// The lowering walked through.
    lowering: Option<Span>,
}

impl Walk {
    fn push(&mut self, target: Target, name: Ident, declares: bool) {
        self.found.push(Occurrence { target, span: bare(name), declares, former: false });
    }

    fn top(&mut self, block: &Block) {
        let kind = check::meant(block).map_or("", |spec| spec.kind);
        let name = declared::name_of(block);
        match (kind, name, Family::of_block(kind)) {
            ("output", Some(name), _) => self.push(Target::Output(name.name), name, true),
            (_, Some(name), Some(family)) => self.push(Target::Thing(family, name.name), name, true),
            _ => {}
        }
        match kind {
            "locals" => self.locals(block),
            "moved" | "import" | "removed" => {
                for attribute in &block.body.attributes {
                    let former = attribute.key.name == "from";
                    self.address(&attribute.value, former);
                }
                return;
            }
            "module" => {
                for input in &block.body.attributes {
                    if let (Some(name), false) = (name, matches!(input.key.name.as_str(), "source" | "for_each")) {
                        self.push(Target::Input(name.name, input.key.name), input.key, false);
                    }
                }
            }
            "lowering" => {
                self.lowering = Some(block.header);
                for own in block.body.blocks_of("locals") {
                    self.locals(own);
                }
                for own in block.body.blocks_of("resource") {
                    if let Some(&name) = own.labels.get(1) {
                        let target = self.target(Family::Resource, name.name);
                        self.push(target, name, true);
                    }
                }
            }
            "test" => self.given_variables(block),
            _ => {}
        }
        self.body(&block.body, kind == "variable");
        self.lowering = None;
    }

    fn locals(&mut self, block: &Block) {
        for attribute in &block.body.attributes {
            let target = self.target(Family::Local, attribute.key.name);
            self.push(target, attribute.key, true);
        }
    }

    /// `variables = { replicas = 2 }` of a test.
    fn given_variables(&mut self, block: &Block) {
        let Some(attribute) = block.body.attribute("variables") else { return };
        let ExprKind::Object(items) = &attribute.value.kind else { return };
        for item in items {
            if let ObjectKey::Name(name) = item.key {
                self.push(Target::Thing(Family::Variable, name.name), name, false);
            }
        }
    }

    fn target(&self, family: Family, name: Symbol) -> Target {
        match self.lowering.filter(|_| matches!(family, Family::Local | Family::Resource)) {
            Some(lowering) => Target::Inside(lowering, family, name),
            None => Target::Thing(family, name),
        }
    }

    /// The parser bounds the depth. Types are written in words that look like names.
    fn body(&mut self, body: &Body, variable: bool) {
        let mut finder = Finder::default();
        for attribute in body.attributes.iter().filter(|a| !variable || a.key.name != "type") {
            finder.expr(&attribute.value);
        }
        for used in finder.found {
            self.used(used);
        }
        for block in &body.blocks {
            self.body(&block.body, false);
        }
    }

    fn used(&mut self, used: Use) {
        let (Some(family), Some(member)) = (Family::of_root(used.root), used.member) else { return };
        let target = self.target(family, member.name);
        self.push(target, member, false);
        if let (Family::Module, Some(next)) = (family, used.next) {
            self.push(Target::Result(member.name, next.name), next, false);
        }
    }

    /// `pool.chat` or `"pool.chat.primary"`.
    fn address(&mut self, expr: &Expr, former: bool) {
        let from = self.found.len();
        if let ExprKind::String(text) = expr.kind {
            let Some((root, rest)) = text.as_str().split_once('.') else { return };
            let name = rest.split(['.', '[']).next().unwrap_or("");
            // an escape would move what follows it
            let plain = expr.span.hi - expr.span.lo == length(text.as_str()) + 2;
            if let (Some(family), true) = (Family::of_root(Symbol::new(root)), plain) {
                let lo = expr.span.lo + 1 + length(root) + 1;
                let span = Span::new(expr.span.file, lo, lo + length(name));
                let name = Ident { name: Symbol::new(name), span };
                self.push(Target::Thing(family, name.name), name, false);
            }
        } else {
            let mut finder = Finder::default();
            finder.expr(expr);
            for used in finder.found {
                self.used(used);
            }
        }
        for found in self.found.iter_mut().skip(from) {
            found.former = former;
        }
    }
}

fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

/// A name without the quotes that its span holds.
fn bare(name: Ident) -> Span {
    let Span { file, lo, hi } = name.span;
    let quoted = hi.saturating_sub(lo) == length(name.name.as_str()) + 2;
    if quoted { Span::new(file, lo + 1, hi - 1) } else { name.span }
}

#[cfg(test)]
mod tests {
    use tonnage_base::FileId;

    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let (file, _) = tonnage_syntax::parse(FileId(0), text);
        let mut found = occurrences(&file.body);
        found.sort_by_key(|occurrence| occurrence.span);
        let said: Vec<String> = found
            .iter()
            .map(|found| {
                let what = match found.target {
                    Target::Thing(family, _) => family.root().to_owned(),
                    Target::Inside(_, family, _) => format!("own {}", family.root()),
                    Target::Output(_) => "output".to_owned(),
                    Target::Input(module, _) => format!("input of {module}"),
                    Target::Result(module, _) => format!("result of {module}"),
                };
                let role = if found.declares {
                    "+"
                } else if found.former {
                    "-"
                } else {
                    ""
                };
                let name = text.get(found.span.lo as usize..found.span.hi as usize).unwrap_or("?");
                format!("{role}{what} {name}")
            })
            .collect();
        assert_eq!(said, expected, "{text}");
    }

    #[test]
    fn names_are_found_to_the_character() {
        check("pool \"a\" {\n  image = image.b\n}\n", &["+pool a", "image b"]);
        check("locals {\n  x = 1\n  y = local.x + var[\"z\"]\n}\n", &["+local x", "+local y", "local x", "var z"]);
        check("moved {\n  from = pool.a\n  to = \"pool.b.primary\"\n}\n", &["-pool a", "pool b"]);
        check("module \"m\" {\n  source = \"./m\"\n  n = 1\n}\n", &["+module m", "input of m n"]);
        check("output \"o\" {\n  value = module.m[\"k\"].out\n}\n", &["+output o", "module m", "result of m out"]);
        check(
            "lowering \"pool\" \"aws\" {\n  locals {\n    n = var.x\n  }\n  resource \"T\" \"r\" {\n    body = { a = local.n, b = resource.r.ref }\n  }\n}\n",
            &["+own local n", "var x", "+own resource r", "own local n", "own resource r"],
        );
        check("variable \"v\" {\n  type = list(string)\n  default = 1\n}\n", &["+var v"]);
        check("test \"t\" {\n  variables = { v = 1 }\n}\n", &["var v"]);
        check("locals {\n  x = [for pool in [1] : pool.a]\n}\n", &["+local x"]);
    }
}
