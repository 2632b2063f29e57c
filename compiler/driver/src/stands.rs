//! Where a fleet stands that its files do not name any more: a region taken out of a `cloud` block, a block taken out;
//! and what was protected there. Must not know what stands there.
//!
//! The clouds are asked only in the regions that the files name. What was built elsewhere would run on and be paid for,
//! and a plan would say that nothing differs: the ledger knows where the fleet stood when it was last applied.

use std::collections::{BTreeMap, BTreeSet};

use tonnage_base::{Diagnostic, Severity, Span, Symbol, Timestamp, codes::driver as codes};
use tonnage_lang::{Intent, intent};
use tonnage_ledger::{Damage, Drawing, Entry, Ledger, LedgerError, Reported, Stand, UnitKey};
use tonnage_plan::{
    Plan,
    model::{Place, Protected},
    money::Granted,
};

use crate::granted;

/// Where to look beside the regions that the files name.
#[derive(Clone, Debug, Default)]
pub struct Elsewhere {
    /// The serial of the last record.
    pub serial: u64,
    regions: BTreeMap<Symbol, Vec<Symbol>>,
    /// What is to be said of it.
    pub notes: Vec<String>,
    /// What was protected when it was last applied.
    pub protected: Vec<Protected>,
    /// Nodes that ran in groups which their last apply left with less than was asked for, by address.
    pub short: BTreeMap<String, u32>,
    /// Who paid for what, where all of the last apply came to be.
    pub paid: Vec<Drawing>,
    /// Granted capacity that was owed when it was last applied.
    pub granted: Vec<Granted>,
    /// What was on record of properties that no file sets.
    pub reported: Reported,
    /// What its files said when they were last applied; empty: not known.
    pub written: BTreeMap<String, String>,
    /// The outputs that were last known, as JSON text; none: it came from a secret.
    pub outputs: BTreeMap<String, Option<String>>,
    /// Where it stood when it was last applied.
    stands: Vec<Stand>,
    /// What is to be said where something of the fleet is seen: there is no record of it.
    pub unrecorded: Option<String>,
}

impl Elsewhere {
    /// The regions of a `cloud` block that it does not name any more.
    pub fn regions(&self, cloud: Symbol) -> &[Symbol] {
        self.regions.get(&cloud).map_or(&[], Vec::as_slice)
    }

    /// What the fleet has in another account than that of whoever calls, where its files say none.
    pub fn of_another(&self, cloud: &intent::Cloud, caller: Symbol) -> Option<Diagnostic> {
        let way = |account: &str| {
            format!(
                "use credentials of `{account}`, and write `account` into the `cloud` block: then no others are taken"
            )
        };
        of_another(&self.stands, cloud, (caller, cloud.name.span), way)
    }

    /// Takes in the places where the fleet stands, with an error for those that are out of reach.
    fn look(&mut self, intent: &Intent, stands: &[Stand], diagnostics: &mut Vec<Diagnostic>) {
        let mut gone: BTreeMap<&str, Vec<&Stand>> = BTreeMap::new();
        for stand in stands {
            match intent.clouds.iter().find(|cloud| cloud.name.value == stand.cloud.as_str()) {
                None => gone.entry(&stand.cloud).or_default().push(stand),
                Some(cloud) if cloud.regions.iter().any(|region| region.value == stand.region.as_str()) => {}
                Some(cloud) => {
                    self.regions.entry(cloud.name.value).or_default().push(Symbol::new(&stand.region));
                }
            }
        }
        for (cloud, here) in gone {
            let accounts: BTreeSet<Option<&str>> = here.iter().map(|stand| stand.account.as_deref()).collect();
            let (units, places) = places(here.into_iter());
            let place = format!("{units} of this fleet in {places}");
            if intent.removed.iter().any(|removed| removed.from.value.as_str() == format!("cloud.{cloud}")) {
                self.notes
                    .push(format!("cloud.{cloud} is removed; what it has runs on, and nobody looks at it: {place}"));
                continue;
            }
            let message = format!("there is no cloud `{cloud}` any more, and there were {place} after the last apply");
            let error = Diagnostic::new(Severity::Error, codes::T0914, message);
            let same = intent.clouds.iter().find_map(|now| {
                let account = now.account.as_ref()?.value.as_str();
                let is_new = !stands.iter().any(|stand| stand.cloud == now.name.value.as_str());
                (is_new && accounts.contains(&Some(account))).then_some((now, account))
            });
            diagnostics.push(match same {
                Some((now, account)) => {
                    error.at(now.name.span, format!("this is account `{account}` too")).with_help(format!(
                        "a `cloud` block keeps its name as long as something stands in it, and `moved` has no say in that: call \
                         it `{cloud}` again"
                    ))
                }
                None => error.with_help(format!(
                    "write `cloud \"{cloud}\"` back, apply without what is built in it, and then take it out; to leave it running, \
                     unmanaged: `removed {{ from = cloud.{cloud} }}`"
                )),
            });
        }
    }
}

