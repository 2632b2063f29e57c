//! The one way in: modules to Intent. Must not know what any block means: it calls the rooms in order.

use rustc_hash::FxHashSet;
use tonnage_base::{Date, Diagnostic, Span, Symbol, codes::lang as codes, diagnostic::has_errors};
use tonnage_syntax::{Module, tree::Block};

use crate::{
    Evaluator, build, catalog, check,
    context::Context,
    intent::Intent,
    lowering,
    resolve::{self, modules::ModuleFolder, variables::VariableSource},
};

/// What a fleet is analysed from.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// The fleet's own files.
    pub fleet: &'a Module,
    /// The folders of the modules it calls, and of those that these call.
    pub modules: &'a [ModuleFolder],
    /// Files that hold tests only.
    pub tests: &'a Module,
    /// Catalog and lowerings.
    pub standard_library: &'a Module,
    /// Values given to variables; of several for one name, the last counts.
    pub variables: &'a [(Symbol, VariableSource)],
    /// The day the fleet is read for.
    pub as_of: Date,
}

/// Blocks that may stand in the standard library.
const STANDARD_BLOCKS: &[&str] = &["accelerator", "shape", "region", "lowering", "policy"];

/// A part of the analysis that is done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// Blocks are held against the table.
    Checked,
    /// Names are resolved, and what has a value before placement has it.
    Resolved,
    /// Every block is evaluated.
    Evaluated,
}

/// What the files mean, and everything that is wrong with them, in source order. The Intent is there when nothing is.
pub fn analyze(inputs: &Inputs<'_>) -> (Option<Intent>, Vec<Diagnostic>) {
    analyze_told(inputs, &mut |_| {})
}

/// As [`analyze`], telling of each phase when it is done: for measuring them apart.
pub fn analyze_told(inputs: &Inputs<'_>, done: &mut dyn FnMut(Phase)) -> (Option<Intent>, Vec<Diagnostic>) {
    let mut cx = Context::new(Evaluator::new().for_day(inputs.as_of));
    check_standard(inputs.standard_library, &mut cx);
    for file in &inputs.fleet.files {
        check::check_file(&file.body, &mut cx);
    }
    for file in &inputs.tests.files {
        check::check_tests(&file.body, &mut cx);
    }
    done(Phase::Checked);
    let resolved = resolve::resolve(inputs.fleet, inputs.modules, inputs.variables, &mut cx);
    done(Phase::Resolved);
    let intent = resolved.first().and_then(|root| {
        let standard = inputs.standard_library.files.iter().flat_map(|file| &file.body.blocks).filter(is_catalog);
        let declared = &root.folder.declared;
        let index = catalog::build(standard, &declared.catalog, &root.scope, &mut cx);
        let lowerings = lowering::lowerings(&declared.lowerings, inputs.standard_library, &mut cx);
        resolve::check_more(inputs.tests, declared, &mut cx);
        let more = inputs.tests.files.iter().flat_map(|file| file.body.blocks_of("test"));
        let tests: Vec<&Block> = declared.tests.iter().copied().chain(more).collect();
        build::Builder::new(&resolved, index)?.build(inputs.as_of, inputs.standard_library, &tests, lowerings, &mut cx)
    });

    done(Phase::Evaluated);
    let diagnostics = told(cx.diagnostics, cx.evaluator.diagnostics);
    let whole = !cx.incomplete && !has_errors(&diagnostics);
    (intent.filter(|_| whole), diagnostics)
}

/// All that was found, in source order, each mistake once.
fn told(mut diagnostics: Vec<Diagnostic>, evaluated: Vec<Diagnostic>) -> Vec<Diagnostic> {
    // A reference to nothing is found by its name, and again where it is evaluated.
    let by_name = |code| if code == codes::T0302 { codes::T0204 } else { code };
    let names = [codes::T0204, codes::T0295, codes::T0297, codes::T0301, codes::T0311];
    let found = diagnostics.iter().filter(|d| names.contains(&d.code));
    let nothing: FxHashSet<(&str, Option<Span>)> = found.map(|d| (d.code.id, place(d))).collect();
    let again = |d: &Diagnostic| nothing.contains(&(by_name(d.code).id, place(d)));
    diagnostics.extend(evaluated.into_iter().filter(|d| !again(d)));
    // One mistake in a block with `for_each` is one mistake.
    diagnostics.sort_by_key(|d| d.primary.as_ref().map(|label| (label.span, d.code.id)));
    diagnostics.dedup_by(|a, b| a.primary == b.primary && a.code == b.code && a.message == b.message);
    diagnostics
}

fn place(diagnostic: &Diagnostic) -> Option<Span> {
    diagnostic.primary.as_ref().map(|label| label.span)
}

fn is_catalog(block: &&Block) -> bool {
    !matches!(block.kind.name.as_str(), "lowering" | "policy") && STANDARD_BLOCKS.contains(&block.kind.name.as_str())
}

fn check_standard(standard: &Module, cx: &mut Context) {
    for block in standard.files.iter().flat_map(|file| &file.body.blocks) {
        match check::find_block(block.kind.name.as_str()) {
            Some(spec) if STANDARD_BLOCKS.contains(&spec.kind) => check::check_block(block, spec, cx),
            _ => cx.push(
                Diagnostic::error(
                    codes::T0201,
                    block.kind.span,
                    format!("`{}` is not a block of the standard library", block.kind.name),
                )
                .with_help(format!("it may hold {}", crate::context::listed(STANDARD_BLOCKS))),
            ),
        }
    }
}
