//! What a reviewer must learn from a plan, computed once and written by every format. Must not know formats.

use std::collections::BTreeMap;

use tonnage_base::Symbol;
use tonnage_graph::Site;
use tonnage_plan::{
    Action, Change, Choice, EffectKind, Plan,
    model::{Counts, Place, ShapeFacts},
    renamed::Rename,
};

use crate::{
    alarms::{self, Alarm, Risk},
    burn,
    cascade::{Cascade, cascades},
    drift::{self, Answer, RolledDrift},
    moves::{self, Move},
    risks::{self, Risks, Shapes},
    roll_up::{RolledUp, roll_up},
    spend::{self, OfBlock, Spend},
    table::Table,
    unstarted::{self, Unstarted},
    words,
};

/// A plan, counted and rolled up.
pub struct PlanView<'p> {
    /// The plan itself.
    pub plan: &'p Plan,
    /// Its digest: `sha256:…`.
    pub digest: String,
    /// Resources by action.
    pub counts: Counts,
    /// Resources replaced (each is also one to add, and one to destroy or to forget).
    pub replaced: usize,
    /// Resources destroyed without a successor.
    pub deleted: usize,
    /// Resources whose address changes and nothing else.
    pub moved: usize,
    /// GPUs of running nodes that the plan stops: groups deleted, replaced, shrunk or replaced in batches.
    pub gpus_stopped: u64,
    /// What it puts at risk, in all.
    pub risks: Risks,
    /// Nodes that cannot start, as preflight knows.
    pub unstarted: Vec<Unstarted>,
    /// GPUs that move from one site to another.
    pub moves: Vec<Move>,
    /// What must not be overlooked, what hurts most first.
    pub alarms: Vec<Alarm>,
    /// Chains of replacements, from the property that begins them.
    pub cascades: Vec<Cascade>,
    /// Chains that are left out.
    pub cascades_left_out: usize,
    /// Changes, what hurts first.
    pub changes: Vec<RolledUp<'p>>,
    /// What others did since the last apply, that the plan undoes or leaves alone.
    pub drift: Vec<RolledDrift>,
    /// GPUs, nodes and money, before and after.
    pub totals: Totals,
    /// GPUs and nodes at each site where there are any or something changes.
    pub sites: Vec<SiteTotals<'p>>,
}

/// As many guards are lifted in one line.
const ACKS: usize = 8;

/// Before and after of one site.
#[derive(Clone, Debug)]
pub struct SiteTotals<'p> {
    /// The site.
    pub site: Site,
    /// Where it lies; none: not known.
    pub place: Option<&'p Place>,
    /// GPUs that run, before and after.
    pub gpus: (u64, u64),
    /// Nodes that run, before and after.
    pub nodes: (u64, u64),
    /// Resources that change.
    pub changes: usize,
}

/// Before and after of the whole fleet.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    /// GPUs by model: title, before, after.
    pub gpus: Vec<(String, u64, u64)>,
    /// Running nodes of which nobody knows what they are, by shape: before, after.
    pub unknown_shapes: BTreeMap<Symbol, (u64, u64)>,
    /// Running nodes that have CPUs only.
    pub cpu_nodes: (u64, u64),
    /// Nodes and money.
    pub spend: Spend,
    /// Of each cloud.
    pub clouds: Vec<(Symbol, Spend)>,
    /// Of each block that changes, where the fleet has several.
    pub blocks: Vec<OfBlock>,
}

impl<'p> PlanView<'p> {
    /// Counts and rolls up.
    pub fn of(plan: &'p Plan) -> Self {
        let risks = Risks::of(plan);
        let (cascades, cascades_left_out) = cascades(plan);
        let changes = roll_up(plan);
        let drift = drift::roll_up(plan);
        let unstarted = unstarted::of(plan, &Shapes::of(plan));
        let moves = moves::of(plan);
        let totals = totals(plan, &moves);
        let count = |wanted: fn(Action) -> bool| plan.changes.iter().filter(|c| wanted(c.action)).count();
        Self {
            plan,
            digest: plan.digest(),
            counts: plan.counts(),
            replaced: count(|a| matches!(a, Action::ReplaceDeleteFirst | Action::ReplaceCreateFirst)),
            deleted: count(|a| a == Action::Delete),
            moved: count(|a| a == Action::Move),
            gpus_stopped: risks.stopped.gpus,
            alarms: alarms::of(plan, &risks, &unstarted, &moves, &changes, &drift),
            risks,
            unstarted,
            moves,
            cascades,
            cascades_left_out,
            changes,
            drift,
            totals,
            sites: sites(plan),
        }
    }

