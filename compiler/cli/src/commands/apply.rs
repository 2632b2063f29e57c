//! `tonnage apply` and `tonnage destroy`: a plan that was just shown, or a saved one, carried out exactly as it is.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use tonnage_apply::{ApplyOutcome, ApplyReport, Options, Secrets, UnitEnd};
use tonnage_base::{Diagnostic, SourceMap, Timestamp, clock::utc, codes::ledger as codes, quantity};
use tonnage_driver::{Clouds, Request, Settings, compile::schemas, moved::moved, plan::ready, secrets, world::World};
use tonnage_ledger::Ledger;
use tonnage_plan::{Evidence, OutputValue, Plan, UnitId, Verdict, model::Guard};
use tonnage_report::{
    PlanView,
    halfway::{self, Reached},
    style::Paint,
    words,
};

use super::{ack, common, forms};
use crate::{arguments::Apply, clouds::Clients, exit, io::Io, progress::Units};

/// As many lines of what a saved plan was not made from.
const SHOWN: usize = 12;
/// As many of them for machines.
const LISTED: usize = 1_000;

/// What is to be applied, with what.
struct Work {
    plan: Plan,
    clouds: Clouds,
    ledger: Ledger,
    sources: SourceMap,
    /// Guards that do not hold and are lifted.
    lifted: Vec<String>,
}

/// Applies.
pub fn run(args: &Apply, folder: &Path, destroy: bool, world: &dyn World, io: &mut Io) -> u8 {
    let settings = common::settings(folder, &args.fleet, Some(&args.clouds));
    let fill_wait = match args.fill_wait.as_deref().map(quantity::parse_duration).transpose() {
        Ok(seconds) => seconds.map(|s| Duration::from_secs(s.unsigned_abs())),
        Err(error) => return common::fail(io, &format!("-fill-wait: {error}")),
    };
    let lock_wait = match args.lock_timeout.as_deref().map(quantity::parse_duration).transpose() {
        Ok(seconds) => Duration::from_secs(seconds.unwrap_or(0).unsigned_abs()),
        Err(error) => return common::fail(io, &format!("-lock-timeout: {error}")),
    };
    if destroy && args.plan.is_some() {
        return common::fail(io, "destroy takes no plan file; `plan -destroy -out FILE`, then `apply FILE`");
    }
    let made = match &args.plan {
        Some(path) => saved(path, args, &settings, fill_wait, world, io),
        None => fresh(args, &settings, fill_wait, destroy, world, io),
    };
    let mut work = match made {
        Ok(work) => work,
        Err(code) => return code,
    };
    if !work.plan.has_work() {
        if args.fleet.json() {
            nothing_as_json(&work.plan, "applied", &[], io);
        } else if args.plan.is_some() {
            forms::print(&work.plan, io);
        }
        return exit::OK;
    }
    if args.plan.is_some() && !args.fleet.json() {
        expired(&work.plan, world.now()).iter().for_each(|line| io.say(&format!("{line}\n")));
    }
    if let Some(code) = another(args, &work.plan, io) {
        return code;
    }
    let today = world.now().to_zoned(utc()).date();
    if work.plan.as_of > today {
        let message = format!(
            "this plan is for {}, and today is {today}: what it counts on does not hold yet; nothing is applied. Plan without \
             `-as-of`, or apply it on that day",
            work.plan.as_of
        );
        return common::fail(io, &message);
    }
    match ack::lifted(&work.plan, &args.ack) {
        Ok(lifted) => work.lifted = lifted,
        Err(refusal) => {
            if args.fleet.json() {
                nothing_as_json(&work.plan, "refused", &ack::broken(&work.plan, &args.ack), io);
            }
            return common::fail(io, &refusal);
        }
    }
    if args.plan.is_none()
        && work.plan.has_changes()
        && !args.auto_approve
        && let Err(code) = ask(destroy, args.input, io)
    {
        return code;
    }
    match secrets::for_plan(&work.plan, &settings, world) {
        Ok(values) => carry_out(args, &work, (Secrets::new(values), lock_wait), destroy, world, io),
        Err(problems) => {
            common::report(&problems, &work.sources, args.fleet.json(), io);
            exit::ERROR
        }
    }
}

/// Another plan than the one that was asked for.
fn another(args: &Apply, plan: &Plan, io: &mut Io) -> Option<u8> {
    let asked = args.digest.as_deref()?;
    let digits = asked.trim_start_matches("sha256:");
    let digest = plan.digest();
    if digits.len() >= ack::DIGITS && digest.trim_start_matches("sha256:").starts_with(digits) {
        return None;
    }
    common::fail(
        io,
        &format!("this is the plan {digest}, not {asked}: nothing is applied; plan again and have that read"),
    );
    Some(exit::STALE)
}

