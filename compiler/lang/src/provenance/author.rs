//! From a line of the author's to the lines it takes its value from: locals, variables, the blocks that call a module,
//! outputs of modules, `for_each`; of each the part that was read. Must not know what is built.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};
use tonnage_base::{Span, Symbol};
use tonnage_syntax::{
    Module,
    tree::{Attribute, Block, Expr, ExprKind},
};

use super::{
    Step, parse,
    reads::{Reads, reads, step_to},
    shown,
};
use crate::{
    check::find_block,
    evaluate::Evaluator,
    intent::{Globals, Intent, ScopeId},
    places::join,
    resolve::{
        each::instance_name,
        modules::{ModuleFolder, folder_of, source_of},
        variables::{VariableSource, sensitive},
    },
    scope::Scope,
    value::Value,
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
    /// Only some of what stands there is meant, and it can't be told what.
    pub is_part: bool,
}

/// Where a search for lines begins.
#[derive(Clone, Copy, Debug)]
pub struct Start<'a> {
    /// The block's address, or one that begins with it: it says which instance is meant, in which module.
    pub address: &'a str,
    /// The expression, or a part of it.
    pub at: Span,
    /// The part of its value that is asked about.
    pub inside: &'a [Step],
}

/// What a search begins at, and the lines behind it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Behind {
    /// The innermost part of the author's text that gives all of what is asked about.
    pub at: Span,
    /// What is asked about, as [`crate::written`] names it, whether it is written or not: `site/pool.chat.labels.team`.
    pub name: String,
    /// Only some of what stands there is meant, and it can't be told what.
    pub is_part: bool,
    /// Whether it is written.
    pub is_there: bool,
    /// The lines that it takes its value from, in the order they are met.
    pub steps: Vec<AuthorStep>,
}

/// The lines that the expression at a place takes its value from.
pub fn author_steps(texts: &Texts<'_>, intent: &Intent, start: Start<'_>) -> Behind {
    let mut search = Search::new(texts, intent);
    let scope = scope_of(intent, start.address);
    let Start { at, inside, .. } = start;
    let nothing = Behind { at, name: String::new(), is_part: false, is_there: true, steps: Vec::new() };
    let Some(folder) = search.path(scope) else { return nothing };
    let Some(files) = search.module(&folder) else { return nothing };
    let mut blocks = files.files.iter().flat_map(|file| &file.body.blocks);
    let Some(block) = blocks.find(|block| holds(block.span, at)) else { return nothing };
    let mut name = heading_in(&folder, block);
    let (expr, further) = match meant(block, at, inside, &mut name) {
        Meant::Value(expr, further) => (expr, further),
        Meant::Block(at, is_there) => return Behind { at, name, is_there, ..nothing },
    };
    let key = intent.scopes.get(scope).and_then(|scope| key_of(start.address, scope.prefix.as_str(), block));
    let (at, is_part) = search.read(Open { scope, block, key, expr, inside: further.to_vec() });
    while let Some(open) = search.open.pop() {
        if search.steps.len() >= MOST {
            break;
        }
        search.follow(open);
    }
    Behind { at, name, is_part, is_there: true, steps: search.steps }
}

/// The name of the block that something at an address was made by, as [`crate::written`] names it, and all lines that
/// anything in it takes its value from. None where there is no such block.
pub fn block_steps(texts: &Texts<'_>, intent: &Intent, address: &str) -> Option<(String, Vec<AuthorStep>)> {
    let mut search = Search::new(texts, intent);
    let scope = scope_of(intent, address);
    let folder = search.path(scope)?;
    let own = address.strip_prefix(intent.scopes.get(scope)?.prefix.as_str())?;
    let mut way = parse(own).into_iter();
    let (Some(Step::Key(kind)), Some(Step::Key(name))) = (way.next(), way.next()) else { return None };
    let block = named(search.module(&folder)?, kind.as_str(), name)?;
    let mut bodies = vec![&block.body];
    while let Some(body) = bodies.pop() {
        bodies.extend(body.blocks.iter().map(|block| &block.body));
        for attribute in &body.attributes {
            search.read(Open { scope, block, key: None, expr: &attribute.value, inside: Vec::new() });
        }
    }
    while let Some(open) = search.open.pop() {
        search.follow(open);
    }
    Some((heading_in(&folder, block), search.steps))
}

/// The innermost module that an address lies in.
pub fn scope_of(intent: &Intent, address: &str) -> ScopeId {
    let inside = intent.scopes.iter_enumerated().filter(|(_, scope)| address.starts_with(scope.prefix.as_str()));
    inside.max_by_key(|(_, scope)| scope.prefix.as_str().len()).map_or(ScopeId(0), |(id, _)| id)
}

