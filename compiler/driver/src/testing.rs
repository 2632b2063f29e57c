//! Tests of a fleet: each is planned on an embedded cloud of its own, in memory, and held against what it expects. Must
//! not know how results are shown.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use tonnage_base::{
    Diagnostic, Severity, SourceMap, Symbol,
    clock::{Clock, Timestamp},
    codes::{driver as codes, place as short},
    diagnostic::has_errors,
};
use tonnage_cloud::{
    Cancel, Cloud, CloudError,
    embedded::{EmbeddedCloud, Memory, Scenario},
};
use tonnage_lang::{functions, intent::Test, provenance};
use tonnage_ledger::{Bucket, Ledger, LedgerError};
use tonnage_plan::model::GuardState;

use crate::{
    check, compile,
    guards::{World as Seen, cost::Costs},
    plan::{Connector, Declared, Request, plan},
    settings::{Given, Settings},
    world::World,
};

/// What became of a test.
#[derive(Debug)]
pub struct TestResult {
    /// Its name.
    pub name: Symbol,
    /// Where it is declared: `serving.fleettest.hcl:3`.
    pub place: String,
    /// What is not as expected; none: it passed.
    pub failures: Vec<Diagnostic>,
    /// How many expectations it has.
    pub expectations: usize,
    /// The texts that the failures are drawn in.
    pub sources: SourceMap,
}

impl TestResult {
    /// Whether all is as expected.
    pub fn passed(&self) -> bool {
        self.failures.is_empty()
    }
}

/// Runs one test of a fleet.
pub async fn run(world: &dyn World, settings: &Settings, test: &Test) -> TestResult {
    let quiet = Quiet { world, day: test.as_of.map(|at| at.value.to_string()) };
    let mut settings = Settings {
        as_of: test.as_of.map(|at| at.value.to_string()).or_else(|| settings.as_of.clone()),
        embedded: Some(PathBuf::from(".tonnage/no-such-folder")),
        prices: test.given.prices.iter().map(|(shape, price)| (*shape, *price)).collect(),
        drift: false,
        may_be_short: asked_about(test),
        ..settings.clone()
    };
    for (name, value) in &test.variables {
        if let Some(text) = functions::to_json(value) {
            settings.given.push(Given::Value(format!("{name}={text}")));
        }
    }
    let mut result = TestResult {
        name: test.name.value,
        place: String::new(),
        failures: Vec::new(),
        expectations: test.expects.len(),
        sources: SourceMap::default(),
    };
    let scenario = match scenario(test) {
        Ok(scenario) => scenario,
        Err(problem) => {
            result.sources = check::check(&quiet, &settings).sources;
            result.place = result.sources.place(test.name.span);
            result.failures.push(problem);
            return result;
        }
    };
    let outages = test.given.outages.iter().map(|at| at.value).collect();
    let connector = Embedded { memory: Memory::default(), clock: quiet.clock(), scenario, outages };
    let request = Request {
        world: &quiet,
        settings: &settings,
        connector: &connector,
        destroy: false,
        ahead: false,
        progress: &|_| {},
        cancel: &Cancel::default(),
    };
    let planned = plan(&request).await;
    result.place = planned.sources.place(test.name.span);
    result.sources = planned.sources;
    let (Some(plan), Some(intent), Some(placement)) = (&planned.plan, &planned.intent, &planned.placement) else {
        result.failures = planned.diagnostics.into_iter().filter(Diagnostic::is_error).collect();
        return result;
    };
    let seen = Seen::new(placement, &Costs::of(intent, plan));
    for expect in &test.expects {
        let (state, message) = match seen.judge(expect, &seen) {
            Ok(judged) => judged,
            Err(mistakes) => {
                result.failures.extend(mistakes);
                continue;
            }
        };
        let (code, label) = match state {
            GuardState::Holds => continue,
            GuardState::Broken => (codes::T0906, "this does not hold"),
            GuardState::CannotKnow => (codes::T0907, "this cannot be known"),
        };
        result.failures.push(Diagnostic::error(code, expect.condition.span, message).at(expect.condition.span, label));
    }
    if !result.passed() {
        // why it is less than was asked for
        result.failures.extend(
            planned.diagnostics.into_iter().filter(|d| d.code.id == short::T0401.id || d.code.id == short::T0402.id),
        );
    }
    result
}