/// What was read before apply and is no longer good: the plan is carried out as it was reviewed, but not unsaid.
fn expired(plan: &Plan, now: Timestamp) -> Vec<String> {
    let known = plan.preflight.iter().filter(|row| !matches!(row.verdict, Verdict::CannotKnow(_)));
    let past = |row: &&Evidence| {
        row.good_until.as_deref().and_then(|at| at.parse::<Timestamp>().ok()).is_some_and(|at| at <= now)
    };
    let rows: Vec<&Evidence> = known.filter(past).collect();
    let Some(first) = rows.iter().filter_map(|row| row.good_until.as_deref()).min() else { return Vec::new() };
    vec![format!(
        "note: {} of this plan {} good until {first}; `plan` again has {} read afresh",
        words::count(rows.len() as u64, "preflight check"),
        if rows.len() == 1 { "was" } else { "were" },
        if rows.len() == 1 { "it" } else { "them" },
    )]
}

fn clients(settings: &Settings, fill_wait: Option<Duration>, world: &dyn World) -> Clients {
    Clients { fill_wait, ..common::clients(settings, world) }
}

/// Plans, and shows the plan.
fn fresh(
    args: &Apply,
    settings: &Settings,
    fill_wait: Option<Duration>,
    destroy: bool,
    world: &dyn World,
    io: &mut Io,
) -> Result<Work, u8> {
    let made = common::plan(settings, clients(settings, fill_wait, world), destroy, world, io)
        .map_err(|message| common::fail(io, &message))?;
    let (Some(plan), Some(ledger)) = (made.plan, made.ledger) else {
        common::report(&made.diagnostics, &made.sources, args.fleet.json(), io);
        return Err(exit::ERROR);
    };
    if !args.fleet.json() {
        forms::print(&plan, io);
    }
    Ok(Work { plan, clouds: made.clouds, ledger, sources: made.sources, lifted: Vec::new() })
}

fn ask(destroy: bool, may_ask: bool, io: &mut Io) -> Result<(), u8> {
    if !io.in_is_terminal || !may_ask {
        return Err(common::fail(
            io,
            "nobody is there to approve; read the plan, then use -auto-approve, or `plan -out FILE` and `apply FILE`",
        ));
    }
    let what = if destroy { "destroy all of this" } else { "do this" };
    io.say(&format!("\nDo you want to {what}? Only `yes` is taken as an answer: "));
    if io.line().as_deref() == Some("yes") {
        io.say("\n");
        return Ok(());
    }
    io.say("Nothing was changed.\n");
    Err(exit::ERROR)
}

/// Reads a saved plan, and makes the clients it needs.
fn saved(
    path: &Path,
    args: &Apply,
    settings: &Settings,
    fill_wait: Option<Duration>,
    world: &dyn World,
    io: &mut Io,
) -> Result<Work, u8> {
    let plan = common::saved(&settings.folder.join(path), path, args.fleet.json(), world, io)?;
    if plan.embedded != settings.embedded.is_some() {
        let message = if plan.embedded {
            "this plan is for the embedded cloud; add `--embedded`, or plan without it for the real ones"
        } else {
            "this plan is for real clouds; leave `--embedded` out, or plan with it for the embedded one"
        };
        return Err(common::fail(io, message));
    }
    let connector = clients(settings, fill_wait, world);
    let made = common::block_on(async {
        let request = Request {
            world,
            settings,
            connector: &connector,
            destroy: false,
            ahead: false,
            progress: &|_| {},
            cancel: &io.cancel,
        };
        ready(&request, &plan).await
    })
    .map_err(|message| common::fail(io, &message))?;
    let Some((clouds, ledger)) = made.ready else {
        common::report(&made.diagnostics, &made.sources, args.fleet.json(), io);
        return Err(exit::ERROR);
    };
    Ok(Work { plan, clouds, ledger, sources: made.sources, lifted: Vec::new() })
}

