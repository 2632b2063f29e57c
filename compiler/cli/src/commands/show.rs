//! `tonnage show`: a saved plan, or what is live.

use std::collections::BTreeMap;
use std::path::Path;

use tonnage_cloud::cloud::UnitState;
use tonnage_driver::{Request, live::Observed, plan::look, world::World};
use tonnage_report::{
    style::Paint,
    table::{Align, Table},
    words,
};

use super::{common, forms};
use crate::{arguments::Show, exit, io::Io, progress::Steps};

/// Shows a saved plan, or what is live.
pub fn run(args: &Show, folder: &Path, world: &dyn World, io: &mut Io) -> u8 {
    if let Some(path) = &args.plan {
        if let Err(message) = forms::printed(&forms::of_plan(&args.forms, &args.fleet.json)) {
            return common::fail(io, &message);
        }
        let saved = match common::saved(&folder.join(path), path, args.fleet.json(), world, io) {
            Ok(saved) => saved,
            Err(code) => return code,
        };
        return match forms::show(&saved, &args.forms, &args.fleet.json, folder, world, io) {
            Ok(()) => exit::OK,
            Err(message) => common::fail(io, &message),
        };
    }
    let of_saved = forms::of_plan(&args.forms, &None);
    if let Some((form, _)) = of_saved.iter().find(|(_, form)| form.is_some()) {
        return common::fail(io, &format!("{form} shows a saved plan: `tonnage show {form} FILE`"));
    }
    let settings = common::settings(folder, &args.fleet, Some(&args.clouds));
    let clients = common::clients(&settings, world);
    let steps = Steps::new(io);
    let cancel = io.cancel.clone();
    let seen = common::block_on(async {
        common::watch_interrupt(&cancel);
        let progress = |text: &str| steps.say(text);
        let request = Request {
            world,
            settings: &settings,
            connector: &clients,
            destroy: false,
            ahead: false,
            progress: &progress,
            cancel: &cancel,
        };
        look(&request).await
    });
    steps.done();
    let seen = match seen {
        Ok(seen) => seen,
        Err(message) => return common::fail(io, &message),
    };
    let Some((fleet, observed)) = &seen.observed else {
        common::report(&seen.diagnostics, &seen.sources, args.fleet.json(), io);
        return exit::ERROR;
    };
    let render = |_: &str| as_json(fleet.as_str(), observed);
    match forms::write(&[("-json", &args.fleet.json)], render, folder, world, io) {
        Ok(true) => {}
        Ok(false) => io.print(&as_text(fleet.as_str(), observed, io)),
        Err(message) => return common::fail(io, &message),
    }
    exit::OK
}

fn state(state: &UnitState) -> String {
    match state {
        UnitState::Ready => "ready".to_owned(),
        UnitState::Busy(state) => format!("busy: {state}"),
        UnitState::Stuck { state, reason } | UnitState::FailedCreate { state, reason } => format!("{state}: {reason}"),
    }
}

#[derive(Default)]
struct Row {
    count: u64,
    asked: u64,
    running: Option<u64>,
    missing: u64,
}

/// By name, type and shape: what is alike but for its keys.
fn rows(observed: &Observed) -> BTreeMap<(String, &'static str, &'static str), Row> {
    let mut rows: BTreeMap<(String, &str, &str), Row> = BTreeMap::new();
    for (_, resource) in observed.graph.iter() {
        let shape = resource.holds.map_or("", |holds| holds.shape.as_str());
        let label = words::without_keys(resource.address.as_str());
        let row = rows.entry((label, resource.kind.as_str(), shape)).or_default();
        row.count += 1;
        row.asked += resource.holds.map_or(0, |holds| u64::from(holds.nodes));
        if let Some(live) = &resource.live {
            row.missing += u64::from(live.physical_id.is_none());
            if let Some(running) = live.running {
                row.running = Some(row.running.unwrap_or(0) + u64::from(running));
            }
        }
    }
    rows
}

fn as_text(fleet: &str, observed: &Observed, io: &Io) -> String {
    if observed.units.is_empty() {
        return format!("{fleet}: nothing is live.\n");
    }
    let style = io.style();
    let mut out = format!("{}\n\n", style.paint(Paint::Strong, &format!("{fleet}: what is live")));
    let mut table = Table::new(&[Align::Left, Align::Left, Align::Left]);
    for (site, unit) in &observed.units {
        table.row([format!("{} {}", site.cloud, site.region), unit.name.as_str().to_owned(), state(&unit.state)]);
    }
    for line in table.lines("  ") {
        out.push_str(&line);
        out.push('\n');
    }
    out.push('\n');
    let mut table = Table::new(&[Align::Right, Align::Left, Align::Left, Align::Left]);
    for ((label, kind, shape), row) in rows(observed) {
        let nodes = match (shape.is_empty(), row.running) {
            (true, _) => String::new(),
            (false, Some(running)) => format!("{running} of {} × {shape} running", row.asked),
            (false, None) => format!("{} × {shape}", row.asked),
        };
        let missing = if row.missing > 0 { format!("  {} not there", row.missing) } else { String::new() };
        table.row([format!("{}×", row.count), label, kind.to_owned(), format!("{nodes}{missing}")]);
    }
    for line in table.lines("  ") {
        out.push_str(&line);
        out.push('\n');
    }
    for gap in &observed.gaps {
        out.push_str(&format!("note: {gap}\n"));
    }
    out
}

fn as_json(fleet: &str, observed: &Observed) -> String {
    let resources: Vec<_> = observed
        .graph
        .iter()
        .map(|(_, r)| {
            serde_json::json!({
                "address": r.address.as_str(), "type": r.kind.as_str(), "cloud": r.site.cloud.as_str(),
                "region": r.site.region.as_str(),
                "unit": r.live.as_ref().map(|l| l.unit.as_str()),
                "physical_id": r.live.as_ref().and_then(|live| live.physical_id.as_deref()),
                "running": r.live.as_ref().and_then(|l| l.running),
            })
        })
        .collect();
    let units: Vec<_> = observed
        .units
        .iter()
        .map(|(site, u)| {
            serde_json::json!({
                "name": u.name.as_str(), "cloud": site.cloud.as_str(), "region": site.region.as_str(),
                "state": state(&u.state), "fingerprint": u.fingerprint,
            })
        })
        .collect();
    let out = serde_json::json!({"fleet": fleet, "units": units, "resources": resources, "gaps": observed.gaps});
    format!("{out:#}\n")
}
