//! Every leaf of every native property of the fleets, traced back to the lines that decide it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;

use tonnage_base::{Date, FileId, SourceMap, Span, Symbol};
use tonnage_driver::{Checked, Settings, check, compile, edits::Edits, why};
use tonnage_golden_tests::Fixed;
use tonnage_graph::{Node, ResourceGraph, ValueId, Values};
use tonnage_lang::check::BlockSpec;
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
        let checked = check::check(&Fixed::default(), &settings);
        let (compiled, values) = compiled(&checked, checked.as_of?)?;
        let name = folder.iter().rev().take(2).collect::<std::path::PathBuf>().display().to_string();
        Some(Self { name, checked, compiled, values })
    }

    /// As it would be read if one of its files were another.
    fn edited(&self, fleet: Module, file: FileId, text: &str) -> Checked {
        let mut sources = SourceMap::default();
        for (id, known) in self.checked.sources.files() {
            let own = if self.authored(id) { known.text.as_str() } else { "" };
            sources.add(known.name.clone(), if id == file { text } else { own });
        }
        let of = &self.checked;
        Checked {
            sources,
            fleet,
            modules: of.modules.clone(),
            variables: of.variables.clone(),
            tests: of.tests.clone(),
            standard_library: of.standard_library.clone(),
            ..Checked::default()
        }
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

/// An edit of a fleet's text: another literal, or an attribute less.
struct Edit {
    file: FileId,
    span: Span,
    /// What stands there instead.
    instead: String,
    /// The head of its block, where the block says one thing.
    whole: Option<Span>,
    /// Which attribute of the language it is of: `pool.size.gpus`.
    attribute: String,
    /// The attribute is taken out.
    removes: bool,
}

fn all_edits(body: &Body, file: FileId, whole: Option<Span>, within: &str, found: &mut Vec<Edit>) {
    for attribute in &body.attributes {
        let path = format!("{within}{}", attribute.key.name);
        let mut literals = Vec::new();
        literal(&attribute.value, &mut literals);
        let edit = |span, instead, removes| Edit { file, span, instead, whole, attribute: path.clone(), removes };
        found.extend(literals.into_iter().map(|(span, instead)| edit(span, instead, false)));
        found.push(edit(attribute.span, String::new(), true));
    }
    for block in &body.blocks {
        let one = whole.or_else(|| {
            ["cidr", "lookup", "region", "shape"].contains(&block.kind.name.as_str()).then_some(block.header)
        });
        all_edits(&block.body, file, one, &format!("{within}{}.", block.kind.name), found);
    }
}

fn literal(expr: &Expr, found: &mut Vec<(Span, String)>) {
    match &expr.kind {
        ExprKind::Number(number) => found.push((expr.span, (number + tonnage_base::Decimal::ONE).to_string())),
        ExprKind::String(text) => {
            found.extend(otherwise(text.as_str()).into_iter().map(|text| (expr.span, format!("\"{text}\""))));
        }
        ExprKind::Bool(value) => found.push((expr.span, (!value).to_string())),
        ExprKind::Object(items) => items.iter().for_each(|item| literal(&item.value, found)),
        ExprKind::List(items) => items.iter().for_each(|item| literal(item, found)),
        _ => {}
    }
}

/// Every attribute of the language.
fn attributes(blocks: &[BlockSpec], within: &str, found: &mut BTreeSet<String>) {
    for block in blocks {
        let within = format!("{within}{}.", block.kind);
        found.extend(block.attributes.iter().map(|attribute| format!("{within}{}", attribute.name)));
        attributes(block.blocks, &within, found);
    }
}

/// Blocks of which plans show the resources themselves, or that are no part of what is asked for.
const ELSEWHERE: [&str; 8] =
    ["resource.", "lowering.", "test.", "moved.", "import.", "removed.", "module.", "variable."];

/// A text that says something else of the same kind: `11%`, `use2-az2`, `10.0.0.0/17`; one without figures a longer
/// one.
fn otherwise(text: &str) -> Vec<String> {
    let is_figure = |c: char| c.is_ascii_digit();
    let more = |at: usize| {
        let figures: String = text[at..].chars().take_while(|&c| is_figure(c)).collect();
        let next = figures.parse::<u64>().ok()?.checked_add(1)?;
        let width = figures.len();
        Some(format!("{}{next:0width$}{}", &text[..at], &text[at + width..]))
    };
    let first = text.find(is_figure);
    let last = text.rfind(is_figure).map(|end| text[..end].rfind(|c| !is_figure(c)).map_or(0, |at| at + 1));
    let mut all: Vec<String> =
        [first, last.filter(|&at| Some(at) != first)].into_iter().flatten().filter_map(more).collect();
    if all.is_empty() {
        all.push(format!("{text}x"));
    }
    all
}

/// Attributes of which no fleet of ours holds an edit that is still a fleet: one more that no fleet writes must come in
/// here, or into a fleet.
const UNWRITTEN: &[&str] = &[
    "capacity.cloud",
    "capacity.fabric",
    "capacity.for_each",
    "capacity.kind",
    "capacity.region",
    "capacity.shape",
    "cloud.credentials.external_id",
    "cloud.credentials.profile",
    "cloud.credentials.role",
    "cloud.endpoint",
    "cloud.for_each",
    "cloud.kind",
    "commitment.category",
    "commitment.cloud",
    "commitment.covers.services",
    "commitment.description",
    "commitment.for_each",
    "commitment.milestone.on_slip",
    "fleet.catalog",
    "fleet.language",
    "fleet.ledger",
    "image.for_each",
    "lookup.cloud",
    "lookup.for_each",
    "lookup.region",
    "network.for_each",
    "network.id",
    "network.labels",
    "network.subnets",
    "output.sensitive",
    "output.value",
    "owner.of",
    "policy.assert.condition",
    "policy.cannot_know",
    "policy.description",
    "policy.for_each",
    "policy.parameters",
    "policy.use",
    "pool.accelerator",
    "pool.fallback.on",
    "pool.health.replace_unhealthy",
    "pool.image",
    "pool.mount.storage",
    "pool.option.buy.spot",
    "pool.option.moves.cost",
    "pool.purpose",
    "pool.size.group_nodes",
    "pool.split.share.cloud",
    "pool.split.share.target",
    "pool.split.shift.objective",
    "region.local_zones",
    "region.note",
    "region.source",
    "shape.accelerator",
    "shape.accelerator_memory",
    "shape.arch",
    "shape.cloud",
    "shape.confidence",
    "shape.efa_only_cards",
    "shape.fabric",
    "shape.fabric_devices",
    "shape.fabric_gbps",
    "shape.group_nodes",
    "shape.interfaces_source",
    "shape.local_nvme",
    "shape.memory",
    "shape.network",
    "shape.network_cards",
    "shape.network_devices",
    "shape.network_gbps",
    "shape.note",
    "shape.nvlink_domain_gpus",
    "shape.nvlink_scope",
    "shape.primary_interface",
    "shape.vcpus",
    "storage.cloud",
    "storage.for_each",
    "storage.kind",
    "storage.labels",
    "storage.network",
    "storage.protect.until",
    "storage.region",
];

/// What an edit of a fleet does, and what is said of it.
#[derive(Default)]
struct Told {
    /// Leaves that are other.
    leaves: usize,
    /// It is seen, as a change or as a term.
    seen: bool,
    wrong: Vec<String>,
}

impl Fleet {
    /// The fleet with one edit; none where that is none.
    fn with(&self, edit: &Edit, was: &BTreeMap<String, String>) -> Option<Told> {
        let as_of = self.checked.as_of?;
        let source = self.checked.sources.file(edit.file)?;
        let mut text = source.text.clone();
        text.replace_range(edit.span.lo as usize..edit.span.hi as usize, &edit.instead);
        let (parsed, _) = tonnage_syntax::parse(edit.file, &text);
        let mut module = Module { files: self.checked.fleet.files.clone() };
        *module.files.iter_mut().find(|file| file.id == edit.file)? = parsed.into();
        let now = self.edited(module, edit.file, &text);
        let other = check::analyze(&now, as_of).0?;
        let mut values = Values::new();
        let compiled = compile::compile(&other, &Availability::default(), as_of, &[], &mut values, &mut Vec::new())?;
        let edits = Edits::since(was, &now, &now.sources, &other, &[]);

        let mut told = Told::default();
        let (before, after) = (&self.compiled.lowered.graph, &compiled.lowered.graph);
        let addresses = |graph: &ResourceGraph| graph.iter().map(|(_, of)| of.address).collect::<BTreeSet<Symbol>>();
        let (there, here) = (addresses(before), addresses(after));
        for address in there.intersection(&here) {
            let shown = |graph: &ResourceGraph, values: &Values| {
                let body = graph.find(*address).and_then(|id| graph.get(id)).map(|resource| resource.body);
                let mut all = Vec::new();
                leaves(values, body.expect("it is there"), "", &mut all);
                let show = |value| tonnage_report::values::show(values, Some(value), 10_000);
                all.into_iter().map(|(path, value)| (path, show(value))).collect::<BTreeMap<String, String>>()
            };
            let (was, is) = (shown(before, &self.values), shown(after, &values));
            for path in was.keys().chain(is.keys()).collect::<BTreeSet<_>>() {
                if was.get(path) == is.get(path) {
                    continue;
                }
                let beside = edits.behind(&other, &compiled.lowered, *address, path);
                // what comes and goes inside a list or a text moves what is beside it
                if let (Some(was), Some(is), false) = (was.get(path), is.get(path), edit.removes) {
                    told.leaves += 1;
                    let what = format!("{address}.{path} {was} -> {is}");
                    told.wrong
                        .extend(self.in_chain(edit, *address, path).err().map(|chain| format!("{what}: {chain}")));
                    let place = now.sources.place(edit.span);
                    let head = edit.whole.map(|head| now.sources.place(head));
                    let fits = beside.as_ref().is_some_and(|origin| {
                        (origin.place == place || Some(&origin.place) == head.as_ref()) && !origin.name.contains(", ")
                    });
                    // what is in a resource is its own line, wherever in it the value is written
                    let own = ["resource.", "lowering."].iter().any(|of| edit.attribute.starts_with(of));
                    told.wrong.extend((!fits && !own).then(|| format!("{what}: beside it stands {beside:?}")));
                }
                told.seen = true;
            }
        }
        let moved: Vec<Symbol> = there.symmetric_difference(&here).copied().collect();
        let terms = edits.terms(&other, moved.iter().copied());
        told.seen |= !moved.is_empty() || !terms.is_empty();
        Some(told)
    }

    /// Whether the chain of a leaf leads to the line of an edit; what it leads to otherwise.
    fn in_chain(&self, edit: &Edit, address: Symbol, path: &str) -> Result<(), String> {
        let (Some(intent), Some(source)) = (&self.checked.intent, self.checked.sources.file(edit.file)) else {
            return Ok(());
        };
        let line = source.line_column(edit.span.lo).0;
        let steps = why::steps(&self.checked, intent, &self.compiled.lowered, address, path);
        let named = steps.iter().any(|step| {
            let (from, to) = (source.line_column(step.span.lo).0, source.line_column(step.span.hi).0);
            step.span.file == edit.file && ((from..=to).contains(&line) || edit.whole == Some(step.span))
        });
        let chain = steps.iter().map(|step| format!("{} {}", step.text, self.checked.sources.place(step.span)));
        if named { Ok(()) } else { Err(chain.collect::<Vec<_>>().join(", ")) }
    }
}

/// The chain is held against the compiler itself: where another word of the author's changes a leaf, the leaf's chain
/// names the line of that word, or the head of the block it stands in where all of the block decides (a plan of
/// addresses, a lookup, a shape or region of the author's own). The line beside the change is that of the word, and of
/// no other. And no edit goes unseen: what changes no resource is a term, of whatever attribute of the language it is.
#[test]
fn every_edit_is_named_beside_what_it_changes_or_is_a_term() {
    let folders = folders();
    let count = Mutex::new((0, 0, Vec::new(), BTreeSet::new()));
    every(folders.len() as u64, |at| {
        let Some(fleet) = Fleet::read(&folders[usize::try_from(at).expect("small")]) else { return Ok(()) };
        let Some(intent) = &fleet.checked.intent else { return Ok(()) };
        if fleet.compiled.lowered.graph.len() > 300 {
            return Ok(());
        }
        let edits = Edits::since(&BTreeMap::new(), &fleet.checked, &fleet.checked.sources, intent, &[]);
        let (was, secret) = (edits.written(), |edit: &Edit| !edits.is_written(edit.span));
        let mut all = Vec::new();
        for file in &fleet.checked.fleet.files {
            all_edits(&file.body, file.id, None, "", &mut all);
        }
        for edit in all {
            let Some(told) = fleet.with(&edit, &was) else { continue };
            let mut count = count.lock().expect("unpoisoned");
            count.0 += told.leaves;
            count.1 += usize::from(told.leaves > 0);
            let place = fleet.checked.sources.place(edit.span);
            let does = if edit.removes { "taken out" } else { edit.instead.as_str() };
            let about = format!("{} {place} {} = {does}", fleet.name, edit.attribute);
            count.2.extend(told.wrong.into_iter().map(|wrong| format!("{about}: {wrong}")));
            // what nothing reads may leave
            let unread = edit.removes && ["locals.", "image."].iter().any(|of| edit.attribute.starts_with(of));
            let shown_elsewhere = unread
                || ELSEWHERE.iter().any(|of| edit.attribute.starts_with(of))
                || edit.attribute.ends_with(".description")
                || secret(&edit);
            if !shown_elsewhere && !told.seen {
                count.2.push(format!("{about}: is seen nowhere"));
            }
            count.3.insert(edit.attribute);
        }
        Ok(())
    });
    let (all, words, wrong, tried) = count.into_inner().expect("unpoisoned");
    println!("{all} changes of leaves by {words} words, {} attributes", tried.len());
    assert!(all > 1_000 && words > 300, "{all} changes by {words} words");
    assert!(wrong.is_empty(), "{} of {all}:\n{}", wrong.len(), wrong.join("\n"));
    let mut known = BTreeSet::new();
    attributes(tonnage_lang::check::schema_table(), "", &mut known);
    known.retain(|attribute| !ELSEWHERE.iter().any(|of| attribute.starts_with(of)));
    let missing: Vec<&String> = known.difference(&tried).filter(|of| !UNWRITTEN.contains(&of.as_str())).collect();
    assert!(missing.is_empty(), "no fleet is edited in {missing:?}");
}
