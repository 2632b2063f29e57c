//! What is live, written into the fleet's files: `tonnage adopt`. A change of the text is found where the property's
//! value comes from, tried on the whole pipeline, and kept only where the drift is then gone and nothing else comes of
//! it. Must not know how a value is written, nor what is shown of it.

mod alone;
mod candidates;
pub(crate) mod offers;
mod text;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tonnage_base::{
    Diagnostic, FileId, Severity, SourceMap, Span, Symbol,
    clock::{Clock, Timestamp},
    codes::driver as codes,
    diagnostic::has_errors,
};
use tonnage_graph::{ResourceGraph, Values, secret::is_hidden};
use tonnage_lang::Intent;
use tonnage_lower::Lowered;
use tonnage_plan::{Change, Drift, DriftedProperty, Plan};
use tonnage_report::{drift, values::show, words};

use crate::{
    check::{self, Checked},
    compile,
    differ::Differ,
    live::Observed,
    money::{self, Payer},
    plan::{Request, connect, observe_all},
    settings::Settings,
    summary, why,
    world::World,
};

/// What the names of the standard library's files begin with: they are nobody's to edit.
const STANDARD: &str = "std:";
const SHOWN_BY_PLAN: &str = "`tonnage plan` shows what others changed, with the command for each";
/// Characters of a value in a message.
const SHOWN: usize = 60;
/// So much of what an edit does beside is named.
const NAMED: usize = 4;

/// What adopting comes to. Nothing is written yet.
#[derive(Default)]
pub struct Adopted {
    /// The texts that the diagnostics speak of.
    pub sources: SourceMap,
    /// Everything found; an error: nothing is to be written.
    pub diagnostics: Vec<Diagnostic>,
    /// Files whose text becomes another: name, before, after.
    pub files: Vec<(String, String, String)>,
    /// What is taken over: `ADDRESS.PROPERTY`, as the file said, as it is.
    pub taken: Vec<(String, String, String)>,
    /// What else the plan then changes in place: `ADDRESS.PROPERTY`.
    pub further: Vec<String>,
}

/// Takes over what others did to each target: an address, or an address and a property. All of them or none.
pub async fn adopt(request: &Request<'_>, targets: &[String]) -> Adopted {
    let settings =
        Settings { drift: true, ignore_drift: Vec::new(), revert_drift: Vec::new(), ..request.settings.clone() };
    let request = &Request { settings: &settings, destroy: false, ..*request };
    let mut adopted = Adopted::default();
    let checked = check::check(request.world, &settings);
    let mut values = Values::new();
    let mut observed = None;
    adopted.diagnostics.clone_from(&checked.diagnostics);
    if let Some(intent) = &checked.intent
        && let Some(clouds) = connect(request, intent, &mut adopted.diagnostics).await
    {
        observed = observe_all(request, intent, &clouds, &mut adopted.diagnostics).await;
        if let Some(observed) = &mut observed {
            observed.settle(&ResourceGraph::new(), &mut values, &mut adopted.diagnostics);
        }
        observed = observed.filter(|_| !has_errors(&adopted.diagnostics));
    }
    adopted.sources = checked.sources;
    let Some(observed) = observed else { return adopted };
    adopted.diagnostics.clear();
    (request.progress)("looking for the lines that decide");
    let bench = Bench {
        world: request.world,
        settings: &settings,
        observed: &observed,
        values: &values,
        runs: Cell::new(usize::MAX),
    };
    if let Err(stop) = bench.adopt(targets, &mut adopted) {
        (adopted.sources, adopted.diagnostics) = (stop.sources, stop.diagnostics);
    }
    adopted
}

/// Why nothing can be written.
struct Stop {
    sources: SourceMap,
    diagnostics: Vec<Diagnostic>,
}

/// What the fleet's files come to beside what is live.
struct Situation {
    checked: Checked,
    intent: Intent,
    lowered: Lowered,
    plan: Plan,
}

impl Situation {
    fn stop(&self, diagnostic: Diagnostic) -> Stop {
        Stop { sources: self.checked.sources.clone(), diagnostics: vec![diagnostic] }
    }

    fn drift(&self, address: Symbol) -> Option<&Drift> {
        self.plan.drift.iter().find(|drift| drift.address == address)
    }

