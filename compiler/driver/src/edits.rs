//! What of a fleet's files is written otherwise than it was, and which line of it is behind a property. Must not know what any
//! line means, nor how it is shown.

use std::collections::BTreeMap;

use tonnage_base::{SourceMap, Span, Symbol};
use tonnage_lang::{
    Intent,
    intent::Moved,
    written::{Edited, Written, edited, written},
};
use tonnage_lower::Lowered;
use tonnage_plan::{change::Origin, model::Term};

use crate::{check::Checked, why};

/// The files of a fleet, and what of them is edited.
pub(crate) struct Edits<'a> {
    checked: &'a Checked,
    sources: &'a SourceMap,
    written: Vec<Written>,
    edited: Vec<Edited>,
}

impl<'a> Edits<'a> {
    /// What is edited since `last` was written; nothing where that is not known.
    pub fn since(
        last: &BTreeMap<String, String>,
        checked: &'a Checked,
        sources: &'a SourceMap,
        intent: &Intent,
        moved: &[Moved],
    ) -> Self {
        let written = written(&checked.texts(), intent, &|span| text(sources, span));
        let edited = if last.is_empty() { Vec::new() } else { edited(&written, last, moved) };
        Self { checked, sources, written, edited }
    }

    /// What is written, by names: for whoever asks later.
    pub fn written(&self) -> BTreeMap<String, String> {
        self.written.iter().map(|written| (written.name.clone(), written.kept())).collect()
    }

    /// Terms that are edited.
    pub fn terms(&self) -> Vec<Term> {
        let terms = self.edited.iter().filter(|edited| edited.is_term());
        let told = terms.map(|Edited { name, before, after }| Term {
            name: name.clone(),
            // what was no term was kept as a digest
            before: before.clone().filter(|before| !before.starts_with('#')),
            after: after.as_ref().map(|written| written.text.clone()),
            place: after.as_ref().map_or_else(String::new, |written| self.sources.place(written.span)),
        });
        told.collect()
    }

    /// The line behind a property: of all that it takes its value from the nearest one that is edited, and where none is,
    /// the first that decides it.
    pub fn behind(&self, intent: &Intent, lowered: &Lowered, address: Symbol, path: &str) -> Option<Origin> {
        let (span, name) = lowered.author_origin(intent, address, path)?;
        let first = || Some(Origin { place: self.sources.place(span), name: name.clone() });
        let edited: Vec<&Written> = self.edited.iter().filter_map(|edited| edited.after.as_ref()).collect();
        // the line itself is the nearest one
        if edited.is_empty() || edited.iter().any(|written| holds(written.span, span)) {
            return first();
        }
        let steps = why::steps(self.checked, intent, lowered, address, path);
        let behind = steps.iter().find_map(|step| {
            let written =
                edited.iter().find(|written| holds(step.span, written.span) || holds(written.span, step.span))?;
            // in a block or a list it is the line in it
            let within = holds(step.span, written.span) && step.span != written.span;
            let name = if within { written.name.clone() } else { step.text.clone() };
            Some(Origin { place: self.sources.place(written.span), name })
        });
        behind.or_else(first)
    }
}

/// What stands at a place, without comments.
fn text(sources: &SourceMap, span: Span) -> String {
    let text = sources.text(span);
    if !text.contains(['#', '/']) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for comment in tonnage_syntax::comments(span.file, text) {
        out.push_str(text.get(at..comment.span.lo as usize).unwrap_or_default());
        at = comment.span.hi as usize;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

fn holds(outer: Span, inner: Span) -> bool {
    outer.file == inner.file && outer.lo <= inner.lo && inner.hi <= outer.hi
}
