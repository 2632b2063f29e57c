//! Two revisions of a fleet's files compared, without asking any cloud: what is asked for, where it goes, what it
//! costs, and the plan from one to the other as if all of the first were live. Must not know how it is shown.

use std::collections::{BTreeMap, BTreeSet};

use tonnage_base::{Date, Diagnostic, SourceMap, Span, Symbol, diagnostic::has_errors};
use tonnage_cloud::cloud::{LiveResource, LiveUnit, Observation, UnitState};
use tonnage_forecast::{Timeline, past};
use tonnage_graph::{ResourceGraph, Values};
use tonnage_lang::{
    Intent,
    asked::{self, Line, Said},
    provenance::parse,
};
use tonnage_place::Availability;
use tonnage_plan::{
    Action, Change, Plan, Reason,
    model::{Guard, GuardState, Protected, UnitOperation},
};
use tonnage_report::{
    difference::{self as report, Difference},
    inside::between,
    values::pair,
    words,
};

use crate::{
    check::{self, Checked},
    compile::{self, Compiled},
    differ::Differ,
    edits::Edits,
    granted, guards,
    live::Observed,
    money::{self, Payer},
    renamed,
    settings::Settings,
    summary, timeline,
    world::World,
};

/// One of the two revisions.
pub struct Side<'a> {
    /// What it is called: `main`.
    pub name: String,
    /// Where its files are read from.
    pub world: &'a dyn World,
    /// How it is read.
    pub settings: &'a Settings,
}

/// What is wrong with one side.
pub struct Wrong {
    /// The side's name.
    pub side: String,
    /// What was found.
    pub diagnostics: Vec<Diagnostic>,
    /// Its texts.
    pub sources: SourceMap,
}

/// A side, understood as far as it is there.
struct Read {
    checked: Checked,
    intent: Option<Intent>,
    placed: Option<Placed>,
}

struct Placed {
    compiled: Compiled,
    values: Values,
}