    /// What was done to a resource inside a path.
    fn properties(&self, address: Symbol, path: &str) -> Vec<&DriftedProperty> {
        let all = self.drift(address).into_iter().flat_map(|drift| &drift.properties);
        all.filter(|property| is_inside(&property.path, path)).collect()
    }

    /// Whether the files say at a path of a resource what is live there: it stays, and nothing changes it.
    fn stands(&self, address: Symbol, path: &str) -> bool {
        let change = self.plan.changes.iter().find(|change| change.address == address);
        let changes = |change: &Change| {
            change.diffs.iter().any(|diff| is_inside(path, &diff.path) || is_inside(&diff.path, path))
        };
        self.lowered.graph.find(address).is_some() && !change.is_some_and(changes)
    }

    /// Every property that the plan changes of its own, and every resource that comes or goes.
    fn changes(&self) -> Vec<String> {
        let mut found = Vec::new();
        for change in &self.plan.changes {
            if change.diffs.is_empty() {
                found.push(format!("{} ({})", change.address, words::verb(change.action)));
            }
            let own = change.diffs.iter().filter(|diff| !diff.drift);
            found.extend(own.map(|diff| format!("{}.{}", change.address, diff.path)));
        }
        found
    }
}

struct Bench<'a> {
    world: &'a dyn World,
    settings: &'a Settings,
    observed: &'a Observed,
    values: &'a Values,
    /// Runs of the pipeline that are left.
    runs: Cell<usize>,
}