fn carry_out(
    args: &Apply,
    work: &Work,
    (secrets, lock_wait): (Secrets, Duration),
    destroy: bool,
    world: &dyn World,
    io: &mut Io,
) -> u8 {
    let digest = work.plan.digest();
    let mut options = Options::new(digest.clone(), world.who(), world.clock());
    options.parallelism = args.parallelism.max(1);
    // whoever is asked may think it over for hours
    options.look_first = args.plan.is_some() || !args.auto_approve;
    options.secrets = secrets;
    options.lifted = work.lifted.clone();
    options.lock_wait = lock_wait;
    let cancel = io.cancel.clone();
    if !args.fleet.json() {
        io.say(&format!("\nApplying {digest}\n"));
    }
    let applied = {
        let progress = Units::new(io);
        common::block_on(async {
            common::watch_interrupt(&cancel);
            let clouds = |name| work.clouds.get(&name).cloned();
            tonnage_apply::apply(&work.plan, &clouds, &work.ledger, &options, &progress, &cancel).await
        })
    };
    let report = match applied {
        Ok(report) => report,
        Err(message) => return common::fail(io, &message),
    };
    if args.fleet.json() {
        as_json(&digest, work, &report, world.now(), io);
    } else {
        common::report(&report.diagnostics, &work.sources, false, io);
        ending(work, &report, destroy, io);
    }
    match report.outcome {
        ApplyOutcome::Applied => exit::OK,
        ApplyOutcome::Held => exit::HELD,
        ApplyOutcome::Stale => exit::STALE,
        _ => exit::ERROR,
    }
}

/// The last lines: what was done, or how far it came and what to do next.
fn ending(work: &Work, report: &ApplyReport, destroy: bool, io: &mut Io) {
    let counts = PlanView::of(&work.plan).counts;
    let style = io.style();
    let text = match report.outcome {
        ApplyOutcome::Applied if !work.plan.has_changes() => {
            let recorded = [
                (work.plan.accepts(), "what is taken as others made it"),
                (work.plan.protects_anew, "what is protected"),
                (!work.plan.terms.is_empty(), "terms"),
            ];
            let recorded: Vec<&str> = recorded.into_iter().filter(|(is, _)| *is).map(|(_, what)| what).collect();
            format!("Apply complete! Recorded: {}; no resource is changed.", recorded.join(", "))
        }
        // Every unit that has something to do is reported when it is attempted.
        ApplyOutcome::Applied if report.units.is_empty() => format!(
            "This plan is applied already, in record {} of the ledger. Nothing was done.",
            report.serial.unwrap_or_default()
        ),
        ApplyOutcome::Applied if destroy => {
            let forgotten = match counts.forget {
                0 => String::new(),
                n => format!(", {n} forgotten: they stay in the cloud, and their cost with them"),
            };
            format!("Destroy complete! Resources: {} destroyed{forgotten}.", counts.destroy)
        }
        ApplyOutcome::Applied => {
            let imported = if counts.import > 0 { format!("{} imported, ", counts.import) } else { String::new() };
            let forgotten = if counts.forget > 0 { format!(", {} forgotten", counts.forget) } else { String::new() };
            let (add, change, destroy) = (counts.add, counts.change, counts.destroy);
            format!(
                "Apply complete! Resources: {imported}{add} added, {change} changed, {destroy} destroyed{forgotten}."
            )
        }
        ApplyOutcome::Held => {
            "Held: accepted, but not full. What landed is kept; `apply` again goes on from here.".to_owned()
        }
        ApplyOutcome::Stale => {
            "Nothing more was done: something has changed since this plan was made. Plan again.".to_owned()
        }
        ApplyOutcome::Cancelled => {
            "Stopped on request. What had begun goes on in the cloud; `apply` again picks it up.".to_owned()
        }
        ApplyOutcome::Locked => "Nothing was done.".to_owned(),
        // Without a record nothing was begun.
        _ if report.serial.is_none() && report.units.is_empty() => {
            "Apply failed, and nothing was done. Mend the cause, then `apply` again.".to_owned()
        }
        _ if report.serial.is_none() && report.diagnostics.iter().any(is_unwritable) => {
            "Apply failed, and the ledger has no record of it: what was begun stands in its journal. Mend the cause, then `apply` \
             again; it goes on from there."
                .to_owned()
        }
        // The same plan does not fit what stands there now, and the cloud may not take another change before it is
        // mended.
        _ if report.units.iter().any(|unit| matches!(unit.end, UnitEnd::Failed { kept: true, .. })) => {
            "Apply failed. What is done is done and recorded; mend what the cloud names, then `plan` again: it says what still keeps \
             a unit from being changed."
                .to_owned()
        }
        _ => "Apply failed. What is done is done and recorded; mend the cause, then `apply` again.".to_owned(),
    };
    let paint = if report.outcome == ApplyOutcome::Applied { Paint::Add } else { Paint::Remove };
    io.print(&format!("\n{}\n", style.paint(paint, &text)));
    let moved = moved(&work.plan, &schemas(), &report.moved);
    for line in moved.iter().take(SHOWN) {
        let what = tonnage_report::words::property(line.address.as_str(), &line.path);
        io.print(&format!("  {what}: was {}, is {}\n", line.was, line.is));
    }
    if let Some(more) = moved.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        io.print(&format!("  and {more} more\n"));
    }
    if !report.not_attempted.is_empty() {
        let names: Vec<&str> =
            report.not_attempted.iter().filter_map(|id| work.plan.unit(*id)).map(|u| u.name.as_str()).collect();
        io.print(&format!("Not begun: {}\n", names.join(", ")));
    }
    for line in standing(&work.plan, report) {
        io.print(&format!("{line}\n"));
    }
    if report.outcome == ApplyOutcome::Applied && !work.plan.outputs.is_empty() {
        io.print("\nOutputs\n");
        for (name, value) in &work.plan.outputs {
            let shown = match value {
                OutputValue::Known(text) => text,
                OutputValue::Later => "(known after apply: plan again)",
                OutputValue::Sensitive => "(sensitive)",
            };
            io.print(&format!("  {name} = {shown}\n"));
        }
    }
}

