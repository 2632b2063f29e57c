//! What a fleet asks for, block by block and attribute by attribute, each value with the line it is written on; and how
//! two fleets differ in it.
//!
//! Must not know what any block means: it goes by the table of blocks.

use std::collections::{BTreeMap, BTreeSet};

use tonnage_base::{Span, Symbol};
use tonnage_syntax::tree::{Block, Body, Expr};

use crate::{
    Evaluator,
    analyze::Inputs,
    check::{BlockSpec, find_block},
    context::Context,
    intent::Moved,
    places::{self, MAX_DEPTH, Place, join},
    resolve::{
        self, Resolved,
        declared::Family,
        each::{self, Instance},
        names::{FleetScope, key},
    },
    value::{Equality, Value},
};

/// One block, or one instance of a block with `for_each`.
#[derive(Clone, Debug)]
pub struct Asked {
    /// `pool.ultra["a"]`, `module.east.policy.no_lock_in`.
    pub address: Symbol,
    /// Its kind and labels.
    pub header: Span,
    /// What stands in it, in order of `path`.
    pub lines: Vec<Line>,
}

/// One value of a block.
#[derive(Clone, Debug)]
pub struct Line {
    /// `size.gpus`, `option.granted.draw`, `burn["2027"]`.
    pub path: String,
    /// What it is.
    pub said: Said,
    /// Where it is written, or the whole that it is a part of.
    pub span: Span,
    /// Of the path as much as leads to that place, in bytes.
    pub root: usize,
}

impl Line {
    fn new(path: String, said: Said, span: Span) -> Self {
        Self { root: path.len(), path, said, span }
    }

    /// The part of what is written at the place that is meant: `[1].CidrIp`.
    pub fn inside(&self) -> &str {
        self.path.get(self.root..).unwrap_or_default().trim_start_matches('.')
    }
}

/// What stands at a place.
#[derive(Clone, Debug)]
pub enum Said {
    /// A value.
    Known(Value),
    /// The expression itself: what it is depends on the placement, or on what is live.
    Written,
}

/// A block that differs between two fleets.
#[derive(Clone, Debug)]
pub struct Difference {
    /// Its address; the old one where it is gone.
    pub address: Symbol,
    /// What it was called, where a `moved` block says so.
    pub was: Option<Symbol>,
    /// In the first fleet; none: it is new.
    pub before: Option<Span>,
    /// In the second fleet; none: it is gone.
    pub after: Option<Span>,
    /// What differs in it; of a new or a gone block, everything.
    pub lines: Vec<(Option<Line>, Option<Line>)>,
}

/// Families whose members are asked for; variables, locals and modules only lead to them.
const FAMILIES: [Family; 10] = [
    Family::Cloud,
    Family::Pool,
    Family::Capacity,
    Family::Commitment,
    Family::Storage,
    Family::Network,
    Family::Image,
    Family::Cidr,
    Family::Resource,
    Family::Lookup,
];

/// Everything that a fleet asks for, in order of addresses. Meant for a fleet in which [`crate::analyze`] finds no
/// error.
pub fn asked(inputs: &Inputs<'_>) -> Vec<Asked> {
    let mut cx = Context::new(Evaluator::new().for_day(inputs.as_of));
    let resolved = resolve::resolve(inputs.fleet, inputs.modules, inputs.variables, &mut cx);
    let mut found: BTreeMap<Symbol, Asked> = BTreeMap::new();
    for (position, resolved) in resolved.iter().enumerate() {
        let declared = &resolved.folder.declared;
        // The clouds of the root are those of every module: they are asked for once.
        for family in FAMILIES.into_iter().filter(|family| position == 0 || *family != Family::Cloud) {
            for (name, block) in declared.members(family).blocks() {
                let entries = resolved.entries.get(&(family, name.name)).cloned();
                add(resolved, family.root(), name, block, entries, &mut cx, &mut found);
            }
        }
        for (name, block) in &declared.policies {
            add(resolved, "policy", *name, block, None, &mut cx, &mut found);
        }
        for (name, block) in &declared.outputs {
            add(resolved, "output", *name, block, None, &mut cx, &mut found);
        }
        for block in declared.fleets.iter().chain(&declared.catalog).chain(&declared.lowerings) {
            let labels = block.labels.iter().map(|label| format!("[\"{}\"]", label.name)).collect::<String>();
            let address = key(resolved.prefix, Symbol::new(&format!("{}{labels}", block.kind.name)));
            found.insert(address, read(address, block, &resolved.scope, &mut cx));
        }
    }
    found.into_values().collect()
}