/// Why a saved plan can't be carried out with these files: it is for another fleet, or for other accounts.
pub fn is_of_another(plan: &Plan, intent: &Intent) -> Option<Diagnostic> {
    let fleet = intent.fleet.name;
    let refused = |message: String, span| {
        Diagnostic::new(Severity::Error, codes::T0917, message).at(span, "").with_help(
            "run `apply` in the folder that the plan was made in (`-chdir`), or plan anew here; nothing was done",
        )
    };
    if plan.fleet != fleet.value {
        return Some(refused(
            format!("this plan is for fleet `{}`; this is `{}`", plan.fleet, fleet.value),
            fleet.span,
        ));
    }
    let other = |place: &Place| {
        let cloud = intent.clouds.iter().find(|cloud| cloud.name.value == place.site.cloud)?;
        let (here, was_account) = (cloud.account.map(|of| of.value), plan.accounts.get(&cloud.name.value).copied());
        let said = |account: Option<Symbol>| account.map_or("of whoever calls".to_owned(), |a| format!("`{a}`"));
        (cloud.kind != place.provider || here != was_account).then(|| {
            let (name, was, is) = (cloud.name.value, said(was_account), said(here));
            let message = format!(
                "this plan is for {} account {was}, as cloud.{name}; here that is {} account {is}",
                place.provider, cloud.kind
            );
            refused(message, cloud.account.map_or(cloud.span, |account| account.span))
        })
    };
    plan.places.iter().find_map(other)
}

/// Why a saved plan can't be carried out by whoever calls: its files say no account, and it was made by another one.
pub fn is_by_another(plan: &Plan, cloud: &intent::Cloud, caller: Option<Symbol>) -> Option<Diagnostic> {
    let name = cloud.name.value;
    let was = plan.callers.get(&name).filter(|was| Some(**was) != caller)?;
    let is = caller.map_or("no account".to_owned(), |is| format!("account `{is}`"));
    let message =
        format!("this plan was made with credentials of account `{was}`, as cloud.{name}; here they are of {is}");
    Some(Diagnostic::error(codes::T0917, cloud.span, message).with_help(
        "use the credentials that it was made with, or plan anew with these; nothing was done. `account` in the `cloud` block \
         says which are taken",
    ))
}

