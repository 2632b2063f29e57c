//! References against declarations: every `cloud.x`, `var.x`, … names something declared, and something known by then.
//!
//! Must not evaluate anything: wrong references are found even where the expression is evaluated much later.

use rustc_hash::FxHashSet;
use tonnage_base::{Diagnostic, Symbol, codes::lang as codes};
use tonnage_syntax::tree::{Block, Body, Module};

use super::{
    declared::{Declarations, Family},
    uses::{Finder, Use},
};

use crate::{
    check::{self, foreign},
    context::{Context, listed},
    evaluate::{unknown_function, unknown_name},
    functions,
};

/// What is declared, for checking references: by a compiler that has it all, or an editor that keeps it by name.
pub trait Names {
    /// Whether something of this family has this name.
    fn declares(&self, family: Family, name: Symbol) -> bool;
    /// All names of a family, for suggestions.
    fn of(&self, family: Family) -> Vec<&'static str>;
}

impl Names for Declarations<'_> {
    fn declares(&self, family: Family, name: Symbol) -> bool {
        self.members(family).get(name).is_some()
    }
    fn of(&self, family: Family) -> Vec<&'static str> {
        self.members(family).names().collect()
    }
}

/// When an expression is evaluated.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    /// Now: placement and live resources are not known.
    Now,
    /// After placement.
    AfterPlacement,
    /// What goes into a module: resources by name alone.
    Inputs,
    /// Over placement and plan: policies and tests.
    Judged,
    /// In a lowering: its scope is another one.
    Lowering,
}

/// Names that mean something to policies and tests, beside what is declared.
const JUDGED: &[&str] = &["placement", "cost", "plan", "param"];

/// Checks every expression of the fleet; returns the capacities that something refers to.
pub(crate) fn check_references(module: &Module, declared: &Declarations<'_>, cx: &mut Context) -> FxHashSet<Symbol> {
    check_blocks(module.files.iter().flat_map(|file| &file.body.blocks), declared, cx)
}

/// As [`check_references`], for some blocks.
pub(crate) fn check_blocks<'m>(
    blocks: impl Iterator<Item = &'m Block>,
    declared: &dyn Names,
    cx: &mut Context,
) -> FxHashSet<Symbol> {
    let mut used = FxHashSet::default();
    let mut finder = Finder::default();
    let capacity = Symbol::new(Family::Capacity.root());
    for block in blocks {
        let Some(spec) = check::meant(block) else { continue };
        let when = match spec.kind {
            "resource" | "output" => When::AfterPlacement,
            "lowering" => When::Lowering,
            "policy" | "test" => When::Judged,
            "module" => When::Inputs,
            // The old address names what is no longer declared; both are checked where they are read.
            "moved" | "removed" | "import" => continue,
            // Types are written in words that look like names.
            "variable" => {
                check_variable(block, &mut finder, declared, cx);
                continue;
            }
            _ => When::Now,
        };
        finder.clear();
        uses(&block.body, &mut finder);
        check_calls(&finder, cx);
        let scope = (when == When::Lowering).then(|| LoweringNames::of(block));
        for &found in &finder.found {
            if found.root == capacity {
                used.extend(found.member.map(|m| m.name));
            }
            match &scope {
                Some(scope) => scope.check(found, declared, cx),
                None => check_use(found, when, declared, cx),
            }
        }
    }
    used
}

/// Collects the uses of a body.
fn uses(body: &Body, finder: &mut Finder) {
    for attribute in &body.attributes {
        finder.expr(&attribute.value);
    }
    for block in &body.blocks {
        uses(&block.body, finder);
    }
}

fn check_variable(block: &Block, finder: &mut Finder, declared: &dyn Names, cx: &mut Context) {
    for attribute in block.body.attributes.iter().filter(|a| a.key.name != "type") {
        finder.clear();
        finder.expr(&attribute.value);
        check_calls(finder, cx);
        for &found in finder.found.iter().filter(|found| Family::of_root(found.root).is_some()) {
            cx.push(
                Diagnostic::error(codes::T0217, found.span, format!("`{}` is not known yet", written(found)))
                    .with_help("variables come before anything else: a default is written out, or it is a local"),
            );
        }
    }
    finder.clear();
    for nested in &block.body.blocks {
        uses(&nested.body, finder);
    }
    check_calls(finder, cx);
    for &found in &finder.found {
        match Family::of_root(found.root) {
            Some(Family::Variable) => check_use(found, When::Now, declared, cx),
            Some(_) => cx.push(
                Diagnostic::error(codes::T0217, found.span, format!("`{}` is not known yet", written(found)))
                    .with_help("variables come before anything else: a validation may refer to `var` only"),
            ),
            None => {}
        }
    }
}

/// Functions, also where nothing may ever call them.
fn check_calls(finder: &Finder, cx: &mut Context) {
    let unknown = finder.calls.iter().filter(|name| functions::find(name.name).is_none());
    unknown.for_each(|name| cx.push(unknown_function(*name)));
}

fn written(found: Use) -> String {
    match found.member {
        Some(member) => format!("{}.{}", found.root, member.name),
        None => found.root.to_string(),
    }
}

