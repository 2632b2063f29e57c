//! Every name of the examples, misspelled as hands misspell: caught where it stands, and the right name offered first.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;

use tonnage_base::{Date, Diagnostic, FileId, SourceMap, diagnostic::has_errors};
use tonnage_driver::{Checked, Settings, check, compile, guards};
use tonnage_golden_tests::Fixed;
use tonnage_graph::Values;
use tonnage_lang::Intent;
use tonnage_place::Availability;
use tonnage_syntax::Module;

use crate::corpus::folders;
use crate::dice::{Dice, every};
use crate::names::{Class, Written, written};

/// What a hand does to a word.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Slip {
    Swapped,
    Dropped,
    Doubled,
    Neighbour,
}

const SLIPS: [Slip; 4] = [Slip::Swapped, Slip::Dropped, Slip::Doubled, Slip::Neighbour];

/// Rows of a keyboard: beside a key are the keys a finger hits instead.
const ROWS: [&str; 4] = ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"];

/// The word with one slip at a drawn place; none where it has no place for it.
fn misspelled(word: &str, slip: Slip, dice: &mut Dice) -> Option<String> {
    let letters: Vec<char> = word.chars().collect();
    let beside = |c: char| {
        let row = ROWS.iter().find(|row| row.contains(c.to_ascii_lowercase()))?;
        let at = row.find(c.to_ascii_lowercase())?;
        let keys = [at.checked_sub(1), Some(at + 1)].into_iter().flatten().filter_map(|at| row.chars().nth(at));
        Some(keys.collect::<Vec<char>>())
    };
    let possible = |at: &usize| match slip {
        Slip::Swapped => letters.get(at + 1).is_some_and(|next| *next != letters[*at]),
        Slip::Dropped => letters.len() > 1,
        Slip::Doubled => letters[*at].is_alphanumeric(),
        Slip::Neighbour => beside(letters[*at]).is_some(),
    };
    let places: Vec<usize> = (0..letters.len()).filter(possible).collect();
    if places.is_empty() {
        return None;
    }
    let at = *dice.pick(&places);
    let mut wrong = letters.clone();
    match slip {
        Slip::Swapped => wrong.swap(at, at + 1),
        Slip::Dropped => drop(wrong.remove(at)),
        Slip::Doubled => wrong.insert(at, letters[at]),
        Slip::Neighbour => {
            let key = *dice.pick(&beside(letters[at])?);
            wrong[at] = if letters[at].is_uppercase() { key.to_ascii_uppercase() } else { key };
        }
    }
    Some(wrong.into_iter().collect())
}

/// A fleet without mistakes.
struct Fleet {
    name: String,
    checked: Checked,
    as_of: Date,
}

impl Fleet {
    fn read(folder: &Path) -> Option<Self> {
        let settings = Settings { folder: folder.to_path_buf(), ..Settings::default() };
        let checked = check(&Fixed::default(), &settings);
        let as_of = checked.as_of?;
        let intent = checked.intent.as_ref()?;
        lower(intent, as_of, &mut Vec::new())?;
        let name = folder.iter().rev().take(2).collect::<std::path::PathBuf>().display().to_string();
        Some(Self { name, as_of, checked })
    }

    /// What is said about the fleet when one of its files reads otherwise.
    fn said(&self, file: FileId, text: &str) -> Vec<Diagnostic> {
        let mut fleet = Module { files: self.checked.fleet.files.clone() };
        let (parsed, mut diagnostics) = tonnage_syntax::parse(file, text);
        if let Some(slot) = fleet.files.iter_mut().find(|f| f.id == file) {
            *slot = parsed.into();
        }
        let (intent, found) = tonnage_lang::analyze(&tonnage_lang::Inputs {
            fleet: &fleet,
            modules: &self.checked.modules,
            tests: &self.checked.tests,
            standard_library: &self.checked.standard_library,
            variables: &self.checked.variables,
            as_of: self.as_of,
        });
        diagnostics.extend(found);
        if let Some(intent) = intent {
            lower(&intent, self.as_of, &mut diagnostics);
        }
        diagnostics
    }
}

/// Places, lowers and judges, on clouds where nothing is yet.
fn lower(intent: &Intent, as_of: Date, diagnostics: &mut Vec<Diagnostic>) -> Option<()> {
    let mut values = Values::new();
    let compiled = compile::compile(intent, &Availability::default(), as_of, &[], &mut values, diagnostics)?;
    diagnostics.extend(guards::mistakes(intent, compiled, values, &SourceMap::default()));
    (!has_errors(diagnostics)).then_some(())
}

/// One misspelling.
struct Case {
    fleet: usize,
    file: FileId,
    name: Written,
    slip: Slip,
}

#[derive(Default, Clone, Copy)]
struct Count {
    all: u32,
    caught: u32,
    placed: u32,
    mended: u32,
    alone: u32,
}

fn percent(part: u32, of: u32) -> f64 {
    100.0 * f64::from(part) / f64::from(of.max(1))
}