/// Where the fleet stands beside what its files name; with an error where that is out of reach.
pub async fn elsewhere(
    ledger: &Ledger,
    intent: &Intent,
    now: Timestamp,
    diagnostics: &mut Vec<Diagnostic>,
) -> Elsewhere {
    let mut found = Elsewhere::default();
    // a ledger may be far away: what does not wait for something else is asked at once
    let asked = async {
        let serial = ledger.serial().await?;
        let ((last, damaged), (begun, notes)) = futures::try_join!(ledger.last(), begun(ledger, serial))?;
        Ok::<_, LedgerError>((serial, last, damaged, begun, notes))
    };
    let (serial, last, damaged, begun, notes) = match asked.await {
        Ok(found) => found,
        Err(error) => {
            diagnostics.push(error.diagnostic(now));
            return found;
        }
    };
    found.serial = serial;
    found.notes.extend(damaged.into_iter().map(|Damage { place, reason }| {
        format!("cannot know where else the fleet stands since {place} was written, which can't be read: {reason}")
    }));
    found.notes.extend(notes);
    let Some(last) = last else {
        let nothing = || format!("cannot know where else the fleet stands: {} has no record of it", ledger.address());
        found.unrecorded = found.notes.is_empty().then(nothing);
        found.look(intent, &begun, diagnostics);
        return found;
    };
    let fleet = intent.fleet.name.value.as_str();
    if last.fleet != fleet && !last.stands.is_empty() {
        let (units, places) = places(last.stands.iter());
        let message =
            format!("the ledger is of fleet `{}`, which has {units} in {places}; this is `{fleet}`", last.fleet);
        diagnostics.push(Diagnostic::new(Severity::Error, codes::T0915, message).at(intent.fleet.name.span, "").with_help(
            "what has another name is made anew, and the old runs on: keep the name, or destroy the fleet under its old \
             name first; a fleet beside it has a `ledger` of its own",
        ));
        return found;
    }
    match ledger.reported(last.reported).await {
        Ok(reported) => found.reported = reported,
        Err(error) => found.notes.push(format!("cannot know what others changed of what no file sets: {error}")),
    }
    found.protected = last.protected.iter().map(protected).collect();
    found.granted = last.granted.iter().map(granted::recorded).collect();
    found.written.clone_from(&last.written);
    found.outputs.clone_from(&last.outputs);
    found.short.clone_from(&last.short);
    if last.burn.whole {
        found.paid.clone_from(&last.burn.after);
    }
    for cloud in intent.clouds.iter() {
        if let Some(here) = cloud.account {
            let way = |account: &str| {
                let now = here.value;
                format!(
                    "write `{account}` back; what is to be built in `{now}` needs a `cloud` block of another name, which pools can then move to"
                )
            };
            diagnostics.extend(of_another(&last.stands, cloud, (here.value, here.span), way));
        }
    }
    found.stands.clone_from(&last.stands);
    let mut stands = last.stands;
    let is_known = |begun: &Stand| stands.iter().any(|of| (&of.cloud, &of.region) == (&begun.cloud, &begun.region));
    let begun: Vec<Stand> = begun.into_iter().filter(|begun| !is_known(begun)).collect();
    stands.extend(begun);
    found.look(intent, &stands, diagnostics);
    found
}

/// What a fleet has in another account than a `cloud` block is for now.
fn of_another(
    stands: &[Stand],
    cloud: &intent::Cloud,
    (now, span): (Symbol, Span),
    way: impl Fn(&str) -> String,
) -> Option<Diagnostic> {
    let name = cloud.name.value;
    let other =
        |stand: &&Stand| stand.cloud == name.as_str() && stand.account.as_deref().is_some_and(|of| of != now.as_str());
    let stands: Vec<&Stand> = stands.iter().filter(other).collect();
    let account = stands.first().and_then(|stand| stand.account.as_deref())?;
    let (units, places) = places(stands.iter().copied());
    let message = format!(
        "cloud `{name}` is account `{now}` here, and there were {units} of this fleet in {places} of account `{account}` after the last apply"
    );
    Some(Diagnostic::error(codes::T0914, span, message).with_help(way(account)))
}

/// Where an apply that never came to its record had begun with units: it was killed, and they may be there. And what is
/// to be said of that.
async fn begun(ledger: &Ledger, serial: u64) -> Result<(Vec<Stand>, Vec<String>), LedgerError> {
    let (_, entries, damaged) = ledger.journal(serial + 1).await?;
    let notes = damaged.into_iter().map(|Damage { place, reason }| {
        format!("cannot know where an apply that never came to its end had begun: {place} can't be read: {reason}")
    });
    let units: BTreeSet<UnitKey> = entries.iter().filter_map(Entry::told).collect();
    let mut places: BTreeMap<(String, String), u64> = BTreeMap::new();
    for unit in units {
        *places.entry((unit.cloud, unit.region)).or_default() += 1;
    }
    let stand = |((cloud, region), units)| Stand { cloud, region, account: None, units };
    Ok((places.into_iter().map(stand).collect(), notes.collect()))
}

fn protected(of: &tonnage_ledger::Protected) -> Protected {
    Protected { address: Symbol::new(&of.address), destroy: of.destroy, shrink: of.shrink, until: of.until }
}

/// How many units, and where: `3 units`, `aws us-east-2, azure swedencentral`.
fn places<'s>(stands: impl Iterator<Item = &'s Stand>) -> (String, String) {
    let (mut units, mut places) = (0u64, Vec::new());
    for stand in stands {
        units = units.saturating_add(stand.units);
        places.push(format!("{} {}", stand.cloud, stand.region));
    }
    (if units == 1 { "1 unit".to_owned() } else { format!("{units} units") }, places.join(", "))
}