/// Adds each instance of a block.
fn add(
    resolved: &Resolved<'_>,
    root: &str,
    name: tonnage_syntax::tree::Ident,
    block: &Block,
    entries: Option<Vec<(Symbol, Value)>>,
    cx: &mut Context,
    found: &mut BTreeMap<Symbol, Asked>,
) {
    let entries = entries.or_else(|| {
        let each = block.body.attribute("for_each")?;
        each::entries(&each.value, &resolved.scope, cx)
    });
    for Instance { name, scope, .. } in each::instances(name, entries.as_deref(), &resolved.scope) {
        let address = key(resolved.prefix, Symbol::new(&format!("{root}.{name}")));
        found.insert(address, read(address, block, &scope, cx));
    }
}

fn read(address: Symbol, block: &Block, scope: &FleetScope, cx: &mut Context) -> Asked {
    let mut reading = Reading { scope, cx, lines: Vec::new() };
    reading.body(&block.body, find_block(block.kind.name.as_str()));
    let mut lines = reading.lines;
    lines.sort_by(|a, b| a.path.cmp(&b.path));
    Asked { address, header: block.header, lines }
}

/// One block being read.
struct Reading<'a> {
    scope: &'a FleetScope,
    cx: &'a mut Context,
    lines: Vec<Line>,
}

impl Reading<'_> {
    fn body(&mut self, body: &Body, spec: Option<&'static BlockSpec>) {
        places::each(body, spec, "", &mut |path, place| match place {
            // what an instance is made from is said by its address
            _ if path.strip_prefix("for_each").is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '['])) => {}
            Place::Value(expr, depth) => self.expr(path, expr, depth),
            Place::Order(labels, span) => {
                let names = Value::list(labels.into_iter().map(|label| Value::string(label.as_str())));
                self.lines.push(Line::new(path, Said::Known(names), span));
            }
        });
    }

    fn expr(&mut self, path: String, expr: &Expr, depth: usize) {
        let told = self.cx.diagnostics.len();
        let value = self.cx.evaluator.eval(expr, self.scope);
        self.cx.diagnostics.truncate(told);
        if known(&value, 0) {
            let line = Line::new(path, Said::Known(value), expr.span);
            self.value(line, depth);
        } else {
            self.lines.push(Line::new(path, Said::Written, expr.span));
        }
    }

    /// A map is a line for each key.
    fn value(&mut self, line: Line, depth: usize) {
        match &line.said {
            Said::Known(Value::Map(map)) if depth < MAX_DEPTH && !map.is_empty() => {
                for (key, inner) in map.iter() {
                    let path = join(&line.path, key.as_str());
                    self.value(Line { path, said: Said::Known(inner.clone()), ..line }, depth + 1);
                }
            }
            _ => self.lines.push(line),
        }
    }
}

/// Whether nothing in a value waits for placement or apply.
fn known(value: &Value, depth: usize) -> bool {
    match value {
        Value::Unknown(_) | Value::Invalid | Value::Reference { .. } | Value::Join(_) => false,
        Value::List(items) => depth < 64 && items.iter().all(|item| known(item, depth + 1)),
        Value::Map(map) => depth < 64 && map.values().all(|item| known(item, depth + 1)),
        _ => true,
    }
}

/// How the second fleet differs from the first, in order of addresses. `text` gives what stands at a place of either.
pub fn differences(
    before: &[Asked],
    after: &[Asked],
    moved: &[Moved],
    text_before: &dyn Fn(Span) -> String,
    text_after: &dyn Fn(Span) -> String,
) -> Vec<Difference> {
    let mut old: BTreeMap<Symbol, (&Asked, Option<Symbol>)> = BTreeMap::new();
    let there: BTreeSet<Symbol> = after.iter().map(|asked| asked.address).collect();
    for asked in before {
        let renamed = moved.iter().find_map(|moved| renamed(asked.address, moved)).filter(|new| there.contains(new));
        match renamed {
            Some(new) => old.insert(new, (asked, Some(asked.address))),
            None => old.insert(asked.address, (asked, None)),
        };
    }
    let same = |a: &Line, b: &Line| match (&a.said, &b.said) {
        (Said::Known(a), Said::Known(b)) => a.equality(b) == Equality::Equal,
        (Said::Written, Said::Written) => words(&text_before(a.span)) == words(&text_after(b.span)),
        _ => false,
    };
    let mut found = Vec::new();
    for asked in after {
        let (was, renamed) = match old.remove(&asked.address) {
            Some((was, renamed)) => (Some(was), renamed),
            None => (None, None),
        };
        let lines = pair(was.map_or(&[], |was| &was.lines), &asked.lines, &same);
        if was.is_none() || renamed.is_some() || !lines.is_empty() {
            found.push(Difference {
                address: asked.address,
                was: renamed,
                before: was.map(|was| was.header),
                after: Some(asked.header),
                lines,
            });
        }
    }
    found.extend(old.into_values().map(|(was, _)| Difference {
        address: was.address,
        was: None,
        before: Some(was.header),
        after: None,
        lines: pair(&was.lines, &[], &same),
    }));
    found.sort_by_key(|difference| difference.address);
    found
}

