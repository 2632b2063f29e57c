//! From a line of the author's to the lines it takes its value from: locals, variables, the blocks that call a module,
//! outputs of modules, `for_each`. It looks at the text alone and evaluates nothing. Must not know what is built.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};
use tonnage_base::{Span, Symbol};
use tonnage_syntax::{
    Module,
    tree::{Block, Body, Expr},
};

use super::mentions;
use crate::{
    intent::{Intent, ScopeId},
    resolve::{
        modules::{ModuleFolder, folder_of, source_of},
        variables::{VariableSource, sensitive},
    },
};

/// Lines followed before the search ends: more than anybody reads.
const MOST: usize = 200;

/// The texts of a fleet, and the values given to its variables.
#[derive(Clone, Copy, Debug)]
pub struct Texts<'a> {
    /// The fleet's own files.
    pub fleet: &'a Module,
    /// The folders of its modules.
    pub modules: &'a [ModuleFolder],
    /// Values given from outside; of several for one name, the last counts.
    pub variables: &'a [(Symbol, VariableSource)],
}

/// A line on the way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuthorStep {
    /// Where.
    pub span: Span,
    /// What stands there: `local.half`, `nodes of module site`, `default of var.nodes`.
    pub text: String,
    /// What was given for it is in no file: on the command line, or by the environment.
    pub in_no_file: bool,
}

/// The lines that the expression at a place takes its value from, in the order they are met; `scope` is where the
/// place's names are known.
pub fn author_steps(texts: &Texts<'_>, intent: &Intent, scope: ScopeId, at: Span) -> Vec<AuthorStep> {
    let mut search = Search { texts, intent, steps: Vec::new(), seen: FxHashSet::default(), open: Vec::new() };
    let Some(files) = search.files(scope) else { return Vec::new() };
    for block in files.files.iter().flat_map(|file| &file.body.blocks).filter(|block| holds(block.span, at)) {
        if let Some(expr) = expression(&block.body, at) {
            search.open.push((scope, block, expr));
        }
    }
    while let Some((scope, block, expr)) = search.open.pop() {
        if search.steps.len() >= MOST {
            break;
        }
        let mut found = Vec::new();
        for mention in mentions(expr) {
            search.follow(scope, block, &mention.name, &mut found);
        }
        // depth first: what a line leads to stands below it
        search.open.extend(found.into_iter().rev());
    }
    search.steps
}

/// The folders of a fleet, its own the empty one, each with the first of the scopes in which its names are known.
pub(crate) fn folders(texts: &Texts<'_>, intent: &Intent) -> BTreeMap<String, ScopeId> {
    let search = Search { texts, intent, steps: Vec::new(), seen: FxHashSet::default(), open: Vec::new() };
    let mut folders: BTreeMap<String, ScopeId> = BTreeMap::new();
    // a call is of one folder, however many instances of the module around it there are: each is followed once
    let mut first: FxHashMap<ScopeId, ScopeId> = FxHashMap::default();
    let mut called: FxHashMap<(ScopeId, Symbol), ScopeId> = FxHashMap::default();
    for (scope, known) in intent.scopes.iter_enumerated() {
        let Some(caller) = known.caller else {
            folders.entry(String::new()).or_insert(scope);
            continue;
        };
        let from = first.get(&caller.scope).copied().unwrap_or(caller.scope);
        if let Some(like) = called.get(&(from, caller.name)) {
            first.insert(scope, *like);
        } else if let Some(path) = search.path(scope) {
            called.insert((from, caller.name), scope);
            folders.entry(path).or_insert(scope);
        }
    }
    folders
}

type Open<'a> = (ScopeId, &'a Block, &'a Expr);

struct Search<'a> {
    texts: &'a Texts<'a>,
    intent: &'a Intent,
    steps: Vec<AuthorStep>,
    seen: FxHashSet<(ScopeId, Span)>,
    open: Vec<Open<'a>>,
}

impl<'a> Search<'a> {
    /// The folder of a scope, from that of the fleet.
    fn path(&self, scope: ScopeId) -> Option<String> {
        let mut calls = Vec::new();
        let mut at = self.intent.scopes.get(scope)?;
        while let Some(caller) = at.caller {
            calls.push(caller);
            at = self.intent.scopes.get(caller.scope)?;
        }
        let mut path = String::new();
        for call in calls.into_iter().rev() {
            let block = named(self.module(&path)?, "module", call.name)?;
            path = folder_of(&path, source_of(block)?.0)?;
        }
        Some(path)
    }

