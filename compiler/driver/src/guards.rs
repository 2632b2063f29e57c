//! What may not be: protection, budgets of pools, policies. Each is held against the placement and the plan; what can't
//! be known is said and never guessed. Must not know how it is shown.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use tonnage_base::{
    Code, Date, Decimal, Diagnostic, Severity, SourceMap, Symbol,
    codes::{driver, lang as codes},
    quantity::{MONTH_HOURS, Money},
};
use tonnage_graph::Values;
use tonnage_lang::{
    Evaluator, Intent, Value,
    intent::{Assert, Policy, Pool},
    provenance,
    scope::{Frame, MapNamespace, Scope},
};
use tonnage_place::placement::{PlacedPool, Placement, Sizing, Slice};
use tonnage_plan::{
    Action, Plan,
    identity::is_inside,
    model::{Guard, GuardState, Protected},
};
use tonnage_syntax::tree::{BinaryOp, Expr, ExprKind};

use crate::{
    compile::{self, Compiled},
    guards::cost::Costs,
    tables,
};

mod budget;
pub mod cost;
pub mod protection;

/// All guards of a fleet, held against its plan, with protection that was `lifted` since the last one and the day on
/// which it is asked; where everything is destroyed, the placement is of nothing. A policy with a mistake in it guards
/// nothing: the mistake stops the plan.
pub fn guards(
    intent: &Intent,
    placement: &Placement,
    plan: &Plan,
    (lifted, today): (&[Protected], Date),
    sources: &SourceMap,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Guard> {
    let mut found = Vec::new();
    match compile::effects() {
        Ok(effects) => protection::judge(intent, plan, lifted, (effects, today), sources, &mut found),
        Err(why) => diagnostics.push(Diagnostic::new(Severity::Error, driver::T0901, why)),
    }
    let costs = Costs::of(intent, plan);
    for placed in &placement.pools {
        if let Some(pool) = intent.pools.get(placed.pool) {
            budget::judge(&costs, pool, &placed.slices, sources, &mut found);
            falls_back(pool, placed, plan, sources, &mut found);
        }
    }
    if !intent.policies.is_empty() {
        let world = World::new(placement, &costs);
        found.extend(intent.policies.iter().map(|policy| world.policy(policy, sources, diagnostics)));
    }
    found.sort_by(|a, b| (a.state, !a.deny, &a.name).cmp(&(b.state, !b.deny, &b.name)));
    found
}

/// The placement of pools of which nothing is to be there: what policies see where everything is destroyed.
pub fn of_nothing(intent: &Intent) -> Placement {
    let nothing = |pool| PlacedPool {
        pool,
        sizing: Sizing::default(),
        slices: Vec::new(),
        rejected: Vec::new(),
        proposal: None,
        falls_back: None,
    };
    Placement { pools: intent.pools.ids().map(nothing).collect(), ..Placement::default() }
}

/// A pool that falls back to another cloud, or stops nodes that run for it, where its author wants that read by
/// somebody.
fn falls_back(pool: &Pool, placed: &PlacedPool, plan: &Plan, sources: &SourceMap, found: &mut Vec<Guard>) {
    let Some(fallback) = pool.fallback.as_ref().filter(|fallback| fallback.require_approval) else { return };
    let fallen = placed.falls_back.as_ref();
    // one that its author chose is no fallback
    let left = fallen.filter(|fallen| !fallen.is_chosen).map(|fallen| format!("{}.{}", pool.address, fallen.from));
    let stopped = plan.changes.iter().filter(|change| {
        let inside = |left: &String| is_inside(change.address, Symbol::new(left));
        change.action == Action::Delete && left.as_ref().is_some_and(inside)
    });
    let running = stopped.filter_map(|change| change.holds_before.filter(|holds| !holds.reserves_only));
    let stops: u64 = running.map(|holds| u64::from(holds.nodes)).sum();
    let message = match fallen.and_then(|fallen| Some((fallen, fallen.clouds?))) {
        Some((fallen, (from, to))) => {
            format!("it leaves cloud.{from} for cloud.{to}: `{}` → `{}`, {}", fallen.from, fallen.to, fallen.why)
        }
        None if placed.slices.is_empty() => "nothing of it is to be there".to_owned(),
        None => match fallen.filter(|_| stops > 0) {
            Some(fallen) => {
                let nodes = tonnage_report::words::count(stops, "running node");
                format!("it stops {nodes}: `{}` → `{}`, {}", fallen.from, fallen.to, fallen.why)
            }
            None => "it stays in its cloud".to_owned(),
        },
    };
    let broken = fallen.is_some_and(|fallen| fallen.clouds.is_some()) || stops > 0;
    found.push(Guard {
        name: format!("{}.fallback", pool.address),
        deny: true,
        state: if broken { GuardState::Broken } else { GuardState::Holds },
        message,
        place: sources.place(fallback.span),
    });
}

/// Mistakes in policies and in what tests expect, found without a cloud: whether they hold is not said.
pub fn mistakes(intent: &Intent, compiled: Compiled, values: Values, sources: &SourceMap) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut expects = intent.tests.iter().flat_map(|test| &test.expects).peekable();
    if intent.policies.is_empty() && expects.peek().is_none() {
        return found;
    }
    let plan = Plan::new(intent.fleet.name.value, intent.as_of, values);
    let seen = World::new(&compiled.placement, &Costs::of(intent, &plan));
    for policy in &intent.policies {
        seen.policy(policy, sources, &mut found);
        let frame = seen.frame(policy);
        found.extend(policy.asserts.iter().flat_map(|assert| seen.names_in(&assert.message, &frame)));
    }
    for expect in expects {
        if let Err(mistakes) = seen.judge(expect, &seen) {
            found.extend(mistakes);
        }
        found.extend(seen.names_in(&expect.message, &seen));
    }
    found
}