impl Bench<'_> {
    fn adopt(&self, targets: &[String], adopted: &mut Adopted) -> Result<(), Stop> {
        let mut texts = Texts::default();
        let mut now = self.situation(&texts)?;
        let before = now.changes();
        for target in targets {
            now = self.take(target, &now, &mut texts, &mut adopted.taken)?.unwrap_or(now);
        }
        adopted.further = now.changes().into_iter().filter(|change| !before.contains(change)).collect();
        adopted.files = texts.0.into_iter().map(|(name, (before, after))| (name, before, after)).collect();
        Ok(())
    }

    /// Takes over one target, one property after the other: one edit may settle several. Gives what the files come to
    /// then.
    fn take(
        &self,
        target: &str,
        start: &Situation,
        texts: &mut Texts,
        taken: &mut Vec<(String, String, String)>,
    ) -> Result<Option<Situation>, Stop> {
        let graph = &start.lowered.graph;
        let whole = why::whole(target, graph);
        let known = |text: &str| graph.find(Symbol::new(text)).is_some();
        let Some((address, path)) = why::split(whole.as_deref().unwrap_or(target), known) else {
            return Err(start.stop(nothing_known(target, start)));
        };
        let (address, path) = (Symbol::new(address), path.to_owned());
        if path.is_empty() && start.drift(address).is_some_and(|drift| drift.live.is_none()) {
            let edits = candidates::removal(&start.checked, start.lowered.declared(&start.intent, address));
            let done = |then: &Situation| then.lowered.graph.find(address).is_none();
            return match self.first_that(texts, (start, address), edits.into_iter().collect(), &done) {
                Ok(then) => {
                    taken.push((address.to_string(), "declared".to_owned(), "deleted".to_owned()));
                    Ok(Some(then))
                }
                Err(beside) => Err(refuse_removal(start, address, beside)),
            };
        }
        if start.properties(address, &path).is_empty() {
            let message = format!("nobody but the fleet's own plans has changed `{target}`");
            let gaps = self.observed.gaps.first().map(|gap| format!("; but {gap}")).unwrap_or_default();
            let none =
                Diagnostic::new(Severity::Error, codes::T0909, message).with_help(format!("{SHOWN_BY_PLAN}{gaps}"));
            return Err(start.stop(none));
        }
        let mut last: Option<Situation> = None;
        loop {
            let now = last.as_ref().unwrap_or(start);
            let Some(property) = now.properties(address, &path).first().copied().cloned() else { return Ok(last) };
            let label = |id| show(&now.plan.values, id, SHOWN);
            let whole = words::property(address.as_str(), &property.path);
            if property.live.is_some_and(|live| is_hidden(&now.plan.values, live)) {
                let message = format!("what is live at `{whole}` may be a secret, and everybody reads a file");
                let help = "give the new value to the variable or the store that it comes from; or apply, which puts the \
                            old one back";
                return Err(now.stop(Diagnostic::new(Severity::Error, codes::T0910, message).with_help(help)));
            }
            let found = candidates::find(&now.checked, &now.intent, &now.lowered, &now.plan, address, &property);
            let left = now.properties(address, "").len();
            let done =
                |then: &Situation| then.properties(address, "").len() < left && then.stands(address, &property.path);
            let values = (whole, label(property.desired), label(property.live));
            match self.first_that(texts, (now, address), found.edits, &done) {
                Ok(then) => last = Some(then),
                Err(beside) => {
                    let change = now.plan.changes.iter().find(|change| change.address == address);
                    let differs = change.map_or(&[][..], |change| &change.diffs);
                    let leave = drift::leaves(differs, &property.path);
                    let leave = leave.map(|path| words::ignore(address.as_str(), &path));
                    return Err(refuse(now, (&values, leave), found.decided, beside));
                }
            }
            taken.push(values);
        }
    }

    /// The situation after the first of several edits that does what is wanted, and nothing else; else what the first
    /// that does it would do beside it, where one does.
    fn first_that(
        &self,
        texts: &mut Texts,
        (now, address): (&Situation, Symbol),
        tried: Vec<Vec<text::Edit>>,
        done: &dyn Fn(&Situation) -> bool,
    ) -> Result<Situation, Option<Beside>> {
        let mut refused = None;
        let Ok(access) = compile::access() else { return Err(None) };
        for edits in tried {
            let Some(changed) = texts.with(&now.checked.sources, &edits) else { continue };
            let Ok(then) = self.situation(&changed) else { continue };
            if !done(&then) {
                continue;
            }
            let beside = alone::beside(access, &now.plan, &then.plan, address);
            if beside.is_empty() {
                *texts = changed;
                return Ok(then);
            }
            refused = refused.or_else(|| Some(Beside { span: edits.first()?.span, does: beside }));
        }
        Err(refused)
    }

    fn situation(&self, texts: &Texts) -> Result<Situation, Stop> {
        let settings = self.settings;
        match self.runs.get().checked_sub(1) {
            Some(left) => self.runs.set(left),
            None => return Err(Stop { sources: SourceMap::default(), diagnostics: Vec::new() }),
        }
        let world = Edited { world: self.world, folder: &settings.folder, texts };
        let mut checked = check::check(&world, settings);
        let mut found = std::mem::take(&mut checked.diagnostics);
        let (Some(intent), Some(as_of)) = (checked.intent.take(), checked.as_of) else {
            return Err(Stop { sources: checked.sources, diagnostics: found });
        };
        let mut values = self.values.clone();
        let free = &self.observed.availability;
        let compiled = compile::compile(&intent, free, as_of, &settings.prices, &mut values, &mut found);
        let plan = compiled.as_ref().and_then(|compiled| {
            let lowered = &compiled.lowered;
            let differ = Differ::new(&intent, Some(lowered), self.observed, &[]);
            let mut plan = differ.compare(as_of, 0, values, &checked.sources, &mut found)?;
            let payer = Payer::new(&intent, &compiled.prices);
            money::held(&mut plan, [&self.observed.graph, &lowered.graph], [&payer; 2], &[]);
            plan.shapes = summary::shapes(&intent, &compiled.prices, plan.held_before.iter().chain(&plan.held_after));
            Some(plan)
        });
        match (compiled, plan) {
            (Some(compiled), Some(plan)) if !has_errors(&found) => {
                Ok(Situation { checked, intent, lowered: compiled.lowered, plan })
            }
            _ => Err(Stop { sources: checked.sources, diagnostics: found }),
        }
    }
}

/// Whether a path is another, or lies inside it; all do of the empty one.
fn is_inside(at: &str, path: &str) -> bool {
    path.is_empty() || tonnage_graph::is_inside(at, path)
}

fn nothing_known(target: &str, now: &Situation) -> Diagnostic {
    let names = now.lowered.graph.iter().map(|(_, resource)| resource.address.as_str());
    let close = tonnage_base::suggest::closest(target, names);
    let unknown = Diagnostic::new(Severity::Error, codes::T0905, format!("nothing is known at `{target}`"));
    unknown.with_help(
        close.map_or_else(|| SHOWN_BY_PLAN.to_owned(), |name| format!("did you mean `{name}`? {SHOWN_BY_PLAN}")),
    )
}

/// An edit that would take something over, and does more.
struct Beside {
    span: Span,
    /// What else, in words.
    does: Vec<String>,
}

