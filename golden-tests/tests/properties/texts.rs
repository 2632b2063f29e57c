//! The fuzz targets as property tests, and the mutation run: whatever is done to a fleet's text, it is understood or it
//! is said what is wrong, quickly and at a place.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use nix::time::{ClockId, clock_gettime};
use tonnage_base::{FileId, Symbol, diagnostic::has_errors};
use tonnage_golden_tests::fuzz;
use tonnage_lang::VariableSource;
use tonnage_syntax::{Module, SameMeaning};

use crate::corpus::{STANDARD_LIBRARY, examples, texts};
use crate::dice::{Dice, every, seeds};
use crate::machine::caught;
use crate::mutate::{hurt, strewn};

/// Nothing takes more of a processor's time; that of the clock depends on who else is busy on this machine.
const LIMIT: Duration = Duration::from_secs(1);

/// Processor time that this thread has used.
fn used() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).map(Duration::from).expect("a clock of the thread")
}

/// What comes of it, and how long it took.
fn timed<T>(act: impl FnOnce() -> T) -> Result<(T, Duration), String> {
    let began = used();
    let found = caught(act)?;
    let took = used().saturating_sub(began);
    if took <= LIMIT { Ok((found, took)) } else { Err(format!("took {took:?}")) }
}

/// Runs a target over every text of the corpus as it is, and over so many hurt ones.
fn target(name: &str, of: &[String], count: u64, check: fn(&str)) {
    let told = |text: &str, wrong: String| {
        let shown: String = text.chars().take(4000).collect();
        format!("{wrong}\n----\n{}\n----", if std::env::var_os("SHOW").is_some() { &shown } else { "" })
    };
    for text in of {
        assert_eq!(caught(|| check(text)).map_err(|wrong| told(text, wrong)), Ok(()));
    }
    every(count, |seed| {
        let dice = &mut Dice::new(seed + 30_000);
        let hurt = hurt(dice.pick(of).as_bytes(), dice);
        let text = String::from_utf8_lossy(&hurt.bytes);
        timed(|| check(&text))
            .map(drop)
            .map_err(|wrong| told(&text, format!("{wrong} ({}, {} bytes)", hurt.how, text.len())))
    });
    println!("{name}: {} texts, {count} hurt ones", of.len());
}

#[test]
fn the_parser_takes_anything() {
    target("parser", &texts(), 3_000, fuzz::parser);
}

#[test]
fn the_formatter_keeps_meaning_and_comments() {
    target("formatter", &texts(), 3_000, fuzz::formatter);
}

/// Few hurt texts are still without error, and only those are laid out: here most are.
#[test]
fn the_formatter_keeps_comments_wherever_they_stand() {
    let of = texts();
    let formatted = AtomicU64::new(0);
    every(3_000, |seed| {
        let dice = &mut Dice::new(seed + 60_000);
        let text = strewn(dice.pick::<String>(&of), dice);
        let one = u64::from(tonnage_syntax::format(FileId(0), &text).is_ok());
        formatted.fetch_add(one, Ordering::Relaxed);
        timed(|| fuzz::formatter(&text)).map(drop)
    });
    let formatted = formatted.into_inner();
    println!("formatter: {formatted} texts with comments strewn in were laid out");
    assert!(formatted > seeds(3_000).count() as u64 / 6 || seeds(3_000).count() < 100, "only {formatted}");
}

/// What the functions' own documentation calls them with, and every form of expression.
fn expressions() -> Vec<String> {
    let functions = tonnage_lang::functions::all().map(|function| function.example);
    let forms = [
        "[for i, v in var.list : \"${i}-${v}\" if v != null]",
        "{for k, v in var.map : k => [v, var.n]...}",
        "var.list[*]",
        "var.map.a + var.n * -2 / 3 % 5",
        "var.on && !(var.n >= 3) || var.none == null ? var.text : var.later",
        "\"%{ for x in var.list }${x ~}%{ else }${ var.id }%{ endfor }\"",
        "<<-EOT\n  %{ if var.on ~}\n  ${var.text}\n  %{ endif ~}\n  EOT",
        "{ (var.text) = 1, \"a b\" = [var.list...], c = var.map[\"a\"] }",
        "format(\"%5.2f %s %q\", 1.5, var.text, var.list)",
        "merge([var.map, { b = 2 }]...)",
        "1e20 + 79228162514264337593543950335 - 0.0000001",
    ];
    functions.chain(forms).map(|text| format!("x = {text}\n")).collect()
}

#[test]
fn evaluation_ends_and_says_why() {
    target("evaluator", &expressions(), 6_000, fuzz::evaluator);
    target("evaluator, whole files", &texts(), 500, fuzz::evaluator);
}

