//! One unit: prepare → journal → execute → read back → journal. Must not know of other units, but for the values it
//! takes from them.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::lock::Mutex;
use tonnage_base::codes::cloud as codes;
use tonnage_base::{Diagnostic, Severity, Symbol};
use tonnage_cloud::cloud::{LiveUnit, UnitRequest};
use tonnage_cloud::{Cancel, Cloud, CloudError, Outcome};
use tonnage_graph::Reference;
use tonnage_ledger::{Entry, Journal, What};
use tonnage_plan::model::{Ahead, Between, Giver};
use tonnage_plan::{Plan, Unit, UnitId, UnitOperation};

use crate::compare::{Comparison, compare};
use crate::discreet::Discreet;
use crate::options::{Clouds, Options};
use crate::progress::Tally;
use crate::report::{BrokenUnit, UnitEnd};
use crate::resume::{Earlier, key};

/// What all units of one apply share.
pub(crate) struct Shared<'a> {
    pub plan: &'a Plan,
    pub clouds: Clouds<'a>,
    pub journal: &'a Journal,
    pub earlier: &'a Earlier,
    pub options: &'a Options,
    pub tally: &'a Tally<'a>,
    pub cancel: &'a Cancel,
    /// Outputs of units that were read, by unit.
    pub outputs: Mutex<BTreeMap<UnitId, Vec<(Symbol, String)>>>,
    /// Fingerprints of units that were brought in between.
    pub between: Mutex<BTreeMap<UnitId, String>>,
}

/// A unit at its end, with what was read back.
pub(crate) struct Finished {
    pub unit: UnitId,
    pub end: UnitEnd,
    pub live: Option<LiveUnit>,
}

