//! What other plans have recorded between a plan and its apply. What it was made from is looked at elsewhere; here it
//! is kept from undoing what they protect, and its record from unsaying what theirs say. Must not look at what is live.

use std::collections::BTreeMap;

use tonnage_base::{Date, Diagnostic, Severity, Symbol, clock::utc, codes::cloud as codes};
use tonnage_ledger::{Drawing, Granted, Ledger, LedgerError, Protected, Record, Stand};
use tonnage_plan::{Action, OutputValue, Plan, identity::is_inside, model, money, money::Held};

use crate::drawings::drawings;
use crate::options::Options;

/// The ledger as a plan knew it, and what has come since.
#[derive(Default)]
pub(crate) struct Since {
    /// The last record that the plan was made from.
    base: Option<Record>,
    /// Those after it, earlier tries of the same plan included.
    records: Vec<Record>,
}

impl Since {
    /// What a plan was made from.
    pub async fn plan(plan: &Plan, ledger: &Ledger) -> Result<Self, LedgerError> {
        for serial in (1..=plan.ledger_serial).rev() {
            match ledger.record(serial).await {
                Ok(base) => return Ok(Self { base, records: Vec::new() }),
                // so did the plan
                Err(LedgerError::Damaged { .. }) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(Self::default())
    }

    #[cfg(test)]
    pub fn starting(base: Record) -> Self {
        Self { base: Some(base), records: Vec::new() }
    }

    /// One more record.
    pub fn add(&mut self, record: Record) {
        self.records.push(record);
    }

    /// The last record there is.
    pub fn last(&self) -> Option<&Record> {
        self.records.last().or(self.base.as_ref())
    }

    fn others<'a>(&'a self, options: &'a Options) -> impl Iterator<Item = &'a Record> {
        self.records.iter().filter(|record| record.plan_digest != options.digest)
    }

    /// What has been protected since, and the plan would take away of it unseen.
    pub fn forbids(&self, plan: &Plan, options: &Options) -> Vec<Diagnostic> {
        let today = (options.clock)().to_zoned(utc()).date();
        let last = self.records.last().into_iter().flat_map(|last| &last.protected);
        let known: Vec<Protected> = plan.protected.iter().map(protected).collect();
        let base = self.base.iter().flat_map(|base| &base.protected);
        let known: Vec<&Protected> = known.iter().chain(base).collect();
        let new = last.filter(|of| {
            of.until.is_none_or(|until| until >= plan.as_of.min(today))
                && !known.iter().any(|known| known.address == of.address && covers(known, of))
        });
        let found = new.filter_map(|of| {
            let name = |what: &str| format!("{}.protect.{what}", of.address);
            let denied = [(of.destroy, name("destroy")), (of.shrink, name("shrink"))];
            if denied.iter().all(|(denied, name)| !denied || options.lifted.contains(name)) {
                return None;
            }
            let changes = plan.changes.iter().filter(|change| {
                let was = change.previous_address.unwrap_or(change.address);
                takes(change.action) && is_inside(was, Symbol::new(&of.address))
            });
            let one = changes.clone().next()?;
            let more = match changes.count() - 1 {
                0 => String::new(),
                n => format!(" and {n} more of it"),
            };
            let message = format!(
                "{} has been protected since this plan was made, and the plan changes {}{more}",
                of.address, one.address
            );
            Some(
                Diagnostic::new(Severity::Error, codes::T0715, message)
                    .with_help("make a new plan: its guards say whether that may be; nothing was done"),
            )
        });
        found.collect()
    }

    /// Granted capacity that is owed from a plan's record on.
    pub fn granted(&self, plan: &Plan) -> Vec<Granted> {
        let key = |of: &Granted| format!("{} {} {:?} {}", of.block, of.own, of.until, of.sources.join(" "));
        let by = |all: &[Granted]| all.iter().map(|of| (key(of), of.clone())).collect::<BTreeMap<_, _>>();
        let of = |record: Option<&Record>| by(record.map_or(&[], |record| &record.granted));
        let ours: Vec<Granted> = plan.granted.iter().map(granted).collect();
        let more = |one: &Granted, other: &Granted| Granted {
            nodes: one.nodes.max(other.nodes),
            gone: one.gone.max(other.gone),
            ..other.clone()
        };
        merged(&of(self.base.as_ref()), &by(&ours), &of(self.last()), more).into_values().collect()
    }

    /// What is protected from a plan's record on.
    pub fn protected(&self, plan: &Plan) -> Vec<Protected> {
        let by = |all: &[Protected]| all.iter().map(|of| (of.address.clone(), of.clone())).collect::<BTreeMap<_, _>>();
        let of = |record: Option<&Record>| by(record.map_or(&[], |record| &record.protected));
        let ours: Vec<Protected> = plan.protected.iter().map(protected).collect();
        let stricter = |one: &Protected, other: &Protected| Protected {
            address: one.address.clone(),
            destroy: one.destroy || other.destroy,
            shrink: one.shrink || other.shrink,
            until: one.until.zip(other.until).map(|(one, other)| one.max(other)),
        };
        merged(&of(self.base.as_ref()), &by(&ours), &of(self.last()), stricter).into_values().collect()
    }

    /// What the files say that were last applied: of a plan that was not applied as a whole those before it, since what
    /// they say otherwise is still edited.
    pub fn written(&self, plan: &Plan, whole: bool) -> BTreeMap<String, String> {
        let of = |record: Option<&Record>| record.map(|record| record.written.clone()).unwrap_or_default();
        match whole {
            true => merged(&of(self.base.as_ref()), &plan.written, &of(self.last()), |ours, _| ours.clone()),
            false => of(self.last()),
        }
    }

    /// The outputs that are known from a plan's record on.
    pub fn outputs(&self, plan: &Plan, whole: bool) -> BTreeMap<String, Option<String>> {
        if !whole {
            return self.last().map(|record| record.outputs.clone()).unwrap_or_default();
        }
        let told = plan.outputs.iter().filter_map(|(name, value)| match value {
            OutputValue::Known(text) => Some((name.to_string(), Some(text.clone()))),
            OutputValue::Sensitive => Some((name.to_string(), None)),
            OutputValue::Later => None,
        });
        told.collect()
    }

    /// Where the fleet stands: where the plan says, and where others brought it since.
    pub fn stands(&self, ours: Vec<Stand>) -> Vec<Stand> {
        let at = |stand: &Stand| (stand.cloud.clone(), stand.region.clone());
        let before = |stand: &Stand| {
            let base = self.base.iter().flat_map(|base| &base.stands);
            base.filter(|base| at(base) == at(stand)).map(|base| base.units).max().unwrap_or(0)
        };
        let mut all: BTreeMap<(String, String), Stand> = ours.into_iter().map(|stand| (at(&stand), stand)).collect();
        let theirs = self.records.last().into_iter().flat_map(|last| &last.stands);
        for stand in theirs.filter(|stand| stand.units > before(stand)) {
            let place = all.entry(at(stand)).or_insert_with(|| stand.clone());
            place.units = place.units.max(stand.units);
        }
        all.into_values().collect()
    }

    /// Who pays for rows of a plan, and for what others added to them since; with those whose plan did not come to be
    /// as a whole where it may have.
    pub fn held(&self, plan: &Plan, rows: &[Held], options: &Options, in_doubt: bool) -> Vec<Drawing> {
        let mut nodes = BTreeMap::new();
        let mut add = |drawings: &[Drawing], sign: i128| {
            for Drawing { of, payers, gpus, nodes: n } in drawings {
                *nodes.entry((of.clone(), payers.clone(), *gpus)).or_insert(0i128) += sign * i128::from(*n);
            }
        };
        add(&drawings(plan, rows), 1);
        for record in self.others(options).filter(|record| record.burn.whole || in_doubt) {
            add(&record.burn.after, 1);
            add(&record.burn.before, -1);
        }
        let left = nodes.into_iter().filter_map(|((of, payers, gpus), nodes)| {
            let nodes = u64::try_from(nodes).ok().filter(|nodes| *nodes > 0)?;
            Some(Drawing { of, payers, gpus, nodes })
        });
        left.collect()
    }

    /// Whether all plans that came in between came to be as a whole.
    pub fn whole(&self, options: &Options) -> bool {
        self.others(options).all(|record| record.burn.whole)
    }
}

/// Whether what is protected otherwise is protected as well by the one.
fn covers(one: &Protected, other: &Protected) -> bool {
    let lasts = |until: Option<Date>| until.is_none_or(|one| other.until.is_some_and(|other| one >= other));
    (one.destroy || !other.destroy) && (one.shrink || !other.shrink) && lasts(one.until)
}

/// Whether an action can take something away from what stands.
fn takes(action: Action) -> bool {
    action.is_replace() || matches!(action, Action::Delete | Action::Update)
}

/// As the ledger keeps it.
fn granted(of: &money::Granted) -> Granted {
    Granted {
        block: of.block.to_string(),
        own: of.own,
        sources: of.sources.iter().map(ToString::to_string).collect(),
        cloud: of.site.cloud.to_string(),
        region: of.site.region.to_string(),
        zone: of.zone.to_string(),
        shape: of.shape.to_string(),
        nodes: of.nodes,
        gone: of.gone,
        from: of.from,
        until: of.until,
        contract: of.contract.map(|contract| contract.to_string()),
        said: of.said,
    }
}

pub(crate) fn protected(of: &model::Protected) -> Protected {
    Protected { address: of.address.as_str().to_owned(), destroy: of.destroy, shrink: of.shrink, until: of.until }
}

/// What two made of the same, each for itself: whoever changed something is right, and of two who did what `both` makes
/// of it.
fn merged<V: Clone + PartialEq>(
    base: &BTreeMap<String, V>,
    ours: &BTreeMap<String, V>,
    theirs: &BTreeMap<String, V>,
    both: impl Fn(&V, &V) -> V,
) -> BTreeMap<String, V> {
    let mut keys: Vec<&String> = ours.keys().chain(theirs.keys()).collect();
    keys.sort();
    keys.dedup();
    let of = |key: &String| {
        let (base, ours, theirs) = (base.get(key), ours.get(key), theirs.get(key));
        match (ours, theirs) {
            _ if ours == base => theirs.cloned(),
            _ if theirs == base => ours.cloned(),
            (Some(ours), Some(theirs)) => Some(both(ours, theirs)),
            (one, other) => one.or(other).cloned(),
        }
    };
    keys.into_iter().filter_map(|key| Some((key.clone(), of(key)?))).collect()
}
