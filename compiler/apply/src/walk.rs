//! The walk: lock, what the ledger says, steps. Must not know what happens inside a unit, nor what a record holds.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::future::{Either, select};
use futures::lock::Mutex;
use futures::stream::{self, StreamExt};
use tonnage_base::{Diagnostic, Severity};
use tonnage_cloud::Cancel;
use tonnage_ledger::{Damage, Journal, Ledger, LedgerError, Lock, LockRequest, RecordOutcome};
use tonnage_plan::{Plan, UnitId, UnitOperation, model::WhenHeld};

use crate::footprint;
use crate::options::{Clouds, Options};
use crate::progress::{Progress, Tally};
use crate::report::{ApplyOutcome, ApplyReport, UnitEnd, UnitReport, outcome};
use crate::resume::Earlier;
use crate::since::Since;
use crate::unit::{Finished, Shared};

mod record;

/// Applies a plan exactly as written. Whatever happens, the report says what was done and what was not begun; what was
/// done is in the ledger.
pub async fn apply(
    plan: &Plan,
    clouds: Clouds<'_>,
    ledger: &Ledger,
    options: &Options,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> ApplyReport {
    let now = || (options.clock)();
    let request = LockRequest {
        owner: options.who.clone(),
        purpose: format!("apply of {}", options.digest),
        ttl_seconds: options.lock_seconds,
    };
    let (lock, waited) = match take(ledger, &request, options, progress, cancel).await {
        Ok(taken) => taken,
        Err(error) => {
            let locked = matches!(error, LedgerError::Locked(_));
            let outcome = if locked { ApplyOutcome::Locked } else { ApplyOutcome::Failed };
            return nothing_begun(plan, outcome, Some(error.diagnostic(now())));
        }
    };
    // whoever had the lock may have changed what the plan was made from
    let options = &Options { look_first: options.look_first || waited, ..options.clone() };
    let lock = Mutex::new(lock);
    let stop = AtomicBool::new(false);
    let work = Box::pin(locked(plan, clouds, ledger, options, progress, cancel, &stop));
    let (mut report, lost) = match select(work, Box::pin(keep(ledger, &lock, options, &stop))).await {
        Either::Left((report, _)) => (report, None),
        // The keeper ends only when the lock is lost: then no more units are begun, and those at work are let to their
        // end.
        Either::Right((lost, work)) => (work.await, Some(lost)),
    };
    match lost {
        Some(error) => {
            report.diagnostics.push(error.diagnostic(now()));
            if report.outcome == ApplyOutcome::Applied && !report.not_attempted.is_empty() {
                report.outcome = ApplyOutcome::Failed;
            }
        }
        None => {
            let lock = lock.into_inner();
            // What was to be done is done, with or without the lock.
            if let Err(error) = ledger.release(&lock, now()).await {
                let warning = Diagnostic { severity: Severity::Warning, ..error.diagnostic(now()) };
                let id = &lock.info.id;
                report.diagnostics.push(warning.with_help(match error {
                    LedgerError::LockLost { .. } => {
                        "this apply had come to its end by then; plan again to see what is there now".to_owned()
                    }
                    _ => format!("lock {id} is left behind: once the ledger answers, `tonnage unlock {id}` removes it"),
                }));
            }
        }
    }
    report
}

/// Takes the lock, asking again while somebody else has it for as long as is wanted; and whether it had to.
async fn take(
    ledger: &Ledger,
    request: &LockRequest,
    options: &Options,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<(Lock, bool), LedgerError> {
    /// How long it is before it asks again.
    const PAUSE: Duration = Duration::from_secs(2);
    let mut left = options.lock_wait;
    let mut waited = false;
    loop {
        match ledger.lock(request, (options.clock)()).await {
            Err(LedgerError::Locked(held)) if !left.is_zero() && !cancel.is_cancelled() => {
                if !waited {
                    progress.waiting(&held, left);
                    waited = true;
                }
                let pause = PAUSE.min(left);
                tokio::time::sleep(pause).await;
                left -= pause;
            }
            other => return other.map(|lock| (lock, waited)),
        }
    }
}

/// Refreshes the lock until it is lost. A store that does not answer now and then does no harm: the lock lasts three
/// times as long as a refresh takes to come.
async fn keep(ledger: &Ledger, lock: &Mutex<Lock>, options: &Options, stop: &AtomicBool) -> LedgerError {
    let pause = Duration::from_secs(u64::try_from(options.lock_seconds / 3).unwrap_or(1).max(1));
    loop {
        tokio::time::sleep(pause).await;
        let mut held = lock.lock().await;
        match ledger.refresh(&held, (options.clock)()).await {
            Ok(refreshed) => *held = refreshed,
            Err(error @ LedgerError::LockLost { .. }) => {
                stop.store(true, Ordering::SeqCst);
                return error;
            }
            Err(_) => {}
        }
    }
}

/// Everything that is done under the lock.
async fn locked(
    plan: &Plan,
    clouds: Clouds<'_>,
    ledger: &Ledger,
    options: &Options,
    progress: &dyn Progress,
    cancel: &Cancel,
    stop: &AtomicBool,
) -> ApplyReport {
    let started = (options.clock)();
    let begun = match Known::of(plan, ledger, options).await {
        Ok(Known::Applied(serial)) => return ApplyReport { serial: Some(serial), ..ended(ApplyOutcome::Applied) },
        Ok(Known::Open(begun)) => begun,
        Err(error) => return nothing_begun(plan, ApplyOutcome::Failed, Some(error.diagnostic(started))),
    };
    let forbidden = begun.since.forbids(plan, options);
    if !forbidden.is_empty() {
        return ApplyReport { diagnostics: forbidden, ..nothing_begun(plan, ApplyOutcome::Stale, None) };
    }
    if options.look_first {
        let moved = footprint::moved(plan, clouds, options, &begun.earlier, cancel).await;
        if !moved.is_empty() {
            let diagnostics = moved.iter().filter_map(|moved| moved.diagnostic(plan)).collect();
            return ApplyReport { diagnostics, moved, ..nothing_begun(plan, ApplyOutcome::Stale, None) };
        }
    }
    let tally = Tally::new(progress, plan.to_do().count(), plan.changes.len());
    let shared = Shared {
        plan,
        clouds,
        journal: &begun.journal,
        earlier: &begun.earlier,
        options,
        tally: &tally,
        cancel,
        outputs: Mutex::new(BTreeMap::new()),
        between: Mutex::new(BTreeMap::new()),
    };
    let finished = steps(&shared, stop).await;
    let mut report = report(plan, &finished, cancel, stop);
    report.diagnostics.extend(begun.damaged.iter().map(|damage| {
        let error = LedgerError::Damaged { place: damage.place.clone(), reason: damage.reason.clone() };
        Diagnostic { severity: Severity::Warning, ..error.diagnostic(started) }
    }));
    let takes = plan.records_anew() && report.outcome == ApplyOutcome::Applied;
    if takes || begun.earlier.executed || finished.values().any(|of| record::was_begun(&of.end)) {
        record::write(plan, ledger, options, &begun, (started, &finished), &mut report).await;
    }
    report
}

/// What the ledger says of a plan that is to be carried out.
enum Known {
    /// It was, in this record: nothing is left to do.
    Applied(u64),
    Open(Box<Begun>),
}

/// What has come since a plan was made, and what earlier tries of it have done.
struct Begun {
    /// The last record there is.
    serial: u64,
    since: Since,
    earlier: Earlier,
    journal: Journal,
    /// Entries of the journal that can't be read.
    damaged: Vec<Damage>,
}

impl Known {
    /// It may have been killed after its record was written, and others may have come since.
    async fn of(plan: &Plan, ledger: &Ledger, options: &Options) -> Result<Self, LedgerError> {
        let serial = ledger.serial().await?;
        let mut since = Since::plan(plan, ledger).await?;
        let mut before = Vec::new();
        for number in plan.ledger_serial.saturating_add(1)..=serial {
            let Some(record) = ledger.record(number).await? else { continue };
            let is_this = record.plan_digest == options.digest;
            if is_this && record.outcome == RecordOutcome::Applied {
                return Ok(Self::Applied(number));
            }
            // It failed on its way: what it had done it need not do again.
            if is_this {
                before.extend(ledger.journal(number).await?.1);
            }
            since.add(record);
        }
        let (journal, entries, damaged) = ledger.journal(serial + 1).await?;
        before.extend(entries);
        let earlier = Earlier::read(&before, &options.digest);
        Ok(Self::Open(Box::new(Begun { serial, since, earlier, journal, damaged })))
    }
}

/// Steps in order, the units of each side by side, up to the first step that does not end well.
async fn steps(shared: &Shared<'_>, stop: &AtomicBool) -> BTreeMap<UnitId, Finished> {
    let mut finished = BTreeMap::new();
    for step in &shared.plan.steps {
        let whole = step.units.iter().map(|id| (*id, true));
        let units = whole.chain(step.between.iter().map(|id| (*id, false)));
        let units = units.filter_map(|(id, whole)| Some((id, shared.plan.units.get(id.0 as usize)?, whole)));
        let units = units.filter(|(_, unit, _)| unit.operation != UnitOperation::Keep);
        let work = units.map(|(id, unit, whole)| async move {
            if stop.load(Ordering::SeqCst) || shared.cancel.is_cancelled() {
                return None;
            }
            let done = if whole { shared.run(id, unit).await } else { shared.between(id, unit).await? };
            // A unit that fails does not keep its siblings from being tried: which are tried does not depend on which
            // is faster. A cloud or a ledger that does not answer does.
            if matches!(&done.end, UnitEnd::Broken(broken) if !broken.stale) {
                stop.store(true, Ordering::SeqCst);
            }
            Some(done)
        });
        let work: Vec<_> = work.collect();
        let ends: Vec<Option<Finished>> =
            stream::iter(work).buffer_unordered(shared.options.parallelism.max(1)).collect().await;
        finished.extend(ends.into_iter().flatten().map(|done| (done.unit, done)));
        let failed = finished.values().any(|done: &Finished| !done.end.is_done());
        if failed || stop.load(Ordering::SeqCst) || shared.cancel.is_cancelled() {
            break;
        }
    }
    finished
}

fn not_attempted(plan: &Plan, finished: &BTreeMap<UnitId, Finished>) -> Vec<UnitId> {
    let mut ids: Vec<UnitId> = plan.to_do().map(|(id, _)| id).filter(|id| !finished.contains_key(id)).collect();
    ids.sort();
    ids
}

fn report(plan: &Plan, finished: &BTreeMap<UnitId, Finished>, cancel: &Cancel, stop: &AtomicBool) -> ApplyReport {
    let not_attempted = not_attempted(plan, finished);
    let ends: Vec<&UnitEnd> = finished.values().map(|f| &f.end).collect();
    // Asked to stop when all was done is done.
    let cancelled = cancel.is_cancelled() && !not_attempted.is_empty();
    let mut worst = outcome(&ends, cancelled);
    if worst == ApplyOutcome::Applied && stop.load(Ordering::SeqCst) && !not_attempted.is_empty() {
        worst = ApplyOutcome::Failed;
    }
    let told = |f: &Finished| {
        let falls_back = plan.units.get(f.unit.0 as usize).is_some_and(|unit| unit.when_held == WhenHeld::FallBack);
        let found = f.end.diagnostics().into_iter();
        let next = "what landed is held; make a new plan: in it the pool falls back to its next option";
        found.map(|d| if falls_back && matches!(f.end, UnitEnd::Short(_)) { d.with_help(next) } else { d }).collect()
    };
    let mut diagnostics: Vec<Diagnostic> = finished.values().flat_map::<Vec<_>, _>(told).collect();
    if worst == ApplyOutcome::Cancelled && diagnostics.is_empty() {
        diagnostics.push(tonnage_cloud::CloudError::Cancelled.diagnostic());
    }
    let units = finished.values().filter_map(|f| {
        let name = plan.units.get(f.unit.0 as usize)?.name;
        Some(UnitReport { unit: f.unit, name, end: f.end.clone() })
    });
    ApplyReport { outcome: worst, serial: None, units: units.collect(), not_attempted, diagnostics, moved: Vec::new() }
}

fn nothing_begun(plan: &Plan, outcome: ApplyOutcome, diagnostic: Option<Diagnostic>) -> ApplyReport {
    let not_attempted = not_attempted(plan, &BTreeMap::new());
    ApplyReport { not_attempted, diagnostics: diagnostic.into_iter().collect(), ..ended(outcome) }
}

/// An apply of which nothing more is to be said.
const fn ended(outcome: ApplyOutcome) -> ApplyReport {
    ApplyReport {
        outcome,
        serial: None,
        units: Vec::new(),
        not_attempted: Vec::new(),
        diagnostics: Vec::new(),
        moved: Vec::new(),
    }
}

#[cfg(test)]
mod tests;