impl Shared<'_> {
    /// Brings a unit where the plan wants it, or says why not.
    pub(crate) async fn run(&self, id: UnitId, unit: &Unit) -> Finished {
        self.tally.started(unit);
        let (end, live) = match self.steps(id, unit).await {
            Ok((end, live)) => (end, live),
            Err(broken) => (UnitEnd::Broken(broken.of(unit.name)), None),
        };
        if let Some(live) = &live {
            self.outputs.lock().await.insert(id, live.outputs.clone());
        }
        let end = match self.note_end(unit, &end, live.as_ref()).await {
            Ok(()) => end,
            Err(broken) => UnitEnd::Broken(broken),
        };
        self.tally.finished(unit, &end);
        Finished { unit: id, end, live }
    }

    async fn steps(&self, id: UnitId, unit: &Unit) -> Result<(UnitEnd, Option<LiveUnit>), BrokenUnit> {
        let cloud = self.cloud(unit)?;
        let (region, name) = (unit.site.region, unit.name);
        if let Some(fingerprint) = self.earlier.done(unit) {
            let live = cloud.read_back(region, name, self.cancel).await.map_err(|e| BrokenUnit::new(&e, false))?;
            if live.as_ref().map(|live| live.fingerprint.as_str()) == fingerprint {
                return Ok((UnitEnd::Done { resumed: true }, live));
            }
        }
        let mut unit_now = unit.clone();
        let between = self.between.lock().await.get(&id).cloned();
        if let Some(fingerprint) = between {
            unit_now.expects = fingerprint;
        } else {
            match self.all_ahead(id, unit).await? {
                Ok(fingerprint) => unit_now.expects = fingerprint,
                Err(end) => return Ok((end, None)),
            }
        }
        let unit = &unit_now;
        let request = UnitRequest {
            unit: unit.clone(),
            parameters: self.parameters(unit).await?,
            fleet: self.plan.fleet,
            token: self.options.digest.clone(),
            ahead: None,
        };
        let prepared = cloud.prepare(&request, self.cancel).await.map_err(|e| BrokenUnit::new(&e, false))?;
        let mut told = None;
        if !prepared.nothing_to_do {
            self.note(unit, What::Prepared { handle: prepared.handle.clone() }, false).await?;
            let outcome = cloud
                .execute(&request, &prepared, self.tally, self.cancel)
                .await
                .map_err(|e| BrokenUnit::new(&e, !matches!(e, CloudError::Stale { .. })))?;
            self.note(unit, What::Executed { outcome: word(&outcome).to_owned() }, true).await?;
            told = Some(outcome);
        }
        // What is under way is brought to an end even when somebody asks to stop.
        let live = cloud.read_back(region, name, &Cancel::default()).await.map_err(|e| BrokenUnit::new(&e, true))?;
        let live = match live {
            Some(live) => Some(cloud.report(live, self.cancel).await),
            None => None,
        };
        let end = match told {
            Some(Outcome::Failed { failures, kept }) => UnitEnd::Failed { failures, kept },
            Some(Outcome::NotThere(missing)) => UnitEnd::NotThere(missing),
            told => match (compare(unit, live.as_ref()), told) {
                (Comparison::NotThere(missing), _) => UnitEnd::NotThere(missing),
                // The cloud knows the reason better than the count does.
                (_, Some(Outcome::Short(short))) => UnitEnd::Short(short),
                (Comparison::Short(short), _) => UnitEnd::Short(short),
                (Comparison::AsPlanned, _) => UnitEnd::Done { resumed: prepared.nothing_to_do },
            },
        };
        Ok((end, live))
    }

    /// Brings a unit in between, in a step before its own. None: it is done.
    pub(crate) async fn between(&self, id: UnitId, unit: &Unit) -> Option<Finished> {
        if self.earlier.done(unit).is_some() {
            return None;
        }
        self.tally.started(unit);
        let end = match self.all_ahead(id, unit).await {
            Ok(Ok(fingerprint)) => {
                self.between.lock().await.insert(id, fingerprint);
                self.tally.between(unit);
                return None;
            }
            Ok(Err(end)) => end,
            Err(broken) => UnitEnd::Broken(broken),
        };
        let end = match self.note_end(unit, &end, None).await {
            Ok(()) => end,
            Err(broken) => UnitEnd::Broken(broken),
        };
        self.tally.finished(unit, &end);
        Some(Finished { unit: id, end, live: None })
    }

    /// All that comes ahead of a unit: its fingerprint then, or how it ended.
    async fn all_ahead(&self, id: UnitId, unit: &Unit) -> Result<Result<String, UnitEnd>, BrokenUnit> {
        let cloud = self.cloud(unit)?;
        self.note(unit, What::Started, false).await?;
        let mut unit_now = unit.clone();
        for (number, ahead) in unit.ahead.iter().enumerate() {
            let members = match ahead {
                Ahead::Retain(_) => Vec::new(),
                Ahead::Import { resources, .. } => resources.iter().map(|r| r.member.clone()).collect(),
            };
            let then = Unit { members, ..without(&unit_now) };
            match self.stage(id, then, &format!("#{}", number + 1), Some(ahead.clone()), cloud.as_ref()).await? {
                Ok(fingerprint) => unit_now.expects = fingerprint,
                Err(end) => return Ok(Err(end)),
            }
        }
        if let Some(between) = &unit.between {
            let Between { members, document, parameters, outputs } = (**between).clone();
            let then = Unit { members, document, parameters, outputs, ..without(&unit_now) };
            match self.stage(id, then, "#between", None, cloud.as_ref()).await? {
                Ok(fingerprint) => unit_now.expects = fingerprint,
                Err(end) => return Ok(Err(end)),
            }
        }
        Ok(Ok(unit_now.expects))
    }

    /// One operation on a unit before its own, unless an earlier try did it: its fingerprint then, or how it ended.
    /// None ahead: it is brought in between, a change like any other.
    async fn stage(
        &self,
        id: UnitId,
        unit: Unit,
        stage: &str,
        ahead: Option<Ahead>,
        cloud: &dyn Cloud,
    ) -> Result<Result<String, UnitEnd>, BrokenUnit> {
        if let Some(Some(fingerprint)) = self.earlier.done_key(&key(&unit, stage)) {
            return Ok(Ok(fingerprint.to_owned()));
        }
        let request = UnitRequest {
            parameters: self.parameters(&unit).await?,
            unit,
            fleet: self.plan.fleet,
            token: format!("{}{stage}", self.options.digest),
            ahead,
        };
        let unit = &request.unit;
        let prepared = cloud.prepare(&request, self.cancel).await.map_err(|e| BrokenUnit::new(&e, false))?;
        if !prepared.nothing_to_do {
            let what = What::Prepared { handle: prepared.handle.clone() };
            self.note_as(unit, stage, what, false).await?;
            let outcome = cloud
                .execute(&request, &prepared, self.tally, self.cancel)
                .await
                .map_err(|e| BrokenUnit::new(&e, !matches!(e, CloudError::Stale { .. })))?;
            match outcome {
                Outcome::Failed { failures, kept } => return Ok(Err(UnitEnd::Failed { failures, kept })),
                Outcome::NotThere(missing) => return Ok(Err(UnitEnd::NotThere(missing))),
                // What others are to take has to be whole; else, whether groups are full is told when all is done.
                Outcome::Short(short) if request.ahead.is_none() => return Ok(Err(UnitEnd::Short(short))),
                Outcome::Filled | Outcome::Short(_) => {}
            }
        }
        // What is under way is brought to an end even when somebody asks to stop.
        let never = Cancel::default();
        let live = cloud.read_back(unit.site.region, unit.name, &never).await.map_err(|e| BrokenUnit::new(&e, true))?;
        if let (Some(live), true) = (&live, request.ahead.is_none()) {
            self.outputs.lock().await.insert(id, live.outputs.clone());
        }
        let fingerprint = live.map(|live| live.fingerprint).unwrap_or_default();
        self.note_as(unit, stage, What::Done { fingerprint: Some(fingerprint.clone()) }, true).await?;
        Ok(Ok(fingerprint))
    }

    async fn note_end(&self, unit: &Unit, end: &UnitEnd, live: Option<&LiveUnit>) -> Result<(), BrokenUnit> {
        let what = match end {
            UnitEnd::Done { .. } => What::Done { fingerprint: live.map(|live| live.fingerprint.clone()) },
            other => {
                let reasons: Vec<String> = other.diagnostics().into_iter().map(|d| d.message).collect();
                What::Failed { reason: reasons.join("; ") }
            }
        };
        self.note(unit, what, true).await
    }

    async fn note(&self, unit: &Unit, what: What, begun: bool) -> Result<(), BrokenUnit> {
        self.note_as(unit, "", what, begun).await
    }

    async fn note_as(&self, unit: &Unit, stage: &str, what: What, begun: bool) -> Result<(), BrokenUnit> {
        let at = (self.options.clock)();
        let entry = Entry { plan_digest: self.options.digest.clone(), unit: key(unit, stage), at, what };
        self.journal.append(entry).await.map_err(|e| BrokenUnit::by(e.diagnostic(at), begun))
    }

    fn cloud(&self, unit: &Unit) -> Result<Arc<dyn Cloud>, BrokenUnit> {
        let cloud = (self.clouds)(unit.site.cloud);
        let discreet = |cloud| Arc::new(Discreet::new(cloud, &self.options.secrets)) as Arc<dyn Cloud>;
        cloud.map(discreet).ok_or_else(|| {
            let text = format!("unit {} is for cloud.{}, which these files do not declare", unit.name, unit.site.cloud);
            let help = "apply a plan with the files it was made from";
            BrokenUnit::by(Diagnostic::new(Severity::Error, codes::T0714, text).with_help(help), false)
        })
    }

    /// The values that a unit takes from others, read from where they are live.
    async fn parameters(&self, unit: &Unit) -> Result<Vec<(Symbol, String)>, BrokenUnit> {
        let mut values = Vec::with_capacity(unit.parameters.len());
        for parameter in &unit.parameters {
            let (from, output) = match parameter.from {
                Giver::Unit { unit, output } => (unit, output),
                Giver::Secret { kept: true } | Giver::Store => continue,
                Giver::Secret { kept: false } => {
                    values.push((parameter.name, self.secret(unit, parameter.reference)?));
                    continue;
                }
            };
            let missing = |giver: &str| {
                let Reference { address, attribute } = parameter.reference;
                let value = attribute.map_or_else(|| address.to_string(), |name| format!("{address}.att.{name}"));
                let text = format!("unit {} takes `{value}` from {giver}, which does not give it any more", unit.name);
                let help = "make a new plan: what is gone is made again by it";
                BrokenUnit::by(Diagnostic::new(Severity::Error, codes::T0713, text).with_help(help), false)
            };
            let Some(giver) = self.plan.units.get(from.0 as usize) else {
                return Err(missing("a unit that the plan does not have"));
            };
            // Held over the read, so that units side by side do not read the same giver each for itself.
            let mut outputs = self.outputs.lock().await;
            let (known, moved) = match outputs.get(&from) {
                Some(known) => (known.clone(), false),
                None => {
                    let cloud = self.cloud(giver)?;
                    let live = cloud.read_back(giver.site.region, giver.name, self.cancel).await;
                    let live = live.map_err(|e| BrokenUnit::new(&e, false))?;
                    let now = live.as_ref().map_or("", |live| live.fingerprint.as_str());
                    let moved = giver.operation == UnitOperation::Keep && now != giver.expects;
                    let read = live.map(|live| live.outputs).unwrap_or_default();
                    if !moved {
                        outputs.insert(from, read.clone());
                    }
                    (read, moved)
                }
            };
            let given = known.iter().find(|(name, _)| *name == output);
            match given {
                Some(_) if moved => return Err(BrokenUnit::new(&CloudError::Stale { unit: giver.name }, false)),
                Some((_, value)) => values.push((parameter.name, value.clone())),
                None => return Err(missing(&format!("unit {}", giver.name))),
            }
        }
        Ok(values)
    }

    /// The value of a sensitive variable. Whether all are there was asked before anything was begun.
    fn secret(&self, unit: &Unit, reference: Reference) -> Result<String, BrokenUnit> {
        self.options.secrets.of(reference).map(str::to_owned).ok_or_else(|| {
            let text = format!("unit {} takes `{}`, which has no value", unit.name, reference.address);
            let help = "give it with `-var` or `TONNAGE_VAR_…`";
            BrokenUnit::by(Diagnostic::new(Severity::Error, codes::T0713, text).with_help(help), false)
        })
    }
}

/// A unit without what is in it.
fn without(unit: &Unit) -> Unit {
    Unit {
        members: Vec::new(),
        parameters: Vec::new(),
        outputs: Vec::new(),
        ahead: Vec::new(),
        between: None,
        ..unit.clone()
    }
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Filled => "filled",
        Outcome::Short(_) => "short",
        Outcome::Failed { kept: true, .. } => "failed, kept",
        Outcome::Failed { kept: false, .. } => "failed",
        Outcome::NotThere(_) => "not there",
    }
}