/// Jurisdictions of countries and operators, as the standard library has them.
static JURISDICTIONS: LazyLock<BTreeMap<(String, String), String>> = LazyLock::new(|| {
    let rows = tables::rows(tonnage_stdlib::jurisdictions_csv());
    let cell = |row: &csv::StringRecord, at: usize| row.get(at).unwrap_or_default().to_owned();
    rows.iter().map(|row| ((cell(row, 0), cell(row, 1)), cell(row, 2))).collect()
});

fn jurisdiction(kind: &str, name: &str) -> Option<&'static str> {
    JURISDICTIONS.get(&(kind.to_owned(), name.to_owned())).map(String::as_str)
}

fn text(symbol: Symbol) -> Value {
    Value::string(symbol.as_str())
}

fn number(value: impl Into<Decimal>) -> Value {
    Value::Number(value.into())
}

fn unknown(why: &str) -> Value {
    Value::Unknown(Symbol::new(why))
}

fn amount(cost: &Result<Money, String>) -> Value {
    match cost {
        Ok(money) => Value::Number(money.amount.normalize()),
        Err(missing) => unknown(missing),
    }
}

/// What policies and tests see.
pub struct World<'a> {
    intent: &'a Intent,
    roots: Vec<(Symbol, Value)>,
}

impl Scope for World<'_> {
    fn lookup(&self, name: Symbol) -> Option<Value> {
        self.roots.iter().find(|(root, _)| *root == name).map(|(_, value)| value.clone())
    }
    fn names(&self) -> Vec<Symbol> {
        self.roots.iter().map(|(name, _)| *name).collect()
    }
}

