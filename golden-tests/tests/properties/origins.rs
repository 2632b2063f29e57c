//! Every leaf of every native property of the fleets, traced back to the lines that decide it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;

use tonnage_base::{Date, FileId, Span, Symbol};
use tonnage_driver::{Checked, Settings, check, compile, why};
use tonnage_golden_tests::Fixed;
use tonnage_graph::{Node, ValueId, Values};
use tonnage_place::Availability;
use tonnage_syntax::Module;
use tonnage_syntax::tree::{Body, Expr, ExprKind};

use crate::corpus::folders;
use crate::dice::every;

/// A fleet, compiled.
struct Fleet {
    name: String,
    checked: Checked,
    compiled: compile::Compiled,
    values: Values,
}

fn compiled(checked: &Checked, as_of: Date) -> Option<(compile::Compiled, Values)> {
    let mut values = Values::new();
    let intent = checked.intent.as_ref()?;
    let compiled = compile::compile(intent, &Availability::default(), as_of, &[], &mut values, &mut Vec::new())?;
    Some((compiled, values))
}

impl Fleet {
    fn read(folder: &Path) -> Option<Self> {
        let settings = Settings { folder: folder.to_path_buf(), ..Settings::default() };
        let checked = check(&Fixed::default(), &settings);
        let (compiled, values) = compiled(&checked, checked.as_of?)?;
        let name = folder.iter().rev().take(2).collect::<std::path::PathBuf>().display().to_string();
        Some(Self { name, checked, compiled, values })
    }

    /// Files that the author wrote: those of the fleet and of its modules.
    fn authored(&self, file: FileId) -> bool {
        let modules = self.checked.modules.iter().flat_map(|folder| &folder.module.files);
        self.checked.fleet.files.iter().chain(modules).any(|at| at.id == file)
    }
}

/// The leaves of a body, by their paths as plans write them.
fn leaves(values: &Values, at: ValueId, path: &str, found: &mut Vec<(String, ValueId)>) {
    match values.node(at) {
        Node::Map(_) => {
            for (key, value) in values.entries(at) {
                let plain = key.as_str().chars().all(|c| c.is_alphanumeric() || c == '_')
                    && key.as_str().starts_with(|c: char| c.is_alphabetic());
                let step = match (plain, path.is_empty()) {
                    (true, true) => key.to_string(),
                    (true, false) => format!(".{key}"),
                    (false, _) => {
                        format!("[\"{}\"]", key.as_str().replace('\\', "\\\\").replace('"', "\\\""))
                    }
                };
                leaves(values, value, &format!("{path}{step}"), found);
            }
        }
        Node::List(_) => {
            for (index, &item) in values.items(at).iter().enumerate() {
                leaves(values, item, &format!("{path}[{index}]"), found);
            }
        }
        _ => found.push((path.to_owned(), at)),
    }
}

#[derive(Default)]
struct Count {
    resources: usize,
    leaves: usize,
    /// By name of the fleet, for the figure.
    wrong: BTreeMap<String, Vec<String>>,
}

#[test]
fn every_leaf_is_traced_to_a_line_of_the_authors() {
    let folders = folders();
    let count = Mutex::new(Count::default());
    every(folders.len() as u64, |at| {
        let Some(fleet) = Fleet::read(&folders[usize::try_from(at).expect("small")]) else { return Ok(()) };
        let Some(intent) = &fleet.checked.intent else { return Ok(()) };
        let lowered = &fleet.compiled.lowered;
        let (mut seen, mut resources, mut wrong) = (0, 0, Vec::new());
        // resources that one declaration makes differ in values, not in lines: three of each are as good as all
        let mut made: BTreeMap<(Symbol, Option<Span>), usize> = BTreeMap::new();
        for (_, resource) in lowered.graph.iter() {
            let name = resource.address.as_str().split('[').next().unwrap_or_default();
            let times = made.entry((Symbol::new(name), resource.declared)).or_default();
            *times += 1;
            if *times > 3 {
                continue;
            }
            resources += 1;
            let mut all = Vec::new();
            leaves(&fleet.values, resource.body, "", &mut all);
            for (path, value) in all {
                seen += 1;
                if why::value(&fleet.values, resource.body, &path) != Some(value) {
                    wrong.push(format!("{}.{path}: not found again by its path", resource.address));
                }
                let steps = why::steps(&fleet.checked, intent, lowered, resource.address, &path);
                let places = steps.iter().all(|step| {
                    let file = fleet.checked.sources.file(step.span.file);
                    file.is_some_and(|file| (step.span.hi as usize) <= file.text.len())
                });
                if !places || !steps.iter().any(|step| fleet.authored(step.span.file)) {
                    wrong.push(format!("{}.{path}: {steps:?}", resource.address));
                }
            }
        }
        let mut count = count.lock().expect("unpoisoned");
        count.leaves += seen;
        count.resources += resources;
        if !wrong.is_empty() {
            count.wrong.insert(fleet.name.clone(), wrong);
        }
        Ok(())
    });
    let count = count.into_inner().expect("unpoisoned");
    println!("{} leaves of {} resources traced", count.leaves, count.resources);
    assert!(count.leaves > 10_000, "{}", count.leaves);
    assert!(count.wrong.is_empty(), "{:#?}", count.wrong);
}

/// A literal of the author's that something may hang on.
struct Literal {
    file: FileId,
    span: Span,
    /// What stands there instead.
    instead: String,
    /// The head of its block, where the block says one thing.
    whole: Option<Span>,
}

