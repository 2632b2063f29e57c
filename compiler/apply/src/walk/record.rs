//! The record of an apply: what was done, where the fleet stands now, who paid for what. Must not know how units are
//! walked.

use std::collections::{BTreeMap, BTreeSet};

use tonnage_base::{Diagnostic, Severity, Timestamp};
use tonnage_ledger::{Burn, Ledger, LedgerError, MemberRecord, Record, Stand, UnitRecord, UnitResult};
use tonnage_plan::{Plan, Unit, UnitId, UnitOperation};

use super::Begun;
use crate::options::Options;
use crate::report::{ApplyOutcome, ApplyReport, UnitEnd};
use crate::reported;
use crate::resume::{Earlier, key};
use crate::unit::Finished;

/// Writes the record of what `finished`. Where it can't be written, the apply has failed.
pub(super) async fn write(
    plan: &Plan,
    ledger: &Ledger,
    options: &Options,
    begun: &Begun,
    (started, finished): (Timestamp, &BTreeMap<UnitId, Finished>),
    report: &mut ApplyReport,
) {
    let Begun { serial, since, earlier, .. } = begun;
    let at = (options.clock)();
    let warning = |error: LedgerError| Diagnostic { severity: Severity::Warning, ..error.diagnostic(at) };
    let whole = report.outcome == ApplyOutcome::Applied;
    let [held_before, held_after] = [(&plan.held_before, false), (&plan.held_after, true)]
        .map(|(rows, in_doubt)| since.held(plan, rows, options, in_doubt));
    let burns = ledger.burns(at).await.unwrap_or_else(|error| {
        report.diagnostics.push(warning(error));
        Default::default()
    });
    let burn = Burn::next(burns.first(), at, whole && since.whole(options), held_before, held_after);
    let reported = on_record(ledger, since.last(), plan, finished).await.unwrap_or_else(|error| {
        report.diagnostics.push(warning(error));
        0
    });
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
        stands: since.stands(stands(plan, finished, earlier)),
        short: short(since.last(), plan, finished),
        granted: since.granted(plan),
        protected: since.protected(plan),
        reported,
        written: since.written(plan, whole),
        outputs: since.outputs(plan, whole),
    };
    let done = |finished: &Finished| unit_record(plan.unit(finished.unit)?, finished);
    let units: Vec<UnitRecord> = finished.values().filter_map(done).collect();
    match ledger.write_record(&record, &units).await {
        Ok(()) => report.serial = Some(record.serial),
        Err(error) => {
            report.diagnostics.push(error.diagnostic((options.clock)()));
            if whole {
                report.outcome = ApplyOutcome::Failed;
            }
        }
    }
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
    let own: BTreeSet<_> = plan.units.iter().map(|unit| key(unit, "")).collect();
    for unit in earlier.of_others.difference(&own) {
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

/// Whether a cloud was told to go.
pub(super) fn was_begun(end: &UnitEnd) -> bool {
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
