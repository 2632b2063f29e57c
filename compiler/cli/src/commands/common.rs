//! What several commands do the same way: settings, a runtime, diagnostics, interrupts. Must not know any one command.

use std::path::Path;
use std::sync::Arc;

use tokio::sync::OnceCell;
use tonnage_base::{Diagnostic, SourceMap, clock::Clock};
use tonnage_cloud::Cancel;
use tonnage_driver::{Planned, Request, Settings, world::World};
use tonnage_plan::Plan;
use tonnage_report::diagnostics;

use crate::{
    arguments::{CloudArguments, FleetArguments},
    clouds::Clients,
    exit,
    io::Io,
    progress::Steps,
};

/// What the flags say, in one place.
pub fn settings(folder: &Path, fleet: &FleetArguments, clouds: Option<&CloudArguments>) -> Settings {
    Settings {
        folder: folder.to_path_buf(),
        given: fleet.values.given.clone(),
        as_of: fleet.as_of.clone(),
        embedded: clouds.and_then(|c| c.embedded.clone()),
        drift: clouds.is_none_or(|c| c.refresh),
        ignore_drift: clouds.map(|c| c.ignore_drift.clone()).unwrap_or_default(),
        revert_drift: clouds.map(|c| c.revert_drift.clone()).unwrap_or_default(),
        verify: false,
        prices: Vec::new(),
        may_be_short: Vec::new(),
    }
}

/// Says what was found: drawn for people, or as one JSON object with `-json`.
pub fn report(found: &[Diagnostic], sources: &SourceMap, json: bool, io: &mut Io) {
    if json {
        let list = diagnostics::to_json(found, sources);
        let errors = found.iter().filter(|d| d.is_error()).count();
        let text = serde_json::json!({
            "format_version": "1.0", "valid": errors == 0, "error_count": errors,
            "warning_count": list.len() - errors, "diagnostics": list,
        });
        io.print(&format!("{text:#}\n"));
    } else if !found.is_empty() {
        let drawn = diagnostics::draw(found, sources, io.error_style());
        io.say(&drawn);
        let errors = found.iter().filter(|d| d.is_error()).count();
        if errors > 0 {
            let first = found.iter().find(|d| d.is_error()).map_or("", |d| d.code.id);
            let plural = if errors == 1 { "" } else { "s" };
            io.say(&format!("{errors} error{plural}; `tonnage explain {first}` says more\n"));
        }
    }
}

/// Words on the error stream, and the exit code of an error.
pub fn fail(io: &mut Io, message: &str) -> u8 {
    io.say(&format!("error: {message}\n"));
    exit::ERROR
}

/// A saved plan, or the exit code after what is wrong with it has been said.
pub fn saved(file: &Path, named: &Path, json: bool, world: &dyn World, io: &mut Io) -> Result<Plan, u8> {
    let text = world.read(file).map_err(|reason| fail(io, &format!("{} can't be read: {reason}", named.display())))?;
    tonnage_plan::file::read(&text).map_err(|diagnostic| {
        report(&[diagnostic], &SourceMap::default(), json, io);
        exit::ERROR
    })
}

/// A runtime for the clouds, with as many threads as there are cores.
pub fn block_on<T>(future: impl Future<Output = T>) -> Result<T, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("no threads to run on: {error}"))?;
    Ok(runtime.block_on(future))
}

/// The first interrupt asks to stop; what runs in a cloud goes on there, and the next apply picks it up. The second
/// ends the process where it is.
pub fn watch_interrupt(cancel: &Cancel) {
    let cancel = cancel.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            cancel.cancel();
        }
        if tokio::signal::ctrl_c().await.is_ok() {
            std::process::exit(exit::INTERRUPTED.into());
        }
    });
}

/// The time of the world as a clock to hand on: read once and in whole seconds, so that one run has one time.
pub fn clock(world: &dyn World) -> Clock {
    let now = world.now();
    let whole = tonnage_base::clock::Timestamp::from_second(now.as_second()).unwrap_or(now);
    Arc::new(move || whole)
}

/// Clients for a run that applies nothing.
pub fn clients(settings: &Settings, world: &dyn World) -> Clients {
    Clients {
        embedded: settings.embedded.as_ref().map(|folder| settings.folder.join(folder)),
        clock: clock(world),
        fill_wait: None,
        ledger: OnceCell::new(),
    }
}

/// Makes a plan with progress on the error stream.
pub fn plan(
    settings: &Settings,
    clients: Clients,
    destroy: bool,
    world: &dyn World,
    io: &Io,
) -> Result<Planned, String> {
    let cancel = io.cancel.clone();
    let steps = Steps::new(io);
    block_on(async {
        watch_interrupt(&cancel);
        let request = Request {
            world,
            settings,
            connector: &clients,
            destroy,
            ahead: true,
            progress: &|text| steps.say(text),
            cancel: &cancel,
        };
        tonnage_driver::plan(&request).await
    })
    .inspect(|_| steps.done())
}
