//! What the authors of a fleet wrote, value by value, each under a name that stays what it is when lines and files move; and
//! what of it is written otherwise than it was. Of most values only a digest is kept, enough to tell an edit; of terms the
//! text, to be read. What stands in a `resource` is left out: plans show its properties themselves, and there may be a
//! hundred thousand. Must not know what a value is, nor evaluate anything.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};
use tonnage_base::{FileId, Span, Symbol};
use tonnage_syntax::tree::{Block, ExprKind};

use crate::{
    check::find_block,
    intent::{Intent, Moved},
    places::{self, Place, join},
    provenance::{Texts, author_steps, folders, mentions},
    resolve::{
        modules::{folder_of, source_of},
        variables::{VariableSource, sensitive},
    },
};

/// Blocks that ask a cloud for nothing: what they say changes no resource, and a reviewer has to know of it all the same.
const TERMS: [&str; 4] = ["commitment", "policy", "budget", "protect"];

/// Blocks that say nothing of what is to be there, or of which plans show what is in them.
const LEFT_OUT: [&str; 6] = ["resource", "test", "moved", "import", "removed", "lowering"];

/// A value as it is written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written {
    /// `pool.chat.size.gpus`, `site/local.half`.
    pub name: String,
    /// Its text without layout and comments.
    pub text: String,
    /// Where it stands.
    pub span: Span,
    /// It is of a term, or a term takes its value from it.
    pub is_term: bool,
}

/// A value that is written otherwise than it was.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edited {
    /// Its name.
    pub name: String,
    /// As it was; none: it was not there.
    pub before: Option<String>,
    /// As it is; none: it is gone.
    pub after: Option<Written>,
}

/// Everything that is written, in order of names. `text` gives what stands at a place, without comments.
pub fn written(texts: &Texts<'_>, intent: &Intent, text: &dyn Fn(Span) -> String) -> Vec<Written> {
    let folders = folders(texts, intent);
    let mut found: BTreeMap<String, Written> = BTreeMap::new();
    // by file and beginning
    let mut terms: BTreeMap<(FileId, u32), u32> = BTreeMap::new();
    for (folder, scope) in &folders {
        let module = match folder.as_str() {
            "" => Some(texts.fleet),
            path => texts.modules.iter().find(|known| known.path == path).map(|known| &known.module),
        };
        let blocks = module.into_iter().flat_map(|module| &module.files).flat_map(|file| &file.body.blocks);
        for block in blocks.filter(|block| !LEFT_OUT.contains(&block.kind.name.as_str())) {
            let secrets = secret_inputs(texts, folder, block);
            places::each(
                &block.body,
                find_block(block.kind.name.as_str()),
                &heading(folder, block),
                &mut |name, place| {
                    let (span, words, leads_on) = match place {
                        Place::Value(expr, _) => (expr.span, words(&text(expr.span)), !mentions(expr).is_empty()),
                        Place::Order(labels, span) => {
                            (span, labels.iter().map(|label| label.as_str()).collect::<Vec<_>>().join(" "), false)
                        }
                    };
                    if words.contains("sensitive(") || secrets.iter().any(|secret| name.ends_with(secret.as_str())) {
                        return;
                    }
                    let is_term = is_term(&name);
                    if is_term && leads_on {
                        let steps = author_steps(texts, intent, *scope, span).into_iter().map(|step| step.span);
                        terms.extend(steps.map(|span| ((span.file, span.lo), span.hi)));
                    }
                    found.insert(name.clone(), Written { name, text: words, span, is_term });
                },
            );
        }
    }
    for (name, given) in texts.variables {
        found.extend(given_outside(texts, *name, given, text).map(|written| (written.name.clone(), written)));
    }
    let mut all: Vec<Written> = found.into_values().collect();
    for written in &mut all {
        let from = terms.range(..=(written.span.file, written.span.lo)).next_back();
        written.is_term |= from.is_some_and(|((file, _), hi)| *file == written.span.file && written.span.hi <= *hi);
    }
    all
}

impl Written {
    /// What is kept of it: the text of a term, of all else a digest.
    pub fn kept(&self) -> String {
        if self.is_term { self.text.clone() } else { self.digest() }
    }