impl<'a> World<'a> {
    /// Of a placement, and of what its plan costs.
    pub fn new(placement: &Placement, costs: &Costs<'a>) -> Self {
        let (intent, plan) = (costs.intent, costs.plan);
        let globals = &intent.root().globals;
        let mut pools: BTreeMap<Symbol, Value> = BTreeMap::new();
        let mut slices = Vec::new();
        let mut by_cloud: BTreeMap<Symbol, u64> = intent.clouds.iter().map(|cloud| (cloud.name.value, 0)).collect();
        let total = costs.fleet();
        for placed in &placement.pools {
            let Some(pool) = intent.pools.get(placed.pool) else { continue };
            let cost = costs.hourly(pool, &placed.slices);
            let mut gpus = 0u64;
            let value = pool_value(intent, pool);
            for slice in &placed.slices {
                let each = intent.catalog.shapes.get(slice.shape).map_or(0, |shape| shape.accelerators);
                let of = slice.nodes.saturating_mul(u64::from(each));
                gpus += of;
                if let Some(cloud) = intent.clouds.get(slice.cloud) {
                    *by_cloud.entry(cloud.name.value).or_default() += of;
                }
                slices.push(slice_value(costs, pool, slice, of, &value));
            }
            let mut all = value;
            all.insert(Symbol::new("gpus"), number(pool.gpus_of(placed.sizing.units)));
            all.insert(Symbol::new("nodes"), number(placed.sizing.nodes));
            all.insert(Symbol::new("placed_gpus"), number(gpus));
            all.insert(Symbol::new("hourly_cost"), amount(&cost));
            let name = Symbol::new(pool.address.as_str().strip_prefix("pool.").unwrap_or(pool.address.as_str()));
            pools.insert(name, MapNamespace::declared(Symbol::new("pool"), name, all).into_value());
        }
        let all: u64 = by_cloud.values().sum();
        let share = |gpus: u64| match all {
            0 => Decimal::ZERO,
            _ => Decimal::from(gpus).checked_div(Decimal::from(all)).unwrap_or_default().round_dp(4).normalize(),
        };
        let shares: BTreeMap<Symbol, Value> =
            by_cloud.iter().map(|(name, gpus)| (*name, number(share(*gpus)))).collect();
        let gpus: BTreeMap<Symbol, Value> = by_cloud.iter().map(|(name, gpus)| (*name, number(*gpus))).collect();
        let namespace = |title: &str, entries: Vec<(&str, Value)>| {
            MapNamespace::new(title, entries.into_iter().map(|(key, value)| (Symbol::new(key), value)).collect())
                .into_value()
        };
        let monthly = total
            .as_ref()
            .map_err(Clone::clone)
            .and_then(|cost| cost.checked_mul(Decimal::from(MONTH_HOURS)).map_err(|error| error.to_string()));
        let things = |title: &str, entries: BTreeMap<Symbol, Value>| MapNamespace::new(title, entries).into_value();
        let clouds = intent.clouds.iter().map(|cloud| (cloud.name.value, cloud_value(cloud)));
        let roots = vec![
            ("var", Value::Map(Arc::clone(&globals.variables))),
            ("local", Value::Map(Arc::clone(&globals.locals))),
            ("cidr", Value::Map(Arc::clone(&globals.plans))),
            ("cloud", things("the clouds of this fleet", clouds.collect())),
            ("pool", things("the pools of this fleet", pools.clone())),
            (
                "placement",
                namespace(
                    "the placement",
                    vec![
                        ("slices", Value::list(slices)),
                        ("pools", Value::Map(Arc::new(pools))),
                        ("gpus", number(all)),
                        ("gpus_by_cloud", Value::Map(Arc::new(gpus))),
                        ("gpu_share_by_cloud", Value::Map(Arc::new(shares))),
                        ("hourly_cost", amount(&total)),
                    ],
                ),
            ),
            (
                "cost",
                namespace("what the fleet costs", vec![("hourly", amount(&total)), ("monthly", amount(&monthly))]),
            ),
            ("plan", plan_value(plan)),
        ];
        Self { intent, roots: roots.into_iter().map(|(name, value)| (Symbol::new(name), value)).collect() }
    }