/// Pools whose `placed_gpus` the test asks for: it judges by itself whether that is enough.
fn asked_about(test: &Test) -> Vec<Symbol> {
    let names = test.expects.iter().flat_map(|expect| provenance::mentions(&expect.condition));
    names.filter_map(|mention| mention.name.strip_suffix(".placed_gpus").map(Symbol::new)).collect()
}

/// What the embedded cloud is told.
fn scenario(test: &Test) -> Result<Scenario, Diagnostic> {
    let mut parts = Vec::new();
    for (name, value, span) in &test.given.scenario {
        let Some(text) = functions::to_json(value) else {
            return Err(Diagnostic::error(codes::T0908, *span, format!("`{name}` must be written out")));
        };
        let alone = format!("{{\"{name}\":{text}}}");
        if let Err(error) = Scenario::parse(&alone) {
            return Err(Diagnostic::error(
                codes::T0908,
                *span,
                format!("`{name}` is not understood: {}", without_place(&error.to_string())),
            )
            .with_help("`tonnage explain T0908` shows the form of each part"));
        }
        parts.push(format!("\"{name}\":{text}"));
    }
    Scenario::parse(&format!("{{{}}}", parts.join(",")))
        .map_err(|error| Diagnostic::new(Severity::Error, codes::T0908, error))
}

/// Embedded clouds in memory.
struct Embedded {
    memory: Memory,
    clock: Clock,
    scenario: Scenario,
    /// Clouds that are gone: nothing can run there.
    outages: Vec<Symbol>,
}

#[async_trait]
impl Connector for Embedded {
    async fn connect(&self, cloud: &Declared) -> Result<Arc<dyn Cloud>, CloudError> {
        let name = cloud.name.value;
        let scenario = if self.outages.contains(&name) { Scenario::nothing_runs() } else { self.scenario.clone() };
        let clock = Arc::clone(&self.clock);
        let facts = compile::facts().map_err(CloudError::own)?;
        let opened = EmbeddedCloud::in_memory(&self.memory, name, facts, clock, scenario)?;
        Ok(Arc::new(opened))
    }

    async fn ledger(&self, _bucket: &Bucket) -> Result<Ledger, LedgerError> {
        Ok(Ledger::in_memory())
    }
}

/// The world without what changes from run to run: the time is the first moment of the test's day.
struct Quiet<'a> {
    world: &'a dyn World,
    day: Option<String>,
}

impl World for Quiet<'_> {
    fn list(&self, folder: &Path) -> Result<Vec<PathBuf>, String> {
        self.world.list(folder)
    }
    fn folders(&self, folder: &Path) -> Vec<PathBuf> {
        self.world.folders(folder)
    }
    fn read(&self, file: &Path) -> Result<String, String> {
        self.world.read(file)
    }
    fn write(&self, _file: &Path, _text: &str) -> Result<(), String> {
        Err("a test writes nothing".to_owned())
    }
    fn now(&self) -> Timestamp {
        let day = self.day.as_ref().and_then(|day| format!("{day}T00:00:00Z").parse().ok());
        day.unwrap_or_else(|| self.world.now())
    }
    fn clock(&self) -> Clock {
        let now = self.now();
        Arc::new(move || now)
    }
    fn variable(&self, name: &str) -> Option<String> {
        self.world.variable(name)
    }
    fn variables(&self, prefix: &str) -> Vec<(String, String)> {
        self.world.variables(prefix)
    }
    fn who(&self) -> String {
        "test".to_owned()
    }
}

/// Whether a fleet can be tested at all: its tests, or what is wrong.
pub fn tests(world: &dyn World, settings: &Settings) -> (Vec<Test>, Vec<Diagnostic>, SourceMap) {
    let checked = check::check(world, settings);
    let tests = checked.intent.map(|intent| intent.tests).unwrap_or_default();
    let stop = has_errors(&checked.diagnostics);
    (if stop { Vec::new() } else { tests }, checked.diagnostics, checked.sources)
}

/// What serde says without its line and column, which are those of a text that nobody wrote.
fn without_place(error: &str) -> &str {
    error.split_once(" at line ").map_or(error, |(what, _)| what)
}