#[test]
fn plan_files_are_read_or_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let plans: Vec<String> = examples()
        .iter()
        .filter(|files| !files.iter().any(|(name, _)| name.contains("frontier")))
        .map(|files| {
            for (name, bytes) in files {
                std::fs::write(folder.path().join("a.fleet.hcl"), bytes).unwrap_or_else(|_| panic!("{name}"));
            }
            crate::machine::done(folder.path(), &["plan", "--embedded", "-out=plan.tonnage"]).expect("a plan");
            std::fs::read_to_string(folder.path().join("plan.tonnage")).expect("a plan file")
        })
        .collect();
    target("plan reader", &plans, 400, fuzz::plan_reader);
}

/// The standard library without the shapes, regions and accelerators that no example names: analysing it is most of the
/// work, and it is the same every time.
fn reduced_library(texts: &[String]) -> Module {
    let mut library = STANDARD_LIBRARY.0.clone();
    for file in &mut library.files {
        Arc::make_mut(file).body.blocks.retain(|block| {
            let catalog = matches!(block.kind.name.as_str(), "shape" | "region" | "accelerator");
            let name = block.labels.last().map_or("", |label| label.name.as_str());
            let name = name.rsplit('/').next().unwrap_or(name);
            !catalog || texts.iter().any(|text| text.contains(name))
        });
    }
    library
}

#[derive(Default, Clone, Copy)]
struct Count {
    same: u32,
    valid: u32,
    refused: u32,
    not_text: u32,
    slowest: Duration,
}

/// Ten thousand random edits of the examples.
#[test]
fn any_edit_of_an_example_is_understood_or_told() {
    let originals: Vec<String> =
        examples().into_iter().flatten().map(|(_, bytes)| String::from_utf8(bytes).expect("text")).collect();
    let library = reduced_library(&originals);
    let first = u32::try_from(tonnage_stdlib::fleet_sources().len()).expect("few files");
    let id = FileId(first);
    let no_variables: Vec<(Symbol, VariableSource)> = Vec::new();
    let counts: Mutex<BTreeMap<&str, Count>> = Mutex::default();
    let began = Instant::now();
    every(10_000, |seed| {
        let dice = &mut Dice::new(seed + 40_000);
        let original = dice.pick(&originals);
        let hurt = hurt(original.as_bytes(), dice);
        // What is no text does not come to the parser; the text that an editor would make of it does.
        let not_text = std::str::from_utf8(&hurt.bytes).is_err();
        let text = String::from_utf8_lossy(&hurt.bytes).into_owned();
        let outcome = timed(|| {
            let (file, mut diagnostics) = tonnage_syntax::parse(id, &text);
            let same = file.same_meaning(&tonnage_syntax::parse(id, original).0) && diagnostics.is_empty();
            let fleet = Module { files: vec![file.into()] };
            let inputs = tonnage_lang::Inputs {
                fleet: &fleet,
                modules: &[],
                tests: &Default::default(),
                standard_library: &library,
                variables: &no_variables,
                as_of: tonnage_base::Date::constant(2027, 1, 1),
            };
            let parsed = !has_errors(&diagnostics);
            let (intent, found) = tonnage_lang::analyze(&inputs);
            diagnostics.extend(found);
            (same, parsed, intent.is_some(), diagnostics)
        });
        let told = |wrong: String| {
            let shown =
                if std::env::var_os("SHOW").is_some() { text.chars().take(6000).collect() } else { String::new() };
            format!("{wrong} ({})\n{shown}", hurt.how)
        };
        let ((same, parsed, intent, diagnostics), took) = outcome.map_err(told)?;
        caught(|| fuzz::places_lie_inside(&diagnostics, id, &text)).map_err(told)?;
        let nowhere = diagnostics.iter().find(|d| d.primary.as_ref().is_some_and(|label| label.span.file > id));
        if let Some(nowhere) = nowhere {
            return Err(told(format!("a place in no file: {nowhere:?}")));
        }
        if parsed && intent == has_errors(&diagnostics) {
            return Err(told(format!("an Intent is there: {intent}; and it is said {diagnostics:#?}")));
        }
        if same && !intent {
            return Err(told(format!("means the same and is refused: {diagnostics:#?}")));
        }
        let mut counts = counts.lock().expect("not poisoned");
        let count = counts.entry(hurt.how).or_default();
        count.not_text += u32::from(not_text);
        count.slowest = count.slowest.max(took);
        match (same, intent && parsed) {
            (true, _) => count.same += 1,
            (false, true) => count.valid += 1,
            (false, false) => count.refused += 1,
        }
        Ok(())
    });
    let counts = counts.into_inner().expect("not poisoned");
    println!(
        "{:<18} {:>7} {:>13} {:>9} {:>7} {:>10}",
        "edit", "same", "other, valid", "refused", "no UTF-8", "slowest"
    );
    for (how, c) in &counts {
        println!(
            "{how:<18} {:>7} {:>13} {:>9} {:>7} {:>8}ms",
            c.same,
            c.valid,
            c.refused,
            c.not_text,
            c.slowest.as_millis()
        );
    }
    println!("in {:?}", began.elapsed());
}