/// Whether the ledger could not be written.
fn is_unwritable(found: &Diagnostic) -> bool {
    found.is_error() && [codes::T0808, codes::T0809, codes::T0811].contains(&found.code)
}

/// What runs where an apply did not come to its end.
fn standing(plan: &Plan, report: &ApplyReport) -> Vec<String> {
    if report.outcome == ApplyOutcome::Applied || report.units.is_empty() {
        return Vec::new();
    }
    let ends: BTreeMap<UnitId, &UnitEnd> = report.units.iter().map(|unit| (unit.unit, &unit.end)).collect();
    let reached = |id: UnitId| match ends.get(&id) {
        Some(UnitEnd::Done { .. } | UnitEnd::Short(_)) => Reached::After,
        Some(UnitEnd::Failed { kept: false, .. }) => Reached::Before,
        Some(UnitEnd::Broken(broken)) if !broken.begun => Reached::Before,
        Some(UnitEnd::Failed { .. } | UnitEnd::NotThere(_) | UnitEnd::Broken(_)) => Reached::Unknown,
        None if plan.unit(id).is_some_and(|unit| unit.between.is_some()) => Reached::Between,
        None => Reached::Before,
    };
    let short = report.units.iter().flat_map(|unit| match &unit.end {
        UnitEnd::Short(short) => short.iter().map(|group| (group.address, group.running)).collect(),
        _ => Vec::new(),
    });
    halfway::lines(plan, reached, &short.collect())
}

/// A plan of which nothing is done, in the shape of what came of an apply: nothing is left to do, or guards refuse it.
fn nothing_as_json(plan: &Plan, outcome: &str, refused_by: &[&Guard], io: &mut Io) {
    let none: [&str; 0] = [];
    let mut text = serde_json::json!({
        "format_version": "1.0",
        "digest": plan.digest(),
        "outcome": outcome,
        "lifted": none,
        "serial": serde_json::Value::Null,
        "units": none,
        "not_attempted": plan.to_do().map(|(_, unit)| unit.name.as_str()).collect::<Vec<_>>(),
        "running": none,
        "moved": none,
        "notes": none,
        "diagnostics": none,
    });
    if let Some(text) = text.as_object_mut().filter(|_| !refused_by.is_empty()) {
        let guards = refused_by
            .iter()
            .map(|guard| serde_json::json!({"guard": guard.name, "message": guard.message, "place": guard.place}));
        text.insert("refused_by".to_owned(), guards.collect());
    }
    io.print(&format!("{text:#}\n"));
}

fn as_json(digest: &str, work: &Work, report: &ApplyReport, now: Timestamp, io: &mut Io) {
    let text = serde_json::json!({
        "format_version": "1.0",
        "digest": digest,
        "outcome": report.outcome.as_str(),
        "lifted": work.lifted,
        "serial": report.serial,
        "units": report.units.iter().map(|u| serde_json::json!({
            "name": u.name.as_str(), "done": u.end.is_done(),
        })).collect::<Vec<_>>(),
        "not_attempted": report.not_attempted.iter().filter_map(|id| work.plan.unit(*id)).map(|u| u.name.as_str()).collect::<Vec<_>>(),
        "running": standing(&work.plan, report),
        "moved": moved(&work.plan, &schemas(), &report.moved).iter().take(LISTED).map(|moved| serde_json::json!({
            "address": moved.address.as_str(), "path": moved.path, "was": moved.was, "is": moved.is,
        })).collect::<Vec<_>>(),
        "notes": expired(&work.plan, now),
        "diagnostics": tonnage_report::diagnostics::to_json(&report.diagnostics, &work.sources),
    });
    io.print(&format!("{text:#}\n"));
}
