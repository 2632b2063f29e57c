//! Money of drawn fleets under contracts: sums add up in every form, what is before and what changes is what is after,
//! and no edit of a file changes what was drawn on days that are gone.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;
use tonnage_base::Decimal;
use tonnage_golden_tests::{Fixed, Said, in_process_at};

use crate::dice::{Dice, every};
use crate::fleet::Fleet;
use crate::machine::{list, text};

/// Two contracts that may pay for the fleet: one counts money, the other GPU hours.
fn contracts(dice: &mut Dice) -> String {
    let rate = |dice: &mut Dice| format!("\"{}.{} USD/gpu-hour\"", dice.between(1, 9), dice.between(10, 99));
    let mut rates = format!("\"nvidia-h100\" = {}", rate(dice));
    if dice.chance(70) {
        rates.push_str(&format!(", \"nvidia-h200\" = {}", rate(dice)));
    }
    let covers = if dice.chance(30) { "covers {\n    accelerators = [\"nvidia-h100\"]\n  }\n" } else { "" };
    format!(
        "commitment \"money\" {{\n  cloud = cloud.aws\n  category = \"spend\"\n  value = \"40M USD\"\n  rates = {{ {rates} }}\n  \
         burn = {{ \"2026\" = \"20M USD\", \"2027\" = \"20M USD\" }}\n  {covers}\n  \
         term {{\n    start = \"2026-01-01\"\n    end = \"2027-12-31\"\n  }}\n}}\n\
         commitment \"hours\" {{\n  cloud = cloud.second\n  category = \"usage\"\n  value = \"900000 gpu-hours\"\n  \
         term {{\n    start = \"2026-05-01\"\n    end = \"2026-12-31\"\n  }}\n}}\n"
    )
}

fn write(folder: &Path, fleet: &Fleet, dice: &mut Dice) -> String {
    let text = format!("{}\n{}", fleet.text(), contracts(dice));
    std::fs::write(folder.join("drawn.fleet.hcl"), &text).expect("a file");
    text
}

fn at(folder: &Path, time: &str, words: &[&str]) -> Said {
    in_process_at(folder, words, Fixed(time.parse().expect("a time")), |_, _| {})
}

/// An amount as text, or with what is not in it.
fn amount(value: &Value) -> Option<Decimal> {
    value.as_str().or_else(|| value.get("amount")?.as_str())?.parse().ok()
}

/// Before and difference are after, wherever the three stand.
fn adds_up(value: &Value, at: &str) -> Result<u64, String> {
    let mut seen = 0;
    if let Some([before, after, difference]) = ["before", "after", "difference"]
        .map(|name| value.get(name).and_then(amount))
        .into_iter()
        .collect::<Option<Vec<_>>>()
        .as_deref()
    {
        seen += 1;
        if before + difference != *after {
            return Err(format!("{at}: {before} and {difference} are not {after}"));
        }
    }
    let inside: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(key, value)| (format!("{at}/{key}"), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(key, value)| (format!("{at}/{key}"), value)).collect(),
        _ => Vec::new(),
    };
    for (at, value) in inside {
        seen += adds_up(value, &at)?;
    }
    Ok(seen)
}

/// The clouds together are the fleet.
fn clouds_sum(plan: &Value) -> Result<(), String> {
    let sums = ["list_price_per_hour", "committed_per_hour", "new_spend_per_hour", "new_spend_per_month"];
    for name in sums {
        for side in ["before", "after"] {
            let of =
                |spend: &Value| spend.pointer(&format!("/spend/{name}/{side}")).and_then(amount).unwrap_or_default();
            let whole = of(plan.pointer("/fleet_changes").unwrap_or(&Value::Null));
            let clouds: Decimal = list(plan, "/fleet_changes/by_cloud").iter().map(of).sum();
            if whole != clouds {
                return Err(format!("{name} {side}: {whole} of the fleet, {clouds} of its clouds"));
            }
        }
    }
    Ok(())
}

/// What a cell says; none where it is not one exact amount.
fn shown(cell: &str) -> Option<Decimal> {
    let cell = cell.trim_end_matches(" + unknown").trim_end_matches(" pt").trim_end_matches('%');
    let cell = cell.trim_end_matches(" gpu-h").replace([',', '$', '+'], "").replace('−', "-");
    let (number, power) = match cell.char_indices().last()? {
        (end, 'K') => (&cell[..end], 3),
        (end, 'M') => (&cell[..end], 6),
        (end, 'B') => (&cell[..end], 9),
        _ => (cell.as_str(), 0),
    };
    Some(number.parse::<Decimal>().ok()? * Decimal::from(10_u64.pow(power)))
}