/// The address that a `moved` block gives to an address.
fn renamed(address: Symbol, moved: &Moved) -> Option<Symbol> {
    let rest = address.as_str().strip_prefix(moved.from.value.as_str())?;
    (rest.is_empty() || rest.starts_with(['[', '.'])).then(|| Symbol::new(&format!("{}{rest}", moved.to.value)))
}

/// Lines that differ, in order of their paths.
fn pair(before: &[Line], after: &[Line], same: &dyn Fn(&Line, &Line) -> bool) -> Vec<(Option<Line>, Option<Line>)> {
    let mut both: BTreeMap<&str, (Option<&Line>, Option<&Line>)> = BTreeMap::new();
    for line in before {
        both.entry(&line.path).or_default().0 = Some(line);
    }
    for line in after {
        both.entry(&line.path).or_default().1 = Some(line);
    }
    let differs = |pair: &(Option<&Line>, Option<&Line>)| !matches!(pair, (Some(a), Some(b)) if same(a, b));
    let differing = both.into_values().filter(differs).map(|(a, b)| (a.cloned(), b.cloned()));
    differing.flat_map(|pair| apart(&pair).unwrap_or_else(|| vec![pair])).collect()
}

/// As many differences inside a list are told apart.
const APART: usize = 12;

/// Of two lists what differs in them, element by element: what is alike at both ends is passed over. None where they
/// are no lists, or so much differs that the whole is read more easily.
fn apart(pair: &(Option<Line>, Option<Line>)) -> Option<Vec<(Option<Line>, Option<Line>)>> {
    let (Some(before), Some(after)) = pair else { return None };
    let (Said::Known(b @ Value::List(_)), Said::Known(a @ Value::List(_))) = (&before.said, &after.said) else {
        return None;
    };
    let mut found = Vec::new();
    let mut open = vec![(after.path.clone(), Some(b.clone()), Some(a.clone()), 0)];
    while let Some((path, b, a, depth)) = open.pop() {
        if b.as_ref().zip(a.as_ref()).is_some_and(|(b, a)| b.equality(a) == Equality::Equal) {
            continue;
        }
        let mut inner = match (&b, &a) {
            (Some(Value::List(b)), Some(Value::List(a))) if depth < MAX_DEPTH => elements(&path, b, a),
            (Some(Value::Map(b)), Some(Value::Map(a))) if depth < MAX_DEPTH => {
                let keys: BTreeSet<Symbol> = b.keys().chain(a.keys()).copied().collect();
                keys.into_iter()
                    .map(|key| (join(&path, key.as_str()), b.get(&key).cloned(), a.get(&key).cloned()))
                    .collect()
            }
            _ => {
                let line = |value: Option<Value>, of: &Line| {
                    value.map(|value| Line { path: path.clone(), said: Said::Known(value), ..*of })
                };
                found.push((line(b, before), line(a, after)));
                continue;
            }
        };
        inner.reverse();
        open.extend(inner.into_iter().map(|(path, b, a)| (path, b, a, depth + 1)));
        if found.len() + open.len() > APART * 8 {
            return None;
        }
    }
    (found.len() <= APART).then_some(found)
}

/// The elements of two lists by position, but for those that are alike at both ends.
fn elements(path: &str, before: &[Value], after: &[Value]) -> Vec<(String, Option<Value>, Option<Value>)> {
    let same = |(b, a): &(&Value, &Value)| b.equality(a) == Equality::Equal;
    let shorter = before.len().min(after.len());
    let start = before.iter().zip(after).take_while(same).count();
    let end = match before.len() == after.len() {
        true => 0,
        false => before.iter().rev().zip(after.iter().rev()).take_while(same).count().min(shorter - start),
    };
    let at = |list: &[Value], at: usize| list.get(at).filter(|_| at + end < list.len()).cloned();
    let each = start..before.len().max(after.len()) - end;
    each.map(|i| (format!("{path}[{i}]"), at(before, i), at(after, i))).collect()
}

/// Text without its layout.
fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}