/// The folders of a fleet, its own the empty one, each with the first of the scopes in which its names are known.
pub(crate) fn folders(texts: &Texts<'_>, intent: &Intent) -> BTreeMap<String, ScopeId> {
    let search = Search::new(texts, intent);
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

/// An expression, and the part of its value that is asked about.
struct Open<'a> {
    scope: ScopeId,
    block: &'a Block,
    /// Of a block with `for_each`: the instance.
    key: Option<Symbol>,
    expr: &'a Expr,
    inside: Vec<Step>,
}

/// A name that an expression read.
struct Named<'a> {
    scope: ScopeId,
    block: &'a Block,
    key: Option<Symbol>,
    root: Symbol,
    way: Vec<Step>,
}

struct Search<'a> {
    texts: &'a Texts<'a>,
    intent: &'a Intent,
    steps: Vec<AuthorStep>,
    seen: FxHashSet<(ScopeId, Span, String)>,
    open: Vec<Named<'a>>,
}

impl<'a> Search<'a> {
    fn new(texts: &'a Texts<'a>, intent: &'a Intent) -> Self {
        Self { texts, intent, steps: Vec::new(), seen: FxHashSet::default(), open: Vec::new() }
    }

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

    /// Adds a line, once.
    fn step(&mut self, scope: ScopeId, span: Span, text: String, in_no_file: bool) {
        if self.seen.insert((scope, span, text.clone())) {
            self.steps.push(AuthorStep { span, text, in_no_file, is_part: false });
        }
    }

    /// What an expression read is followed next; where the value was.
    fn read(&mut self, open: Open<'a>) -> (Span, bool) {
        let Open { scope, block, key, expr, inside } = open;
        let Some(known) = self.intent.scopes.get(scope) else { return (expr.span, false) };
        let each = key.and_then(|key| self.each(scope, block, key));
        let Reads { at, is_part, names } =
            reads(expr, &inside, &Known { globals: &known.globals, each }, self.intent.as_of);
        // depth first: what a line leads to stands below it
        self.open.extend(names.into_iter().rev().map(|(root, way)| Named { scope, block, key, root, way }));
        (at, is_part)
    }

    /// Adds the line of an expression, and follows what it read.
    fn lead(&mut self, open: Open<'a>, text: String) {
        let (scope, new) = (open.scope, self.steps.len());
        let waiting = self.open.len();
        let (at, is_part) = self.read(open);
        self.step(scope, at, text, false);
        match self.steps.get_mut(new) {
            Some(step) => step.is_part = is_part,
            None => self.open.truncate(waiting),
        }
    }

    /// `each` of an instance of a block.
    fn each(&self, scope: ScopeId, block: &Block, key: Symbol) -> Option<Value> {
        let all = self.for_each(scope, block)?;
        let value = match (&all, step_to(&all, key)) {
            (Value::List(items), Step::Index(at)) => items.get(at).cloned(),
            (Value::Map(map), Step::Key(key)) => map.get(&key).cloned(),
            _ => None,
        };
        Some(Value::map([("key", Value::string(key.as_str())), ("value", value?)]))
    }

    fn for_each(&self, scope: ScopeId, block: &Block) -> Option<Value> {
        let globals = &self.intent.scopes.get(scope)?.globals;
        let each = &block.body.attribute("for_each")?.value;
        Some(Evaluator::new().for_day(self.intent.as_of).eval(each, &Known { globals, each: None }))
    }

    /// Follows one name.
    fn follow(&mut self, name: Named<'a>) {
        let Named { scope, block, key, root, way } = name;
        let Some(files) = self.files(scope) else { return };
        let Some((Step::Key(member), inside)) = way.split_first().map(|(first, rest)| (*first, rest.to_vec())) else {
            return;
        };
        match root.as_str() {
            "each" => {
                let Some(each) = block.body.attribute("for_each") else { return };
                let all = self.for_each(scope, block).filter(|_| key.is_some());
                let element = key.zip(all.as_ref()).map_or(Step::Any, |(key, all)| step_to(all, key));
                let text = format!("for_each of {}", heading(block));
                if member.as_str() == "key" && matches!(element, Step::Key(_)) {
                    // the key of an entry is what it is whatever stands there
                    self.step(scope, each.key.span, text, false);
                    return;
                }
                let inside = [&[element], inside.as_slice()].concat();
                // names in it are known without `each`
                self.lead(Open { scope, block, key: None, expr: &each.value, inside }, text);
            }
            "local" => {
                let all = files.files.iter().flat_map(|file| file.body.blocks_of("locals"));
                let mut local = all.flat_map(|locals| locals.body.attributes.iter().map(move |a| (locals, a)));
                let Some((block, local)) = local.find(|(_, a)| a.key.name == member) else { return };
                let text = shown(format!("local.{member}"), &inside);
                self.lead(Open { scope, block, key: None, expr: &local.value, inside }, text);
            }
            "var" => self.variable(scope, files, member, inside),
            "module" => self.module_output(scope, member, inside),
            _ => {
                if let Some(thing) = named(files, root.as_str(), member) {
                    self.step(scope, thing.span, heading(thing), false);
                }
            }
        }
    }

