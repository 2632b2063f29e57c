//! From all that is known to the plan that says it: compared, checked against the clouds, judged, told. Must not look
//! at what is live, nor place anything.

use std::collections::BTreeMap;

use tonnage_base::{Date, Diagnostic, SourceMap, Symbol, clock::utc, diagnostic::has_errors};
use tonnage_forecast::Past;
use tonnage_graph::{ResourceGraph, Values};
use tonnage_lang::{Intent, intent::Moved};
use tonnage_ledger::Ledger;
use tonnage_place::PriceBook;
use tonnage_plan::{Action, OutputValue, Plan, Reason, inputs::Narrow, money::Granted};

use crate::{
    check::Checked,
    compile::{self, Compiled},
    contracts,
    differ::{self, Differ},
    edits::Edits,
    granted, guards,
    live::Observed,
    money::{self, Payer},
    paid,
    plan::{Clouds, Request},
    preflight, renamed, second_opinion,
    stands::Elsewhere,
    summary, timeline, unmatched,
};

/// All that a plan is made from.
pub(crate) struct Known<'a> {
    pub request: &'a Request<'a>,
    pub checked: &'a Checked,
    pub intent: &'a Intent,
    pub as_of: Date,
    pub sources: &'a SourceMap,
    pub clouds: &'a Clouds,
    /// Of the ledger, when it was read.
    pub serial: u64,
    pub ledger: &'a Ledger,
    /// What the ledger says.
    pub elsewhere: &'a Elsewhere,
    /// Whose the credentials are where the files do not say.
    pub callers: &'a BTreeMap<Symbol, Symbol>,
    pub observed: &'a Observed,
    /// None: nothing is to be there.
    pub compiled: Option<&'a Compiled>,
    pub desired: &'a ResourceGraph,
    /// Renames that count.
    pub moved: &'a [Moved],
    pub prices: &'a PriceBook,
    pub payer: Payer<'a>,
    /// Granted capacity, whether the files name it or no longer.
    pub owed: Vec<Granted>,
    pub edits: Edits<'a>,
}