/// Every row of the table of money adds up as it is shown, and stands so in each form.
fn forms_agree(plan: &Value, forms: &[String]) -> Result<u64, String> {
    let mut seen = 0;
    for row in list(plan, "/fleet_changes/table") {
        let cells = ["/what", "/before", "/after", "/difference"].map(|at| text(row, at));
        if let [_, Some(before), Some(after), Some(difference)] = cells.map(shown) {
            seen += 1;
            if before + difference != after {
                return Err(format!("as they are shown, these do not add up: {cells:?}"));
            }
        }
        for form in forms {
            let line = form.lines().find(|line| {
                let line = line.trim_start_matches(['|', ' ']);
                line.strip_prefix(cells[0]).is_some_and(|rest| rest.starts_with("  ") || rest.starts_with(" |"))
            });
            let line = line.ok_or_else(|| format!("no row `{}` in\n{form}", cells[0]))?;
            if !cells.iter().all(|cell| line.contains(cell)) {
                return Err(format!("{cells:?} is not what another form says: {line}"));
            }
        }
    }
    Ok(seen)
}

/// What is told of days gone, by contract.
fn days_gone(plan: &Value) -> BTreeMap<String, Value> {
    let told = list(plan, "/commitments").iter().filter(|told| told.get("year") == Some(&Value::from(2026)));
    let gone = told.filter_map(|told| Some((text(told, "/address").to_owned(), told.get("days_gone")?.clone())));
    gone.collect()
}

#[test]
fn money_adds_up_and_the_past_stays_what_it_was() {
    let (sums, rows, known, compared) = Default::default();
    let counts: [&AtomicU64; 4] = [&sums, &rows, &known, &compared];
    every(8, |seed| {
        let dice = &mut Dice::new(seed + 7_000);
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path();
        let mut fleet = Fleet::draw(dice);
        for time in ["2026-03-01T10:00:00Z", "2026-07-15T09:30:00Z"] {
            let before = fleet.clone();
            if time.starts_with("2026-07") {
                fleet.moved.clear();
                fleet.change(dice);
            }
            write(path, &fleet, dice);
            if at(path, time, &["apply", "--embedded", "-auto-approve"]).code != 0 {
                fleet = before; // it can't be placed
            }
        }
        let mut first: BTreeMap<String, Value> = BTreeMap::new();
        for _ in 0..3 {
            let mut edited = fleet.clone();
            edited.moved.clear();
            for _ in 0..=dice.below(3) {
                edited.change(dice);
            }
            let source = write(path, &edited, dice);
            let said = |words: &[&str]| at(path, "2026-11-22T14:02:00Z", words);
            let plan = said(&["plan", "--embedded", "-json"]);
            if plan.code != 0 {
                continue;
            }
            let plan: Value = serde_json::from_str(&plan.out).map_err(|error| error.to_string())?;
            let check = || -> Result<(), String> {
                counts[0].fetch_add(adds_up(&plan, "")?, Ordering::SeqCst);
                clouds_sum(&plan)?;
                if text(&plan, "/summary").starts_with("No changes") {
                    return Ok(());
                }
                let forms = [&["plan", "--embedded"][..], &["plan", "--embedded", "-md"]].map(|form| said(form).out);
                counts[1].fetch_add(forms_agree(&plan, &forms)?, Ordering::SeqCst);
                Ok(())
            };
            check().map_err(|wrong| format!("{wrong}\n{source}"))?;
            for (address, gone) in days_gone(&plan) {
                if text(&gone, "/amount") != "0" {
                    counts[2].fetch_add(1, Ordering::SeqCst);
                }
                match first.get(&address) {
                    Some(told) if *told != gone => {
                        return Err(format!("an edit changed the past of {address}: {told} and {gone}\n{source}"));
                    }
                    Some(_) => _ = counts[3].fetch_add(1, Ordering::SeqCst),
                    None => _ = first.insert(address, gone),
                }
            }
        }
        Ok(())
    });
    let [sums, rows, known, compared] = counts.map(|count| count.load(Ordering::SeqCst));
    assert!(sums > 100 && rows > 50 && known > 4 && compared > 4, "{sums} {rows} {known} {compared}: draw better ones");
}