    /// What the expressions of a policy can name.
    fn frame(&self, policy: &Policy) -> Frame<'_> {
        let mut frame = Frame::new(self);
        frame.bind(Symbol::new("param"), Value::Map(Arc::new(policy.parameters.clone())));
        if let Some(scope) = self.intent.scopes.get(policy.scope).filter(|scope| scope.caller.is_some()) {
            frame.bind(Symbol::new("var"), Value::Map(Arc::clone(&scope.globals.variables)));
            frame.bind(Symbol::new("local"), Value::Map(Arc::clone(&scope.globals.locals)));
        }
        frame
    }

    /// Names that there are not, in what is only evaluated once a condition does not hold.
    fn names_in(&self, message: &Expr, scope: &dyn Scope) -> Vec<Diagnostic> {
        const OF_NAMES: [Code; 4] = [codes::T0301, codes::T0302, codes::T0311, codes::T0312];
        let mut evaluator = Evaluator::new().for_day(self.intent.as_of);
        evaluator.eval(message, scope);
        evaluator.diagnostics.into_iter().filter(|found| OF_NAMES.contains(&found.code)).collect()
    }

    fn policy(&self, policy: &Policy, sources: &SourceMap, diagnostics: &mut Vec<Diagnostic>) -> Guard {
        let frame = self.frame(policy);
        let mut worst =
            (GuardState::Holds, policy.description.map_or_else(String::new, |d| d.to_string()), policy.span);
        for assert in &policy.asserts {
            let (mut state, message) = self.judge(assert, &frame).unwrap_or_else(|mistakes| {
                diagnostics.extend(mistakes);
                (GuardState::CannotKnow, "there is a mistake in it".to_owned())
            });
            if state == GuardState::CannotKnow && policy.must_know {
                state = GuardState::Broken;
            }
            if state < worst.0 {
                worst = (state, message, policy.span);
            }
        }
        let (state, message, span) = worst;
        Guard { name: policy.address.to_string(), deny: policy.deny, state, message, place: sources.place(span) }
    }

    /// Whether an assertion holds; why not, with the values that were compared. The mistakes in it, where it has any:
    /// what is not known yet is none.
    pub fn judge(&self, assert: &Assert, scope: &dyn Scope) -> Result<(GuardState, String), Vec<Diagnostic>> {
        let mut evaluator = Evaluator::new().for_day(self.intent.as_of);
        let value = evaluator.eval(&assert.condition, scope);
        let known = evaluator.diagnostics.iter().find(|d| d.code == codes::T0310).map(|d| d.message.clone());
        let mistakes = |evaluator: Evaluator| {
            let found = evaluator.diagnostics.into_iter().filter(|d| d.is_error() && d.code != codes::T0310);
            found.collect::<Vec<Diagnostic>>()
        };
        Ok(match (value, known) {
            (Value::Bool(true), _) => (GuardState::Holds, String::new()),
            (Value::Bool(false), _) => {
                let said = match evaluator.eval(&assert.message, scope) {
                    Value::String(text) => text.to_string(),
                    _ => "the condition does not hold".to_owned(),
                };
                (GuardState::Broken, with_values(said, &assert.condition, scope, self.intent))
            }
            (Value::Invalid, None) => return Err(mistakes(evaluator)),
            (_, Some(message)) => (GuardState::CannotKnow, message),
            (value, None) => match value.unknown_reason() {
                Some(why) => (GuardState::CannotKnow, why.to_string()),
                None => {
                    let span = assert.condition.span;
                    let message = format!("a condition is true or false, and this is {}", value.describe());
                    return Err(vec![Diagnostic::error(codes::T0213, span, message)]);
                }
            },
        })
    }
}

/// A message with the values of the two sides of a comparison, and of the names in it.
fn with_values(said: String, condition: &Expr, scope: &dyn Scope, intent: &Intent) -> String {
    let mut seen = Vec::new();
    let comparison = match &condition.kind {
        ExprKind::Binary(left, op, right) => matches!(
            op,
            BinaryOp::Less
                | BinaryOp::LessEqual
                | BinaryOp::Greater
                | BinaryOp::GreaterEqual
                | BinaryOp::Equal
                | BinaryOp::NotEqual
        )
        .then_some([left, right]),
        _ => None,
    };
    for side in comparison.into_iter().flatten() {
        let mentions = provenance::mentions(side);
        let value = Evaluator::new().for_day(intent.as_of).eval(side, scope);
        if let ([only], Value::Number(_) | Value::String(_) | Value::Bool(_)) = (mentions.as_slice(), &value) {
            seen.push(format!("{} = {value}", only.name));
        }
    }
    if seen.is_empty() { said } else { format!("{said} ({})", seen.join(", ")) }
}

fn cloud_value(cloud: &tonnage_lang::intent::Cloud) -> Value {
    let operator = jurisdiction("operator", cloud.kind.as_str());
    let entries = [
        ("name", text(cloud.name.value)),
        ("kind", text(cloud.kind)),
        (
            "jurisdiction",
            operator.map_or_else(|| unknown("the operator's jurisdiction is not in the catalog"), Value::string),
        ),
    ];
    MapNamespace::declared(
        Symbol::new("cloud"),
        cloud.name.value,
        entries.into_iter().map(|(key, value)| (Symbol::new(key), value)).collect(),
    )
    .into_value()
}