/// Compares two revisions. A side without fleet files asks for nothing.
pub fn difference(base: &Side<'_>, head: &Side<'_>, progress: &dyn Fn(&str)) -> Result<Difference, Wrong> {
    progress(&format!("reading {}", base.name));
    let old = read(base)?;
    progress(&format!("reading {}", head.name));
    let mut new = read(head)?;
    progress("comparing");
    // what both know of clouds: where only one is there, that one
    let Some((known, as_of)) = new.intent.as_ref().or(old.intent.as_ref()).zip(new.checked.as_of) else {
        let found = check::check(head.world, head.settings);
        return Err(Wrong { side: head.name.clone(), diagnostics: found.diagnostics, sources: found.sources });
    };
    let wrong = |diagnostics, side: &Side<'_>, sources| Wrong { side: side.name.clone(), diagnostics, sources };
    let catalog = compile::prices().map_err(|problem| wrong(vec![problem], head, SourceMap::default()))?;
    let mut found = Vec::new();
    let nothing = Observed::default();
    let first = match (&old.intent, old.placed.as_ref()) {
        (Some(intent), Some(placed)) => {
            let values = placed.values.clone();
            let from_nothing = Differ::new(intent, Some(&placed.compiled.lowered), &nothing, &[]);
            match from_nothing.compare(as_of, 0, values, &old.checked.sources, &mut found) {
                // a policy with a mistake in it may be what the head mends
                Some(mut plan) => {
                    let payer = Payer::new(intent, &placed.compiled.prices);
                    let graph = &placed.compiled.lowered.graph;
                    money::held(&mut plan, [&ResourceGraph::new(), graph], [&payer, &payer], &[]);
                    let nothing = (&[][..], &ResourceGraph::new());
                    Some(judged(plan, intent, &placed.compiled, nothing, &old.checked.sources, &mut Vec::new()))
                }
                None => return Err(wrong(found, base, old.checked.sources)),
            }
        }
        _ => None,
    };
    let mut values = new.placed.as_mut().map(|placed| std::mem::take(&mut placed.values)).unwrap_or_default();
    let live = first.as_ref().map(|plan| as_live(plan, &mut values, &mut found)).unwrap_or_default();
    let gone = old.intent.as_ref().map_or(&[][..], |intent| intent.clouds.as_slice());
    let lowered = new.placed.as_ref().map(|placed| &placed.compiled.lowered);
    let edits = edits(&old, &new);
    let mut differ = Differ::new(known, lowered, &live, gone);
    if let Some(edits) = &edits {
        differ = differ.edited(edits);
    }
    let Some(mut plan) = differ.compare(as_of, 0, values, &new.checked.sources, &mut found) else {
        return Err(wrong(found, head, new.checked.sources));
    };
    renamed::settle(&mut plan, known.fleet.name.span, |more, values| {
        differ.renamed(more).compare(as_of, 0, values, &new.checked.sources, &mut Vec::new())
    });
    // What has left the second revision stands in the first.
    let declared: BTreeMap<Symbol, &str> = first
        .iter()
        .flat_map(|plan| &plan.changes)
        .filter_map(|change| Some((change.address, change.declared.as_deref()?)))
        .collect();
    for change in plan.changes.iter_mut().filter(|change| change.reasons.contains(&Reason::Gone)) {
        change.declared =
            declared.get(&change.previous_address.unwrap_or(change.address)).map(|place| (*place).to_owned());
    }
    let gone = ResourceGraph::new();
    let asked = new.placed.as_ref().map_or(&gone, |placed| &placed.compiled.lowered.graph);
    let named = |side: &Read| side.intent.as_ref().map(granted::named).unwrap_or_default();
    let granted = named(&old);
    plan.granted =
        new.intent.as_ref().map_or_else(Vec::new, |intent| granted::owed(&granted, intent, |_| false, |_| None));
    let [before, after] = [&old, &new].map(|side| match (&side.intent, &side.placed) {
        (Some(intent), Some(placed)) => {
            let steps = granted::steps(&side.checked, intent, &plan.granted);
            Payer::new(intent, &placed.compiled.prices).stepping(steps)
        }
        _ => Payer::new(known, catalog),
    });
    money::held(&mut plan, [&live.graph, asked], [&before, &after], &granted);
    match (&new.intent, &new.placed) {
        (Some(intent), Some(placed)) => {
            let before = (first.as_ref().map_or(&[][..], |plan| &plan.protected), &live.graph);
            plan = judged(plan, intent, &placed.compiled, before, &new.checked.sources, &mut found);
            if has_errors(&found) {
                return Err(wrong(found, head, new.checked.sources));
            }
        }
        _ => plan.shapes = summary::shapes(known, catalog, &plan.held_before),
    }
    let blocks = blocks((&old, &new), edits.as_ref(), as_of);
    let mut placed_before = first.as_ref().map(|plan| plan.placements.clone()).unwrap_or_default();
    for placed in &mut placed_before {
        // a pool that is renamed is the same pool
        if let Some(block) = blocks.iter().find(|block| block.was.as_ref() == Some(&placed.pool)) {
            placed.pool = block.address.clone();
        }
    }
    Ok(Difference {
        fleet: known.fleet.name.value,
        as_of,
        base: base.name.clone(),
        head: head.name.clone(),
        commitments: if blocks.is_empty() { Vec::new() } else { commitments(&old, &new) },
        blocks,
        placed_before,
        placed_after: plan.placements.clone(),
        guards: changed_guards(first.as_ref().map_or(&[], |plan| &plan.guards), &plan.guards),
        plan,
    })
}

/// What of the second one's files is edited, where there are both.
fn edits<'a>(old: &'a Read, new: &'a Read) -> Option<Edits<'a>> {
    let (before, after) = old.intent.as_ref().zip(new.intent.as_ref())?;
    let nothing = BTreeMap::new();
    let was = Edits::since(&nothing, &old.checked, &old.checked.sources, before, &[]).written();
    Some(Edits::since(&was, &new.checked, &new.checked.sources, after, &after.moved))
}