impl Beside {
    /// The error, at the line that would be written, with what else it would do.
    fn at(self, problem: Diagnostic, way_out: &str) -> Diagnostic {
        let mut does: Vec<String> = self.does.iter().take(NAMED).cloned().collect();
        if let Some(more) = self.does.len().checked_sub(NAMED).filter(|more| *more > 0) {
            does.push(format!("{more} more"));
        }
        let line = problem.at(self.span, "what is written here would do it, and change more than that");
        line.with_help(format!("it would also change {}; {way_out}", does.join("; ")))
    }
}

fn refuse(
    now: &Situation,
    ((whole, desired, live), leave): (&(String, String, String), Option<String>),
    decided: Option<candidates::Line>,
    beside: Option<Beside>,
) -> Stop {
    let alone = if beside.is_some() { " alone" } else { "" };
    let message =
        format!("what is live at `{whole}` can't be written back{alone}: it is {live}, the file says {desired}");
    let problem = Diagnostic::new(Severity::Error, codes::T0910, message);
    let leave =
        leave.map_or_else(|| "apply, which puts it back".to_owned(), |way| format!("leave the drift alone: `{way}`"));
    if let Some(beside) = beside {
        return now.stop(beside.at(problem, &format!("{leave}; or change the files by hand")));
    }
    let problem = match decided {
        Some(line) => problem.at(line.span, format!("{} decides it, and {}", line.name, line.why)),
        None => problem,
    };
    now.stop(problem.with_help(format!("change that line by hand so that it gives {live}; or {leave}")))
}

fn refuse_removal(now: &Situation, address: Symbol, beside: Option<Beside>) -> Stop {
    let message = format!("`{address}` was deleted, and its declaration can't be taken out of the files alone");
    let problem = Diagnostic::new(Severity::Error, codes::T0910, message);
    if let Some(beside) = beside {
        return now.stop(beside.at(problem, "take it out by hand, or apply to make it again"));
    }
    let problem = problem.with_help(
        "it comes from a block that makes more, or others refer to it: take it out by hand, or apply to make it again",
    );
    now.stop(match now.lowered.declared(&now.intent, address) {
        Some(span) => problem.at(span, "declared here"),
        None => problem,
    })
}

/// Texts that are tried in place of those of the files, by name.
#[derive(Clone, Default)]
struct Texts(BTreeMap<String, (String, String)>);

impl Texts {
    /// With some edits of texts as they are in `sources` done; none where there are none, or they touch what is no file
    /// of the fleet.
    fn with(&self, sources: &SourceMap, edits: &[text::Edit]) -> Option<Self> {
        let mut by_file: BTreeMap<FileId, Vec<&text::Edit>> = BTreeMap::new();
        for edit in edits {
            by_file.entry(edit.span.file).or_default().push(edit);
        }
        let mut texts = self.clone();
        for (id, edits) in &by_file {
            let file = sources.file(*id).filter(|file| !file.name.starts_with(STANDARD))?;
            let changed = text::apply(*id, &file.text, edits)?;
            let entry = texts.0.entry(file.name.clone());
            entry.or_insert_with(|| (file.text.clone(), String::new())).1 = changed;
        }
        (!by_file.is_empty()).then_some(texts)
    }
}

/// The world, with some of the fleet's files changed.
struct Edited<'a> {
    world: &'a dyn World,
    folder: &'a Path,
    texts: &'a Texts,
}

impl World for Edited<'_> {
    fn list(&self, folder: &Path) -> Result<Vec<PathBuf>, String> {
        self.world.list(folder)
    }
    fn folders(&self, folder: &Path) -> Vec<PathBuf> {
        self.world.folders(folder)
    }
    fn read(&self, file: &Path) -> Result<String, String> {
        let changed = self.texts.0.iter().find(|(name, _)| self.folder.join(name) == file);
        changed.map_or_else(|| self.world.read(file), |(_, (_, after))| Ok(after.clone()))
    }
    fn write(&self, _: &Path, _: &str) -> Result<(), String> {
        Err("nothing is written while an edit is tried".to_owned())
    }
    fn now(&self) -> Timestamp {
        self.world.now()
    }
    fn clock(&self) -> Clock {
        self.world.clock()
    }
    fn variable(&self, name: &str) -> Option<String> {
        self.world.variable(name)
    }
    fn variables(&self, prefix: &str) -> Vec<(String, String)> {
        self.world.variables(prefix)
    }
    fn who(&self) -> String {
        self.world.who()
    }
}