    fn module_output(&mut self, scope: ScopeId, member: Symbol, inside: Vec<Step>) {
        let mut way = inside.into_iter().peekable();
        let calls = self.intent.scopes.iter_enumerated();
        let mut calls = calls.filter_map(|(id, s)| Some((id, s.caller?)));
        let key = match way.peek() {
            Some(Step::Key(key)) => Some(*key),
            _ => None,
        };
        let is = |caller: &crate::intent::Caller| caller.scope == scope && caller.name == member;
        let mut fitting: Vec<_> = calls.by_ref().filter(|(_, caller)| is(caller)).collect();
        // one of several by its key, any where it is not known which
        if fitting.iter().any(|(_, caller)| caller.key.is_some()) {
            way.next();
            fitting.sort_by_key(|(_, caller)| caller.key != key);
        }
        let (Some((child, _)), Some(Step::Key(output))) = (fitting.first().copied(), way.next()) else { return };
        let Some(block) = self.files(child).and_then(|files| named(files, "output", output)) else { return };
        let Some(value) = block.body.attribute("value") else { return };
        let text = format!("{} of module {member}", heading(block));
        self.lead(Open { scope: child, block, key: None, expr: &value.value, inside: way.collect() }, text);
    }

    fn variable(&mut self, scope: ScopeId, files: &'a Module, name: Symbol, inside: Vec<Step>) {
        let Some(block) = named(files, "variable", name) else { return };
        // The line of a secret's value shows the value: that of its block does not.
        let secret = sensitive(block);
        if let Some(caller) = self.intent.scopes.get(scope).and_then(|scope| scope.caller) {
            let call = self.files(caller.scope).and_then(|files| named(files, "module", caller.name));
            if let Some(call) = call
                && let Some(input) = call.body.attribute(name.as_str())
            {
                let open = Open { scope: caller.scope, block: call, key: caller.key, expr: &input.value, inside };
                return self.lead(open, format!("input {name} of module {}", caller.name));
            }
        } else if let Some((_, given)) = self.texts.variables.iter().rev().find(|(given, _)| *given == name) {
            let (text, expr) = match given {
                VariableSource::CommandLine(_) => (format!("var.{name}, given with -var"), None),
                VariableSource::Environment(_) => (format!("var.{name}, given by TONNAGE_VAR_{name}"), None),
                VariableSource::File(expr) => (format!("var.{name}, given in a file of variables"), Some(expr)),
            };
            return match expr {
                Some(expr) if !secret => self.lead(Open { scope, block, key: None, expr, inside }, text),
                Some(_) => self.step(scope, block.span, text, false),
                // a value that is in no file: the place is where it is declared
                None => self.step(scope, block.header, text, true),
            };
        }
        match block.body.attribute("default") {
            Some(default) if !secret => {
                let open = Open { scope, block, key: None, expr: &default.value, inside };
                self.lead(open, format!("default of var.{name}"));
            }
            Some(_) => self.step(scope, block.span, format!("default of var.{name}"), false),
            None => self.step(scope, block.header, format!("var.{name}"), false),
        }
    }
}

/// Names of a scope as they are known before placement.
pub(crate) struct Known<'a> {
    /// Of the scope.
    pub globals: &'a Globals,
    /// Of an instance of a block.
    pub each: Option<Value>,
}

impl Scope for Known<'_> {
    fn lookup(&self, name: Symbol) -> Option<Value> {
        let family = |values: &std::sync::Arc<BTreeMap<Symbol, Value>>| Some(Value::Map(std::sync::Arc::clone(values)));
        match name.as_str() {
            "var" => family(&self.globals.variables),
            "local" => family(&self.globals.locals),
            "cidr" => family(&self.globals.plans),
            "each" => self.each.clone(),
            _ => None,
        }
    }
    fn names(&self) -> Vec<Symbol> {
        Vec::new()
    }
}