fn read(side: &Side<'_>) -> Result<Read, Wrong> {
    let mut checked = check::check(side.world, side.settings);
    let wrong = |diagnostics, sources| Wrong { side: side.name.clone(), diagnostics, sources };
    // what can't be read is not what is not there
    let unread = checked.diagnostics.iter().any(|found| found.code == tonnage_base::codes::driver::T0901);
    if checked.fleet.files.is_empty() && !unread {
        return Ok(Read { checked, intent: None, placed: None });
    }
    let Some(intent) = checked.intent.take() else {
        return Err(wrong(checked.diagnostics, checked.sources));
    };
    let (mut values, mut found) = (Values::new(), Vec::new());
    let availability = Availability::default();
    let prices = &side.settings.prices;
    match compile::compile(&intent, &availability, intent.as_of, prices, &mut values, &mut found) {
        Some(compiled) => Ok(Read { checked, intent: Some(intent), placed: Some(Placed { compiled, values }) }),
        None => Err(wrong(found, checked.sources)),
    }
}

/// What a plan says beside its changes; with what was protected before, and what was there.
fn judged(
    mut plan: Plan,
    intent: &Intent,
    compiled: &Compiled,
    (protected, there): (&[Protected], &ResourceGraph),
    sources: &SourceMap,
    diagnostics: &mut Vec<Diagnostic>,
) -> Plan {
    let held = plan.held_before.iter().chain(&plan.held_after);
    plan.shapes = summary::shapes(intent, &compiled.prices, held);
    plan.placements = summary::placements(intent, &compiled.placement, &plan, sources);
    let protection = guards::protection::Protection::of(intent, plan.as_of, &intent.moved, protected, there);
    plan.protected = protection.recorded;
    plan.guards =
        guards::guards(intent, &compiled.placement, &plan, (&protection.lifted, plan.as_of), sources, diagnostics);
    plan
}

/// Everything that a plan makes, as if it had been made.
fn as_live(plan: &Plan, values: &mut Values, diagnostics: &mut Vec<Diagnostic>) -> Observed {
    let mut observed = Observed::default();
    for unit in plan.units.iter().filter(|unit| unit.operation != UnitOperation::Delete) {
        let resources = unit.members.iter().map(|member| LiveResource {
            address: member.address.as_str().into(),
            local_name: member.local_name.as_str().into(),
            kind: member.kind,
            applied: member.body.clone(),
            actual: None,
            reported: None,
            recorded: None,
            physical_id: Some(member.address.as_str().into()),
            attributes: Vec::new(),
            holds: member.holds,
            running: member.holds.map(|holds| holds.nodes),
            older: Box::default(),
            depends_on: member.depends_on.clone(),
            retain_on_delete: member.retain_on_delete,
            retain_on_replace: member.retain_on_replace,
            delete_first: member.delete_first,
            update_policy: member.update_policy,
        });
        let live = LiveUnit {
            name: unit.name,
            region: unit.site.region,
            fingerprint: String::new(),
            state: UnitState::Ready,
            resources: resources.collect(),
            outputs: unit.outputs.iter().map(|output| (output.name, String::new())).collect(),
        };
        let observation = Observation { units: vec![live], ..Observation::default() };
        observed.add(unit.site.cloud, observation);
    }
    observed.settle(&ResourceGraph::new(), values, diagnostics);
    observed
}