    /// Whether nothing is going to happen.
    pub fn is_empty(&self) -> bool {
        !self.plan.has_changes()
    }

    /// `Plan: 3 to add, 1 to change, 0 to destroy.`: exact, since tools match it.
    pub fn summary(&self) -> String {
        if self.is_empty() {
            return "No changes. Your infrastructure matches the configuration.".to_owned();
        }
        let c = self.counts;
        let import = if c.import > 0 { format!("{} to import, ", c.import) } else { String::new() };
        let forget = if c.forget > 0 { format!(", {} to forget", c.forget) } else { String::new() };
        format!("Plan: {import}{} to add, {} to change, {} to destroy{forget}.", c.add, c.change, c.destroy)
    }

    /// What an author writes where something that leaves comes back under a new name, and what follows then: the
    /// sentence, and the blocks.
    pub fn renames(&self) -> Option<(String, String)> {
        let renames = &self.plan.renames;
        let blocks: Vec<String> = renames.moves.iter().map(Rename::block).collect();
        let now: u64 = self.plan.changes.iter().filter_map(Change::stopping).sum();
        let then = words::count(renames.stopping, "node");
        let spared = match renames.stopping < now {
            true => format!(", and {then} {} instead of {now}", if renames.stopping == 1 { "stops" } else { "stop" }),
            false => String::new(),
        };
        let these =
            if blocks.len() == 1 { "this is the same under a new name" } else { "these are the same under new names" };
        (!blocks.is_empty()).then(|| (format!("If {these}, write into the files{spared}:"), blocks.join("\n\n")))
    }

    /// What is to be said beside everything else: the notes of the plan, and how drift that it puts back is left alone.
    pub fn notes(&self) -> Vec<&str> {
        let put_back = self.drift.iter().any(|line| line.answer == Answer::Property(Choice::Revert));
        let way = "note: drift is put back; `-ignore-drift ADDRESS.PROPERTY` leaves it as it is";
        let left = self.drift.iter().any(|line| line.answer == Answer::Property(Choice::Leave));
        let ways = "note: what no file sets is left: `tonnage adopt ADDRESS.PROPERTY` writes it into the file, `-revert-drift \
                    ADDRESS.PROPERTY` puts it back, `-ignore-drift ADDRESS.PROPERTY` takes it as it is";
        let notes = self.plan.notes.iter().map(String::as_str);
        notes.chain(put_back.then_some(way)).chain(left.then_some(ways)).collect()
    }

    /// How guards that refuse are lifted for this plan alone; none where none does.
    pub fn way_past_guards(&self) -> Option<String> {
        let acks: Vec<String> = self.plan.refusals().map(|guard| words::ack(&self.digest, &guard.name)).collect();
        let shown = acks.get(..acks.len().min(ACKS)).unwrap_or_default().join(" ");
        let more = match acks.len().saturating_sub(ACKS) {
            0 => String::new(),
            more => format!(" and {more} more: `apply` without them lists all"),
        };
        (!acks.is_empty())
            .then(|| format!("lifted for this plan alone, once somebody has read it: `tonnage apply {shown}`{more}"))
    }