    fn digest(&self) -> String {
        let digest = Sha256::digest(&self.text);
        digest.iter().take(6).fold("#".to_owned(), |text, byte| format!("{text}{byte:02x}"))
    }

    /// Whether it is what was kept, of whatever it was then.
    fn is(&self, kept: &str) -> bool {
        self.text == kept || self.digest() == kept
    }
}

/// Whether something of this name is of a term.
fn is_term(name: &str) -> bool {
    name.rsplit('/').next().is_some_and(|name| name.split('.').any(|step| TERMS.contains(&step)))
}

/// `pool.chat`, `local`, `site/variable.nodes`.
fn heading(folder: &str, block: &Block) -> String {
    let kind = match block.kind.name.as_str() {
        "locals" => "local",
        kind => kind,
    };
    let within = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    block.labels.iter().fold(format!("{within}{kind}"), |path, label| join(&path, label.name.as_str()))
}

/// Ends of names in a block of which the values are secrets: the default of a sensitive variable, what is given to one.
fn secret_inputs(texts: &Texts<'_>, folder: &str, block: &Block) -> Vec<String> {
    match block.kind.name.as_str() {
        "variable" if sensitive(block) => vec![".default".to_owned()],
        "module" => {
            let called = source_of(block).and_then(|(source, _)| folder_of(folder, source));
            let module = texts.modules.iter().find(|known| Some(&known.path) == called.as_ref());
            let blocks = module.into_iter().flat_map(|known| &known.module.files).flat_map(|file| &file.body.blocks);
            let secrets = blocks.filter(|block| block.kind.name == "variable" && sensitive(block));
            secrets.filter_map(|block| Some(format!(".{}", block.labels.first()?.name))).collect()
        }
        _ => Vec::new(),
    }
}

/// The value given to a variable from outside, where it is no secret.
fn given_outside(
    texts: &Texts<'_>,
    name: Symbol,
    given: &VariableSource,
    text: &dyn Fn(Span) -> String,
) -> Option<Written> {
    let blocks = texts.fleet.files.iter().flat_map(|file| &file.body.blocks);
    let mut variables = blocks.filter(|block| block.kind.name == "variable");
    let block = variables.find(|block| block.labels.first().is_some_and(|label| label.name == name))?;
    if sensitive(block) {
        return None;
    }
    let (span, words) = match given {
        VariableSource::CommandLine(said) | VariableSource::Environment(said) => (block.header, words(said)),
        VariableSource::File(expr) if matches!(expr.kind, ExprKind::Invalid) => return None,
        VariableSource::File(expr) => (expr.span, words(&text(expr.span))),
    };
    Some(Written { name: format!("var.{name}"), text: words, span, is_term: false })
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What is written otherwise than it was, in order of names. What was written under a name that `moved` changes was written
/// under the new one.
pub fn edited(now: &[Written], last: &BTreeMap<String, String>, moved: &[Moved]) -> Vec<Edited> {
    let was = |name: &str| {
        moved.iter().fold(name.to_owned(), |name, moved| match name.strip_prefix(moved.from.value.as_str()) {
            Some(rest) if rest.starts_with('.') => format!("{}{rest}", moved.to.value),
            _ => name,
        })
    };
    let mut before: BTreeMap<String, &str> = last.iter().map(|(name, text)| (was(name), text.as_str())).collect();
    let mut found = Vec::new();
    for written in now {
        let was = before.remove(&written.name);
        if !was.is_some_and(|was| written.is(was)) {
            found.push(Edited {
                name: written.name.clone(),
                before: was.map(str::to_owned),
                after: Some(written.clone()),
            });
        }
    }
    let there: BTreeSet<&str> = now.iter().map(|written| written.name.as_str()).collect();
    let gone = before.into_iter().filter(|(name, _)| !there.contains(name.as_str()));
    found.extend(gone.map(|(name, text)| Edited { name, before: Some(text.to_owned()), after: None }));
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

impl Edited {
    /// Whether it is of a term, as far as that is known.
    pub fn is_term(&self) -> bool {
        match &self.after {
            Some(written) => written.is_term,
            None => is_term(&self.name),
        }
    }
}