fn literals(body: &Body, file: FileId, whole: Option<Span>, found: &mut Vec<Literal>) {
    for attribute in &body.attributes {
        literal(&attribute.value, file, whole, found);
    }
    for block in &body.blocks {
        let one = whole.or_else(|| {
            ["cidr", "lookup", "region", "shape"].contains(&block.kind.name.as_str()).then_some(block.header)
        });
        literals(&block.body, file, one, found);
    }
}

fn literal(expr: &Expr, file: FileId, whole: Option<Span>, found: &mut Vec<Literal>) {
    let instead = match &expr.kind {
        ExprKind::Number(number) => Some((number + tonnage_base::Decimal::ONE).to_string()),
        ExprKind::String(text) => Some(format!("\"{text}x\"")),
        ExprKind::Bool(value) => Some((!value).to_string()),
        ExprKind::Object(items) => {
            items.iter().for_each(|item| literal(&item.value, file, whole, found));
            None
        }
        ExprKind::List(items) => {
            items.iter().for_each(|item| literal(item, file, whole, found));
            None
        }
        _ => None,
    };
    found.extend(instead.map(|instead| Literal { file, span: expr.span, instead, whole }));
}

/// The chain is held against the compiler itself: where another word of the author's changes a leaf, the leaf's chain names
/// the line of that word, or the head of the block it stands in where all of the block decides (a plan of addresses, a
/// lookup, a shape or region of the author's own).
#[test]
fn what_changes_a_leaf_stands_in_its_chain() {
    let folders = folders();
    let count = Mutex::new((0, 0, Vec::new()));
    every(folders.len() as u64, |at| {
        let Some(fleet) = Fleet::read(&folders[usize::try_from(at).expect("small")]) else { return Ok(()) };
        let (Some(intent), Some(as_of)) = (&fleet.checked.intent, fleet.checked.as_of) else { return Ok(()) };
        if fleet.compiled.lowered.graph.len() > 300 {
            return Ok(());
        }
        let mut all = Vec::new();
        for file in &fleet.checked.fleet.files {
            literals(&file.body, file.id, None, &mut all);
        }
        for literal in all {
            let Some(source) = fleet.checked.sources.file(literal.file) else { continue };
            let mut text = source.text.to_string();
            text.replace_range(literal.span.lo as usize..literal.span.hi as usize, &literal.instead);
            let mut module = Module { files: fleet.checked.fleet.files.clone() };
            let (parsed, _) = tonnage_syntax::parse(literal.file, &text);
            if let Some(slot) = module.files.iter_mut().find(|f| f.id == literal.file) {
                *slot = parsed.into();
            }
            let (other, _) = tonnage_lang::analyze(&tonnage_lang::Inputs {
                fleet: &module,
                modules: &fleet.checked.modules,
                tests: &fleet.checked.tests,
                standard_library: &fleet.checked.standard_library,
                variables: &fleet.checked.variables,
                as_of,
            });
            let Some(other) = other else { continue };
            let mut values = Values::new();
            let Some(otherwise) =
                compile::compile(&other, &Availability::default(), as_of, &[], &mut values, &mut Vec::new())
            else {
                continue;
            };
            let line = source.line_column(literal.span.lo).0;
            let (mut told, mut wrong) = (0, Vec::new());
            let graph = &fleet.compiled.lowered.graph;
            for (_, resource) in graph.iter() {
                let Some(id) = otherwise.lowered.graph.find(resource.address) else { continue };
                let Some(now) = otherwise.lowered.graph.get(id) else { continue };
                let mut leaves_now = Vec::new();
                leaves(&values, now.body, "", &mut leaves_now);
                let now: BTreeMap<String, String> = leaves_now
                    .into_iter()
                    .map(|(path, value)| (path, tonnage_report::values::show(&values, Some(value), 10_000)))
                    .collect();
                let mut leaves_before = Vec::new();
                leaves(&fleet.values, resource.body, "", &mut leaves_before);
                for (path, value) in leaves_before {
                    let before = tonnage_report::values::show(&fleet.values, Some(value), 10_000);
                    if now.get(&path).is_none_or(|now| *now == before) {
                        continue;
                    }
                    let steps = why::steps(&fleet.checked, intent, &fleet.compiled.lowered, resource.address, &path);
                    let named = steps.iter().any(|step| {
                        step.span.file == literal.file && {
                            let (from, to) = (source.line_column(step.span.lo).0, source.line_column(step.span.hi).0);
                            (from..=to).contains(&line) || literal.whole == Some(step.span)
                        }
                    });
                    told += 1;
                    if !named {
                        wrong.push(format!(
                            "{} {}: {}.{path} {before} -> {}: {:?}",
                            fleet.name,
                            source.line_text(line).trim(),
                            resource.address,
                            now[&path],
                            steps
                                .iter()
                                .map(|s| (s.text.as_str(), fleet.checked.sources.place(s.span)))
                                .collect::<Vec<_>>()
                        ));
                    }
                }
            }
            let mut count = count.lock().expect("unpoisoned");
            count.0 += told;
            count.1 += usize::from(told > 0);
            count.2.extend(wrong);
        }
        Ok(())
    });
    let (all, words, wrong) = count.into_inner().expect("unpoisoned");
    println!("{all} changes of leaves by {} words", words);
    assert!(all > 1_000 && words > 300, "{all} changes by {words} words");
    assert!(wrong.is_empty(), "{} of {all}:\n{}", wrong.len(), wrong.join("\n"));
}