#[test]
fn every_misspelled_name_is_caught_where_it_stands() {
    let fleets: Vec<Fleet> = folders().iter().filter_map(|folder| Fleet::read(folder)).collect();
    let mut cases = Vec::new();
    let mut seen: BTreeSet<(Class, String, String)> = BTreeSet::new();
    for (at, fleet) in fleets.iter().enumerate() {
        for file in &fleet.checked.fleet.files {
            let source = fleet.checked.sources.file(file.id).expect("its text");
            for name in written(&file.body) {
                let text = source.text[name.span.lo as usize..name.span.hi as usize].to_owned();
                if seen.insert((name.class, name.within.clone(), text)) {
                    cases.extend(SLIPS.map(|slip| Case { fleet: at, file: file.id, name: name.clone(), slip }));
                }
            }
        }
    }
    let counts: Mutex<BTreeMap<Class, Count>> = Mutex::default();
    let missed: Mutex<BTreeMap<usize, String>> = Mutex::default();
    let began = std::time::Instant::now();
    every(cases.len() as u64, |seed| {
        let at = usize::try_from(seed).expect("a position");
        let Some(Case { fleet, file, name, slip }) = cases.get(at) else { return Ok(()) };
        let fleet = &fleets[*fleet];
        let text = &fleet.checked.sources.file(*file).expect("its text").text;
        let (lo, hi) = (name.span.lo as usize, name.span.hi as usize);
        let quotes = usize::from(text[lo..hi].starts_with('"'));
        let right = &text[lo + quotes..hi - quotes];
        let Some(wrong) = misspelled(right, *slip, &mut Dice::new(seed + 50_000)) else { return Ok(()) };
        // what another block of the file is called is no misspelling
        let is_block = name.class == Class::Reference && text.contains(&format!("\"{wrong}\" {{"));
        if is_block || name.others.contains(wrong.as_str()) {
            return Ok(());
        }
        let hurt = format!("{}{wrong}{}", &text[..lo + quotes], &text[hi - quotes..]);
        let end = lo + 2 * quotes + wrong.len();
        let said = fleet.said(*file, &hurt);
        let errors: Vec<&Diagnostic> = said.iter().filter(|d| d.is_error()).collect();
        let caught = !errors.is_empty();
        let here = errors.iter().find(|d| {
            let span = d.primary.as_ref().map(|label| label.span);
            span.is_some_and(|s| s.file == *file && (s.lo as usize, s.hi as usize) == (lo, end))
        });
        let mended = here.and_then(|d| d.suggestions.first()).is_some_and(|mend| {
            let (from, to) = (mend.span.lo as usize, mend.span.hi as usize);
            format!("{}{}{}", &hurt[..from], mend.replacement, &hurt[to..]) == **text
        });
        let mut counts = counts.lock().expect("not poisoned");
        let count = counts.entry(name.class).or_default();
        count.all += 1;
        count.caught += u32::from(caught);
        count.placed += u32::from(here.is_some());
        count.mended += u32::from(mended);
        count.alone += u32::from(errors.len() == 1);
        let told = |wanted: &str| {
            let words: Vec<String> = errors
                .iter()
                .map(|d| {
                    format!(
                        "    {} {:?} {} {:?}",
                        d.code.id,
                        d.primary.as_ref().map(|l| (l.span.lo, l.span.hi)),
                        d.message,
                        d.help
                    )
                })
                .collect();
            let place = format!("{} {:?} {}", fleet.name, name.class, name.within);
            format!("{wanted}: `{wrong}` for `{right}` ({slip:?}) at {lo}..{end} in {place}\n{}", words.join("\n"))
        };
        let wrong = match (caught, here) {
            (false, _) => told("not caught"),
            (true, None) => told("not where it stands"),
            (true, Some(_)) if !mended => told("the right name is not offered first"),
            (true, Some(_)) if errors.len() > 1 => told("more is said than that"),
            (true, Some(_)) => return Ok(()),
        };
        missed.lock().expect("not poisoned").insert(at, wrong);
        Ok(())
    });
    let counts = counts.into_inner().expect("not poisoned");
    let mut sum = Count::default();
    println!(
        "{:<16} {:>6} {:>9} {:>9} {:>15} {:>9}",
        "misspelled", "cases", "caught", "in place", "offered first", "alone"
    );
    let row = |class: &str, c: &Count| {
        println!(
            "{class:<16} {:>6} {:>8.1}% {:>8.1}% {:>14.1}% {:>8.1}%",
            c.all,
            percent(c.caught, c.all),
            percent(c.placed, c.all),
            percent(c.mended, c.all),
            percent(c.alone, c.all)
        );
    };
    for (class, c) in &counts {
        row(&format!("{class:?}"), c);
        for (sum, part) in [
            (&mut sum.all, c.all),
            (&mut sum.caught, c.caught),
            (&mut sum.placed, c.placed),
            (&mut sum.mended, c.mended),
            (&mut sum.alone, c.alone),
        ] {
            *sum += part;
        }
    }
    row("all", &sum);
    println!("{} fleets, in {:?}", fleets.len(), began.elapsed());
    for words in missed.into_inner().expect("not poisoned").values().filter(|_| std::env::var_os("SHOW").is_some()) {
        println!("{words}");
    }
    assert_eq!((sum.caught, sum.placed), (sum.all, sum.all), "caught, in place: `SHOW=1` shows which are not");
    assert!(sum.all > 1_000, "{} misspellings", sum.all);
    assert!(percent(sum.mended, sum.all) >= 95.0, "the right name is first in {:.1}%", percent(sum.mended, sum.all));
}
