//! The walk: lock, serial, steps, record. Must not know what happens inside a unit.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::future::{Either, select};
use futures::lock::Mutex;
use futures::stream::{self, StreamExt};
use tonnage_base::{Diagnostic, Severity};
use tonnage_cloud::Cancel;
use tonnage_ledger::{
    Burn, Ledger, LedgerError, Lock, LockRequest, MemberRecord, Record, RecordOutcome, Stand, UnitRecord, UnitResult,
};
use tonnage_plan::{Plan, Unit, UnitId, UnitOperation, model::WhenHeld};

use crate::footprint;
use crate::options::{Clouds, Options};
use crate::progress::{Progress, Tally};
use crate::report::{ApplyOutcome, ApplyReport, UnitEnd, UnitReport, outcome};
use crate::reported;
use crate::resume::{Earlier, key};
use crate::since::Since;
use crate::unit::{Finished, Shared};

/// Applies a plan exactly as written. Whatever happens, the report says what was done and what was not begun; what was done
/// is in the ledger.
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
        // The keeper ends only when the lock is lost: then no more units are begun, and those at work are let to their end.
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

/// Refreshes the lock until it is lost. A store that does not answer now and then does no harm: the lock lasts three times
/// as long as a refresh takes to come.
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
    let fault = |error: LedgerError| nothing_begun(plan, ApplyOutcome::Failed, Some(error.diagnostic(started)));
    let serial = match ledger.serial().await {
        Ok(serial) => serial,
        Err(error) => return fault(error),
    };
    let mut since = match Since::plan(plan, ledger).await {
        Ok(since) => since,
        Err(error) => return fault(error),
    };
    let mut before = Vec::new();
    // It may have been killed after its record was written, and others may have come since.
    for number in plan.ledger_serial.saturating_add(1)..=serial {
        match ledger.record(number).await {
            Ok(Some(record)) if record.plan_digest == options.digest && record.outcome == RecordOutcome::Applied => {
                return ApplyReport {
                    outcome: ApplyOutcome::Applied,
                    serial: Some(number),
                    units: Vec::new(),
                    not_attempted: Vec::new(),
                    diagnostics: Vec::new(),
                    moved: Vec::new(),
                };
            }
            Ok(Some(record)) => {
                // It failed on its way: what it had done it need not do again.
                if record.plan_digest == options.digest {
                    match ledger.journal(number).await {
                        Ok((_, entries, _)) => before.extend(entries),
                        Err(error) => return fault(error),
                    }
                }
                since.add(record);
            }
            Ok(None) => {}
            Err(error) => return fault(error),
        }
    }
    let (journal, entries, damaged) = match ledger.journal(serial + 1).await {
        Ok(opened) => opened,
        Err(error) => return fault(error),
    };
    before.extend(entries);
    let earlier = Earlier::read(&before, &options.digest);
    let forbidden = since.forbids(plan, options);
    if !forbidden.is_empty() {
        return ApplyReport { diagnostics: forbidden, ..nothing_begun(plan, ApplyOutcome::Stale, None) };
    }
    if options.look_first {
        let moved = footprint::moved(plan, clouds, options, &earlier, cancel).await;
        if !moved.is_empty() {
            let diagnostics = moved.iter().filter_map(|moved| moved.diagnostic(plan)).collect();
            return ApplyReport { diagnostics, moved, ..nothing_begun(plan, ApplyOutcome::Stale, None) };
        }
    }
    let units = plan.to_do().count();
    let tally = Tally::new(progress, units, plan.changes.len());
    let shared = Shared {
        plan,
        clouds,
        journal: &journal,
        earlier: &earlier,
        options,
        tally: &tally,
        cancel,
        outputs: Mutex::new(BTreeMap::new()),
        between: Mutex::new(BTreeMap::new()),
    };
    let finished = steps(&shared, stop).await;
    let mut report = report(plan, &finished, cancel, stop);
    report.diagnostics.extend(damaged.into_iter().map(|damage| {
        let error = LedgerError::Damaged { place: damage.place, reason: damage.reason };
        Diagnostic { severity: Severity::Warning, ..error.diagnostic(started) }
    }));
    let takes = plan.records_anew() && report.outcome == ApplyOutcome::Applied;
    if takes || earlier.executed || finished.values().any(|f| was_begun(&f.end)) {
        let at = (options.clock)();
        let whole = report.outcome == ApplyOutcome::Applied;
        let [held_before, held_after] = [(&plan.held_before, false), (&plan.held_after, true)]
            .map(|(rows, in_doubt)| since.held(plan, rows, options, in_doubt));
        let (earlier_burn, all) = (ledger.burns(at).await, whole && since.whole(options));
        let burn = match earlier_burn {
            Ok(burns) => Burn::next(burns.first(), at, all, held_before, held_after),
            Err(error) => {
                report.diagnostics.push(Diagnostic { severity: Severity::Warning, ..error.diagnostic(at) });
                Burn::next(None, at, all, held_before, held_after)
            }
        };
        let reported = match on_record(ledger, since.last(), plan, &finished).await {
            Ok(number) => number,
            Err(error) => {
                report.diagnostics.push(Diagnostic { severity: Severity::Warning, ..error.diagnostic(at) });
                0
            }
        };
        let record = Record {
            serial: serial + 1,
            fleet: plan.fleet.as_str().to_owned(),
            plan_digest: options.digest.clone(),
            who: options.who.clone(),
            started,
            finished: at,
            outcome: report.outcome.for_record(),
            interrupted: earlier.interrupted.clone(),
            lifted: options.lifted.clone(),
            burn,
            stands: since.stands(stands(plan, &finished, &earlier)),
            short: short(since.last(), plan, &finished),
            granted: since.granted(plan),
            protected: since.protected(plan),
            reported,
            written: since.written(plan, whole),
        };
        let done = |finished: &Finished| unit_record(plan.units.get(finished.unit.0 as usize)?, finished);
        let units: Vec<UnitRecord> = finished.values().filter_map(done).collect();
        match ledger.write_record(&record, &units).await {
            Ok(()) => report.serial = Some(serial + 1),
            Err(error) => {
                report.diagnostics.push(error.diagnostic((options.clock)()));
                if report.outcome == ApplyOutcome::Applied {
                    report.outcome = ApplyOutcome::Failed;
                }
            }
        }
    }
    report
}