    fn module(&self, path: &str) -> Option<&'a Module> {
        match path {
            "" => Some(self.texts.fleet),
            _ => self.texts.modules.iter().find(|folder| folder.path == path).map(|folder| &folder.module),
        }
    }

    fn files(&self, scope: ScopeId) -> Option<&'a Module> {
        self.module(&self.path(scope)?)
    }

    fn step(&mut self, scope: ScopeId, span: Span, text: String) -> bool {
        let new = self.seen.insert((scope, span));
        if new {
            self.steps.push(AuthorStep { span, text, in_no_file: false });
        }
        new
    }

    /// A value that is in no file: `span` is where it is declared.
    fn given(&mut self, scope: ScopeId, span: Span, text: String) {
        if self.seen.insert((scope, span)) {
            self.steps.push(AuthorStep { span, text, in_no_file: true });
        }
    }

    /// Follows one name; expressions to look into next go to `found`.
    fn follow(&mut self, scope: ScopeId, block: &'a Block, name: &str, found: &mut Vec<Open<'a>>) {
        let mut parts = name.split(['.', '[', ']']).map(|part| part.trim_matches('"')).filter(|part| !part.is_empty());
        let (Some(root), member) = (parts.next(), parts.next()) else { return };
        let Some(files) = self.files(scope) else { return };
        if root == "each" {
            if let Some(each) = block.body.attribute("for_each")
                && self.step(scope, each.span, format!("for_each of {}", heading(block)))
            {
                found.push((scope, block, &each.value));
            }
            return;
        }
        let Some(member) = member.map(Symbol::new) else { return };
        match root {
            "local" => {
                let all = files.files.iter().flat_map(|file| file.body.blocks_of("locals"));
                let local = all.flat_map(|locals| locals.body.attributes.iter().map(move |a| (locals, a)));
                if let Some((locals, attribute)) = local.into_iter().find(|(_, a)| a.key.name == member)
                    && self.step(scope, attribute.span, format!("local.{member}"))
                {
                    found.push((scope, locals, &attribute.value));
                }
            }
            "var" => self.variable(scope, files, member, found),
            "module" => {
                let key = parts.clone().next().map(Symbol::new);
                let fits = |caller: &crate::intent::Caller| {
                    caller.scope == scope && caller.name == member && (caller.key.is_none() || caller.key == key)
                };
                let mut all = self.intent.scopes.iter_enumerated();
                let child = all.find(|(_, s)| s.caller.as_ref().is_some_and(fits)).map(|(id, _)| (id, true));
                let first = |caller: &crate::intent::Caller| caller.scope == scope && caller.name == member;
                let mut all = self.intent.scopes.iter_enumerated();
                let child = child
                    .or_else(|| all.find(|(_, s)| s.caller.as_ref().is_some_and(first)).map(|(id, _)| (id, false)));
                let Some((child, keyed)) = child else { return };
                let keyed =
                    keyed && self.intent.scopes.get(child).is_some_and(|s| s.caller.is_some_and(|c| c.key.is_some()));
                let output = if keyed { parts.nth(1) } else { parts.next() };
                let output = output.and_then(|name| named(self.files(child)?, "output", Symbol::new(name)));
                if let Some(output) = output
                    && let Some(value) = output.body.attribute("value")
                    && self.step(child, value.span, format!("{} of module {member}", heading(output)))
                {
                    found.push((child, output, &value.value));
                }
            }
            _ => {
                if let Some(thing) = named(files, root, member) {
                    self.step(scope, thing.header, heading(thing));
                }
            }
        }
    }

    fn variable(&mut self, scope: ScopeId, files: &'a Module, name: Symbol, found: &mut Vec<Open<'a>>) {
        let Some(block) = named(files, "variable", name) else { return };
        // The line of a secret's value shows the value.
        let secret = sensitive(block);
        let shown = |place: Span| if secret { block.header } else { place };
        if let Some(caller) = self.intent.scopes.get(scope).and_then(|scope| scope.caller) {
            let call = self.files(caller.scope).and_then(|files| named(files, "module", caller.name));
            if let Some(call) = call
                && let Some(input) = call.body.attribute(name.as_str())
            {
                if self.step(caller.scope, input.span, format!("input {name} of module {}", caller.name)) {
                    found.push((caller.scope, call, &input.value));
                }
                return;
            }
        } else if let Some((_, given)) = self.texts.variables.iter().rev().find(|(given, _)| *given == name) {
            match given {
                VariableSource::CommandLine(_) => {
                    self.given(scope, block.header, format!("var.{name}, given with -var"));
                }
                VariableSource::Environment(_) => {
                    self.given(scope, block.header, format!("var.{name}, given by TONNAGE_VAR_{name}"));
                }
                VariableSource::File(expr) => {
                    self.step(scope, shown(expr.span), format!("var.{name}, given in a file of variables"));
                }
            }
            return;
        }
        match block.body.attribute("default") {
            Some(default) => self.step(scope, shown(default.span), format!("default of var.{name}")),
            None => self.step(scope, block.header, format!("var.{name}")),
        };
    }
}

fn holds(outer: Span, inner: Span) -> bool {
    outer.file == inner.file && outer.lo <= inner.lo && inner.hi <= outer.hi
}

/// The value of the attribute that a place lies in, or that is the place itself.
fn expression(body: &Body, at: Span) -> Option<&Expr> {
    if let Some(attribute) = body.attributes.iter().find(|attribute| holds(attribute.span, at)) {
        return Some(&attribute.value);
    }
    body.blocks.iter().filter(|block| holds(block.span, at)).find_map(|block| expression(&block.body, at))
}

fn named<'a>(module: &'a Module, kind: &str, name: Symbol) -> Option<&'a Block> {
    let blocks = module.files.iter().flat_map(|file| &file.body.blocks);
    let mut named = blocks.filter(|block| block.labels.last().is_some_and(|label| label.name == name));
    named.find(|block| block.kind.name == kind)
}

/// `pool chat`, as a step says it.
fn heading(block: &Block) -> String {
    block.labels.iter().fold(block.kind.name.to_string(), |text, label| format!("{text} {}", label.name))
}
