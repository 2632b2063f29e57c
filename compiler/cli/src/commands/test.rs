//! `tonnage test`: the fleet's tests, side by side, told in the order they are written.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use tonnage_base::diagnostic::has_errors;
use tonnage_driver::{
    testing::{self, TestResult},
    world::World,
};
use tonnage_lang::intent::Test;
use tonnage_report::{diagnostics, style::Paint};

use super::common;
use crate::{arguments::TestArguments, exit, io::Io};

/// Runs them.
pub fn run(args: &TestArguments, folder: &Path, world: &(dyn World + Sync), io: &mut Io) -> u8 {
    let settings = common::settings(folder, &args.fleet, None);
    let (tests, found, sources) = testing::tests(world, &settings);
    if has_errors(&found) {
        common::report(&found, &sources, args.fleet.json(), io);
        return exit::ERROR;
    }
    let fits = |test: &&Test| {
        args.filter.is_empty() || args.filter.iter().any(|filter| test.name.value.as_str().contains(filter.as_str()))
    };
    let chosen: Vec<&Test> = tests.iter().filter(fits).collect();
    if chosen.is_empty() {
        let why = if tests.is_empty() { "there are no tests" } else { "no test fits the filter" };
        return common::fail(
            io,
            &format!(
                "{why}; tests are `test \"NAME\" {{ … }}` blocks, best kept in files that end in `.fleettest.hcl`"
            ),
        );
    }
    let results = match side_by_side(&chosen, |test| common::block_on(testing::run(world, &settings, test))) {
        Ok(results) => results,
        Err(message) => return common::fail(io, &message),
    };
    let failed = results.iter().filter(|result| !result.passed()).count();
    if let Some(file) = &args.junit_xml
        && let Err(reason) = world.write(&folder.join(file), &junit(&results))
    {
        return common::fail(io, &format!("{} can't be written: {reason}", file.display()));
    }
    if args.fleet.json() {
        io.print(&format!("{:#}\n", as_json(&results)));
    } else {
        told(&results, failed, args.verbose, io);
    }
    if failed == 0 { exit::OK } else { exit::ERROR }
}

/// Runs all, as many at once as there are cores; results in the order of the tests.
fn side_by_side(
    tests: &[&Test],
    run: impl Fn(&Test) -> Result<TestResult, String> + Sync,
) -> Result<Vec<TestResult>, String> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, Result<TestResult, String>)>> = Mutex::new(Vec::with_capacity(tests.len()));
    let cores = std::thread::available_parallelism().map_or(1, usize::from).min(tests.len());
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while let Some((at, test)) = {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    tests.get(at).map(|test| (at, *test))
                } {
                    let result = run(test);
                    if let Ok(mut results) = results.lock() {
                        results.push((at, result));
                    }
                }
            });
        }
    });
    let mut results = results.into_inner().map_err(|_| "a test ended in the middle".to_owned())?;
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

fn told(results: &[TestResult], failed: usize, verbose: bool, io: &mut Io) {
    let style = io.style();
    let mut out = String::new();
    for result in results {
        let (word, paint) = if result.passed() { ("pass", Paint::Add) } else { ("fail", Paint::Remove) };
        let count = match (verbose, result.expectations) {
            (false, _) => String::new(),
            (true, 1) => "  1 expectation".to_owned(),
            (true, count) => format!("  {count} expectations"),
        };
        let place = style.paint(Paint::Dim, &result.place);
        let _ = writeln!(out, "  {}  {}  {place}{count}", style.paint(paint, word), result.name);
    }
    io.print(&out);
    for result in results.iter().filter(|result| !result.passed()) {
        io.say(&diagnostics::draw(&result.failures, &result.sources, io.error_style()));
    }
    let passed = results.len() - failed;
    let (word, paint) = if failed == 0 { ("Success!", Paint::Add) } else { ("Failure!", Paint::Remove) };
    io.print(&format!("\n{} {passed} passed, {failed} failed.\n", style.paint(paint, word)));
}

fn as_json(results: &[TestResult]) -> serde_json::Value {
    let failed = results.iter().filter(|result| !result.passed()).count();
    serde_json::json!({
        "format_version": "1.0",
        "passed": results.len() - failed,
        "failed": failed,
        "tests": results.iter().map(|result| serde_json::json!({
            "name": result.name.as_str(),
            "place": result.place,
            "status": if result.passed() { "pass" } else { "fail" },
            "expectations": result.expectations,
            "diagnostics": diagnostics::to_json(&result.failures, &result.sources),
        })).collect::<Vec<_>>(),
    })
}

/// JUnit XML, as continuous-integration services read it. Without times: the same tests give the same file.
fn junit(results: &[TestResult]) -> String {
    let failed = results.iter().filter(|result| !result.passed()).count();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        out,
        "<testsuites tests=\"{0}\" failures=\"{failed}\"><testsuite name=\"tonnage\" tests=\"{0}\" failures=\"{failed}\">",
        results.len()
    );
    for result in results {
        let file = result.place.split(':').next().unwrap_or_default();
        let _ = write!(
            out,
            "<testcase name=\"{}\" classname=\"{}\" file=\"{}\"",
            xml(result.name.as_str()),
            xml(file),
            xml(file)
        );
        if result.passed() {
            out.push_str("/>\n");
            continue;
        }
        out.push('>');
        for failure in &result.failures {
            let place = failure.primary.as_ref().map_or_else(String::new, |label| result.sources.place(label.span));
            let _ = write!(
                out,
                "<failure message=\"{}\" type=\"{}\">{}</failure>",
                xml(&failure.message),
                failure.code.id,
                xml(&place)
            );
        }
        out.push_str("</testcase>\n");
    }
    out.push_str("</testsuite></testsuites>\n");
    out
}

fn xml(text: &str) -> String {
    let kept = text.chars().filter(|c| matches!(c, '\t' | '\n') || *c >= ' ');
    kept.collect::<String>().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
