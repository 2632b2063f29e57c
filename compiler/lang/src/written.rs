//! What the authors of a fleet wrote, value by value, each under a name that stays what it is when lines and files
//! move; and what of it is written otherwise than it was. Of what is long, or was given from outside, only a digest is
//! kept, enough to tell an edit; of all else the text, to be read. What stands in a `resource` is left out: plans show
//! its properties themselves, and there may be a hundred thousand. Must not know what a value means.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};
use tonnage_base::{Date, FileId, Span, Symbol};
use tonnage_syntax::tree::{Block, Expr, ExprKind};

use crate::{
    check::find_block,
    evaluate::Evaluator,
    intent::{Globals, Intent, Moved, ScopeId},
    places::{self, MAX_DEPTH, Place},
    provenance::{Known, Start, Step, Texts, author_steps, folders, heading_in, mentions, parse, shown},
    resolve::{
        modules::{folder_of, source_of},
        variables::{VariableSource, sensitive},
    },
    value::{Equality, Value},
};

/// A text longer than this is kept as a digest, unless it is a promise.
const KEPT: usize = 160;

/// Blocks that say nothing of what is to be there, or of which plans show what is in them.
const LEFT_OUT: [&str; 6] = ["resource", "test", "moved", "import", "removed", "lowering"];

/// What names of values begin with that were given from outside.
const GIVEN: &str = "var.";

/// A value as it is written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written {
    /// `pool.chat.size.gpus`, `site/local.half`.
    pub name: String,
    /// Its text without layout and comments.
    pub text: String,
    /// Where it stands.
    pub span: Span,
    /// It is of a promise, or a promise takes its value from it.
    pub is_term: bool,
    /// Where its names are known.
    pub scope: ScopeId,
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
        let prefix = intent.scopes.get(*scope).map_or("", |scope| scope.prefix.as_str());
        for block in blocks.filter(|block| !LEFT_OUT.contains(&block.kind.name.as_str())) {
            let secrets = secret_inputs(texts, folder, block);
            let mut open = Vec::new();
            let spec = find_block(block.kind.name.as_str());
            places::each(&block.body, spec, &heading_in(folder, block), &mut |name, place| open.push((name, place)));
            while let Some((name, place)) = open.pop() {
                let is_term = is_promise(&name);
                if !is_term && let Some((items, depth)) = objects(&place) {
                    // each by itself, so that it is known which one is edited
                    for (at, item) in items.iter().enumerate() {
                        places::value(format!("{name}[{at}]"), item, depth + 1, &mut |name, place| {
                            open.push((name, place));
                        });
                    }
                    continue;
                }
                let (span, words, leads_on) = match place {
                    Place::Value(expr, _) => (expr.span, words(&text(expr.span)), !mentions(expr).is_empty()),
                    Place::Order(labels, span) => {
                        (span, labels.iter().map(|label| label.as_str()).collect::<Vec<_>>().join(" "), false)
                    }
                };
                if words.contains("sensitive(") || secrets.iter().any(|secret| name.ends_with(secret.as_str())) {
                    continue;
                }
                if is_term && leads_on {
                    let behind = author_steps(texts, intent, Start { address: prefix, at: span, inside: &[] });
                    terms.extend(behind.steps.iter().map(|step| ((step.span.file, step.span.lo), step.span.hi)));
                }
                found.insert(name.clone(), Written { name, text: words, span, is_term, scope: *scope });
            }
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

/// The items of a written list of objects, and how deep it lies.
fn objects<'b>(place: &Place<'b>) -> Option<(&'b [Expr], usize)> {
    let Place::Value(Expr { kind: ExprKind::List(items), .. }, depth) = place else { return None };
    let all = !items.is_empty() && items.iter().all(|item| matches!(item.kind, ExprKind::Object(_)));
    (all && *depth < MAX_DEPTH).then_some((items, *depth))
}

impl Written {
    /// What is kept of it.
    pub fn kept(&self) -> String {
        // whoever gives a value from outside may mean it to be seen nowhere else
        let given = self.name.starts_with(GIVEN);
        if self.is_term || (self.text.len() <= KEPT && !given) { self.text.clone() } else { self.digest() }
    }

    /// Whether a text has, with the names of today, the value that this one has: what is only said in other words.
    pub fn says(&self, before: &str, intent: &Intent) -> bool {
        let Some(scope) = intent.scopes.get(self.scope) else { return false };
        let value = |text: &str| evaluated(text, &scope.globals, intent.as_of);
        value(before).zip(value(&self.text)).is_some_and(|(was, is)| was.equality(&is) == Equality::Equal)
    }

    fn digest(&self) -> String {
        let mut digest = format!("#{}", hex::encode(Sha256::digest(&self.text)));
        digest.truncate(13);
        digest
    }

