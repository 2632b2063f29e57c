//! Lowerings of the fleet and of the standard library. Must not know what any of them makes.

use rustc_hash::FxHashMap;
use tonnage_base::{Diagnostic, Symbol, codes::lang as codes};
use tonnage_syntax::{Module, tree::Block};

use crate::{build, context::Context, intent::Lowering};

/// All lowerings, the fleet's own first: the first for a kind and a cloud is used.
pub(crate) fn lowerings(own: &[&Block], standard: &Module, cx: &mut Context) -> Vec<Lowering> {
    let standard: Vec<&Block> =
        standard.files.iter().flat_map(|file| &file.body.blocks).filter(|b| b.kind.name == "lowering").collect();
    let mut all = Vec::with_capacity(own.len() + standard.len());
    for (is_own, group) in [(true, own), (false, standard.as_slice())] {
        let mut first: FxHashMap<(Symbol, Symbol), tonnage_base::Span> = FxHashMap::default();
        for block in group {
            let Some(lowering) = build::lowering(block, cx) else { continue };
            let key = (lowering.kind.value, lowering.cloud.value);
            if let Some(before) = first.insert(key, lowering.span) {
                cx.push(
                    Diagnostic::error(
                        codes::T0211,
                        lowering.span,
                        format!("the lowering of {} on {} is declared twice", key.0, key.1),
                    )
                    .with_label(before, "first declared here")
                    .with_help("keep one of them"),
                );
                continue;
            }
            all.push(Lowering { own: is_own, ..lowering });
        }
    }
    all
}