/// Blocks that differ.
fn blocks((old, new): (&Read, &Read), edits: Option<&Edits<'_>>, as_of: Date) -> Vec<report::Block> {
    let all = |side: &Read| {
        if side.intent.is_none() { Vec::new() } else { asked::asked(&check::inputs(&side.checked, as_of)) }
    };
    let (before, after) = (all(old), all(new));
    let moved = new.intent.as_ref().map_or(&[][..], |intent| &intent.moved);
    let text_before = |span: Span| old.checked.sources.text(span).to_owned();
    let text_after = |span: Span| new.checked.sources.text(span).to_owned();
    let shown = |line: &Line, text: &dyn Fn(Span) -> String| match &line.said {
        Said::Known(tonnage_lang::Value::Object(object)) => {
            object.declared().map_or_else(|| object.describe(), |(kind, name)| format!("{kind}.{name}"))
        }
        Said::Known(tonnage_lang::Value::String(text)) => format!("{text:?}"),
        Said::Known(value) => value.to_string(),
        Said::Written => text(line.span).split_whitespace().collect::<Vec<_>>().join(" "),
    };
    let differences = asked::differences(&before, &after, moved, &text_before, &text_after);
    let told = differences.into_iter().map(|difference| {
        let action = match (difference.before, difference.after) {
            (None, _) => Action::Create,
            (_, None) => Action::Delete,
            _ if difference.lines.is_empty() => Action::Move,
            _ => Action::Update,
        };
        let lines = difference.lines.iter().map(|(before, after)| {
            let place = match (after, before) {
                (Some(line), _) => match edits.zip(new.intent.as_ref()) {
                    Some((edits, intent)) => {
                        let inside = parse(line.inside());
                        edits.nearest(intent, difference.address.as_str(), (line.span, &inside))
                    }
                    None => new.checked.sources.place(line.span),
                },
                (None, Some(line)) => old.checked.sources.place(line.span),
                (None, None) => String::new(),
            };
            let path = after.as_ref().or(before.as_ref()).map_or_else(String::new, |line| line.path.clone());
            let whole = |line: &Option<Line>, text: &dyn Fn(Span) -> String| {
                line.as_ref().and_then(|line| match &line.said {
                    Said::Known(tonnage_lang::Value::String(text)) => Some(text.to_string()),
                    Said::Known(_) => None,
                    Said::Written => Some(text(line.span)),
                })
            };
            let scripts = whole(before, &text_before).zip(whole(after, &text_after));
            let scripts = scripts.filter(|(before, after)| before.contains('\n') || after.contains('\n'));
            let mut line = report::Line {
                inside: scripts.map_or_else(Vec::new, |(before, after)| between(&before, &after)),
                path,
                before: before.as_ref().map(|line| shown(line, &text_before)),
                after: after.as_ref().map(|line| shown(line, &text_after)),
                place,
            };
            match (&line.before, &line.after) {
                (Some(before), Some(after)) if before == after => {
                    line.after = Some("(changed beyond what is shown)".to_owned());
                }
                (Some(before), Some(after)) => {
                    let (before, after) = pair(before, after, MOST);
                    (line.before, line.after) = (Some(before), Some(after));
                }
                _ => [&mut line.before, &mut line.after].into_iter().flatten().for_each(|side| *side = cut(side)),
            }
            line
        });
        report::Block {
            action,
            address: difference.address.to_string(),
            was: difference.was.map(|was| was.to_string()),
            place: match (difference.after, difference.before) {
                (Some(span), _) => new.checked.sources.place(span),
                (None, Some(span)) => old.checked.sources.place(span),
                (None, None) => String::new(),
            },
            lines: lines.collect(),
        }
    });
    told.collect()
}

/// Characters of a value that a line holds.
const MOST: usize = 80;

/// A value of a length that a line holds.
fn cut(text: &str) -> String {
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text)),
        None => text.to_owned(),
    }
}

