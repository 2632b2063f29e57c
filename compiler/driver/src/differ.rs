//! The comparison of what is observed with what is to be there, with everything it needs to ask. Must not know how
//! either came about.

use std::collections::BTreeMap;
use std::sync::Arc;

use tonnage_base::{At, Date, Diagnostic, Severity, SourceMap, Span, Symbol, codes::driver as codes};
use tonnage_graph::{ResourceGraph, Site, Values};
use tonnage_lang::{Intent, intent};
use tonnage_lower::Lowered;
use tonnage_place::window;
use tonnage_plan::{
    Emitter, Plan,
    change::Origin,
    inputs::{Condition, LiveUnitFacts, Moved, Narrow, Rekeyed, Removed},
    model::WhenHeld,
};
use tonnage_schema::Schemas;

use crate::{compile, edits::Edits, limits, live::Observed, money, reserved, settings::Settings};

/// How many units a graph is cut into when nothing is there yet; none where it can't be planned.
pub(crate) fn count_units(intent: &Intent, lowered: &Lowered, values: Values) -> Option<u64> {
    let observed = Observed::default();
    let differ = Differ::new(intent, Some(lowered), &observed, &[]);
    let plan = differ.compare(intent.as_of, 0, values, &SourceMap::default(), &mut Vec::new())?;
    u64::try_from(plan.units.len()).ok()
}

/// What writes the documents of each cloud, by name of `cloud` block.
fn emitters<'c>(
    intent: &Intent,
    clouds: impl Iterator<Item = &'c intent::Cloud>,
    schemas: &Arc<Schemas>,
) -> Result<BTreeMap<Symbol, Box<dyn Emitter>>, String> {
    let fleet = intent.fleet.name.value;
    let emitter = |cloud: &intent::Cloud| -> Result<Box<dyn Emitter>, String> {
        let limits = limits::of(cloud.kind.as_str())?;
        let account = cloud.account.map(|account| account.value);
        Ok(match cloud.kind.as_str() {
            "azure" => Box::new(tonnage_cloud_azure::Deployments::new(fleet, account, limits, Arc::clone(schemas))),
            "google" => Box::new(tonnage_cloud_google::Batches::new(fleet, limits, Arc::clone(schemas))),
            _ => Box::new(tonnage_cloud_aws::Templates::new(fleet, limits)),
        })
    };
    clouds.map(|cloud| Ok((cloud.name.value, emitter(cloud)?))).collect()
}

/// Clouds that can't be asked what they would do, by name of `cloud` block, each with why.
pub(crate) fn cannot_be_asked(intent: &Intent, schemas: &Arc<Schemas>) -> BTreeMap<Symbol, &'static str> {
    let emitters = emitters(intent, intent.clouds.iter(), schemas).unwrap_or_default();
    emitters.into_iter().filter_map(|(cloud, emitter)| Some((cloud, emitter.cannot_be_asked()?))).collect()
}

/// The comparison, with everything it needs to ask.
#[derive(Clone, Copy)]
pub(crate) struct Differ<'a> {
    intent: &'a Intent,
    /// None: nothing is to be there.
    lowered: Option<&'a Lowered>,
    observed: &'a Observed,
    /// Clouds that the fleet had and perhaps has no more.
    gone: &'a [intent::Cloud],
    /// Says what others did that is to stay.
    settings: Option<&'a Settings>,
    /// Where a cloud has no room for both old and new.
    narrow: &'a [Narrow],
    /// Renames beside those of the files.
    renamed: &'a [intent::Moved],
    /// What of the files is edited, where that is known.
    edits: Option<&'a Edits<'a>>,
}

impl<'a> Differ<'a> {
    /// Of what is observed with what is to be there; nothing, where nothing is lowered.
    pub(crate) fn new(
        intent: &'a Intent,
        lowered: Option<&'a Lowered>,
        observed: &'a Observed,
        gone: &'a [intent::Cloud],
    ) -> Self {
        Self { intent, lowered, observed, gone, settings: None, narrow: &[], renamed: &[], edits: None }
    }

    /// What others did is left alone where the user asked for that.
    pub(crate) fn ignoring(self, settings: &'a Settings) -> Self {
        Self { settings: Some(settings), ..self }
    }

    /// What leaves goes first where a cloud has no room for both.
    pub(crate) fn narrowed(self, narrow: &'a [Narrow]) -> Self {
        Self { narrow, ..self }
    }

    /// What has another name beside what the files say.
    pub(crate) fn renamed(self, renamed: &'a [intent::Moved]) -> Self {
        Self { renamed, ..self }
    }

    /// The line behind a property is one that is edited, where any is.
    pub(crate) fn edited(self, edits: &'a Edits<'a>) -> Self {
        Self { edits: Some(edits), ..self }
    }