/// The number of what is on record afterwards of properties that no file sets.
async fn on_record(
    ledger: &Ledger,
    last: Option<&Record>,
    plan: &Plan,
    finished: &BTreeMap<UnitId, Finished>,
) -> Result<u64, LedgerError> {
    let number = last.map_or(0, |last| last.reported);
    let before = ledger.reported(number).await?;
    let after = reported::after(&before, plan, finished);
    if after == before { Ok(number) } else { ledger.write_reported(&after).await }
}

/// Where the fleet stands now: in doubt a unit is there, since a later plan will look.
fn stands(plan: &Plan, finished: &BTreeMap<UnitId, Finished>, earlier: &Earlier) -> Vec<Stand> {
    let mut places: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    // a plan that was killed may have made units that this one did not see
    for unit in earlier.of_others.iter().filter(|unit| !plan.units.iter().any(|own| key(own, "") == **unit)) {
        *places.entry((unit.cloud.as_str(), unit.region.as_str())).or_default() += 1;
    }
    for (number, unit) in (0..).zip(&plan.units) {
        let end = finished.get(&UnitId(number)).map(|finished| &finished.end);
        let there = match unit.operation {
            UnitOperation::Keep | UnitOperation::Update => true,
            UnitOperation::Create => end.is_some_and(was_begun) || earlier.told(unit),
            UnitOperation::Delete => !matches!(end, Some(UnitEnd::Done { .. })),
        };
        if there {
            *places.entry((unit.site.cloud.as_str(), unit.site.region.as_str())).or_default() += 1;
        }
    }
    let stand = |((cloud, region), units): ((&str, &str), u64)| Stand {
        cloud: cloud.to_owned(),
        region: region.to_owned(),
        account: plan.account(tonnage_base::Symbol::new(cloud)).map(|of| of.as_str().to_owned()),
        units,
    };
    places.into_iter().map(stand).collect()
}

/// Groups that are left short: those of units that came to an end now, and those that had been left so before.
fn short(last: Option<&Record>, plan: &Plan, finished: &BTreeMap<UnitId, Finished>) -> BTreeMap<String, u32> {
    let mut short = last.map(|last| last.short.clone()).unwrap_or_default();
    for (id, finished) in finished {
        for member in plan.unit(*id).into_iter().flat_map(|unit| &unit.members) {
            short.remove(member.address.as_str());
        }
        if let UnitEnd::Short(groups) = &finished.end {
            short.extend(groups.iter().map(|group| (group.address.as_str().to_owned(), group.running)));
        }
    }
    short
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
            // A unit that fails does not keep its siblings from being tried: which are tried does not depend on which is
            // faster. A cloud or a ledger that does not answer does.
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
    ApplyReport {
        outcome,
        serial: None,
        units: Vec::new(),
        not_attempted: not_attempted(plan, &BTreeMap::new()),
        diagnostics: diagnostic.into_iter().collect(),
        moved: Vec::new(),
    }
}

/// Whether a cloud was told to go.
fn was_begun(end: &UnitEnd) -> bool {
    match end {
        UnitEnd::Broken(broken) => broken.begun,
        _ => true,
    }
}

fn unit_record(unit: &Unit, finished: &Finished) -> Option<UnitRecord> {
    if !was_begun(&finished.end) {
        return None;
    }
    let result = match &finished.end {
        UnitEnd::Done { .. } => UnitResult::Done,
        UnitEnd::Short(_) => UnitResult::Short,
        UnitEnd::Failed { kept: true, .. } | UnitEnd::NotThere(_) => UnitResult::Kept,
        UnitEnd::Failed { kept: false, .. } => UnitResult::Failed,
        UnitEnd::Broken(_) => UnitResult::Unknown,
    };
    let there: BTreeMap<&str, &str> = finished
        .live
        .iter()
        .flat_map(|live| &live.resources)
        .filter_map(|r| Some((&*r.local_name, r.physical_id.as_deref()?)))
        .collect();
    let details: Vec<String> = finished.end.diagnostics().into_iter().map(|d| d.message).collect();
    let members = unit.members.iter().map(|member| MemberRecord {
        address: member.address.as_str().to_owned(),
        local_name: member.local_name.as_str().to_owned(),
        kind: member.kind.as_str().to_owned(),
        physical_id: there.get(member.local_name.as_str()).map(|id| (*id).to_owned()),
        body: member.body.clone(),
    });
    Some(UnitRecord {
        unit: key(unit, ""),
        operation: match unit.operation {
            UnitOperation::Keep => "keep",
            UnitOperation::Create => "create",
            UnitOperation::Update => "update",
            UnitOperation::Delete => "delete",
        }
        .to_owned(),
        result,
        detail: details.join("; "),
        fingerprint: finished.live.as_ref().map(|live| live.fingerprint.clone()).unwrap_or_default(),
        document: unit.document.clone(),
        members: members.collect(),
    })
}

#[cfg(test)]
mod tests;