    /// What the plan does, in one line, what hurts first: every alarm, then what comes, changes and goes.
    pub fn headline(&self) -> String {
        let gpus = |pick: fn(&(String, u64, u64)) -> u64| self.totals.gpus.iter().map(pick).sum::<u64>();
        let (before, after) = self.totals.cpu_nodes;
        let sure = !self.risks.is_range() && self.risks.is_sure();
        let mut coming: Vec<String> = come(self.risks.started.gpus, gpus(|g| g.1), gpus(|g| g.2), "GPU", sure)
            .into_iter()
            .chain(come(self.risks.started.cpu_nodes, before, after, "CPU node", sure))
            .collect();
        let mut parts: Vec<String> = Vec::new();
        // what changes beside all resources comes last
        let (terms, alarms): (Vec<&Alarm>, Vec<&Alarm>) = self
            .alarms
            .iter()
            .filter(|alarm| !alarm.headline.is_empty())
            .partition(|alarm| alarm.what == alarms::TERMS);
        let terms = terms.into_iter().map(|alarm| alarm.headline.clone());
        for alarm in alarms {
            parts.push(alarm.headline.clone());
            // what stops and what starts are read together
            if alarm.what == risks::STOP {
                parts.append(&mut coming);
            }
        }
        if self.is_empty() {
            parts.insert(0, "no changes".to_owned());
            parts.extend(terms);
            return parts.join(" · ");
        }
        let replaced = self.replaced;
        if replaced > 0 {
            parts.push(format!("{} replaced", words::count(replaced as u64, "resource")));
        }
        if self.deleted > 0 {
            parts.push(format!("{} destroyed", words::count(self.deleted as u64, "resource")));
        }
        parts.append(&mut coming);
        if self.counts.add > replaced {
            parts.push(format!("{} created", words::count((self.counts.add - replaced) as u64, "resource")));
        }
        if self.counts.change > 0 {
            parts.push(format!("{} updated", words::count(self.counts.change as u64, "resource")));
        }
        if self.counts.import > 0 {
            parts.push(format!("{} imported", words::count(self.counts.import as u64, "resource")));
        }
        if self.counts.forget > 0 {
            let nodes = self.totals.spend.left.words().map_or_else(String::new, |nodes| format!(" with {nodes}"));
            let resources = words::count(self.counts.forget as u64, "resource");
            parts.push(format!("{resources}{nodes} kept but no longer managed"));
        }
        if self.moved > 0 {
            parts.push(format!("{} renamed", words::count(self.moved as u64, "resource")));
        }
        if self.gpus_stopped == 0 && self.is_sure() {
            parts.push("0 GPUs stopped".to_owned());
        }
        parts.extend(terms);
        parts.join(" · ")
    }

    /// Whether it is sure that nothing stops beside what is counted as stopped: what the cloud refuses may be done yet.
    fn is_sure(&self) -> bool {
        let effects = self.changes.iter().flat_map(|group| &group.effects);
        if effects.into_iter().any(|effect| effect.kind == EffectKind::Refused) {
            return false;
        }
        let worse = self.plan.second_opinion.iter().flat_map(|said| &said.disagreements).any(|found| found.is_worse());
        self.risks.is_sure() && !worse
    }

    /// The degree of the worst alarm; something destroyed or forgotten is one too.
    pub fn risk(&self) -> Risk {
        let taken = if self.counts.destroy > 0 || self.counts.forget > 0 { Risk::Some } else { Risk::None };
        self.alarms.iter().map(|alarm| alarm.risk).fold(taken, Risk::max)
    }

    /// Rows of the table of GPUs and money: name, before, after, difference. Empty where the fleet has no nodes and
    /// reserves none.
    pub fn rows(&self) -> Vec<[String; 4]> {
        let totals = &self.totals;
        let runs = !totals.gpus.is_empty() || totals.cpu_nodes != (0, 0) || !totals.unknown_shapes.is_empty();
        if !runs && totals.spend.reserved == (0, 0) && totals.spend.idle == (0, 0) {
            return Vec::new();
        }
        let mut rows: Vec<[String; 4]> = totals
            .gpus
            .iter()
            .map(|(title, before, after)| {
                [
                    format!("{title} GPUs"),
                    tonnage_base::quantity::group_thousands(*before),
                    tonnage_base::quantity::group_thousands(*after),
                    words::delta(*before, *after),
                ]
            })
            .collect();
        let nodes = |name: &str, (before, after): (u64, u64)| {
            let said = tonnage_base::quantity::group_thousands;
            [name.to_owned(), said(before), said(after), words::delta(before, after)]
        };
        if runs {
            rows.push(nodes("nodes", totals.spend.nodes));
        }
        if totals.cpu_nodes != (0, 0) {
            rows.push(nodes("of them CPU nodes", totals.cpu_nodes));
        }
        for (shape, counts) in &totals.unknown_shapes {
            rows.push(nodes(&format!("of them {shape}, which is not known"), *counts));
        }
        if totals.spend.reserved != (0, 0) {
            rows.push(nodes("reserved nodes, used or not", totals.spend.reserved));
        }
        if totals.spend.idle != (0, 0) {
            rows.push(nodes("granted nodes, unused", totals.spend.idle));
        }
        rows.extend(spend::rows(&totals.spend));
        rows.extend(self.plan.commitments.iter().map(burn::row));
        rows
    }