impl Known<'_> {
    /// The plan; none where something stops it, which the diagnostics say.
    pub async fn plan(&self, values: Values, diagnostics: &mut Vec<Diagnostic>) -> Option<Plan> {
        (self.request.progress)("comparing");
        let mut plan = self.compare(&[], &[], values, diagnostics)?;
        let with = |more: &[Moved], values| self.compare(&[], more, values, &mut Vec::new());
        renamed::settle(&mut plan, self.intent.fleet.name.span, with);
        if let Some(compiled) = self.compiled {
            plan = self.with_room(plan, compiled).await?;
            plan.placements = summary::placements(self.intent, &compiled.placement, &plan, self.sources);
            plan.lookups = summary::lookups(self.intent, self.sources);
            self.outputs(&mut plan, compiled);
        }
        let before = self.elsewhere.outputs.iter().map(|(name, value)| {
            let value = value.clone().map_or(OutputValue::Sensitive, OutputValue::Known);
            (Symbol::new(name), value)
        });
        plan.outputs_before = before.collect();
        plan.granted = granted::to_record(&plan);
        plan.places = summary::places(self.intent, &plan);
        let clouds = self.intent.clouds.iter();
        plan.accounts = clouds.filter_map(|cloud| Some((cloud.name.value, cloud.account?.value))).collect();
        plan.callers.clone_from(self.callers);
        plan.embedded = self.request.settings.embedded.is_some();
        plan.written = self.edits.written();
        plan.made = self.request.world.now().to_zoned(utc()).date();
        // where nothing stands, all terms are new
        if self.compiled.is_some() && self.observed.graph.iter().next().is_some() {
            plan.terms = self.edits.terms(self.intent, told_otherwise(&plan, &self.observed.graph));
        }
        self.judge(&mut plan, diagnostics)?;
        if self.request.settings.verify {
            self.ask(&mut plan, diagnostics).await?;
        }
        self.note(&mut plan);
        if self.request.ahead && (plan.has_changes() || !plan.terms.is_empty()) {
            self.commitments(&mut plan, diagnostics).await?;
        }
        let warnings = tonnage_report::diagnostics::short(diagnostics, self.sources);
        plan.notes.extend(warnings.lines().map(str::to_owned));
        Some(plan)
    }

    /// What differs, and who pays for what before and after. What is `narrow` has no room for old and new at once;
    /// `more` is renamed beside what the files say.
    fn compare(
        &self,
        narrow: &[Narrow],
        more: &[Moved],
        values: Values,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Plan> {
        let lowered = self.compiled.map(|compiled| &compiled.lowered);
        let differ = Differ::new(self.intent, lowered, self.observed, &[])
            .ignoring(self.request.settings)
            .narrowed(narrow)
            .renamed(more)
            .edited(&self.edits);
        let mut plan = differ.compare(self.as_of, self.serial, values, self.sources, diagnostics)?;
        if self.compiled.is_none() {
            // the files may still ask for all of it
            let reasons = plan.changes.iter_mut().flat_map(|change| &mut change.reasons);
            reasons.filter(|reason| **reason == Reason::Gone).for_each(|reason| *reason = Reason::Destroyed);
        }
        plan.granted.clone_from(&self.owed);
        let graphs = [&self.observed.graph, self.desired];
        money::held(&mut plan, graphs, [&self.payer; 2], &self.elsewhere.granted);
        paid::as_recorded(&mut plan.held_before, &self.elsewhere.paid, self.as_of);
        plan.shapes = summary::shapes(self.intent, self.prices, plan.held_before.iter().chain(&plan.held_after));
        Some(plan)
    }

    /// The plan in the order that the clouds have room for, with what they say of capacity, quotas and limits.
    async fn with_room(&self, mut plan: Plan, compiled: &Compiled) -> Option<Plan> {
        (self.request.progress)("checking capacity, quotas and limits");
        let mut narrow = Vec::new();
        loop {
            let checked = preflight::Planned {
                intent: self.intent,
                placement: &compiled.placement,
                desired: self.desired,
                live: &self.observed.graph,
                plan: &plan,
                as_of: self.as_of,
            };
            let (rows, found) = preflight::evidence(self.request, self.clouds, &checked).await;
            if found.is_empty() || !narrow.is_empty() {
                plan.preflight = rows;
                return Some(plan);
            }
            // in this order there is no room: the same plan in another one, of which the same has been said
            narrow = found;
            let renames = plan.renames;
            plan = self.compare(&narrow, &[], plan.values, &mut Vec::new())?;
            plan.renames = renames;
        }
    }

    fn outputs(&self, plan: &mut Plan, compiled: &Compiled) {
        let told = compiled.lowered.outputs.iter().map(|(name, value)| {
            let value = match value {
                Some(value) if value.holds_sensitive() => OutputValue::Sensitive,
                Some(value) => tonnage_lang::functions::to_json(value).map_or(OutputValue::Later, OutputValue::Known),
                None => OutputValue::Later,
            };
            (*name, value)
        });
        plan.outputs = told.collect();
    }

    /// What is protected, what the guards say, what the user's flags did not find. None where a guard can't be judged.
    fn judge(&self, plan: &mut Plan, diagnostics: &mut Vec<Diagnostic>) -> Option<()> {
        let (intent, live) = (self.intent, &self.observed.graph);
        let today = self.request.world.now().to_zoned(utc()).date();
        let protection = guards::protection::Protection::of(intent, today, self.moved, &self.elsewhere.protected, live);
        (plan.protected, plan.protects_anew) = (protection.recorded, protection.anew);
        let nowhere = guards::of_nothing(intent);
        let placed = self.compiled.map_or(&nowhere, |compiled| &compiled.placement);
        plan.guards = guards::guards(intent, placed, plan, (&protection.lifted, today), self.sources, diagnostics);
        if has_errors(diagnostics) {
            return None;
        }
        if self.compiled.is_some() {
            diagnostics.extend(unmatched::warn(intent, self.request.settings, plan, live));
        }
        Some(())
    }

    /// The second opinion. None where somebody asked to stop.
    async fn ask(&self, plan: &mut Plan, diagnostics: &mut Vec<Diagnostic>) -> Option<()> {
        let schemas = compile::schemas();
        let cannot = differ::cannot_be_asked(self.intent, &schemas);
        let asked = second_opinion::ask(self.request, plan, self.observed, self.clouds, &cannot, &schemas).await;
        plan.second_opinion = Some(asked.map_err(|error| diagnostics.push(error.diagnostic())).ok()?);
        Some(())
    }

    /// What is to be said beside the changes.
    fn note(&self, plan: &mut Plan) {
        let (observed, live) = (self.observed, &self.observed.graph);
        let unrecorded = self.elsewhere.unrecorded.iter().filter(|_| !observed.units.is_empty());
        let (not_full, not_as_asked) = summary::not_as_asked(self.intent, plan, self.desired, live);
        let mut notes = summary::left_alone(plan, self.request.settings);
        notes.extend(summary::unset(plan, observed.unrecorded));
        notes.extend(self.elsewhere.notes.iter().chain(unrecorded).map(|said| format!("note: {said}")));
        notes.extend(summary::not_recorded(plan));
        notes.extend(summary::let_go(plan));
        notes.extend(observed.gaps.iter().map(|gap| format!("note: {gap}")));
        notes.extend(not_as_asked);
        notes.extend(summary::left_behind(plan, self.desired, live));
        notes.extend(summary::made_first(self.desired, plan));
        (plan.not_full, plan.notes) = (not_full, notes);
    }

    /// What contracts get from it. None where the ledger can't be read.
    async fn commitments(&self, plan: &mut Plan, diagnostics: &mut Vec<Diagnostic>) -> Option<()> {
        let (request, intent) = (self.request, self.intent);
        let past = contracts::past(self.ledger, intent, plan).await;
        let past: Past = past.map_err(|error| diagnostics.push(error.diagnostic(request.world.now()))).ok()?;
        let ahead = |days| timeline::ahead(self.checked, intent, &past, days, request.progress);
        match self.payer.commitments(plan, request.destroy, ahead) {
            Ok(told) => {
                plan.commitments = told.commitments;
                plan.notes.extend(told.unknown.map(|(day, problem)| {
                    let what = format!("note: cannot know what contracts get from {day} on");
                    format!("{what}: {} (`tonnage timeline` shows where)", problem.message)
                }));
            }
            // what is wrong on a day to come does not keep today's plan
            Err(problems) => plan.notes.extend(problems.first().map(|problem| {
                format!("note: cannot know what commitments get: {} (`tonnage timeline` shows where)", problem.message)
            })),
        }
        Some(())
    }
}

/// What comes or goes as a whole, and what somebody else changed since it was applied: what is written of these is told
/// by them.
fn told_otherwise(plan: &Plan, live: &ResourceGraph) -> impl Iterator<Item = Symbol> {
    let comes_or_goes = |action| matches!(action, Action::Create | Action::Import | Action::Delete | Action::Forget);
    let changes = plan.changes.iter().filter(move |change| comes_or_goes(change.action)).map(|change| change.address);
    let changed = live.iter().filter(|(_, resource)| {
        let applied = resource.live.as_ref().and_then(|live| live.applied);
        applied.is_some_and(|applied| applied != resource.body)
    });
    changes.chain(changed.map(|(_, resource)| resource.address))
}