fn pool_value(intent: &Intent, pool: &Pool) -> BTreeMap<Symbol, Value> {
    let classes = pool.mounts.iter().filter_map(|mount| intent.storages.get(mount.storage.value)?.data_class);
    let labels = pool.labels.iter().map(|(key, value)| (*key, text(*value))).collect();
    let purpose = match pool.purpose {
        tonnage_lang::intent::Purpose::Training => "training",
        tonnage_lang::intent::Purpose::Inference => "inference",
        tonnage_lang::intent::Purpose::Cpu => "cpu",
    };
    let entries = [
        ("name", text(pool.name.value)),
        ("purpose", Value::string(purpose)),
        ("accelerators", Value::list(pool.accelerators.iter().map(|at| text(at.value)))),
        ("labels", Value::Map(Arc::new(labels))),
        ("options", number(u64::try_from(pool.options.len()).unwrap_or(0))),
        ("data_classes", Value::list(classes.map(|class| text(class.value)))),
    ];
    entries.into_iter().map(|(key, value)| (Symbol::new(key), value)).collect()
}

fn slice_value(costs: &Costs<'_>, pool: &Pool, slice: &Slice, gpus: u64, of: &BTreeMap<Symbol, Value>) -> Value {
    let intent = costs.intent;
    let cloud = intent.clouds.get(slice.cloud);
    let kind = cloud.map_or_else(|| Symbol::new(""), |cloud| cloud.kind);
    let region = intent.catalog.regions.iter().find(|region| region.cloud == kind && region.name == slice.region);
    let country = region.and_then(|region| region.country);
    let place = country.map(|country| jurisdiction("country", country.as_str()).unwrap_or(country.as_str()));
    let missing = || unknown(&format!("the country of region {} is not in the catalog", slice.region));
    let region = Value::map([
        ("name", text(slice.region)),
        ("country", country.map_or_else(missing, text)),
        ("jurisdiction", place.map_or_else(missing, Value::string)),
    ]);
    let shape = intent.catalog.shapes.get(slice.shape);
    Value::map([
        ("pool", Value::Map(Arc::new(of.clone()))),
        ("option", text(slice.option)),
        ("cloud", cloud.map_or(Value::Null, cloud_value)),
        ("region", region),
        ("zone", text(slice.zone)),
        ("shape", shape.map_or(Value::Null, |shape| text(shape.name))),
        ("accelerator", shape.and_then(|shape| shape.accelerator).map_or(Value::Null, text)),
        ("market", Value::string(slice.market.as_str())),
        ("nodes", number(slice.nodes)),
        ("gpus", number(gpus)),
        ("hourly_cost", amount(&costs.hourly(pool, std::slice::from_ref(slice)))),
    ])
}

fn plan_value(plan: &Plan) -> Value {
    let changes = plan.changes.iter().map(|change| {
        Value::map([
            ("address", text(change.address)),
            ("type", text(change.kind)),
            ("action", Value::string(change.action.as_str())),
            ("reasons", Value::list(change.reasons.iter().map(|reason| Value::string(reason.code())))),
        ])
    });
    let counts = plan.counts();
    let count = |count: usize| number(u64::try_from(count).unwrap_or(u64::MAX));
    let view = tonnage_report::PlanView::of(plan);
    let gpus = |pick: fn(&(String, u64, u64)) -> u64| view.totals.gpus.iter().map(pick).fold(0, u64::saturating_add);
    let (before, after) = (gpus(|row| row.1), gpus(|row| row.2));
    let shrink =
        Decimal::from(before.saturating_sub(after)).checked_div(Decimal::from(before)).unwrap_or_default().round_dp(4);
    let at_most_unknown = || unknown("what the plan does to some GPUs that run is not known");
    let entries = [
        ("changes", Value::list(changes)),
        ("add", count(counts.add)),
        ("change", count(counts.change)),
        ("destroy", count(counts.destroy)),
        ("gpus_stopped", number(view.gpus_stopped)),
        ("gpus_stopped_at_most", view.risks.gpus_stopped_at_most().map_or_else(at_most_unknown, number)),
        ("gpus_before", number(before)),
        ("gpus_after", number(after)),
        ("gpu_shrink", Value::Number(shrink)),
    ];
    MapNamespace::new("the plan", entries.into_iter().map(|(key, value)| (Symbol::new(key), value)).collect())
        .into_value()
}