fn check_use(found: Use, when: When, declared: &dyn Names, cx: &mut Context) {
    let Some(family) = Family::of_root(found.root) else {
        let root = found.root.as_str();
        let judged = if when == When::Judged { JUDGED } else { &[] };
        if root != "each" && !judged.contains(&root) {
            let names = Family::ALL.into_iter().map(Family::root).chain(["each"]).chain(judged.iter().copied());
            // `count.index` is Terraform's, whatever is named `count`
            let foreign = found.member.and_then(|_| foreign::name(root, found.root_span));
            let wrong = foreign.or_else(|| declared_elsewhere(found, declared));
            cx.push(wrong.unwrap_or_else(|| unknown_name(found.root, found.root_span, names)));
        }
        return;
    };
    let known = match when {
        When::Now => !matches!(family, Family::Pool | Family::Resource),
        When::Inputs => family != Family::Pool,
        When::AfterPlacement | When::Judged | When::Lowering => true,
    };
    if !known {
        cx.push(known_later(found, family));
        return;
    }
    let Some(member) = found.member else {
        if when == When::Now && family == Family::Local {
            cx.push(
                Diagnostic::error(codes::T0204, found.span, "`local` alone names nothing")
                    .with_help("name one of the locals: `local.NAME`; their order is found from these names"),
            );
        }
        return;
    };
    // the default network is there without being declared
    if family == Family::Network && member.name == "default" {
        return;
    }
    if !found.indexed && !declared.declares(family, member.name) {
        undeclared(found, family, declared, cx);
    }
}

/// `n` for `local.n`, and `aws_instance.web` for `resource.web`: declared, and written without what it begins with.
fn declared_elsewhere(found: Use, declared: &dyn Names) -> Option<Diagnostic> {
    let known = |name: Symbol| Family::ALL.into_iter().find(|family| declared.declares(*family, name));
    let (family, name, span) = match known(found.root) {
        Some(family) => (family, found.root, found.root_span),
        None => {
            let member = found.member.filter(|_| !found.indexed)?;
            declared.declares(Family::Resource, member.name).then_some((Family::Resource, member.name, found.span))?
        }
    };
    let meant = format!("{}.{name}", family.root());
    let message = format!("there is nothing called `{}` here", found.root);
    let wrong = Diagnostic::error(codes::T0301, found.root_span, message);
    Some(wrong.with_help(format!("did you mean `{meant}`?")).with_suggestion(span, meant))
}

fn known_later(found: Use, family: Family) -> Diagnostic {
    let (what, why) = match family {
        Family::Pool => ("placement", "what a pool becomes is known only after placement"),
        _ => ("lowering", "a resource exists only after placement and lowering"),
    };
    Diagnostic::error(codes::T0217, found.span, format!("`{}` is known only after {what}", written(found)))
        .with_help(format!("{why}: use it in the body of a `resource` or in an `output`"))
}

/// `cloud.awz`, where no cloud has that name.
fn undeclared(found: Use, family: Family, declared: &dyn Names, cx: &mut Context) {
    let Some(member) = found.member else { return };
    let names = declared.of(family);
    let wrong =
        Diagnostic::error(codes::T0204, member.span, format!("no {} is named `{}`", family.noun(), member.name));
    let wrong = cx.did_you_mean(wrong, member.span, member.name.as_str(), names.iter().copied());
    let wrong = match (wrong.help.is_some(), names.is_empty()) {
        (true, _) => wrong,
        (false, true) => wrong.with_help(match family {
            Family::Local => format!("declare it: `locals {{ {} = … }}`", member.name),
            Family::Resource => format!("declare it with a `resource \"TYPE\" \"{}\"` block", member.name),
            _ => format!("declare it with a `{} \"{}\"` block", family.block(), member.name),
        }),
        (false, false) => wrong.with_help(format!("declared are {}", listed(&names))),
    };
    cx.push(wrong);
}

/// `local` and `resource` mean the lowering's own; `var` is the fleet's; the rest is for lowering to know.
struct LoweringNames {
    locals: Vec<(Symbol, u32)>,
    resources: FxHashSet<Symbol>,
    end_of_locals: u32,
}

impl LoweringNames {
    fn of(block: &Block) -> Self {
        let locals = block.body.blocks_of("locals").flat_map(|b| &b.body.attributes);
        Self {
            locals: locals.map(|a| (a.key.name, a.span.hi)).collect(),
            resources: block.body.blocks_of("resource").filter_map(|b| b.labels.get(1)).map(|l| l.name).collect(),
            end_of_locals: block.body.blocks_of("locals").map(|b| b.span.hi).max().unwrap_or(0),
        }
    }

    fn check(&self, found: Use, declared: &dyn Names, cx: &mut Context) {
        let Some(member) = found.member else { return };
        let in_locals = found.span.lo < self.end_of_locals;
        match Family::of_root(found.root) {
            Some(Family::Variable) => check_use(found, When::AfterPlacement, declared, cx),
            Some(Family::Local) => match self.locals.iter().find(|(name, _)| *name == member.name) {
                None => {
                    let wrong = Diagnostic::error(
                        codes::T0204,
                        member.span,
                        format!("this lowering has no local named `{}`", member.name),
                    );
                    let names = self.locals.iter().map(|(name, _)| name.as_str());
                    let wrong = cx.did_you_mean(wrong, member.span, member.name.as_str(), names);
                    cx.push(wrong);
                }
                Some((_, end)) if in_locals && *end > found.span.lo => cx.push(
                    Diagnostic::error(
                        codes::T0260,
                        found.span,
                        format!("`local.{}` is used before it is declared", member.name),
                    )
                    .with_help("a local of a lowering may use those above it: move it up"),
                ),
                Some(_) => {}
            },
            Some(Family::Resource) if !found.indexed && !self.resources.contains(&member.name) => {
                let wrong = Diagnostic::error(
                    codes::T0204,
                    member.span,
                    format!("this lowering has no resource named `{}`", member.name),
                );
                let names = self.resources.iter().map(|name| name.as_str());
                let wrong = cx.did_you_mean(wrong, member.span, member.name.as_str(), names);
                cx.push(wrong);
            }
            _ => {}
        }
    }
}