    /// Makes the plan.
    pub(crate) fn compare(
        &self,
        as_of: tonnage_base::Date,
        serial: u64,
        values: Values,
        sources: &SourceMap,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Plan> {
        let schemas = compile::schemas();
        let clouds = || self.intent.clouds.iter().chain(self.gone);
        let facts =
            emitters(self.intent, clouds(), &schemas).and_then(|e| Ok((e, compile::effects()?, compile::volatile()?)));
        let facts =
            facts.and_then(|(e, effects, volatile)| Ok((e, effects, volatile, compile::access()?, compile::open()?)));
        let (emitters, effects, volatile, access, open) = match facts {
            Ok(facts) => facts,
            Err(reason) => {
                diagnostics.push(Diagnostic::new(Severity::Error, codes::T0901, reason));
                return None;
            }
        };
        let emitter = |site: Site| emitters.get(&site.cloud).map(|emitter| &**emitter);
        let origin = |address: Symbol, path: &str| {
            if let Some(edits) = self.edits {
                return edits.behind(self.intent, self.lowered?, address, path);
            }
            let line = self.lowered?.author_lines(self.intent, address, path)?.into_iter().next()?;
            Some(Origin { place: sources.place(line.span), name: line.text })
        };
        let place = |span: Span| sources.place(span);
        let hold = |scope: Symbol| {
            let pool = self.intent.pools.iter().find(|pool| pool.address == scope)?;
            match pool.on_capacity.value {
                intent::OnCapacity::RollBack => None,
                intent::OnCapacity::Hold => Some(WhenHeld::Stop),
                intent::OnCapacity::Retry => Some(WhenHeld::Retry),
                intent::OnCapacity::FallBack => Some(WhenHeld::FallBack),
            }
        };
        // nothing is to be there: what leaves is destroyed
        let removed = if self.lowered.is_none() { &[][..] } else { &self.intent.removed };
        let removed: Vec<Removed> = removed.iter().map(|r| Removed { from: r.from.value, span: r.from.span }).collect();
        // nothing is to be there: where it once was called otherwise does not matter
        let declared = if self.lowered.is_none() { &[][..] } else { &self.intent.moved };
        let nothing = ResourceGraph::new();
        let mut moved = moves(self.intent, declared);
        moved.extend(moves(self.intent, self.renamed));
        let units: Vec<LiveUnitFacts> =
            self.observed.units.iter().map(|(site, unit)| self.unit_facts(*site, unit)).collect();
        let over: Vec<(String, At<Date>)> = (self.intent.pools.iter())
            .filter_map(|pool| {
                let own = window::end(pool, as_of).filter(|(end, _)| *end == window::End::Over);
                let last =
                    own.or_else(|| window::spent(self.intent, pool, as_of).map(|(_, last)| (window::End::Over, last)));
                Some((format!("{}.", pool.address), last?.1))
            })
            .collect();
        let (plan, found) = tonnage_plan::plan(
            &tonnage_plan::Inputs {
                fleet: self.intent.fleet.name.value,
                as_of,
                ledger_serial: serial,
                desired: self.lowered.map_or(&nothing, |lowered| &lowered.graph),
                live: &self.observed.graph,
                live_units: &units,
                moved: &moved,
                removed: &removed,
                schemas: &schemas,
                effects,
                emitter: &emitter,
                origin: &origin,
                place: &place,
                ignore_drift: &|address, path| self.settings.is_some_and(|settings| settings.ignores(address, path)),
                revert_drift: &|address, path| self.settings.is_some_and(|settings| settings.reverts(address, path)),
                volatile,
                access,
                open,
                hold: &hold,
                autoscaled: &|scope| {
                    let mut pools = self.intent.pools.iter();
                    pools.any(|pool| pool.address == scope && pool.size.managed_by_autoscaler)
                },
                reserved: &|address| money::reserved(self.intent, address, as_of),
                gaps: &self.observed.gaps,
                granted: &|site, zone, shape| reserved::granted(self.intent, site, zone, shape, as_of),
                ended: &|address| {
                    over.iter().find(|(inside, _)| address.as_str().starts_with(inside)).map(|(_, last)| *last)
                },
                narrow: self.narrow,
            },
            values,
        );
        diagnostics.extend(found);
        plan
    }
}

/// Renames as a plan takes them: with a capacity those that draw on it have new keys.
pub(crate) fn moves(intent: &Intent, declared: &[intent::Moved]) -> Vec<Moved> {
    let of = |declared: &intent::Moved| {
        let (from, to) = (declared.from.value, declared.to.value);
        Moved { from, to, keys: rekeyed(intent, from, to), span: declared.from.span }
    };
    declared.iter().map(of).collect()
}

/// What has the name of a capacity in its keys, where that is renamed.
fn rekeyed(intent: &Intent, from: Symbol, to: Symbol) -> Vec<Rekeyed> {
    let key = |address: &str| Some(tonnage_place::key_of(Symbol::new(address.rsplit_once("capacity.")?.1)));
    let mut keys = Vec::new();
    for (id, capacity) in intent.capacities.iter_enumerated() {
        let rest = capacity.address.as_str().strip_prefix(to.as_str());
        let Some(rest) = rest.filter(|rest| rest.is_empty() || rest.starts_with(['[', '.'])) else { continue };
        let named = key(&format!("{from}{rest}")).zip(key(capacity.address.as_str()));
        let Some((was, is)) = named.filter(|(was, is)| was != is) else { continue };
        let draws = |option: &intent::PoolOption| {
            option.buy.reserved.is_some() || option.buy.capacity.iter().any(|at| at.value == id)
        };
        let pools = intent.pools.iter().filter(|pool| pool.options.iter().any(draws));
        keys.extend(pools.map(|pool| Rekeyed { scope: pool.address, from: was.clone(), to: is.clone() }));
    }
    keys
}

impl Differ<'_> {
    fn unit_facts(&self, site: Site, unit: &tonnage_cloud::cloud::LiveUnit) -> LiveUnitFacts {
        use tonnage_cloud::cloud::UnitState;
        LiveUnitFacts {
            name: unit.name,
            site,
            fingerprint: unit.fingerprint.clone(),
            resources: self.observed.resources.get(&(site, unit.name)).copied().unwrap_or(0),
            outputs: unit.outputs.iter().map(|(name, _)| *name).collect(),
            rests: self.observed.resting.contains(&(site, unit.name)),
            condition: match &unit.state {
                UnitState::Ready => Condition::Ready,
                UnitState::Busy(state) => Condition::Busy(state.clone()),
                UnitState::Stuck { state, reason } => Condition::Stuck { state: state.clone(), reason: reason.clone() },
                UnitState::FailedCreate { .. } => Condition::FailedCreate,
            },
        }
    }
}