/// The key of the instance of a block that an address lies in.
fn key_of(address: &str, prefix: &str, block: &Block) -> Option<Symbol> {
    let own = address.strip_prefix(prefix)?;
    let name = block.labels.last()?.name;
    let rest = own.strip_prefix(block.kind.name.as_str())?.strip_prefix('.')?.strip_prefix(name.as_str())?;
    // a key may hold anything: the longest that is quoted as an address quotes it
    let ends = rest.match_indices("\"]").map(|(at, _)| at);
    ends.filter_map(|end| rest.get(2..end)).find_map(|quoted| {
        let key = quoted.replace("\\\"", "\"").replace("\\\\", "\\");
        let whole = instance_name(Symbol::new(""), &key);
        rest.starts_with(whole.as_str()).then(|| Symbol::new(&key))
    })
}

/// Whether one place lies in another.
pub fn holds(outer: Span, inner: Span) -> bool {
    outer.file == inner.file && outer.lo <= inner.lo && inner.hi <= outer.hi
}

/// What a place stands for.
enum Meant<'a, 'p> {
    /// An expression, and the way into its value that is left.
    Value(&'a Expr, &'p [Step]),
    /// A block, or the head of one that does not have what is asked for.
    Block(Span, bool),
}

/// What stands at a place in a block: of the head of a block what the way leads to by names of blocks and attributes.
/// `name` is that of the block, and becomes that of what is meant.
fn meant<'a, 'p>(mut block: &'a Block, at: Span, mut inside: &'p [Step], name: &mut String) -> Meant<'a, 'p> {
    let mut spec = find_block(block.kind.name.as_str());
    let value = |attribute: &'a Attribute, rest, name: &mut String| {
        let expr = part(&attribute.value, at);
        *name = shown(join(name, attribute.key.name.as_str()), rest);
        Meant::Value(expr, rest)
    };
    let enter = |inner: &Block, name: &mut String| {
        let labels = inner.labels.iter().map(|label| label.name);
        *name = [inner.kind.name]
            .into_iter()
            .chain(labels)
            .fold(std::mem::take(name), |name, part| join(&name, part.as_str()));
    };
    while block.header != at {
        let body = &block.body;
        if let Some(attribute) = body.attributes.iter().find(|attribute| holds(attribute.span, at)) {
            return value(attribute, inside, name);
        }
        let Some(inner) = body.blocks.iter().find(|block| holds(block.span, at)) else { return Meant::Block(at, true) };
        enter(inner, name);
        (block, spec) = (inner, spec.and_then(|spec| spec.block(inner.kind.name.as_str())));
    }
    while let Some((Step::Key(step), rest)) = inside.split_first() {
        if !spec.is_none_or(|spec| spec.attribute(step.as_str()).is_some() || spec.block(step.as_str()).is_some()) {
            // what has no word of its own may come from anything in the block
            inside = &[];
            break;
        }
        if let Some(attribute) = block.body.attributes.iter().find(|attribute| attribute.key.name == *step) {
            return value(attribute, rest, name);
        }
        let Some(inner) = block.body.blocks.iter().find(|block| block.kind.name == *step) else { break };
        enter(inner, name);
        (block, inside, spec) = (inner, rest, spec.and_then(|spec| spec.block(step.as_str())));
    }
    *name = shown(std::mem::take(name), inside);
    let is_there = inside.is_empty();
    Meant::Block(if is_there { block.span } else { block.header }, is_there)
}

/// The part of an expression that a place is, or lies in.
fn part(mut here: &Expr, at: Span) -> &Expr {
    // what is named by its place alone is named by its whole: a key leads to the entry
    while here.span != at {
        let inner = match &here.kind {
            ExprKind::Paren(inner) => Some(&**inner).filter(|inner| holds(inner.span, at)),
            ExprKind::List(items) => items.iter().find(|item| holds(item.span, at)),
            ExprKind::Object(items) => items.iter().map(|item| &item.value).find(|item| holds(item.span, at)),
            _ => None,
        };
        match inner {
            Some(inner) => here = inner,
            None => break,
        }
    }
    here
}

fn named<'a>(module: &'a Module, kind: &str, name: Symbol) -> Option<&'a Block> {
    let blocks = module.files.iter().flat_map(|file| &file.body.blocks);
    let mut named = blocks.filter(|block| block.labels.last().is_some_and(|label| label.name == name));
    named.find(|block| block.kind.name == kind)
}

/// `pool.chat`, `local`, `site/variable.nodes`: as what is written is named.
pub(crate) fn heading_in(folder: &str, block: &Block) -> String {
    let kind = match block.kind.name.as_str() {
        "locals" => "local",
        kind => kind,
    };
    let within = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    block.labels.iter().fold(format!("{within}{kind}"), |path, label| join(&path, label.name.as_str()))
}

/// `pool chat`, as a step says it.
fn heading(block: &Block) -> String {
    block.labels.iter().fold(block.kind.name.to_string(), |text, label| format!("{text} {}", label.name))
}
