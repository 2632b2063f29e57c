//! What can be said of a piece of a fleet as soon as it is written: the table of blocks and the declared names, without
//! evaluating anything. What it says, `analyze` says too.
//!
//! Must not know how a piece is found in a text.

use tonnage_base::Diagnostic;
use tonnage_syntax::tree::Body;

use crate::{
    Evaluator, check,
    context::Context,
    resolve::references::{self, Names},
};

/// Checks the blocks of a piece and the names they refer to. `tests`: it stands in a file of tests.
pub fn check(body: &Body, tests: bool, names: &dyn Names) -> Vec<Diagnostic> {
    let mut cx = Context::new(Evaluator::new());
    match tests {
        true => check::check_tests(body, &mut cx),
        false => check::check_file(body, &mut cx),
    }
    references::check_blocks(body.blocks.iter(), names, &mut cx);
    cx.diagnostics
}
