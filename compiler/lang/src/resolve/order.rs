//! Locals, address plans, calls of modules and the `for_each` of what is referred to, in the order in which they can be
//! evaluated; a cycle is shown as a path.
//!
//! Must not evaluate anything. Iterative: a chain of a million locals must not overflow a stack.

use rustc_hash::FxHashMap;
use tonnage_base::{Diagnostic, Span, Symbol, codes::lang as codes};
use tonnage_syntax::tree::{Block, Body, Expr, Ident};

use super::{
    declared::{Declarations, Family, Source},
    uses::Finder,
};
use crate::context::Context;

/// A thing to be evaluated.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step<'m> {
    /// A local.
    Local(Ident, &'m Expr),
    /// The `for_each` of a thing.
    Each(Family, Ident, &'m Expr),
    /// A plan of address ranges.
    Cidr(Ident, &'m Block),
    /// A call of a module.
    Module(Ident, &'m Block),
    /// A live object.
    Lookup(Ident, &'m Block),
}

impl Step<'_> {
    fn look(self, finder: &mut Finder) {
        match self {
            Self::Local(_, expr) | Self::Each(_, _, expr) => finder.expr(expr),
            Self::Cidr(_, block) | Self::Module(_, block) | Self::Lookup(_, block) => body(&block.body, finder),
        }
    }
    pub fn name(self) -> Ident {
        match self {
            Self::Local(name, _)
            | Self::Each(_, name, _)
            | Self::Cidr(name, _)
            | Self::Module(name, _)
            | Self::Lookup(name, _) => name,
        }
    }
    pub const fn family(self) -> Family {
        match self {
            Self::Local(..) => Family::Local,
            Self::Each(family, ..) => family,
            Self::Cidr(..) => Family::Cidr,
            Self::Module(..) => Family::Module,
            Self::Lookup(..) => Family::Lookup,
        }
    }
    fn written(self) -> String {
        format!("{}.{}", self.family().root(), self.name().name)
    }
}

/// Depth is bounded by the parser.
fn body(of: &Body, finder: &mut Finder) {
    of.attributes.iter().for_each(|attribute| finder.expr(&attribute.value));
    of.blocks.iter().for_each(|block| body(&block.body, finder));
}

/// The steps in order, each after those it refers to.
#[derive(Debug, Default)]
pub(crate) struct Order<'m> {
    pub steps: Vec<Step<'m>>,
    /// Members of cycles, and what refers to them: they have no value, and that was reported.
    pub broken: Vec<Step<'m>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    New,
    Open,
    Done,
    Broken,
}

/// Orders all there is to evaluate.
pub(crate) fn order<'m>(declared: &Declarations<'m>, cx: &mut Context) -> Order<'m> {
    let mut steps: Vec<Step<'m>> = Vec::new();
    for member in &declared.members(Family::Local).list {
        if let Source::Local(attribute) = member.source {
            steps.push(Step::Local(member.name, &attribute.value));
        }
    }
    for family in Family::THINGS.into_iter().chain([Family::Cloud]) {
        for (name, block) in declared.members(family).blocks() {
            if let Some(each) = block.body.attribute("for_each") {
                steps.push(Step::Each(family, name, &each.value));
            }
        }
    }
    steps.extend(declared.members(Family::Cidr).blocks().map(|(name, block)| Step::Cidr(name, block)));
    steps.extend(declared.members(Family::Module).blocks().map(|(name, block)| Step::Module(name, block)));
    steps.extend(declared.members(Family::Lookup).blocks().map(|(name, block)| Step::Lookup(name, block)));
    let positions = steps.iter().enumerate().map(|(at, step)| ((step.family(), step.name().name), at)).collect();
    let edges = edges(&steps, &positions, declared);
    sort(&steps, &edges, cx)
}

/// For each step, what it refers to and where.
fn edges(
    steps: &[Step<'_>],
    positions: &FxHashMap<(Family, Symbol), usize>,
    declared: &Declarations<'_>,
) -> Vec<Vec<(usize, Span)>> {
    let mut finder = Finder::default();
    let mut edges = Vec::with_capacity(steps.len());
    for step in steps {
        finder.found.clear();
        step.look(&mut finder);
        let targets = finder.found.iter().filter_map(|found| {
            let family = declared.root(found.root)?;
            positions.get(&(family, found.member?.name)).map(|&target| (target, found.span))
        });
        edges.push(targets.collect());
    }
    edges
}

fn sort<'m>(steps: &[Step<'m>], edges: &[Vec<(usize, Span)>], cx: &mut Context) -> Order<'m> {
    let mut marks = vec![Mark::New; steps.len()];
    let mut order = Order::default();
    let mark = |marks: &mut Vec<Mark>, at: usize, to: Mark| {
        if let Some(mark) = marks.get_mut(at) {
            *mark = to;
        }
    };
    for start in 0..steps.len() {
        if marks.get(start) != Some(&Mark::New) {
            continue;
        }
        mark(&mut marks, start, Mark::Open);
        let mut path: Vec<(usize, usize, bool)> = vec![(start, 0, false)];
        while let Some((step, next, broken)) = path.pop() {
            let Some(&(target, _)) = edges.get(step).and_then(|list| list.get(next)) else {
                mark(&mut marks, step, if broken { Mark::Broken } else { Mark::Done });
                if let Some(&found) = steps.get(step) {
                    if broken { order.broken.push(found) } else { order.steps.push(found) }
                }
                if let (true, Some(parent)) = (broken, path.last_mut()) {
                    parent.2 = true;
                }
                continue;
            };
            match marks.get(target).copied().unwrap_or(Mark::Done) {
                Mark::Done => path.push((step, next + 1, broken)),
                Mark::Broken => path.push((step, next + 1, true)),
                Mark::Open => {
                    path.push((step, next + 1, true));
                    report(steps, edges, &path, target, cx);
                }
                Mark::New => {
                    path.push((step, next + 1, broken));
                    mark(&mut marks, target, Mark::Open);
                    path.push((target, 0, false));
                }
            }
        }
    }
    order
}

fn report(
    steps: &[Step<'_>],
    edges: &[Vec<(usize, Span)>],
    path: &[(usize, usize, bool)],
    target: usize,
    cx: &mut Context,
) {
    let from = path.iter().position(|(step, ..)| *step == target).unwrap_or(0);
    let round = path.get(from..).unwrap_or(&[]);
    let names: Vec<String> = round.iter().filter_map(|(step, ..)| steps.get(*step)).map(|s| s.written()).collect();
    let Some((first, head)) = names.first().zip(steps.get(target)) else { return };
    let mut wrong = Diagnostic::error(
        codes::T0212,
        head.name().span,
        format!("`{first}` is defined by itself: {} → {first}", names.join(" → ")),
    )
    .with_help("break the circle: one of these must be written out");
    for &(step, next, _) in round {
        let used = edges.get(step).and_then(|list| list.get(next.saturating_sub(1)));
        if let Some(&(to, span)) = used {
            let name = steps.get(to).map_or_else(String::new, |s| s.written());
            wrong = wrong.with_label(span, format!("refers to `{name}`"));
        }
    }
    cx.push(wrong);
}