/// Commitments that are drawn on otherwise. One side without any, or that can't be looked at years ahead, is left out.
fn commitments(old: &Read, new: &Read) -> Vec<report::Drawn> {
    let ahead = |side: &Read| -> Option<Timeline> {
        let intent = side.intent.as_ref().filter(|intent| !intent.commitments.is_empty())?;
        let past = past::stated(intent.commitments.iter(), intent.as_of);
        let (line, found) = timeline::timeline(&side.checked, intent, &past, &|_| {});
        line.filter(|_| !has_errors(&found))
    };
    let (Some(before), Some(after)) = (ahead(old), ahead(new)) else { return Vec::new() };
    let mut told = Vec::new();
    for line in &after.commitments {
        let Some(was) = before.commitments.iter().find(|was| was.name == line.name) else { continue };
        // what was drawn on days gone is no matter of the files: only what is ahead is compared
        let ahead = |year: &tonnage_forecast::Year| year.planned - year.gone.amount;
        let planned: BTreeMap<i16, _> = was.years.iter().map(|year| (year.year, ahead(year))).collect();
        let years = line.years.iter().filter_map(|year| {
            let (was, is) = (planned.get(&year.year).copied().unwrap_or_default(), ahead(year));
            let from = (year.gone.days > 0).then_some(after.as_of);
            (was != is).then_some(report::Drawing { year: year.year, from, owed: year.curve, before: was, after: is })
        });
        let old: BTreeMap<_, _> = was.milestones.iter().map(|m| (m.name, m.late)).collect();
        let new: BTreeMap<_, _> = line.milestones.iter().map(|m| (m.name, m.late)).collect();
        let names: BTreeSet<_> = old.keys().chain(new.keys()).copied().collect();
        let met = |of: &BTreeMap<_, _>, name| of.get(&name).copied();
        let milestones = names.into_iter().map(|name| (name, met(&old, name), met(&new, name)));
        let drawn = report::Drawn {
            name: line.name,
            unit: line.unit,
            years: years.collect(),
            milestones: milestones.filter(|(_, before, after)| before != after).collect(),
        };
        if !drawn.years.is_empty() || !drawn.milestones.is_empty() {
            told.push(drawn);
        }
    }
    told
}

/// Where the plan against what is live does other things than the files' own changes call for, in words: what was asked
/// for earlier and never applied, what others changed, what is there already. Alike for many instances is said once.
pub fn disagreements(files: &Plan, live: &Plan) -> Vec<String> {
    let doing = |plan: &Plan| -> BTreeMap<Symbol, (&'static str, bool)> {
        let told = plan.changes.iter().filter(|change| !matches!(change.action, Action::NoOp | Action::Move));
        let by_others = |change: &Change| {
            change.reasons.iter().any(|r| matches!(r, Reason::Drift | Reason::Missing | Reason::Deleted))
        };
        told.map(|change| (change.address, (words::symbol(change.action), by_others(change)))).collect()
    };
    let (asked, done) = (doing(files), doing(live));
    let mut found: BTreeMap<(String, String), usize> = BTreeMap::new();
    for address in asked.keys().chain(done.keys()).copied().collect::<BTreeSet<_>>() {
        let said = match (asked.get(&address), done.get(&address)) {
            (Some((a, _)), Some((b, _))) if a == b => continue,
            (Some((a, _)), Some((b, _))) => format!("is `{a}` in the files and `{b}` against what is live"),
            (Some((a, _)), None) => format!("is `{a}` in the files, and live as asked already"),
            (None, Some((b, true))) => format!("is `{b}` only because others changed what is live"),
            (None, Some((b, false))) => format!("is `{b}`: asked for earlier, and not live"),
            (None, None) => continue,
        };
        *found.entry((words::without_keys(address.as_str()), said)).or_default() += 1;
    }
    let told = found.into_iter().map(|((label, said), count)| match count {
        1 => format!("{label} {said}"),
        _ => format!("{count} × {label}: each {said}"),
    });
    told.collect()
}

/// Guards that are otherwise than before, and those that do not hold.
fn changed_guards(before: &[Guard], after: &[Guard]) -> Vec<(Option<GuardState>, Guard)> {
    let was = |guard: &Guard| before.iter().find(|other| other.name == guard.name).map(|other| other.state);
    after
        .iter()
        .map(|guard| (was(guard), guard.clone()))
        .filter(|(was, guard)| guard.state != GuardState::Holds || was.is_some_and(|state| state != guard.state))
        .collect()
}