    /// Whether it is what was kept, of whatever it was then.
    fn is(&self, kept: &str) -> bool {
        self.text == kept || self.digest() == kept
    }
}

/// Whether something of this name stands in a promise, by the table of blocks.
pub fn is_promise(name: &str) -> bool {
    let mut way = parse(within(name).1).into_iter().filter_map(|step| match step {
        Step::Key(key) => Some(key.as_str()),
        // one of several blocks of one name
        Step::Index(_) | Step::Any => None,
    });
    let mut block = way.next().and_then(find_block);
    while let Some(spec) = block {
        if spec.promise {
            return true;
        }
        let Some(next) = way.nth(spec.labels.len()) else { return false };
        if let Some(attribute) = spec.attribute(next) {
            return attribute.promise;
        }
        block = spec.block(next);
    }
    false
}

/// The folder of a module that a name lies in, with its last stroke, and the rest.
fn within(name: &str) -> (&str, &str) {
    // it ends before any key
    let end = name.find('[').unwrap_or(name.len());
    let begin = name.get(..end).and_then(|head| head.rfind('/')).map_or(0, |at| at + 1);
    name.split_at(begin)
}

/// The top-level block that a name lies in: `site/pool.chat` of `site/pool.chat.size.gpus`.
pub fn block_of(name: &str) -> String {
    let (folder, rest) = within(name);
    let way = parse(rest);
    let labels = match way.first() {
        Some(Step::Key(kind)) => find_block(kind.as_str()).map_or(0, |spec| spec.labels.len()),
        _ => 0,
    };
    format!("{folder}{}", shown(String::new(), way.get(..=labels).unwrap_or(&way)))
}

fn evaluated(text: &str, globals: &Globals, day: Date) -> Option<Value> {
    let (file, wrong) = tonnage_syntax::parse(FileId(0), &format!("x = {text}\n"));
    let expr = file.body.attributes.first().filter(|_| wrong.is_empty()).map(|attribute| &attribute.value)?;
    let value = Evaluator::new().for_day(day).eval(expr, &Known { globals, each: None });
    (!matches!(value, Value::Invalid | Value::Unknown(_))).then_some(value)
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
    Some(Written { name: format!("{GIVEN}{name}"), text: words, span, is_term: false, scope: ScopeId(0) })
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What is written otherwise than it was, in order of names. What was written under a name that `moved` changes was
/// written under the new one.
pub fn edited(now: &[Written], last: &BTreeMap<String, String>, moved: &[Moved]) -> Vec<Edited> {
    let names: Vec<(String, String)> = moved.iter().flat_map(renamed).collect();
    let was = |name: &str| {
        names.iter().fold(name.to_owned(), |name, (from, to)| match name.strip_prefix(from.as_str()) {
            Some(rest) if rest.starts_with('.') => format!("{to}{rest}"),
            _ => name,
        })
    };
    // what names something that is renamed says the same as before
    let said = |name: &str, text: &str| {
        moved.iter().fold(text.to_owned(), |text, moved| {
            let (from, to) = (moved.from.value.as_str(), moved.to.value.as_str());
            match from.rsplit_once('.').zip(to.rsplit_once('.')) {
                // a list of options has their names alone
                Some(((block, from), (_, to))) if name.strip_prefix(block) == Some(".option order") => {
                    named(&text, from, to)
                }
                _ => named(&text, from, to),
            }
        })
    };
    let before: Vec<(String, String)> = last.iter().map(|(name, text)| (was(name), said(name, text))).collect();
    let mut before: BTreeMap<String, &str> = before.iter().map(|(name, text)| (name.clone(), text.as_str())).collect();
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

/// What a rename makes of names: of a block, or of an option in it, whose address says no `option`.
fn renamed(moved: &Moved) -> Vec<(String, String)> {
    let (from, to) = (moved.from.value.as_str(), moved.to.value.as_str());
    let option = |address: &str| address.rsplit_once('.').map(|(block, option)| format!("{block}.option.{option}"));
    [Some((from.to_owned(), to.to_owned())), option(from).zip(option(to))].into_iter().flatten().collect()
}

/// A text in which the address that something had stands for the one it has.
fn named(text: &str, from: &str, to: &str) -> String {
    let goes_on = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(from) {
        let is_whole = !before.ends_with(|c| goes_on(c) || c == '.') && !after.starts_with(goes_on);
        out.push_str(before);
        out.push_str(if is_whole { to } else { from });
        rest = after;
    }
    out.push_str(rest);
    out
}

impl Edited {
    /// Whether it stands in a block that asks for nothing, whoever else takes a value from it.
    pub fn is_promise(&self) -> bool {
        is_promise(&self.name)
    }

    /// Whether it is of a promise, as far as that is known.
    pub fn is_term(&self) -> bool {
        match &self.after {
            Some(written) => written.is_term,
            None => is_promise(&self.name),
        }
    }
}