    /// What the money in [`Self::rows`] leaves out, a line for each sum.
    pub fn unknown_prices(&self) -> Vec<String> {
        let unknown = spend::unknown(&self.totals.spend);
        let any = self.plan.held_before.len() + self.plan.held_after.len() > 0;
        unknown.into_iter().chain(spend::stored(self.plan).filter(|_| any)).collect()
    }

    /// The same money by cloud, where there are several, and for each block that changes.
    pub fn breakdown(&self) -> Option<Table> {
        spend::breakdown(&self.totals.clouds, &self.totals.blocks)
    }

    /// What a reader must know of contracts beside their rows, a line each.
    pub fn commitment_lines(&self) -> Vec<String> {
        let day = self.plan.as_of;
        let each = self.plan.commitments.iter().flat_map(|commitment| burn::lines(commitment, day));
        each.chain(burn::turns(self.plan)).collect()
    }
}

/// `16 GPUs added`; where others stop or go, all that start, and what remains of them: `32 GPUs started (net +16)`;
/// nothing of the latter where it is not `sure` how many stop.
fn come(started: u64, before: u64, after: u64, one: &str, sure: bool) -> Option<String> {
    match after.checked_sub(before).filter(|added| *added == started) {
        Some(0) => None,
        Some(added) => Some(format!("{} added", words::count(added, one))),
        None if started == 0 => None,
        None if !sure => Some(format!("{} started", words::count(started, one))),
        None => Some(format!("{} started (net {})", words::count(started, one), words::delta(before, after))),
    }
}

fn sites(plan: &Plan) -> Vec<SiteTotals<'_>> {
    let mut sites: BTreeMap<Site, SiteTotals<'_>> = BTreeMap::new();
    let empty = |site: Site| SiteTotals {
        site,
        place: plan.places.iter().find(|place| place.site == site),
        gpus: (0, 0),
        nodes: (0, 0),
        changes: 0,
    };
    let held = plan.held_before.iter().map(|row| (false, row)).chain(plan.held_after.iter().map(|row| (true, row)));
    for (is_after, held) in held.filter(|(_, held)| !held.holds.reserves_only) {
        let at = sites.entry(held.site).or_insert_with(|| empty(held.site));
        let nodes = held.nodes();
        let gpus = shape(plan, held.site, held.holds.shape).map_or(0, |facts| u64::from(facts.gpus));
        let (running, have) =
            if is_after { (&mut at.nodes.1, &mut at.gpus.1) } else { (&mut at.nodes.0, &mut at.gpus.0) };
        *running += nodes;
        *have += nodes.saturating_mul(gpus);
    }
    for change in plan.changes.iter().filter(|change| change.action != Action::NoOp) {
        sites.entry(change.site).or_insert_with(|| empty(change.site)).changes += 1;
    }
    sites.into_values().collect()
}

pub(crate) fn shape(plan: &Plan, site: Site, shape: Symbol) -> Option<&ShapeFacts> {
    plan.shapes.iter().find(|facts| facts.site == site && facts.shape == shape)
}

fn totals(plan: &Plan, moves: &[Move]) -> Totals {
    let (spend, clouds, blocks) = spend::of(plan, moves);
    let mut totals = Totals { spend, clouds, blocks, ..Totals::default() };
    let mut gpus: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for (is_after, rows) in [(false, &plan.held_before), (true, &plan.held_after)] {
        for held in rows.iter().filter(|held| !held.holds.reserves_only) {
            let nodes = held.nodes();
            let add = |pair: &mut (u64, u64), more: u64| *(if is_after { &mut pair.1 } else { &mut pair.0 }) += more;
            let facts = shape(plan, held.site, held.holds.shape).map(|facts| (facts.accelerator, facts.gpus));
            match facts {
                Some((None, _)) => add(&mut totals.cpu_nodes, nodes),
                Some((Some(model), each)) => {
                    add(gpus.entry(model.to_string()).or_default(), nodes.saturating_mul(u64::from(each)));
                }
                None => add(totals.unknown_shapes.entry(held.holds.shape).or_default(), nodes),
            }
        }
    }
    totals.gpus = gpus.into_iter().map(|(title, (before, after))| (title, before, after)).collect();
    totals
}
