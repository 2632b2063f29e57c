//! Money in rows and lines that every format writes: of the fleet, and of each cloud and block. Must not add anything
//! up.

use tonnage_base::{
    Symbol,
    quantity::{MONTH_HOURS, group_thousands},
};
use tonnage_plan::{Plan, money::Stores};

use super::{Amounts, Costs, OfBlock, Spend};
use crate::{
    table::{Align, Table},
    words,
};

/// The fleet's money: name, before, after, difference.
pub(crate) fn rows(spend: &Spend) -> Vec<[String; 4]> {
    let row = |name: String, amounts: &Amounts| {
        let [before, after, difference] = amounts.words();
        [name, before, after, difference]
    };
    let hour = &spend.hour;
    let mut rows = Vec::new();
    if !hour.list.is_none() {
        rows.push(row("list price, 1 h".to_owned(), &hour.list));
    }
    if !hour.committed.is_none() {
        rows.push(row("committed, 1 h".to_owned(), &hour.committed));
    }
    if !spend.left.committed.is_none() {
        rows.push(row("still drawn, no longer managed, 1 h".to_owned(), &spend.left.committed));
    }
    rows.push(row("new spend, 1 h".to_owned(), &hour.new));
    if !spend.left.new.is_none() {
        rows.push(row("still billed, no longer managed, 1 h".to_owned(), &spend.left.new));
    }
    rows.push(row(format!("new spend, month ({MONTH_HOURS} h)"), &spend.month));
    for (when, costs) in starting(spend) {
        let names = ["list price", "committed", "new spend"];
        let some = names.into_iter().zip(costs.all()).filter(|(_, amounts)| !amounts.is_none());
        rows.extend(some.map(|(name, amounts)| row(format!("{name}, 1 h {when}"), amounts)));
    }
    rows
}

/// What begins to cost on later days: the first ones each, the others together.
fn starting(spend: &Spend) -> Vec<(String, Costs)> {
    const EACH: usize = 3;
    let mut told: Vec<(String, Costs)> = Vec::new();
    for (at, (day, costs)) in spend.starting.iter().enumerate() {
        match told.get_mut(EACH) {
            Some((_, others)) => others.take(costs),
            None => {
                let or_later = if at == EACH && spend.starting.len() > EACH + 1 { " or later" } else { "" };
                told.push((format!("from {day}{or_later}"), costs.clone()));
            }
        }
    }
    told
}

/// What sums leave out, and how much of the whole that is, a line for each that leaves out the same.
pub(crate) fn unknown(spend: &Spend) -> Vec<String> {
    let mut all = spend.hour.clone();
    spend.starting.values().for_each(|costs| all.take(costs));
    let sums = [("list price", &all.list), ("committed rate", &all.committed), ("price of new spend", &all.new)];
    let mut told: Vec<(String, Vec<&str>)> = Vec::new();
    for (what, amounts) in sums {
        let line = match (amounts.before.left_out(), amounts.after.left_out()) {
            (None, None) => continue,
            (_, Some(after)) => after,
            (Some(before), None) => format!("{before} before"),
        };
        match told.iter_mut().find(|(other, _)| *other == line) {
            Some((_, sums)) => sums.push(what),
            None => told.push((line, vec![what])),
        }
    }
    let lines =
        told.into_iter().map(|(line, sums)| format!("{} unknown for {line}: not in the sums", sums.join(" and ")));
    lines.collect()
}

/// That what is stored is in no sum: no price of it is known.
pub(crate) fn stored(plan: &Plan) -> Option<String> {
    let [before, after] = plan.stored;
    let words = |of: Stores| {
        let (sized, by_use) = (of.stores.saturating_sub(of.unsized_stores), of.unsized_stores);
        let sized = (sized > 0).then(|| format!("{} in {}", words::gibibytes(of.gib), words::count(sized, "store")));
        let by_use = (by_use > 0).then(|| format!("{} billed by use", words::count(by_use, "store")));
        sized.into_iter().chain(by_use).collect::<Vec<_>>().join(" and ")
    };
    let said = match (before.stores, after.stores) {
        (0, 0) => return None,
        (_, 0) => format!("{} before", words(before)),
        (0, _) => words(after),
        _ if before == after => words(after),
        _ => format!("{}, before {}", words(after), words(before)),
    };
    Some(format!("storage and traffic are not in the sums: {said}"))
}

/// Clouds where there are several, and blocks that change, each with its money.
pub(crate) fn breakdown(clouds: &[(Symbol, Spend)], blocks: &[OfBlock]) -> Option<Table> {
    let mut table = Table::new(&[Align::Left, Align::Right, Align::Right, Align::Right, Align::Right]);
    table.row(["", "GPUs", "list, 1 h", "committed, 1 h", "new, 1 h"]);
    let mut row = |label: String, spend: &Spend| {
        let (unit, (before, after)) = match spend.gpus {
            (0, 0) if spend.nodes != (0, 0) => (" nodes", spend.nodes),
            (0, 0) if spend.reserved != (0, 0) => (" nodes reserved", spend.reserved),
            (0, 0) if spend.idle != (0, 0) => (" nodes unused", spend.idle),
            gpus => ("", gpus),
        };
        let count = match (before, after) {
            (0, 0) => "·".to_owned(),
            _ if before == after => format!("{}{unit}", group_thousands(after)),
            _ => format!("{} → {}{unit}", group_thousands(before), group_thousands(after)),
        };
        let later = starting(spend);
        let [list, committed, new] = [0, 1, 2].map(|of: usize| {
            let pick = |costs: &Costs| costs.all().get(of).map(|amounts| amounts.in_one_cell()).unwrap_or_default();
            let mut cells = vec![pick(&spend.hour)];
            cells.extend(
                later
                    .iter()
                    .map(|(when, costs)| (when, pick(costs)))
                    .filter(|(_, cell)| cell != "·")
                    .map(|(when, cell)| format!("{cell} {when}")),
            );
            if cells.len() > 1 {
                cells.retain(|cell| cell != "·");
            }
            cells.join(", ")
        });
        table.row([label, count, list, committed, new]);
    };
    if clouds.len() > 1 {
        clouds.iter().for_each(|(cloud, spend)| row(format!("cloud.{cloud}"), spend));
    }
    for block in blocks {
        let many = if block.count > 1 { format!("{} × ", group_thousands(block.count as u64)) } else { String::new() };
        row(format!("{many}{}", block.label), &block.spend);
    }
    (table.rows.len() > 1).then_some(table)
}
